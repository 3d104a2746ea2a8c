"""The state machine's definition: every path leads to an end, and every error it names exists."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from overten.agent import errors as agent_errors
from overten.agent.loop import PROVIDER_SLICES
from overten.runs import errors as run_errors
from tests.cloudformation import REPOSITORY, resources

DEFINITION: dict[str, Any] = yaml.safe_load((REPOSITORY / "statemachines" / "generate.asl.yaml").read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def successors(state: dict[str, Any]) -> set[str]:
    found = {state[member] for member in ("Next", "Default") if member in state}
    found |= {choice["Next"] for choice in state.get("Choices", [])}
    return found | {catch["Next"] for catch in state.get("Catch", [])}


def test_every_state_is_reached_and_leads_on_or_ends() -> None:
    reached, open_states = set(), {DEFINITION["StartAt"]}
    while open_states:
        name = open_states.pop()
        reached.add(name)
        state = STATES[name]
        assert successors(state) or state.get("End") or state["Type"] in ("Succeed", "Fail")
        open_states |= successors(state) - reached
    assert reached == set(STATES)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_bounded_and_retried_with_full_jitter(name: str) -> None:
    task = TASKS[name]
    assert task["TimeoutSeconds"] <= 900
    for retry in task.get("Retry", []):
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] >= 2
        assert retry["MaxAttempts"] >= 3
        assert retry["MaxDelaySeconds"] <= 120


@pytest.mark.parametrize("name", sorted(set(TASKS) - {"Fail", "Render"}))
def test_whatever_is_not_retried_ends_the_task(name: str) -> None:
    ended, failed = TASKS[name]["Catch"]
    assert (ended["ErrorEquals"], ended["Next"]) == (["TaskEnded"], "Ended")
    assert (failed["ErrorEquals"], failed["Next"]) == (["States.ALL"], "Fail")


def test_only_render_is_done_without() -> None:
    """A picture is worth no retry and no task. Whatever becomes of it, the document goes on, after a bounded time."""
    assert {name for name, task in TASKS.items() if "Retry" not in task} == {"Render"}
    ended, failed = TASKS["Render"]["Catch"]
    assert (ended["ErrorEquals"], ended["Next"]) == (["TaskEnded"], "Ended")
    assert (failed["ErrorEquals"], failed["Next"]) == (["States.ALL"], TASKS["Render"]["Next"])
    assert failed["ResultPath"] != TASKS["Render"]["ResultPath"], "Publish would take the error for a picture"
    assert TASKS["Render"]["TimeoutSeconds"] <= 30


def test_errors_are_named_as_their_classes() -> None:
    ours = {name for module in (run_errors, agent_errors) for name in vars(module)}
    for state in TASKS.values():
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            for name in rule["ErrorEquals"]:
                assert name in ours or name.partition(".")[0] in ("Lambda", "States", "Runtime", "Sandbox"), name


def test_each_step_has_its_function() -> None:
    substitutions = resources("AWS::Serverless::StateMachine")["GenerateStateMachine"]["DefinitionSubstitutions"]
    for name, task in TASKS.items():
        assert task["Resource"] == f"${{Step{name}Arn}}"
        assert substitutions[f"Step{name}Arn"] == {"GetAtt": f"Step{name}Function.Arn"}


def test_the_fallback_model_is_asked_when_no_retry_of_the_provider_is_left() -> None:
    [retry] = [rule for rule in TASKS["Work"]["Retry"] if rule["ErrorEquals"] == ["ProviderUnavailable"]]
    assert retry["MaxAttempts"] + 1 == PROVIDER_SLICES
