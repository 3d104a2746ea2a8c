"""What a document costs in tokens, what the loop adds to each tool call, and how large a checkpoint is.

    python -m bench.agent

Twelve standard requests with fixed scripts: nine recorded conversations with a capable model, and three requests to the
built-in author. Then the second turns of three of the recorded runs. Recordings that draw on files of the user are left
out: they are not of writing alone. Every request that the loop makes of its model is counted as it is sent: rules,
tools, conversation. For each of the documents there is a script that makes an equivalent one with openpyxl, python-docx
or python-pptx (bench/plain): what a model writes that is asked for code instead of being given tools. No model is
asked, so that the numbers are of these scripts and can be had again.

Tokens are counted by bpe-openai's o200k_base if that package is installed (`uv pip install bpe-openai==0.1.4`), and
estimated as a quarter of the characters if not. Providers' own tokenizers differ by some tenths.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from overten.agent import loop
from overten.agent.author.model import builtin_model
from overten.agent.loop import next_turn, run_slice
from overten.agent.models import Checkpoint, Limits, ModelUsage, TurnRequest
from overten.agent.recording import Player, Recording
from overten.credits.pricing import price_list
from overten.documents.models import Format

REPOSITORY = Path(__file__).parent.parent
RECORDINGS = REPOSITORY / "tests" / "recordings"
PLAIN = REPOSITORY / "bench" / "plain"
RESULTS = REPOSITORY / "bench" / "results" / "agent.md"
ROUNDS = 3
TODAY = date(2026, 11, 22)
_BUILT_IN = " (built-in author)"
AUTHORED = {
    "Bakery budget": "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each",
    "Project plan": "Project plan with a Gantt chart for moving an office of 40 people in 10 weeks",
    "Invoice": "Invoice for 12 hours of consulting at 140 EUR and travel of 260 EUR, 19% VAT",
}
# The rate at which tokens are turned into credits for the comparison: the price list's for models it does not name.
PRICED_AS = "claude-sonnet"
_CODE_INSTRUCTIONS = (
    "You write Python. Answer with one complete script, and nothing else, that makes the {kind} the user asks for with "
    "{library} and saves it in the working directory. A professional will use the file as it is: mind layout, styles, "
    "number formats, charts and formulas. Never invent facts; mark assumptions."
)
_LIBRARIES: dict[Format, tuple[str, str, str]] = {
    "excel": ("Excel workbook", "openpyxl", "xlsx"),
    "word": ("Word document", "python-docx", "docx"),
    "slides": ("PowerPoint presentation", "python-pptx", "pptx"),
}


# --- counting ---


def _encoder() -> tuple[str, Callable[[str], int]]:
    try:
        bpe_openai = import_module("bpe_openai")
    except ImportError:
        return "an estimate, a quarter of the characters", lambda text: (len(text) + 3) // 4
    encoding: Any = bpe_openai.get_encoding("o200k_base")
    return "bpe-openai's o200k_base", lambda text: len(encoding.encode(text))


TOKENIZER, _count = _encoder()


@cache
def tokens(text: str) -> int:
    return _count(text)


@dataclass
class Sent:
    """The requests of one turn, in tokens. `repeated` is what the request before had sent already, as caches serve it;
    `fixed` the tools and rules, which are the same for all tasks of a format."""

    requests: int = 0
    fixed: int = 0
    input: int = 0
    repeated: int = 0
    output: int = 0
    _before: list[str] = field(default_factory=list)

    def ask(self, pieces: list[str]) -> None:
        size = sum(map(tokens, pieces))
        shared = 0
        for now, before in zip(pieces, self._before, strict=False):
            if now != before:
                break
            shared += tokens(now)
        self.requests += 1
        self.input += size
        self.repeated += shared
        self._before = pieces

    def usage(self, *, warm: bool) -> ModelUsage:
        """With a cache that holds what was sent before; a warm one knows tools and rules from an earlier task."""
        cached = self.repeated + (self.fixed if warm else 0)
        return ModelUsage(
            model=PRICED_AS,
            input_tokens=self.input,
            cached_input_tokens=cached,
            cache_write_tokens=self.input - cached,
            output_tokens=self.output,
        )


class Counting(WrapperModel):
    """Counts what a model is sent and what it says. The time it takes itself is not the loop's."""

    def __init__(self, wrapped: Model) -> None:
        super().__init__(wrapped)
        self.sent = Sent()
        self.seconds = 0.0

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        began = time.perf_counter()
        reply = await self.wrapped.request(messages, model_settings, model_request_parameters)
        tools = [
            json.dumps([tool.name, tool.description, tool.parameters_json_schema], ensure_ascii=False)
            for tool in model_request_parameters.function_tools
        ]
        rules = [part.content for part in model_request_parameters.instruction_parts or []]
        said = [piece for message in messages for piece in _pieces(message)]
        self.sent.fixed = sum(map(tokens, [*tools, *rules]))
        self.sent.ask([*tools, *rules, *said])
        self.sent.output += sum(map(tokens, _pieces(reply)))
        self.seconds += time.perf_counter() - began
        return reply


