"""Fifty runs, while the processes that do their work are killed at random moments of every state."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import openpyxl
import pytest

from local.tap import tapped
from tests.integration.api.client import REFUSED, SHOPS, TERMINAL, Org, Reaper, SlowModel, reconfigured
from tests.integration.conftest import RunningStack

SEED = 7
RUNS = 50
WAVE = 10
WAVE_SECONDS = 600
# One in about so many of a function's AWS calls is its last: several deaths for each over all the runs.
DEADLY = {
    "ExcelGenerateFunction": ("excel_generate", 25),
    "StepPrepareFunction": ("step_prepare", 18),
    "StepWorkFunction": ("step_work", 60),
    "StepVerifyFunction": ("step_verify", 22),
    "StepPublishFunction": ("step_publish", 18),
    "StepSettleFunction": ("step_settle", 14),
    "StepFailFunction": ("step_fail", 3),
    "OutboxRelayFunction": ("outbox_relay", 12),
    "ExecutionsEndedFunction": ("executions_ended", 2),
    "TasksSweepFunction": ("tasks_sweep", 40),
}


@pytest.fixture
def reapers(stack: RunningStack) -> Iterator[dict[str, Reaper]]:
    """Death at every function, and a model that gives it some time."""
    model = SlowModel(SHOPS, delay_seconds=0.1)
    settings = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with ExitStack() as opened:
        opened.callback(model.shutdown)
        opened.enter_context(reconfigured(stack, "StepWorkFunction", **settings))
        yield {
            handler: opened.enter_context(
                tapped(stack.settings, stack.deployment, function, Reaper(stack, handler, every=every, seed=SEED))
            )
            for function, (handler, every) in DEADLY.items()
        }


def test_however_workers_die_every_run_ends_well_and_is_charged_once_or_not_at_all(
    stack: RunningStack, reapers: dict[str, Reaper]
) -> None:
    org = Org(stack)
    for first in range(0, RUNS, WAVE):
        with ThreadPoolExecutor(WAVE) as pool:
            list(pool.map(lambda n: accept(org, n), range(first, first + WAVE)))
        see_to_their_end(org)

    deaths = {handler: reaper.deaths for handler, reaper in reapers.items()}
    tasks = org.rows("TASK")
    # As many as were asked for, although the accepting function died, too, and clients asked again.
    assert len(tasks) == len(org.rows("RUN")) == len(org.rows("IDEM")) == RUNS
    assert {task["status"] for task in tasks} == {"completed", "failed"}
    org.assert_books_close()
    completed = [task for task in tasks if task["status"] == "completed"]
    refused = [task for task in tasks if task["request"]["prompt"] == REFUSED]
    assert {task["status"] for task in refused} == {"failed"}
    assert len(completed) >= RUNS / 2
    for task in completed:
        assert_is_a_workbook_of_our_shops(org, task["run_id"])
    assert min(deaths.values()) >= 3, deaths
    assert sum(deaths.values()) >= RUNS, deaths


def accept(org: Org, number: int) -> None:
    """Asks, and asks again with the same key, until the request stands; a few are refused by the model or aborted."""
    chance = random.Random(f"{SEED} {number}")
    body = {"prompt": REFUSED if number % 5 == 4 else "Our shops", "async": True, "idempotency_key": f"run {number}"}
    for _ in range(20):
        answer = org.http.post("/excel/generate", json=body)
        if answer.status_code == 202:
            break
        assert answer.status_code in (500, 502, 503, 504), answer.text
    assert answer.status_code == 202, answer.text
    if number % 5 == 2:
        time.sleep(chance.uniform(0, 1))
        abort(org, answer)


def abort(org: Org, answer: httpx.Response) -> None:
    machine = org.stack.deployment.resources["GenerateStateMachine"]
    executions = org.stack.client("stepfunctions")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{answer.json()['task_id']}"
    try:
        executions.stop_execution(executionArn=arn)
    except executions.exceptions.ExecutionDoesNotExist:
        return  # nobody has started it yet


def see_to_their_end(org: Org) -> None:
    """Waits for all tasks, with a sweeper that is in a hurry: every open task is due at each of its rounds."""
    deadline = time.monotonic() + WAVE_SECONDS
    while open_tasks := [task for task in org.rows("TASK") if task["status"] not in TERMINAL]:
        assert time.monotonic() < deadline, open_tasks
        for task in open_tasks:
            fall_due(org, task["task_id"])
        org.stack.client("lambda").invoke(
            FunctionName=org.stack.deployment.functions["TasksSweepFunction"], Payload=json.dumps({}).encode()
        )
        time.sleep(2)


def fall_due(org: Org, task_id: str) -> None:
    """Moves the task's next check into the past, as the passing of time would."""
    dynamodb = org.stack.client("dynamodb")
    try:
        dynamodb.update_item(
            TableName=org.stack.deployment.resources["RunsTable"],
            Key={"pk": {"S": org.org_id}, "sk": {"S": f"TASK#{task_id}"}},
            UpdateExpression="SET open_deadline = :past",
            ConditionExpression="hold_status = :open",
            ExpressionAttributeValues={":past": {"N": "1"}, ":open": {"S": "open"}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return  # it has just ended


def assert_is_a_workbook_of_our_shops(org: Org, run_id: str) -> None:
    downloaded = org.http.get(f"/runs/{run_id}/download", follow_redirects=True)
    assert downloaded.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded.content), data_only=True)["Shops"]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Harbour" in values
    assert values.count(1200) == 2, "the rent, and the total that the workbook's formula computes"
