"""Writes a presentation from a request that has been taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from overten.agent.author.calls import Call
from overten.agent.author.prose.deck import PlannedSlide, plan_of, slides_of
from overten.agent.author.prose.tables import chart_of
from overten.agent.author.prose.words import LOCALES

if TYPE_CHECKING:
    from overten.agent.author.prose.context import Context
    from overten.agent.author.prose.data import Group
    from overten.agent.author.prose.wish import Wish

SLIDES_PER_CALL = 5
_MAX_SINGLE_CALLS = 12
_PLAIN_POINTS, _PLAIN_CHARACTERS = 5, 80


def write_presentation(
    wish: Wish, context: Context, more: Sequence[PlannedSlide] = (), groups: Sequence[Group] = ()
) -> tuple[list[list[Call]], dict[int, list[Call]]]:
    """The replies that write the slides, and what to write in the place of a call that was refused: its slides one by
    one, plain and with less text."""
    slides = _written(plan_of(wish, more).slides, groups, wish.language)
    slides = with_images(slides, context, limit=wish.slide_count)
    replies = [[Call("set_deck", {"title": wish.title[:120], "language": LOCALES[wish.language]})]]
    instead: dict[int, list[Call]] = {}
    for at in range(0, len(slides), SLIDES_PER_CALL):
        group = slides[at : at + SLIDES_PER_CALL]
        replies.append([Call("write_slides", {"slides": group})])
        instead[len(replies) - 1] = [Call("write_slides", {"slides": [plainer(slide)]}) for slide in group]
    return replies, instead


def _written(plan: Sequence[PlannedSlide], groups: Sequence[Group], language: str) -> list[dict[str, Any]]:
    """The slides of a plan, those of data as references to it. Of two charts side by side the second has points."""
    of_query = {group.sql: group for group in groups}
    slides: list[dict[str, Any]] = []
    for planned in plan:
        group = of_query.get(planned.visual or "")
        if planned.layout != "data_chart" or group is None:
            slides += slides_of([planned])
            continue
        before = slides[-1] if slides else {}
        with_points = before.get("layout") == "chart" and "points" not in before
        slides.append(chart_of(group, planned.title, planned.source or "", with_points=with_points, language=language))
    return slides


def with_images(slides: list[dict[str, Any]], context: Context, limit: int | None) -> list[dict[str, Any]]:
    """The images that were given: each with the points of a slide that can have a picture beside them, else on a slide
    of its own, as long as there is room for it."""
    images = list(context.images)
    written = []
    for slide in slides:
        if images and slide["layout"] == "content" and len(slide["points"]) <= 5:
            name, shows = images.pop(0)
            points = [point[:110] for point in slide["points"]]
            slide = {**slide, "layout": "image", "image": name, "alt_text": shows[:300] or name, "points": points}  # noqa: PLW2901
        written.append(slide)
    room = 0 if limit else max(0, 30 - len(written))
    own = [
        {"layout": "image", "title": shows[:110] or "[…]", "image": name, "alt_text": shows[:300] or name}
        for name, shows in images[:room]
    ]
    return [*written[:-1], *own, *written[-1:]] if len(written) > 1 else [*written, *own]


def plainer(slide: dict[str, Any]) -> dict[str, Any]:
    """The slide as a short list of its texts, which fits wherever a slide fits at all."""
    texts = [
        text
        for key, value in slide.items()
        if key not in ("layout", "title", "notes", "source")
        for text in _texts(value)
    ]
    points = [text[:_PLAIN_CHARACTERS] for text in texts[:_PLAIN_POINTS]]
    plain = {"layout": "content", "title": str(slide.get("title") or "–")[:70], "points": points or ["–"]}
    notes = "\n".join(filter(None, [slide.get("notes"), *texts]))
    return {**plain, "notes": notes[:4000]} if notes else plain


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for member in members for text in _texts(member)]
