"""The lists of a request: those behind a noun ("criteria: …"), columns that are asked for, and how many records."""

from __future__ import annotations

import re
from itertools import takewhile

from overten.agent.author.brief import Records
from overten.agent.author.lexicon import (
    COLUMN_KINDS,
    COLUMN_NOUNS,
    LINK_WORDS,
    LIST_NOUNS,
    NUMBER_WORDS,
    PLURAL_COLUMNS,
    RECORD_NOUNS,
)
from overten.agent.author.nouns import stem

COLON_LISTS = {"habits": "habits", "tasks": "tasks", "gantt": "tasks", "workout": "exercises", "comparison": "criteria"}
"""What a list behind a colon holds, in kinds where it can be only one thing."""

MAX_RECORDS = 60
"""More blank rows than that are no help: a table grows as it is filled in."""

COUNT = r"(\d{1,3}|" + "|".join(NUMBER_WORDS) + r")"
SAMPLE = re.compile(
    rf"\b{COUNT}\s+(?:sample|example|blank|empty|dummy|placeholder|leere|vides?|vac[íi]as)?\s*(?:rows?|"
    rf"lines?|entries|records|zeilen|lignes|filas)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"\b({'|'.join(sorted(LIST_NOUNS, key=len, reverse=True))})\b\s*(?:[:=–-]|are\b|such as|like|"
    rf"including|named|called|should be|for\b|wie\b|comme\b|como\b|\()?\s*([^.;:\n()]{{1,800}})",
    re.IGNORECASE,
)
_WITH_LIST = re.compile(
    r"(?::|\bwith|\b(?:containing|having|listing|track(?:ing)?|mit|avec|con))\s+([^.;:\n]+)", re.IGNORECASE
)
_LIST_MARKS = (r":|\bwith|\bmit|\bavec|\bcon", r"\bon|\bby|\bnach|\bselon|\bsegún")
SPLIT = re.compile(
    r"\s*,\s*(?:and\s+|und\s+|et\s+|y\s+|or\s+)?|\s+(?:and|und|et|y|&|vs\.?|versus|or)\s+", re.IGNORECASE
)
_LIST_END = re.compile(
    r"\b(?:with|for|that|which|where|so that|then|using|from|starting|mit|"
    r"avec|con|für|pour|para|to track|per)\b",
    re.IGNORECASE,
)

_COLUMN_MARK = re.compile(
    r":|\b(?:with|including|includes?|showing|shows?|listing|containing|having|track(?:ing|s)?|record(?:ing|s)?|mit|inklusive|"
    r"einschlie(?:ß|ss)lich|avec|incluant|comprenant|con|incluyendo|incluye|mostrando)\b",
    re.IGNORECASE,
)
_RECORD_NOUN = "|".join(sorted(RECORD_NOUNS, key=len, reverse=True))
_RECORDS = re.compile(
    rf"\b{COUNT}\s+((?!sample|example|dummy|placeholder)(?:[^\W\d_][\w-]*\s+){{0,2}}?(?:{_RECORD_NOUN}))\b"
    r"(?!\s*[/@]|\s+(?:a|an|per|each|every|at|pro|je|par|por|al|zu)\b)",
    re.IGNORECASE,
)


def find_columns(text: str, kind: str, language: str) -> tuple[tuple[str, ...], tuple[int, int]]:
    """The headers of a list of column-like nouns ("with tasks, owners and status") and its place in the text.

    Headers are in the singular. Without such a list, or in a kind that is no list of records, there are none.
    """
    if kind not in COLUMN_KINDS or says_columns(text):
        return (), (0, 0)
    for mark in _COLUMN_MARK.finditer(text):
        part = re.match(r"[^.;:\n]*", text[mark.end() :])
        found = tuple(
            re.sub(rf"^{COUNT}\s+", "", name, flags=re.IGNORECASE) for name in members(part[0] if part else "")
        )
        likely = [name for name in found if is_column(name, language)]
        if len(found) >= 2 and len(likely) * 3 > len(found) * 2:
            last = text.find(found[-1], mark.end())
            end = last + len(found[-1])
            # "tasks: design and build" at its end begins a list of its own.
            is_open = text[end:].lstrip().startswith(":")
            return tuple(dict.fromkeys(_header(name) for name in found)), (mark.end(), last if is_open else end)
    return (), (0, 0)


def is_column(name: str, language: str) -> bool:
    """Whether a phrase is what a column is called: its noun, first in French and Spanish, names a property."""
    words = name.lower().split()
    if not words or any(character.isdigit() for character in name):
        return False
    nouns = [words[-1], " ".join(words), *(words[:1] if language in ("fr", "es") else ())]
    return any(
        noun in COLUMN_NOUNS or stem(noun) in COLUMN_NOUNS or re.search(r"(?:datum|nummer|preis|name|termin)$", noun)
        for noun in nouns
    )


def _header(name: str) -> str:
    """ "start dates" heads a column as "start date"; "notes" and "hours" stay."""
    *first, last = name.split()
    single = stem(last)
    plain = last.lower() in PLURAL_COLUMNS or single not in COLUMN_NOUNS or last.lower() in COLUMN_NOUNS
    return name if plain or last[0].isupper() else " ".join([*first, single])


def find_records(text: str) -> tuple[Records, int] | None:
    """How many records a list is for ("12 sales leads"), and where that number stands."""
    match = _RECORDS.search(text)
    if not match:
        return None
    count = NUMBER_WORDS.get(match[1].lower()) or int(match[1])
    return (Records(min(count, MAX_RECORDS), match[2]), match.start(1)) if count else None


def find_lists(text: str, kind: str, language: str) -> dict[str, tuple[str, ...]]:
    """The lists of a request by what they hold ("columns", "tasks", "criteria", …); none has fewer than two members."""
    columns, (start, end) = find_columns(text, kind, language)
    lists: dict[str, tuple[str, ...]] = {"columns": columns} if columns else {}
    text = text[:start] + " " * (end - start) + text[end:]
    position = 0
    while match := _LIST.search(text, position):
        position = match.end(1)
        name, found = LIST_NOUNS[match[1].lower()], members(match[2])
        # "Teams" within a sentence is a name, and people are listed by theirs.
        is_name = (
            language != "de" and match[1][0].isupper() and text[: match.start()].rstrip()[-1:] not in ("", ".", ":")
        )
        if name == "people":
            found = tuple(takewhile(lambda member: member[0].isupper(), found))
        if len(found) >= 2 and not is_name:
            lists.setdefault(name, found)
    colon = COLON_LISTS.get(kind)
    if colon and lists.keys() <= {"columns"} and not says_columns(text):
        marks = re.finditer(rf"(?:{_LIST_MARKS[kind == 'comparison']})\s+([^.;:\n]+)", text)
        lists |= next(({colon: found} for mark in marks if len(found := members(mark[1])) >= 2), {})
    if kind == "table" and "columns" not in lists:
        for match in _WITH_LIST.finditer(text):
            found = members(match[1])
            if len(found) >= 2:
                return lists | {"columns": found}
    return lists


def says_columns(text: str) -> bool:
    """Whether the request says "columns" itself; what follows is then taken as it was written."""
    return any(LIST_NOUNS.get(word) == "columns" for word in re.findall(r"\w+", text.lower()))


def members(text: str) -> tuple[str, ...]:
    """The members of a coordinated list, without articles and amounts. What is too long to be one ends the list."""
    names: list[str] = []
    for piece in SPLIT.split(text):
        cut = _LIST_END.split(piece)[0] if names or _LIST_END.search(piece) else piece
        name = re.sub(
            r"^(?:the|a|an|my|our|its|their|der|die|das|le|la|les|el|los|las)\s+",
            "",
            cut.strip(" -–•\"'“”"),
            flags=re.IGNORECASE,
        )
        name = re.sub(
            r"[\s:=(]*(?:[$€£¥]\s?)?\d[\d.,]*\s?"
            r"(?:%|k|m|(?:working )?(?:days?|weeks?|tage?|wochen?|jours|semaines|d[ií]as))?"
            r"(?:\s?(?:USD|EUR|GBP|[$€£]))?\)?$",
            "",
            name,
            flags=re.IGNORECASE,
        ).strip()
        lead = name.split()[0].lower() if name else ""
        if not name or lead in LINK_WORDS or SAMPLE.search(name) or len(name) > 60 or len(name.split()) > 5:
            break
        names.append(name)
        if cut != piece:
            break
    return tuple(dict.fromkeys(names))
