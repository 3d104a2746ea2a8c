"""What clients ask of their webhooks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)
from pydantic.json_schema import SkipJsonSchema

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


def _left_out(description: str | None = None) -> Any:
    """A member that may be left out, but is not null: neither type nor default of its schema says so."""

    def without_default(schema: dict[str, Any]) -> None:
        schema.pop("default", None)

    return Field(None, description=description, json_schema_extra=without_default)


class WebhookChange(BaseModel):
    """What is to be another than it was; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": True}]})

    url: Url | SkipJsonSchema[None] = _left_out()
    events: Events | SkipJsonSchema[None] = _left_out()
    description: Description | None = Field(None, description="null takes it away")
    active: StrictBool | SkipJsonSchema[None] = _left_out("true begins anew after a deactivation, false pauses")

    @field_validator("url", "events", "active", mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        """None is how a member that was left out reads; said aloud it would mean nothing."""
        if value is None:
            raise ValueError("should not be null; leave it out to keep what it is")
        return value


class WebhookReference(BaseModel):
    """Which webhook, for clients that would rather not put its id into the address."""

    webhook_id: WebhookId | None = None
