"""Pages: size and sections, headers and footers, watermark."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word import images, operations, styles, tables
from overten.documents.word.base import PAGE_SIZES, part_root
from overten.documents.word.document import Frame, section_members, section_of, twips
from overten.documents.word.runs import TextWriter, paragraph, run
from overten.documents.word.xml import (
    EMU_PER_CM,
    NAMESPACES,
    TWIPS_PER_CM,
    append_all,
    el,
    elements,
    find,
    findall,
    local,
    path_value,
    properties,
    put,
    q,
    remove,
    unset,
    value,
)

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_LOGO_HEADER_CM = 1.0
_BELOW_LOGO_TWIPS = 320
_FULL_WIDTH = 0.97
_WATERMARK = "PowerPlusWaterMarkObject"
_ALWAYS = "default"


def apply_page(document: Document, operation: operations.SetPage, chosen: list[etree._Element]) -> str:
    """Sets the page of the whole document, or of the chosen blocks, which become a section."""
    if all(
        setting is None for setting in (operation.size, operation.orientation, operation.margins_cm, operation.columns)
    ):
        raise OperationError("Nothing is set", where="set_page", fix="Give a size, orientation, margins or columns.")
    document.edit_body()
    if not chosen:
        for section, members in section_members(document).items():
            before = Frame(section).column_width
            room = Frame(section).text_width
            _set_page(section, operation)
            _refit(members, before, Frame(section).column_width)
            _retab_bars(document, section, room)
        return "Set the page of the whole document"
    section = _own_section(document, chosen, operation)
    _fit_bars(document)
    width_cm = Frame(section).column_width / TWIPS_PER_CM
    return f"Set the page of {len(chosen)} blocks, a section of their own ({width_cm:.1f} cm wide)"


def _set_page(section: etree._Element, operation: operations.SetPage) -> None:
    frame = Frame(section)
    width, height = PAGE_SIZES[operation.size] if operation.size else (frame.page_width, frame.page_height)
    landscape = operation.orientation == "landscape" if operation.orientation else frame.page_width > frame.page_height
    short, long = sorted((width, height))
    width, height = (long, short) if landscape else (short, long)
    put(section, el("w:pgSz", w=width, h=height, orient="landscape" if landscape else None))
    if operation.margins_cm is not None:
        margin = round(operation.margins_cm * TWIPS_PER_CM)
        old = find(section, "w:pgMar")
        margins = copy.deepcopy(old) if old is not None else el("w:pgMar", header=680, footer=624, gutter=0)
        for side in ("top", "right", "bottom", "left"):
            margins.set(q(f"w:{side}"), str(margin))
        for edge in ("header", "footer"):
            margins.set(q(f"w:{edge}"), str(min(twips(value(margins, f"w:{edge}"), 680), margin)))
        put(section, margins)
    if operation.columns is not None:
        put(section, el("w:cols", num=operation.columns if operation.columns > 1 else None, space=567))
    room = Frame(section)
    if room.page_width - room.left - room.right < 2000 or room.page_height - room.top - room.bottom < 2000:
        raise OperationError("The margins leave no room for text", where="set_page", fix="Choose smaller margins.")


def _own_section(document: Document, chosen: list[etree._Element], operation: operations.SetPage) -> etree._Element:
    governing = section_of(document, chosen[0])
    if section_of(document, chosen[-1]) is not governing:
        raise OperationError(
            "The blocks lie in several sections", where="set_page", fix="Choose blocks of one section."
        )
    if any(find(block, "w:pPr/w:sectPr") is not None for block in chosen[:-1]):
        raise OperationError("The blocks hold a section break", where="set_page", fix="Choose fewer blocks.")
    only_columns = operation.columns is not None and not (
        operation.size or operation.orientation or operation.margins_cm
    )
    kind = "continuous" if only_columns else "nextPage"
    new = copy.deepcopy(governing)
    _set_page(new, operation)
    _refit(chosen, Frame(governing).column_width, Frame(new).column_width)
    before = _before(document, chosen[0])
    if before is not None:
        _carry_section(document, before, copy.deepcopy(governing))
        unset(new, "w:titlePg", "w:headerReference", "w:footerReference")
        put(new, el("w:type", val=kind))
    last = chosen[-1]
    if find(last, "w:pPr/w:sectPr") is governing:
        put(properties(last), new)
        return new
    _carry_section(document, last, new)
    put(governing, el("w:type", val=kind))
    unset(governing, "w:titlePg", "w:headerReference", "w:footerReference")
    _unset_start(governing)
    return new


def _unset_start(section: etree._Element) -> None:
    """Page numbers go on after a new section."""
    numbers = find(section, "w:pgNumType")
    if numbers is not None:
        numbers.attrib.pop(q("w:start"), "")


def _before(document: Document, block: etree._Element) -> etree._Element | None:
    """What stands before a block in its section, None if nothing does."""
    body = document.body()
    top = block
    while (parent := top.getparent()) is not None and parent is not body:
        top = parent
    previous = top.getprevious()
    while previous is not None and local(previous) not in {"p", "tbl", "sdt"}:
        previous = previous.getprevious()
    if previous is None or find(previous, "w:pPr/w:sectPr") is not None:
        return None
    return previous


def _carry_section(document: Document, block: etree._Element, section: etree._Element) -> None:
    """Ends a section with a block: in the paragraph itself, or behind a table in a low paragraph of its own."""
    if local(block) == "p":
        put(properties(block), section)
        return
    carrier = paragraph(document, None, [])
    put(properties(carrier), el("w:spacing", before=0, after=0, line=20, lineRule="exact"), section)
    following = block.getnext()
    gap = following is not None and local(following) == "p" and not any(True for _ in elements(following, "w:r"))
    if gap and following is not None and find(following, "w:pPr/w:sectPr") is None and local(block) == "tbl":
        put(properties(following), section)
    else:
        block.addnext(carrier)


def _refit(members: list[etree._Element], before: int, after: int) -> None:
    """Tables and charts that filled the width fill the new one, in proportion."""
    if before == after:
        return
    for block in members:
        for table in [block] if local(block) == "tbl" else findall(block, "w:sdtContent/w:tbl"):
            columns = findall(table, "w:tblGrid/w:gridCol")
            sizes = [float(twips(value(column, "w:w"))) for column in columns]
            is_fixed = value(find(table, "w:tblPr/w:tblW"), "w:type") == "dxa"
            if is_fixed and sizes and _FULL_WIDTH * before <= sum(sizes) <= before / _FULL_WIDTH:
                tables.apply_widths(table, [size * after / sum(sizes) for size in sizes])
        for extent in elements(block, "wp:extent"):
            width = int(extent.get("cx", "0")) / EMU_PER_CM * TWIPS_PER_CM
            holder = extent.getparent()
            is_chart = holder is not None and any(True for _ in elements(holder, "c:chart"))
            if is_chart and _FULL_WIDTH * before <= width <= before / _FULL_WIDTH:
                extent.set("cx", str(round(after / TWIPS_PER_CM * EMU_PER_CM)))
        _retab(block, before, after)


def _retab(block: etree._Element, before: int, after: int) -> None:
    for tab in elements(block, "w:tab"):
        place = twips(value(tab, "w:pos"))
        if place == before and value(tab) == "right":
            tab.set(q("w:pos"), str(after))
        elif abs(place - before // 2) <= 1 and value(tab) == "center":
            tab.set(q("w:pos"), str(after // 2))


def apply_header_footer(document: Document, operation: operations.SetHeaderFooter) -> str:
    """Writes new header and footer parts for the whole document."""
    done = []
    for kind, bar in (("header", operation.header), ("footer", operation.footer)):
        if bar is not None:
            _set_bar(document, kind, bar)
            done.append(kind)
    if not done:
        raise OperationError("Nothing is set", where="set_header_footer", fix="Give a header or a footer.")
    return f"Set the {' and the '.join(done)}"


def _set_bar(document: Document, kind: str, bar: operations.Bar) -> None:
    document.edit_body()
    sections = document.sections()
    watermark = watermark_text(document) if kind == "header" else None
    name, identifier = _new_bar_part(document, kind)
    frame = Frame(sections[0])
    root = document.package.edit(name)
    root.append(_bar_paragraph(document, name, kind, bar, frame.text_width))
    for section in sections:
        for reference in findall(section, f"w:{kind}Reference"):
            if reference.get(q("w:type"), _ALWAYS) != "first":
                section.remove(reference)
                _drop_part(document, reference.get(q("r:id"), ""))
    _refer(sections[0], kind, _ALWAYS, identifier)
    if find(document.settings(), "w:evenAndOddHeaders") is not None:
        _refer(sections[0], kind, "even", identifier)
    _fit_bars(document)
    if watermark:
        set_watermark(document, watermark)


def _retab_bars(document: Document, section: etree._Element, before: int) -> None:
    """The section's own headers and footers reach over its new width."""
    after = Frame(section).text_width
    relations = document.package.relationships(document.main)
    for reference in [*findall(section, "w:headerReference"), *findall(section, "w:footerReference")]:
        relation = relations.get(reference.get(q("r:id"), ""))
        if before != after and relation is not None and document.package.has(relation.target):
            _retab_bar(document, document.package.edit(relation.target), before, after)


