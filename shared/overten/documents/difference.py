"""What was changed in a document while nobody of us looked: two of its states, compared part by part and line by line.

A part is what users count in it: a sheet, a slide, the text. Parts are told apart by their keys, lines by what they
hold; where a line stands is only shown. The same two states always give the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MAX_CHARACTERS = 4_000
MAX_LINES_OF_PART = 25
_MAX_SHOWN = 160
_CONTEXT = 40
# Aligning takes time with the product of both lengths; what is longer is compared place by place.
_MAX_PAIRS = 1_000_000
ALIKE = "No text, number or object of it differs; its looks may."


class Line(NamedTuple):
    """`where` is the line's place, for the reader; `text` what it holds, by which it is compared."""

    where: str
    text: str


class Part(NamedTuple):
    """`key` names a part in both states, `label` is what it is called to the reader."""

    key: str
    label: str
    lines: list[Line]


type _Step = tuple[int, int, int, int]
"""Lines or parts of the one state that stand in place of some of the other: from, to (excluded), from, to."""


def differences(before: Sequence[Part], after: Sequence[Part], *, max_characters: int = MAX_CHARACTERS) -> str:
    """What stands in `after` that did not stand in `before`, or no longer stands there, at most so many characters."""
    told = [line for block in _parts(before, after) for line in block]
    if not told:
        return ALIKE
    text = "\n".join(told)
    if len(text) <= max_characters:
        return text
    kept = text[: max_characters - 60].rpartition("\n")[0]
    return f"{kept}\n… and {len(told) - kept.count(chr(10)) - 1} more lines"


def _parts(before: Sequence[Part], after: Sequence[Part]) -> Iterator[list[str]]:
    old_keys, new_keys = [part.key for part in before], [part.key for part in after]
    steps = SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes()
    moved = {key for key in set(old_keys) & set(new_keys) if old_keys.count(key) == new_keys.count(key) == 1}
    old_by_key = {part.key: part for part in before}
    for kind, start, end, new_start, new_end in steps:
        old = [part for part in before[start:end] if kind == "equal" or part.key not in moved]
        new = list(after[new_start:new_end])
        if kind != "equal":
            for part in (part for part in new if part.key in moved):
                yield [f"{part.label}: moved", *_lines(old_by_key[part.key].lines, part.lines)]
            new = [part for part in new if part.key not in moved]
        for one, other in zip(old, new, strict=False):
            lines = _lines(one.lines, other.lines)
            renamed = f" (was {one.label})" if one.key != other.key else ""
            if lines or renamed:
                yield [f"{other.label}{renamed}:", *lines]
        yield from ([f"{part.label}: removed"] for part in old[len(new) :])
        for part in new[len(old) :]:
            yield [f"{part.label}: added", *_bounded([f"  {_shown(line)}" for line in part.lines])]


def _lines(before: Sequence[Line], after: Sequence[Line]) -> list[str]:
    told: list[str] = []
    for start, end, new_start, new_end in _steps([line.text for line in before], [line.text for line in after]):
        old, new = before[start:end], after[new_start:new_end]
        for one, other in zip(old, new, strict=False):
            was, now = _narrowed(one.text, other.text)
            told.append(f"  {other.where or 'changed'}: {was!r} → {now!r}")
        told += [f"  removed: {_shown(line)}" for line in old[len(new) :]]
        told += [f"  added: {_shown(line)}" for line in new[len(old) :]]
    return _bounded(told)


def _steps(before: list[str], after: list[str]) -> list[_Step]:
    """Where two texts differ. What they begin and end with alike is passed over first: it is most of them."""
    first, last, new_last = 0, len(before), len(after)
    while first < min(last, new_last) and before[first] == after[first]:
        first += 1
    while first < min(last, new_last) and before[last - 1] == after[new_last - 1]:
        last, new_last = last - 1, new_last - 1
    old, new = before[first:last], after[first:new_last]
    if len(old) * len(new) > _MAX_PAIRS:
        # Not aligned: a line for each place that differs, as far as both reach.
        both = min(last, new_last)
        steps = [(at, at + 1, at, at + 1) for at in range(first, both) if before[at] != after[at]]
        return [*steps, (both, last, both, new_last)]
    return [
        (first + a, first + b, first + c, first + d)
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _bounded(lines: list[str]) -> list[str]:
    if len(lines) <= MAX_LINES_OF_PART:
        return lines
    return [*lines[:MAX_LINES_OF_PART], f"  … and {len(lines) - MAX_LINES_OF_PART} more lines"]


def _shown(line: Line) -> str:
    return _short(f"{line.where}: {line.text}" if line.where else line.text)


def _narrowed(was: str, now: str) -> tuple[str, str]:
    """Both texts from a little before the first difference on."""
    same = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    start = same - _CONTEXT if same > _CONTEXT + 20 else 0
    mark = "…" if start else ""
    return _short(mark + was[start:]), _short(mark + now[start:])


def _short(text: str) -> str:
    flat = text.replace("\n", "⏎")
    return flat if len(flat) <= _MAX_SHOWN else flat[: _MAX_SHOWN - 1] + "…"
