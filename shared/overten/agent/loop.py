"""The agent's loop: a slice of a turn, durable after every step.

The loop drives the model request by request instead of through `pydantic_ai.Agent`, because each reply and each tool
call has to be saved before the next step begins. What comes next is read off the checkpoint alone:

    the conversation ends with          the next step
    a message to the model              ask the model
    a reply with open tool calls        execute the first of them
    a reply with all calls answered     send the answers
    a reply of plain text               ask for the closing tool, once; then take the text as the summary or the answer

so a process may die anywhere: what was saved is not done again, and what was not saved leaves no trace.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pydantic_ai
from pydantic import ValidationError
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior
from pydantic_ai.messages import (
    BinaryContent,
    InstructionPart,
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from overten.agent import founded, memory, prompts
from overten.agent.data import told
from overten.agent.data.feeding import Query
from overten.agent.data.models import InputFile, together
from overten.agent.data.room import DataRoom
from overten.agent.errors import (
    AgentLoopError,
    CheckpointUnreadable,
    InputRefused,
    ProviderRefused,
    ProviderUnavailable,
)
from overten.agent.models import Brand, Checkpoint, Limits, ModelUsage, Phase, Purpose, SliceOutcome, TurnRequest
from overten.agent.outline import following
from overten.agent.outline.models import Outline
from overten.agent.outline.tool import WriteOutline, problems
from overten.agent.providers import CONTENT_REFUSED, TOO_LONG, UNREADABLE, provider_error
from overten.agent.render import Artist
from overten.agent.tools import (
    CLOSING_NAMES,
    CLOSINGS,
    Answer,
    Closing,
    Draw,
    Finish,
    ToolResult,
    call_tool,
    closing_name,
    description,
    tool_definitions,
)
from overten.documents.difference import differences
from overten.documents.engine import BRAND_LOGO, Assets, Engine, Look, no_assets
from overten.documents.engines import engine_of
from overten.documents.models import Finding

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

REQUEST_ATTEMPTS = 4
# The slices that a provider may fail in a row before the fallback model is asked: the state machine tries no more.
PROVIDER_SLICES = 5
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 20.0
NO_ANSWER = "(no answer)"
MAX_SUMMARY_CHARACTERS = 2_000
MAX_ANSWER_CHARACTERS = 20_000
MAX_PICTURES_SENT = 4
# So often a deck that differs from its outline is sent back; then the user is told how it differs.
MAX_OUTLINE_REFUSALS = 3
# What a page's picture costs about, with the providers that say so.
PICTURE_TOKENS = 1_600
# A conversation that has become too long is cut to this share of what there is room for, so that it seldom happens.
KEPT_SHARE = 0.6
LATEST_EXCHANGES = 2
# Comparing two states of a document reads both whole.
MAX_COMPARED_BYTES = 10_000_000
# A picture shows no dates of the file's own; the same document gives the same file, which is drawn once.
_DRAWN_AT = datetime(2000, 1, 1, tzinfo=UTC)


def run_slice(
    request: TurnRequest,
    checkpoint: Checkpoint | None,
    model: Model,
    *,
    limits: Limits,
    save: Callable[[Checkpoint], None],
    progress: Callable[[Phase, float], None],
    should_stop: Callable[[], bool],
    may_ask: Callable[[], bool] = lambda: True,
    inputs: Assets = no_assets,
    artist: Artist | None = None,
    fallback: Callable[[], Model] | None = None,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> SliceOutcome:
    """Works on a turn until it is finished, stopped or out of time; `checkpoint` is where an earlier slice left it.

    `save` must have made the checkpoint durable when it returns, and keep no reference to it; it is called after every
    reply of the model and after every tool call. `progress` takes a phase and a fraction from 0 to 1 that never falls.
    `should_stop` is asked before every step, `may_ask` before every one that costs: a call of the model. `inputs` gives
    the bytes of what the request names: documents, images, and under `brand` the logo. `artist` draws pages for a model
    that sees pictures; without one, and with `fallback`, there is no tool `render`. `fallback` gives the model that
    does the rest of the turn once the provider of `model` has failed in PROVIDER_SLICES slices, or says that it has no
    capacity.

    Must not be called from a running event loop.

    Raises:
        AgentLoopError: a limit of the whole task is exceeded, or the model ended with an empty document.
        ProviderUnavailable: the provider failed for now; run the slice again from the last checkpoint.
        ProviderRefused: the provider refused for good.
        CheckpointUnreadable: the checkpoint is not one of this version's.
        InputRefused: the document to begin with cannot be worked on.
    """
    run = _open(
        request, checkpoint, model, limits=limits, save=save, progress=progress, inputs=inputs, artist=artist,
        fallback=fallback, now=now, sleep=sleep,
    )  # fmt: skip
    with run.room:
        if not run.messages:
            described = description(run.engine, run.document)
            files = _told_of(run.room, request, run.checkpoint.files)
            opening = prompts.opening(request, run.engine.noun, described, files)
            run.add(ModelRequest(parts=[UserPromptPart(opening)]))
        return asyncio.run(_work(run, should_stop, may_ask))


def mend(checkpoint: Checkpoint, findings: Sequence[Finding], noun: str) -> Checkpoint:
    """A finished checkpoint made ready for another slice, in which the model is told to correct `findings`.

    Counts the round in `mend_rounds`; how many there may be is the caller's to decide.
    """
    told = UserPromptPart(prompts.findings_message(list(findings), noun))
    # The answer to `finish` may be still unsent.
    messages = _followed_by(_read_messages(checkpoint), told)
    return checkpoint.model_copy(
        update={
            "messages": ModelMessagesTypeAdapter.dump_python(messages, mode="json"),
            "finished": False,
            "findings": list(findings),
            "mend_rounds": checkpoint.mend_rounds + 1,
            "provider_failures": 0,
        },
        deep=True,
    )


def has_open_calls(checkpoint: Checkpoint) -> bool:
    """Whether the model's latest reply has calls that were not executed. A conversation cannot go on after them."""
    messages = _read_messages(checkpoint)
    last = messages[-1] if messages else None
    return isinstance(last, ModelResponse) and _next_call(checkpoint, last) is not None


