"""Calls a function as API Gateway does, in both shapes of its event."""

from __future__ import annotations

import base64
import importlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[3] / "events"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def call(
    function: str,
    *,
    credential: str | None = None,
    headers: dict[str, str] | None = None,
    path: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    body: object = None,
    raw_body: str | None = None,
    binary_body: bytes | None = None,
    prefixed: bool = False,
    resource: str | None = None,
) -> Answer:
    """Calls the function with its sample event, changed as given. `prefixed`: the path as behind a custom domain.
    `resource`: another of its routes than its sample's.

    `body` goes with the header of JSON, `raw_body` with none but those given, and so does `binary_body`, which arrives
    as base64.
    """
    event = json.loads((EVENTS / f"{function}.json").read_text())
    sent = {"Accept": "application/json", **(headers or {})}
    if credential is not None:
        sent["Authorization"] = f"Bearer {credential}"
    if body is not None:
        sent["Content-Type"] = "application/json"
    address = resource or event["resource"]
    for name, value in (path or event["pathParameters"] or {}).items():
        address = address.replace("{" + name + "}", value)
    event |= {
        "path": f"/api{address}" if prefixed else address,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
        "pathParameters": path,
        "body": raw_body or (body if isinstance(body, str | None) else json.dumps(body)),
        "isBase64Encoded": binary_body is not None,
    }
    if binary_body is not None:
        event["body"] = base64.b64encode(binary_body).decode()
    event["requestContext"] |= {"path": f"/api{address}", "requestTimeEpoch": int(time.time() * 1000)}
    answer = importlib.import_module(function).handler(event, None)
    return Answer(
        status=answer["statusCode"],
        headers={
            name.lower(): value
            for name, value in {
                **answer["headers"],
                **{name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()},
            }.items()
        },
        text=answer["body"],
    )
