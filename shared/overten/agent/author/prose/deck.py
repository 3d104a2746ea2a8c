"""Plans the slides of a presentation, and writes slides from a plan.

A plan says of each slide its layout, its title and its key points in words that people read and edit. What a layout
needs beyond plain points stands in them: "Anna Berg: project lead" is a person of a team, "3 March: kick-off" a date of
a timeline, "Q1: Revenue 1.2, Costs 0.8" a category of a chart, "A | B" the row of a table.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from overten.agent.author.figures import parse_number
from overten.agent.author.prose.arrange import Part, arranged
from overten.agent.author.prose.charted import chart_title, shown
from overten.agent.author.prose.sections import FIRST_OF_SLIDES, SLIDE_KINDS
from overten.agent.author.prose.wish import MAX_SLIDES, Wish, wish_of
from overten.agent.author.prose.words import phrase

if TYPE_CHECKING:
    from datetime import date

    from overten.agent.author.prose.points import Chartable

USUAL_SLIDES = 10
AGENDA_FROM = 10
SECTIONS_FROM = 16
MAX_POINTS = 6
MAX_POINT_CHARACTERS = 150
_FAMILY = {"two_columns": "columns", "chart_takeaway": "chart_takeaway"}
_INSTEAD = ("content", "cards", "key_messages", "columns")
"""Layouts that show the same points, to be taken where a neighbour has the same one."""
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


@dataclass(frozen=True)
class PlannedSlide:
    """A slide of a plan. `visual` says what is to be seen; of a chart its kind and its number format.
    `section` is the heading of what it belongs to, where its title is a statement."""

    layout: str
    title: str
    key_points: tuple[str, ...] = ()
    visual: str | None = None
    notes: str | None = None
    source: str | None = None
    section: str | None = None


@dataclass(frozen=True)
class Plan:
    """The slides of a presentation in their order. `language` is one of en, de, fr, es."""

    title: str
    language: str
    slides: tuple[PlannedSlide, ...]


def plan_slides(prompt: str, today: date, slide_count: int | None = None) -> Plan:
    """The plan of a presentation for a request: as many slides as it or `slide_count` asks for, from 1 to 30."""
    return plan_of(wish_of(prompt, "slides", today, slide_count))


def plan_of(wish: Wish, more: Sequence[PlannedSlide] = ()) -> Plan:
    """The plan for a request that has been taken apart. `more` are slides to stand right after the cover."""
    keys = SLIDE_KINDS.get(wish.kind, SLIDE_KINDS["deck"])
    parts = arranged(wish, keys)
    groups = [(part, _slides_of_part(part, wish)) for part in parts]
    if more:
        said = [(part, slides) for part, slides in groups if not part.is_open or wish.names_all_sections]
        # More slides than there is to show are those that are usual for its kind.
        groups = said if said or not wish.slide_count else groups
    body = [*more, *(slide for _, slides in groups for slide in slides)]
    count = wish.slide_count or min(len(body) + 2, MAX_SLIDES)
    return Plan(wish.title, wish.language, tuple(_varied(_counted(wish, groups, list(more), count))))


def _counted(
    wish: Wish, groups: list[tuple[Part, list[PlannedSlide]]], more: list[PlannedSlide], count: int
) -> list[PlannedSlide]:
    """Exactly `count` slides: the weightiest if there are more, closer looks at the sections if there are fewer."""
    cover, closing = _cover(wish), _closing(wish)
    frame = ([cover] if count > 1 else []) + ([closing] if count > 3 else [])
    room = count - len(frame)
    body = [*more, *(slide for _, slides in groups for slide in slides)]
    if len(body) > room:
        kept = sorted(range(len(body)), key=lambda index: _rank(wish, groups, more, body[index], index))[:room]
        body = [body[index] for index in sorted(kept)]
    elif len(body) < room:
        body = _longer(wish, groups, more, room)
    return [*([cover] if count > 1 else []), *body, *([closing] if count > 3 else [])]


def _rank(
    wish: Wish, groups: list[tuple[Part, list[PlannedSlide]]], more: list[PlannedSlide], slide: PlannedSlide, index: int
) -> tuple[int, int]:
    """What the request says comes first, then what a presentation of its kind cannot do without."""
    if slide in more:
        return 0, index
    part = next(part for part, slides in groups if slide in slides)
    if not part.is_open or any(part.heading.lower() == name.lower() for name in wish.sections):
        return 1, index
    first = FIRST_OF_SLIDES.get(wish.kind, FIRST_OF_SLIDES["deck"])
    key = part.section.key
    return 3, first.index(key) if key in first else len(first) + index


def _longer(
    wish: Wish, groups: list[tuple[Part, list[PlannedSlide]]], more: list[PlannedSlide], room: int
) -> list[PlannedSlide]:
    language = wish.language
    lists = [list(slides) for _, slides in groups]
    missing = room - len(more) - sum(map(len, lists))
    agenda: list[PlannedSlide] = []
    if missing and room + 2 >= AGENDA_FROM:
        headings = tuple(part.heading[:100] for part, _ in groups)[:9]
        agenda = [PlannedSlide("agenda", phrase("agenda", language), headings)] if len(headings) > 1 else []
        missing -= len(agenda)
    if missing >= len(groups) and room + 2 >= SECTIONS_FROM:
        for number, ((part, _), slides) in enumerate(zip(groups, lists, strict=True), 1):
            slides.insert(0, PlannedSlide("section", part.heading, visual=str(number)))
        missing -= len(groups)
    turn = 0
    while missing > 0:
        part, slides = groups[turn % len(groups)][0], lists[turn % len(groups)]
        slides.append(_closer_look(part, language, turn // len(groups)))
        missing -= 1
        turn += 1
    return [*agenda, *more, *(slide for slides in lists for slide in slides)]


def _closer_look(part: Part, language: str, number: int) -> PlannedSlide:
    aspect = phrase(f"aspect{number % 5 + 1}", language)
    layout = ("content", "cards", "columns", "process", "key_messages")[number % 5]
    colon = " : " if language == "fr" else ": "
    points = tuple(_open_point(head, hint, language) for head, hint in part.hints(language))
    if len(points) < 3:
        points = (*points, *(f"[{hint}]" for _, hint in part.hints(language)))[:3]
    return PlannedSlide(layout, f"{part.heading[:80]}{colon}{aspect}", points, None, _open_notes(language))


# --- the slides of a section ---


def _slides_of_part(part: Part, wish: Wish) -> list[PlannedSlide]:
    language = wish.language
    if part.is_open:
        return [_open_slide(part, language)]
    slides: list[PlannedSlide] = []
    points = list(part.points)
    slides += [chart_slide(chart, language, phrase("as_given", language)) for chart in part.charts]
    if len(part.amounts) >= 2:
        slides.append(PlannedSlide("metrics", part.heading, tuple(f"{a.label}: {a.shown}" for a in part.amounts[:8])))
        points = [point for point in points if not _told_by(point, part)]
    elif part.amounts and part.section.key in ("ask", "figures", "market", "traction") and not part.charts:
        amount = part.amounts[0]
        slides.append(PlannedSlide("big_number", part.heading, (f"{amount.label}: {amount.shown}", *points[:3])))
        points = points[3:]
    elif part.amounts and not any(part.amounts[0].shown in point for point in points) and not part.charts:
        points.append(f"{part.amounts[0].label}: {part.amounts[0].shown}")
    if len(part.milestones) >= 2:
        slides.append(PlannedSlide("timeline", part.heading, tuple(f"{m.when}: {m.what}" for m in part.milestones[:7])))
        points = [
            point
            for point in points
            if not any(m.when in point and m.what.lower() in point.lower() for m in part.milestones)
        ]
    elif part.milestones and not any(part.milestones[0].when in point for point in points):
        points.append(f"{part.milestones[0].when}: {part.milestones[0].what}")
    if len(part.people) >= 2:
        role = phrase("role_open", language)
        slides.append(PlannedSlide("team", part.heading, tuple(f"{name}: {r or role}" for name, r in part.people[:8])))
    elif part.people:
        points.append(f"{part.people[0][0]}: {part.people[0][1]}" if part.people[0][1] else part.people[0][0])
    slides += _of_points(part, points)
    return slides


def _is_figures(point: str) -> bool:
    """Whether a line lists figures and says nothing else: "Churn 3%, NPS 45"."""
    parts = re.split(r"\s*[,;]\s+|\s+and\s+", point.strip(" ."))
    return all(re.search(r"\d", part) and len(part.split()) <= 4 for part in parts)


def _told_by(point: str, part: Part) -> bool:
    parts = re.split(r"\s*[,;]\s+|\s+and\s+", point.strip(" ."))
    return _is_figures(point) and all(any(amount.shown in piece for amount in part.amounts) for piece in parts)


def _of_points(part: Part, points: list[str]) -> list[PlannedSlide]:
    points = [piece for point in points for piece in _pieces(point)]
    if not points:
        return []
    if len(points) == 1 and len(points[0]) <= 110 and part.section.key not in ("next_steps", "actions"):
        return [PlannedSlide("statement", points[0].rstrip("."), section=part.heading)]
    slides = []
    for start in range(0, len(points), MAX_POINTS):
        chunk = points[start : start + MAX_POINTS]
        layout = part.section.layout if _fits(part.section.layout, chunk) else "content"
        number = f" ({start // MAX_POINTS + 1})" if len(points) > MAX_POINTS else ""
        slides.append(PlannedSlide(layout, f"{part.heading[:100]}{number}", tuple(chunk)))
    return slides


def _pieces(point: str) -> list[str]:
    """A long statement in pieces of a line or two each, cut where a clause ends."""
    point = point.strip()
    if len(point) <= MAX_POINT_CHARACTERS:
        return [point]
    pieces: list[str] = []
    for clause in re.split(r"(?<=[;:.])\s+|,\s+(?=(?:and|but|which|while|und|aber|et|mais|y|pero)\b)", point):
        pieces += textwrap.wrap(clause, MAX_POINT_CHARACTERS, break_on_hyphens=False)
    return [piece[:1].upper() + piece[1:] for piece in pieces if piece]


def _fits(layout: str, points: Sequence[str]) -> bool:
    """Whether the layout shows points of this number and length."""
    longest = max(map(len, points), default=0)
    heads = all(_headed(point)[1] is not None for point in points)
    match layout:
        case "content":
            return True
        case "cards" | "key_messages":
            return 2 <= len(points) <= 6 and longest <= (90 if not heads else 140)
        case "process":
            return 2 <= len(points) <= 5 and longest <= (60 if not heads else 100)
        case "agenda":
            return 2 <= len(points) <= 9 and longest <= 90
        case _:
            return False


def _open_slide(part: Part, language: str) -> PlannedSlide:
    """A section that the request says nothing for: what to fill in stands in square brackets."""
    hints = part.hints(language)
    layout = part.section.layout
    points = tuple(_open_point(head, hint, language) for head, hint in hints)
    if language != "en" and layout not in ("content", "cards", "key_messages", "process"):
        layout = "content"
    if layout == "team":
        layout, name, role = "cards", phrase("name_open", language), phrase("role_open", language)
        points = (f"{name}: {role}",) * 3
    elif layout == "timeline":
        points = tuple(f"{_bracketed(hint)[:24]}: {head}" for head, hint in hints)
    elif layout == "metrics":
        points = tuple(f"{head}: [–]" for head, _ in hints)
    elif layout == "big_number":
        points = (f"{_bracketed(hints[0][1])}: [–]", *points[1:])
    elif layout == "statement":
        layout = "content"
    elif layout == "agenda":
        points = tuple(head for head, _ in hints)
    elif layout == "table":
        points = _open_table(part, language)
    return PlannedSlide(layout, part.heading, points, None, _open_notes(language))


def _open_table(part: Part, language: str) -> tuple[str, ...]:
    if part.section.shape == "risks":
        head = " | ".join(phrase(name, language) for name in ("risk", "likelihood", "effect", "response"))
        row = " | ".join(phrase(n, language) for n in ("risk_open", "level_open", "level_open", "response_open"))
        return head, row, row, row
    if part.section.shape == "actions":
        head = " | ".join(phrase(name, language) for name in ("action", "owner", "due"))
        row = " | ".join(phrase(name, language) for name in ("task_open", "owner_open", "date_open"))
        return head, row, row, row
    head = f"{phrase('item', language)} | {phrase('amount', language)}"
    amount = phrase("amount_open", language)
    if language == "en":
        return (head, *(f"{name} | {amount}" for name, _ in part.hints(language)))
    item = phrase("item_open", language)
    return head, f"{item} | {amount}", f"{item} | {amount}", f"{phrase('total', language)} | {amount}"


def _bracketed(hint: str) -> str:
    return f"[{hint}]"


def _open_point(head: str, hint: str, language: str) -> str:
    return f"{head}{' : ' if language == 'fr' else ': '}[{hint}]"


def _open_notes(language: str) -> str:
    return phrase("fill_in", language)


def chart_slide(chart: Chartable, language: str, source: str | None, title: str | None = None) -> PlannedSlide:
    """A chart with what it shows as its title: a change over time, or which is the largest."""
    names = [name for name, _ in chart.series]
    points = tuple(
        f"{category}: "
        + ", ".join(
            f"{name + ' ' if len(names) > 1 else ''}{_told_value(values[at], chart.code)}"
            for name, values in chart.series
        )
        for at, category in enumerate(chart.categories)
    )
    kind = "doughnut" if chart.shares else "line" if chart.are_periods and len(chart.categories) > 8 else (
        "column" if chart.are_periods or len(chart.categories) <= 5 else "bar"
    )  # fmt: skip
    visual = f"Chart: {kind}, {chart.code}" + (f", {names[0]}" if len(names) == 1 else "")
    return PlannedSlide("chart", title or chart_title(chart, language), points, visual, None, source)


def _told_value(value: float, code: str) -> str:
    """A value as people read it, where it can be read back."""
    plain = re.fullmatch(r'(?:"[$€£]")?[#,0.]+%?(?:" ?(?:k|m|bn|K|M|%|[$€£])")?', code)
    return shown(value, code) if plain else f"{value:.10g}"


def day(moment: date, language: str) -> str:
    """A day in words."""
    month = _MONTHS[language].split()[moment.month - 1]
    forms = {"de": f"{moment.day}. {month} {moment.year}", "es": f"{moment.day} de {month} de {moment.year}"}
    return forms.get(language, f"{moment.day} {month} {moment.year}")


def _cover(wish: Wish) -> PlannedSlide:
    about = wish.organisation if wish.organisation and wish.organisation.lower() not in wish.title.lower() else None
    points = tuple(point for point in (about, day(wish.today, wish.language)) if point)
    return PlannedSlide("cover", wish.title, points)


def _closing(wish: Wish) -> PlannedSlide:
    language = wish.language
    return PlannedSlide("closing", phrase("discussion", language), (phrase("contact", language),))


def _varied(slides: list[PlannedSlide]) -> list[PlannedSlide]:
    """No two neighbours of one layout, where the points of one can be shown in another."""
    varied: list[PlannedSlide] = []
    for index, slide in enumerate(slides):
        following = slides[index + 1].layout if index + 1 < len(slides) else None
        alike = bool(varied) and varied[-1].layout == slide.layout
        varied.append(_otherwise(slide, following) if alike else slide)
    return varied


def _otherwise(slide: PlannedSlide, following: str | None) -> PlannedSlide:
    """The slide in another layout that shows its points, if there is one."""
    points = slide.key_points
    if slide.layout in (*_INSTEAD, "process"):
        others = [name for name in _INSTEAD if name not in (slide.layout, following) and _can_be(name, points)]
        return replace(slide, layout=others[0]) if others else slide
    if slide.layout == "statement":
        return replace(slide, layout="content", title=slide.section or slide.title, key_points=points or (slide.title,))
    if slide.layout == "chart":
        return replace(slide, layout="chart_takeaway")
    if slide.layout == "table":
        return replace(slide, layout="content", key_points=tuple(point.replace(" | ", ": ", 1) for point in points[1:]))
    return slide


def _can_be(layout: str, points: Sequence[str]) -> bool:
    if layout == "columns":
        return 2 <= len(points) <= 3 and all(_headed(point)[1] for point in points)
    return _fits(layout, points)


# --- from a plan to slides ---


def slides_of(plan: Sequence[PlannedSlide]) -> list[dict[str, Any]]:
    """The slides of a plan, one each and in its order, as `write_slides` takes them.

    A layout that a slide's points cannot fill, such as a chart without figures, becomes plain content.
    """
    return [slide_of(planned) for planned in plan]


def slide_of(planned: PlannedSlide) -> dict[str, Any]:
    """A slide as `write_slides` takes it. What had to be cut to fit stands whole in its notes."""
    title = _cut(planned.title, 110) or "–"
    points = [point.strip() for point in planned.key_points if point.strip()]
    build = _BUILDERS.get(planned.layout, _content)
    slide = build(planned, title, points) or _content(planned, title, points)
    if planned.source and slide["layout"] not in ("cover", "section", "agenda", "quote", "image", "closing"):
        slide["source"] = planned.source[:200]
    cut = [
        point for point in points if point not in _texts(slide) and any(text.endswith("…") for text in _texts(slide))
    ]
    notes = "\n".join([*([planned.notes] if planned.notes else []), *cut])
    if notes:
        slide["notes"] = notes[:4000]
    return slide


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for member in members for text in _texts(member)]


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _headed(point: str) -> tuple[str, str | None]:
    """ "Head: text" in its two parts; a point without a short head is all head."""
    match = re.match(r"^(?P<head>\[[^\]]{1,60}\]|[^:\[\]]{1,60}?)\s?:\s+(?P<text>\S.*)$", point, re.DOTALL)
    return (match["head"].strip(), match["text"].strip()) if match else (point, None)


def _items(points: Sequence[str], most: int, title: int, text: int) -> list[dict[str, Any]]:
    items = []
    for point in points[:most]:
        head, rest = _headed(point)
        item: dict[str, Any] = {"title": _cut(head, title)}
        if rest:
            item["text"] = _cut(rest, text)
        items.append(item)
    return items


def _content(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any]:
    if not points:
        return {"layout": "statement", "title": title}
    return {"layout": "content", "title": title, "points": [_bold_head(_cut(point, 200)) for point in points[:9]]}


def _bold_head(point: str) -> str:
    head, rest = _headed(point)
    return f"**{head}:** {rest}" if rest and "**" not in point else point


def _cover_slide(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any]:
    slide: dict[str, Any] = {"layout": "cover", "title": title}
    if len(points) > 1:
        slide["subtitle"] = _cut(points[0], 160)
    if points:
        slide["byline"] = _cut(points[-1], 100)
    return slide


def _section_slide(planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any]:
    slide: dict[str, Any] = {"layout": "section", "title": title}
    if planned.visual and re.fullmatch(r"\d{1,2}", planned.visual):
        slide["number"] = planned.visual
    if points:
        slide["subtitle"] = _cut(points[0], 160)
    return slide


def _closing_slide(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any]:
    return {"layout": "closing", "title": title, "lines": [_cut(point, 110) for point in points[:6]]}


def _agenda(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    return {"layout": "agenda", "title": title, "items": [_cut(p, 90) for p in points[:9]]} if len(points) > 1 else None


def _statement(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any]:
    slide: dict[str, Any] = {"layout": "statement", "title": title}
    if points:
        slide["detail"] = _cut(" ".join(points), 240)
    return slide


def _listed(name: str, most: int, head: int, text: int) -> Any:
    def build(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
        items = _items(points, most, head, text)
        return {"layout": name, "title": title, "items": items} if len(items) > (2 if name == "funnel" else 1) else None

    return build


def _timeline(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    items = []
    for point in points[:7]:
        head, rest = _headed(point)
        item: dict[str, Any] = {"title": _cut(rest or head, 70)}
        if rest and len(head) <= 24:
            item["label"] = head
        elif rest:
            item = {"title": _cut(head, 70), "text": _cut(rest, 90)}
        items.append(item)
    return {"layout": "timeline", "title": title, "items": items} if len(items) > 1 else None


_FIGURE = re.compile(
    r"^(?P<figure>(?:[^\W\d_]{0,3}[$€£¥₹]?\s?)[-−+]?\d[\d.,'’\u00a0\u202f ]*\d?\s?"
    r"(?:%|[kKmM]|bn|[$€£¥₹])?)\s*(?P<rest>.*)$"
)


def _metric(point: str) -> dict[str, Any]:
    head, rest = _headed(point)
    if rest is None:
        figure = re.search(r"[$€£]?\d[\d.,]*\s?(?:%|[kKmM]\b|bn\b|[$€£])?", head)
        return (
            {"value": figure.group().strip(" .,")[:14], "label": _cut(head, 70)}
            if figure
            else {"value": "–", "label": _cut(head, 70)}
        )
    if len(rest) <= 14:
        return {"value": rest, "label": _cut(head, 60)}
    match = _FIGURE.match(rest)
    if match and len(match["figure"].strip()) <= 14:
        return {
            "value": match["figure"].strip(),
            "label": _cut(f"{head}, {match['rest']}" if match["rest"] else head, 70),
        }
    return {"value": "–", "label": _cut(f"{head}: {rest}", 70)}


def _metrics(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    if len(points) < 2:
        return None
    return {"layout": "metrics", "title": title, "metrics": [_metric(point) for point in points[:8]]}


def _big_number(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    if not points:
        return None
    metric = _metric(points[0])
    if len(metric["value"]) > 10:
        return None
    slide: dict[str, Any] = {
        "layout": "big_number",
        "title": title,
        "number": metric["value"],
        "label": metric["label"],
    }
    if points[1:]:
        slide["points"] = [_bold_head(_cut(point, 120)) for point in points[1:5]]
    return slide


def _team(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    people = []
    for point in points[:8]:
        head, rest = _headed(point)
        people.append({"name": _cut(head, 40), "role": _cut(rest or "–", 60)})
    return {"layout": "team", "title": title, "people": people} if len(people) > 1 else None


def _panels(points: Sequence[str], most: int) -> list[dict[str, Any]]:
    panels = []
    for point in points[:most]:
        head, rest = _headed(point)
        lines = [line.strip() for line in re.split(r"\s*;\s*", rest or head) if line.strip()]
        panels.append({"heading": _cut(head, 50), "points": [_cut(line, 120) for line in lines[:5]]})
    return panels


def _columns(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    if not 2 <= len(points) <= 3 or any(_headed(point)[1] is None for point in points):
        return None
    return {"layout": "columns", "title": title, "columns": _panels(points, 3)}


def _comparison(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    if len(points) != 2 or any(_headed(point)[1] is None for point in points):
        return None
    return {"layout": "comparison", "title": title, "options": _panels(points, 2)}


def _matrix(planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    if len(points) < 4:
        return None
    axes = re.match(r"Matrix: (?P<x>[^/]{1,60}) / (?P<y>.{1,60})$", planned.visual or "")
    names = (axes["x"], axes["y"]) if axes else ("–", "–")
    return {"layout": "matrix", "title": title, "x_axis": names[0], "y_axis": names[1], "quadrants": _panels(points, 4)}


def _table(_planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    rows = [[cell.strip() for cell in point.split("|")] for point in points if "|" in point]
    if len(rows) < 2:
        pairs = [_headed(point) for point in points]
        if len(pairs) < 2 or any(rest is None for _, rest in pairs):
            return None
        rows = [["", ""], *([head, rest or ""] for head, rest in pairs)]
    width = min(max(map(len, rows)), 8)
    padded = [[_cut(cell, 90) for cell in (row + [""] * width)[:width]] for row in rows[:13]]
    return {"layout": "table", "title": title, "table": {"columns": padded[0], "rows": padded[1:]}}


def _chart(planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    chart = read_chart(planned, points)
    return {"layout": "chart", "title": title, "chart": chart} if chart else None


def _chart_takeaway(planned: PlannedSlide, title: str, points: list[str]) -> dict[str, Any] | None:
    chart = read_chart(planned, points)
    if not chart or len(chart["categories"]) < 2:
        return None
    values = chart["series"][0]["values"]
    code, names = chart.get("number_format", "#,##0"), chart["categories"]
    high, low = values.index(max(values)), values.index(min(values))
    told = [f"**{names[high]}:** {shown(values[high], code)}", f"**{names[low]}:** {shown(values[low], code)}"]
    return {"layout": "chart", "title": title, "chart": chart, "points": list(dict.fromkeys(told))}


_VALUE = re.compile(r"^(?P<name>.*?)\s*(?P<number>[-−]?[$€£]?\d[\d.,'’]*)\s?(?P<percent>%)?\s*(?:[kKmM]|bn)?\s*[$€£]?$")


def read_chart(planned: PlannedSlide, points: Sequence[str]) -> dict[str, Any] | None:
    """The chart that points like "Q1: Revenue 1.2, Costs 0.8" hold; None if they hold no figures."""
    kind, code, name = "column", None, ""
    if match := re.match(r"Chart: (\w+)(?:, ((?:\"[^\"]*\"|[^,\"]|,(?=[#0]))+))?(?:, (.+))?$", planned.visual or ""):
        kind, code, name = match[1], match[2], match[3] or ""
    categories: list[str] = []
    series: dict[str, list[float | None]] = {}
    for point in points[:24]:
        head, rest = _headed(point)
        found = [_VALUE.match(part.strip()) for part in re.split(r",\s+|\s*;\s*", rest or "")]
        if rest is None or not all(found):
            continue
        for value in filter(None, found):
            number = parse_number(re.sub(r"[^\d.,'’]", "", value["number"]).rstrip(".,"), decimal_comma=False)
            number = -number if value["number"][0] in "-−" else number
            number = number / 100 if value["percent"] else number
            values = series.setdefault(value["name"].strip() or name or planned.title[:100], [])
            values.extend([None] * (len(categories) - len(values)))
            values.append(number)
        categories.append(_cut(head, 60))
    if len(categories) < 2 or not series:
        return None
    known = ("column", "stacked_column", "bar", "stacked_bar", "line", "area", "pie", "doughnut")
    for short in series.values():
        short.extend([None] * (len(categories) - len(short)))
    chart: dict[str, Any] = {
        "kind": kind if kind in known and not (kind in ("pie", "doughnut") and len(series) > 1) else "column",
        "categories": categories,
        "series": [{"name": _cut(label, 100), "values": values} for label, values in list(series.items())[:8]],
    }
    if code:
        chart["number_format"] = code
    return chart


def _quote(planned: PlannedSlide, _title: str, points: list[str]) -> dict[str, Any]:
    return {"layout": "quote", "quote": _cut(planned.title, 240), "name": _cut(points[0], 100) if points else "[…]"}


_BUILDERS: dict[str, Any] = {
    "quote": _quote,
    "cover": _cover_slide,
    "section": _section_slide,
    "closing": _closing_slide,
    "agenda": _agenda,
    "statement": _statement,
    "content": _content,
    "cards": _listed("cards", 6, 60, 110),
    "key_messages": _listed("key_messages", 6, 90, 150),
    "process": _listed("process", 5, 40, 90),
    "funnel": _listed("funnel", 6, 50, 80),
    "timeline": _timeline,
    "metrics": _metrics,
    "big_number": _big_number,
    "team": _team,
    "columns": _columns,
    "comparison": _comparison,
    "matrix": _matrix,
    "table": _table,
    "chart": _chart,
    "chart_takeaway": _chart_takeaway,
}