def _pieces(message: ModelMessage) -> list[str]:
    pieces = []
    for part in message.parts:
        if part.part_kind == "tool-call":
            pieces += [part.tool_name, part.args_as_json_str()]
        else:
            pieces.append(str(getattr(part, "content", "")))
    return pieces


# --- the turns ---


@dataclass
class Turn:
    name: str
    request: TurnRequest
    sent: Sent
    checkpoint: Checkpoint
    overhead_ms: float
    tool_ms: float

    @property
    def calls(self) -> int:
        return self.checkpoint.tool_calls

    @property
    def checkpoint_kb(self) -> float:
        return len(self.checkpoint.model_dump_json()) / 1000

    @property
    def package_kb(self) -> float:
        return len(self.checkpoint.package or b"") / 1000

    def price(self, *, warm: bool) -> int:
        return price_list().price_credits([self.sent.usage(warm=warm)], self.calls)

    @property
    def credits(self) -> str:
        """With a cold cache, and with a warm one."""
        return f"{self.price(warm=False)} / {self.price(warm=True)}"


def picture(name: str) -> bytes | None:
    """For whatever image a recording names."""
    if not name.startswith(("img_", "brand-")):
        return None
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (1600, 900), "#4682BE").save(data, "PNG")
    return data.getvalue()


def _save(checkpoint: Checkpoint) -> None:
    checkpoint.model_dump_json().encode()


def play(name: str, request: TurnRequest, model: Callable[[], Model], base: Checkpoint | None = None) -> Turn:
    """The turn, played several times; of times the least. The checkpoint is saved as a worker does, but for storage."""
    overheads, in_tools = [], []
    for _ in range(ROUNDS):
        counting, spent = Counting(model()), 0.0
        call_tool: Callable[..., Any] = vars(loop)["call_tool"]

        def timed(*arguments: Any, **named: Any) -> Any:
            nonlocal spent
            began = time.perf_counter()
            try:
                return call_tool(*arguments, **named)  # noqa: B023 - called within the round
            finally:
                spent += time.perf_counter() - began

        began = time.perf_counter()
        with patch.object(loop, "call_tool", timed):
            outcome = run_slice(
                request,
                next_turn(base, request, picture) if base else None,
                counting,
                limits=Limits(),
                save=_save,
                progress=lambda *_: None,
                should_stop=lambda: False,
                inputs=picture,
            )
        whole = time.perf_counter() - began
        assert outcome.finished, name
        calls = max(1, outcome.checkpoint.tool_calls)
        overheads.append((whole - counting.seconds - spent) / calls * 1000)
        in_tools.append(spent / calls * 1000)
    return Turn(name, request, counting.sent, outcome.checkpoint, min(overheads), min(in_tools))


def recorded(file: str) -> Recording:
    return Recording.model_validate_json((RECORDINGS / file).read_bytes())


def first_turns() -> list[Turn]:
    turns = []
    for file in sorted(path.name for path in RECORDINGS.glob("*.json")):
        recording = recorded(file)
        if recording.follows is None and not recording.request.files:
            turns.append(play(file.removesuffix(".json"), recording.request, partial(Player, recording)))
    for name, prompt in AUTHORED.items():
        request = TurnRequest(format="excel", prompt=prompt, today=TODAY)
        turns.append(play(f"{name}{_BUILT_IN}", request, builtin_model))
    return turns


def second_turns(first: list[Turn]) -> list[tuple[Turn, Turn]]:
    """Each second turn beside the first it follows."""
    pairs = []
    by_name = {turn.name: turn for turn in first}
    for file in sorted(path.name for path in RECORDINGS.glob("*_second_turn.json")):
        recording = recorded(file)
        before = by_name.get(str(recording.follows).removesuffix(".json"))
        if before is None:
            continue
        turn = play(before.name, recording.request, partial(Player, recording), before.checkpoint)
        pairs.append((turn, before))
    return pairs


# --- the rival: code ---


@dataclass
class Script:
    """A script that makes an equivalent document, as the one answer to one request."""

    input: int
    output: int

    @property
    def credits(self) -> int:
        usage = ModelUsage(model=PRICED_AS, input_tokens=self.input, output_tokens=self.output)
        return price_list().price_credits([usage], 0)


def plain(turn: Turn) -> Script | None:
    """The script for the same document, run to see that it makes one; None where there is no script."""
    file = PLAIN / f"{turn.name.removesuffix(_BUILT_IN).lower().replace(' ', '_')}.py"
    if not file.exists():
        return None
    kind, library, extension = _LIBRARIES[turn.request.format]
    given, images = _given(turn.request)
    with tempfile.TemporaryDirectory() as folder:
        for name in images:
            (Path(folder) / f"{name}.png").write_bytes(picture("img_1") or b"")
        subprocess.run([sys.executable, str(file)], cwd=folder, check=True)  # noqa: S603
        assert [made.name for made in Path(folder).glob(f"*.{extension}")] == [f"{file.stem}.{extension}"], file
    asked = [_CODE_INSTRUCTIONS.format(kind=kind, library=library), turn.request.prompt, *given]
    return Script(sum(map(tokens, asked)), tokens(file.read_text()))


