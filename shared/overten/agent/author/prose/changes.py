# ruff: noqa: E501  # patterns
"""Small changes to a document or presentation that exists: its title, words, sections or slides, colours and font.

What it holds is read off the description that opens the turn. Whatever else is asked for is left undone, and the
summary says so.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from overten.agent.author.calls import NO_MODEL, Call, Composition
from overten.agent.author.prose.deck import MAX_POINTS, PlannedSlide, slide_of
from overten.agent.author.prose.sections import section_named
from overten.agent.author.prose.word import plain
from overten.agent.author.revise import COLORS

_QUOTED = r"[\"“„«‘'](?P<{0}>[^\"“”„«»‘’\n]{{1,200}}?)[\"”“»’']"
_REPLACE = re.compile(
    rf"\b(?:replace|change|swap|substitute|ersetze|remplace[rz]?|reemplaza|sustituye)\s+(?:(?:all|every|each|the|word|words|text|phrase|"
    rf"name|occurrences? of|das wort|le mot|la palabra)\s+)*{_QUOTED.format('old')}\s+(?:everywhere\s+)?"
    rf"(?:with|by|to|into|durch|par|por|con)\s+{_QUOTED.format('new')}|"
    r"\breplace\s+(?:(?:all|every|the word|the name)\s+)*(?P<bare>[\w.&’-]+(?:\s[\w.&’-]+){0,4}?)\s+(?:with|by)\s+"
    r"(?P<by>[\w.&%$€£’-]+(?:\s[\w.&%$€£’-]+){0,5}?)(?=\s+(?:everywhere|throughout|in|on|and)\b|[,;\n]|\.(?:\s|$)|$)",
    re.IGNORECASE,
)
_NAME = r"[\"“'‘]?(?P<name>[^\"”'’\n]{1,150}?)[\"”'’]?"
_END = r"(?=\s+and\s+(?:add|delete|remove|replace|change|set|make|move)\b|[;\n]|\.(?:\s|$)|$)"
_TITLE = re.compile(
    rf"\b(?:title(?! of (?:slide|section))|titel|titre|t[íi]tulo)\b.{{0,40}}?\b(?:to|as|in|zu|en|a|auf)\s+{_NAME}{_END}|"
    rf"\bretitle\b.{{0,30}}?\b(?:to|as)\s+{_NAME.replace('<name>', '<again>')}{_END}",
    re.IGNORECASE,
)
_SLIDE_TITLE = re.compile(
    rf"\btitle of slide\s+(?P<number>\d{{1,3}})\s+(?:to|as)\s+{_NAME}{_END}|"
    rf"\b(?:rename|retitle)\s+slide\s+(?P<other>\d{{1,3}})\s+(?:to|as)\s+{_NAME.replace('<name>', '<again>')}{_END}",
    re.IGNORECASE,
)
_ADD_SECTION = re.compile(
    r"\b(?:add|append|insert|write)\s+(?:an?|another|the)?\s*(?:new\s+|final\s+|short\s+)*(?P<what>section|chapter|heading|paragraph)\b"
    r"(?:\s+(?:called|titled|named|entitled|about|on|for|headed))?\s*[:]?\s*"
    r"(?:[\"“'‘](?P<quoted>[^\"”’\n]{1,120})[\"”’'](?=\s|[:,.;]|$)|(?P<bare>[^\"“:;.\n]{1,100}?(?=\s+(?:with|saying|after|before|at the end|to the)\b|[:;.\n]|$)))?"
    r"(?:\s+(?P<place>after|before)\s+(?:the\s+)?(?:section\s+)?[\"“'‘]?(?P<where>[^\"”’:;.\n]{1,100}?)[\"”’']?(?:\s+section)?(?=\s+(?:with|saying)\b|[:;.\n]|$))?"
    r"(?:\s*(?:at the end)?\s*(?:[:,]|with(?: the)?(?: text| content| following text)?|saying|that says)\s*:?\s*(?P<text>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_DELETE_SECTION = re.compile(
    r"\b(?:delete|remove|drop|cut)\s+(?:the\s+)?(?:(?:section|chapter)\s+(?:(?P<number>\d{1,2})\b|(?:called\s+|titled\s+|on\s+)?[\"“'‘]?(?P<after>[^\"”’;.,\n]{1,100}?)[\"”’']?"
    r"(?=\s+and\b|[;.,\n]|$))|[\"“'‘]?(?P<before>[^\"”’;.,\n]{1,80}?)[\"”’']?\s+(?:section|chapter)\b)",
    re.IGNORECASE,
)
_ADD_SLIDE = re.compile(
    r"\b(?:add|append|insert|write)\s+(?:an?|another|one|the)?\s*(?:new\s+|final\s+|more\s+)*slide\b"
    r"(?:\s+(?P<place>after|before|as)\s+(?:slide\s+)?(?:number\s+)?(?P<number>\d{1,3})|\s+at the (?P<side>end|beginning|start))?"
    r"(?:\s*,?\s*(?:called|titled|named|entitled|about|on|for|with(?: the)? title))?\s*[:]?\s*"
    r"(?:[\"“'‘](?P<quoted>[^\"”’\n]{1,150})[\"”’'](?=\s|[:,.;]|$)|(?P<bare>[^\"“:;\n]{1,120}?(?=\s+(?:with|saying|after slide|before slide)\b|[:;\n]|\.(?:\s|$)|$)))?"
    r"(?:\s+(?P<later>after|before|as)\s+slide\s+(?P<there>\d{1,3}))?"
    r"(?:\s*(?:[:,]|with(?: the)?(?: following)?(?: points| bullets| text)?|saying)\s*:?\s*(?P<text>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_DELETE_SLIDES = re.compile(
    r"\b(?:delete|remove|drop|cut)\s+(?:the\s+)?(?:slides?\s+(?:number\s+)?(?P<numbers>\d{1,3}(?:\s*(?:,|and|&|-|–|to)\s*\d{1,3})*)|"
    r"(?P<last>last|final|first)\s+slide|slide\s+(?:called\s+|titled\s+|about\s+|on\s+)?[\"“'‘](?P<name>[^\"”’\n]{1,150})[\"”’'])",
    re.IGNORECASE,
)
_MOVE_SLIDE = re.compile(
    r"\bmove\s+slide\s+(?P<slide>\d{1,3})\s+(?:to\s+(?:the\s+)?(?P<end>end|beginning|start)|to\s+(?:position\s+)?(?P<to>\d{1,3})|"
    r"(?P<place>before|after)\s+slide\s+(?P<other>\d{1,3}))",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"\bnotes?\s+(?:to|for|of|on)\s+slide\s+(?P<number>\d{1,3})\s*(?::|to|saying)\s*(?P<text>.+)",
    re.IGNORECASE | re.DOTALL,
)
_FOOTER = re.compile(rf"\bfooter\b.{{0,20}}?(?:\b(?:to|as|saying)\b|:)\s*{_NAME}{_END}", re.IGNORECASE)
_COLOR = re.compile(
    rf"\b(?:colou?rs?|accent|theme|brand)\b.{{0,40}}?(#[0-9a-f]{{6}}\b|\b(?:{'|'.join(COLORS)})\b)", re.IGNORECASE
)
_FONT = re.compile(rf"\bfont\b.{{0,20}}?\b(?:to|as|:)\s+{_NAME}{_END}", re.IGNORECASE)
_CONTENTS = re.compile(r"\b(?:add|insert|include|update)\b.{0,20}\b(?:table of contents|toc)\b", re.IGNORECASE)
_WATERMARK = re.compile(
    r"\b(?:add|put|set)\b.{0,30}?[\"“'‘]?(?P<text>[A-Z][A-Z ]{2,30})[\"”’']?\s+watermark|\bwatermark\b.{0,20}?[\"“'‘](?P<quoted>[^\"”’\n]{1,40})[\"”’']"
)
_DOCUMENT = re.compile(r"^Document (?P<title>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.MULTILINE)
_DECK = re.compile(r"^Deck (?P<title>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|None): (?P<count>\d+) slides")
_HEADING = re.compile(r"^(?P<anchor>\S+) (?P<level>#{1,4}) (?:[\d.]+ )?(?P<text>.+?)(?: \([^()]*\))?$", re.MULTILINE)
_TITLE_LINE = re.compile(r"^(?P<anchor>\S+) \[Title\] (?P<text>.+)$", re.MULTILINE)
_SLIDE = re.compile(
    r"^(?P<number>\d+)\. \[(?P<layout>[^\]]*)\](?: hidden)? (?P<title>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")",
    re.MULTILINE,
)

DOCUMENT_ABLE = (
    "The built-in author can change the title, replace quoted words, add a section or paragraph with the text you give, delete a "
    "section by name or number, set colour and font, and add a table of contents or a watermark."
)
PRESENTATION_ABLE = (
    "The built-in author can change the title of the deck or of a slide, replace quoted words, add a slide with the points you "
    "give, delete or move slides by number, set notes, the footer, colour and font."
)


@dataclass
class _Changes:
    calls: list[Call] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def add(self, what: str, tool: str, **arguments: Any) -> None:
        self.calls.append(Call(tool, arguments))
        self.done.append(what)

    def composition(self, title: str, noun: str, able: str) -> Composition:
        if not self.done:
            text = f"The {noun} was not changed: without an AI model this request is more than the built-in author can do. {able}"
        else:
            text = f"Changed: {'; '.join(self.done)}. If you asked for more than that, it was left undone. {able}"
        return Composition([self.calls] if self.calls else [], title[:120], f"{text} {NO_MODEL}")


# --- documents ---


def change_document(prompt: str, described: str) -> Composition:
    """The changes of `prompt` that patterns can read, for the document described by `described`."""
    changes = _Changes()
    known = _DOCUMENT.search(described)
    title = str(ast.literal_eval(known["title"])) if known else ""
    headings = [(m["anchor"], len(m["level"]), m["text"].strip()) for m in _HEADING.finditer(described)]
    rest, new_title = _document_title(prompt, described, title, changes)
    rest = _replace(rest, changes, "find_replace")
    rest = _section_added(rest, headings, changes)
    _section_deleted(rest, headings, changes)
    _document_look(rest, changes)
    return changes.composition(new_title or title or "Document", "document", DOCUMENT_ABLE)


def _document_title(prompt: str, described: str, title: str, changes: _Changes) -> tuple[str, str | None]:
    match = _TITLE.search(prompt)
    if not match:
        return prompt, None
    new = (match["name"] or match["again"]).strip(" .")
    changes.add(f"the title is now “{new}”", "set_document", title=new[:200])
    line = _TITLE_LINE.search(described)
    if line:
        changes.calls.append(Call("edit_text", {"anchor": line["anchor"], "text": plain(new)}))
    elif title and "[cover]" in described:
        changes.calls.append(Call("find_replace", {"find": title, "replace": new}))
    return prompt[: match.start()] + prompt[match.end() :], new


def _replace(prompt: str, changes: _Changes, tool: str) -> str:
    rest = prompt
    for match in _REPLACE.finditer(prompt):
        old, new = (match["old"], match["new"]) if match["old"] else (match["bare"], match["by"])
        if (
            old
            and new
            and old.strip()
            and not re.fullmatch(r"(?:the )?(?:title|font|colou?rs?|slide \d+)", old.strip(), re.IGNORECASE)
        ):
            changes.add(f"“{old}” is replaced by “{new}”", tool, find=old[:300], replace=new[:300])
            rest = rest.replace(match.group(), " ")
    return rest


def _section_added(prompt: str, headings: list[tuple[str, int, str]], changes: _Changes) -> str:
    match = _ADD_SECTION.search(prompt)
    if not match:
        return prompt
    is_paragraph = match["what"].lower() == "paragraph"
    name = (match["quoted"] or match["bare"] or "").strip(" .,")
    name = re.sub(r"^(?:to|at|in)\s+the\s+(?:end|document)$|^with$", "", name, flags=re.IGNORECASE)
    text = _unquoted(match["text"] or "")
    if is_paragraph and not text:
        name, text = "", name
    if not (name or text):
        return prompt
    level = min((level for _, level, _ in headings), default=1)
    arguments: dict[str, Any] = {} if is_paragraph else {"heading": plain(_upper(name or "[…]"))[:300], "level": level}
    arguments["blocks"] = _blocks_of(text, name)
    where = next((h for h in headings if match["where"] and h[2].lower() == match["where"].strip().lower()), None)
    if where:
        arguments["before" if match["place"].lower() == "before" else "after_section"] = where[0]
    what = "a paragraph" if is_paragraph else f"the section “{_upper(name)}”"
    changes.add(f"{what} was added", "write", **arguments)
    return prompt[: match.start()] + prompt[match.end() :]


def _blocks_of(text: str, name: str) -> list[dict[str, Any]]:
    """The text that was given as paragraphs, its lines with dashes as a list; else what is to be filled in."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        known = section_named(name)
        hints = known.hints if known else (("Main point", "in one or two sentences"),)
        return [{"type": "list", "items": [f"**{head}:** [{hint}]" for head, hint in hints]}]
    points = [re.sub(r"^(?:[-*•]|\d{1,2}[.)])\s+", "", line) for line in lines]
    if len(lines) > 1 and all(point != line for point, line in zip(points, lines, strict=True)):
        return [{"type": "list", "items": [plain(point) for point in points]}]
    return [{"type": "paragraph", "text": plain(_upper(line))} for line in lines]


