"""Turns that write no document: they read, and end with an answer."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from pydantic_ai.messages import ModelRequest, UserPromptPart

from overten.agent import founded, prompts
from overten.agent.author.model import builtin_model
from overten.agent.errors import AgentLoopError, InputRefused
from overten.agent.loop import next_turn
from overten.agent.models import Checkpoint, Limits, TurnRequest
from overten.agent.tools import CLOSINGS, tool_definitions, tools
from overten.documents.engines import engine_of
from overten.documents.models import Format
from tests.unit.agent.data.files import SALES, file
from tests.unit.agent.data.test_turns import FILES, TOTALS, played, texts
from tests.unit.agent.players import Script, call, finish

QUERY = call("query_data", sql=TOTALS)
ANSWER = "The south, with 1,350 (sum of amount in sales_sales_2025)."


def answer(text: str = ANSWER) -> Any:
    return call("answer", answer=text)


def ask(*, purpose: str = "ask", document_format: str = "excel", **fields: Any) -> TurnRequest:
    given = {"files": [file("sales.xlsx", "xlsx")], **fields}
    return TurnRequest.model_validate(
        {"format": document_format, "prompt": "Which region sells most?", "purpose": purpose, **given}
    )


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in (["Item", "Cost"], ["Oven", 1200], ["Till", 300], ["Sum", "=SUM(B2:B3)"], ["Broken", "=B2/0"]):
        sheet.append(row)
    sheet.conditional_formatting.add("B2:B3", CellIsRule(operator="greaterThan", formula=["500"]))
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


@pytest.mark.parametrize("document_format", ["excel", "word", "slides"])
@pytest.mark.parametrize("purpose", ["ask", "analyze"])
def test_no_operation_is_offered_to_a_question(document_format: Format, purpose: Any) -> None:
    engine = engine_of(document_format)
    offered = tools(engine, purpose=purpose, has_data=True, sees=True)
    operations = {operation.model_fields["op"].default for operation in engine.operations}
    assert not operations & set(offered)
    assert list(offered)[-1] == "answer"
    assert {"query_data", "render"} < set(offered)
    assert ("inspect_workbook" if purpose == "analyze" else "inspect") in offered
    assert "inspect" not in tools(engine, purpose=purpose, has_data=True, is_empty=True)


def test_every_purpose_has_a_tool_that_ends_it() -> None:
    assert set(CLOSINGS) == {"write", "ask", "analyze", "outline"}


def test_a_question_is_answered_from_queries_and_no_document_is_made() -> None:
    script = Script([QUERY], [answer()])
    checkpoint = played(script.model, ask(), FILES)
    assert (checkpoint.finished, checkpoint.answer, checkpoint.unfounded) == (True, ANSWER, [])
    assert checkpoint.tool_calls == 1
    assert not engine_of("excel").has_content(engine_of("excel").load(checkpoint.stored_document))
    instructions = script.infos[0].instructions or ""
    assert "You answer questions" in instructions
    assert "{" not in instructions
    assert "Answer this question about the files. Change nothing." in texts(script.asked[0])[0]


def test_a_call_that_would_write_is_refused() -> None:
    script = Script([call("write_block", sheet="A", anchor="A1", rows=[["x"]])], [QUERY], [answer()])
    checkpoint = played(script.model, ask(), FILES)
    assert checkpoint.failed_tool_calls
    assert "There is no tool 'write_block'" in texts(script.asked[1])[-1]
    assert checkpoint.answer == ANSWER


def test_a_figure_that_nothing_has_shown_is_sent_back_once_and_then_told() -> None:
    script = Script([QUERY], [answer("The south, with 1,351.")], [answer("The south, with 1,352.")])
    checkpoint = played(script.model, ask(), FILES)
    assert prompts.unfounded_figures(["1,351"]) in texts(script.asked[2])[-1]
    assert checkpoint.answer == "The south, with 1,352."
    assert checkpoint.unfounded == ["1,352"]


def test_a_mended_answer_leaves_no_doubt() -> None:
    checkpoint = played(Script([QUERY], [answer("It is 1,351.")], [answer()]).model, ask(), FILES)
    assert (checkpoint.answer, checkpoint.unfounded) == (ANSWER, [])


def test_an_answer_at_the_limit_of_calls_is_not_sent_back() -> None:
    script = Script([QUERY], [answer("It is 1,351.")])
    from overten.agent.loop import run_slice

    done = run_slice(
        ask(), None, script.model, limits=Limits(max_tool_calls=1), save=lambda _: None, progress=lambda *_: None,
        should_stop=lambda: False, inputs=FILES.get,
    ).checkpoint  # fmt: skip
    assert (done.answer, done.unfounded) == ("It is 1,351.", ["1,351"])


def test_an_answer_outlives_an_error_in_the_check_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise OverflowError

    monkeypatch.setattr(founded, "unfounded", broken)
    checkpoint = played(Script([QUERY], [answer()]).model, ask(), FILES)
    assert (checkpoint.answer, checkpoint.unfounded) == (ANSWER, [])


def test_text_outside_of_the_tools_is_the_answer_the_second_time() -> None:
    checkpoint = played(Script([QUERY], "The south.", "The south, with 1,350.").model, ask(), FILES)
    assert checkpoint.answer == "The south, with 1,350."


def test_a_model_that_says_nothing_ends_the_turn() -> None:
    with pytest.raises(AgentLoopError, match="without an answer"):
        played(Script("", "").model, ask(), FILES)


def test_an_uploaded_workbook_is_inspected_with_formulas_errors_and_conditional_formats() -> None:
    request = ask(purpose="analyze", init_file="file_plan", files=[file("plan.xlsx", "xlsx")])
    script = Script([call("inspect_workbook", sheet="Plan")], [answer("The sum is 1,500 (Plan!B4).")])
    checkpoint = played(script.model, request, {"file_plan": book()})
    assert checkpoint.answer == "The sum is 1,500 (Plan!B4)."
    shown = texts(script.asked[1])[-1]
    assert "=SUM(B2:B3)" in shown
    assert "Error B5: =B2/0 = #DIV/0!" in shown
    assert "Conditional formats: B2:B3 (cell > 500)" in shown


def test_a_reader_is_told_of_its_own_tools_only() -> None:
    def manual(purpose: Any, noun: str = "workbook") -> tuple[str, str]:
        offered = tool_definitions(engine_of("excel"), has_data=True, purpose=purpose)
        told = next(tool.description or "" for tool in offered if tool.name == "query_data")
        return told, prompts.instructions(noun, Limits(), purpose=purpose)

    assert '{"from": "SELECT' in manual("write")[0]
    for purpose in ("ask", "analyze", "outline"):
        assert '{"from"' not in manual(purpose)[0]
    assert "Query tables with query_data" in manual("analyze")[1]
    assert "Inspect finds where words stand" in manual("ask", "document")[1]
    assert "{" not in manual("ask", "presentation")[1]


def test_the_file_that_a_question_is_about_is_told_as_such() -> None:
    own = file("sales.xlsx", "xlsx").model_copy(update={"field": "/file_id"})
    script = Script([QUERY], [answer()])
    played(script.model, ask(purpose="analyze", files=[own]), FILES)
    assert "File sales.xlsx (xlsx, what the question is about)" in texts(script.asked[0])[0]


def test_a_damaged_file_is_told_by_the_field_that_named_it() -> None:
    request = ask(purpose="analyze", init_file="file_plan", files=[])
    with pytest.raises(InputRefused, match=r"^/file_id: "):
        played(Script([answer()]).model, request, {"file_plan": b"PK\3\4 nothing"})


def test_a_turn_that_writes_goes_on_with_what_was_asked() -> None:
    asked = played(Script([QUERY], [answer()]).model, ask(), FILES)
    request = TurnRequest.model_validate(
        {"format": "excel", "prompt": "Now make it a table", "brand": {"font": "Arial"}}
    )
    script = Script([call("write_block", sheet="A", anchor="A1", rows=[["x"]])], [finish()])
    checkpoint = played(script.model, request, FILES, next_turn(asked, request, FILES.get))
    assert checkpoint.finished
    told = texts(script.asked[0])
    assert any("Which region sells most?" in text for text in told)
    assert any("Make the workbook that this request asks for." in text for text in told)
    assert checkpoint.document["font"] == "Arial"


def test_the_document_that_was_asked_about_is_no_file_of_the_next_turn() -> None:
    own = file("plan.xlsx", "xlsx").model_copy(update={"field": "/init_file"})
    request = ask(init_file="file_plan", files=[own])
    asked = played(Script([answer("It is 1,500.")]).model, request, {"file_plan": book()})
    after = next_turn(asked, TurnRequest(format="excel", prompt="Add a line"), {"file_plan": book()}.get)
    assert after.files == []
    assert "Oven" in str(engine_of("excel").describe(engine_of("excel").load(after.stored_document)))
    # What was wrong with the upload is not of our making in the next turn either.
    assert after.baseline_sha256 == asked.baseline_sha256 is not None


def test_a_second_question_about_an_upload_has_its_tables_too() -> None:
    own = file("plan.xlsx", "xlsx").model_copy(update={"name": "file_plan", "field": "/init_file"})
    given = {"file_plan": book()}
    asked = played(Script([answer("It is 1,500.")]).model, ask(init_file="file_plan", files=[own]), given)
    again = ask(prompt="And what does the oven cost?", files=[])
    second = next_turn(asked, again, given.get)
    assert second.files == [own]
    script = Script([call("query_data", sql="SELECT count(*) FROM plan")], [answer("It is 1,200.")])
    done = played(script.model, again, given, second)
    assert (done.answer, done.failed_tool_calls) == ("It is 1,200.", [])
    assert next_turn(done, again, given.get).files == [own]
    # A document that has a version meanwhile is given as that.
    version = own.model_copy(update={"name": "file_version1", "field": "/run_id"})
    given["file_version1"] = book()
    assert next_turn(asked, ask(files=[version]), given.get).files == [version]


def test_a_file_that_is_gone_is_told_by_the_field_that_named_it() -> None:
    with pytest.raises(InputRefused, match=r"^/file_id: "):
        played(Script([answer()]).model, ask(purpose="analyze", init_file="file_plan", files=[]), {})
    with pytest.raises(InputRefused, match=r"^/template_file: "):
        played(Script([finish()]).model, ask(purpose="write", template_file="file_plan", files=[]), {})


def opening_of(checkpoint: Checkpoint) -> str:
    from pydantic_ai.messages import ModelMessagesTypeAdapter

    first = ModelMessagesTypeAdapter.validate_python(checkpoint.messages)[0]
    assert isinstance(first, ModelRequest)
    assert isinstance(first.parts[0], UserPromptPart)
    return str(first.parts[0].content)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("What is the total amount?", '**Sum of "Amount": 2,655**'),
        ("What is the average amount?", '**Average of "Amount": 44.25**'),
        ("Which region has the highest amount?", '**Sum of "Amount" for each "Region", the highest first**'),
        ("Wie viele Zeilen sind es?", "**Number of rows: "),
        ("Why?", "What the data holds:"),
    ],
)
def test_without_a_model_what_can_be_counted_is_counted(prompt: str, expected: str) -> None:
    checkpoint = played(builtin_model(), ask(purpose="analyze", prompt=prompt), {"file_sales": SALES})
    assert checkpoint.answer is not None
    assert expected in checkpoint.answer, checkpoint.answer
    assert "No AI model is connected" in checkpoint.answer
    assert checkpoint.unfounded == []
    assert checkpoint.failed_tool_calls == []


def test_without_a_model_a_document_without_tables_is_quoted() -> None:
    engine = engine_of("excel")
    request = ask(init_file="file_plan", files=[])
    checkpoint = played(builtin_model(), request, {"file_plan": book()})
    assert checkpoint.answer is not None
    assert "> Sheet 'Plan'" in checkpoint.answer
    assert engine.has_content(engine.load(checkpoint.stored_document))
