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
    machine = settings(ExecutionSettings).state_machine_arn
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{ref.task_id}"
    try:
        found = client.describe_execution(executionArn=arn)["status"]
    except client.exceptions.ExecutionDoesNotExist:
        return "missing"
    if found in ("RUNNING", "PENDING_REDRIVE"):
        return "running"
    return "succeeded" if found == "SUCCEEDED" else "ended"