class Current(NamedTuple):
    """A run's document where it is not the one that its conversation left: it was edited, or an older one restored.

    `data` is the file, `before` the one that the conversation last knew. `made_by` is the finished checkpoint whose
    document the file is, if it is one's.
    """

    data: bytes
    before: bytes
    made_by: Checkpoint | None = None


def next_turn(
    base: Checkpoint, request: TurnRequest, inputs: Assets = no_assets, *, current: Current | None = None
) -> Checkpoint:
    """A checkpoint that begins a further turn on a finished one's conversation and on its document, or on `current`.

    Of the conversation remain notes of each turn, and the last one whole if it is short; the document is told anew, and
    what was changed in it since. Nothing of earlier turns is counted again: usage, calls and findings begin anew.
    Raises InputRefused for a file of the request, or a document, that cannot be read.
    """
    engine = engine_of(request.format)
    messages = _read_messages(base)
    kept = memory.recent(base, messages)
    notes = memory.remembered(base.history, memory.note_of(base, messages))
    checkpoint = _next_document(engine, base, current)
    described = description(engine, _read_document(engine, checkpoint))
    if described is None and checkpoint.baseline_sha256 is None:
        # Only questions were asked so far. The document that is now begun wears this turn's look.
        checkpoint.keep(engine.store(engine.new(_look(request, inputs))))
    earlier = memory.told(notes[:-1] if kept else notes)
    # Beside the files of earlier turns, as the tables are named for all of them.
    checkpoint.files = together(_earlier_files(base, request), request.files)
    with DataRoom(inputs, checkpoint.files) as room:
        asked = prompts.opening(
            request,
            engine.noun,
            described,
            _told_of(room, request, checkpoint.files),
            earlier="" if kept else earlier,
            changes=_changes(engine, current) if current else None,
        )
    checkpoint.named_images = _named_images(base, messages)
    messages = _followed_by(memory.after(earlier, kept), UserPromptPart(asked))
    checkpoint.messages = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
    checkpoint.logo = request.logo or checkpoint.logo
    checkpoint.history = notes
    _keep_results(checkpoint, base, messages)
    return checkpoint


# The fields of a request that name the document a turn is about.
_OWN_DOCUMENT = frozenset({"/run_id", "/init_file"})


def _earlier_files(base: Checkpoint, request: TurnRequest) -> list[InputFile]:
    """The files of earlier turns that a further one has, too. The document itself was one of them where it was asked
    about: an upload still is, for another question, as long as nothing was written and the upload is the document."""
    stale = _OWN_DOCUMENT
    if not request.writes and not any(file.field in _OWN_DOCUMENT for file in request.files):
        stale = _OWN_DOCUMENT - {"/init_file"}
    return [file for file in base.files if file.field not in stale]


def _next_document(engine: Engine[Any], base: Checkpoint, current: Current | None) -> Checkpoint:
    """A new checkpoint with the document that a further turn begins with."""
    if current is None or current.made_by is not None:
        made_by = base if current is None or current.made_by is None else current.made_by
        return Checkpoint(
            document=made_by.document,
            package=made_by.package,
            package_sha256=made_by.package_sha256,
            baseline=made_by.baseline,
            baseline_sha256=made_by.baseline_sha256,
            logo=made_by.logo,
        )
    checkpoint = Checkpoint(logo=base.logo)
    document = _opened(engine, current.data, "/run_id")
    checkpoint.opening_findings = engine.left_out(document)
    checkpoint.keep(engine.store(document))
    checkpoint.keep_as_baseline()
    return checkpoint


