"""The event bus, on which the end of every task is announced."""

from __future__ import annotations

from overten.aws import clients
from overten.config import EventBusSettings, settings
from overten.runs.models import RunEvent

SOURCE = "overten.runs"


class NotPublished(Exception):
    """The bus did not take the event."""


def publish(event: RunEvent) -> None:
    """Announces an event. Raises NotPublished, or what the call itself raises."""
    answer = clients.events().put_events(
        Entries=[
            {
                "EventBusName": settings(EventBusSettings).event_bus,
                "Source": SOURCE,
                "DetailType": event.event,
                "Detail": event.model_dump_json(),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise NotPublished(answer["Entries"][0].get("ErrorCode", "unknown"))
