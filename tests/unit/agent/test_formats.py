"""A turn in Word and in Slides: the same loop, resumable at every step, with its document as a package."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document as DocxDocument
from pptx import Presentation
from pydantic_ai.messages import ToolCallPart

from overten.agent.errors import InputRefused
from overten.agent.loop import next_turn
from overten.agent.models import Brand, Checkpoint, TurnRequest
from overten.agent.prompts import instructions
from overten.agent.tools import tool_definitions
from overten.documents.engines import engine_of
from overten.documents.models import Format
from tests.unit.agent.players import Limits, Script, call, finish, run

CREATED = datetime(2026, 11, 22, tzinfo=UTC)
REQUESTS: dict[Format, TurnRequest] = {
    "word": TurnRequest(format="word", prompt="A note on our rents", brand=Brand(primary_color="#7A1F2B")),
    "slides": TurnRequest(format="slides", prompt="A deck on our rents", brand=Brand(primary_color="#7A1F2B")),
}
WRITING: dict[Format, list[list[ToolCallPart]]] = {
    "word": [
        [call("set_document", title="Our rents")],
        [
            call(
                "write",
                blocks=[
                    {"type": "heading", "text": "Rents rise by 4%", "level": 1},
                    {"type": "paragraph", "text": "The **harbour** shop carries most of it."},
                ],
            )
        ],
        [call("inspect")],
        [finish("A note.")],
    ],
    "slides": [
        [call("write_slides", slides=[{"layout": "cover", "title": "Our rents"}])],
        [
            call(
                "write_slides",
                slides=[{"layout": "content", "title": "Rents rise by 4%", "points": ["Harbour 1,200", "Station 900"]}],
            )
        ],
        [call("inspect", slide=2)],
        [finish("A deck.")],
    ],
}
formats = pytest.mark.parametrize("document_format", ["word", "slides"])


class Shelf:
    """Keeps every checkpoint as storage does: its JSON, and the package's bytes beside it."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, bytes | None]] = []

    def save(self, checkpoint: Checkpoint) -> None:
        self.saved.append((checkpoint.model_dump_json(), checkpoint.package))

    def at(self, index: int) -> Checkpoint:
        text, package = self.saved[index]
        checkpoint = Checkpoint.model_validate_json(text)
        checkpoint.package = package
        return checkpoint


def texts(document_format: Format, data: bytes) -> list[str]:
    """What an independent reader finds in the file."""
    if document_format == "word":
        return [paragraph.text for paragraph in DocxDocument(BytesIO(data)).paragraphs if paragraph.text]
    shapes: list[Any] = [shape for slide in Presentation(BytesIO(data)).slides for shape in slide.shapes]
    return [shape.text_frame.text for shape in shapes if shape.has_text_frame and shape.text_frame.text]


def written(document_format: Format, checkpoint: Checkpoint) -> bytes:
    engine = engine_of(document_format)
    return engine.write(engine.load(checkpoint.stored_document), created=CREATED)


@formats
def test_a_turn_writes_a_document_that_others_can_read(document_format: Format) -> None:
    outcome = run(Script(*WRITING[document_format]).model, request=REQUESTS[document_format])
    assert outcome.finished
    data = written(document_format, outcome.checkpoint)
    assert any("Rents rise by 4%" in text for text in texts(document_format, data))
    engine = engine_of(document_format)
    findings = engine.verify(data, engine.load(outcome.checkpoint.stored_document))
    assert [finding for finding in findings if finding.severity == "error"] == []
    statistics = engine.statistics(engine.load(outcome.checkpoint.stored_document))
    assert statistics.words > 5
    assert statistics.slides == (2 if document_format == "slides" else 0)


@formats
def test_a_turn_resumed_after_any_step_ends_with_the_same_bytes(document_format: Format) -> None:
    shelf, request = Shelf(), REQUESTS[document_format]
    whole = run(Script(*WRITING[document_format]).model, request=request, store=shelf).checkpoint  # type: ignore[arg-type]
    for index in range(len(shelf.saved)):
        resumed = run(Script(*WRITING[document_format]).model, shelf.at(index), request=request).checkpoint
        assert written(document_format, resumed) == written(document_format, whole)
        assert resumed.usage == whole.usage


@formats
def test_the_brand_is_the_theme_of_a_new_document(document_format: Format) -> None:
    checkpoint = run(Script(*WRITING[document_format]).model, request=REQUESTS[document_format]).checkpoint
    assert checkpoint.package is not None
    from overten.documents.ooxml.package import Package

    package = Package.open(checkpoint.package)
    themes = [package.read(name) for name in package.names() if "/theme/" in name]
    assert any(b"7A1F2B" in theme for theme in themes)