def _section_deleted(prompt: str, headings: list[tuple[str, int, str]], changes: _Changes) -> None:
    match = _DELETE_SECTION.search(prompt)
    if not match:
        return
    top = min((level for _, level, _ in headings), default=1)
    tops = [heading for heading in headings if heading[1] == top]
    if match["number"]:
        number = int(match["number"])
        found = tops[number - 1] if 1 <= number <= len(tops) else None
    else:
        name = (match["after"] or match["before"]).strip().lower()
        found = next((heading for heading in headings if heading[2].lower() == name), None)
    if found:
        changes.add(f"the section “{found[2]}” was deleted", "delete", anchor=found[0], section=True)


def _document_look(prompt: str, changes: _Changes) -> None:
    if color := _COLOR.search(prompt):
        code = COLORS.get(color[1].lower(), color[1])
        changes.add(f"the accent colour is {code}", "set_document", primary_color=code)
    if font := _FONT.search(prompt):
        changes.add(f"the font is {font['name'].strip()}", "set_document", font=font["name"].strip()[:60])
    if _CONTENTS.search(prompt):
        changes.add("a table of contents is there", "add_toc")
    if mark := _WATERMARK.search(prompt):
        text = (mark["quoted"] or mark["text"]).strip()
        changes.add(f"every page has the watermark “{text}”", "set_watermark", text=text[:40])


