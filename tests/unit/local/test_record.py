"""`make record`: a run's turns as files that can be played again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from local.record import RecordError, main, recorded
from overten.agent import configured
from overten.agent.loop import next_turn
from overten.agent.recording import Player
from overten.documents.engines import engine_of
from overten.runs import lifecycle, store, work
from overten.runs.models import Task
from tests.unit.agent.players import run
from tests.unit.runs.conftest import FakeExecutions, executions
from tests.unit.runs.factories import accept, caller

__all__ = ["executions"]
SECRET = "the model server's key"


def worked(task: Task) -> Task:
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    fit = False
    while not fit:
        while not work.work(ref):
            pass
        fit = work.verify_document(ref)
    lifecycle.settle(ref, lifecycle.publish(ref))
    return task


def test_each_turn_of_a_run_is_a_file_that_makes_its_document_again(
    aws: None, executions: FakeExecutions, tmp_path: Path
) -> None:
    configured.forget_models()
    by = caller()
    first = worked(accept(by, now=time.time(), prompt=f"A budget for a bakery with rent 2,400. {SECRET}"))
    second = worked(accept(by, now=time.time(), run_id=first.run_id, prompt="Change the currency to EUR"))

    found = recorded(by.org_id, first.run_id, tmp_path / "bakery.json", secrets=[SECRET])

    assert [file.name for file in found] == ["bakery.json", "bakery_turn_2.json"]
    one, two = found.values()
    assert two.follows == "bakery.json"
    assert SECRET not in one.model_dump_json() + two.model_dump_json()
    played = run(Player(one), request=one.request).checkpoint
    again = run(Player(two), next_turn(played, two.request), request=two.request)
    live = work.CheckpointFile(store.ref_of(second)).checkpoint
    assert live is not None
    engine = engine_of("excel")
    assert engine.describe(engine.load(again.checkpoint.stored_document)) == engine.describe(
        engine.load(live.stored_document)
    )


def test_a_run_without_a_conversation_is_told_as_such(aws: None, executions: FakeExecutions, tmp_path: Path) -> None:
    task = accept(caller(), now=time.time())
    with pytest.raises(RecordError, match="has no conversation"):
        recorded(task.org_id, task.run_id, tmp_path / "x.json")


def test_without_a_running_stack_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("local.processes.holder", lambda _: None)
    assert main(["run_1", str(tmp_path / "x.json")]) == 1
    assert "not running" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
