"""Attempts: the whole ladder by a fake clock, deaths in the midst, twins, and the health of a webhook."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overten.accounts.models import AuthenticatedKey
from overten.outbound.errors import RequestFailed, TargetRefused
from overten.webhooks import service, signing, store
from overten.webhooks.deliver import deliver
from overten.webhooks.errors import AttemptUnderWay
from overten.webhooks.models import FAILING_SECONDS, Subscription
from overten.webhooks.requests import WebhookChange
from tests.unit.runs.factories import NOW
from tests.unit.webhooks.conftest import URL, Reply, World, a_delivery, current, message_of, reply, subscribe
from tests.unit.webhooks.test_signing import verify

LADDER = [0, 10, 40, 160, 760, 2_560, 9_760, 31_360]
TIMED_OUT = RequestFailed("timed_out", "The host did not answer in time.")


def seen(org_id: str, webhook_id: str) -> Subscription:
    found = store.get(org_id, webhook_id)
    assert found is not None
    return found


def test_a_delivery_that_arrives(world: World, webhook: Subscription) -> None:
    world.answer = lambda _: reply(204, b"")
    done = world.run(a_delivery(webhook))
    [request] = world.requests
    assert (done.status, done.attempt, len(done.attempts)) == ("delivered", 2, 1)
    assert (done.attempts[0].status_code, done.attempts[0].error, done.attempts[0].duration_ms) == (204, None, 200)
    assert request.target.url == URL
    assert request.body.decode() == '{"event":"run.failed","summary":"Zürich 🚀"}'
    assert done.body == "", "what was delivered tells of a run, which may be deleted"
    assert verify(webhook.secret, request.headers, request.body)
    assert not verify(signing.new_secret(), request.headers, request.body)
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: reply(500),
        lambda _: reply(404),
        lambda _: reply(301, location="https://elsewhere.example.com/"),
        lambda _: reply(429),
        lambda _: TIMED_OUT,
        lambda _: RequestFailed("not_reached", "The host could not be reached."),
        lambda _: RequestFailed("certificate_not_valid", "The host's certificate is not valid."),
        lambda _: RequestFailed("bad_response", "The host did not answer in HTTP."),
        lambda _: TargetRefused("address_not_allowed", "The URL's host has a private or reserved address."),
    ],
)
def test_whatever_fails_takes_the_whole_ladder(
    world: World, webhook: Subscription, answer: Callable[[int], Reply]
) -> None:
    """Eight attempts over nine hours, with the same bytes and id each time."""
    world.answer = answer
    done = world.run(a_delivery(webhook))
    assert [request.at - NOW for request in world.requests] == LADDER
    assert (done.status, [attempt.number for attempt in done.attempts]) == ("failed", [1, 2, 3, 4, 5, 6, 7, 8])
    assert all(attempt.error for attempt in done.attempts)
    assert len({request.body for request in world.requests}) == 1
    assert {request.headers["webhook-id"] for request in world.requests} == {done.delivery_id}
    # Each attempt is signed anew, at its own time.
    stamps = [int(request.headers["X-Overten-Timestamp"]) for request in world.requests]
    assert stamps == [int(request.at) for request in world.requests]


@pytest.mark.parametrize("succeeds_at", range(1, 9))
def test_the_ladder_ends_with_the_first_success(world: World, webhook: Subscription, succeeds_at: int) -> None:
    world.answer = lambda n: reply(200) if n == succeeds_at else reply(503)
    done = world.run(a_delivery(webhook))
    assert (done.status, len(world.requests)) == ("delivered", succeeds_at)
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds is None


def test_retry_after_lengthens_a_wait_within_its_bounds(world: World, webhook: Subscription) -> None:
    asked = iter(["60", "1", "999999999", "soon", "3600", "3600", "3600", "1"])
    world.answer = lambda _: reply(429, retry_after=next(asked))
    world.run(a_delivery(webhook))
    times = [request.at for request in world.requests]
    waits = [after - before for before, after in pairwise(times)]
    assert waits == [60, 30, 3_600, 600, 3_600, 7_200, 21_600]


def test_the_answer_is_kept_as_text(world: World, webhook: Subscription) -> None:
    world.answer = lambda n: reply(500, b"caf\xe9 \x00 \xf0\x9f\x9a\x80") if n == 1 else reply(200)
    done = world.run(a_delivery(webhook))
    assert done.attempts[0].response == "caf� \x00 🚀"


def test_410_ends_the_ladder_and_deactivates(world: World, webhook: Subscription) -> None:
    world.answer = lambda _: reply(410)
    done = world.run(a_delivery(webhook))
    assert (done.status, len(world.requests)) == ("failed", 1)
    now = seen(webhook.org_id, webhook.webhook_id)
    assert (now.active, now.deactivated_reason) == (False, "gone")
    assert now.deactivated_at is not None


def test_what_waits_for_a_webhook_that_was_deleted_or_deactivated_is_cancelled(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    other = subscribe(by)
    pending = [a_delivery(one) for one in (webhook, other)]
    service.unsubscribe(webhook.webhook_id, by, now=NOW)
    service.change(other.webhook_id, WebhookChange(active=False), by)
    assert [world.run(one).status for one in pending] == ["cancelled", "cancelled"]
    assert world.requests == []


def test_five_days_of_failures_deactivate_and_one_success_starts_the_count_anew(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    def attempt(days: float, status: int) -> Subscription:
        world.now = NOW + days * 86_400
        world.answer = lambda _: reply(status)
        delivery = a_delivery(webhook, f"evt_{int(days * 100):026d}")
        deliver(message_of(delivery))
        return seen(webhook.org_id, webhook.webhook_id)

    assert attempt(0, 500).failing_since_seconds == NOW
    assert attempt(4.9, 500).active
    assert attempt(4.95, 200).failing_since_seconds is None
    assert attempt(5.5, 500).active
    assert attempt(5.5 + 4.99, 500).active
    ended = attempt(5.5 + FAILING_SECONDS / 86_400, 500)
    assert (ended.active, ended.deactivated_reason) == (False, "failing")
    begun = service.change(webhook.webhook_id, WebhookChange(active=True), by)
    assert (begun.active, begun.deactivated_at, begun.failing_since_seconds) == (True, None, None)
    assert attempt(12, 500).active


def test_a_test_event_is_not_retried(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    world.answer = lambda _: reply(500)
    done = world.run(service.send_test(webhook.webhook_id, by, now=NOW))
    assert (done.status, len(world.requests), done.event) == ("failed", 1, "webhook.test")


def test_tests_that_fail_neither_begin_nor_end_the_five_days(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    world.answer = lambda _: reply(500)
    world.run(service.send_test(webhook.webhook_id, by, now=NOW))
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds is None
    deliver(message_of(a_delivery(webhook)))
    world.now = NOW + FAILING_SECONDS + 1
    world.run(service.send_test(webhook.webhook_id, by, now=world.now))
    assert seen(webhook.org_id, webhook.webhook_id).active
    deliver(message_of(a_delivery(webhook, f"evt_{1:026d}")))
    assert not seen(webhook.org_id, webhook.webhook_id).active


def test_a_test_that_is_answered_410_deactivates(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    world.answer = lambda _: reply(410)
    world.run(service.send_test(webhook.webhook_id, by, now=NOW))
    assert seen(webhook.org_id, webhook.webhook_id).deactivated_reason == "gone"


def test_a_success_just_now_keeps_a_twin_that_failed_from_deactivating(world: World, webhook: Subscription) -> None:
    store.note_failure(webhook, now=NOW)
    failing = seen(webhook.org_id, webhook.webhook_id)
    store.note_success(failing)
    later = NOW + FAILING_SECONDS
    assert not store.deactivate(failing, "failing", now=later)
    store.note_failure(webhook, now=later)
    assert not store.deactivate(failing, "failing", now=later), "the row of failures is another"
    assert store.deactivate(failing, "gone", now=later)


def test_a_success_ends_a_row_of_failures_that_began_while_it_was_under_way(
    world: World, webhook: Subscription
) -> None:
    store.note_failure(webhook, now=NOW)
    store.note_success(webhook)
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds is None


def test_what_came_of_an_address_that_was_left_is_not_noted_of_the_next(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    moved = service.change(webhook.webhook_id, WebhookChange(url="https://b.example.com/"), by)
    store.note_failure(webhook, now=NOW)
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds is None
    store.note_failure(moved, now=NOW + 1)
    store.note_success(webhook)
    assert seen(webhook.org_id, webhook.webhook_id).failing_since_seconds == NOW + 1
    assert not store.deactivate(webhook, "gone", now=NOW)


def test_a_message_that_comes_twice_makes_one_attempt(world: World, webhook: Subscription) -> None:
    delivery = a_delivery(webhook)
    for _ in range(3):
        deliver(message_of(delivery))
    assert len(world.requests) == 1


def test_a_twin_waits_while_an_attempt_is_under_way(world: World, webhook: Subscription) -> None:
    delivery = a_delivery(webhook)
    store.claim(message_of(delivery), now=world.now)
    with pytest.raises(AttemptUnderWay):
        deliver(message_of(delivery))
    assert world.requests == []


def test_a_batch_reports_the_messages_that_are_to_come_again(world: World, webhook: Subscription) -> None:
    handler = importlib.import_module("webhooks_deliver").handler
    good, busy, done = (a_delivery(webhook, f"evt_{n:026d}") for n in range(3))
    store.claim(message_of(busy), now=world.now)
    deliver(message_of(done))
    bodies = {"good": message_of(good).model_dump_json(), "busy": message_of(busy).model_dump_json()}
    bodies |= {"done": message_of(done).model_dump_json(), "nonsense": "{"}
    records = [{"messageId": name, "body": body} for name, body in bodies.items()]
    failed = handler({"Records": records}, None)["batchItemFailures"]
    assert [item["itemIdentifier"] for item in failed] == ["busy", "nonsense"]
    assert len(world.requests) == 2


def test_a_death_in_the_midst_is_noted_and_the_attempt_is_made_again(world: World, webhook: Subscription) -> None:
    delivery = a_delivery(webhook)
    store.claim(message_of(delivery), now=world.now)  # and dies
    world.now += store.LEASE_SECONDS
    deliver(message_of(delivery))
    done = current(delivery)
    assert (done.status, [attempt.error for attempt in done.attempts]) == ("delivered", ["interrupted", None])
    assert {attempt.number for attempt in done.attempts} == {1}


def test_a_worker_that_was_merely_slow_writes_nothing_once_another_took_over(
    world: World, webhook: Subscription
) -> None:
    delivery = a_delivery(webhook)
    slow = store.claim(message_of(delivery), now=world.now)
    world.now += store.LEASE_SECONDS
    deliver(message_of(delivery))
    assert not store.record(slow, None, "failed", due_at_seconds=world.now)
    assert current(delivery).status == "delivered"


def test_an_early_or_late_message_of_another_attempt_is_dropped(world: World, webhook: Subscription) -> None:
    delivery = a_delivery(webhook)
    for attempt in (0, 2, 7):
        deliver(message_of(delivery).model_copy(update={"attempt": attempt}))
    deliver(message_of(delivery).model_copy(update={"delivery_id": "evt_nothing"}))
    assert world.requests == []


def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(
    world: World, by: AuthenticatedKey, webhook: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated = service.rotate_secret(webhook.webhook_id, by, now=NOW)
    again = service.rotate_secret(webhook.webhook_id, by, now=NOW + 10)
    for hours, accepted in ((1, 3), (23.99, 3), (24.01, 1)):
        world.now = NOW + 10 + hours * 3_600
        deliver(message_of(a_delivery(webhook, f"evt_{int(hours * 100):026d}")))
        request = world.requests[-1]
        secrets = (again.secret, rotated.secret, webhook.secret)
        assert [verify(one, request.headers, request.body) for one in secrets].count(True) == accepted
        assert verify(again.secret, request.headers, request.body)


def test_redelivery_begins_the_ladder_anew_with_the_same_id(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    world.answer = lambda _: reply(500)
    failed = world.run(a_delivery(webhook))
    world.requests.clear()
    begun = world.now
    world.answer = lambda n: reply(200) if n == 3 else reply(500)
    again = service.redeliver(webhook.webhook_id, failed.delivery_id, by, now=begun)
    done = world.run(again)
    assert [request.at - begun for request in world.requests] == [0, 10, 40]
    assert (done.status, len(done.attempts), done.attempts[-1].number) == ("delivered", 11, 12)


@given(st.lists(st.sampled_from(["ok", "fail", "die", "twin", "redeliver"]), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_log_agrees_with_the_receiver(
    world: World, by: AuthenticatedKey, steps: list[str]
) -> None:
    """Any mixture of answers, deaths after sending, doubled messages and redeliveries."""
    webhook = subscribe(by)
    world.now = NOW
    world.requests.clear()
    world.waiting.clear()
    delivery = a_delivery(webhook)
    deaths = 0
    for step in steps:
        standing = current(delivery)
        world.now += 3_000
        if step == "redeliver":
            if standing.status != "pending":
                service.redeliver(webhook.webhook_id, delivery.delivery_id, by, now=world.now)
            continue
        world.answer = lambda _, step=step: reply(200) if step == "ok" else reply(500)  # type: ignore[misc]
        if step == "die" and standing.status == "pending":
            store.claim(message_of(standing), now=world.now)
            deaths += 1
            continue
        for _ in range(2 if step == "twin" else 1):
            deliver(message_of(standing))
    done = current(delivery)
    answered = [attempt for attempt in done.attempts if attempt.status_code]
    interrupted = [attempt for attempt in done.attempts if attempt.error == "interrupted"]
    assert len(answered) == len(world.requests)
    assert len(interrupted) + (done.status == "attempting") == deaths
    if done.status == "delivered":
        assert done.attempts[-1].error is None
    service.unsubscribe(webhook.webhook_id, by, now=NOW)
