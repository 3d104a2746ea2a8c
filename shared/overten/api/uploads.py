"""Bodies that are a form with a file, or JSON that announces one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from overten.accounts.tiers import TIERS
from overten.api.body import parse
from overten.api.context import caller_of
from overten.assets.errors import MULTIPART_BYTES, multipart_too_large
from overten.assets.requests import Upload
from overten.errors import InvalidRequest, ValidationFailed

_MAX_FIELDS = 100
_MAX_FIELD_BYTES = 64 * 1024
_WRONG_TYPE = (
    "Send multipart/form-data with the file as field 'file', or JSON with name, content_type and bytes"
    " and the header 'Content-Type: application/json'."
)


@dataclass
class Sent[Details: BaseModel]:
    """What a client sent: always the details, and either the file itself or the announcement of one."""

    details: Details
    announced: Upload | None = None
    file: BinaryIO | None = None
    name: str = ""
    declared_type: str = ""


def upload_body[Details: BaseModel](
    details: type[Details], announcement: type[Upload]
) -> Callable[[Request], AsyncIterator[Sent[Details]]]:
    """A dependency that reads the body as either form. `announcement` must have the members of `details`, too."""

    async def read(request: Request) -> AsyncIterator[Sent[Details]]:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            form = await _read_form(request)
            try:
                yield _from_form(form, details)
            finally:
                await form.close()
        elif media_type == "application/json" or media_type.endswith("+json"):
            announced = _parse_json(await request.body(), announcement)
            yield Sent(details.model_validate(announced.model_dump(include=set(details.model_fields))), announced)
        else:
            raise InvalidRequest(_WRONG_TYPE)

    return read


async def _read_form(request: Request) -> FormData:
    """The parsed form. Refused by its size before anything of it is kept."""
    if len(await request.body()) > MULTIPART_BYTES:
        raise multipart_too_large(TIERS[caller_of(request).tier].upload_bytes)
    try:
        return await request.form(max_files=1, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES)
    except HTTPException as error:
        raise InvalidRequest(f"The multipart body cannot be read: {error.detail}") from None


def _from_form[Details: BaseModel](form: FormData, details: type[Details]) -> Sent[Details]:
    file = form.get("file")
    if file is None:
        raise InvalidRequest("/file: this field is required.")
    if not isinstance(file, UploadFile):
        raise ValidationFailed("/file", "must be a file part, with a filename.")
    values: dict[str, Any] = {}
    for name in details.model_fields:
        sent = [value for value in form.getlist(name) if isinstance(value, str)]
        if sent:
            values[name] = sent if name == "tags" else sent[-1]
    try:
        parsed = details.model_validate(values)
    except ValidationError as error:
        _refuse(error)
    return Sent(parsed, file=file.file, name=file.filename or "", declared_type=file.content_type or "")


def _parse_json[Announcement: Upload](body: bytes, announcement: type[Announcement]) -> Announcement:
    try:
        return announcement.model_validate(parse(body))
    except json.JSONDecodeError as error:
        problem = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "", "ctx": {"error": error.msg}}
        raise RequestValidationError([problem]) from None
    except ValidationError as error:
        _refuse(error)


def _refuse(error: ValidationError) -> NoReturn:
    """As the framework would have refused a body that it had parsed itself."""
    problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors(include_context=False)]
    raise RequestValidationError(problems) from None


def body_schema(details: type[BaseModel], announcement: type[Upload]) -> dict[str, Any]:
    """The OpenAPI description of the two forms."""
    form = details.model_json_schema()
    form["title"] = f"{details.__name__}Form"
    form["properties"] = {"file": {"type": "string", "format": "binary"}, **form["properties"]}
    form["required"] = ["file"]
    content = {
        "multipart/form-data": {"schema": form},
        "application/json": {"schema": announcement.model_json_schema()},
    }
    return {"requestBody": {"required": True, "content": content}}
