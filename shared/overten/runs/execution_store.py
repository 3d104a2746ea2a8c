"""Executions of the state machine. An execution's name is its task's id, so a task is never worked on by two."""

from __future__ import annotations

from typing import Literal

from overten.aws import clients
from overten.config import ExecutionSettings, settings
from overten.runs.models import TaskRef

ExecutionStatus = Literal["missing", "running", "succeeded", "ended"]


def start(ref: TaskRef) -> None:
    """Starts the task's execution. Harmless if it was started before, whether it still runs or not."""
    client = clients.stepfunctions()
    try:
        client.start_execution(
            stateMachineArn=settings(ExecutionSettings).state_machine_arn, name=ref.task_id, input=ref.execution_input
        )
    except client.exceptions.ExecutionAlreadyExists:
        return


def status(ref: TaskRef) -> ExecutionStatus:
    """How the task's execution stands; `ended` is any end but success."""
    client = clients.stepfunctions()
    try:
        found = client.describe_execution(executionArn=_arn(ref))["status"]
    except client.exceptions.ExecutionDoesNotExist:
        return "missing"
    if found in ("RUNNING", "PENDING_REDRIVE"):
        return "running"
    return "succeeded" if found == "SUCCEEDED" else "ended"


def stop(ref: TaskRef) -> None:
    """Stops the task's execution, whose task is over. Harmless if it was never started or has ended."""
    client = clients.stepfunctions()
    try:
        client.stop_execution(executionArn=_arn(ref), error="TaskEnded", cause="The task is over.")
    except client.exceptions.ExecutionDoesNotExist:
        return


def _arn(ref: TaskRef) -> str:
    machine = settings(ExecutionSettings).state_machine_arn
    return f"{machine.replace(':stateMachine:', ':execution:')}:{ref.task_id}"
