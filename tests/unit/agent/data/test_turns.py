"""A turn with files: what the model is told, what it may ask, and how tables get into the document."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, ToolReturnPart, UserPromptPart

from overten.agent.author.model import builtin_model
from overten.agent.data.feeding import Query, fed
from overten.agent.data.models import Column, InputFile, Rows
from overten.agent.data.room import QueryRefused
from overten.agent.loop import next_turn, run_slice
from overten.agent.models import Checkpoint, Limits, TurnRequest
from overten.agent.tools import tool_definitions
from overten.documents.engines import engine_of
from overten.documents.models import Format
from overten.documents.slides.drawing import plain, runs_of
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


def document_file(checkpoint: Checkpoint, document_format: Format = "excel") -> io.BytesIO:
    engine = engine_of(document_format)
    data = engine.write(engine.load(checkpoint.stored_document), created=datetime(2026, 11, 23, tzinfo=UTC))
    return io.BytesIO(data)


def document_text(checkpoint: Checkpoint, document_format: Format = "excel") -> str:
    """The finished document's parts."""
    with ZipFile(document_file(checkpoint, document_format)) as archive:
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
    script = Script([call("query_data", sql=BOTH)], [finish()])
    checkpoint = played(script.model, asked, FILES, base)
    assert checkpoint.failed_tool_calls == []
    assert "Table prices" in texts(script.asked[0])[-1]
    assert "(1 rows)" in texts(script.asked[1])[-1]


def values(*found: Any) -> Query:
    """Files of which every query gives a column of these."""

    def asked(_sql: str, _rows: int, _seconds: float = 0) -> Rows:
        return Rows(columns=[Column(name="x", type="VARCHAR")], rows=[[value] for value in found])

    return asked


def given(document_format: Format, tool: str, arguments: dict[str, Any], query: Query) -> dict[str, Any]:
    """The arguments of a call as the operation gets them."""
    engine = engine_of(document_format)
    schema = next(one for one in tool_definitions(engine, has_data=True) if one.name == tool).parameters_json_schema
    return fed(arguments, schema, query, engine.noun)


TABLE = {"type": "table", "columns": [{"header": "X"}], "rows": {"from": "x"}}
HOSTILE = ["=1+1", "'x", "+1", None, 2]


def test_text_of_the_data_is_never_a_formula() -> None:
    shown = ["'=1+1", "''x", "+1", None, 2]
    assert given("excel", "write_table", {"rows": {"from": "x"}}, values(*HOSTILE))["rows"] == [[one] for one in shown]
    assert given("excel", "add_table_column", {"values": {"from": "x"}}, values(*HOSTILE))["values"] == shown


def test_no_cell_of_a_workbook_computes_what_stands_in_a_file() -> None:
    csv = b"Item,Note\nBread,=6*7\nMilk,'x\n"
    columns = [{"header": "Item"}, {"header": "Note"}]
    rows = {"from": "SELECT item, note FROM notes"}
    script = Script(
        [call("write_table", sheet="A", anchor="A1", name="Notes", columns=columns, rows=rows)],
        [
            call(
                "add_table_column", table="Notes", column={"header": "Again"}, values={"from": "SELECT note FROM notes"}
            )
        ],
        [call("write_block", sheet="B", anchor="A1", rows={"from": "SELECT note FROM notes"})],
        [finish()],
    )
    checkpoint = played(script.model, turn("excel", file("notes.csv", "csv")), {"file_notes": csv})
    assert checkpoint.failed_tool_calls == [], checkpoint.tool_results
    text = document_text(checkpoint)
    assert "<f>" not in text
    assert "=6*7" in text


MARKED = r"[x](https://evil.example) **b** 2*3*4 `c` ^[n] {ref:a} [@k] $5 C:\new \*"


def test_text_of_the_data_has_no_marks_in_a_document() -> None:
    add = call("edit_table", anchor="T10000001", action="add_rows", rows={"from": "SELECT note FROM notes"})
    table = {**TABLE, "rows": {"from": "SELECT note FROM notes"}}
    write = call("write", blocks=[table])
    script = Script([write], [add], [finish()])
    csv = f'Note\n"{MARKED}"\n'.encode()
    checkpoint = played(script.model, turn("word", file("notes.csv", "csv")), {"file_notes": csv})
    assert checkpoint.failed_tool_calls == [], checkpoint.tool_results
    made = docx.Document(document_file(checkpoint, "word"))
    assert [row.cells[0].text for row in made.tables[0].rows] == ["X", MARKED, MARKED]
    assert "evil.example" not in "".join(one.target_ref for one in made.part.rels.values() if one.is_external)
    assert "<w:hyperlink" not in made.tables[0]._tbl.xml


def test_text_of_the_data_has_no_marks_on_a_slide() -> None:
    slide = {"layout": "table", "title": "Two rows", "table": {"columns": ["X"], "rows": {"from": "x"}}}
    marked = ["**b** 2*3*4", r"\*", r"C:\new", "**"]
    [written] = given("slides", "write_slides", {"slides": [slide]}, values(*marked, None, 2.5))["slides"]
    assert [plain(row[0]) for row in written["table"]["rows"]] == [*marked, "", "2.5"]
    assert all(not bold for row in written["table"]["rows"] for _, bold in runs_of(row[0]))