@formats
def test_a_second_turn_goes_on_with_the_package(document_format: Format) -> None:
    first = run(Script(*WRITING[document_format]).model, request=REQUESTS[document_format]).checkpoint
    again = next_turn(first, REQUESTS[document_format].model_copy(update={"prompt": "Shorter"}))
    engine = engine_of(document_format)
    assert engine.describe(engine.load(again.stored_document)) == engine.describe(engine.load(first.stored_document))
    assert "Rents rise by 4%" in json.dumps(again.messages)


@formats
def test_the_tools_of_a_format_are_bounded_and_have_instructions(document_format: Format) -> None:
    engine = engine_of(document_format)
    size = sum(
        len(tool.description or "") + len(json.dumps(tool.parameters_json_schema)) for tool in tool_definitions(engine)
    )
    assert size < 30_000  # about 8,000 tokens, cached by providers after the first request
    assert "finish" in instructions(engine.noun, Limits())


def uploaded(document_format: Format) -> bytes:
    """A document of somebody else's, as an upload brings it: in a red of its own."""
    request = REQUESTS[document_format]
    return written(document_format, run(Script(*WRITING[document_format]).model, request=request).checkpoint)


@formats
def test_an_upload_is_edited_and_what_it_held_stays(document_format: Format) -> None:
    request = TurnRequest(format=document_format, prompt="Call it theirs", init_file="file_1")
    tool = {"word": "find_replace", "slides": "replace_text"}[document_format]
    script = Script([call(tool, find="Rents rise", replace="Their rents rise")], [finish()])
    outcome = run(script.model, request=request, inputs={"file_1": uploaded(document_format)}.get)
    assert "Change the" in str(script.asked[0])
    assert any(
        "Their rents rise by 4%" in text
        for text in texts(document_format, written(document_format, outcome.checkpoint))
    )
    assert outcome.checkpoint.baseline is not None
    assert outcome.checkpoint.baseline != outcome.checkpoint.package


@formats
def test_a_template_gives_its_look_and_not_its_content(document_format: Format) -> None:
    request = TurnRequest(
        format=document_format, prompt="A note", template_file="file_1", brand=Brand(primary_color="#00FF00")
    )
    script = Script(*WRITING[document_format][-3:]) if document_format == "slides" else Script(*WRITING["word"][1:])
    data = uploaded(document_format)
    outcome = run(script.model, request=request, inputs={"file_1": data}.get)
    checkpoint = outcome.checkpoint
    assert checkpoint.package is not None
    from overten.documents.ooxml.package import Package

    package = Package.open(checkpoint.package)
    themes = b"".join(package.read(name) for name in package.names() if "/theme/" in name)
    assert b"7A1F2B" in themes
    assert b"00FF00" not in themes
    assert "brand_not_applied" in [finding.code for finding in checkpoint.opening_findings]
    held = texts(document_format, written(document_format, checkpoint))
    assert sum("Rents rise by 4%" in text for text in held) == 1


@formats
@pytest.mark.parametrize("field", ["init_file", "template_file"])
def test_an_upload_that_cannot_be_opened_says_which_and_why(document_format: Format, field: str) -> None:
    request = TurnRequest.model_validate({"format": document_format, "prompt": "Go", field: "file_1"})
    for data in (b"not a zip", None):
        with pytest.raises(InputRefused, match=rf"^/{field}: ") as refused:
            run(Script([finish()]).model, request=request, inputs=lambda _: data)  # noqa: B023 - called within the loop
        assert str(refused.value).endswith(".")


@formats
def test_damage_deep_inside_an_upload_is_found_at_once(document_format: Format) -> None:
    data = uploaded(document_format)
    part = {"word": "word/styles.xml", "slides": "ppt/slides/slide1.xml"}[document_format]
    damaged = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[: 200 if name == part else None])
    request = TurnRequest(format=document_format, prompt="Go", init_file="file_1")
    with pytest.raises(InputRefused, match=r"^/init_file: "):
        run(Script([finish()]).model, request=request, inputs={"file_1": damaged.getvalue()}.get)


@formats
def test_a_call_that_meets_an_error_of_ours_is_taken_back_and_the_turn_goes_on(
    document_format: Format, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = engine_of(document_format)
    apply, calls = type(engine).apply, 0

    def failing(self: Any, document: Any, operation: Any) -> str:
        nonlocal calls
        calls += 1
        done = apply(self, document, operation)
        if calls == 2:
            raise ZeroDivisionError(repr(operation))
        return done

    monkeypatch.setattr(type(engine), "apply", failing)
    first, second, *_ = WRITING[document_format]
    script = Script(first, second, second, [finish()])
    checkpoint = run(script.model, request=REQUESTS[document_format]).checkpoint
    assert checkpoint.finished
    assert len(checkpoint.failed_tool_calls) == 1
    held = texts(document_format, written(document_format, checkpoint))
    assert sum("Rents rise by 4%" in text for text in held) == 1
    [line] = [record for record in caplog.records if record.getMessage() == "tool_failed"]
    assert vars(line)["reason"] == "ZeroDivisionError"
    assert "Rents rise" not in str(vars(line))