# --- presentations ---


def change_presentation(prompt: str, described: str) -> Composition:
    """The changes of `prompt` that patterns can read, for the presentation described by `described`."""
    changes = _Changes()
    known = _DECK.search(described)
    title = str(ast.literal_eval(known["title"]) or "") if known else ""
    slides = [(int(m["number"]), m["layout"], str(ast.literal_eval(m["title"]))) for m in _SLIDE.finditer(described)]
    count = int(known["count"]) if known else len(slides)
    rest, new_title = _deck_title(prompt, slides, changes)
    rest = _replace(rest, changes, "replace_text")
    notes = _NOTES.search(rest)
    if notes and int(notes["number"]) <= count:
        changes.add(
            f"slide {notes['number']} has notes",
            "set_notes",
            slide=int(notes["number"]),
            text=_unquoted(notes["text"])[:4000],
        )
        rest = rest[: notes.start()]
    _deck_look(rest, changes)
    removed = _slides_removed(rest, slides, count)
    rest = _moved(rest, count, changes)
    _slide_added(rest, slides, count, changes)
    if removed:
        # Last, so that the numbers of what is changed are those that the user sees; what was added before them counts.
        shifted = [number + _added_before(changes, number) for number in removed]
        listed = ", ".join(map(str, removed))
        changes.add(f"slide{'s' if len(removed) > 1 else ''} {listed} {'were' if len(removed) > 1 else 'was'} deleted",
                    "arrange_slides", action="delete", slides=shifted)  # fmt: skip
    return changes.composition(new_title or title or "Presentation", "presentation", PRESENTATION_ABLE)


