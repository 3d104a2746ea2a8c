"""Puts what a request says into the sections of its document, and finds out which of them are left open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overten.agent.author.prose.charted import chart_title
from overten.agent.author.prose.sections import SECTIONS, SLIDE_KINDS, WORD_KINDS, Section, section_named
from overten.agent.author.prose.words import GENERIC_HINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from overten.agent.author.prose.points import Chartable
    from overten.agent.author.prose.wish import Amount, Milestone, Wish

_CHARTED = ("performance", "traction", "findings", "figures", "analysis", "market", "financials", "costs")
_COUNTED = ("figures", "traction", "highlights", "market", "findings", "summary")
_PAID = ("costs", "financials", "ask", "business_model", "figures", "summary")
_MANNED = ("attendees", "team", "responsibilities")
_DATED = ("timeline", "actions", "next_steps", "experience")


@dataclass
class Part:
    """A section with what the request says for it. `own` tells a section of the user's own naming."""

    section: Section
    heading: str
    own: bool = False
    points: list[str] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    charts: list[Chartable] = field(default_factory=list)
    people: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the request says nothing for it."""
        return not (self.points or self.amounts or self.milestones or self.charts or self.people)

    def hints(self, language: str) -> tuple[tuple[str, str], ...]:
        """What a user is asked to fill in: heads and hints."""
        return self.section.hints if language == "en" else GENERIC_HINTS[language]


def arranged(wish: Wish, keys: Sequence[str] | None = None) -> list[Part]:
    """The sections of a request in their order, filled with all that it says. `keys` are those of the kind."""
    defaults = keys or (SLIDE_KINDS if wish.format == "slides" else WORD_KINDS).get(wish.kind) or WORD_KINDS["document"]
    parts = _parts(wish, defaults)
    for block in wish.blocks:
        part = _of_heading(parts, block.heading)
        if part is None:
            part = _added(parts, block.heading, first=not block.heading)
        part.points += block.lines
    _people(wish, parts)
    _milestones(wish, parts)
    for chart in wish.charts:
        _place(parts, chart.title, _CHARTED).charts.append(chart)
    for statement in wish.statements:
        if not _is_told(statement, parts):
            _best(parts, statement).points.append(statement)
    for amount in wish.amounts:
        _place_amount(wish, parts, amount)
    _without_repeats(wish, parts)
    _headlines(wish, parts)
    return parts


def _parts(wish: Wish, defaults: Sequence[str]) -> list[Part]:
    usual = [Part(SECTIONS[key], SECTIONS[key].heading(wish.language)) for key in defaults]
    if not wish.names_all_sections:
        for name in wish.sections:
            if _of_heading(usual, name) is None:
                _added(usual, name)
        return usual
    parts: list[Part] = []
    for name in wish.sections:
        known = section_named(name)
        parts.append(Part(known or _meant(name), name, own=known is None))
    return parts


def _meant(name: str) -> Section:
    """The section that a user's own heading speaks of: "Our pricing in detail" is about costs."""
    words = re.sub(r"[^\w\s]", " ", name.lower())
    for start in range(len(words.split())):
        tail = " ".join(words.split()[start:])
        if found := section_named(tail):
            return found
    return SECTIONS["content"]


def _of_heading(parts: list[Part], heading: str) -> Part | None:
    words = heading.strip().lower()
    same = next((part for part in parts if part.heading.lower() == words), None)
    if same or not words:
        return same
    known = section_named(heading)
    return next((part for part in parts if known and part.section.key == known.key), None)


def _added(parts: list[Part], heading: str, *, first: bool = False) -> Part:
    """A section for what the request puts under a heading of its own: before the last one, which says what is next."""
    if first:
        return parts[0]
    known = section_named(heading)
    part = Part(known or _meant(heading), heading, own=known is None)
    last = parts[-1].section.key in ("next_steps", "review", "summary") if len(parts) > 1 else False
    parts.insert(len(parts) - 1 if last else len(parts), part)
    return part


def _best(parts: list[Part], text: str) -> Part:
    """The section whose words a text speaks in; else the first that holds plain text."""
    scores = []
    for part in parts:
        hits = len(re.findall(rf"\b(?:{part.section.takes})", text, re.IGNORECASE))
        named = sum(
            word in text.lower() for word in re.findall(r"[^\W\d_]{4,}", part.heading.lower()) if part.own or hits
        )
        scores.append(hits + 2 * named)
    best = max(scores)
    if best:
        return parts[scores.index(best)]
    plain = ("background", "content", "purpose", "problem", "highlights", "status", "topics", "summary", "profile")
    return next((part for key in plain for part in parts if part.section.key == key), parts[0])