def _changes(engine: Engine[Any], current: Current) -> str:
    """What was changed in a document since the conversation knew it. Both states are read from their files, so that
    they are told in the same words."""
    if max(len(current.data), len(current.before)) > MAX_COMPARED_BYTES:
        return "It is too large to be compared. Inspect what matters."
    try:
        before, after = (engine.parts(_opened(engine, data, "/run_id")) for data in (current.before, current.data))
    except InputRefused:
        # The older one is of no further use, and the turn works on a document that was read already.
        return "They cannot be compared. Inspect what matters."
    return differences(before, after)


def _followed_by(messages: list[ModelMessage], told: UserPromptPart) -> list[ModelMessage]:
    """The conversation with something more said to the model. Providers want no two user messages in a row."""
    if messages and isinstance(messages[-1], ModelRequest):
        return [*messages[:-1], replace(messages[-1], parts=[*messages[-1].parts, told])]
    return [*messages, ModelRequest(parts=[told])]


def _keep_results(checkpoint: Checkpoint, base: Checkpoint, messages: Sequence[ModelMessage]) -> None:
    """Takes over the results of those calls that are in the conversation.

    A server that numbers its calls anew cannot meet the result of one that is not there.
    """
    known = memory.call_ids(messages)
    not_done = sorted(known - base.tool_results.keys())
    checkpoint.tool_results = {name: text for name, text in base.tool_results.items() if name in known}
    checkpoint.tool_results |= dict.fromkeys(not_done, memory.NOT_DONE)
    checkpoint.failed_tool_calls = [*(name for name in base.failed_tool_calls if name in known), *not_done]


def _named_images(checkpoint: Checkpoint, messages: Sequence[ModelMessage]) -> list[str]:
    return list(dict.fromkeys([*checkpoint.named_images, *memory.images_named(messages, checkpoint)]))


def _told_of(room: DataRoom, request: TurnRequest, files: Sequence[InputFile]) -> str | None:
    """What stands in the files of the request, and which ones of earlier turns are still there; None without any."""
    if not files:
        return None
    given = {file.name for file in request.files}
    earlier = [file for file in files if file.name not in given]
    found = room.contents()
    parts = [told.contents(request.files, found)] if request.files else []
    return "\n".join([*parts, *([told.still_there(earlier, found)] if earlier else [])])


@dataclass
class _Run:
    """A slice at work: the checkpoint, and the parsed form of what it holds."""

    purpose: Purpose
    checkpoint: Checkpoint
    messages: list[ModelMessage]
    engine: Engine[Any]
    document: Any
    model: Model
    limits: Limits
    save: Callable[[Checkpoint], None]
    progress: Callable[[Phase, float], None]
    inputs: Assets
    artist: Artist | None
    fallback: Callable[[], Model] | None
    now: Callable[[], float]
    sleep: Callable[[float], None]
    room: DataRoom
    deadline: float
    request: TurnRequest

    @property
    def query(self) -> Query | None:
        """Asks the user's files, if there are any."""
        return self.room.query if self.room.has_files else None

    @property
    def writes(self) -> bool:
        return self.purpose == "write"

    def out_of_time(self) -> bool:
        return self.now() >= self.deadline

    def replace(self, messages: list[ModelMessage]) -> None:
        """Takes over a conversation that has been shortened."""
        self.messages = messages
        self.checkpoint.messages = ModelMessagesTypeAdapter.dump_python(messages, mode="json")

    def add(self, message: ModelMessage) -> None:
        self.messages.append(message)
        self.checkpoint.messages.extend(ModelMessagesTypeAdapter.dump_python([message], mode="json"))


