from __future__ import annotations

import pytest

from overten.accounts import keys, service, store
from overten.accounts.models import NewKey, Org, User
from overten.aws import dynamo
from overten.errors import Conflict, Forbidden, InvalidApiKey, NotFound, RateLimited
from tests.unit.conftest import AwsCalls

NOW = 1_800_000_000.0  # a whole minute
USER = User(uid="user-1")


@pytest.fixture
def signed_up(aws: None) -> tuple[Org, NewKey]:
    return service.sign_up(USER, org_name="Acme Analytics", tier="free", key_name="default", now=NOW)


def test_signing_up_makes_an_org_a_key_and_a_grant(signed_up: tuple[Org, NewKey]) -> None:
    org, minted = signed_up
    assert org.available == 200
    assert store.get_org(org.org_id) == org
    assert store.get_role(org.org_id, USER.uid) == "owner"
    assert [key.key_id for key in store.list_keys(org.org_id, after_key_id=None)] == [minted.key.key_id]
    assert [membership.org_id for membership in store.list_memberships(USER.uid)] == [org.org_id]
    caller = service.authenticate(minted.secret, NOW)
    assert (caller.org_id, caller.tier, caller.scope) == (org.org_id, "free", "workspace")


def test_the_same_name_is_refused_however_it_is_spaced_and_cased(signed_up: tuple[Org, NewKey]) -> None:
    with pytest.raises(Conflict) as refused:
        service.sign_up(USER, org_name="  acme   ANALYTICS ", tier="free", key_name="default", now=NOW)
    assert refused.value.extra == {"org_id": signed_up[0].org_id}


def test_starting_credits_are_granted_once_for_each_user(signed_up: tuple[Org, NewKey]) -> None:
    second, _ = service.sign_up(USER, org_name="Another", tier="free", key_name="default", now=NOW)
    assert second.available == 0
    other, _ = service.sign_up(User(uid="user-2"), org_name="Another", tier="free", key_name="default", now=NOW)
    assert other.available == 200


def test_a_tier_that_is_not_self_service_is_forbidden(aws: None) -> None:
    with pytest.raises(Forbidden, match="free"):
        service.sign_up(USER, org_name="Acme", tier="enterprise", key_name="default", now=NOW)


def test_a_malformed_key_costs_no_call(aws_calls: AwsCalls) -> None:
    for secret in (None, "", "sk_live_short", keys.new_secret()[:-1] + "!"):
        with pytest.raises(InvalidApiKey):
            service.authenticate(secret, NOW)
    assert aws_calls == []


def test_an_unknown_key_costs_one_refused_write(aws_calls: AwsCalls) -> None:
    with pytest.raises(InvalidApiKey):
        service.authenticate(keys.new_secret(), NOW)
    assert aws_calls == ["UpdateItem"]


def test_a_request_costs_one_write_and_two_when_a_minute_begins(aws_calls: AwsCalls) -> None:
    _, minted = service.sign_up(USER, org_name="Acme", tier="free", key_name="default", now=NOW)
    aws_calls.clear()
    service.authenticate(minted.secret, NOW)
    assert aws_calls == ["UpdateItem", "UpdateItem"]
    aws_calls.clear()
    service.authenticate(minted.secret, NOW + 59)
    assert aws_calls == ["UpdateItem"]


def test_the_minute_is_counted_and_told(signed_up: tuple[Org, NewKey]) -> None:
    secret = signed_up[1].secret
    remaining = [service.authenticate(secret, NOW + second).rate_limit.remaining for second in range(10)]
    assert remaining == list(range(9, -1, -1))
    with pytest.raises(RateLimited) as refused:
        service.authenticate(secret, NOW + 15)
    assert refused.value.headers == {
        "Retry-After": "45",
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(NOW) + 60),
    }
    assert service.authenticate(secret, NOW + 60).rate_limit.remaining == 9


def test_a_function_whose_clock_lags_counts_in_the_newer_minute(signed_up: tuple[Org, NewKey]) -> None:
    secret = signed_up[1].secret
    service.authenticate(secret, NOW + 60)
    assert service.authenticate(secret, NOW + 59).rate_limit.remaining == 8


def test_a_rollover_that_is_raced_takes_three_writes(
    signed_up: tuple[Org, NewKey], aws_calls: AwsCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = signed_up[1].secret
    begin_minute = store._start_minute

    def raced(key_hash: str, minute: int) -> None:
        begin_minute(key_hash, minute)
        assert begin_minute(key_hash, minute) is None

    monkeypatch.setattr(store, "_start_minute", raced)
    caller = service.authenticate(secret, NOW)
    assert caller.rate_limit.remaining == 8
    assert aws_calls == ["UpdateItem"] * 4  # the racer's own write is one of them


def test_a_revoked_key_is_refused_at_its_next_request(signed_up: tuple[Org, NewKey]) -> None:
    org, minted = signed_up
    for _ in range(2):
        service.revoke_key(USER, org.org_id, "owner", minted.key.key_id, now=NOW)
    with pytest.raises(InvalidApiKey):
        service.authenticate(minted.secret, NOW)
    assert service.list_keys(USER, org.org_id, "owner", after_key_id=None, limit=10) == []


def test_a_member_manages_only_keys_of_their_own(signed_up: tuple[Org, NewKey]) -> None:
    org, owners = signed_up
    member = User(uid="user-2")
    own = service.mint_key(member, org, name="mine", scope="personal", now=NOW)
    listed = service.list_keys(member, org.org_id, "member", after_key_id=None, limit=10)
    assert [key.key_id for key in listed] == [own.key.key_id]
    with pytest.raises(NotFound):
        service.revoke_key(member, org.org_id, "member", owners.key.key_id, now=NOW)
    assert len(service.list_keys(USER, org.org_id, "admin", after_key_id=None, limit=10)) == 2


def test_a_key_minted_while_the_org_is_suspended_elsewhere_is_not_stored(signed_up: tuple[Org, NewKey]) -> None:
    org, _ = signed_up
    dynamo.update(
        "orgs",
        {"pk": org.org_id, "sk": "ORG"},
        "SET #status = :suspended",
        condition="attribute_exists(pk)",
        names={"#status": "status"},
        values={":suspended": "suspended"},
    )
    with pytest.raises(Conflict, match="just been changed"):
        service.mint_key(USER, org, name="late", scope="workspace", now=NOW)
    assert len(list(store.list_keys(org.org_id, after_key_id=None))) == 1


def test_lists_of_keys_go_on_behind_the_last_one(signed_up: tuple[Org, NewKey]) -> None:
    org, first = signed_up
    minted = [service.mint_key(USER, org, name=f"key {n}", scope="workspace", now=NOW).key for n in range(4)]
    after_first = service.list_keys(USER, org.org_id, "owner", after_key_id=first.key.key_id, limit=2)
    assert after_first == minted[:2]
    assert service.list_keys(USER, org.org_id, "owner", after_key_id=minted[1].key_id, limit=9) == minted[2:]


def test_a_stranger_does_not_learn_whether_an_org_exists(signed_up: tuple[Org, NewKey]) -> None:
    for org_id in (signed_up[0].org_id, "org_unknown"):
        with pytest.raises(NotFound, match="No such organization"):
            service.member_of(User(uid="stranger"), org_id)
