"""What clients do with their webhooks, and what an address must be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from overten.accounts.models import AuthenticatedKey, NewKey, Org
from overten.aws import dynamo
from overten.config import forget_settings
from overten.errors import Conflict, NotFound, ValidationFailed
from overten.outbound import client
from overten.outbound.targets import Target
from overten.webhooks import queue_store, service, store
from overten.webhooks.deliver import deliver
from overten.webhooks.models import Subscription, Trigger
from overten.webhooks.requests import WebhookChange
from tests.unit.api.conftest import signed_up
from tests.unit.api.gateway import call
from tests.unit.outbound.test_targets import REFUSED
from tests.unit.runs.conftest import executions
from tests.unit.runs.factories import NOW, caller
from tests.unit.webhooks.conftest import World, a_delivery, current, message_of, subscribe

__all__ = ["executions", "signed_up"]
TRIGGER = Trigger(
    org_id="org_1", owner_id="whk_01JD3Q7Z8X5R2K9M4N6P8T0V20", delivery_id="evt_01JD3Q7Z8X5R2K9M4N6P8T0V21", attempt=3
)
# What a name may turn out to be when it is asked for, though its URL was beyond reproach.
BAD_ADDRESSES = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "168.63.129.16", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:93.184.215.14", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "2001:db8::1",
    "2001::1", "fd00:ec2::254",
)  # fmt: skip


@pytest.mark.parametrize(("url", "_reason"), REFUSED)
def test_addresses_that_are_refused_when_they_are_given(by: AuthenticatedKey, url: str, _reason: str) -> None:
    with pytest.raises((ValidationFailed, ValidationError)):
        subscribe(by, url=url)


def test_the_table_of_refused_addresses_is_long() -> None:
    assert len(REFUSED) + len(BAD_ADDRESSES) >= 60


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_name_that_leads_to_a_bad_address_is_not_connected_to(
    world: World, webhook: Subscription, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Also beside a good one. The receiver's name server is the attacker's."""
    connected: list[str] = []
    real = client.resolve_and_check
    for answer in ([address], ["93.184.215.14", address]):

        def fetch(target: Target, answer: list[str] = answer, **details: Any) -> Any:
            connected.extend(map(str, real(target, timeout_seconds=1, resolver=lambda *_: answer)))

        monkeypatch.setattr("overten.outbound.client.fetch", fetch)
        delivery = a_delivery(webhook, f"evt_{len(answer):026d}")
        deliver(message_of(delivery))
        [attempt] = current(delivery).attempts
        assert (attempt.status_code, attempt.error) == (None, "address_not_allowed")
        assert address not in (attempt.message or "")
    assert connected == []


def test_another_orgs_and_anothers_personal_webhook_do_not_exist(by: AuthenticatedKey, webhook: Subscription) -> None:
    rival = caller("Rival", "rival")
    personal = by.model_copy(update={"scope": "personal"})
    for other in (rival, personal):
        with pytest.raises(NotFound):
            service.unsubscribe(webhook.webhook_id, other, now=NOW)
        assert service.list_subscriptions(other, after_id=None, limit=9) == ([], None)
    own = subscribe(personal)
    assert service.list_subscriptions(personal, after_id=None, limit=9)[0] == [own]
    assert service.list_subscriptions(by, after_id=None, limit=9)[0] == [webhook, own]
    assert service.list_subscriptions(by.model_copy(update={"scope": "personal", "creator_uid": "x"}),
                                      after_id=None, limit=9)[0] == []  # fmt: skip


