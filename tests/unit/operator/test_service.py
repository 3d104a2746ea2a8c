"""What an operator does to an org, also in the midst of its work and of its members' doings."""

from __future__ import annotations

import contextlib
import io
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from overten.accounts import admin_store
from overten.accounts import service as accounts
from overten.accounts import store as accounts_store
from overten.accounts.models import NewKey, Org, User
from overten.aws import dynamo
from overten.documents.models import Statistics
from overten.errors import ApiError, Conflict, NotFound, ServiceUnavailable
from overten.operator import service
from overten.operator.actions import Request
from overten.runs import store as runs_store
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import Outcome, Publication, Task, TaskError
from tests.unit.api.conftest import log
from tests.unit.runs.conftest import FakeExecutions, executions
from tests.unit.runs.factories import NOW, accept, balances, caller, ledger_sums

__all__ = ["executions", "log"]
OUTCOME = Outcome(title="Budget", file_name="Budget.xlsx", summary="Made.", statistics=Statistics(sheets=2))
PUBLICATION = Publication(object_key="org/x/v1/document.xlsx", size_bytes=10, sha256="0" * 64)
ERROR = TaskError(code="internal_error", message="It broke.")
OWNER = User(uid="ana")


def do(action: str, org_id: str, **fields: Any) -> Any:
    return service.perform(Request.model_validate({"action": action, "org_id": org_id, **fields}).root, now=NOW)


def book(action: str, org_id: str, credits: int, reference: str) -> Any:
    return do(action, org_id, credits=credits, note="by hand", reference=reference)


@pytest.fixture
def signed_up(aws: None) -> tuple[Org, NewKey]:
    return accounts.sign_up(OWNER, org_name="Acme", tier="free", key_name="default", now=NOW)


@pytest.fixture
def org_id(signed_up: tuple[Org, NewKey]) -> str:
    return signed_up[0].org_id


def standing(key: NewKey) -> tuple[str, str, int]:
    """Status, tier and limit as the key's next request finds them."""
    let_in = accounts.authenticate(key.secret, NOW)
    return let_in.org_status, let_in.tier, let_in.rate_limit.limit


def mint(org_id: str, user: User = OWNER) -> NewKey:
    org, _ = accounts.member_of(user, org_id)
    return accounts.mint_key(user, org, name="more", scope="workspace", now=NOW)


# --- credits ---


def test_a_reference_is_booked_once(org_id: str) -> None:
    first, again = (book("grant", org_id, 500, "inv-42") for _ in range(2))
    assert (first.booked, again.booked) == (True, False)
    assert again.entry_id == first.entry_id
    assert again.balance == first.balance
    assert balances(org_id)[0] == 700
    assert ledger_sums(org_id) == (700, 0)


@pytest.mark.parametrize(("action", "credits"), [("grant", 501), ("adjust", 500)])
def test_a_reference_cannot_be_used_for_something_else(org_id: str, action: str, credits: int) -> None:
    book("grant", org_id, 500, "inv-42")
    with pytest.raises(Conflict, match="grant of 500 credits"):
        book(action, org_id, credits, "inv-42")
    assert balances(org_id)[0] == 700


def test_an_adjustment_takes_down_to_nothing_and_not_below(org_id: str) -> None:
    with pytest.raises(Conflict, match="Only 200 credits are available"):
        book("adjust", org_id, -201, "t-1")
    assert book("adjust", org_id, -200, "t-1").balance.available == 0, "what was refused did not use the reference up"
    assert ledger_sums(org_id) == (0, 0)


def test_what_was_done_is_logged_with_who_and_how_much(org_id: str, log: io.StringIO) -> None:
    do("grant", org_id, credits=500, note="for the merger", reference="inv-42", by="arn:jo")
    [line] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert line["message"] == "operated"
    assert {name: line[name] for name in ("action", "org_id", "credits", "reference", "by")} == {
        "action": "grant",
        "org_id": org_id,
        "credits": 500,
        "reference": "inv-42",
        "by": "arn:jo",
    }
    assert "merger" not in log.getvalue()