def _given(request: TurnRequest) -> tuple[list[str], list[str]]:
    """What a prompt for code has to say of brand and images beside the request itself, and which images there are."""
    said, images = [], [image.name for image in request.images]
    if request.brand:
        look = request.brand.model_dump(include={"primary_color", "secondary_color", "font"}, exclude_none=True)
        said.append(f"Brand: {json.dumps(look)}")
    said += [f"{image.name}.png, {image.width} x {image.height}: {image.shows[0]}" for image in request.images]
    if request.logo:
        said.append("logo.png: the logo")
        images.append("logo")
    return said, images


# --- the report ---


def report(first: list[Turn], second: list[tuple[Turn, Turn]]) -> str:
    lines = [
        "# Tokens, overhead and checkpoints of the agent",
        "",
        f"Made by `python -m bench.agent` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}. Tokens: "
        f"{TOKENIZER}. No model was asked: the replies are recordings and the built-in author's. *Sent* is the sum of "
        "all requests of the turn, *repeated* the part of it that the request before had sent already, which prompt "
        f"caches serve at a tenth of the price. *Credits* are the price list's for {PRICED_AS}: with a cache that is "
        "empty at first / that knows tools and rules from an earlier task.",
        "",
        "## Twelve standard requests",
        "",
        "| request | format | requests | tool calls | sent | repeated | tools and rules | output | credits "
        "| checkpoint | its package |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for turn in first:
        sent = turn.sent
        lines.append(
            f"| {turn.name.replace('_', ' ')} | {turn.request.format} | {sent.requests} | {turn.calls} "
            f"| {sent.input:,} | {sent.repeated / sent.input:.0%} | {sent.fixed:,} | {sent.output:,} | {turn.credits} "
            f"| {turn.checkpoint_kb:.0f} kB | {turn.package_kb:.0f} kB |"
        )
    lines += [
        "",
        "## Resumed turns",
        "",
        "| run | sent, first turn | sent, second turn | repeated | output, second turn | credits |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for turn, before in second:
        lines.append(
            f"| {turn.name.replace('_', ' ')} | {before.sent.input:,} in {before.sent.requests} "
            f"| {turn.sent.input:,} in {turn.sent.requests} | {turn.sent.repeated / turn.sent.input:.0%} "
            f"| {turn.sent.output:,} | {turn.credits} |"
        )
    lines += [
        "",
        "## Beside a prompt for code",
        "",
        "One request that asks for a Python script, and the script as its answer (bench/plain; written for this "
        "comparison, run by it, with the same content as the document beside it and a plainer look). Scripts repeat a "
        "formula by a loop; these recordings write each cell. Not counted: a second request where the script fails, "
        "a sandbox to run it in, and checks of what it made. A change to the document is the whole script again, or a "
        "script that reads the file.",
        "",
        "| document | tools: sent | tools: output | tools: credits | code: sent | code: output | code: credits "
        "| output, tools to code |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    scripts = [(turn, script) for turn in first if (script := plain(turn))]
    lines += [
        f"| {turn.name.replace('_', ' ')} | {turn.sent.input:,} | {turn.sent.output:,} | {turn.credits} "
        f"| {script.input:,} | {script.output:,} | {script.credits} | {turn.sent.output / script.output:.2f} |"
        for turn, script in scripts
    ]
    ours, theirs = sum(turn.sent.output for turn, _ in scripts), sum(script.output for _, script in scripts)
    cold, warm = (sum(turn.price(warm=warm) for turn, _ in scripts) for warm in (False, True))
    lines.append(
        f"| all {len(scripts)} | {sum(turn.sent.input for turn, _ in scripts):,} | {ours:,} | {cold} / {warm} "
        f"| {sum(script.input for _, script in scripts):,} | {theirs:,} "
        f"| {sum(script.credits for _, script in scripts)} | {ours / theirs:.2f} |"
    )
    every = [*first, *(turn for turn, _ in second)]
    overheads = [turn.overhead_ms for turn in every]
    lines += [
        "",
        "## Overhead of the loop",
        "",
        f"Per tool call, without the tool's own work, the model's time and storage: median "
        f"{statistics.median(overheads):.1f} ms, at most {max(overheads):.1f} ms (the least of {ROUNDS} rounds each). "
        f"The tools themselves take {statistics.median(turn.tool_ms for turn in every):.1f} ms at the median. What "
        "writing a checkpoint takes is in it, but for storage (conversation and document become JSON after each step), "
        "and so is what a turn costs once: its engine, its document, its tools.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    first = first_turns()
    text = report(first, second_turns(first))
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
