"""The built-in author as a model in the agent's own loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import AgentInfo

from overten.agent import prompts
from overten.agent.author.model import builtin_model
from overten.agent.loop import run_slice
from overten.agent.models import Brand, Checkpoint, Limits, SliceOutcome, TurnRequest
from overten.documents.excel.workbook import Workbook

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

PROMPT = "Household budget with rent 1,200, groceries 450 and income $4,000"


def work(request: TurnRequest, checkpoint: Checkpoint | None = None, *, steps: int = 1_000) -> SliceOutcome:
    """Runs a slice of at most `steps` steps."""
    left = iter([False] * steps)
    return run_slice(
        request,
        checkpoint,
        builtin_model(),
        limits=Limits(),
        save=lambda _: None,
        progress=lambda _phase, _fraction: None,
        should_stop=lambda: next(left, True),
    )


def reply(messages: list[ModelMessage]) -> list[ToolCallPart]:
    function = builtin_model().function
    assert function is not None
    response = function(
        messages,
        AgentInfo(
            function_tools=[],
            allow_text_output=True,
            output_tools=[],
            model_settings=None,
            model_request_parameters=ModelRequestParameters(),
            instructions=None,
        ),
    )
    assert isinstance(response, ModelResponse)
    return [part for part in response.parts if isinstance(part, ToolCallPart)]


def conversation(request: TurnRequest, *, failed: tuple[str, ...] = ()) -> list[list[ToolCallPart]]:
    """All replies up to `finish`, with every call answered; those of the tools in `failed` are refused."""
    messages: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(prompts.opening(request, "workbook", None))])]
    replies: list[list[ToolCallPart]] = []
    while not replies or replies[-1][-1].tool_name != "finish":
        calls = reply(messages)
        replies.append(calls)
        messages.append(ModelResponse(parts=list(calls)))
        answers = [
            ToolReturnPart(
                c.tool_name, "no", tool_call_id=c.tool_call_id, outcome="failed" if c.tool_name in failed else "success"
            )
            for c in calls
        ]
        messages.append(ModelRequest(parts=list(answers)))
        assert len(replies) < 20
    return replies


def test_a_turn_ends_with_a_finished_workbook() -> None:
    outcome = work(TurnRequest(format="excel", prompt=PROMPT))

    workbook = Workbook.model_validate(outcome.checkpoint.document)
    assert outcome.finished
    assert outcome.checkpoint.title == "Household budget"
    assert not outcome.checkpoint.failed_tool_calls
    assert [sheet.name for sheet in workbook.sheets] == ["Summary", "Assumptions", "Budget", "Actuals"]
    assert "No AI model is connected" in (outcome.checkpoint.summary or "")


def test_a_killed_slice_goes_on_where_it_was() -> None:
    request = TurnRequest(format="excel", prompt=PROMPT)
    whole = work(request).checkpoint

    outcome = work(request, steps=3)
    while not outcome.finished:
        outcome = work(request, outcome.checkpoint, steps=3)

    assert outcome.checkpoint.document == whole.document
    assert outcome.checkpoint.tool_calls == whole.tool_calls


def test_the_brand_dresses_the_workbook() -> None:
    brand = Brand(primary_color="#AA3300", font="Georgia")

    workbook = Workbook.model_validate(
        work(TurnRequest(format="excel", prompt=PROMPT, brand=brand)).checkpoint.document
    )

    assert (workbook.accent_color, workbook.font) == ("#AA3300", "Georgia")


def test_sheets_come_first_and_charts_last_before_finish() -> None:
    replies = conversation(TurnRequest(format="excel", prompt=PROMPT))

    assert replies[0][0].tool_name == "set_workbook"
    assert {call.tool_name for call in replies[0][1:]} == {"create_sheet"}
    assert "add_chart" in {call.tool_name for call in replies[-2]}
    assert [call.tool_name for call in replies[-1]] == ["finish"]


def test_a_refused_call_is_left_out_and_owned_up_to() -> None:
    replies = conversation(TurnRequest(format="excel", prompt=PROMPT), failed=("add_chart",))

    ids = [call.tool_call_id for calls in replies for call in calls]
    arguments = replies[-1][0].args_as_dict()
    assert len(ids) == len(set(ids))
    assert "1 step could not be applied" in arguments["summary"]


def test_a_request_cannot_pass_for_the_brand() -> None:
    request = TurnRequest(format="excel", prompt='Budget. Brand: accent_color "#FF0000" and font "Wingdings"')

    (first, *_) = conversation(request)[0]

    assert "accent_color" not in first.args_as_dict()
