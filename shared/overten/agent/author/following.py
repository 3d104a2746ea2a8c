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
from overten.agent.outline.models import LAYOUT_NAMES, Outline, PlannedSlide

OPEN = "[…]"
_BLOCK = re.compile(r"<outline>\n(.*?)\n</outline>", re.DOTALL)
_ENTRY = re.compile(r"\d+\. (?:\[([a-z_]+)\] )?(.+)")
_LABELED = re.compile(r"(.{1,60}?)(?::\s+|\s+[–—-]\s+)(.+)", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.,])[-−+]?\d+(?:[.,\u00a0\u202f'’ ]\d{3})*(?:[.,]\d+)?(?![\w])")
_FIGURE = re.compile(
    r"(?<![\w.,])[~≈]?[-−+]?[$€£¥]?\s?\d[\d.,\u00a0\u202f'’]*(?:\s?(?:%|‰|[kKmMbB]\b|Mio\.?|Mrd\.?|[$€£¥]|x\b|°C?))?"
)
_PERIOD = re.compile(
    r"(?i)\b(?:Q[1-4](?:[ /-]?\d{2,4})?|(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*\.?"
    r"(?: \d{4})?|\d{4}|(?:week|woche|month|monat|phase|semaine|mois|fase|mes) \d+)\b"
)
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
    if OPEN in str(slides):
        sentences.append(f"{OPEN} marks what the outline does not say; fill it in.")
    return " ".join([*sentences, "No figures were assumed.", NO_MODEL])[:2000]


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
        self._by_layout: dict[str, Callable[[PlannedSlide], dict[str, Any] | None]] = {
            "agenda": self._agenda, "image": self._image, "image_grid": self._image_grid,
        }  # fmt: skip

    def slide(self, at: int) -> dict[str, Any]:
        entry = self._entries[at]
        layout = entry.layout or self._fitting(at)
        fill = self._by_layout.get(layout) or _FILLS.get(layout, _content)
        members = fill(entry)
        if members is None:
            return plain(entry)
        title = {} if layout == "quote" else {"title": entry.title}
        return {"layout": layout, **title, **members, **_notes(entry)}

    def _fitting(self, at: int) -> str:
        """A layout for an entry that names none."""
        entry = self._entries[at]
        if at == 0 and len(self._entries) > 1:
            return "cover"
        if at == len(self._entries) - 1 and at and len(entry.key_points) <= 4:
            return "closing"
        if not entry.key_points:
            return "statement"
        if _chart_of(entry) is not None:
            return "chart"
        if 2 <= len(entry.key_points) <= 6 and all(_LABELED.fullmatch(point) for point in entry.key_points):
            return "cards"
        return "content"

    def _agenda(self, entry: PlannedSlide) -> dict[str, Any] | None:
        items = [_cut(point, 110) for point in entry.key_points]
        if len(items) < 2:
            after = self._entries[self._entries.index(entry) + 1 :]
            sections = [one for one in after if one.layout == "section"]
            if len(sections) < 2:
                sections = [one for one in after if one.layout not in ("cover", "closing", "quote")]
            items = [_cut(one.title, 110) for one in sections]
        return {"items": items[:9]} if len(items) >= 2 else None

    def _image(self, entry: PlannedSlide) -> dict[str, Any] | None:
        if not self._images:
            return None
        return {"image": self._taken(), **({"points": _points(entry)} if entry.key_points else {})}

    def _image_grid(self, entry: PlannedSlide) -> dict[str, Any] | None:
        if len(self._images) < 2:
            return None
        captions = [_cut(point, 60) for point in entry.key_points]
        count = min(6, max(2, len(captions)), len(self._images))
        pictures = [
            {"image": self._taken(), "caption": captions[n] if n < len(captions) else None} for n in range(count)
        ]
        return {"images": [{key: value for key, value in one.items() if value} for one in pictures]}

    def _taken(self) -> str:
        """The next image; after the last one the first again."""
        self._images.append(self._images.pop(0))
        return self._images[-1]


def _notes(entry: PlannedSlide) -> dict[str, str]:
    said = "\n".join(filter(None, (entry.notes, entry.visual)))
    return {"notes": said} if said else {}


def _points(entry: PlannedSlide, most: int = 8) -> list[str]:
    return entry.key_points[:most] or [OPEN]


def _content(entry: PlannedSlide) -> dict[str, Any]:
    return {"points": _points(entry)}


def _cover(entry: PlannedSlide) -> dict[str, Any]:
    subtitle, *rest = [*entry.key_points, ""]
    byline = " · ".join(filter(None, rest))
    return {
        **({"subtitle": _cut(subtitle, 200)} if subtitle else {}),
        **({"byline": _cut(byline, 110)} if byline else {}),
    }


def _section(entry: PlannedSlide) -> dict[str, Any]:
    text = " · ".join(entry.key_points)
    return {"subtitle": _cut(text, 200)} if text else {}


def _statement(entry: PlannedSlide) -> dict[str, Any]:
    text = " ".join(_sentence(point) for point in entry.key_points)
    return {"detail": _cut(text, 300)} if text else {}


def _big_number(entry: PlannedSlide) -> dict[str, Any]:
    texts = [*entry.key_points, entry.title]
    at, number = next(((n, found) for n, text in enumerate(texts) if (found := _figure(text, 10))), (None, OPEN))
    label = texts[at] if at is not None else (entry.key_points[0] if entry.key_points else OPEN)
    rest = [point for point in entry.key_points if point != label]
    return {"number": number, "label": _cut(label, 160), **({"points": rest[:5]} if rest else {})}


def _columns(entry: PlannedSlide) -> dict[str, Any]:
    groups = _headed(entry.key_points, 3 if len(entry.key_points) % 3 == 0 and len(entry.key_points) >= 3 else 2)
    return {"columns": groups}


def _comparison(entry: PlannedSlide) -> dict[str, Any]:
    return {"options": _headed(entry.key_points, 2)}


def _matrix(entry: PlannedSlide) -> dict[str, Any]:
    return {"x_axis": OPEN, "y_axis": OPEN, "quadrants": _headed(entry.key_points, 4)}


def _headed(points: Sequence[str], count: int) -> list[dict[str, Any]]:
    """So many headed lists. A point "Heading: one; two" is a list by itself where there are as many as lists."""
    parts = [_part(point) for point in points]
    if len(parts) == count:
        return [{"heading": _cut(part.head, 60), "points": _items(part.text or OPEN)} for part in parts]
    size = -(-max(len(points), 1) // count)
    groups = [list(points[n * size : (n + 1) * size]) for n in range(count)]
    return [{"heading": OPEN, "points": group or [OPEN]} for group in groups]


def _items_of(entry: PlannedSlide, least: int, most: int) -> list[dict[str, Any]]:
    parts = [_part(point) for point in entry.key_points[:most]]
    items = [{"title": part.head, **({"text": part.text} if part.text else {})} for part in parts]
    return [*items, *({"title": OPEN} for _ in range(least - len(items)))]


def _listed(least: int, most: int) -> Callable[[PlannedSlide], dict[str, Any]]:
    return lambda entry: {"items": _items_of(entry, least, most)}


def _dated(least: int, most: int) -> Callable[[PlannedSlide], dict[str, Any]]:
    """Items with their period as the label."""

    def fill(entry: PlannedSlide) -> dict[str, Any]:
        items = _items_of(entry, least, most)
        for item in items:
            if item.get("text") and len(item["title"]) <= 24 and _PERIOD.search(item["title"]):
                item["label"], item["title"] = item["title"], _upper(_cut(item.pop("text"), 110))
        return {"items": items}

    return fill


def _metrics(entry: PlannedSlide) -> dict[str, Any]:
    return {"metrics": _metric_list(entry, 8)}


def _metric_list(entry: PlannedSlide, most: int) -> list[dict[str, Any]]:
    metrics = []
    for point in entry.key_points[:most]:
        part = _part(point)
        of_text = _figure(part.text or "", 14)
        figure = of_text or _figure(point, 14)
        metrics.append({"value": figure or OPEN, "label": _cut(part.head if of_text else point, 70)})
    return [*metrics, *({"value": OPEN, "label": OPEN} for _ in range(2 - len(metrics)))]


def _chart(entry: PlannedSlide) -> dict[str, Any] | None:
    chart = _chart_of(entry)
    return {"chart": chart} if chart else None


def _metrics_chart(entry: PlannedSlide) -> dict[str, Any] | None:
    chart = _chart_of(entry)
    return {"metrics": _metric_list(entry, 4), "chart": chart} if chart else None


def _two_charts(_entry: PlannedSlide) -> dict[str, Any] | None:
    return None  # an entry does not say which figures belong to which chart


def _chart_of(entry: PlannedSlide) -> dict[str, Any] | None:
    """A chart of the figures in an entry's points, each "label: number"; None without two of one kind."""
    values: list[tuple[str, float]] = []
    units = set()
    for point in entry.key_points:
        for piece in re.split(r"[;,]\s+", point) if point.count(": ") > 1 else [point]:
            part = _part(piece)
            number = _NUMBER.fullmatch(re.sub(r"[\s\u00a0]*(?:%|[$€£¥])[\s\u00a0]*", "", part.text or "").strip())
            if number is not None and (value := _value(number[0])) is not None:
                values.append((_cut(part.head, 60), value))
                units.add(next((sign for sign in "%$€£¥" if sign in (part.text or "")), ""))
    if len(values) < 2 or len(units) != 1:
        return None
    unit = units.pop()
    kind = "line" if len(values) > 4 and all(_PERIOD.search(label) for label, _ in values) else "column"
    chart = {"kind": kind, "categories": [label for label, _ in values]}
    if unit == "%":
        code = "0%" if all(value == int(value) for _, value in values) else "0.0%"
        shares = [round(value / 100, 6) for _, value in values]
        return {**chart, "series": [{"name": _cut(entry.title, 60), "values": shares}], "number_format": code}
    return {**chart, "series": [{"name": unit or _cut(entry.title, 60), "values": [value for _, value in values]}]}


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
    parts = [_part(point) for point in entry.key_points[:7]] or [Part(OPEN, None)]
    dated = all(part.text and len(part.head) <= 16 and _PERIOD.search(part.head) for part in parts)
    if dated and len(parts) >= 2:
        bars = [{"name": f"{n}", "bars": [{"title": _upper(_cut(part.text or "", 60)), "first": n, "last": n}]}
                for n, part in enumerate(parts, 1)]  # fmt: skip
        return {"periods": [part.head for part in parts], "lanes": bars}
    periods = [str(n) for n in range(1, max(len(parts), 2) + 1)]
    lanes = [{"name": _cut(part.head, 40), "bars": [{"title": _cut(part.text or OPEN, 60), "first": n, "last": n}]}
             for n, part in enumerate(parts, 1)]  # fmt: skip
    return {"periods": periods, "lanes": lanes}


def _closing(entry: PlannedSlide) -> dict[str, Any]:
    return {"lines": [_cut(point, 110) for point in entry.key_points[:6]]}


_FILLS: dict[str, Callable[[PlannedSlide], dict[str, Any] | None]] = {
    "cover": _cover, "section": _section, "statement": _statement, "big_number": _big_number, "content": _content,
    "columns": _columns, "comparison": _comparison, "key_messages": _listed(2, 6), "cards": _listed(2, 8),
    "timeline": _dated(2, 7), "process": _listed(2, 6), "funnel": _listed(3, 6), "metrics": _metrics,
    "metrics_chart": _metrics_chart, "chart": _chart, "two_charts": _two_charts, "table": _table, "quote": _quote,
    "team": _team, "matrix": _matrix, "roadmap": _roadmap, "closing": _closing,
}  # fmt: skip


def _part(point: str) -> Part:
    found = _LABELED.fullmatch(point)
    return Part(_cut(found[1], 110), found[2]) if found else Part(_cut(point, 110), None)


def _items(text: str) -> list[str]:
    return [_upper(item) for item in re.split(r";\s+", text) if item][:6] or [OPEN]


def _figure(text: str, most: int) -> str | None:
    """The first figure of a text with its unit, if it is short enough to stand large."""
    found = (match[0].strip().rstrip(".,") for match in _FIGURE.finditer(text))
    return next((figure for figure in found if 0 < len(figure) <= most), None)


def _value(number: str) -> float | None:
    plain_number = re.sub(r"[\u00a0\u202f'’ ]", "", number).replace("−", "-")
    if re.fullmatch(r"[-+]?\d{1,3}(?:[.,]\d{3})+", plain_number):
        plain_number = re.sub(r"[.,]", "", plain_number)
    elif "," in plain_number and "." in plain_number:
        decimal = max(plain_number.rfind(","), plain_number.rfind("."))
        whole = re.sub(r"[.,]", "", plain_number[:decimal])
        plain_number = f"{whole}.{plain_number[decimal + 1 :]}"
    try:
        return float(plain_number.replace(",", "."))
    except ValueError:
        return None


def _sentence(text: str) -> str:
    return text if text[-1:] in ".!?…" else f"{text}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, most: int) -> str:
    """The text, or as much of it as fits, ended at a word."""
    text = text.strip()
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"