def _deck_title(prompt: str, slides: list[tuple[int, str, str]], changes: _Changes) -> tuple[str, str | None]:
    rest = prompt
    if of_slide := _SLIDE_TITLE.search(prompt):
        number = int(of_slide["number"] or of_slide["other"])
        old = next((title for slide, _, title in slides if slide == number), "")
        new = (of_slide["name"] or of_slide["again"]).strip(" .")
        rest = prompt[: of_slide.start()] + prompt[of_slide.end() :]
        if old and "\n" not in old and not old.endswith("…"):
            changes.add(
                f"slide {number} is now titled “{new}”",
                "replace_text",
                find=old[:300],
                replace=new[:300],
                slides=[number],
            )
    match = _TITLE.search(rest)
    if not match:
        return rest, None
    new = (match["name"] or match["again"]).strip(" .")
    changes.add(f"the title is now “{new}”", "set_deck", title=new[:120])
    if slides and slides[0][1].lower().startswith(("cover", "title")) and slides[0][2] and "\n" not in slides[0][2]:
        changes.calls.append(Call("replace_text", {"find": slides[0][2][:300], "replace": new[:300], "slides": [1]}))
    return rest[: match.start()] + rest[match.end() :], new


def _deck_look(prompt: str, changes: _Changes) -> None:
    if color := _COLOR.search(prompt):
        code = COLORS.get(color[1].lower(), color[1])
        changes.add(f"the main colour is {code}", "restyle_deck", primary_color=code)
    if font := _FONT.search(prompt):
        changes.add(f"the font is {font['name'].strip()}", "restyle_deck", font=font["name"].strip()[:60])
    if footer := _FOOTER.search(prompt):
        changes.add("the footer is set", "set_deck", footer=footer["name"].strip()[:100])


