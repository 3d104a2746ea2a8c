"""How the export endpoints take requests: JSON, a form or the query; and how they answer."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from overten.api.body import parse
from overten.config import GenerateSettings, settings
from overten.errors import InvalidRequest, ValidationFailed
from overten.export.models import ExportWarning
from overten.export.records import Export
from overten.export.requests import ExportRequest
from overten.export.service import CONVERSION_SECONDS

_FIELDS = ("format", "page", "sheet")
# Left for answering before the gateway gives up on us, and beyond the longest conversion.
_ANSWER_MARGIN_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = CONVERSION_SECONDS + 10.0
_MAX_FIELD_BYTES = 4096


class _ExportView(BaseModel):
    source_format: str
    format: str
    file_name: str
    size_bytes: int
    pages: int | None = Field(description="Of a PDF")
    warnings: list[ExportWarning] = Field(description="What the format cannot hold of this document")
    download_url: str = Field(description="Good for an hour; follows to a short-lived storage address")
    expires_at: str = Field(description="When download_url ends. Ask again for another: the export itself is kept")


class _RunId(BaseModel):
    run_id: str


class _FileId(BaseModel):
    file_id: str


# Members of the last base come first: the id leads the answer.
class RunExported(_ExportView, _RunId):
    """A run's document in another format."""


class FileConverted(_ExportView, _FileId):
    """An uploaded file in another format."""


def view_members(export: Export, file_name: str) -> dict[str, Any]:
    """What the answers tell of an export, but for the links."""
    return {
        "source_format": export.source,
        "format": export.target,
        "file_name": file_name,
        **export.model_dump(include={"size_bytes", "pages"}),
        "warnings": export.warnings,
    }


async def read_request(request: Request) -> ExportRequest:
    """The request in any of its forms. A member in both the query and the body must be the same in both."""
    in_query = {name: request.query_params[name] for name in _FIELDS if name in request.query_params}
    in_body = await _body(request)
    for name in in_query.keys() & in_body.keys():
        if str(in_body[name]) != in_query[name]:
            raise ValidationFailed(f"/{name}", "differs from the query's.")
    try:
        return ExportRequest.model_validate(in_query | in_body)
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors(include_context=False)]
        raise RequestValidationError(problems) from None


async def _body(request: Request) -> dict[str, Any]:
    """The members of the body; none if it is empty. Form fields are text, and numbers are read from them."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        try:
            form = await request.form(max_files=0, max_fields=len(_FIELDS), max_part_size=_MAX_FIELD_BYTES)
        except HTTPException as error:
            raise InvalidRequest(f"The form cannot be read: {error.detail}") from None
        return dict(form)
    body = await request.body()
    if not body.strip():
        return {}
    try:
        found = parse(body)
    except json.JSONDecodeError as error:
        raise InvalidRequest(f"The body is not valid JSON: {error.msg}.") from None
    if not isinstance(found, dict):
        raise InvalidRequest("The body must be a JSON object.")
    return found


def wait_deadline(arrival: float) -> float:
    """When the caller has to be answered, in Unix seconds."""
    gateway_seconds = settings(GenerateSettings).integration_timeout_millis / 1000 - _ANSWER_MARGIN_SECONDS
    return min(arrival + gateway_seconds, time.time() + _LONGEST_WAIT_SECONDS)


ExportBody = Annotated[ExportRequest, Depends(read_request)]


def body_schema() -> dict[str, Any]:
    """The OpenAPI description of the body."""
    schema = ExportRequest.model_json_schema()
    content = {name: {"schema": schema} for name in ("application/json", "application/x-www-form-urlencoded")}
    query = {"name": "format", "in": "query", "required": False, "schema": {"type": "string"}}
    return {"requestBody": {"required": False, "content": content}, "parameters": [query]}