def _open(
    request: TurnRequest,
    checkpoint: Checkpoint | None,
    model: Model,
    *,
    limits: Limits,
    save: Callable[[Checkpoint], None],
    progress: Callable[[Phase, float], None],
    inputs: Assets,
    artist: Artist | None,
    fallback: Callable[[], Model] | None,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> _Run:
    # A copy, so that a slice that fails leaves its caller's checkpoint as it was.
    engine = engine_of(request.format)
    if checkpoint is not None:
        checkpoint = checkpoint.model_copy(deep=True)
        document = _read_document(engine, checkpoint)
    else:
        checkpoint, document = _begin(engine, request, inputs)
    engine.bind(document, images_of(inputs, checkpoint.logo))
    checkpoint.library_version = pydantic_ai.__version__
    if checkpoint.uses_fallback and fallback is not None:
        model, artist = fallback(), None  # nobody has said that it sees
    return _Run(
        request.purpose, checkpoint, _read_messages(checkpoint), engine, document, model, limits, save, progress,
        inputs, artist, fallback, now, sleep, DataRoom(inputs, checkpoint.files), deadline=now() + limits.slice_seconds,
        request=request,
    )  # fmt: skip


def _begin(engine: Engine[Any], request: TurnRequest, inputs: Assets) -> tuple[Checkpoint, Any]:
    """The checkpoint and the document that a turn without a run begins with: an upload, or a new document in the look
    of a template or a brand."""
    from overten.documents.ooxml.errors import PackageError

    checkpoint = Checkpoint(logo=request.logo, files=together([], request.files))
    try:
        if request.init_file is not None:
            document = engine.open(_required(inputs, request.init_file, _field_of(request)))
            checkpoint.opening_findings = engine.left_out(document)
        elif request.template_file is not None:
            template = _required(inputs, request.template_file, _field_of(request))
            document, checkpoint.opening_findings = engine.from_template(template, Look())
            checkpoint.opening_findings += _unused_brand(request.brand)
        else:
            document = engine.new(_look(request, inputs))
        checkpoint.keep(engine.store(document))
        if request.init_file is not None:
            # All of it is read once, so that what is damaged deep inside is found now and not half-way.
            engine.describe(document)
    except PackageError as error:
        raise InputRefused(f"{_field_of(request)}: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        if not (request.init_file or request.template_file):
            raise
        # Ours to mend if the document is a good one; its user can help himself meanwhile.
        _log_ours("upload_not_opened", error)
        raise InputRefused(f"{_field_of(request)}: {_UNREADABLE}") from None
    if request.init_file or request.template_file:
        checkpoint.keep_as_baseline()
    return checkpoint, document


def _opened(engine: Engine[Any], data: bytes, field: str) -> Any:
    """A document that was published, opened as an upload is. Raises InputRefused, naming the request's field."""
    from overten.documents.ooxml.errors import PackageError

    try:
        document = engine.open(data)
        engine.describe(document)
    except PackageError as error:
        raise InputRefused(f"{field}: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        _log_ours("version_not_opened", error)
        raise InputRefused(f"{field}: {_UNREADABLE}") from None
    return document


def _log_ours(event: str, error: Exception) -> None:
    """An error of ours with where it arose, and without its text, which may quote the document."""
    _logger().error(event, reason=type(error).__name__, frames=traceback.format_tb(error.__traceback__))


def _logger() -> Logger:
    from overten.logs import logger

    return logger()


_UNREADABLE = "the document cannot be read. Open it in Office, save it anew, and upload that."


def _field_of(request: TurnRequest) -> str:
    if request.purpose == "analyze":
        return "/file_id"
    return "/init_file" if request.init_file else "/template_file"


def _required(inputs: Assets, name: str, field: str) -> bytes:
    data = inputs(name)
    if data is None:
        raise InputRefused(f"{field}: the file is no longer there.")
    return data


def images_of(inputs: Assets, logo: str | None) -> Assets:
    """The images among a turn's inputs, by the names that a model may use. `logo` is the input that is the logo."""

    def found(name: str) -> bytes | None:
        if name == BRAND_LOGO:
            return inputs(logo) if logo else None
        return inputs(name) if name.startswith("img_") else None

    return found


def _look(request: TurnRequest, inputs: Assets) -> Look:
    brand = request.brand or Brand()
    logo = inputs(request.logo) if request.logo else None
    return Look(brand.primary_color, brand.secondary_color, brand.font, logo)


def _unused_brand(brand: Brand | None) -> list[Finding]:
    if brand is None or not (brand.primary_color or brand.secondary_color or brand.font):
        return []
    message = "The colours and fonts are the template's; those of the brand were not used."
    return [Finding(code="brand_not_applied", message=message, severity="warning", location="/brand")]


def _read_document(engine: Engine[Any], checkpoint: Checkpoint) -> Any:
    try:
        return engine.load(checkpoint.stored_document)
    except ValueError as error:
        raise CheckpointUnreadable("The stored document cannot be read by this version.") from error


def _read_messages(checkpoint: Checkpoint) -> list[ModelMessage]:
    try:
        return ModelMessagesTypeAdapter.validate_python(checkpoint.messages)
    except ValidationError as error:
        raise CheckpointUnreadable("The stored conversation cannot be read by this version.") from error


async def _work(run: _Run, should_stop: Callable[[], bool], may_ask: Callable[[], bool]) -> SliceOutcome:
    # Entering a model ties its connections to this event loop and closes them at the end.
    async with AsyncExitStack() as connections:
        entered, steps = None, 0
        while not run.checkpoint.finished:
            if should_stop() or (isinstance(run.messages[-1], ModelRequest) and not may_ask()):
                return SliceOutcome(finished=False, stopped=True, checkpoint=run.checkpoint)
            # A slice that has done nothing goes on, or a too short `slice_seconds` would never get anywhere.
            if steps and run.out_of_time():
                _forget_failures(run)
                return SliceOutcome(finished=False, checkpoint=run.checkpoint)
            run.progress(*_progress(run.checkpoint, writes=run.writes))
            if run.model is not entered:
                entered = await connections.enter_async_context(run.model)
            await _step(run)
            steps += 1
    return SliceOutcome(finished=True, checkpoint=run.checkpoint)


async def _step(run: _Run) -> None:
    """Does the next thing and saves it."""
    last = run.messages[-1]
    if isinstance(last, ModelRequest):
        await _ask(run)
    elif not last.tool_calls:
        _answer_text(run, last)
    elif call := _next_call(run.checkpoint, last):
        _execute(run, last, call)
    run.save(run.checkpoint)


def _progress(checkpoint: Checkpoint, *, writes: bool) -> tuple[Phase, float]:
    """Planning until the first call; then nearer to 0.8 with each one, and to 0.9 once the verifier has spoken."""
    if not checkpoint.tool_calls:
        return "planning", 0.05
    written = 1 - math.exp(-checkpoint.tool_calls / 8)
    if not writes:
        return "planning", round(0.1 + 0.8 * written, 3)
    return "writing", round(0.8 + 0.1 * written if checkpoint.mend_rounds else 0.1 + 0.7 * written, 3)


# --- asking the model ---


async def _ask(run: _Run) -> None:
    """Gets one reply, counts it, and adds it to the conversation."""
    used = sum(usage.input_tokens + usage.output_tokens for usage in run.checkpoint.usage)
    if used >= run.limits.max_total_tokens:
        raise AgentLoopError(f"max_total_tokens={run.limits.max_total_tokens} exceeded")
    _keep_within(run)
    try:
        reply = await _request(run)
        if refusal := _refusal(reply):
            run.save(run.checkpoint)
            raise refusal
    except (ProviderUnavailable, ProviderRefused) as failure:
        if not (_is_cut_shorter(run, failure) or _falls_back(run, failure)):
            raise
        return
    run.add(_usable(reply, set(run.checkpoint.tool_results)))


def _is_cut_shorter(run: _Run, failure: ProviderUnavailable | ProviderRefused) -> bool:
    """Whether the conversation was too long for the model, and is now as short as can be: a second time it is not."""
    if str(failure) != TOO_LONG or not _fold(run, 1, cut=True):
        return False
    _tell_cut(run, "the provider")
    return True


def _keep_within(run: _Run) -> None:
    """Shortens a conversation that has outgrown the model: the results of older calls first, then older calls whole.

    Depends on the conversation alone, so a slice that died before its reply was saved cuts it in the same way again.
    """
    room = _room_tokens(run)
    if memory.tokens_of(run.messages) <= room:
        return
    run.replace(memory.with_short_results(run.messages, spared=LATEST_EXCHANGES))
    for exchanges, cut in ((LATEST_EXCHANGES, False), (1, False), (1, True)):
        if memory.tokens_of(run.messages) <= KEPT_SHARE * room:
            break
        _fold(run, exchanges, cut=cut)
    _tell_cut(run, "the limit")


def _tell_cut(run: _Run, wanted_by: str) -> None:
    _logger().info("conversation_cut", wanted_by=wanted_by, tokens=memory.tokens_of(run.messages))


def _room_tokens(run: _Run) -> int:
    """How long the conversation may be, beside all else that a request holds and its reply."""
    tools = sum(
        memory.text_tokens(f"{tool.name}{tool.description}{json.dumps(tool.parameters_json_schema)}")
        for tool in _tools(run)
    )
    pictures = PICTURE_TOKENS * min(MAX_PICTURES_SENT, len(run.checkpoint.pictures))
    taken = tools + memory.text_tokens(_instructions(run)) + run.limits.max_output_tokens_per_call + pictures
    return max(run.limits.max_context_tokens - taken, run.limits.max_context_tokens // 4)


def _fold(run: _Run, exchanges: int, *, cut: bool) -> bool:
    """Cuts the conversation down to its opening, notes of the calls so far, the document as it is now, and the latest
    replies with what was said to them. False if that is no shorter."""
    begun = memory.beginning(run.messages)
    if begun is None:
        return False
    index, opening = begun
    # The reply that the next one follows stays whole, or a model would not know what it was told.
    since = run.messages[index + 1 :]
    kept = memory.latest(since, exchanges)
    gone = since[: len(since) - len(kept)]
    done = [*run.checkpoint.done, *memory.calls_noted(gone, run.checkpoint)][-memory.MAX_DONE_NOTED :]
    found = run.room.contents() if run.checkpoint.files else None
    text = prompts.gone_on(
        str(opening.content),
        run.engine.noun,
        description(run.engine, run.document),
        earlier=memory.told(run.checkpoint.history),
        done="\n".join(done),
        files=told.still_there(run.checkpoint.files, found) if found else None,
        writes=run.writes,
    )
    first = ModelRequest(parts=[replace(opening, content=text)])
    messages = [first, *(memory.with_cut_results(kept) if cut else kept)]
    if memory.tokens_of(messages) >= memory.tokens_of(run.messages):
        return False
    run.checkpoint.named_images = _named_images(run.checkpoint, run.messages)
    run.checkpoint.done = done
    run.replace(messages)
    return True


def _falls_back(run: _Run, failure: ProviderUnavailable | ProviderRefused) -> bool:
    """Whether the turn goes on with the fallback model. If not, the failure is noted for the slices that follow."""
    checkpoint = run.checkpoint
    if isinstance(failure, ProviderRefused) and not failure.is_out_of_capacity:
        return False
    checkpoint.provider_failures += 1
    is_enough = failure.is_out_of_capacity or checkpoint.provider_failures >= PROVIDER_SLICES
    if run.fallback is None or checkpoint.uses_fallback or not is_enough:
        run.save(checkpoint)
        return False
    checkpoint.uses_fallback = True
    run.model, run.artist = run.fallback(), None  # nobody has said that it sees
    _logger().warning("fallback_model", model=run.model.model_name, failures=checkpoint.provider_failures)
    return True


def _forget_failures(run: _Run) -> None:
    """A slice that ends well begins a new count, as it does with the state machine's retries."""
    if run.checkpoint.provider_failures:
        run.checkpoint.provider_failures = 0
        run.save(run.checkpoint)


async def _request(run: _Run) -> ModelResponse:
    """One reply of the model, after as many attempts as are allowed and as the slice has time for. All are counted."""
    messages = _with_pictures(run)
    for attempt in range(1, REQUEST_ATTEMPTS + 1):
        try:
            return await _attempt(run, messages)
        except (ModelAPIError, UnexpectedModelBehavior) as error:
            failure = provider_error(error)
            wait = _wait_seconds(attempt, error)
            if (
                isinstance(failure, ProviderRefused)
                or attempt == REQUEST_ATTEMPTS
                or wait > LONGEST_WAIT_SECONDS
                or run.now() + wait >= run.deadline
            ):
                raise failure from None  # the provider's text may quote the conversation; keep it out of the log
            run.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def _tools(run: _Run) -> tuple[ToolDefinition, ...]:
    return tool_definitions(
        run.engine,
        sees=run.artist is not None,
        has_data=run.room.has_files,
        purpose=run.purpose,
        is_empty=not run.writes and not run.engine.has_content(run.document),
    )


async def _attempt(run: _Run, messages: list[ModelMessage]) -> ModelResponse:
    """One request. Raises UnexpectedModelBehavior, too, for a reply that is none."""
    try:
        reply = await model_request(
            run.model,
            messages,
            model_settings=_settings(run),
            model_request_parameters=ModelRequestParameters(
                function_tools=list(_tools(run)),
                instruction_parts=[InstructionPart(content=_instructions(run))],
            ),
        )
    except UNREADABLE as error:
        if isinstance(run.model, FunctionModel):
            raise  # an error of ours in the built-in author
        _log_ours("reply_unreadable", error)
        raise UnexpectedModelBehavior("the answer is none") from None
    _count(run.checkpoint, reply, run.model)
    if reply.finish_reason == "error":
        # The provider says itself that what the model put out cannot be used; it may well be better next time.
        raise UnexpectedModelBehavior("the model's output is malformed")
    return reply


def _instructions(run: _Run) -> str:
    return prompts.instructions(run.engine.noun, run.limits, sees=run.artist is not None, purpose=run.purpose)


def _with_pictures(run: _Run) -> list[ModelMessage]:
    """The conversation as it is sent: the latest pictures that were drawn stand with the answers of their calls.

    The checkpoint holds their names only, and older ones are not sent again: each costs as much as a page of text.
    """
    if run.artist is None:
        return run.messages
    shown = dict(list(run.checkpoint.pictures.items())[-MAX_PICTURES_SENT:])
    return [
        replace(message, parts=[_pictured(part, shown, run.artist) for part in message.parts])
        if isinstance(message, ModelRequest)
        else message
        for message in run.messages
    ]


def _pictured(part: ModelRequestPart, shown: dict[str, str], artist: Artist) -> ModelRequestPart:
    if not isinstance(part, ToolReturnPart) or part.tool_name != "render" or part.outcome != "success":
        return part
    name = shown.get(part.tool_call_id)
    picture = BinaryContent(artist.picture(name), media_type="image/png") if name else None
    return ToolReturnPart(
        tool_name=part.tool_name,
        tool_call_id=part.tool_call_id,
        content=[part.content, picture] if picture else prompts.PICTURE_GONE,
        timestamp=part.timestamp,
    )


def _settings(run: _Run) -> ModelSettings:
    # Providers reserve quota for `max_tokens`, and take the model's maximum if it is not set.
    of_model = (run.model.settings or {}).get("max_tokens", run.limits.max_output_tokens_per_call)
    return ModelSettings(
        max_tokens=min(of_model, run.limits.max_output_tokens_per_call),
        request_timeout=run.limits.request_timeout_seconds,
    )


def _wait_seconds(attempt: int, error: ModelAPIError | UnexpectedModelBehavior) -> float:
    """Full jitter, but not before the provider wants to be asked again."""
    asked = (error.retry_after if isinstance(error, ModelAPIError) else None) or 0.0
    return asked + random.uniform(0, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))  # noqa: S311 - not a secret


def _count(checkpoint: Checkpoint, reply: ModelResponse, model: Model) -> None:
    name = reply.model_name or model.model_name
    usage = next((usage for usage in checkpoint.usage if usage.model == name), None)
    if usage is None:
        usage = ModelUsage(model=name)
        checkpoint.usage.append(usage)
    usage.requests += 1
    usage.input_tokens += reply.usage.input_tokens
    usage.cached_input_tokens += reply.usage.cache_read_tokens
    usage.cache_write_tokens += reply.usage.cache_write_tokens
    usage.output_tokens += reply.usage.output_tokens


def _refusal(reply: ModelResponse) -> ProviderRefused | None:
    """The failure that a reply stands for, if it is none that a further message could mend."""
    if reply.finish_reason == "content_filter":
        return ProviderRefused(CONTENT_REFUSED)
    if (reply.provider_details or {}).get("finish_reason") == "model_context_window_exceeded":
        return ProviderRefused(TOO_LONG)
    return None


def _usable(reply: ModelResponse, taken: set[str]) -> ModelResponse:
    """The reply with call ids that are unique in the task, and with some text if it is empty.

    Some servers number the calls of each reply anew, and results are recorded by id; providers refuse a conversation
    in which a reply is empty.
    """
    parts = []
    for part in reply.parts:
        usable = _with_free_id(part, taken) if isinstance(part, ToolCallPart) else part
        if isinstance(usable, ToolCallPart):
            taken.add(usable.tool_call_id)
        parts.append(usable)
    if not reply.tool_calls and not (reply.text or "").strip():
        parts.append(TextPart(NO_ANSWER))
    return replace(reply, parts=parts)


def _with_free_id(call: ToolCallPart, taken: set[str]) -> ToolCallPart:
    if call.tool_call_id not in taken:
        return call
    free = next(name for number in itertools.count(len(taken)) if (name := f"call_{number}") not in taken)
    return replace(call, tool_call_id=free)


# --- acting on a reply ---


def _next_call(checkpoint: Checkpoint, reply: ModelResponse) -> ToolCallPart | None:
    """The first call of the reply that has no result; a closing one comes after all others."""
    waiting = [call for call in reply.tool_calls if call.tool_call_id not in checkpoint.tool_results]
    return next((call for call in waiting if call.tool_name not in CLOSING_NAMES), waiting[0] if waiting else None)


def _execute(run: _Run, reply: ModelResponse, call: ToolCallPart) -> None:
    """Executes one call and records its result; after the reply's last one, adds the answers to the conversation."""
    checkpoint = run.checkpoint
    at_limit = checkpoint.tool_calls >= run.limits.max_tool_calls
    closing = closing_name(run.purpose)
    # An accepted closing call is free, so that a task may use all its calls and still end well.
    result = None if at_limit and call.tool_name != closing else _call(run, reply, call)
    if result is None or (at_limit and result.finish is None):
        raise AgentLoopError(f"max_tool_calls={run.limits.max_tool_calls} exceeded")
    text = result.text
    if result.finish is None:
        checkpoint.tool_calls += 1
        text += prompts.calls_left(checkpoint.tool_calls, run.limits, closing)
    checkpoint.tool_results[call.tool_call_id] = text
    if result.failed:
        checkpoint.failed_tool_calls.append(call.tool_call_id)
    if result.picture is not None:
        checkpoint.pictures[call.tool_call_id] = result.picture
    if run.writes:
        checkpoint.keep(run.engine.store(run.document))
    if _next_call(checkpoint, reply) is None:
        run.add(_answers(checkpoint, reply))
    if result.finish is not None:
        _close(checkpoint, result.finish)


def _call(run: _Run, reply: ModelResponse, call: ToolCallPart) -> ToolResult:
    failed = {other.tool_call_id for other in reply.tool_calls} & set(run.checkpoint.failed_tool_calls)
    if call.tool_name == closing_name(run.purpose) and failed:
        return ToolResult("Not finished: a call in the same reply was refused. Correct it first.", failed=True)
    result = _applied(run, call)
    if result.finish is not None and (reason := _not_taken(run, result.finish)):
        return ToolResult(reason, failed=True)
    if result.failed and reply.finish_reason == "length" and call is reply.tool_calls[-1]:
        return ToolResult(f"{result.text}\n{prompts.CUT_OFF}", failed=True)
    return result


def _applied(run: _Run, call: ToolCallPart) -> ToolResult:
    """What a call answers. One that meets an error of ours is taken back, and the turn goes on: it was paid for."""
    try:
        draw, query = _draw_of(run), run.query
        return call_tool(run.engine, run.document, call.tool_name, call.args, draw, query=query, purpose=run.purpose)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the user the turn
        _log_ours("tool_failed", error)
    run.document = _read_document(run.engine, run.checkpoint)
    run.engine.bind(run.document, images_of(run.inputs, run.checkpoint.logo))
    return ToolResult(prompts.OUR_ERROR, failed=True)


def _not_taken(run: _Run, closing: Closing) -> str | None:
    """Why a closing call is sent back."""
    if isinstance(closing, Answer):
        return _unfounded(run, closing)
    if not isinstance(closing, WriteOutline):
        return _unlike_outline(run)
    request = run.request
    found = problems(closing.as_outline(), slide_count=request.slide_count, has_images=bool(request.images))
    return prompts.inert("\n".join(["The outline is not taken:", *(f"- {line}" for line in found)])) if found else None


def _unfounded(run: _Run, answer: Answer) -> str | None:
    """Why an answer is sent back, once: its figures are to be those that were shown. What then is left is told."""
    checkpoint = run.checkpoint
    checkpoint.unfounded = _doubtful_figures(run, answer)
    at_limit = checkpoint.tool_calls >= run.limits.max_tool_calls
    if not checkpoint.unfounded or checkpoint.questioned or at_limit:
        return None
    checkpoint.questioned = True
    return prompts.inert(prompts.unfounded_figures(checkpoint.unfounded))


def _doubtful_figures(run: _Run, answer: Answer) -> list[str]:
    """The figures of an answer that were not shown. It is advice: an error of ours here must not cost the answer."""
    try:
        return founded.unfounded(answer.answer, _shown(run))
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer was paid for
        _log_ours("figures_not_checked", error)
        return []


def _shown(run: _Run) -> Iterator[str]:
    """All that was said to the model."""
    for message in run.messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, UserPromptPart | ToolReturnPart) and isinstance(part.content, str):
                yield part.content
    yield from run.checkpoint.tool_results.values()


def _unlike_outline(run: _Run) -> str | None:
    """Why a deck that follows an outline is not finished. Points are sent back once: they may be said in other words.

    Not at the limit of calls, where a refusal would cost the user the deck.
    """
    checkpoint, outline = run.checkpoint, run.request.outline
    at_limit = checkpoint.tool_calls >= run.limits.max_tool_calls
    if outline is None or at_limit or checkpoint.outline_refusals >= MAX_OUTLINE_REFUSALS:
        return None
    found = outline_differences(outline, run.document)
    if not found.structure and (checkpoint.outline_refusals or not found.points):
        return None
    checkpoint.outline_refusals += 1
    return following.refusal(found)


def outline_differences(outline: Outline, document: Any) -> following.Differences:
    """How a working deck differs from its outline."""
    from overten.documents.slides.storyline import storyline

    return following.differences(outline, storyline(document))


def _draw_of(run: _Run) -> Draw | None:
    artist = run.artist
    if artist is None:
        return None
    return lambda page: artist.draw(run.engine.write(run.document, created=_DRAWN_AT), page)


def _answers(checkpoint: Checkpoint, reply: ModelResponse) -> ModelRequest:
    return ModelRequest(
        parts=[
            ToolReturnPart(
                tool_name=call.tool_name,
                tool_call_id=call.tool_call_id,
                content=checkpoint.tool_results[call.tool_call_id],
                outcome="failed" if call.tool_call_id in checkpoint.failed_tool_calls else "success",
            )
            for call in reply.tool_calls
        ]
    )


def _answer_text(run: _Run, reply: ModelResponse) -> None:
    """Tells a model that answered in text to call the closing tool; the second time in a row its text is the summary,
    or the answer."""
    if not _was_told(run.messages):
        text = prompts.CUT_OFF if reply.finish_reason == "length" else prompts.close_now(closing_name(run.purpose))
        run.add(ModelRequest(parts=[UserPromptPart(text)]))
    elif CLOSINGS[run.purpose] is Answer and reply.text and reply.text != NO_ANSWER:
        answer = Answer(answer=reply.text[:MAX_ANSWER_CHARACTERS])
        run.checkpoint.unfounded = _doubtful_figures(run, answer)
        _close(run.checkpoint, answer)
    elif not run.writes:
        raise AgentLoopError("the model ended without an answer")
    elif run.engine.has_content(run.document):
        text = reply.text or NO_ANSWER
        is_summary = text != NO_ANSWER and reply.finish_reason != "length"  # half a text tells less than none
        run.checkpoint.finished = True
        run.checkpoint.title = run.engine.title(run.document)
        run.checkpoint.summary = text[:MAX_SUMMARY_CHARACTERS] if is_summary else None
    else:
        raise AgentLoopError("the model ended without making a document")


def _was_told(messages: list[ModelMessage]) -> bool:
    """Whether the reply that ends the conversation answers one of our reminders."""
    before: list[ModelRequestPart] = list(messages[-2].parts) if isinstance(messages[-2], ModelRequest) else []
    reminders = {*(prompts.close_now(name) for name in CLOSING_NAMES), prompts.CUT_OFF}
    return any(isinstance(part, UserPromptPart) and part.content in reminders for part in before)


def _close(checkpoint: Checkpoint, closing: Closing) -> None:
    checkpoint.finished = True
    match closing:
        case Finish():
            checkpoint.title, checkpoint.summary = closing.title, closing.summary
        case Answer():
            checkpoint.answer = closing.answer
        case WriteOutline():
            checkpoint.planned, checkpoint.summary = closing.as_outline(), closing.summary


def unused_images(checkpoint: Checkpoint, request: TurnRequest) -> list[str]:
    """The images of a turn's request that no call has named that was applied."""
    named = set(_named_images(checkpoint, _read_messages(checkpoint)))
    return [image.name for image in request.images if image.name not in named]
