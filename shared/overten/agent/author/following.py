"""The built-in author follows an outline: a slide for each of its entries, of what the entry says and nothing else.

What a layout needs and the entry does not give stands as "[…]" on the slide, to be filled by whoever knows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic_ai.messages import ModelResponse, ToolCallPart

from overten.agent.author.calls import NO_MODEL
from overten.agent.author.lexicon import LANGUAGE_WORDS
from overten.agent.author.prose import deck as prose
from overten.agent.outline.models import LAYOUT_NAMES, Outline, PlannedSlide

OPEN = "[…]"
_BLOCK = re.compile(r"<outline>\n(.*?)\n</outline>", re.DOTALL)
_ENTRY = re.compile(r"\d+\. (?:\[([a-z_]+)\] )?(.+)")
_LABELED = re.compile(r"(.{1,60}?)(?::\s+|\s+[–—-]\s+)(.+)", re.DOTALL)
_FIGURE = re.compile(
    r"(?<![\w.,])[~≈]?[-−+]?[$€£¥]?\s?\d[\d.,\u00a0\u202f'’]*(?:\s?(?:%|‰|[kKmMbB]\b|Mio\.?|Mrd\.?|[$€£¥]|x\b|°C?))?"
)
_PERIOD = re.compile(
    r"(?i)\b(?:Q[1-4](?:[ /-]?\d{2,4})?|(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*\.?"
    r"(?: \d{4})?|\d{4}|(?:week|woche|month|monat|phase|semaine|mois|fase|mes) \d+)\b"
)
_OPENERS = frozenset({"cover", "section"})
# What is shown, in the words by which the built-in author plans it: read by the layout and no note for a speaker.
_FORMAL = re.compile(r"(?:Chart|Matrix|Source): |\d{1,2}$")
BRACKETS = re.compile(r"\[[^\[\]]+\]")
_SOURCE = re.compile(r"Source: (.+)")
_IMAGES = re.compile(r"^- (img_\w+):", re.MULTILINE)
SLIDES_PER_CALL = 5
# Of the calls that a turn may make; the rest is for ending it.
MAX_CALLS = 24
_LOCALES = {"de": "de-DE", "fr": "fr-FR", "es": "es-ES"}


class Part(NamedTuple):
    """A point as layouts take it: what it is about, and what it says of that."""

    head: str
    text: str | None


def outline_in(opening: str) -> Outline | None:
    """The outline that a turn's opening message tells of."""
    # What stands behind the request was written by the system; the request itself cannot pass for it.
    block = _BLOCK.search(opening.partition("</user_request>")[2])
    if block is None:
        return None
    title, *lines = block[1].split("\n")
    slides: list[PlannedSlide] = []
    for line in lines:
        if line.startswith("   - ") and slides:
            slides[-1].key_points.append(line[5:])
        elif line.startswith("   visual: ") and slides:
            slides[-1].visual = line[11:]
        elif line.startswith("   notes: ") and slides:
            slides[-1].notes = line[10:]
        elif found := _ENTRY.match(line):
            is_layout = found[1] in LAYOUT_NAMES
            text = found[2] if is_layout or not found[1] else f"[{found[1]}] {found[2]}"
            slides.append(PlannedSlide(title=text, layout=found[1] if is_layout else None))
    return Outline(title=title, slides=slides) if slides else None


def images_in(opening: str) -> list[str]:
    """The images that may be placed."""
    return _IMAGES.findall(opening.partition("</user_request>")[2])


def reply(turn: int, outline: Outline, images: Sequence[str], answered: dict[str, bool]) -> ModelResponse:
    """What the author says next. `answered` has the calls of this turn that were answered, and whether refused.

    Slides are written some at a time. Those of a call that was refused are written again one by one, and what is
    refused even so as a plain list: one slide that does not fit costs the deck no other.
    """
    slides = contents(outline, images)
    first = [("deck", "set_deck", _deck(outline)), *_groups(slides)]
    calls = [_call(turn, name, tool, arguments) for name, tool, arguments in first]
    if unanswered := [call for call in calls if call.tool_call_id not in answered]:
        return ModelResponse(parts=unanswered)
    missing = _missing(turn, len(slides), answered)
    for number in missing if len(answered) < MAX_CALLS else ():
        for attempt, slide in enumerate((slides[number], plain(outline.slides[number]))):
            name = f"slide-{number}-{attempt}"
            if _id(turn, name) not in answered:
                place = {"at": number + 1 - sum(other < number for other in missing)}
                at_end = number > max(set(range(len(slides))) - set(missing), default=-1)
                return ModelResponse(
                    parts=[_call(turn, name, "write_slides", {"slides": [slide], **({} if at_end else place)})]
                )
    attempts = sum(call_id.startswith(_id(turn, "finish")) for call_id in answered)
    arguments = {"title": outline.title[:120], "summary": _summary(outline, slides, missing)}
    return ModelResponse(parts=[_call(turn, f"finish-{attempts}", "finish", arguments)])