def _retab_bar(document: Document, bar: etree._Element, before: int, after: int) -> None:
    """Moves the tab stops to the new width, and clears those of the style that would stop a tab before them."""
    _retab(bar, before, after)
    for tabs in list(elements(bar, "w:tabs")):
        settings = tabs.getparent()
        style = path_value(settings, "w:pStyle") if settings is not None else None
        stops = {twips(value(tab, "w:pos")): value(tab) or "left" for tab in findall(tabs, "w:tab")}
        for place in _inherited_stops(document, style) - stops.keys():
            stops[place] = "clear"
        for tab in list(tabs):
            tabs.remove(tab)
        append_all(tabs, [el("w:tab", val=stops[place], pos=place) for place in sorted(stops)])


def _inherited_stops(document: Document, style: str | None) -> set[int]:
    chain = styles.chain(styles.by_id(document.styles()), style)
    return {twips(value(tab, "w:pos")) for one in chain for tab in findall(one, "w:pPr/w:tabs/w:tab")}


def _fit_bars(document: Document) -> None:
    """A section of another width gets headers and footers of its own, the same but for their tab stops; the sections
    behind it go back to those before."""
    sections = document.sections()
    usual = Frame(sections[0]).text_width
    for kind in ("header", "footer"):
        used = _bar_of(document, sections[0], kind)
        inherited = usual
        for section in sections[1:]:
            room = Frame(section).text_width
            own = _bar_of(document, section, kind)
            if own is not None or used is None:
                inherited = room if own is not None else inherited
                continue
            if room not in {usual, inherited}:
                _refer(section, kind, _ALWAYS, _copied_bar(document, used, kind, usual, room))
            elif room != inherited:
                _refer(section, kind, _ALWAYS, used)
            inherited = room


