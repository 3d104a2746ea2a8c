"""Applying operations to a deck: each applies wholly or is refused and changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from overten.documents.errors import OperationError
from overten.documents.slides import theme as themes
from overten.documents.slides.arrange import delete_slides, duplicate_slide, move_slides
from overten.documents.slides.canvas import is_own_layout
from overten.documents.slides.compose import compose
from overten.documents.slides.deck import Deck
from overten.documents.slides.edit import edit_slide, replace_text
from overten.documents.slides.furniture import set_footer, show_slide_numbers
from overten.documents.slides.notes import notes_of, set_notes
from overten.documents.slides.operations import (
    ArrangeSlides,
    EditSlide,
    ReplaceText,
    RestyleDeck,
    SetDeck,
    SetNotes,
    SlidesOperation,
    WriteSlides,
)

MAX_SLIDES = 200


def apply(deck: Deck, operation: SlidesOperation) -> str:
    """Applies one operation and says in a line or two what was done, with the numbers to refer to later.

    Raises OperationError, with the deck unchanged, if the operation cannot be applied as a whole.
    """
    return _APPLIERS[type(operation)](deck, operation)


def _write(deck: Deck, operation: WriteSlides) -> str:
    count = len(deck.slides())
    if count + len(operation.slides) > MAX_SLIDES:
        raise OperationError(f"A deck has at most {MAX_SLIDES} slides", where="slides", fix="Write fewer.")
    if operation.replace and (operation.at is None or len(operation.slides) != 1):
        raise OperationError("`replace` takes one slide and `at`", where="replace", fix="Give `at` and a single slide.")
    if operation.at is not None and not operation.replace and operation.at == count + 1:
        operation = operation.model_copy(update={"at": None})
    if operation.at is not None:
        deck.slide(operation.at)
    drafts = [
        compose(deck, content, f"slides[{index}] ({content.layout})") for index, content in enumerate(operation.slides)
    ]
    first = operation.at or count + 1
    if operation.replace and operation.at is not None and drafts[0].notes is None:
        drafts[0].notes = notes_of(deck, deck.slide(operation.at))
    for offset, draft in enumerate(drafts):
        part = deck.package.free_name("ppt/slides/slide{}.xml")
        draft.commit(part)
        deck.add_to_order(part, None if operation.at is None else operation.at + offset)
        if draft.notes:
            set_notes(deck, part, draft.notes)
    if operation.replace:
        delete_slides(deck, [first + 1])
    last = first + len(drafts) - 1
    done = (
        f"Replaced slide {first}"
        if operation.replace
        else f"Wrote slide {first}"
        if first == last
        else f"Wrote slides {first} to {last}"
    )
    return (
        f"{done} ({', '.join(content.layout for content in operation.slides)}). The deck "
        f"has {len(deck.slides())} slides.{_alike(deck)}"
    )


def _alike(deck: Deck) -> str:
    pairs = neighbours_alike(deck)
    if not pairs:
        return ""
    return (
        " Neighbours of one kind: "
        + ", ".join(f"{number} and {number + 1} ({family})" for number, family in pairs[:5])
        + "; vary them."
    )


def families(deck: Deck) -> list[str | None]:
    """The family of each slide's layout; None for layouts that are not ours."""
    found: list[str | None] = []
    for slide in deck.slides():
        layout = deck.layout_of(slide)
        own = is_own_layout(deck, layout) if layout else None
        found.append(own.family if own else None)
    return found


def neighbours_alike(deck: Deck) -> list[tuple[int, str]]:
    """Slides whose next one is of the same family."""
    kinds = families(deck)
    return [
        (number, kind)
        for number, (kind, following) in enumerate(itertools.pairwise(kinds), 1)
        if kind and kind == following
    ]


def _edit(deck: Deck, operation: EditSlide) -> str:
    return edit_slide(deck, operation)


def _replace(deck: Deck, operation: ReplaceText) -> str:
    return replace_text(deck, operation)


def _arrange(deck: Deck, operation: ArrangeSlides) -> str:
    for number in operation.slides:
        deck.slide(number)
    if operation.action == "move":
        move_slides(deck, operation.slides, operation.to)
        done = "Moved"
    elif operation.action == "delete":
        if len(set(operation.slides)) == len(deck.slides()):
            raise OperationError("A deck needs a slide", where="slides", fix="Keep one, or write its successor first.")
        delete_slides(deck, operation.slides)
        done = "Deleted"
    else:
        for number in sorted(set(operation.slides), reverse=True):
            duplicate_slide(deck, number)
        done = "Duplicated"
    numbers = ", ".join(map(str, operation.slides))
    return f"{done} slide {numbers}. The deck has {len(deck.slides())} slides, numbered anew.{_alike(deck)}"


def _notes(deck: Deck, operation: SetNotes) -> str:
    set_notes(deck, deck.slide(operation.slide), operation.text)
    return (
        f"Set the notes of slide {operation.slide}."
        if operation.text
        else f"Emptied the notes of slide {operation.slide}."
    )


def _set_deck(deck: Deck, operation: SetDeck) -> str:
    done = []
    if operation.title is not None:
        deck.title = operation.title
        done.append(f"title {operation.title!r}")
    if operation.footer is not None:
        set_footer(deck, operation.footer)
        done.append("footer")
    if operation.slide_numbers is not None:
        show_slide_numbers(deck, operation.slide_numbers)
        done.append(f"slide numbers {'on' if operation.slide_numbers else 'off'}")
    return f"Set {', '.join(done)}." if done else "Nothing to set."


def _restyle(deck: Deck, operation: RestyleDeck) -> str:
    given = operation.model_dump(exclude={"op"}, exclude_none=True)
    if not given:
        raise OperationError("Nothing to restyle", where="restyle_deck", fix="Give a design, colours or a font.")
    colors = bool(given.keys() & {"design", "primary_color", "secondary_color"})
    fonts = bool(given.keys() & {"design", "font", "heading_font"})
    for master in deck.masters():
        part = deck.package.related(master, "theme")
        if part is None:
            continue
        root = deck.package.edit(part)
        before, present = themes.color_scheme(root), themes.font_scheme(root)
        own = any(is_own_layout(deck, layout) for layout in deck.layouts() if deck.master_of(layout) == master)
        primary, secondary = operation.primary_color, operation.secondary_color
        if not operation.design and not primary:
            primary = before.get("accent1")
        if not operation.design and not secondary and not operation.primary_color:
            secondary = before.get("accent2")
        theme = themes.derive_theme(
            operation.design or themes.DEFAULT_DESIGN, primary=primary, secondary=secondary, font=operation.font,
            heading_font=operation.heading_font,
        )  # fmt: skip
        if not operation.design:
            heading = operation.heading_font or operation.font or present[0]
            theme = themes.Theme(theme.name, theme.colors, heading, operation.font or present[1])
        themes.restyle(root, theme, colors=colors, fonts=fonts, whole=own)
    deck.forget_looks()
    from overten.documents.slides.verify import refit

    shrunk = refit(deck) if fonts else 0
    told = f" {shrunk} texts were set smaller to fit." if shrunk else ""
    return f"Restyled the deck: {', '.join(f'{key} {value}' for key, value in given.items())}.{told}"


_APPLIERS: dict[type, Callable[[Deck, Any], str]] = {
    WriteSlides: _write,
    EditSlide: _edit,
    ReplaceText: _replace,
    ArrangeSlides: _arrange,
    SetNotes: _notes,
    SetDeck: _set_deck,
    RestyleDeck: _restyle,
}