def test_an_unknown_org_gets_nothing(aws: None) -> None:
    for action, fields in (
        ("grant", {"credits": 5, "note": "n", "reference": "r"}),
        ("change_tier", {"tier": "pro"}),
        ("suspend", {}),
        ("add_member", {"uid": "ben", "role": "admin"}),
        ("remove_member", {"uid": "ben"}),
        ("show_org", {}),
        ("check_ledger", {}),
    ):
        with pytest.raises(NotFound):
            do(action, "org_unknown", **fields)
    assert dynamo.get("orgs", {"pk": "org_unknown", "sk": "ORG"}) is None
    assert ledger_sums("org_unknown") == (0, 0)


def test_books_that_do_not_balance_are_told(org_id: str) -> None:
    assert do("check_ledger", org_id).balanced
    dynamo.update("orgs", {"pk": org_id, "sk": "ORG"}, "ADD available :more", values={":more": 1})
    checked = do("check_ledger", org_id)
    assert (checked.balanced, checked.balance.available, checked.sums.available) == (False, 201, 200)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["grant", "adjust", "suspend", "reinstate", "accept", "grow", "settle", "fail"]),
            st.integers(-300, 300),
        ),
        min_size=4,
        max_size=12,
    )
)
def test_whatever_an_operator_does_amid_the_work_the_books_balance(
    aws: None, executions: FakeExecutions, steps: list[tuple[str, int]]
) -> None:
    by = caller("Org", uid=f"user {id(steps)} {time.monotonic()}")
    tasks: list[Task] = []
    for action, amount in steps:
        with contextlib.suppress(TaskEnded, StaleWorker, ApiError, ValueError):
            _act(action, amount, by, tasks)
        available, held, running = balances(by.org_id)
        assert available >= 0
        assert ledger_sums(by.org_id) == (available, held)
        open_tasks = [task for task in map(_current, tasks) if not task.is_terminal]
        assert (running, held) == (len(open_tasks), sum(task.hold_credits for task in open_tasks))
    assert do("check_ledger", by.org_id).balanced


def _current(task: Task) -> Task:
    found = runs_store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def _act(action: str, amount: int, by: Any, tasks: list[Task]) -> None:
    if action in ("grant", "adjust"):
        book(action, by.org_id, amount, f"ref-{abs(amount) % 5}")
    elif action in ("suspend", "reinstate"):
        do(action, by.org_id)
    elif action == "accept":
        tasks.append(accept(by))
    elif tasks and action == "grow":
        runs_store.grow_hold(_current(tasks[-1]), abs(amount), now=NOW)
    elif tasks and action == "settle":
        runs_store.settle(_current(tasks[-1]), OUTCOME, PUBLICATION, abs(amount), now=NOW)
    elif tasks:
        runs_store.fail(_current(tasks[-1]), ERROR, now=NOW)


# --- tier and status ---


def test_a_change_reaches_every_key_before_it_returns(signed_up: tuple[Org, NewKey], org_id: str) -> None:
    keys = [signed_up[1], *(mint(org_id) for _ in range(2))]
    assert do("change_tier", org_id, tier="pro").keys_rewritten == 3
    assert {standing(key) for key in keys} == {("active", "pro", 60)}
    assert do("suspend", org_id).status == "suspended"
    assert {standing(key)[0] for key in keys} == {"suspended"}
    do("reinstate", org_id)
    assert {standing(key) for key in keys} == {("active", "pro", 60)}
    assert do("reinstate", org_id).keys_rewritten == 0, "twice is harmless"


def test_more_keys_than_fit_into_one_transaction(org_id: str) -> None:
    keys = [mint(org_id) for _ in range(27)]
    assert do("suspend", org_id).keys_rewritten == 28
    assert {standing(key)[0] for key in keys} == {"suspended"}


def test_a_revoked_key_stays_revoked(signed_up: tuple[Org, NewKey], org_id: str) -> None:
    accounts.revoke_key(OWNER, org_id, "owner", signed_up[1].key.key_id, now=NOW)
    assert do("suspend", org_id).keys_rewritten == 0
    do("reinstate", org_id)
    with pytest.raises(ApiError, match="revoked"):
        standing(signed_up[1])


