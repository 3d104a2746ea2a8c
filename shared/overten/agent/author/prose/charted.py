"""What a chart of a request's figures says, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from overten.agent.author.prose.words import phrase

if TYPE_CHECKING:
    from overten.agent.author.prose.points import Chartable


def chart_title(chart: Chartable, language: str) -> str:
    """A sentence that the figures themselves say."""
    name, values = chart.series[0]
    if len(chart.series) > 1:
        return f"{chart.title[:120]}"
    if chart.are_periods:
        first, last = values[0], values[-1]
        word = "rose" if last > first else "fell" if last < first else "same"
        return phrase(word, language).format(
            name[:60], shown(first, chart.code), chart.categories[0], shown(last, chart.code), chart.categories[-1]
        )
    top = max(range(len(values)), key=lambda index: values[index])
    return phrase("largest", language).format(name[:60], chart.categories[top][:40], shown(values[top], chart.code))


def shown(value: float, code: str) -> str:
    """A value as its number format shows it: of the formats that charts of requests have."""
    match = re.fullmatch(r'(?:"(?P<before>[^"]*)")?(?P<number>[#,0.]+)(?P<percent>%)?(?:"(?P<after>[^"]*)")?', code)
    if match is None:
        return f"{value:,.10g}"
    decimals = len(match["number"].partition(".")[2])
    figure = f"{value * 100 if match['percent'] else value:,.{decimals}f}"
    return f"{match['before'] or ''}{figure}{match['percent'] or ''}{match['after'] or ''}"