def _bar_of(document: Document, section: etree._Element, kind: str) -> str | None:
    """The relationship of a section's own header or footer."""
    for reference in findall(section, f"w:{kind}Reference"):
        if reference.get(q("w:type"), _ALWAYS) == _ALWAYS:
            relation = document.package.relationships(document.main).get(reference.get(q("r:id"), ""))
            return relation.id if relation is not None and document.package.has(relation.target) else None
    return None


def _copied_bar(document: Document, identifier: str, kind: str, before: int, after: int) -> str:
    relation = document.package.relationships(document.main).get(identifier)
    assert relation is not None  # noqa: S101 - `_bar_of` found it
    name, copied = _new_bar_part(document, kind)
    root, theirs = document.package.edit(name), document.package.relationships(relation.target)
    for child in document.package.tree(relation.target):
        root.append(copy.deepcopy(child))
    ours = document.package.relationships(name)
    for element in root.iter():
        for attribute in (q("r:id"), q("r:embed"), q("r:link")):
            linked = theirs.get(element.get(attribute, "")) if isinstance(element.tag, str) else None
            if linked is not None:
                element.set(attribute, ours.add(linked.type, linked.target, external=linked.external))
    _retab_bar(document, root, before, after)
    return copied


def _new_bar_part(document: Document, kind: str) -> tuple[str, str]:
    name = document.new_part_name(kind + "{}.xml")
    root = part_root("w:hdr" if kind == "header" else "w:ftr")
    content_type = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    document.package.put(name, root, content_type)
    return name, document.package.relationships(document.main).add(kind, name)


def _refer(section: etree._Element, kind: str, page: str, identifier: str) -> None:
    reference = el(f"w:{kind}Reference", type=page, r_id=identifier)
    section.insert(0 if kind == "header" else len(findall(section, "w:headerReference")), reference)


