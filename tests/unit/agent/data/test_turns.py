"""A turn with files: what the model is told, what it may ask, and how tables get into the document."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, ToolReturnPart, UserPromptPart

from overten.agent.author.model import builtin_model
from overten.agent.data.feeding import fed
from overten.agent.data.models import Column, InputFile, Rows
from overten.agent.data.room import QueryRefused
from overten.agent.loop import next_turn, run_slice
from overten.agent.models import Checkpoint, Limits, TurnRequest
from overten.agent.tools import tool_definitions
from overten.documents.engines import engine_of
from overten.documents.models import Format
from tests.unit.agent.data.files import CANARY, PRICES, SALES, file, injected
from tests.unit.agent.players import Script, call, finish

TOTALS = "SELECT region, sum(amount) AS amount FROM sales_sales_2025 GROUP BY 1 ORDER BY 1"
BOTH = f"SELECT count(*) FROM prices, ({TOTALS})"  # noqa: S608 - a query of the test's
FILES = {"file_sales": SALES, "file_prices": PRICES}


def turn(document_format: str, *files: InputFile, prompt: str = "Totals of the sales by region") -> TurnRequest:
    return TurnRequest.model_validate({"format": document_format, "prompt": prompt, "files": list(files)})


def played(script: Any, request: TurnRequest, data: dict[str, bytes], base: Checkpoint | None = None) -> Checkpoint:
    return run_slice(
        request, base, script, limits=Limits(), save=lambda _: None, progress=lambda *_: None,
        should_stop=lambda: False, inputs=data.get,
    ).checkpoint  # fmt: skip


def texts(messages: list[ModelMessage]) -> list[str]:
    """All that the model was told, beside its own words."""
    parts = (part for message in messages if isinstance(message, ModelRequest) for part in message.parts)
    return [str(part.content) for part in parts if isinstance(part, UserPromptPart | ToolReturnPart)]


def document_text(checkpoint: Checkpoint, document_format: Format = "excel") -> str:
    """The finished document's parts."""
    engine = engine_of(document_format)
    data = engine.write(engine.load(checkpoint.stored_document), created=datetime(2026, 11, 23, tzinfo=UTC))
    with ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_model_queries_and_the_rows_go_into_the_workbook_by_reference() -> None:
    columns = [{"header": "Region"}, {"header": "Amount"}]
    script = Script(
        [call("query_data", sql=TOTALS)],
        [call("write_table", sheet="Totals", anchor="A1", name="Totals", columns=columns, rows={"from": TOTALS})],
        [finish()],
    )
    checkpoint = played(script.model, turn("excel", file("sales.xlsx", "xlsx")), FILES)
    assert checkpoint.finished
    assert checkpoint.failed_tool_calls == []
    assert "1350" in document_text(checkpoint)
    shown = texts(script.asked[1])[-1]
    assert "<data>\nRegion | amount\nNorth | 1305.0\nSouth | 1350.0\n(2 rows)\n</data>" in shown
    # What was placed by reference never passed through the conversation.
    assert all("1350" not in text for text in texts(script.asked[2])[2:])


@pytest.mark.parametrize("document_format", ["word", "slides"])
def test_tables_of_documents_and_slides_are_fed_too(document_format: Format) -> None:
    table = {"type": "table", "columns": [{"header": "Region"}, {"header": "Amount"}], "rows": {"from": TOTALS}}
    word = call("write", blocks=[{"type": "heading", "level": 1, "text": "Totals"}, table])
    series = {"name": "Amount", "values": {"from": f"SELECT amount FROM ({TOTALS})"}}  # noqa: S608 - a query of the test's
    chart = {"kind": "column", "categories": {"from": TOTALS}, "series": [series]}
    slide = {"layout": "chart", "title": "The south sells more than the north", "chart": chart}
    script = Script([word if document_format == "word" else call("write_slides", slides=[slide])], [finish()])
    checkpoint = played(script.model, turn(document_format, file("sales.xlsx", "xlsx")), FILES)
    assert checkpoint.failed_tool_calls == [], checkpoint.tool_results
    text = document_text(checkpoint, document_format)
    assert "North" in text
    assert "1350" in text


def test_without_files_there_is_no_query() -> None:
    script = Script(
        [call("query_data", sql="SELECT 1")], [call("write_block", sheet="A", anchor="A1", rows=[["x"]])], [finish()]
    )
    checkpoint = played(script.model, TurnRequest(format="excel", prompt="x"), {})
    assert len(checkpoint.failed_tool_calls) == 1
    assert "query_data" not in [tool.name for tool in script.infos[0].function_tools]


