"""The terms that follow a number: "a month", "/hour", "per guest", "each", "one-off", "in June"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overten.agent.author.lexicon import MONTHS, PERIOD_UNITS, RATE_UNITS, STOP_WORDS
from overten.agent.author.nouns import is_people

EACH = "each"
"""The term of "450 each": what it is multiplied with stands elsewhere in the request."""

_ADVERBS = "monthly|annually|yearly|weekly|daily|quarterly|monatlich|jährlich|mensuels?|mensual(?:es)?|annuels?"
_TERM = re.compile(
    r"\s*\(?(?:"
    r"(?P<once>(?:as )?(?:a )?one[- ]?(?:off|time)\b(?: (?:fee|cost|payment|purchase))?|once\b|upfront\b|up front\b|"
    r"einmalig\b|une fois\b|una vez\b)|"
    rf"(?P<adverb>{_ADVERBS})\b|(?P<pp>pp\b|p\.p\.)|(?P<annum>p\.?a\.?(?![\w]))|"
    rf"in (?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b|"
    r"(?P<link>/|(?:per|pro|par|por|every|each|je|an?|al|im|au)(?=\s))\s*(?P<noun>[^\W\d_][\w-]{0,20})|"
    r"(?P<each>each\b|apiece\b|chacune?s?\b|cada un[oa]\b|jeweils\b))\)?",
    re.IGNORECASE,
)
_LOOSE_LINKS = frozenset(["a", "an", "al", "im", "au"])


@dataclass(frozen=True)
class Terms:
    """`end` is where the terms end in the text."""

    per: str | None = None
    each: tuple[str, ...] = ()
    month: int | None = None
    end: int = 0


def period_of(word: str) -> str | None:
    """The period that a word names: "mo", "monatlich" and "months" are months."""
    return RATE_UNITS.get(word.lower()) or PERIOD_UNITS.get(word.lower())


def read_terms(text: str, start: int, limit: int) -> Terms:
    """All terms from `start` on, up to the first word that is none."""
    terms = Terms(end=start)
    while True:
        match = _TERM.match(text, terms.end, limit)
        more = _term(match, terms) if match else None
        if more is None:
            return terms
        terms = more


def _term(match: re.Match[str], terms: Terms) -> Terms | None:
    end = match.end()
    if match["once"]:
        return Terms("once", terms.each, terms.month, end)
    if match["adverb"] or match["annum"]:
        word = re.sub(r"(?:s|es)$", "", match["adverb"].lower()) if match["adverb"] else "annum"
        return Terms(PERIOD_UNITS[word], terms.each, terms.month, end)
    if match["month"]:
        return Terms(terms.per, terms.each, MONTHS[match["month"].lower()], end)
    if match["pp"]:
        return Terms(terms.per, (*terms.each, "person"), terms.month, end)
    if match["each"]:
        return Terms(terms.per, (*terms.each, EACH), terms.month, end)
    return _rate(match, terms)


def _rate(match: re.Match[str], terms: Terms) -> Terms | None:
    """ "per month" is a period, "per guest" a multiplier; "a budget" and "each month" are told apart by the noun."""
    link, noun = match["link"].lower(), match["noun"].lower()
    period = period_of(noun)
    if period:
        return Terms(period, terms.each, terms.month, match.end())
    if link == EACH:
        return Terms(terms.per, (*terms.each, EACH), terms.month, match.end("link"))
    if (link in _LOOSE_LINKS and not is_people(noun) and noun not in ("piece", "pop")) or noun in STOP_WORDS:
        return None
    return Terms(terms.per, (*terms.each, noun), terms.month, match.end())
