"""Death at the worst moment is made good: the run completes or fails cleanly, is charged once at most, never stuck."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from overten.accounts.models import AuthenticatedKey, RateLimit
from overten.aws import clients
from overten.config import forget_settings
from overten.runs import execution_store, service
from overten.runs.models import Task
from overten.runs.requests import GenerateRequest
from tests.integration.api.client import SHOPS, Org, SlowModel, kill_workers, reconfigured, until
from tests.integration.conftest import RunningStack


@pytest.fixture
def slow_model(stack: RunningStack) -> Iterator[SlowModel]:
    """Work takes long enough to be disturbed."""
    model = SlowModel(SHOPS, delay_seconds=1.5)
    settings = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **settings):
        yield model
    model.shutdown()


def test_a_worker_killed_in_work_goes_on_without_paying_twice(stack: RunningStack, slow_model: SlowModel) -> None:
    org = Org(stack)
    task_id = org.accept("Our shops")["task_id"]
    until(lambda: slow_model.requests, lambda asked: asked >= 2, seconds=60)  # the first reply has been saved
    assert kill_workers(stack, "step_work")
    done = org.wait(task_id, seconds=120)
    assert done["status"] == "completed", done
    # Three replies, and the one that was under way when the worker died.
    assert slow_model.requests == 4
    org.assert_books_balance(done["credits_used"])


@pytest.mark.parametrize(("step", "phase"), [("step_verify", "verifying"), ("step_publish", "publishing")])
def test_a_worker_killed_in_a_later_state_is_made_good(stack: RunningStack, step: str, phase: str) -> None:
    for _ in range(6):  # the states are quick: try until one is caught
        org = Org(stack)
        task_id = org.accept()["task_id"]
        killed = 0
        while not killed and (task := org.task(task_id))["status"] in ("queued", "running"):
            if task.get("phase") == phase:
                killed = kill_workers(stack, step)
        done = org.wait(task_id, seconds=120)
        assert done["status"] == "completed", done
        org.assert_books_balance(done["credits_used"])
        if killed:
            return
    pytest.fail(f"no worker could be caught while {phase}")


def test_a_worker_that_always_dies_fails_the_task_and_costs_nothing(stack: RunningStack) -> None:
    org = Org(stack)
    with reconfigured(stack, "StepPublishFunction", BUCKET="no-such-bucket-" + "x" * 10):
        failed = org.wait(org.accept()["task_id"], seconds=240)
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "internal_error"
    assert failed["credits_used"] == 0
    org.assert_books_balance(0)


def test_a_model_that_never_finishes_fails_with_the_contracts_words(stack: RunningStack) -> None:
    org = Org(stack)
    model = SlowModel([[("create_sheet", {"sheet": "Again"})]], delay_seconds=0)
    endless = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **endless):
        failed = org.wait(org.accept()["task_id"], seconds=120)
    assert failed["error"] == {"code": "internal_error", "message": "AgentLoopError: max_tool_calls=30 exceeded"}
    org.assert_books_balance(0)


def test_an_execution_that_is_aborted_fails_its_task(stack: RunningStack, slow_model: SlowModel) -> None:
    org = Org(stack)
    accepted = org.accept("Our shops")
    until(lambda: org.task(accepted["task_id"])["status"], lambda status: status == "running", seconds=60)
    machine = stack.deployment.resources["GenerateStateMachine"]
    stack.client("stepfunctions").stop_execution(
        executionArn=f"{machine.replace(':stateMachine:', ':execution:')}:{accepted['task_id']}"
    )
    failed = org.wait(accepted["task_id"])
    assert failed["status"] == "failed"
    org.assert_books_balance(0)


@pytest.fixture
def inside(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets this process act as the accepting function, on the stack's own tables."""
    resources = stack.deployment.resources
    tables = {"orgs": "OrgsTable", "keys": "KeysTable", "runs": "RunsTable", "ledger": "LedgerTable"}
    for name, resource in {
        **tables,
        "links": "LinksTable",
        "assets": "AssetsTable",
        "counters": "CountersTable",
    }.items():
        monkeypatch.setenv(f"{name.upper()}_TABLE", resources[resource])
    monkeypatch.setenv("STATE_MACHINE_ARN", resources["GenerateStateMachine"])
    monkeypatch.setenv("AWS_ENDPOINT_URL", stack.emulator_url)
    monkeypatch.setenv("MODEL_PROVIDER", "builtin")
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    forget_settings()
    for client in (clients.dynamodb, clients.s3, clients.stepfunctions):
        client.cache_clear()
    yield
    forget_settings()
    for client in (clients.dynamodb, clients.s3, clients.stepfunctions):
        client.cache_clear()


