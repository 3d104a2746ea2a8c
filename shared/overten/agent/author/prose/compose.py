"""From a request and what belongs to it to the calls that write its document, presentation or workbook of data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from overten.agent.author.calls import NO_MODEL, Call, Composition
from overten.agent.author.compose import compose as compose_workbook
from overten.agent.author.figures import mask_dates, parse_number
from overten.agent.author.prose import data, tables
from overten.agent.author.prose.presentation import write_presentation
from overten.agent.author.prose.sections import SLIDE_KINDS, WORD_KINDS
from overten.agent.author.prose.wish import wish_of
from overten.agent.author.prose.word import write_document
from overten.agent.author.prose.words import title_word
from overten.agent.author.understand import understand

if TYPE_CHECKING:
    from overten.agent.author.prose.context import Context
    from overten.agent.author.prose.data import Study
    from overten.agent.author.prose.wish import Wish
    from overten.documents.models import Format

type Answers = Mapping[str, list[list[str]] | None]
"""The rows that queries gave, by the queries' names; None for one that was refused."""

_SPEAKS_OF_DATA = re.compile(
    r"\b(?:data|files?|attach\w+|upload\w*|csv|excel|sheet|spreadsheet|table|source|analy[sz]\w*|dashboard|totals?|daten|datei\w*|"
    r"anhang|tabelle\w*|auswert\w*|fichiers?|donn[ée]es|tableau|archivos?|datos|tabla)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,'’\u00a0\u202f]\d+)*")
_COUNTS = re.compile(
    r"\b\d{1,3}[\s-]*(?:[\w-]+\s+)?(?:slides?|pages?|sections?|words?|paragraphs?|folien|seiten|abschnitte|wörter|"
    r"diapos\w*|pages|p[áa]ginas|secciones|diapositivas)\b",
    re.IGNORECASE,
)  # fmt: skip
_OPEN = re.compile(r"\[[^\[\]]{1,80}\](?!\()")
_SHOWN = 8
_ANY_DAY = date(2000, 1, 1)


def needed_queries(format: Format, prompt: str, context: Context, answers: Answers) -> list[tuple[str, str]]:
    """The queries to ask before the document can be composed, by name."""
    return data.queries(context, prompt, answers) if _uses_data(format, prompt, context) else []


def compose_turn(format: Format, prompt: str, context: Context, today: date, answers: Answers) -> Composition:
    """The composition for a request. The same arguments always give the same composition."""
    uses_data = _uses_data(format, prompt, context)
    studies = data.studies(context, prompt, answers) if uses_data else []
    if format == "excel":
        return _workbook(prompt, context, today, studies)
    wish = wish_of(prompt, format, today)
    if format == "word":
        sections = tables.document_sections(studies, context.texts, wish.language)
        replies = write_document(wish, context, sections)
        return Composition(replies, wish.title[:120], _summary(wish, context, studies, replies))
    slides = [*tables.data_slides(studies, wish.language), *tables.quote_slides(context.texts)]
    replies, instead = write_presentation(wish, context, slides, [group for study in studies for group in study.groups])
    return Composition(replies, wish.title[:120], _summary(wish, context, studies, replies), instead)


def _uses_data(format: Format, prompt: str, context: Context) -> bool:
    """A workbook that is asked for with figures of its own is not one of the data, unless the request speaks of it."""
    if not context.tables or format != "excel":
        return bool(context.tables)
    brief = understand(prompt, _ANY_DAY)
    names = {column.name.lower() for table in context.tables for column in table.columns if len(column.name) > 2}
    named = any(re.search(rf"\b{re.escape(name)}\b", prompt.lower()) for name in names)
    return bool(_SPEAKS_OF_DATA.search(prompt)) or named or not (brief.figures or brief.series)