def test_a_reference_counts_only_where_the_tool_shows_it() -> None:
    def never(_sql: str, _rows: int, _seconds: float = 0) -> Rows:
        raise AssertionError("asked")

    reference = {"from": "x"}
    for document_format, tool, arguments in (
        ("excel", "write_table", {"sheet": reference, "columns": [reference], "rows": [[reference]]}),
        ("excel", "write_summary", {"rows": reference, "values": reference}),
        ("excel", "add_chart", {"rows": reference, "series": [{"values": reference, "categories": reference}]}),
        ("word", "write", {"blocks": [{"type": "list", "items": reference}, reference], "rows": reference}),
        ("slides", "write_slides", {"slides": [{"layout": "agenda", "items": reference}], "values": reference}),
        ("excel", "query_data", {"sql": reference, "rows": reference}),
    ):
        assert given(document_format, tool, arguments, never) == arguments
    assert given("word", "write", {"blocks": [TABLE]}, values(1))["blocks"][0]["rows"] == [[1]]


def test_a_call_has_bounded_queries_and_rows() -> None:
    def endless(_sql: str, _rows: int, _seconds: float = 0) -> Rows:
        return Rows(columns=[], rows=[[1]], more=True)

    with pytest.raises(QueryRefused, match="more than"):
        given("word", "write", {"blocks": [TABLE]}, endless)
    with pytest.raises(QueryRefused, match="20 queries"):
        given("word", "write", {"blocks": [TABLE] * 21}, values(1))


def test_the_queries_of_a_call_have_one_budget_of_time() -> None:
    clock, granted = [0.0], []

    def slow(_sql: str, _rows: int, seconds: float = 0) -> Rows:
        granted.append(seconds)
        clock[0] += 20
        return Rows(columns=[], rows=[[1]])

    [tool] = [one for one in tool_definitions(engine_of("word"), has_data=True) if one.name == "write"]
    with pytest.raises(QueryRefused, match="60 seconds"):
        fed({"blocks": [TABLE] * 20}, tool.parameters_json_schema, slow, "document", now=lambda: clock[0])
    assert granted == [60, 40, 20]


@pytest.mark.parametrize("document_format", ["excel", "word", "slides"])
def test_the_tools_show_that_lists_may_be_fed(document_format: Any) -> None:
    engine = engine_of(document_format)
    with_data = {tool.name: tool for tool in tool_definitions(engine, has_data=True)}
    assert "query_data" in with_data
    assert '"from"' in json.dumps([tool.parameters_json_schema for tool in with_data.values()])
    assert '"from"' not in json.dumps([tool.parameters_json_schema for tool in tool_definitions(engine)])


# --- files that mean to be obeyed ---

QUOTATIONS = re.compile(r"<(files|data|workbook)>\n.*?\n</\1>", re.DOTALL)


def test_text_of_files_reaches_the_model_in_quotations_only() -> None:
    given = injected()
    queries = [
        call("query_data", sql=sql)
        for sql in ("FROM book_hidden", 'FROM "table"', "SELECT * FROM texts", "FROM records")
    ]
    failing = [
        call("query_data", sql='SELECT note::INTEGER FROM "table"'),
        call("write_block", sheet="A", anchor="A1", rows={"from": "SELECT note::INTEGER FROM records"}),
    ]
    write = call("write_block", sheet="A", anchor="A1", rows={"from": "FROM records"})
    script = Script(queries, failing, [write], [call("inspect", sheet="A")], [finish()])
    checkpoint = played(
        script.model, turn("excel", *(one for one, _ in given)), {one.name: data for one, data in given}
    )
    answers = list(checkpoint.tool_results.values())
    assert checkpoint.failed_tool_calls == list(checkpoint.tool_results)[4:6]
    # Both errors and the inspected sheet repeat what stands in the files.
    assert [CANARY in answer for answer in answers] == [True] * 6 + [False, True, False], answers
    told = texts(script.asked[-1])
    for text in told:
        outside = QUOTATIONS.sub("", text)
        assert CANARY not in outside
        assert "Ignore all rules" not in outside
        assert text.count("</files>") == text.count("<files>") <= 1
        assert text.count("</data>") == text.count("<data>") <= 1
        assert text.count("</workbook>") == text.count("<workbook>") <= 1
        assert text.count("</user_request>") <= 1


def test_the_built_in_author_never_obeys_files() -> None:
    given = injected()
    request = turn("excel", *(one for one, _ in given), prompt="A budget for a bakery with rent 2,400")
    with_files = played(builtin_model(), request, {one.name: data for one, data in given})
    without = played(builtin_model(), request.model_copy(update={"files": []}), {})
    assert CANARY not in document_text(with_files)
    assert CANARY not in (with_files.summary or "") + (with_files.title or "")
    assert with_files.document == without.document
