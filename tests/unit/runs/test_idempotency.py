"""One idempotency key names one request for a day, whatever becomes of it and whoever races it."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from overten.accounts.models import AuthenticatedKey
from overten.credits.pricing import price_list
from overten.documents.models import Statistics
from overten.errors import Conflict, InsufficientCredits, RateLimited
from overten.runs import store
from overten.runs.models import IdempotencyClaim, Outcome, Publication, Task, TaskError
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, balances, caller, ledger_sums

FLOOR = price_list().floors["excel"]
DAY_SECONDS = 86_400
_numbers = count()


class Request(NamedTuple):
    key: str | None
    prompt: str
    sees_no_claim: bool  # its look-up comes before a twin's accept, its own accept after


class Ending(NamedTuple):
    succeeds: bool


class Waiting(NamedTuple):
    seconds: int


requests = st.builds(
    Request, st.sampled_from(["a", "b", "a", None]), st.sampled_from(["One", "One", "Two"]), st.booleans()
)
waits = st.builds(Waiting, st.sampled_from([1, 3600, DAY_SECONDS - 1, DAY_SECONDS]))
steps = st.lists(st.one_of(requests, requests, requests, st.builds(Ending, st.booleans()), waits), max_size=16)


class Client:
    """Takes steps, and knows what each key must name."""

    def __init__(self, by: AuthenticatedKey) -> None:
        self._by = by
        self._now = NOW
        self._named: dict[str, tuple[str, str, float]] = {}  # prompt, task and end of the day, by key
        self.accepted: list[str] = []

    def take(self, step: Request | Ending | Waiting) -> None:
        if isinstance(step, Waiting):
            self._now += step.seconds
        elif isinstance(step, Ending):
            self._end_oldest(step.succeeds)
        else:
            self._ask(step)

    def _ask(self, request: Request) -> None:
        prompt, task_id, until = self._named.get(request.key or "", ("", "", 0.0))
        named = until > self._now
        with pytest.MonkeyPatch.context() as patched:
            if request.sees_no_claim:
                look_up, looks = store.get_claim, count()

                def blind_at_first(org_id: str, key_hash: str, *, now: float) -> IdempotencyClaim | None:
                    return look_up(org_id, key_hash, now=now) if next(looks) else None

                patched.setattr(store, "get_claim", blind_at_first)
            try:
                task = accept(self._by, now=self._now, prompt=request.prompt, idempotency_key=request.key)
            except Conflict:
                assert named
                assert prompt != request.prompt
                return
            except (RateLimited, InsufficientCredits):
                assert not named, "a repeat is answered, not refused"
                return
        if named:
            assert (task.task_id, request.prompt) == (task_id, prompt)
            return
        assert task.task_id not in self.accepted
        self.accepted.append(task.task_id)
        if request.key:
            self._named[request.key] = (request.prompt, task.task_id, self._now + DAY_SECONDS)

    def tasks(self) -> list[Task]:
        return store.get_tasks(self._by.org_id, self.accepted)

    def _end_oldest(self, succeeds: bool) -> None:
        task = next((task for task in self.tasks() if not task.is_terminal), None)
        if task and succeeds:
            outcome = Outcome(title="T", file_name="T.xlsx", summary="", statistics=Statistics(sheets=1))
            publication = Publication(object_key=task.task_id, size_bytes=1, sha256="0" * 64)
            store.settle(task, outcome, publication, FLOOR, now=self._now)
        elif task:
            store.fail(task, TaskError(code="internal_error", message="It broke."), now=self._now)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_one_key_names_one_task_for_a_day(
    aws: None, executions: FakeExecutions, steps: list[Request | Ending | Waiting]
) -> None:
    by = caller(uid=f"user {next(_numbers)}")
    client = Client(by)
    for step in steps:
        client.take(step)
    tasks = client.tasks()
    assert [run.run_id for run in store.list_runs(by.org_id, before_run_id=None)] == [
        task.run_id for task in reversed(tasks)
    ]
    open_tasks = [task for task in tasks if not task.is_terminal]
    available, held, running = balances(by.org_id)
    assert (held, running) == (FLOOR * len(open_tasks), len(open_tasks))
    assert ledger_sums(by.org_id) == (available, held)
