"""Whole turns with recorded replies of a capable model, replayed through the loop, the tools and the engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import ToolCallPart

from overten.agent.loop import next_turn
from overten.agent.models import Checkpoint, TurnRequest
from overten.documents.excel.grid import parse_cell
from overten.documents.excel.recalculate import Evaluation, evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.excel.write import write_xlsx
from tests.unit.agent.players import Script, call, run

RECORDINGS = Path(__file__).parents[2] / "recordings"


def replay(name: str) -> Checkpoint:
    """Plays `{"request": …, "replies": [{"tool_calls": [{"name", "arguments"}]}]}` through one slice.

    A recording with `follows` is the next turn of the recording named there, which is played first.
    """
    recording = recorded(name)
    request = TurnRequest.model_validate(recording["request"])
    earlier = recording.get("follows")
    base = next_turn(replay(earlier), request) if earlier else None
    outcome = run(Script(*replies_of(name)).model, base, request=request)
    assert outcome.finished
    return outcome.checkpoint


def recorded(name: str) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads((RECORDINGS / name).read_text())
    return recording


def replies_of(name: str) -> list[list[ToolCallPart]]:
    """The replies of the whole conversation, those of the turns before included."""
    recording = recorded(name)
    earlier = replies_of(recording["follows"]) if "follows" in recording else []
    own = [[call(made["name"], **made["arguments"]) for made in reply["tool_calls"]] for reply in recording["replies"]]
    return earlier + own


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


def sheet_of(workbook: Workbook, name: str) -> Sheet:
    found = workbook.find_sheet(name)
    assert found is not None
    return found


def test_the_unit_economics_agree_with_their_check() -> None:
    checkpoint = replay("unit_economics.json")
    workbook = Workbook.model_validate(checkpoint.document)
    made = evaluate(workbook)

    assert len(checkpoint.failed_tool_calls) == 2
    assert shown(workbook, made, "Summary", "B6") == pytest.approx(748.8)
    assert shown(workbook, made, "Summary", "B11") == pytest.approx(318_782, abs=1)
    assert shown(workbook, made, "Summary", "B13") == "OK"


def test_a_second_turn_changes_the_workbook_of_the_first() -> None:
    checkpoint = replay("unit_economics_second_turn.json")
    workbook = Workbook.model_validate(checkpoint.document)
    made = evaluate(workbook)

    assert checkpoint.tool_calls == 12
    assert shown(workbook, made, "Summary", "C12") == pytest.approx(33_624, abs=1)

    sheet_of(workbook, "Assumptions").put(*parse_cell("B23"), 0.06)
    made = evaluate(workbook)
    assert shown(workbook, made, "Summary", "C12") == pytest.approx(shown(workbook, made, "Summary", "B12"))


def test_the_recommended_vendor_follows_from_scores_and_weights() -> None:
    checkpoint = replay("vendor_comparison.json")
    workbook = Workbook.model_validate(checkpoint.document)
    scoring = sheet_of(workbook, "Scoring")

    def recommendation() -> str:
        return str(shown(workbook, evaluate(workbook), "Summary", "A2"))

    assert checkpoint.failed_tool_calls == []
    assert recommendation().startswith("Recommendation: Vendor B, with 3.80 of 5 points")

    scoring.put(*parse_cell("E5"), 1)
    assert recommendation().startswith("Recommendation: Vendor A, with 3.60")

    scoring.put(*parse_cell("B5"), 0.5)
    assert recommendation().startswith("No recommendation")