def test_a_bad_query_is_answered_and_changes_nothing() -> None:
    script = Script(
        [call("query_data", sql="SELECT nothing FROM nowhere")],
        [call("write_block", sheet="A", anchor="A1", rows={"from": "SELECT 1 WHERE false"})],
        [call("write_block", sheet="A", anchor="A1", rows=[["x"]])],
        [finish()],
    )
    checkpoint = played(script.model, turn("excel", file("sales.xlsx", "xlsx")), FILES)
    answers = list(checkpoint.tool_results.values())
    assert "nowhere" in answers[0]
    assert "gives no rows" in answers[1]
    assert len(checkpoint.failed_tool_calls) == 2


def test_files_of_earlier_turns_can_still_be_queried() -> None:
    write = call("write_block", sheet="A", anchor="A1", rows=[["x"]])
    first = played(Script([write], [finish()]).model, turn("excel", file("sales.xlsx", "xlsx")), FILES)
    asked = turn("excel", file("prices.csv", "csv"), prompt="Add the prices")
    base = next_turn(first, asked, FILES.get)
    script = Script([], [], [call("query_data", sql=BOTH)], [finish()])
    checkpoint = played(script.model, asked, FILES, base)
    assert checkpoint.failed_tool_calls == []
    assert "Table prices" in texts(script.asked[0])[-1]
    assert "(1 rows)" in texts(script.asked[1])[-1]


def test_text_of_the_data_is_never_a_formula() -> None:
    def found(_sql: str, _rows: int) -> Rows:
        return Rows(columns=[Column(name="x", type="VARCHAR")], rows=[["=1+1"], ["'x"], ["+1"], [None], [2]])

    assert fed({"rows": {"from": "x"}}, found, "workbook")["rows"] == [["'=1+1"], ["''x"], ["+1"], [None], [2]]
    assert fed({"rows": {"from": "x"}}, found, "presentation")["rows"][3:] == [[""], ["2"]]
    assert fed({"a": [{"values": {"from": "x"}}]}, found, "document")["a"][0]["values"][4] == 2


def test_a_call_has_bounded_queries_and_rows() -> None:
    def endless(_sql: str, _rows: int) -> Rows:
        return Rows(columns=[], rows=[[1]], more=True)

    with pytest.raises(QueryRefused, match="more than"):
        fed({"rows": {"from": "x"}}, endless, "workbook")

    def one(_sql: str, _rows: int) -> Rows:
        return Rows(columns=[], rows=[[1]])

    with pytest.raises(QueryRefused, match="20 queries"):
        fed({"all": [{"rows": {"from": "x"}}] * 21}, one, "workbook")


@pytest.mark.parametrize("document_format", ["excel", "word", "slides"])
def test_the_tools_show_that_lists_may_be_fed(document_format: Any) -> None:
    engine = engine_of(document_format)
    with_data = {tool.name: tool for tool in tool_definitions(engine, has_data=True)}
    assert "query_data" in with_data
    assert '"from"' in json.dumps([tool.parameters_json_schema for tool in with_data.values()])
    assert '"from"' not in json.dumps([tool.parameters_json_schema for tool in tool_definitions(engine)])


# --- files that mean to be obeyed ---

QUOTATIONS = re.compile(r"<(files|data)>\n.*?\n</\1>", re.DOTALL)


def test_text_of_files_reaches_the_model_in_quotations_only() -> None:
    given = injected()
    queries = [
        call("query_data", sql=sql)
        for sql in ("FROM book_hidden", 'FROM "table"', "SELECT * FROM texts", "FROM records")
    ]
    write = call("write_block", sheet="A", anchor="A1", rows=[["x"]])
    script = Script(queries, [write], [finish()])
    checkpoint = played(
        script.model, turn("excel", *(one for one, _ in given)), {one.name: data for one, data in given}
    )
    assert checkpoint.failed_tool_calls == []
    told = texts(script.asked[-1])
    assert sum(CANARY in text for text in told) >= 5
    for text in told:
        outside = QUOTATIONS.sub("", text)
        assert CANARY not in outside
        assert "Ignore all rules" not in outside
        assert text.count("</files>") == text.count("<files>") <= 1
        assert text.count("</data>") == text.count("<data>") <= 1
        assert text.count("</user_request>") <= 1


def test_the_built_in_author_never_obeys_files() -> None:
    given = injected()
    request = turn("excel", *(one for one, _ in given), prompt="A budget for a bakery with rent 2,400")
    with_files = played(builtin_model(), request, {one.name: data for one, data in given})
    without = played(builtin_model(), request.model_copy(update={"files": []}), {})
    assert CANARY not in document_text(with_files)
    assert CANARY not in (with_files.summary or "") + (with_files.title or "")
    assert with_files.document == without.document
