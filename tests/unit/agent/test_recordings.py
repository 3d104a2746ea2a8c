"""Whole turns with recorded replies of a capable model, replayed through the loop, the tools and the engine."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as DocxDocument
from PIL import Image
from pptx import Presentation
from pydantic_ai.messages import ToolCallPart

from overten.agent.loop import Current, images_of, next_turn
from overten.agent.models import Checkpoint, TurnRequest
from overten.documents.engines import engine_of
from overten.documents.excel.grid import parse_cell
from overten.documents.excel.recalculate import Evaluation, evaluate
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.models import Format
from tests.unit.agent.players import Script, call, run
from tests.unit.agent.recorded_files import PIPELINE, roastery

RECORDINGS = Path(__file__).parents[2] / "recordings"
CREATED = datetime(2026, 11, 22, tzinfo=UTC)


def picture(width: int, height: int, color: str, kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, kind)
    return buffer.getvalue()


# What recordings name as the user's images and logo.
INPUTS = {
    "brand-task_1": picture(640, 200, "#0B6E4F"),
    "img_1": picture(1600, 900, "#4682BE", "JPEG"),
    "img_2": picture(1600, 900, "#3C4248"),
    "img_3": picture(900, 1200, "#E6A06E", "JPEG"),
    "file_roastery": roastery(),
    "file_1": PIPELINE,
}


@functools.cache
def replay(name: str, *, edited: Callable[[bytes], bytes] | None = None) -> Checkpoint:
    """Plays `{"request": …, "replies": [{"tool_calls": [{"name", "arguments"}]}]}` through one slice.

    A recording with `follows` is the next turn of the recording named there, which is played first. `edited` is what
    somebody does to its file in between.
    """
    recording = recorded(name)
    request = TurnRequest.model_validate(recording["request"])
    earlier = recording.get("follows")
    base = _next(replay(earlier), request, edited) if earlier else None
    outcome = run(Script(*replies_of(name)).model, base, request=request, inputs=INPUTS.get)
    assert outcome.finished
    return outcome.checkpoint


def _next(before: Checkpoint, request: TurnRequest, edited: Callable[[bytes], bytes] | None) -> Checkpoint:
    if edited is None:
        return next_turn(before, request, INPUTS.get)
    data = written(before, request.format)
    return next_turn(before, request, INPUTS.get, current=Current(edited(data), data))


def recorded(name: str) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads((RECORDINGS / name).read_text())
    return recording


def replies_of(name: str) -> list[list[ToolCallPart]]:
    return [
        [call(made["name"], **made["arguments"]) for made in reply["tool_calls"]] for reply in recorded(name)["replies"]
    ]


def shown(workbook: Workbook, evaluation: Evaluation, sheet: str, cell: str) -> Any:
    found = workbook.find_sheet(sheet)
    assert found is not None
    return evaluation.value(found, *parse_cell(cell))


ALL = sorted(path.name for path in RECORDINGS.glob("*.json"))


@pytest.mark.parametrize("name", [name for name in ALL if recorded(name)["request"].get("purpose", "write") == "write"])
def test_a_recorded_turn_makes_a_document_without_errors(name: str) -> None:
    engine = engine_of(TurnRequest.model_validate(recorded(name)["request"]).format)
    checkpoint = replay(name)
    document = engine.load(checkpoint.stored_document)
    engine.bind(document, images_of(INPUTS.get, checkpoint.logo))

    findings = engine.verify(engine.write(document, created=CREATED), document)

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


def written(checkpoint: Checkpoint, document_format: Format) -> bytes:
    engine = engine_of(document_format)
    document = engine.load(checkpoint.stored_document)
    engine.bind(document, images_of(INPUTS.get, checkpoint.logo))
    return engine.write(document, created=CREATED)


def made(document_format: Format, name: str, *, edited: Callable[[bytes], bytes] | None = None) -> BytesIO:
    """The file of a recorded turn."""
    return BytesIO(written(replay(name, edited=edited), document_format))


def test_the_board_proposal_holds_the_figures_of_the_request() -> None:
    document = DocxDocument(made("word", "board_proposal.json"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]

    assert replay("board_proposal.json").failed_tool_calls == []
    assert headings[0] == "Decision requested"
    assert "pays back in 5.8 years" in text
    assert "None adds as much space for as long (section 5)." in text
    assert ["Total", "14.2", "100%"] in [row for table in tables for row in table]
    assert len(document.inline_shapes) == 2


def test_a_second_turn_changes_the_figures_of_the_board_proposal_everywhere() -> None:
    document = DocxDocument(made("word", "board_proposal_second_turn.json"))
    whole = "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]

    assert [old for old in ("14.2", "5.7", "5.8 years", "16.4%", "EUR 4.7 million", "€4.7m") if old in whole] == []
    assert ["Building", "6.9", "47%"] in [row for table in tables for row in table]
    assert ["Risk", "Likelihood", "Impact", "Mitigation", "Owner"] in [table[0] for table in tables]
    assert "Extend Rotterdam" not in [paragraph.text for paragraph in document.paragraphs]


def test_the_employment_contract_is_german_and_numbered() -> None:
    document = DocxDocument(made("word", "employment_contract_german.json"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)

    assert document.core_properties.language == "de-DE"
    assert document.paragraphs[0].style.name == "Title"
    assert [
        fact for fact in ("1. Februar 2027", "38,5 Stunden", "4.850 Euro", "30 Arbeitstage") if fact not in text
    ] == []
    assert "Die Kündigung regelt Ziffer 2." in text
    assert "Anke Petersen" in document.tables[-1].cell(0, 0).text


def shown_on(slide: Any) -> str:
    found = [shape for shape in slide.shapes if shape.has_text_frame]
    groups = [member for shape in slide.shapes if shape.shape_type == 6 for member in shape.shapes]
    return "\n".join(shape.text_frame.text for shape in [*found, *groups] if shape.has_text_frame)


def series_of(slide: Any) -> list[tuple[float, ...]]:
    return [tuple(series.values) for shape in slide.shapes if shape.has_chart for series in shape.chart.plots[0].series]


def test_the_quarterly_review_has_the_slides_and_charts_asked_for() -> None:
    slides = Presentation(made("slides", "quarterly_review.json")).slides

    assert replay("quarterly_review.json").failed_tool_calls == []
    assert len(slides) == 10
    assert series_of(slides[2]) == [(19.1, 20.3, 21.5, 23.0, 24.6, 26.5)]
    assert series_of(slides[4])[0] == (11.2, 6.1, 4.4, 2.9)
    assert all(slide.has_notes_slide for slide in list(slides)[1:])


def test_a_second_turn_corrects_adds_and_moves_slides() -> None:
    slides = list(Presentation(made("slides", "quarterly_review_second_turn.json")).slides)

    assert len(slides) == 11
    assert series_of(slides[3])[0] == (10.9, 6.1, 4.6, 3.0)
    assert slides[3].shapes.title.text == "DACH carries 44% of ARR, and integrations are the main reason to leave"
    assert slides[3].notes_slide.notes_text_frame.text.startswith("DACH is 44% of ARR.")
    assert "112" in shown_on(slides[9])


def test_the_training_is_french_in_every_run() -> None:
    slides = list(Presentation(made("slides", "feedback_training_french.json")).slides)

    assert {str(mark) for slide in slides for mark in slide.element.xpath(".//a:r/a:rPr/@lang")} == {"fr-FR"}
    assert "« Comment l’éviter ? »".replace(" ", "\u00a0", 1)[:2] in shown_on(slides[3])
    assert [slide.shapes.title.text for slide in slides][
        4
    ] == "En binôme\u00a0: trois tours de 10 minutes pour s’exercer"


def pictures_of(shapes: Any) -> list[Any]:
    return [shape for shape in shapes if shape._element.tag.endswith("}pic")]


def test_the_solar_park_shows_the_photos_and_the_logo() -> None:
    deck = Presentation(made("slides", "solar_park.json"))
    slides = list(deck.slides)
    placed = [[(shape.image.blob, shape._element._nvXxPr.cNvPr.get("descr")) for shape in pictures_of(slide.shapes)]
              for slide in slides]  # fmt: skip

    assert len(slides) == 8
    assert placed[0] == [(INPUTS["img_1"], "The gravel pit site seen from the south, with hills behind")]
    assert placed[2] == [(INPUTS["img_1"], "The gravel pit seen from the south")]
    assert placed[5] == [
        (INPUTS["img_2"], "Rows of panels at our plant in Memmingen"),
        (INPUTS["img_3"], "Sheep grazing between panels at dusk"),
    ]
    assert [shape.image.blob for shape in pictures_of(deck.slide_master.shapes)] == [INPUTS["brand-task_1"]]
    assert "11 hectares" in slides[1].notes_slide.notes_text_frame.text


def test_the_analysis_reads_the_errors_and_cites_what_it_says() -> None:
    checkpoint = replay("roastery_analysis.json")
    answer = checkpoint.answer or ""

    assert checkpoint.finished
    assert checkpoint.unfounded == []
    assert [
        told for told in ("Orders!E23", "Targets!B5", "cell < 0.9", "23,145.50", "40.0%") if told not in answer
    ] == []
    # The first answer named the largest order, which nothing had shown; a query was made for it.
    assert len(checkpoint.failed_tool_calls) == 1
    assert "nothing that you were shown: 244" in checkpoint.tool_results[checkpoint.failed_tool_calls[0]]


def test_the_outline_has_the_slides_asked_for_and_the_deck_follows_it() -> None:
    planned = replay("segment_outline.json").planned
    assert planned is not None
    assert len(planned.slides) == 8

    checkpoint = replay("segment_deck.json")
    agreed = TurnRequest.model_validate(recorded("segment_deck.json")["request"]).outline
    assert agreed is not None
    # One title was edited between the plan and the deck.
    assert [one.title == other.title for one, other in zip(planned.slides, agreed.slides, strict=True)].count(
        False
    ) == 1
    slides = list(Presentation(BytesIO(written(checkpoint, "slides"))).slides)
    assert [slide.shapes.title.text for slide in slides] == [slide.title for slide in agreed.slides]
    assert checkpoint.outline_refusals == 0
    assert series_of(slides[2]) == [
        (38_200, 40_900, 41_600, 41_100), (61_400, 73_800, 91_200, 112_900), (48_000, 71_500, 88_300, 119_600),
    ]  # fmt: skip


EDITED_TITLE = "Small customers need almost six times the support per euro that mid-size ones do"


def retitled(data: bytes) -> bytes:
    """The deck with the title of its fifth slide changed by hand."""
    deck = Presentation(BytesIO(data))
    first, *others = deck.slides[4].shapes.title.text_frame.paragraphs[0].runs
    first.text = EDITED_TITLE
    for run_ in others:
        run_.text = ""
    output = BytesIO()
    deck.save(output)
    return output.getvalue()


def test_a_slide_is_added_to_a_deck_that_was_edited_by_hand() -> None:
    slides = list(Presentation(made("slides", "segment_deck_second_turn.json", edited=retitled)).slides)

    assert len(slides) == 9
    assert slides[4].shapes.title.text == EDITED_TITLE
    assert slides[7].shapes.title.text == "Three tripwires would make us reverse the decision"
    assert slides[8].shapes.title.text == "We ask the board for a yes on 9 December"
    assert "26 in 2026-Q2" in shown_on(slides[7])
