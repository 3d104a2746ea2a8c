"""Recorded conversations with strong models, where some lie beside the repository, make documents without errors."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overten.agent.loop import images_of, next_turn
from overten.agent.models import Checkpoint
from overten.agent.recording import Player, Recording, record
from overten.documents.engines import engine_of
from tests.unit.agent.players import run
from tests.unit.agent.test_recordings import RECORDINGS, picture

SHARED = Path(os.environ.get("OVERTEN_RECORDINGS") or Path(__file__).parents[3] / "shared" / "recordings")
# One of ours stands in where none lies beside the repository, so that the way is walked in any case.
FILES = sorted(SHARED.glob("*.json")) or [RECORDINGS / "unit_economics_second_turn.json"]
CREATED = datetime(2026, 11, 22, tzinfo=UTC)


def inputs(name: str) -> bytes | None:
    """A picture for whatever image a recording names."""
    return picture(1600, 900, "#4682BE") if name.startswith(("img_", "brand-")) else None


def turns(file: Path) -> list[Recording]:
    recording = Recording.model_validate_json(file.read_bytes())
    earlier = turns(file.with_name(recording.follows)) if recording.follows else []
    return [*earlier, recording]


def tools_of(recording: Recording) -> list[list[str]]:
    """The tools that each reply calls."""
    return [[call.name for call in reply.tool_calls] for reply in recording.replies]


def played(file: Path) -> tuple[Checkpoint, bytes]:
    """The last turn of the file's run, and its document."""
    base = None
    for turn in turns(file):
        start = next_turn(base, turn.request, inputs) if base else None
        base = run(Player(turn), start, request=turn.request, inputs=inputs).checkpoint
        assert tools_of(record(base, turn.request)) == tools_of(turn)
    assert base is not None
    engine = engine_of(turns(file)[-1].request.format)
    document = engine.load(base.stored_document)
    engine.bind(document, images_of(inputs, base.logo))
    data = engine.write(document, created=CREATED)
    errors = [finding for finding in engine.verify(data, document) if finding.severity == "error"]
    assert errors == []
    return base, data


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_makes_the_same_sound_document_each_time(file: Path) -> None:
    checkpoint, data = played(file)

    assert checkpoint.finished
    assert data == played(file)[1]