def _place(parts: list[Part], text: str, preferred: Sequence[str]) -> Part:
    """Of the preferred sections the one that a text speaks of; else the first of them; else any that it speaks of."""
    there = [part for key in preferred for part in parts if part.section.key == key]
    return _best(there, text) if there and _speaks(there, text) else there[0] if there else _best(parts, text)


def _speaks(parts: list[Part], text: str) -> bool:
    return any(re.search(rf"\b(?:{part.section.takes})", text, re.IGNORECASE) for part in parts)


def _people(wish: Wish, parts: list[Part]) -> None:
    if not wish.people:
        return
    part = next((part for key in _MANNED for part in parts if part.section.key == key), None)
    if part is None and len(wish.people) > 1 and not wish.names_all_sections:
        part = _added(parts, SECTIONS["team"].heading(wish.language))
    if part is not None:
        part.people += wish.people
        names = [name for name, _ in wish.people]
        part.points = [point for point in part.points if not _only_names(point, names)]


def _only_names(point: str, names: list[str]) -> bool:
    """Whether a line says no more than who it is."""
    left = re.sub(r"\([^)]*\)", "", point)
    for name in names:
        left = left.replace(name, "")
    return not re.search(r"[^\W\d_]{4,}", left)


def _milestones(wish: Wish, parts: list[Part]) -> None:
    found = [milestone for milestone in wish.milestones if not _in_block(wish, milestone)]
    if not found:
        return
    part = next((part for part in parts if part.section.key == "timeline"), None)
    if (
        part is None
        and len(found) > 1
        and not wish.names_all_sections
        and wish.kind not in ("minutes", "cv", "memo", "letter")
    ):
        part = _added(parts, SECTIONS["timeline"].heading(wish.language))
    if part is not None:
        part.milestones += found


def _in_block(wish: Wish, milestone: Milestone) -> bool:
    return any(milestone.when in line for block in wish.blocks for line in block.lines)


def _is_told(statement: str, parts: list[Part]) -> bool:
    """Whether a statement is nothing but dates that stand in the table of dates."""
    if any(statement.strip(" .").lower() == chart.title.lower() for part in parts for chart in part.charts):
        return True
    left = statement
    told = [milestone for part in parts for milestone in part.milestones if milestone.when in statement]
    for milestone in told:
        left = re.sub(re.escape(milestone.what), "", left.replace(milestone.when, ""), flags=re.IGNORECASE)
    words = re.findall(r"[^\W\d_]{4,}", left)
    return len(told) > 1 and len(words) <= len(told)


def _without_repeats(wish: Wish, parts: list[Part]) -> None:
    """What stands in a table needs no line of its own, and a lone figure that a sentence tells no second place."""
    listed = [amount.shown for part in parts if len(part.amounts) > 1 for amount in part.amounts]
    for part in parts:
        if len(part.amounts) == 1 and part.section.shape not in ("figures", "money"):
            said = any(part.amounts[0].shown in statement for statement in wish.statements)
            part.amounts = [] if said else part.amounts
        part.points = [point for point in part.points if not _is_listed(point, listed)]


def _is_listed(point: str, listed: list[str]) -> bool:
    pieces = re.split(r"\s*[,;]\s+|\s+(?:and|und|et|y)\s+", point.strip(" ."))
    return all(len(piece.split()) <= 6 and any(shown in piece for shown in listed) for piece in pieces)


def _headlines(wish: Wish, parts: list[Part]) -> None:
    """A summary that the request leaves open says what its charts show."""
    if not wish.charts:
        return
    for part in parts:
        if part.is_open and part.section.key in ("summary", "highlights") and wish.format == "word":
            part.points = [f"{chart_title(chart, wish.language)}." for chart in wish.charts[:3]]


def _place_amount(wish: Wish, parts: list[Part], amount: Amount) -> None:
    if any(amount.shown in line for block in wish.blocks for line in block.lines):
        return
    place = wish.prompt.find(amount.shown)
    clause = re.split(r"[.;\n]", wish.prompt[max(0, place - 60) : place])[-1] + amount.label
    preferred: tuple[str, ...] = _PAID if amount.is_paid else _COUNTED
    if amount.is_paid and not re.search(rf"\b(?:{SECTIONS['ask'].takes})", clause, re.IGNORECASE):
        preferred = tuple(key for key in _PAID if key != "business_model")
        paid = next((part for key in ("costs", "financials") for part in parts if part.section.key == key), None)
        if paid is not None:
            paid.amounts.append(amount)
            return
    _place(parts, clause, preferred).amounts.append(amount)
