"""The agent's loop: what it does with replies, and that nothing is lost or done twice however it ends."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import (
    ModelMessagesTypeAdapter,
    ModelRequest,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from overten.agent.errors import AgentLoopError, CheckpointUnreadable, ProviderRefused
from overten.agent.loop import mend
from overten.agent.models import Checkpoint, Limits, Phase, TurnRequest
from overten.agent.prompts import CUT_OFF, FINISH_NOW
from overten.documents.excel.workbook import Workbook
from overten.documents.models import Finding
from tests.unit.agent.players import REQUEST, Clock, Killed, Script, Store, call, cut_off, ended, finish, run

ROWS = [["Shop", "Rent"], ["Harbour", 1200], ["Station", 900], ["Total", "=SUM(B2:B3)"]]


def sheet(name: str = "Shops", call_id: str | None = None) -> ToolCallPart:
    return call("create_sheet", call_id, sheet=name)


def block(name: str = "Shops", anchor: str = "A1", call_id: str | None = None) -> ToolCallPart:
    return call("write_block", call_id, sheet=name, anchor=anchor, rows=ROWS)


def whole_script() -> Script:
    """A turn with single calls, several calls in one reply, a refused one and a text."""
    return Script(
        [sheet()],
        [block(), sheet("Notes"), block("Shop")],
        "I shall go on.",
        [block("Notes", "B2"), call("inspect", sheet="Notes")],
        [finish()],
    )


def document(checkpoint: Checkpoint) -> Workbook:
    return Workbook.model_validate(checkpoint.document)


def answers(checkpoint: Checkpoint) -> list[ToolReturnPart]:
    messages = ModelMessagesTypeAdapter.validate_python(checkpoint.messages)
    return [
        part
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart)
    ]


def prompts_of(checkpoint: Checkpoint) -> list[str]:
    messages = ModelMessagesTypeAdapter.validate_python(checkpoint.messages)
    parts = [part for message in messages if isinstance(message, ModelRequest) for part in message.parts]
    return [str(part.content) for part in parts if isinstance(part, UserPromptPart)]


# --- a turn that goes well ---


def test_a_turn_writes_the_workbook_and_ends_with_title_and_summary() -> None:
    outcome = run(Script([sheet()], [block()], [finish("Two shops.")]).model)

    assert outcome.finished
    assert (outcome.checkpoint.title, outcome.checkpoint.summary) == ("Shops", "Two shops.")
    shops = document(outcome.checkpoint).find_sheet("Shops")
    assert shops is not None
    assert shops.content(4, 2) == "=SUM(B2:B3)"


def test_the_calls_of_one_reply_are_applied_in_order_and_answered_in_order() -> None:
    outcome = run(Script([sheet(), block(), sheet("Notes"), finish()]).model)

    assert outcome.finished
    assert [part.tool_name for part in answers(outcome.checkpoint)] == [
        "create_sheet", "write_block", "create_sheet", "finish",
    ]  # fmt: skip
    assert not outcome.checkpoint.failed_tool_calls


def test_finish_waits_for_the_other_calls_of_its_reply_wherever_it_stands() -> None:
    outcome = run(Script([finish(), sheet(), block()]).model)

    assert outcome.finished
    assert document(outcome.checkpoint).find_sheet("Shops") is not None


def test_every_request_carries_the_tools_the_rules_and_a_bound_on_its_answer() -> None:
    script = whole_script()
    run(script.model, limits=Limits(max_output_tokens_per_call=999))

    for info in script.infos:
        assert info.model_settings is not None
        assert info.model_settings.get("max_tokens") == 999
        assert "at most 30 tool calls" in (info.instructions or "")
        assert {"write_table", "inspect", "finish"} <= {tool.name for tool in info.function_tools}


def test_usage_is_summed_by_model_with_the_cached_part_apart() -> None:
    outcome = run(Script([sheet(), block()], [finish()]).model)

    (usage,) = outcome.checkpoint.usage
    assert (usage.model, usage.requests) == ("script", 2)
    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (200, 80, 20)


def test_progress_names_its_phase_and_never_falls_not_even_when_mending() -> None:
    seen: list[tuple[Phase, float]] = []
    script = Script([sheet()], [block()], [finish()], [block("Shops", "D1")], [finish()])
    first = run(script.model, progress=lambda phase, fraction: seen.append((phase, fraction)))
    finding = Finding(code="formula_error", message="#REF!", severity="error", location="Shops!B4")
    run(script.model, mend(first.checkpoint, [finding], "workbook"), progress=lambda p, f: seen.append((p, f)))

    fractions = [fraction for _, fraction in seen]
    assert seen[0] == ("planning", 0.05)
    assert {phase for phase, _ in seen} == {"planning", "writing"}
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 0.9


# --- killed, stopped, out of time ---


def settled(checkpoint: Checkpoint) -> dict[str, Any]:
    """What must not depend on how often the turn was interrupted: all but the times and generated ids."""
    kept = json.loads(checkpoint.model_dump_json())
    for message in kept["messages"]:
        for volatile in ("timestamp", "run_id"):
            message.pop(volatile, None)
        for part in message["parts"]:
            part.pop("timestamp", None)
    return dict(kept)


def numbered_script() -> Script:
    script = whole_script()
    number = 0
    for reply in script.replies:
        for part in reply if isinstance(reply, list) else ():
            number += 1
            part.tool_call_id = f"c{number}"
    return script


STEPS = 13  # 5 replies, 7 calls and 1 reminder


def test_a_turn_is_saved_after_every_reply_and_every_call() -> None:
    store = Store()
    run(numbered_script().model, store=store)

    assert len(store.saved) == STEPS


@pytest.mark.parametrize("after_writing", [False, True], ids=["before the save", "after the save"])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_worker_killed_at_any_step_is_resumed_as_if_nothing_had_happened(step: int, after_writing: bool) -> None:
    undisturbed = run(numbered_script().model).checkpoint
    script = numbered_script()
    store = Store(die_at=step, after_writing=after_writing)
    with pytest.raises(Killed):
        run(script.model, store=store)

    resumed = run(script.model, store.last).checkpoint

    assert settled(resumed) == settled(undisturbed)
    assert len(resumed.failed_tool_calls) == 1, "an operation applied twice would have been refused"
    repeated = len(script.asked) - len(script.replies)
    assert repeated == 0 if after_writing else repeated <= 1, "a reply that was saved is not paid for again"


def test_a_finished_turn_run_again_changes_nothing_and_asks_nobody() -> None:
    done = run(whole_script().model).checkpoint
    script = whole_script()

    again = run(script.model, done)

    assert again.finished
    assert script.asked == []
    assert settled(again.checkpoint) == settled(done)


def test_a_slice_out_of_time_ends_with_everything_saved_and_the_next_goes_on() -> None:
    clock, store, script = Clock(), Store(), whole_script()

    def save_slowly(checkpoint: Checkpoint) -> None:
        clock.seconds += 10
        Store.save(store, checkpoint)

    store.save = save_slowly  # type: ignore[method-assign]
    outcome = run(script.model, store=store, clock=clock, limits=Limits(slice_seconds=25))

    assert not outcome.finished
    assert not outcome.stopped
    assert len(store.saved) == 3
    assert run(script.model, store.last).finished


def test_a_slice_too_short_for_anything_still_gets_somewhere() -> None:
    script, checkpoint, slices = whole_script(), None, 0
    while checkpoint is None or not checkpoint.finished:
        clock, store = Clock(), Store()
        checkpoint = run(
            script.model, checkpoint, store=store, clock=clock, limits=Limits(slice_seconds=1e-9)
        ).checkpoint
        slices += 1
        assert slices <= STEPS


def test_a_cancelled_turn_stops_before_its_next_step() -> None:
    script, store = whole_script(), Store()

    outcome = run(script.model, store=store, should_stop=lambda: len(store.saved) == 3)

    assert outcome.stopped
    assert not outcome.finished
    assert len(store.saved) == 3
    assert store.last is not None
    assert settled(store.last) == settled(outcome.checkpoint)


def test_a_failing_slice_leaves_the_callers_checkpoint_alone() -> None:
    store = Store(die_at=2, after_writing=True)
    with pytest.raises(Killed):
        run(whole_script().model, store=store)
    given = store.last
    assert given is not None
    before = given.model_dump_json()

    with pytest.raises(Killed):
        run(whole_script().model, given, store=Store(die_at=1))

    assert given.model_dump_json() == before


def test_a_checkpoint_that_cannot_be_read_is_told_as_such() -> None:
    with pytest.raises(CheckpointUnreadable):
        run(whole_script().model, Checkpoint(messages=[{"kind": "unheard of"}]))
    with pytest.raises(CheckpointUnreadable):
        run(whole_script().model, Checkpoint(document={"sheets": "none"}))


# --- calls that go wrong ---


def test_a_malformed_call_is_explained_and_can_be_mended() -> None:
    bad = call("write_block", sheet="Shops", anchor="first cell", rows=ROWS)
    outcome = run(Script([sheet()], [bad], [block()], [finish()]).model)

    refused = answers(outcome.checkpoint)[1]
    assert refused.outcome == "failed"
    assert "anchor" in str(refused.content)
    assert "Nothing of this call was applied" in str(refused.content)
    assert outcome.finished
    assert outcome.checkpoint.tool_calls == 3


def test_arguments_that_are_not_json_are_explained() -> None:
    broken = ToolCallPart("write_block", '{"sheet": "Shops", "rows": [[1, 2')
    outcome = run(Script([sheet()], [broken], [block()], [finish()]).model)

    assert "not valid JSON" in str(answers(outcome.checkpoint)[1].content)


def test_a_refused_operation_is_answered_with_what_where_and_how_to_mend() -> None:
    outcome = run(Script([sheet()], [block("Shop")], [block()], [finish()]).model)

    refused = answers(outcome.checkpoint)[1]
    assert refused.outcome == "failed"
    assert "Shop" in str(refused.content)
    assert outcome.finished


def test_an_unknown_tool_is_answered_with_the_known_ones() -> None:
    outcome = run(Script([call("send_mail", to="a@example.com")], [sheet(), block(), finish()]).model)

    assert "create_sheet" in str(answers(outcome.checkpoint)[0].content)


def test_finish_is_refused_for_an_empty_workbook_and_after_a_refused_call() -> None:
    outcome = run(Script([finish()], [sheet(), block("Shop"), finish()], [block()], [finish()]).model)

    told = [str(part.content) for part in answers(outcome.checkpoint) if part.tool_name == "finish"]
    assert "empty" in told[0]
    assert "refused" in told[1]
    assert told[2] == "Finished."
    assert outcome.finished


def test_call_ids_that_repeat_from_reply_to_reply_are_told_apart() -> None:
    outcome = run(
        Script([sheet(call_id="call_0")], [block(call_id="call_0")], [sheet("Two", "call_0"), finish()]).model
    )

    assert outcome.finished
    assert len({part.tool_call_id for part in answers(outcome.checkpoint)}) == 4
    assert document(outcome.checkpoint).find_sheet("Two") is not None


def test_call_ids_that_repeat_within_a_reply_are_told_apart() -> None:
    outcome = run(Script([sheet(call_id="x"), block(call_id="x"), finish()]).model)

    assert [part.tool_name for part in answers(outcome.checkpoint)] == ["create_sheet", "write_block", "finish"]


# --- replies that are no calls ---


def test_a_model_that_answers_in_text_is_told_once_to_finish() -> None:
    outcome = run(Script([sheet(), block()], "Here is your workbook.", [finish()]).model)

    assert prompts_of(outcome.checkpoint).count(FINISH_NOW) == 1
    assert outcome.checkpoint.title == "Shops"


def test_text_given_twice_becomes_the_summary_of_a_workbook_that_has_content() -> None:
    outcome = run(Script([sheet(), block()], "Here it is.", "Two shops, rents assumed.").model)

    assert outcome.finished
    assert outcome.checkpoint.summary == "Two shops, rents assumed."


def test_a_model_that_never_makes_anything_fails_the_task() -> None:
    with pytest.raises(AgentLoopError, match="without making a document"):
        run(Script("I cannot.", "I really cannot.").model)


def test_an_empty_reply_is_kept_sendable_and_the_model_is_asked_again() -> None:
    outcome = run(Script([sheet(), block()], [], [finish()]).model)

    assert outcome.finished
    replies = [message for message in outcome.checkpoint.messages if message["kind"] == "response"]
    assert all(reply["parts"] for reply in replies)


def test_a_reply_cut_off_at_the_length_limit_is_told_so() -> None:
    half = ToolCallPart("write_block", '{"sheet": "Shops", "rows": [[1')
    outcome = run(Script([sheet()], cut_off(half), cut_off(TextPart("And then")), [block()], [finish()]).model)

    assert CUT_OFF in str(answers(outcome.checkpoint)[1].content)
    assert CUT_OFF in prompts_of(outcome.checkpoint)


def test_a_reply_withheld_by_a_content_filter_ends_the_task_and_is_counted() -> None:
    store = Store()
    with pytest.raises(ProviderRefused, match="declined"):
        run(Script([sheet()], ended(TextPart(""), reason="content_filter")).model, store=store)

    assert store.last is not None
    assert store.last.usage[0].requests == 2


# --- limits ---


def test_the_cap_on_tool_calls_holds_over_the_whole_task() -> None:
    script = Script(*[[sheet(f"S{number}")] for number in range(40)])
    store = Store()
    with pytest.raises(AgentLoopError) as failure:
        run(script.model, store=store)

    assert str(failure.value) == "max_tool_calls=30 exceeded"
    assert type(failure.value).__name__ == "AgentLoopError"
    assert failure.value.code == "internal_error"
    assert store.last is not None
    assert len(document(store.last).sheets) == 30
    with pytest.raises(AgentLoopError, match="max_tool_calls=30 exceeded"):
        run(script.model, store.last)


def test_all_calls_may_be_used_and_the_task_still_ends_well() -> None:
    outcome = run(Script([sheet()], [block()], [finish()]).model, limits=Limits(max_tool_calls=2))

    assert outcome.finished
    assert outcome.checkpoint.tool_calls == 2
    assert "0 tool calls left" in str(answers(outcome.checkpoint)[1].content)


def test_the_cap_on_tokens_holds_over_the_whole_task() -> None:
    with pytest.raises(AgentLoopError, match=r"^max_total_tokens=220 exceeded$"):
        run(whole_script().model, limits=Limits(max_total_tokens=220))


# --- mending ---


def test_findings_reach_the_model_and_the_turn_ends_again_with_finish() -> None:
    script = Script([sheet(), block(), finish()], [block("Shops", "D1")], [finish("Mended.")])
    first = run(script.model).checkpoint
    finding = Finding(code="formula_error", message="#DIV/0!", severity="error", location="Shops!B4")

    ready = mend(first, [finding], "workbook")
    second = run(script.model, ready).checkpoint

    assert first.finished, "the checkpoint that was given is left alone"
    assert (ready.finished, ready.mend_rounds, ready.findings) == (False, 1, [finding])
    assert "error in Shops!B4: #DIV/0!" in prompts_of(second)[-1]
    assert second.summary == "Mended."
    kinds = [message["kind"] for message in second.messages]
    assert all(one != other for one, other in itertools.pairwise(kinds)), "roles alternate"


def test_findings_reach_a_model_that_had_ended_with_text() -> None:
    script = Script([sheet(), block()], "Here.", "All done.", [finish("Mended.")])
    first = run(script.model).checkpoint

    second = run(
        script.model, mend(first, [Finding(code="x", message="Bad.", severity="error")], "workbook")
    ).checkpoint

    assert second.summary == "Mended."


# --- the surroundings ---


def test_an_existing_workbook_is_shown_to_the_model_first() -> None:
    made = run(Script([sheet("Ledger"), block("Ledger"), finish()]).model).checkpoint
    script = Script([call("rename_sheet", sheet="Ledger", new_name="Journal"), finish()])

    run(script.model, Checkpoint(document=made.document), request=TurnRequest(format="excel", prompt="Rename it"))

    first = script.asked[0][0].parts[0]
    assert isinstance(first, UserPromptPart)
    assert "Ledger" in str(first.content)


def test_the_request_is_quoted_to_the_model() -> None:
    script = whole_script()
    run(script.model)

    first = script.asked[0][0].parts[0]
    assert isinstance(first, UserPromptPart)
    assert f"<user_request>\n{REQUEST.prompt}\n</user_request>" in str(first.content)


def test_the_loop_imports_no_provider_and_no_office_library() -> None:
    heavy = ("openai", "anthropic", "boto3", "botocore", "xlsxwriter", "openpyxl", "ironcalc", "lxml")
    program = f"import sys, overten.agent.loop; print([name for name in {heavy} if name in sys.modules])"
    shared = Path(__file__).parents[3] / "shared"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(shared)}
    )

    assert done.stdout.strip() == "[]"