def _groups(slides: Sequence[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    starts = range(0, len(slides), SLIDES_PER_CALL)
    return [(f"group-{at}", "write_slides", {"slides": list(slides[at : at + SLIDES_PER_CALL])}) for at in starts]


def _missing(turn: int, count: int, answered: dict[str, bool]) -> list[int]:
    """The slides, counted from 0, that no call has written."""

    def is_written(number: int) -> bool:
        of_group = f"group-{number - number % SLIDES_PER_CALL}"
        names = (of_group, f"slide-{number}-0", f"slide-{number}-1")
        return any(answered.get(_id(turn, name)) is False for name in names)

    return [number for number in range(count) if not is_written(number)]


def _id(turn: int, name: str) -> str:
    return f"author-{turn}-{name}"


def _call(turn: int, name: str, tool: str, arguments: dict[str, Any]) -> ToolCallPart:
    return ToolCallPart(tool, arguments, tool_call_id=_id(turn, name))


def _deck(outline: Outline) -> dict[str, Any]:
    text = " ".join([outline.title, *(" ".join([slide.title, *slide.key_points]) for slide in outline.slides)])
    words = re.findall(r"[^\W\d_]+", text.lower())
    scores = {language: sum(word in known for word in words) for language, known in LANGUAGE_WORDS.items()}
    language = max(scores, key=lambda one: scores[one])
    locale = _LOCALES.get(language) if scores[language] > scores.get("en", 0) else None
    return {"title": outline.title[:120], **({"language": locale} if locale else {})}


def _summary(outline: Outline, slides: Sequence[dict[str, Any]], missing: Sequence[int]) -> str:
    count = len(outline.slides) - len(missing)
    sentences = [f"“{outline.title[:120]}”: {count} slide{'s' if count != 1 else ''}, as the outline has them."]
    if lists := left_as_lists(outline, slides):
        sentences.append(
            f"The outline gives too little for the layout of slide {_numbers(lists)}: it is a list of its points."
        )
    if missing:
        sentences.append(f"Slide {_numbers([n + 1 for n in missing])} could not be written and was left out.")
    if any(BRACKETS.search(text) for text in texts_of(slides)):
        sentences.append("What stands in square brackets is for you to fill in.")
    return " ".join([*sentences, "No figures were assumed.", NO_MODEL])[:2000]


def texts_of(value: Any) -> list[str]:
    """All texts of a slide's content."""
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for member in members for text in texts_of(member)]


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def contents(outline: Outline, images: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The slides, as write_slides takes them. The same arguments always give the same slides."""
    writer = _Writer(outline, list(images))
    return [writer.slide(number) for number in range(len(outline.slides))]


def plain(entry: PlannedSlide) -> dict[str, Any]:
    """A slide of nothing but its title and its points, cut to what fits anywhere."""
    points = [_cut(point, 110) for point in entry.key_points[:6]] or [OPEN]
    return {"layout": "content", "title": entry.title, "points": points, **_notes(entry)}


def left_as_lists(outline: Outline, slides: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of the slides that could not have the layout their entry names."""
    pairs = enumerate(zip(outline.slides, slides, strict=True), 1)
    return [number for number, (entry, slide) in pairs if entry.layout and slide["layout"] != entry.layout]


class _Writer:
    def __init__(self, outline: Outline, images: list[str]) -> None:
        self._entries = outline.slides
        self._images = images

    def slide(self, at: int) -> dict[str, Any]:
        entry = self._entries[at]
        layout = entry.layout or self._fitting(at)
        source = _SOURCE.match(entry.visual or "")
        planned = prose.PlannedSlide(
            layout, entry.title, tuple(entry.key_points), entry.visual, _said(entry), source[1] if source else None
        )
        written = prose.slide_of(planned)
        if layout not in _OPENERS and written["layout"] == layout and written.get("title") == entry.title:
            return _with_all_points(written, entry)
        members = self._members(layout, entry)
        if members is None:
            return plain(entry)
        title = {} if layout == "quote" else {"title": entry.title}
        return _with_all_points({"layout": layout, **title, **members, **_notes(entry)}, entry)

    def _fitting(self, at: int) -> str:
        """A layout for an entry that names none."""
        entry = self._entries[at]
        if at == 0 and len(self._entries) > 1:
            return "cover"
        if at == len(self._entries) - 1 and at and len(entry.key_points) <= 4:
            return "closing"
        if not entry.key_points:
            return "statement"
        planned = prose.PlannedSlide("chart", entry.title, tuple(entry.key_points), entry.visual)
        if prose.slide_of(planned)["layout"] == "chart":
            return "chart"
        if 2 <= len(entry.key_points) <= 6 and all(_LABELED.fullmatch(point) for point in entry.key_points):
            return "cards"
        return "content"

    def _members(self, layout: str, entry: PlannedSlide) -> dict[str, Any] | None:
        """What fills a layout for which the entry itself gives too little; None if nothing does."""
        if layout == "agenda":
            return self._agenda(entry)
        if layout == "image":
            return self._image(entry)
        if layout == "image_grid":
            return self._image_grid(entry)
        fill = _FILLS.get(layout)
        return fill(entry) if fill else None

    def _agenda(self, entry: PlannedSlide) -> dict[str, Any] | None:
        after = self._entries[self._entries.index(entry) + 1 :]
        sections = [one for one in after if one.layout == "section"]
        if len(sections) < 2:
            sections = [one for one in after if one.layout not in ("cover", "closing", "quote")]
        items = [_cut(one.title, 110) for one in sections]
        return {"items": items[:9]} if len(items) >= 2 else None

    def _image(self, entry: PlannedSlide) -> dict[str, Any] | None:
        if not self._images:
            return None
        return {"image": self._taken(), **({"points": entry.key_points[:6]} if entry.key_points else {})}

    def _image_grid(self, entry: PlannedSlide) -> dict[str, Any] | None:
        if len(self._images) < 2:
            return None
        captions = [_cut(point, 60) for point in entry.key_points[:6]]
        count = min(6, max(2, len(captions)), len(self._images))
        told = [*captions, *[None] * count][:count]
        return {"images": [{"image": self._taken(), **({"caption": text} if text else {})} for text in told]}

    def _taken(self) -> str:
        """The next image; after the last one the first again."""
        self._images.append(self._images.pop(0))
        return self._images[-1]


def _with_all_points(slide: dict[str, Any], entry: PlannedSlide) -> dict[str, Any]:
    """The slide with the points that its layout has no room for in its notes."""
    on_slide = str(slide)
    left = [point for point in entry.key_points if _part(point).head[:20] not in on_slide]
    return {**slide, "notes": "\n".join(filter(None, (slide.get("notes"), *left)))} if left else slide


def _cover(entry: PlannedSlide) -> dict[str, Any]:
    first, *rest = [*entry.key_points, ""]
    byline = " · ".join(filter(None, rest))
    return {
        **({"subtitle": _cut(first, 200)} if first else {}),
        **({"byline": _cut(byline, 110)} if byline else {}),
    }


def _section(entry: PlannedSlide) -> dict[str, Any]:
    number = entry.visual if re.fullmatch(r"\d{1,2}", entry.visual or "") else None
    text = " · ".join(entry.key_points)
    return {**({"number": number} if number else {}), **({"subtitle": _cut(text, 200)} if text else {})}


def _said(entry: PlannedSlide) -> str | None:
    """The notes: what is to be said, and what to be shown where that is not said in the form of a chart's data."""
    shown = entry.visual if entry.visual and not _FORMAL.match(entry.visual) else None
    return "\n".join(filter(None, (entry.notes, shown))) or None


def _notes(entry: PlannedSlide) -> dict[str, str]:
    said = _said(entry)
    return {"notes": said} if said else {}


def _big_number(entry: PlannedSlide) -> dict[str, Any]:
    texts = [*entry.key_points, entry.title]
    at, number = next(((n, found) for n, text in enumerate(texts) if (found := _figure(text, 10))), (None, OPEN))
    label = texts[at] if at is not None else next(iter(entry.key_points), OPEN)
    rest = [point for point in entry.key_points if point != label]
    return {"number": number, "label": _cut(label, 160), **({"points": rest[:5]} if rest else {})}


def _columns(entry: PlannedSlide) -> dict[str, Any]:
    count = len(entry.key_points)
    return {"columns": _headed(entry.key_points, 3 if count >= 3 and count % 3 == 0 else 2)}


def _headed(points: Sequence[str], count: int) -> list[dict[str, Any]]:
    """So many headed lists: one of each point if there are as many, else the points shared among them."""
    if len(points) == count:
        parts = [_part(point) for point in points]
        return [{"heading": _cut(part.head, 60), "points": [_cut(part.text or OPEN, 200)]} for part in parts]
    size = -(-max(len(points), 1) // count)
    groups = [list(points[n * size : (n + 1) * size]) for n in range(count)]
    return [{"heading": OPEN, "points": group or [OPEN]} for group in groups]


def _listed(least: int, most: int) -> Callable[[PlannedSlide], dict[str, Any]]:
    """Items, those that are missing left open."""

    def fill(entry: PlannedSlide) -> dict[str, Any]:
        parts = [_part(point) for point in entry.key_points[:most]]
        items = [{"title": part.head, **({"text": part.text} if part.text else {})} for part in parts]
        return {"items": [*items, *({"title": OPEN} for _ in range(least - len(items)))]}

    return fill


def _metrics(entry: PlannedSlide, most: int = 8) -> list[dict[str, Any]]:
    metrics = []
    for point in entry.key_points[:most]:
        part = _part(point)
        of_text = _figure(part.text or "", 14)
        figure = of_text or _figure(point, 14)
        metrics.append({"value": figure or OPEN, "label": _cut(part.head if of_text else point, 70)})
    return [*metrics, *({"value": OPEN, "label": OPEN} for _ in range(2 - len(metrics)))]


def _metrics_chart(entry: PlannedSlide) -> dict[str, Any] | None:
    planned = prose.PlannedSlide("chart", entry.title, tuple(entry.key_points), entry.visual)
    chart = prose.read_chart(planned, entry.key_points)
    return {"metrics": _metrics(entry, 4), "chart": chart} if chart else None


def _table(entry: PlannedSlide) -> dict[str, Any]:
    parts = [_part(point) for point in entry.key_points] or [Part(OPEN, None)]
    return {"table": {"columns": [OPEN, OPEN], "rows": [[part.head, part.text or OPEN] for part in parts]}}


def _quote(entry: PlannedSlide) -> dict[str, Any]:
    return {"quote": entry.title, "name": _cut(entry.key_points[0], 110) if entry.key_points else OPEN}


def _team(entry: PlannedSlide) -> dict[str, Any]:
    people = []
    for point in entry.key_points[:8]:
        name, _, role = re.sub(r":\s+|\s+[–—-]\s+", ", ", point, count=1).partition(", ")
        people.append({"name": _cut(name, 60), "role": _cut(role, 110) or OPEN})
    return {"people": [*people, *({"name": OPEN, "role": OPEN} for _ in range(2 - len(people)))]}


def _roadmap(entry: PlannedSlide) -> dict[str, Any]:
    """Each point a step of its own: in its period, if all of them name one, else one after the other."""
    parts = [_part(point) for point in entry.key_points[:7]] or [Part(OPEN, None)]
    dated = len(parts) >= 2 and all(part.text and len(part.head) <= 16 and _PERIOD.search(part.head) for part in parts)
    periods = [part.head if dated else str(n) for n, part in enumerate(parts, 1)]
    lanes = []
    for n, part in enumerate(parts, 1):
        name, title = (str(n), part.text or OPEN) if dated else (part.head, part.text or OPEN)
        lanes.append({"name": _cut(name, 40), "bars": [{"title": _cut(_upper(title), 60), "first": n, "last": n}]})
    return {"periods": [*periods, *(["2"] if len(periods) == 1 else [])], "lanes": lanes}


_FILLS: dict[str, Callable[[PlannedSlide], dict[str, Any] | None]] = {
    "cover": _cover, "section": _section, "closing": lambda _: {},
    "statement": lambda entry: {"detail": _cut(" ".join(entry.key_points), 300)} if entry.key_points else {},
    "content": lambda entry: {"points": entry.key_points[:9] or [OPEN]},
    "big_number": _big_number, "columns": _columns, "quote": _quote, "team": _team, "roadmap": _roadmap,
    "comparison": lambda entry: {"options": _headed(entry.key_points, 2)},
    "matrix": lambda entry: {"x_axis": OPEN, "y_axis": OPEN, "quadrants": _headed(entry.key_points, 4)},
    "key_messages": _listed(2, 6), "cards": _listed(2, 8), "timeline": _listed(2, 7), "process": _listed(2, 6),
    "funnel": _listed(3, 6), "metrics": lambda entry: {"metrics": _metrics(entry)}, "metrics_chart": _metrics_chart,
    "table": _table,
}  # fmt: skip


def _part(point: str) -> Part:
    found = _LABELED.fullmatch(point)
    return Part(_cut(found[1], 110), found[2]) if found else Part(_cut(point, 110), None)


def _figure(text: str, most: int) -> str | None:
    """The first figure of a text with its unit, if it is short enough to stand large."""
    found = (match[0].strip().rstrip(".,") for match in _FIGURE.finditer(text))
    return next((figure for figure in found if 0 < len(figure) <= most), None)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, most: int) -> str:
    """The text, or as much of it as fits, ended at a word."""
    text = text.strip()
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"
