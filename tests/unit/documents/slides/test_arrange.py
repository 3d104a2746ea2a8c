from __future__ import annotations

from io import BytesIO

import pytest
from lxml import etree
from pptx import Presentation

from overten.documents.errors import OperationError
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import P
from overten.documents.slides.verify import verify
from tests.unit.documents.slides.conftest import CHART, CONTENT, TABLE, run, write

SECTIONS = "http://schemas.microsoft.com/office/powerpoint/2010/main"


def titles(deck: Deck) -> list[str]:
    return [slide.shapes.title.text for slide in Presentation(BytesIO(deck.to_bytes())).slides if slide.shapes.title]


def test_slides_are_moved(deck: Deck) -> None:
    write(deck, CONTENT, CHART, TABLE)
    run(deck, "arrange_slides", action="move", slides=[3], to=1)
    run(deck, "arrange_slides", action="move", slides=[2])
    assert titles(deck) == ["It pays back in every case", "Services carry growth", "Costs fall by a tenth"]


def test_a_copy_has_a_chart_and_notes_of_its_own(deck: Deck) -> None:
    write(deck, CHART)
    run(deck, "arrange_slides", action="duplicate", slides=[1])
    package = deck.package
    first, second = deck.slides()
    for kind in ("chart", "notesSlide"):
        assert package.related(first, kind) != package.related(second, kind)
    notes = package.related(second, "notesSlide")
    assert notes is not None
    assert package.related(notes, "slide") == second
    assert package.related(first, "slideLayout") == package.related(second, "slideLayout")
    assert {finding.code for finding in verify(deck.to_bytes())} == {"same_layout"}


def test_a_deleted_slide_takes_along_what_only_it_used(deck: Deck) -> None:
    write(
        deck,
        CONTENT,
        CHART,
        {"layout": "image", "title": "The hall", "image": "wide"},
        {"layout": "image", "title": "Again", "image": "wide", "position": "left"},
    )
    run(deck, "arrange_slides", action="delete", slides=[2, 3])
    left = deck.package.names()
    assert not [name for name in left if name.startswith(("ppt/charts", "ppt/embeddings", "ppt/notesSlides"))]
    assert len([name for name in left if name.startswith("ppt/media")]) == 1
    assert verify(deck.to_bytes()) == []


def test_a_link_to_a_deleted_slide_goes_with_it(deck: Deck) -> None:
    write(deck, CONTENT, TABLE)
    first, second = deck.slides()
    relation = deck.package.relationships(first).add("slide", second)
    run_properties = next(deck.package.edit(first).iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"))
    link = etree.SubElement(
        run_properties,
        "{http://schemas.openxmlformats.org/drawingml/2006/main}hlinkClick",
        action="ppaction://hlinksldjump",
    )
    link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", relation)
    run(deck, "arrange_slides", action="delete", slides=[2])
    assert b"hlinkClick" not in deck.package.read(deck.slides()[0])
    assert verify(deck.to_bytes()) == []


def test_sections_list_every_slide_once(deck: Deck) -> None:
    write(deck, CONTENT, TABLE)
    root = deck.package.edit(deck.presentation)
    ids = [entry.get("id") for entry in root.iterfind(f"{P}sldIdLst/{P}sldId")]
    listed = [
        f'<p14:section name="S{number}" id="{{00000000-0000-0000-0000-00000000000{number}}}"><p14:sldIdLst>'
        f'<p14:sldId id="{ids[number]}"/></p14:sldIdLst></p14:section>'
        for number in range(2)
    ]
    extension = (
        f'<p:extLst xmlns:p="{P[1:-1]}"><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}">'
        f'<p14:sectionLst xmlns:p14="{SECTIONS}">'
        f"{''.join(listed)}</p14:sectionLst></p:ext></p:extLst>"
    )
    root.append(etree.fromstring(extension))
    write(deck, CHART, at=2)
    run(deck, "arrange_slides", action="duplicate", slides=[3])
    run(deck, "arrange_slides", action="delete", slides=[1])
    run(deck, "arrange_slides", action="move", slides=[3], to=1)
    order = [entry.get("id") for entry in root.iterfind(f"{P}sldIdLst/{P}sldId")]
    assert [entry.get("id") for entry in root.iter(f"{{{SECTIONS}}}sldId")] == order


def test_the_last_slide_is_not_deleted(deck: Deck) -> None:
    write(deck, CONTENT)
    with pytest.raises(OperationError, match="needs a slide"):
        run(deck, "arrange_slides", action="delete", slides=[1])
    with pytest.raises(OperationError, match="slides 1 to 1"):
        run(deck, "arrange_slides", action="duplicate", slides=[2])
