"""Examples for the OpenAPI document, made from its schemas and a table of telling values.

A model that says `json_schema_extra={"examples": […]}` is taken at its word; a member's `examples`, too. Else each
member's value comes from `VALUES` by its name; a new name needs a line here only if its own name would not do as a
value.
"""

from __future__ import annotations

from typing import Any

type Schema = dict[str, Any]

_ULID = "01JD3Q7Z8X5R2K9M4N6P8T0V1W"
_BASE = "https://api.example.com/api/v1"
_PREFIXES = {
    "org_id": "org", "existing_org_id": "org", "key_id": "key", "run_id": "run", "task_id": "task", "file_id": "file",
    "init_file": "file", "template_file": "file", "image_id": "img", "logo_image_id": "img", "webhook_id": "whk",
    "event_id": "evt", "delivery_id": "evt", "entry_id": "",
}  # fmt: skip

VALUES: dict[str, Any] = {
    **{name: f"{prefix}_{_ULID}".removeprefix("_") for name, prefix in _PREFIXES.items()},
    "org_name": "Acme Analytics",
    "created_at": "2026-11-22T14:10:00.000+00:00",
    "started_at": "2026-11-22T14:10:01.000+00:00",
    "finished_at": "2026-11-22T14:10:09.000+00:00",
    "updated_at": "2026-11-22T14:10:09.000+00:00",
    "deleted_at": None,
    "expires_at": "2026-12-22T14:10:09.000+00:00",
    "secret": "sk_live_00000000000000000000000K3vO8",
    "prefix": "sk_live_0000",
    "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "next_cursor": "cnVuXzAxSkQzUTdaOFg1UjJLOU00TjZQOFQwVjFX",
    "cursor": "cnVuXzAxSkQzUTdaOFg1UjJLOU00TjZQOFQwVjFX",
    "status": "completed",
    "phase": "publishing",
    "progress": 1.0,
    "format": "excel",
    "name": "production",
    "title": "Bakery budget",
    "file_name": "Bakery budget.xlsx",
    "summary": "A 12-month budget with rent, wages and a chart of the monthly total.",
    "message": "Accepted. Poll poll_url until the task is over.",
    "prompt": "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each",
    "poll_url": f"{_BASE}/tasks/task_{_ULID}",
    "download_url": f"{_BASE}/runs/run_{_ULID}/download?token=Q2hhcmFjdGVycyB0aGF0IG5vYm9keSBndWVzc2Vz",
    "edit_url": None,
    "thumbnail_url": None,
    "error": None,
    "warnings": [],
    "exports": [],
    "scope": "workspace",
    "sheets": 2,
    "rows": 24,
    "formulas": 60,
    "charts": 1,
    "tables": 1,
    "credits": 200,
    "credits_used": 7,
    "available": 193,
    "held": 0,
    "available_delta": 0,
    "held_delta": -7,
    "duration_ms": 8_240,
    "requests_per_minute": 60,
    "concurrent_runs": 10,
    "upload_bytes": 52_428_800,
    "request_id": "6f1f2b7e-0d7c-4a4e-9a55-5b8c9a0d3f11",
    "content_type": "image/png",
    "bytes": 48_213,
    "width": 800,
    "height": 600,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "caption": "The shop front",
    "tags": ["shop"],
    "rejected_reason": None,
    "rejected_message": None,
    "upload": None,
    "restored_from": None,
    "event": "run.completed",
    "events": ["run.completed", "run.failed"],
    "active": True,
    "deactivated_at": None,
    "deactivated_reason": None,
    "failing_since": None,
    "next_attempt_at": None,
    "attempted_at": "2026-11-22T14:10:10.000+00:00",
    "previous_secret_expires_at": "2026-11-23T14:10:09.000+00:00",
    "number": 1,
    "status_code": 200,
    "response": "ok",
    "response_truncated": False,
    "url": "https://storage.example.com/shop.png",
}

# What a member of one model is, where the common value would mislead; ABSENT leaves it out.
ABSENT: Any = object()
_WEBHOOK = {
    "url": "https://hooks.example.com/overten",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "description": "Production",
}
BY_MODEL: dict[str, dict[str, Any]] = {
    "AcceptedView": {"status": "queued"},
    "TaskView": {"phase": ABSENT, "error": ABSENT},
    "RunTaskView": {"error": None},
    "VerifyView": {"status": "active"},
    "FileView": {
        "name": "rents.xlsx",
        "content_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "kind": "xlsx",
        "status": "ready",
    },
    "WebhookView": _WEBHOOK,
    "NewWebhookView": _WEBHOOK,
    "RotatedView": _WEBHOOK,
    "AttemptView": {"message": None, "duration_ms": 181},
    "DeliveryView": {"status": "delivered"},
    "ImageView": {"name": "shop.png", "kind": "png", "status": "ready"},
}

# Answers whose schema does not say what they look like, by operation.
BY_OPERATION: dict[str, Any] = {
    "get_openapi": {"openapi": "3.1.0", "info": {"title": "Overten API", "version": "1.0.0-alpha"}, "paths": {}},
    "get_docs": "<!doctype html>\n<html lang=\"en\">…</html>",
}  # fmt: skip


def example_of(schema: Schema, schemas: dict[str, Schema], name: str = "") -> Any:
    """A value that the schema allows. `schemas` are the document's own; `name` is the member the value is for."""
    if "$ref" in schema:
        model = schema["$ref"].rpartition("/")[2]
        return _of_model(model, schemas[model], schemas, name)
    if examples := schema.get("examples"):
        return examples[0]
    if "const" in schema:
        return schema["const"]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return _of_options(options, schemas, name)
    if values := schema.get("enum"):
        return VALUES[name] if VALUES.get(name) in values else values[0]
    return _of_type(schema, schemas, name)


def _of_model(model: str, schema: Schema, schemas: dict[str, Schema], name: str) -> Any:
    if "properties" not in schema or "examples" in schema:
        return example_of(schema, schemas, name)
    special = BY_MODEL.get(model, {})
    members = {
        member: special[member] if member in special else example_of(found, schemas, member)
        for member, found in schema["properties"].items()
    }
    return {member: value for member, value in members.items() if value is not ABSENT}


def _of_options(options: list[Schema], schemas: dict[str, Schema], name: str) -> Any:
    nullable = {"type": "null"} in options
    if nullable and name in VALUES and VALUES[name] is None:
        return None
    return example_of(next(option for option in options if option != {"type": "null"}), schemas, name)


def _of_type(schema: Schema, schemas: dict[str, Schema], name: str) -> Any:
    kind = schema.get("type")
    known = VALUES.get(name)
    if kind == "object":
        return {member: example_of(found, schemas, member) for member, found in schema.get("properties", {}).items()}
    if kind == "array":
        return known if isinstance(known, list) else [example_of(schema["items"], schemas, name.removesuffix("s"))]
    if kind == "boolean":
        return schema.get("default", True)
    if kind in ("integer", "number"):
        return known if isinstance(known, int | float) else schema.get("default", schema.get("minimum", 1))
    return _text(schema, known, name)


def _text(schema: Schema, known: Any, name: str) -> str:
    if isinstance(known, str):
        return known
    if "default" in schema:
        return str(schema["default"])
    by_format: dict[str, str] = {
        "uri": "https://example.com/",
        "date-time": VALUES["created_at"],
        "binary": "(the bytes of the file)",
    }
    return by_format.get(schema.get("format", ""), name.replace("_", " ") or "text")
