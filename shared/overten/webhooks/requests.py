"""What clients ask of their webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, WithJsonSchema

from overten.runs.models import EventName

Events = Annotated[
    list[EventName],
    Field(min_length=1, max_length=20, description="What it is told of"),
    AfterValidator(lambda events: list(dict.fromkeys(events))),
]
Description = Annotated[str, StringConstraints(max_length=1000)]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2048),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": 2048}),
]
WebhookId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class WebhookRequest(BaseModel):
    """An address that is to be told of events."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://hooks.example.com/overten", "events": ["run.completed", "run.failed"]}]
        }
    )

    url: Url = Field(description="https on port 443, at a public address; redirects are not followed")
    events: Events
    description: Description | None = None


class WebhookChange(BaseModel):
    """What is to be another than it was; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": True}]})

    url: Url | None = None
    events: Events | None = None
    description: Description | None = Field(None, description="null takes it away")
    active: StrictBool | None = Field(None, description="true begins anew after a deactivation, false pauses")


class WebhookReference(BaseModel):
    """Which webhook, for clients that would rather not put its id into the address."""

    webhook_id: WebhookId | None = None
