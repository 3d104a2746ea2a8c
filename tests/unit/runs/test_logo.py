"""A task's logo: fetched once, kept, and told of; nothing that happens to it fails the run."""

from __future__ import annotations

import base64
import functools
import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from overten.aws import clients
from overten.runs import lifecycle, logo, store
from overten.runs.errors import TaskEnded
from overten.runs.models import Task, TaskError
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, caller

URL = "https://example.com/logo.png"
PICTURE = b"\x89PNG pixels"
GOOD = {"ok": True, "content_type": "image/png", "base64": base64.b64encode(PICTURE).decode()}
BAD = {"ok": False, "reason": "timed_out", "message": "The logo could not be fetched: The host did not answer in time."}


class FakeFunctions:
    """Stands for Lambda: answers what it was given, or raises it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Any = GOOD
        self.error: str | None = None

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert FunctionName == "logo_fetch"
        self.asked.append(json.loads(Payload))
        if isinstance(self.answer, Exception):
            raise self.answer
        told = {"FunctionError": self.error} if self.error else {}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode()), **told}


@pytest.fixture
def functions(aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch) -> FakeFunctions:
    fake = FakeFunctions()
    monkeypatch.setattr(clients, "functions", functools.cache(lambda: fake))
    return fake


def accepted() -> Task:
    return accept(caller(), brand={"logo_url": URL, "primary_color": "#aa0000"})


def current(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def test_a_logo_is_kept_with_its_run(functions: FakeFunctions) -> None:
    task = accepted()
    lifecycle.prepare(store.ref_of(task))
    assert functions.asked == [{"url": URL}]
    found = current(task)
    assert found.logo is not None
    assert found.logo.object_key is not None
    kept = boto3.client("s3").get_object(Bucket="documents", Key=found.logo.object_key)
    assert (kept["Body"].read(), kept["ContentType"]) == (PICTURE, "image/png")
    assert found.logo.object_key == f"org/{task.org_id}/runs/{task.run_id}/inputs/brand-{task.task_id}"
    assert found.warnings == []


@pytest.mark.parametrize(("answer", "warnings"), [(GOOD, 0), (BAD, 1)])
def test_a_repeat_neither_fetches_nor_warns_twice(
    functions: FakeFunctions, answer: dict[str, Any], warnings: int
) -> None:
    functions.answer = answer
    task = accepted()
    for _ in range(3):
        lifecycle.prepare(store.ref_of(task))
    assert len(functions.asked) == 1
    assert len(current(task).warnings) == warnings


def test_a_task_without_a_logo_asks_for_none(functions: FakeFunctions) -> None:
    for brand in (None, {"primary_color": "#aa0000"}):
        lifecycle.prepare(store.ref_of(accept(caller(uid=str(brand)), brand=brand)))
    assert functions.asked == []


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (BAD, None, "timed_out"),
        ({"errorType": "MemoryError"}, "Unhandled", "internal_error"),
        (ReadTimeoutError(endpoint_url="x"), None, "internal_error"),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"), None, "internal_error"),
    ],
)
def test_a_logo_that_cannot_be_had_is_a_warning(
    functions: FakeFunctions, answer: Any, error: str | None, reason: str
) -> None:
    functions.answer, functions.error = answer, error
    task = accepted()
    lifecycle.prepare(store.ref_of(task))
    found = current(task)
    assert found.status == "running"
    assert found.logo is not None
    assert (found.logo.reason, found.logo.object_key) == (reason, None)
    [warning] = found.warnings
    assert (warning.code, warning.location) == ("logo_unreachable", "/brand/logo_url")
    assert warning.message.startswith("The document has no logo. ")
    assert warning.message.endswith(".")


def test_a_task_that_ends_meanwhile_gets_no_logo(functions: FakeFunctions) -> None:
    task = accepted()
    running = store.start(store.ref_of(task), now=NOW)
    store.fail(running, TaskError(code="internal_error", message="x"), now=NOW)
    with pytest.raises(TaskEnded):
        logo.prepare(running)
    assert current(task).logo is None


def test_a_twin_that_was_slower_changes_nothing(functions: FakeFunctions) -> None:
    running = store.start(store.ref_of(accepted()), now=NOW)
    logo.prepare(running)
    functions.answer = BAD
    logo.prepare(running)
    assert current(running).warnings == []
