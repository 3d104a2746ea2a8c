"""Whole turns with recorded replies of a capable model, replayed through the loop, the tools and the engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from overten.agent.models import Checkpoint, TurnRequest
from overten.documents.excel.grid import parse_cell
from overten.documents.excel.recalculate import Evaluation, evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx
from tests.unit.agent.players import Script, call, run

RECORDINGS = Path(__file__).parents[2] / "recordings"


def replay(name: str) -> Checkpoint:
    """Plays `{"request": …, "replies": [{"tool_calls": [{"name", "arguments"}]}]}` through one slice."""
    recording: dict[str, Any] = json.loads((RECORDINGS / name).read_text())
    replies = [
        [call(made["name"], **made["arguments"]) for made in reply["tool_calls"]] for reply in recording["replies"]
    ]
    outcome = run(Script(*replies).model, request=TurnRequest.model_validate(recording["request"]))
    assert outcome.finished
    return outcome.checkpoint


def shown(workbook: Workbook, evaluation: Evaluation, sheet: str, cell: str) -> Any:
    found = workbook.find_sheet(sheet)
    assert found is not None
    return evaluation.value(found, *parse_cell(cell))


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDINGS.glob("*.json")))
def test_a_recorded_turn_makes_a_workbook_without_errors(name: str) -> None:
    workbook = Workbook.model_validate(replay(name).document)

    findings = verify(write_xlsx(workbook), workbook)

    assert [finding for finding in findings if finding.severity == "error"] == []


def test_the_cash_flow_follows_from_its_assumptions() -> None:
    checkpoint = replay("cash_flow.json")
    workbook = Workbook.model_validate(checkpoint.document)
    made = evaluate(workbook)

    assert checkpoint.failed_tool_calls == []
    assert checkpoint.title == "12-month cash-flow forecast"
    assert shown(workbook, made, "Summary", "B5") == 40_000
    assert shown(workbook, made, "Summary", "B8") == pytest.approx(62_354.6, abs=0.1)
    assert shown(workbook, made, "Cash flow", "O21") == 0

    opening = workbook.find_sheet("Assumptions")
    assert opening is not None
    opening.put(*parse_cell("B5"), 50_000)
    assert shown(workbook, evaluate(workbook), "Summary", "B8") == pytest.approx(72_354.6, abs=0.1)


def test_a_malformed_and_a_refused_call_are_mended_on_the_way() -> None:
    checkpoint = replay("bakery_margins.json")
    workbook = Workbook.model_validate(checkpoint.document)
    made = evaluate(workbook)

    assert len(checkpoint.failed_tool_calls) == 2
    assert workbook.accent_color == "#0F4C5C"
    assert shown(workbook, made, "Summary", "B8") == pytest.approx(2_883.5)
    assert shown(workbook, made, "Summary", "B9") == 0
    summary = workbook.find_sheet("Summary")
    assert summary is not None
    assert [chart.title for chart in summary.charts] == ["Margin by category and week"]