def test_a_death_half_way_is_made_good_by_repeating(
    signed_up: tuple[Org, NewKey], org_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(admin_store, "_write_copies", _die)
        with pytest.raises(ServiceUnavailable):
            do("suspend", org_id)
    assert standing(signed_up[1])[0] == "active"
    assert do("suspend", org_id).keys_rewritten == 1
    assert standing(signed_up[1])[0] == "suspended"


def _die(*_: object) -> bool:
    raise ServiceUnavailable


def test_two_operators_at_once_leave_the_keys_as_the_org_is(
    signed_up: tuple[Org, NewKey], org_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second changes the tier and the keys after the first has read the org and before it writes the keys."""
    write = admin_store._write_copies
    done: list[str] = []

    def beaten_to_it(org: Org, key_hashes: tuple[str, ...]) -> bool:
        if not done:
            done.append("enterprise")
            do("change_tier", org_id, tier="enterprise")
        return write(org, key_hashes)

    monkeypatch.setattr(admin_store, "_write_copies", beaten_to_it)
    assert do("change_tier", org_id, tier="pro").tier == "enterprise"
    assert standing(signed_up[1]) == ("active", "enterprise", 600)


def test_a_key_being_minted_meanwhile_is_refused_or_carries_the_change(org_id: str) -> None:
    org, _ = accounts.member_of(OWNER, org_id)
    do("suspend", org_id)
    with pytest.raises(Conflict):
        accounts.mint_key(OWNER, org, name="late", scope="workspace", now=NOW)
    do("reinstate", org_id)
    assert standing(mint(org_id)) == ("active", "free", 10)


def test_what_was_accepted_before_a_suspension_is_finished_and_charged(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    do("suspend", by.org_id)
    runs_store.settle(task, OUTCOME, PUBLICATION, 2, now=NOW)
    assert balances(by.org_id) == (198, 0, 0)
    with pytest.raises(ApiError, match="suspended"):
        accept(by)


# --- members ---


def test_a_member_comes_manages_keys_and_goes_with_them(signed_up: tuple[Org, NewKey], org_id: str) -> None:
    ben = User(uid="ben")
    with pytest.raises(NotFound):
        accounts.member_of(ben, org_id)
    for role in ("member", "admin"):
        do("add_member", org_id, uid="ben", role=role)
        assert accounts.member_of(ben, org_id)[1] == role
    assert [found.role for found in accounts_store.list_memberships("ben")] == ["admin"]
    bens = mint(org_id, ben)
    removed = do("remove_member", org_id, uid="ben")
    assert (removed.revoked_key_ids, removed.owners_left) == ([bens.key.key_id], 1)
    with pytest.raises(ApiError, match="revoked"):
        standing(bens)
    assert standing(signed_up[1])[0] == "active"
    with pytest.raises(NotFound):
        accounts.member_of(ben, org_id)
    assert list(accounts_store.list_memberships("ben")) == []
    assert do("remove_member", org_id, uid="ben").revoked_key_ids == [], "twice is harmless"
    do("add_member", org_id, uid="ben", role="member")
    assert standing(mint(org_id, ben))[0] == "active"


def test_a_key_minted_while_its_creator_is_removed_is_refused(org_id: str) -> None:
    ben = User(uid="ben")
    do("add_member", org_id, uid="ben", role="member")
    org, _ = accounts.member_of(ben, org_id)
    do("remove_member", org_id, uid="ben")
    with pytest.raises(Conflict):
        accounts.mint_key(ben, org, name="late", scope="workspace", now=NOW)


def test_an_org_is_shown_without_a_secret(signed_up: tuple[Org, NewKey], org_id: str) -> None:
    do("add_member", org_id, uid="ben", role="admin")
    shown = do("show_org", org_id)
    assert {(member.uid, member.role) for member in shown.members} == {("ana", "owner"), ("ben", "admin")}
    assert [key.key_id for key in shown.keys] == [signed_up[1].key.key_id]
    text = shown.model_dump_json()
    org, key = signed_up
    assert not [secret for secret in (org.webhook_secret, key.key.key_hash, key.secret) if secret in text]
