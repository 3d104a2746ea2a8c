"""The built-in author plans a deck: the outline of what the request and the user's tables say, the rest left open."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from pydantic_ai.messages import ModelResponse, ToolCallPart

from overten.agent.author.calls import NO_MODEL
from overten.agent.author.following import BRACKETS, texts_of
from overten.agent.author.prose import data, tables
from overten.agent.author.prose import deck as prose
from overten.agent.author.prose.compose import Answers, needed_queries
from overten.agent.author.prose.context import context_of
from overten.agent.author.prose.wish import wish_of
from overten.agent.outline.models import LAYOUT_NAMES, MAX_POINTS

if TYPE_CHECKING:
    from overten.agent.author.prose.data import Group
    from overten.agent.author.prose.deck import Plan, PlannedSlide

# Layouts of the author's plans that outlines know by another name.
_NAMES = {"chart_takeaway": "chart", "two_columns": "columns", "three_columns": "columns"}
# Of the calls that an outline may make; the rest is for handing it in.
_MAX_QUERIES = 7
# A single digit is a count more often than a figure.
_FIGURES = re.compile(r"(?<![\w.,])\d(?:[\d.,]*\d)(?![\w-])")
_COUNT = re.compile(r"^The outline has exactly (\d+) slides\.", re.MULTILINE)
_TODAY = re.compile(r"^Today is (\d{4}-\d\d-\d\d)\.", re.MULTILINE)


def reply(
    turn: int, prompt: str, opening: str, opened: date, answered: dict[str, bool], answers: Answers
) -> ModelResponse:
    """The queries that the outline needs, and then the call that hands it in. `answers` are those of the queries."""
    context = context_of(opening)
    queries = needed_queries("slides", prompt, context, answers)[: max(0, _MAX_QUERIES - len(answers))]
    if queries:
        calls = [("query_data", {"sql": sql}, f"author-{turn}-query-{name}") for name, sql in queries]
        return ModelResponse(parts=[ToolCallPart(tool, sql, tool_call_id=call_id) for tool, sql, call_id in calls])
    # What stands behind the request was written by the system; the request itself cannot pass for it.
    _, _, behind = opening.partition("</user_request>")
    count, today = _COUNT.search(behind), _TODAY.search(behind)
    day = date.fromisoformat(today[1]) if today else opened
    wish = wish_of(prompt, "slides", day, int(count[1]) if count else None)
    studies = data.studies(context, prompt, answers)
    groups = {group.sql: group for study in studies for group in study.groups}
    shown = [*tables.data_slides(studies, wish.language), *tables.quote_slides(context.texts)]
    plan = prose.plan_of(wish, [_charted(slide, groups.get(slide.visual or "")) for slide in shown])
    attempts = sum(call_id.startswith(f"author-{turn}-outline") for call_id in answered)
    arguments = _arguments(plan)
    arguments["summary"] = _summary(prompt, "\n".join(texts_of(arguments["slides"])))
    call = ToolCallPart("write_outline", arguments, tool_call_id=f"author-{turn}-outline-{attempts}")
    return ModelResponse(parts=[call])


def _charted(slide: PlannedSlide, group: Group | None) -> PlannedSlide:
    """A slide of data with its figures as points: all of them as a chart, or the highest and lowest of many."""
    if group is None:
        return slide
    high, low = max(group.rows, key=lambda row: row[1]), min(group.rows, key=lambda row: row[1])
    is_chart = len(group.rows) <= MAX_POINTS
    points = tuple(f"{label}: {_figure(value)}" for label, value in (group.rows if is_chart else (high, low)))
    return prose.PlannedSlide("chart" if is_chart else "metrics", slide.title, points, None, slide.notes, slide.source)


def _figure(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _arguments(plan: Plan) -> dict[str, object]:
    return {"title": _cut(plan.title.strip(), 120) or "[…]", "slides": [_entry(slide) for slide in plan.slides]}


def _entry(slide: PlannedSlide) -> dict[str, object]:
    layout = _NAMES.get(slide.layout, slide.layout)
    told = {
        "layout": layout if layout in LAYOUT_NAMES else "content",
        "title": _cut(slide.title.strip(), 120) or "[…]",
        "key_points": [_cut(point.strip(), 200) for point in slide.key_points if point.strip()][:MAX_POINTS],
        "visual": _cut(slide.visual or (f"Source: {slide.source}" if slide.source else ""), 200),
        "notes": _cut(slide.notes or "", 600),
    }
    return {name: value for name, value in told.items() if value}


def _summary(prompt: str, written: str) -> str:
    left_out = list(dict.fromkeys(figure for figure in _FIGURES.findall(prompt) if figure not in written))
    sentences = [
        f"Not used: the figures {', '.join(left_out[:8])}." if left_out else "",
        "What stands in square brackets is for you to fill in." if BRACKETS.search(written) else "",
        "No figures were assumed.",
        NO_MODEL,
    ]
    return " ".join(filter(None, sentences))[:1000]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