def _workbook(prompt: str, context: Context, today: date, studies: Sequence[Study]) -> Composition:
    given = len(context.tables) + len(context.texts)
    if not studies:
        composition = compose_workbook(prompt, today)
        if not given:
            return composition
        many = "s" if given > 1 else ""
        told = f"The {given} table{many} or text{many} of your files were not used. "
        return Composition(composition.replies, composition.title, told + composition.summary)
    brief = understand(prompt, today)
    title = brief.title if brief.kind != "table" else data.readable(studies[0].table.where or studies[0].table.name)
    replies, left_out = tables.data_workbook(studies, title, brief.language)
    left_out += _files_left_out(context, studies)
    left_out += [f"the text of {text.file}" for text in context.texts]
    sentences = [
        f"“{title}”: the data of {_files(studies)} with totals, groups and charts by formulas, on "
        f"{len(studies) + 1} sheets (Summary and the data).",
        "The sums and averages are those of the columns that look like amounts; the groups are those of columns with "
        "few different values, or that the request names.",
        *([f"Not used: {'; '.join(left_out[:_SHOWN])}."] if left_out else []),
        "No figures were assumed.",
    ]
    return Composition(replies, title[:120], " ".join([*sentences, NO_MODEL]))


def _summary(wish: Wish, context: Context, studies: Sequence[Study], replies: list[list[Call]]) -> str:
    written = "\n".join(text for reply in replies for call in reply for text in _texts(call.arguments))
    is_deck = wish.format == "slides"
    count = sum(len(c.arguments["slides"]) for r in replies for c in r if c.tool == "write_slides") if is_deck else 0
    noun = title_word(wish.kind, "en").lower()
    what = f"{noun}, {count} slide{'s' if count != 1 else ''}" if is_deck else noun
    known = wish.kind in (
        SLIDE_KINDS if is_deck else {**WORD_KINDS, "letter": (), "memo": (), "agenda": (), "contract": (), "nda": ()}
    )
    sentences = [
        f"“{wish.title[:120]}” ({what}) is put together from the sections usual for it and what your request says."
    ]
    if not known or wish.kind in ("deck", "document"):
        sentences.append("No particular kind of document was recognised.")
    if studies:
        sentences.append(f"It shows the data of {_files(studies)} by reference.")
    if any(tables.excerpt(text.text, 60).rstrip(" …") in written for text in context.texts if text.text.strip()):
        sentences.append("Of texts it quotes the beginning, with the file named.")
    opened = len(_OPEN.findall(written))
    if opened:
        sentences.append(
            f"{opened} place{'s' if opened > 1 else ''} in square brackets {'are' if opened > 1 else 'is'} for you to "
            "fill in."
        )
    left_out = [f"“{directive[:80]}”" for directive in wish.directives[:5]]
    unused = _unused_numbers(wish.prompt, written)
    left_out += (
        [f"the figures {', '.join(unused[:_SHOWN])}{' and more' if len(unused) > _SHOWN else ''}"] if unused else []
    )
    left_out += _files_left_out(context, studies)
    if left_out:
        sentences.append(f"Not understood or not used: {'; '.join(left_out)}.")
    return " ".join([*sentences, "No figures were assumed.", NO_MODEL])


def _texts(value: Any) -> list[str]:
    """All texts and figures of a call's arguments."""
    if isinstance(value, dict):
        return [text for member in value.values() for text in _texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in _texts(member)]
    return [value] if isinstance(value, str) else [] if isinstance(value, bool) or value is None else [f"{value:.10g}"]


def _files(studies: Sequence[Study]) -> str:
    return ", ".join(dict.fromkeys(study.table.file[:60] for study in studies))


def _files_left_out(context: Context, studies: Sequence[Study]) -> list[str]:
    used = {study.table.name for study in studies}
    return [f"the table {table.name}" for table in context.tables if table.name not in used][:5]


def _unused_numbers(prompt: str, written: str) -> list[str]:
    """The numbers of a request that stand nowhere in what was written, neither as they are nor by their value."""
    asked = mask_dates(_COUNTS.sub(lambda match: " " * len(match.group()), prompt))
    there = {_number(text) for text in _NUMBER.findall(written)}
    unused = []
    for match in _NUMBER.finditer(re.sub(r"(?m)^\s*\(?\d{1,2}[.)]\s", " ", asked)):
        text = match.group()
        value = _number(text)
        if text not in written and value not in there and round(value / 100, 10) not in there:
            unused.append(text)
    return list(dict.fromkeys(unused))


def _number(text: str) -> float:
    try:
        return parse_number(text, decimal_comma=False)
    except ValueError:
        return float("nan")