def _drop_part(document: Document, identifier: str) -> None:
    """Removes a header or footer that no section refers to any more."""
    if any(r.get(q("r:id")) == identifier for s in document.sections() for r in s):
        return
    relations = document.package.relationships(document.main)
    relation = relations.get(identifier)
    if relation is not None and not relation.external and document.package.has(relation.target):
        document.package.remove(relation.target)
        relations.remove(identifier)


def _bar_paragraph(document: Document, part: str, kind: str, bar: operations.Bar, width: int) -> etree._Element:
    writer = TextWriter(document, part)
    content: list[etree._Element] = []
    if bar.logo:
        room = width / TWIPS_PER_CM / 3
        content.append(
            images.picture_run(
                document, bar.logo, "Logo", part=part, width_cm=None, room_cm=room, tallest_cm=_LOGO_HEADER_CM
            )
        )
        content += [run("  ")] if bar.left else []
    content += writer.runs(bar.left, fields=True)
    if bar.center:
        content += [run("\t"), *writer.runs(bar.center, fields=True)]
    if bar.right:
        content += [run("\t"), *writer.runs(bar.right, fields=True)]
    element = paragraph(document, document.style(kind), content)
    put(properties(element), _bar_tabs(document, kind, width, center=bool(bar.center)))
    if bar.logo and kind == "header":
        put(properties(element), el("w:spacing", before=0, after=_BELOW_LOGO_TWIPS))
    return element


def _bar_tabs(document: Document, kind: str, width: int, *, center: bool) -> etree._Element:
    """Tab stops at the right edge and, if something stands there, in the middle; those of the style elsewhere are
    cleared."""
    wanted = ({width // 2: "center"} if center else {}) | {width: "right"}
    inherited = _inherited_stops(document, document.style(kind))
    stops = {place: "clear" for place in inherited if place not in wanted} | wanted
    return el("w:tabs", *(el("w:tab", val=stops[place], pos=place) for place in sorted(stops)))


def set_watermark(document: Document, text: str | None) -> str:
    """Puts a pale text behind every page, or takes it away."""
    document.edit_body()
    for name in _header_parts(document):
        for holder in [r for r in elements(document.package.tree(name), "w:r") if _is_watermark(r)]:
            document.package.edit(name)
            remove(holder)
    if not text:
        return "Took the watermark away"
    first, *_ = document.sections()
    needed = [_ALWAYS] + (["first"] if find(first, "w:titlePg") is not None else [])
    if find(document.settings(), "w:evenAndOddHeaders") is not None:
        needed.append("even")
    present = {r.get(q("w:type"), _ALWAYS) for r in findall(first, "w:headerReference")}
    for page in needed:
        if page not in present:
            name, identifier = _new_bar_part(document, "header")
            document.package.edit(name).append(paragraph(document, document.style("header"), []))
            _refer(first, "header", page, identifier)
    for number, name in enumerate(_header_parts(document), start=1):
        root = document.package.edit(name)
        target = next(elements(root, "w:p"), None)
        if target is None:
            target = paragraph(document, document.style("header"), [])
            root.append(target)
        target.append(_watermark_run(text, number))
    return f"Set the watermark {text!r}"


def _header_parts(document: Document) -> list[str]:
    relations = document.package.relationships(document.main).of_type("header")
    return list(dict.fromkeys(r.target for r in relations if not r.external and document.package.has(r.target)))


def _is_watermark(element: etree._Element) -> bool:
    return any(_WATERMARK in shape.get("id", "") for shape in elements(element, "v:shape"))


def watermark_text(document: Document) -> str | None:
    """The text of the watermark, None if there is none."""
    for name in _header_parts(document):
        for holder in elements(document.package.tree(name), "w:r"):
            if _is_watermark(holder):
                return next((text for path in elements(holder, "v:textpath") if (text := path.get("string"))), None)
    return None


def _watermark_run(text: str, number: int) -> etree._Element:
    width = min(480, 70 + 52 * len(text))
    height = max(60, round(width / max(2.0, len(text) * 0.62)))
    markup = (
        f'<w:r xmlns:w="{NAMESPACES["w"]}" xmlns:v="{NAMESPACES["v"]}" xmlns:o="{NAMESPACES["o"]}">'
        "<w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="{_WATERMARK}{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" alt="" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;rotation:315;'
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d8dce1" '
        'stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt"/>'
        "</v:shape></w:pict></w:r>"
    )
    element = etree.fromstring(markup)
    for path in elements(element, "v:textpath"):
        if path.get("on") is None:
            path.set("string", text)
    return element
