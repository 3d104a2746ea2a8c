"""How numbers of a request belong together: a quantity with its price, a rate with its hours, "each" with a count."""

from __future__ import annotations

import re
from dataclasses import replace

from overten.agent.author.figures import Figure, read_figures
from overten.agent.author.nouns import is_measure, is_people, same_noun, stem
from overten.agent.author.terms import EACH, period_of

_AT = re.compile(
    r"\s*,?\s*(?:(?:at|@|à|zu|je|jeweils|a|for|für|por|mit|paying|paid|earning|costing|making|who (?:earn|pay|cost)|"
    r"unit price|:|-)\s*(?:only |about |around )?(?:je )?)+\s*",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s*[x×*]\s*", re.IGNORECASE)
_DURING = re.compile(r"\s*(?:for|during|x|×|\*|für|pour|por|pendant|durante)?\s*", re.IGNORECASE)
RATE_NAMES = {"hour": "hourly rate", "day": "daily rate"}
AVERAGE_SALE = (
    r"average (?:ticket|order|sale|spend|basket|check|bill)|avg (?:ticket|order|spend)|durchschnittsbon|panier moyen"
)
AVERAGE_PAY = r"(?:average|avg|mean) (?:salary|pay|wage)|durchschnittsgehalt|salaire moyen|sueldo medio"
_RATES = frozenset(["hour", "day", "night"])


def relate(figures: list[Figure], text: str, *, billed: bool = False) -> list[Figure]:
    """Joins what belongs together. `billed`: months count like hours, as on an invoice ("$20/month for 12 months")."""
    related = _join(figures, text, billed)
    related = [_with_name(_resolved(figure, related[:index])) for index, figure in enumerate(related)]
    if any(figure.counts and is_people(figure.label) for figure in related):
        related = [replace(f, each=("people",)) if f.speaks_of(AVERAGE_PAY) and not f.each else f for f in related]
    return [figure for figure in related if not figure.spelled or _matters(figure, related)]


def _matters(figure: Figure, figures: list[Figure]) -> bool:
    """A number in words counts if it has a price or heads; "three laptops" alone is only a manner of speaking."""
    return figure.quantity is not None or is_people(figure.label) or any(figure.label in f.each for f in figures)


def _join(figures: list[Figure], text: str, billed: bool) -> list[Figure]:
    joined: list[Figure] = []
    for figure in figures:
        before = joined[-1] if joined else None
        pair = _pair(before, figure, text[before.end : figure.start], billed) if before else None
        if pair:
            joined[-1:] = pair
        else:
            joined.append(figure)
    return joined


def _pair(first: Figure, second: Figure, between: str, billed: bool) -> list[Figure] | None:
    """What two neighbours make together; None if they have nothing to do with each other."""
    if _is_price(second) and first.unit == "count" and first.quantity is None:
        if (first.counts or is_people(first.label)) and _AT.fullmatch(between):
            return _priced(first, second)
        if _TIMES.fullmatch(between) or (first.counts and first.per and second.speaks_of(AVERAGE_SALE)):
            return _priced(first, replace(second, label=""))
    if second.counts and first.per and _is_price(first) and first.quantity is None and _DURING.fullmatch(between):
        return _timed(first, second, billed)
    return None


def _is_price(figure: Figure) -> bool:
    return figure.unit != "percent" and not figure.counts


def _priced(count: Figure, price: Figure) -> list[Figure]:
    """ "3 chairs at $120". A price with a name of its own ("150 guests at $290 a ticket price") keeps it."""
    if count.counts and price.label and not same_noun(price.label, count.label):
        return [count, replace(price, each=(*price.each, count.label), unit="money")]
    noun = stem(count.label.split()[0]) if count.label else ""
    own_rate = price.per is not None and period_of(noun) == price.per
    others = tuple(each for each in price.each if each != EACH and not same_noun(each, count.label))
    merged = replace(
        price,
        label=count.topic or _of_measure(count.label) or price.label,
        counted=_measure(count.label) if count.counts or is_people(count.label) else "",
        quantity=count.value,
        per=count.per if own_rate else price.per or count.per,
        each=others,
        unit="money",
        start=count.start,
        spelled=False,
    )
    return [merged]


def _of_measure(label: str) -> str:
    """ "nights hotel" is the hotel."""
    words = label.split()
    return " ".join(words[1:]) if len(words) > 1 and is_measure(label) and words[1] not in ("of", "de") else label


def _measure(label: str) -> str:
    """ "nights hotel" is counted in nights."""
    return label.split()[0] if _of_measure(label) != label else label


def _timed(rate: Figure, count: Figure, billed: bool) -> list[Figure] | None:
    """ "€45/hour for 120 hours a month"."""
    unit = period_of(stem(count.label.split()[0]))
    if unit != rate.per or not (billed or unit in _RATES):
        return None
    return [
        replace(
            rate,
            label=rate.label or _of_measure(count.label),
            quantity=count.value,
            counted=count.label,
            per=count.per,
            unit="money",
            end=count.end,
        )
    ]


def _with_name(figure: Figure) -> Figure:
    """A price that nothing names is called after what it is the price of."""
    if not figure.label and figure.per in RATE_NAMES and figure.unit != "percent":
        return replace(figure, label=RATE_NAMES[figure.per])
    if figure.label or not (figure.each or figure.inflow):
        return figure
    return replace(figure, label=f"price per {figure.each[0]}" if figure.each else "income")


def _resolved(figure: Figure, before: list[Figure]) -> Figure:
    """ "each" named: by the last count before it. Without one it says nothing."""
    if EACH not in figure.each:
        return figure
    counts = [other.label for other in before if other.counts] or [
        other.counted for other in before if other.quantity is not None and other.counted
    ]
    counts = [count for count in counts if is_people(count)] or counts
    named = tuple(counts[-1] if each == EACH else each for each in figure.each if each != EACH or counts)
    return replace(figure, each=named)


def find_figures(text: str, *, decimal_comma: bool = False, billed: bool = False) -> list[Figure]:
    """The figures of a text, related to one another."""
    return relate(read_figures(text, decimal_comma=decimal_comma), text, billed=billed)
