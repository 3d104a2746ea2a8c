"""The deliverer's queue, and the schedules for waits that a queue cannot hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from overten.aws import clients
from overten.config import TriggerSettings, settings
from overten.webhooks.models import Trigger


def tell(trigger: Trigger, *, now: float, due_at_seconds: float) -> None:
    """Has the deliverer told when the attempt is due. Telling twice is harmless.

    The org is the message group: SQS lets an org with many messages wait, and not the others (fair queues).
    """
    wait_seconds = max(0, round(due_at_seconds - now))
    if wait_seconds > settings(TriggerSettings).scheduler_threshold_seconds:
        _schedule(trigger, due_at_seconds)
        return
    clients.sqs().send_message(
        QueueUrl=settings(TriggerSettings).webhook_queue_url,
        MessageBody=trigger.model_dump_json(),
        MessageGroupId=trigger.org_id,
        DelaySeconds=wait_seconds,
    )


def _schedule(trigger: Trigger, due_at_seconds: float) -> None:
    """A schedule that sends the message once and is deleted then. Its name tells repeats."""
    own, scheduler = settings(TriggerSettings), clients.scheduler()
    message = {
        "QueueUrl": own.webhook_queue_url,
        "MessageBody": trigger.model_dump_json(),
        "MessageGroupId": trigger.org_id,
    }
    try:
        scheduler.create_schedule(
            Name=schedule_name(trigger),
            GroupName=own.scheduler_group,
            ScheduleExpression=f"at({datetime.fromtimestamp(due_at_seconds, UTC):%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": own.scheduler_target_arn,
                "RoleArn": own.scheduler_role_arn,
                "Input": json.dumps(message),
                "DeadLetterConfig": {"Arn": own.scheduler_dead_letters_arn},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
            },
        )
    except scheduler.exceptions.ConflictException:
        return  # made by an earlier try


def schedule_name(trigger: Trigger) -> str:
    """Delivery and attempt, without the ids' prefixes: a name has 64 characters at most."""
    owner, event = (part.partition("_")[2] for part in (trigger.owner_id, trigger.delivery_id))
    return f"{owner}-{event}-{trigger.attempt}"
