"""Which words name a number: those before it ("rent is 1.2k"), else those behind it ("3 chairs", "$40,000 for ads")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from overten.agent.author.lexicon import (
    AND_WORDS,
    BREAK_WORDS,
    COPULAS,
    CURRENCIES,
    EARNING,
    FORWARD_WORDS,
    GLUE_WORDS,
    GROUP_NOUNS,
    LINK_WORDS,
    OWNING_WORDS,
    PERIOD_UNITS,
    STOP_WORDS,
)
from overten.agent.author.terms import Terms, read_terms

MAX_WORDS_AHEAD = 5
MAX_WORDS_BEHIND = 4
_TOKEN = re.compile(r"[^\W\d_][\w&'’/-]*|\S")
_HARD_BREAK = re.compile(r"[;\n:!?()\[\]•|,]|(?<!\d)\.(?!\d)|\.(?=\s|$)|\s[-–—]\s")
_PRICED = re.compile(r"\s+(?:at|@|à|a|zu|je|x|×)\s+(?:je\s+)?\D{0,3}\d")
_PERIOD_ADJECTIVE = re.compile(
    r"\b(monthly|weekly|quarterly|annual|yearly|daily|monatliche?|jährliche?|mensuel|mensual|annuel|anual)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Ahead:
    """The name before a number. `adjacent`: nothing but a copula between; `group`: a group of people of that number."""

    label: str = ""
    adjacent: bool = False
    titled: bool = False
    group: bool = False
    per: str | None = None


@dataclass(frozen=True)
class Behind:
    """The name behind a number; `direct` unless a preposition stands between. `terms` are those behind the name."""

    label: str = ""
    direct: bool = False
    terms: Terms = field(default_factory=Terms)
    priced: bool = False


def name_ahead(text: str, left: int, start: int) -> Ahead:
    """The name in `text[left:start]`; `left` is where the number before ends."""
    region = text[left:start]
    titled = region.rstrip().endswith((":", "="))
    region = re.sub(r"[:=(\s~]+$", " ", region)
    pieces = _HARD_BREAK.split(region)
    tokens = _TOKEN.findall(pieces[-1])
    if left and len(pieces) == 1:
        tokens = _after_last(tokens, AND_WORDS)
    tokens = _after_last(tokens, BREAK_WORDS)
    name, links = _without_links(tokens)
    if name and name[-1].lower() == "pay" and (len(name) == 1 or name[-2].lower() in STOP_WORDS):
        name = name[:-1]
    words = _without_verb(_trailing_name(name))
    adjective = _PERIOD_ADJECTIVE.search(pieces[-1])
    return Ahead(
        " ".join(words),
        adjacent=bool(words) and set(links) <= COPULAS and not (titled and len(words) > 3),
        titled=titled,
        group=bool(words) and words[-1].lower() in GROUP_NOUNS and bool(links) and set(links) <= {"of", "de", "von"},
        per=PERIOD_UNITS.get(re.sub(r"che$", "ch", adjective[1].lower())) if adjective else None,
    )


def _after_last(tokens: list[str], words: frozenset[str]) -> list[str]:
    places = [index for index, token in enumerate(tokens) if token.lower() in words]
    return tokens[places[-1] + 1 :] if places else tokens


def _without_links(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The tokens without the linking words at their end, and those."""
    end = len(tokens)
    while end and (tokens[end - 1].lower() in LINK_WORDS or not tokens[end - 1][0].isalpha()):
        end -= 1
    return tokens[:end], [part.lower() for part in tokens[end:] if part[0].isalpha() or part == "@"]


def _trailing_name(tokens: list[str]) -> list[str]:
    """The words at the end that make one name."""
    words: list[str] = []
    for part in reversed(tokens):
        if not _may_stand(part, inside=bool(words)) or len(words) == MAX_WORDS_AHEAD:
            break
        words.insert(0, part)
    while words and words[0].lower() in GLUE_WORDS:
        words.pop(0)
    return words


def _without_verb(words: list[str]) -> list[str]:
    """ "wife earns" is the wife."""
    return (
        words[:-1]
        if words and re.fullmatch(rf"(?:{EARNING})", words[-1], re.IGNORECASE) and len(words) > 1
        else ([] if words and re.fullmatch(EARNING, words[-1], re.IGNORECASE) else words)
    )


def _may_stand(token: str, *, inside: bool) -> bool:
    word = token.lower()
    if inside and word in GLUE_WORDS:
        return True
    return token[0].isalpha() and word not in STOP_WORDS and word not in CURRENCIES


def name_behind(text: str, start: int, limit: int) -> Behind:
    """The name from `start` on, with the terms that follow it."""
    hard = _HARD_BREAK.search(text, start, limit)
    stop = hard.start() if hard else limit
    # "3 employees and rent 500": what follows "and" belongs to the next number, if one follows.
    open_end = hard is not None or limit == len(text)
    words: list[str] = []
    end, owned = start, False
    for match in _TOKEN.finditer(text, start, stop):
        token, word = match.group(), match.group().lower()
        if not words and not owned and word in OWNING_WORDS:
            owned = True
            continue
        glue = word in GLUE_WORDS and words and (word not in AND_WORDS or (owned and open_end))
        if not words and word in ("the", "our", "my", "a", "an", "new", "starting", "all"):
            continue
        if not glue and (not _may_stand(token, inside=False) or word in FORWARD_WORDS or word in LINK_WORDS):
            break
        if len(words) == MAX_WORDS_BEHIND:
            break
        words.append(token)
        end = match.end()
    while words and words[-1].lower() in GLUE_WORDS:
        end = text.rindex(words.pop(), start, end)
    label = " ".join(words)
    return Behind(
        label,
        direct=bool(label) and not owned,
        terms=read_terms(text, end, limit),
        priced=_PRICED.match(text, end) is not None,
    )
