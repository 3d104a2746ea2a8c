"""The client code that the error reference prints, run as it is printed, through each of its branches."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from overten.accounts import keys
from tests.integration.api.client import Org, reconfigured
from tests.integration.conftest import RunningStack

PRINTED = compile((Path(__file__).parent / "error_page_client.txt").read_text(), "the error page", "exec")
BODY = {"prompt": "A packing list for a trip with 5 items", "async": True}


@dataclass
class Outcome:
    """Which branches the client took."""

    status: int = 0
    slept_seconds: list[int] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    billed: int = 0
    backed_off: int = 0
    raised: str | None = None

    @property
    def branches(self) -> tuple[bool, ...]:
        return bool(self.slept_seconds), bool(self.printed), bool(self.billed), bool(self.backed_off), bool(self.raised)


@pytest.fixture
def org(stack: RunningStack) -> Org:
    return Org(stack, tier="free")


def run_printed(org: Org, monkeypatch: pytest.MonkeyPatch, **fields: object) -> Outcome:
    """Runs the page's code with nothing but its own names set: API, headers, body, and what its reader is to write."""
    outcome = Outcome()
    names: dict[str, Any] = {
        "API": org.stack.base_url,
        "headers": {"Authorization": f"Bearer {org.secret}"},
        "body": {**BODY, **fields},
        "print": outcome.printed.append,
        "redirect_to_billing": lambda: setattr(outcome, "billed", outcome.billed + 1),
        "retry_with_backoff": lambda: setattr(outcome, "backed_off", outcome.backed_off + 1),
    }
    with monkeypatch.context() as patched:
        patched.setattr(time, "sleep", outcome.slept_seconds.append)
        try:
            exec(PRINTED, names)  # noqa: S102 - our own file
        except RuntimeError as error:
            outcome.raised = str(error)
    outcome.status = names["resp"].status_code
    return outcome


def set_number(org: Org, table: str, key: dict[str, Any], member: str, value: int) -> None:
    org.stack.client("dynamodb").update_item(
        TableName=org.stack.deployment.resources[table],
        Key=key,
        UpdateExpression="SET #member = :value",
        ExpressionAttributeNames={"#member": member},
        ExpressionAttributeValues={":value": {"N": str(value)}},
    )


def test_success_takes_no_branch(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run_printed(org, monkeypatch)
    assert outcome.status == 202
    assert not any(outcome.branches)


def test_without_credits_the_reader_is_sent_to_billing(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    set_number(org, "OrgsTable", {"pk": {"S": org.org_id}, "sk": {"S": "ORG"}}, "available", 3)
    outcome = run_printed(org, monkeypatch)
    assert (outcome.status, outcome.billed) == (402, 1)
    assert sum(outcome.branches) == 1


def test_over_the_rate_limit_it_sleeps_as_long_as_it_is_told(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"key_hash": {"S": keys.hash_of(org.secret)}}
    # The next minute is the one that counts from now on, as if another function's clock were ahead.
    set_number(org, "KeysTable", key, "minute", int(time.time() // 60) + 1)
    set_number(org, "KeysTable", key, "used", 10)
    outcome = run_printed(org, monkeypatch)
    assert outcome.status == 429
    [seconds] = outcome.slept_seconds
    assert 1 <= seconds <= 120
    assert sum(outcome.branches) == 1


def test_over_the_concurrent_runs_it_sleeps_for_a_moment(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    set_number(org, "OrgsTable", {"pk": {"S": org.org_id}, "sk": {"S": "ORG"}}, "running", 2)
    outcome = run_printed(org, monkeypatch)
    assert (outcome.status, outcome.slept_seconds) == (429, [5])
    assert sum(outcome.branches) == 1


def test_from_500_on_it_backs_off(stack: RunningStack, org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    with reconfigured(stack, "ExcelGenerateFunction", MODEL_PROVIDER="none"):
        unconfigured = run_printed(org, monkeypatch)
    assert (unconfigured.status, unconfigured.backed_off) == (501, 1)
    assert sum(unconfigured.branches) == 1


def test_a_model_that_refuses_is_a_reason_to_back_off(
    stack: RunningStack, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reconfigured(stack, "StepWorkFunction", MODEL_PROVIDER="none"):
        outcome = run_printed(org, monkeypatch, **{"async": False})
    assert (outcome.status, outcome.backed_off) == (502, 1)
    assert sum(outcome.branches) == 1


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"prompt": ""}, 422, "validation_error: /prompt: "),
        ({"mode": "think"}, 400, "invalid_request: /mode: "),
        ({"run_id": "run_" + "0" * 26}, 404, "not_found: "),
    ],
)
def test_what_is_the_clients_own_fault_is_raised(
    org: Org, monkeypatch: pytest.MonkeyPatch, fields: dict[str, object], status: int, told: str
) -> None:
    outcome = run_printed(org, monkeypatch, **fields)
    assert outcome.status == status
    assert (outcome.raised or "").startswith(told)
    assert sum(outcome.branches) == 1


# Requests that the validator refuses: what they ask for, and what the client is shown. Nothing validates requests yet;
# a row for each way to be refused is all that this branch needs once something does.
REFUSED_BY_PREFLIGHT: list[tuple[dict[str, object], str]] = []


@pytest.mark.parametrize(("fields", "shown"), REFUSED_BY_PREFLIGHT)
def test_what_preflight_refuses_is_shown(
    org: Org, monkeypatch: pytest.MonkeyPatch, fields: dict[str, object], shown: str
) -> None:
    outcome = run_printed(org, monkeypatch, **fields)
    assert outcome.status == 400
    assert outcome.printed[0].startswith(f"Rejected: {shown}")
    assert sum(outcome.branches) == 1
