"""The built-in author plans a deck: the outline of what the request says, with the rest left open in brackets."""

from __future__ import annotations

import re
from datetime import date

from pydantic_ai.messages import ModelResponse, ToolCallPart

from overten.agent.author.prose import deck as prose
from overten.agent.outline.models import LAYOUT_NAMES

# Layouts of the author's plans that outlines know by another name.
_NAMES = {"chart_takeaway": "chart", "two_columns": "columns", "three_columns": "columns"}
_MAX_POINTS = 6
_COUNT = re.compile(r"^The outline has exactly (\d+) slides\.", re.MULTILINE)
_TODAY = re.compile(r"^Today is (\d{4}-\d\d-\d\d)\.", re.MULTILINE)


def reply(turn: int, prompt: str, opening: str, opened: date, answered: dict[str, bool]) -> ModelResponse:
    """The call that hands the outline in."""
    # What stands behind the request was written by the system; the request itself cannot pass for it.
    _, _, context = opening.partition("</user_request>")
    count, today = _COUNT.search(context), _TODAY.search(context)
    plan = prose.plan_slides(
        prompt, date.fromisoformat(today[1]) if today else opened, int(count[1]) if count else None
    )
    arguments = {"title": plan.title[:120], "slides": [_entry(slide) for slide in plan.slides]}
    attempts = sum(call_id.startswith(f"author-{turn}-outline") for call_id in answered)
    call = ToolCallPart("write_outline", arguments, tool_call_id=f"author-{turn}-outline-{attempts}")
    return ModelResponse(parts=[call])


def _entry(slide: prose.PlannedSlide) -> dict[str, object]:
    layout = _NAMES.get(slide.layout, slide.layout)
    told = {
        "layout": layout if layout in LAYOUT_NAMES else "content",
        "title": _cut(slide.title, 120),
        "key_points": [_cut(point, 200) for point in slide.key_points[:_MAX_POINTS]],
        "visual": _cut(slide.visual or "", 200),
        "notes": _cut("\n".join(filter(None, (slide.notes, slide.source))), 600),
    }
    return {name: value for name, value in told.items() if value}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