def accept_and_die(org: Org, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Accepts a run and dies before starting it."""
    caller = AuthenticatedKey(
        key_id="key_test",
        org_id=org.org_id,
        tier="enterprise",
        scope="workspace",
        creator_uid=org.uid,
        org_status="active",
        rate_limit=RateLimit(limit=1, remaining=1, reset_seconds=0),
    )

    class Dead(BaseException):
        pass

    accepted: list[Task] = []
    accept = service.store.accept

    def accept_then_die(task: Task, *arguments: object, **named: object) -> None:
        accept(task, *arguments, **named)  # type: ignore[arg-type]
        accepted.append(task)
        raise Dead

    monkeypatch.setattr(service.store, "accept", accept_then_die)
    with pytest.raises(Dead):
        service.generate(
            GenerateRequest(prompt="A short list of 3 rows"), "excel", caller, request_id="r", now=time.time()
        )
    return accepted[0]


def test_a_death_between_accept_and_start_is_made_good_by_the_stream(
    stack: RunningStack, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = Org(stack)
    task = accept_and_die(org, monkeypatch)
    done = org.wait(task.task_id)
    assert done["status"] == "completed", done
    org.assert_books_balance(done["credits_used"])


def test_if_the_stream_fails_too_the_sweeper_starts_it(
    stack: RunningStack, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = Org(stack)
    functions = stack.client("lambda")
    [mapping] = functions.list_event_source_mappings(FunctionName=stack.deployment.functions["OutboxRelayFunction"])[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        task = accept_and_die(org, monkeypatch)
        time.sleep(3)
        assert execution_store.status(service.store.ref_of(task)) == "missing"
        _let_it_fall_due(stack, task)
        _sweep(stack)
        done = org.wait(task.task_id)
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert done["status"] == "completed", done
    org.assert_books_balance(done["credits_used"])


def test_the_sweeper_fails_what_a_restart_of_the_machine_has_lost(stack: RunningStack, slow_model: SlowModel) -> None:
    org = Org(stack)
    with reconfigured(stack, "ExecutionsEndedFunction", ORGS_TABLE="lost"):  # the event does not help either
        accepted = org.accept("Our shops")
        until(lambda: org.task(accepted["task_id"])["status"], lambda status: status == "running", seconds=60)
        machine = stack.deployment.resources["GenerateStateMachine"]
        stack.client("stepfunctions").stop_execution(
            executionArn=f"{machine.replace(':stateMachine:', ':execution:')}:{accepted['task_id']}"
        )
        time.sleep(3)
        assert org.task(accepted["task_id"])["status"] == "running"
        _let_it_fall_due(stack, accepted)
        _sweep(stack)
        assert org.task(accepted["task_id"])["status"] == "failed"
    org.assert_books_balance(0)


def _let_it_fall_due(stack: RunningStack, task: Task | dict[str, str]) -> None:
    """Moves the task's next check into the past, as the passing of time would."""
    org_id, task_id = (task.org_id, task.task_id) if isinstance(task, Task) else (None, task["task_id"])
    table = stack.deployment.resources["RunsTable"]
    dynamodb = stack.client("dynamodb")
    if org_id is None:
        [item] = [
            item
            for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
            for item in page["Items"]
            if item["sk"]["S"] == f"TASK#{task_id}"
        ]
        org_id = item["pk"]["S"]
    dynamodb.update_item(
        TableName=table,
        Key={"pk": {"S": org_id}, "sk": {"S": f"TASK#{task_id}"}},
        UpdateExpression="SET open_deadline = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )


def _sweep(stack: RunningStack) -> None:
    answer = stack.client("lambda").invoke(
        FunctionName=stack.deployment.functions["TasksSweepFunction"], Payload=json.dumps({}).encode()
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