def test_an_org_has_so_many_webhooks_at_most(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_SUBSCRIPTIONS", 3)
    made = [subscribe(by) for _ in range(3)]
    with pytest.raises(Conflict):
        subscribe(by)
    for _ in range(2):
        service.unsubscribe(made[0].webhook_id, by, now=NOW)
    subscribe(by)
    with pytest.raises(Conflict):
        subscribe(by)


def test_pages(by: AuthenticatedKey) -> None:
    made = [subscribe(by).webhook_id for _ in range(5)]
    first, cursor = service.list_subscriptions(by, after_id=None, limit=3)
    second, end = service.list_subscriptions(by, after_id=cursor, limit=3)
    assert [one.webhook_id for one in (*first, *second)] == made
    assert end is None


def test_of_a_deleted_webhook_no_secret_is_left(by: AuthenticatedKey, webhook: Subscription) -> None:
    service.rotate_secret(webhook.webhook_id, by, now=NOW)
    service.unsubscribe(webhook.webhook_id, by, now=NOW)
    left = store.get(by.org_id, webhook.webhook_id)
    assert left is not None
    assert (left.secret, left.url, left.old_secrets, left.active) == ("", "", [], False)


def test_two_rotations_at_once(by: AuthenticatedKey, webhook: Subscription) -> None:
    store.rotate(webhook, "whsec_MQ==", now=NOW)
    with pytest.raises(store.SubscriptionChanged):
        store.rotate(webhook, "whsec_Mg==", now=NOW)


def test_changing(by: AuthenticatedKey, webhook: Subscription) -> None:
    store.note_failure(webhook, now=NOW)
    described = service.change(webhook.webhook_id, WebhookChange(description="Staging"), by)
    assert (described.description, described.failing_since_seconds) == ("Staging", NOW)
    moved = service.change(
        webhook.webhook_id, WebhookChange.model_validate({"url": "https://b.example.com/", "description": None}), by
    )
    assert (moved.url, moved.description, moved.failing_since_seconds) == ("https://b.example.com/", None, None)
    with pytest.raises(ValidationFailed):
        service.change(webhook.webhook_id, WebhookChange.model_validate({"url": "https://10.1.1.1/"}), by)


def test_two_changes_at_once_keep_both_and_a_rotation(by: AuthenticatedKey, webhook: Subscription) -> None:
    """Each request sets what it names, however old its reading of the rest."""
    rotated = service.rotate_secret(webhook.webhook_id, by, now=NOW)
    service.change(webhook.webhook_id, WebhookChange(events=["run.failed"]), by)
    left = store.change(webhook, {"description": "Staging"}, [])
    assert (left.events, left.description, left.secret) == (["run.failed"], "Staging", rotated.secret)
    assert store.change(left, {"description": None}, []).description is None


def test_a_change_of_nothing_changes_nothing(by: AuthenticatedKey, webhook: Subscription) -> None:
    assert service.change(webhook.webhook_id, WebhookChange(), by) == webhook


def test_a_change_just_after_a_deactivation_does_not_undo_it(by: AuthenticatedKey, webhook: Subscription) -> None:
    store.deactivate(webhook, "gone", now=NOW)
    left = store.change(webhook, {"description": "Staging", "url": "https://b.example.com/"}, [])
    assert (left.active, left.deactivated_reason) == (False, "gone")


@pytest.mark.parametrize(
    "named", [{"description": "Staging"}, {"url": "https://b.example.com/"}, {"events": ["run.failed"]}]
)
def test_only_active_true_takes_a_deactivated_webhook_into_use_again(
    by: AuthenticatedKey, webhook: Subscription, named: dict[str, object]
) -> None:
    store.deactivate(webhook, "gone", now=NOW)
    left = service.change(webhook.webhook_id, WebhookChange.model_validate(named), by)
    assert (left.active, left.deactivated_reason) == (False, "gone")
    assert left.deactivated_at is not None
    again = service.change(webhook.webhook_id, WebhookChange(active=True), by)
    assert (again.active, again.deactivated_reason, again.deactivated_at) == (True, None, None)


@pytest.mark.parametrize("member", ["url", "events", "active"])
def test_null_is_no_change(signed_up: tuple[Org, NewKey], member: str) -> None:
    secret = signed_up[1].secret
    body = {"url": "https://a.example.com/", "events": ["run.failed"]}
    made = call("webhooks_create", credential=secret, body=body).json
    path = {"webhook_id": made["webhook_id"]}
    answer = call("webhooks_update", credential=secret, path=path, body={"description": "x", member: None})
    assert (answer.status, answer.json["error"]) == (422, "validation_error"), answer.text
    assert answer.json["message"].startswith(f"/{member}: should not be null"), answer.text
    assert call("webhooks_update", credential=secret, path=path, body={"description": None}).json["description"] is None


def test_three_old_secrets_sign_at_most(by: AuthenticatedKey, webhook: Subscription) -> None:
    made = [service.rotate_secret(webhook.webhook_id, by, now=NOW + n).secret for n in range(6)]
    left = store.get(by.org_id, webhook.webhook_id)
    assert left is not None
    assert left.secrets(NOW + 6) == made[:1:-1]


def test_a_redelivered_delivery_is_kept_for_thirty_days_from_then(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    delivery = a_delivery(webhook)
    service.redeliver(webhook.webhook_id, delivery.delivery_id, by, now=NOW + 29 * 86_400)
    until = NOW + 59 * 86_400
    row = dynamo.get("webhooks", {"pk": by.org_id, "sk": f"DELIVERY#{webhook.webhook_id}#{delivery.delivery_id}"})
    assert row is not None
    assert (row["ttl"], row["expires_at_seconds"]) == (until, until)
    [listed] = service.list_deliveries(webhook.webhook_id, by, before_id=None, limit=9, now=until - 1)[0]
    assert listed.delivery_id == delivery.delivery_id


def test_redelivering_what_is_under_way_is_a_conflict(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    delivery = a_delivery(webhook)
    store.claim(message_of(delivery), now=NOW)
    with pytest.raises(Conflict):
        service.redeliver(webhook.webhook_id, delivery.delivery_id, by, now=NOW + 1)


def test_deliveries_are_listed_for_thirty_days(by: AuthenticatedKey, webhook: Subscription) -> None:
    a_delivery(webhook)
    listed = [
        service.list_deliveries(webhook.webhook_id, by, before_id=None, limit=9, now=NOW + days * 86_400)[0]
        for days in (29.9, 30)
    ]
    assert [len(page) for page in listed] == [1, 0]


class Calls:
    """Stands for SQS and the Scheduler."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.taken: set[str] = set()

        class Exceptions:
            class ConflictException(Exception):
                pass

        self.exceptions = Exceptions

    def send_message(self, **request: Any) -> None:
        self.made.append(request)

    def create_schedule(self, **request: Any) -> None:
        if request["Name"] in self.taken:
            raise self.exceptions.ConflictException
        self.taken.add(request["Name"])
        self.made.append(request)


@pytest.fixture
def calls(environment: None, monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    monkeypatch.setattr(queue_store.clients, "sqs", lambda: made)
    monkeypatch.setattr(queue_store.clients, "scheduler", lambda: made)
    return made


@pytest.mark.parametrize(("wait", "delay"), [(-5, 0), (0, 0), (10.4, 10), (659, 659), (900, 900)])
def test_short_waits_are_the_queues(calls: Calls, wait: float, delay: int) -> None:
    queue_store.tell(TRIGGER, now=NOW, due_at_seconds=NOW + wait)
    [sent] = calls.made
    assert (sent["DelaySeconds"], sent["MessageGroupId"]) == (delay, "org_1")
    assert Trigger.model_validate_json(sent["MessageBody"]) == TRIGGER


def test_long_waits_are_schedules_once(calls: Calls) -> None:
    for _ in range(2):
        queue_store.tell(TRIGGER, now=NOW, due_at_seconds=NOW + 1_800)
    [made] = calls.made
    assert made["Name"] == "01JD3Q7Z8X5R2K9M4N6P8T0V20-01JD3Q7Z8X5R2K9M4N6P8T0V21-3"
    assert len(made["Name"]) <= 64
    assert (made["ScheduleExpression"], made["ActionAfterCompletion"]) == ("at(2027-01-15T08:30:00)", "DELETE")
    assert made["Target"]["Arn"].endswith(":aws-sdk:sqs:sendMessage")
    assert f'"MessageGroupId": "{TRIGGER.org_id}"' in made["Target"]["Input"]


def test_the_threshold_is_a_setting(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_THRESHOLD_SECONDS", "60")
    forget_settings()
    queue_store.tell(TRIGGER, now=NOW, due_at_seconds=NOW + 61)
    assert "ScheduleExpression" in calls.made[0]


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [("own", None, 204), ("own", {}, 204), (None, "own", 204), ("own", "own", 204), (None, None, 400), (None, {}, 400),
     ("own", {"webhook_id": "whk_other"}, 422), (None, {"webhook_id": 5}, 422), (None, {"webhook_id": "whk_x"}, 404)],
)  # fmt: skip
def test_the_ways_to_name_what_is_deleted(
    signed_up: tuple[Org, NewKey], query: str | None, body: Any, status: int
) -> None:
    secret = signed_up[1].secret
    made = call(
        "webhooks_create", credential=secret, body={"url": "https://a.example.com/", "events": ["run.failed"]}
    ).json["webhook_id"]
    answer = call(
        "webhooks_delete",
        credential=secret,
        resource="/v1/webhooks",
        path={},
        query={"webhook_id": made} if query else None,
        body={"webhook_id": made} if body == "own" else body,
    )
    assert answer.status == status, answer.text
