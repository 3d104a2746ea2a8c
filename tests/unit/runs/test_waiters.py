"""How many synchronous callers wait at once."""

from __future__ import annotations

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overten.aws import dynamo
from overten.config import CapacitySettings, forget_settings
from overten.runs import waiters, waiters_store
from overten.runs.waiters_store import Lease
from tests.unit.conftest import AwsCalls
from tests.unit.runs.factories import NOW


def take(limit: int, *, now: float = NOW, seconds: float = 300) -> Lease | None:
    return waiters_store.take(limit, expires_at=now + seconds, now=now)


def test_no_more_than_the_limit_wait_and_a_place_given_back_is_free(aws: None) -> None:
    leases = [take(2), take(2)]
    assert all(leases)
    assert take(2) is None
    assert leases[0]
    waiters_store.release(leases[0])
    assert take(2)
    assert take(2) is None


def test_where_nobody_may_wait_nothing_is_asked(aws_calls: AwsCalls) -> None:
    assert take(0) is None
    assert aws_calls == []


def test_a_killed_waiter_frees_itself(aws: None) -> None:
    killed = take(1, seconds=10)
    assert killed
    assert take(1, now=NOW + 9) is None
    heir = take(1, now=NOW + 11)
    assert heir
    waiters_store.release(killed)  # it was not dead after all, only late: the heir's place is not touched
    assert take(1, now=NOW + 12) is None


def test_two_who_find_the_same_dead_do_not_both_take_the_place(aws: None) -> None:
    assert take(1, seconds=10)
    seen = dynamo.get("counters", {"counter_id": "WAITERS#0"})
    assert seen
    assert take(1, now=NOW + 11)
    beaten = waiters_store._add_in_place_of_the_dead(Lease(0, "beaten"), int(NOW) + 60, 1, seen, NOW + 11)
    assert not beaten


def test_giving_back_twice_is_harmless(aws: None) -> None:
    lease = take(3)
    assert lease
    for _ in range(2):
        waiters_store.release(lease)
    assert take(1)


def test_a_place_costs_one_call_and_its_return_another(aws_calls: AwsCalls) -> None:
    take(25)
    aws_calls.clear()
    lease = take(25)
    assert lease
    waiters_store.release(lease)
    assert aws_calls == ["UpdateItem", "UpdateItem"]


def test_a_refusal_asks_three_shards_at_most(aws_calls: AwsCalls) -> None:
    limit = 4 * waiters_store.LEASES_PER_SHARD
    for shard in range(4):
        leases = {f"lease-{number}": int(NOW) + 60 for number in range(waiters_store.LEASES_PER_SHARD)}
        dynamo.put_many("counters", [{"counter_id": f"WAITERS#{shard}", "leases": leases}])
    aws_calls.clear()
    assert take(limit) is None
    assert aws_calls == ["UpdateItem"] * waiters_store.SHARDS_TRIED


def test_shards_share_the_limit_evenly(aws: None) -> None:
    taken = [lease for lease in (take(60) for _ in range(90)) if lease]
    by_shard = [sum(lease.shard == shard for lease in taken) for shard in range(3)]
    assert by_shard == [20, 20, 20]


def test_a_lower_limit_holds_at_once(aws: None) -> None:
    for _ in range(5):
        assert take(10)
    assert take(4) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 30),
    steps=st.lists(st.tuples(st.sampled_from(["take", "release", "pass"]), st.integers(1, 12)), max_size=12),
)
def test_never_more_than_the_limit_whatever_dies(aws: None, limit: int, steps: list[tuple[str, int]]) -> None:
    """Who is not released has died; once its lease is over it counts no more."""
    for shard in range(3):
        dynamo.delete("counters", {"counter_id": f"WAITERS#{shard}"})
    now, alive = NOW, {}
    for action, number in steps:
        if action == "pass":
            now += number
        elif action == "release" and alive:
            waiters_store.release(alive.popitem()[0])
        elif action == "take":
            for _ in range(number):
                if lease := take(limit, now=now, seconds=number):
                    alive[lease] = now + number
        alive = {lease: until for lease, until in alive.items() if until > now}
        assert len(alive) <= limit
    now += 1000
    assert take(limit, now=now), "all have expired, so there is room wherever one looks"


def test_a_fifth_of_the_accounts_concurrency_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []
    for concurrency, waiting in (("", ""), ("10", ""), ("10", "7"), ("10", "0")):
        monkeypatch.setenv("ACCOUNT_CONCURRENCY", concurrency)
        monkeypatch.setenv("MAX_SYNC_WAITERS", waiting)
        forget_settings()
        limits.append(CapacitySettings.load().sync_waiters_limit)
    assert limits == [200, 2, 7, 0]


def test_a_place_is_given_back_however_the_wait_ends(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_SYNC_WAITERS", "1")
    forget_settings()
    for _ in range(2):
        with pytest.raises(KeyError):
            _wait_beside_another_and_fail()


def _wait_beside_another_and_fail() -> None:
    with waiters.place(4_000_000_000) as placed:
        assert placed
        with waiters.place(4_000_000_000) as second:
            assert not second
        raise KeyError


def test_an_outage_of_the_counter_turns_nobody_into_a_waiter_and_breaks_no_answer(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with waiters.place(4_000_000_000) as placed:
        assert placed
        monkeypatch.setattr(waiters_store, "release", down)
    monkeypatch.setattr(waiters_store, "take", down)
    with waiters.place(4_000_000_000) as placed:
        assert not placed