def _slides_removed(prompt: str, slides: list[tuple[int, str, str]], count: int) -> list[int]:
    match = _DELETE_SLIDES.search(prompt)
    if not match:
        return []
    if match["last"]:
        return [1 if match["last"].lower() == "first" else count] if count > 1 else []
    if match["name"]:
        return [number for number, _, title in slides if title.lower() == match["name"].strip().lower()][:1]
    numbers: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", match["numbers"]):
        numbers |= set(range(int(first), int(last or first) + 1))
    there = sorted(number for number in numbers if 1 <= number <= count)
    return there if len(there) == len(numbers) and len(there) < count else []


def _moved(prompt: str, count: int, changes: _Changes) -> str:
    match = _MOVE_SLIDE.search(prompt)
    if not match or not 1 <= int(match["slide"]) <= count:
        return prompt
    slide = int(match["slide"])
    if match["end"]:
        to: int | None = None if match["end"].lower() == "end" else 1
    elif match["to"]:
        # Moved down, it stands before the one after its new place.
        to = int(match["to"]) + (1 if int(match["to"]) > slide else 0)
    else:
        to = int(match["other"]) + (1 if match["place"].lower() == "after" else 0)
    arguments = {} if to is None or to > count else {"to": to}
    changes.add(f"slide {slide} was moved", "arrange_slides", action="move", slides=[slide], **arguments)
    return prompt[: match.start()] + prompt[match.end() :]


def _slide_added(prompt: str, slides: list[tuple[int, str, str]], count: int, changes: _Changes) -> None:
    match = _ADD_SLIDE.search(prompt)
    if not match:
        return
    title = (match["quoted"] or match["bare"] or "").strip(" .,")
    text = _unquoted(match["text"] or "")
    if not (title or text):
        return
    points = _points(text)
    if not points:
        known = section_named(title)
        points = [
            f"{head}: [{hint}]"
            for head, hint in (known.hints if known else (("Main point", "in one or two sentences"),))
        ]
    slide = slide_of(PlannedSlide("content", _upper(title or points[0])[:110], tuple(points[: MAX_POINTS + 2])))
    place = match["place"] or match["later"]
    number = int(match["number"] or match["there"] or 0)
    at = None
    if place and 1 <= number <= count:
        at = number + 1 if place.lower() == "after" else number
    elif match["side"] and match["side"].lower() != "end":
        at = 1
    elif not match["side"] and slides and slides[-1][1].lower().startswith("closing"):
        at = count
    arguments: dict[str, Any] = {"slides": [slide], **({"at": at} if at and at <= count else {})}
    changes.add(f"a slide “{slide['title']}” was added", "write_slides", **arguments)


def _points(text: str) -> list[str]:
    """The points of a slide: lines, or what semicolons or commas part; a single sentence stays whole."""
    lines = [re.sub(r"^(?:[-*•]|\d{1,2}[.)])\s+", "", line.strip()) for line in text.split("\n") if line.strip()]
    if len(lines) == 1:
        mark = r"\s*;\s*" if ";" in lines[0] else r"\s*,\s*(?:and\s+)?" if lines[0].count(",") > 1 else r"(?<=[.!?])\s+"
        lines = [part for part in re.split(mark, lines[0]) if part.strip()]
    return [_upper(line.strip(" .")) for line in lines]


def _added_before(changes: _Changes, number: int) -> int:
    """How many slides were put in before this one."""
    places = [call.arguments.get("at") for call in changes.calls if call.tool == "write_slides"]
    return sum(1 for at in places if at is not None and at <= number)


def _unquoted(text: str) -> str:
    text = text.strip()
    match = re.fullmatch(r"[\"“„«](?P<inner>.*)[\"”“»]\.?", text, re.DOTALL)
    return match["inner"].strip() if match else text


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
