"""The package a new deck starts from: presentation, master, layouts and theme, written from `layouts`."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from overten.documents.ooxml.package import Package, new_package
from overten.documents.slides.drawing import (
    NAMESPACES,
    Paragraph,
    fill_xml,
    ph_xml,
    rule_xml,
    shape_xml,
    text_body,
    transform,
)
from overten.documents.slides.geometry import CONTENT, FOOTER_TOP, HEIGHT, MARGIN, TITLE, WIDTH, Box
from overten.documents.slides.layouts import DATE, FOOTER, LAYOUTS, NUMBER, TITLE_SIZE, Layout, Slot
from overten.documents.slides.theme import Theme, theme_xml

_TYPES = "application/vnd.openxmlformats-officedocument.presentationml."
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_LEVELS = 9
_NUMBER_FIELD = (
    '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-US"/><a:t>‹#›</a:t></a:fld>'
)
SLIDE_TYPE = f"{_TYPES}slide+xml"
NOTES_TYPE = f"{_TYPES}notesSlide+xml"
NOTES_MASTER_TYPE = f"{_TYPES}notesMaster+xml"
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_FIRST_LAYOUT_ID = 2147483649
_GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" '
    'y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_MAP = (
    'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" '
    'accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"'
)


def base_package(theme: Theme, title: str) -> Package:
    """A deck without slides."""
    layouts = list(LAYOUTS.values())
    names = [f"ppt/slideLayouts/slideLayout{number}.xml" for number in range(1, len(layouts) + 1)]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(names),
        "_rels/.rels": _relationships(
            [
                (f"{_RELS}officeDocument", "ppt/presentation.xml"),
                (
                    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                    "docProps/core.xml",
                ),
                (f"{_RELS}extended-properties", "docProps/app.xml"),
            ]
        ),
        "docProps/app.xml": _HEAD + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><Application>Overten</Application></Properties>',
        "docProps/core.xml": core_xml(title),
        "ppt/presentation.xml": _presentation(),
        "ppt/_rels/presentation.xml.rels": _relationships(
            [
                (f"{_RELS}slideMaster", "slideMasters/slideMaster1.xml"),
                (f"{_RELS}presProps", "presProps.xml"),
                (f"{_RELS}viewProps", "viewProps.xml"),
                (f"{_RELS}theme", "theme/theme1.xml"),
                (f"{_RELS}tableStyles", "tableStyles.xml"),
            ]
        ),
        "ppt/presProps.xml": f"{_HEAD}<p:presentationPr {NAMESPACES}/>",
        "ppt/viewProps.xml": f"{_HEAD}<p:viewPr {NAMESPACES}/>",
        "ppt/tableStyles.xml": f'{_HEAD}<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'def="{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"/>',
        "ppt/theme/theme1.xml": theme_xml(theme),
        "ppt/slideMasters/slideMaster1.xml": _master(len(layouts)),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relationships(
            [(f"{_RELS}slideLayout", f"../slideLayouts/{name.rsplit('/', 1)[1]}") for name in names]
            + [(f"{_RELS}theme", "../theme/theme1.xml")]
        ),
    }
    for name, layout in zip(names, layouts, strict=True):
        parts[name] = layout_xml(layout)
        parts[f"ppt/slideLayouts/_rels/{name.rsplit('/', 1)[1]}.rels"] = _relationships(
            [(f"{_RELS}slideMaster", "../slideMasters/slideMaster1.xml")]
        )
    return new_package({name: part.encode() if isinstance(part, str) else part for name, part in parts.items()})


def core_xml(title: str) -> str:
    """The core properties. Without dates, so that equal decks have equal bytes."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )


def _content_types(layouts: list[str]) -> str:
    overrides = {
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "ppt/presentation.xml": f"{_TYPES}presentation.main+xml",
        "ppt/presProps.xml": f"{_TYPES}presProps+xml",
        "ppt/viewProps.xml": f"{_TYPES}viewProps+xml",
        "ppt/tableStyles.xml": f"{_TYPES}tableStyles+xml",
        "ppt/theme/theme1.xml": THEME_TYPE,
        "ppt/slideMasters/slideMaster1.xml": f"{_TYPES}slideMaster+xml",
        **dict.fromkeys(layouts, f"{_TYPES}slideLayout+xml"),
    }
    parts = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relationships(targets: list[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return (
        f"{_HEAD}<Relationships "
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
    )


def _presentation() -> str:
    levels = "".join(
        f'<a:lvl{n}pPr marL="{(n - 1) * 457_200}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" '
        f'hangingPunct="1">'
        f'<a:defRPr sz="1800" kern="1200">{fill_xml("tx1")}<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        f'<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl{n}pPr>'
        for n in range(1, _LEVELS + 1)
    )
    return (
        f'{_HEAD}<p:presentation {NAMESPACES} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId '
        f'id="2147483648" r:id="rId1"/>'
        f'</p:sldMasterIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/><p:notesSz cx="6858000" cy="9144000"/>'
        f"<p:defaultTextStyle>{levels}</p:defaultTextStyle></p:presentation>"
    )


def _run(size: float, ink: str, *, bold: bool = False, heading: bool = False) -> str:
    face = "mj" if heading else "mn"
    return (
        f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}" kern="1200">{fill_xml(ink)}<a:latin '
        f'typeface="+{face}-lt"/>'
        f'<a:ea typeface="+{face}-ea"/><a:cs typeface="+{face}-cs"/></a:defRPr>'
    )


def _body_levels(size: float, ink: str, spacing: int) -> str:
    """Bullets in the accent colour that can be read, then dashes; sub-points a step smaller and closer."""
    levels = ""
    for n in range(1, _LEVELS + 1):
        margin = 228_600 + (min(n, 5) - 1) * 228_600
        bullet = "•" if n % 2 else "–"
        small = size if n == 1 else max(size - 2, 12)
        levels += (
            f'<a:lvl{n}pPr marL="{margin}" indent="-228600" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
            f'latinLnBrk="0" '
            f'hangingPunct="1"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts '
            f'val="{spacing if n == 1 else 400}"/>'
            f'</a:spcBef><a:buClr><a:schemeClr val="hlink"/></a:buClr><a:buFont typeface="Arial"/><a:buChar '
            f'char="{bullet}"/>'
            f"{_run(small, ink)}</a:lvl{n}pPr>"
        )
    return levels


def _master(layouts: int) -> str:
    other = "".join(
        f'<a:lvl{n}pPr marL="{(n - 1) * 457_200}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" '
        f'hangingPunct="1">'
        f"{_run(18, 'tx1')}</a:lvl{n}pPr>"
        for n in range(1, _LEVELS + 1)
    )
    title = (
        '<a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:lnSpc>'
        '<a:spcPct val="95000"/>'
        f'</a:lnSpc><a:spcBef><a:spcPct val="0"/></a:spcBef>'
        f"<a:buNone/>{_run(TITLE_SIZE, 'tx2', bold=True, heading=True)}</a:lvl1pPr>"
    )
    shapes = _placeholder(
        2,
        Slot("title", "title", None, "Title", TITLE, TITLE_SIZE, "tx2", True, prompt="Click to add a headline"),
        False,
    )
    body = Slot("body", "body", 1, "Text", CONTENT, 18, bulleted=True)
    shapes += _placeholder(3, body, False)
    shapes += _furniture(4, with_styles=True)
    ids = "".join(
        f'<p:sldLayoutId id="{_FIRST_LAYOUT_ID + number}" r:id="rId{number + 1}"/>' for number in range(layouts)
    )
    return (
        f"{_HEAD}<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr>{fill_xml('bg1')}<a:effectLst/></p:bgPr></p:bg>"
        f"<p:spTree>{_GROUP}"
        f"{shapes}</p:spTree></p:cSld><p:clrMap {_MAP}/><p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>"
        '<p:hf hdr="0" dt="0"/>'
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{_body_levels(18, 'tx1', 900)}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles></p:sldMaster>"
    )


def _furniture(first_id: int, *, with_styles: bool = False) -> str:
    """Date, footer and slide number: on the master with their looks, on a layout to be inherited."""
    shapes = ""
    for offset, (kind, index, name, box, align, text) in enumerate(
        (
            ("dt", 10, "Date", DATE, "r", ""),
            ("ftr", 11, "Footer", FOOTER, "l", ""),
            ("sldNum", 12, "Slide Number", NUMBER, "r", _NUMBER_FIELD),
        )
    ):  # fmt: skip
        size = "quarter" if kind != "dt" else "half"
        style = frame = ""
        place = offset + 2 if with_styles else index
        if with_styles:
            frame = transform(box) + '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            style = (
                '<a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr"/><a:lstStyle>'
                f'<a:lvl1pPr algn="{align}">{_run(10, "tx1:75+25")}</a:lvl1pPr></a:lstStyle>'
            )
        content = text or '<a:endParaRPr lang="en-US"/>'
        shapes += (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{first_id + offset}" name="{name} '
            f'Placeholder {first_id + offset - 1}"/><p:cNvSpPr>'
            f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" sz="{size}" idx="{place}"/></p:nvPr>'
            f"</p:nvSpPr>"
            f"<p:spPr>{frame}</p:spPr><p:txBody>{style or '<a:bodyPr/><a:lstStyle/>'}<a:p>{content}</a:p>"
            f"</p:txBody></p:sp>"
        )
    return shapes


def _placeholder(element_id: int, slot: Slot, on_layout: bool = True) -> str:
    anchor = {"top": "t", "middle": "ctr", "bottom": "b"}[slot.anchor]
    fit = "<a:normAutofit/>" if slot.kind in {"body", "obj", "title", "ctrTitle", "subTitle"} else "<a:noAutofit/>"
    frame = (
        f'<a:bodyPr vert="horz" lIns="{slot.insets}" tIns="{slot.insets}" rIns="{slot.insets}" '
        f'bIns="{slot.insets}" rtlCol="0" '
        f'anchor="{anchor}">{fit}</a:bodyPr>'
    )
    if not on_layout:
        style = "<a:lstStyle/>"
    elif slot.bulleted:
        style = f"<a:lstStyle>{_body_levels(slot.size, slot.ink, slot.spacing)}</a:lstStyle>"
    else:
        align = "ctr" if slot.align == "center" else "l"
        line = f'<a:lnSpc><a:spcPct val="{slot.line_percent * 1000}"/></a:lnSpc>'
        style = (
            f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}">{line}<a:spcBef><a:spcPts val="0"/></a:spcBef>'
            f"<a:buNone/>"
            f"{_run(slot.size, slot.ink, bold=slot.bold, heading=slot.heading)}</a:lvl1pPr></a:lstStyle>"
        )
    kind = "" if slot.kind == "obj" else slot.kind
    ph = f'<p:ph idx="{slot.index}"/>' if not kind else ph_xml(slot.kind, slot.index)
    geometry = transform(slot.box) + ('<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>' if not on_layout else "")
    if slot.kind == "pic":
        geometry += fill_xml("bg2")
    prompt = "Click the icon to add a picture" if slot.kind == "pic" else slot.prompt
    custom = ' hasCustomPrompt="1"' if on_layout and not slot.bulleted and slot.kind not in {"tbl", "chart"} else ""
    ph = ph.replace("/>", f"{custom}/>")
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{element_id}" '
        f"name={quoteattr(f'{slot.name} Placeholder {element_id - 1}')}/><p:cNvSpPr>"
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{ph}</p:nvPr></p:nvSpPr><p:spPr>{geometry}</p:spPr>'
        f"<p:txBody>{frame}{style}"
        f'<a:p><a:pPr lvl="0"/><a:r><a:rPr lang="en-US"/><a:t>{escape(prompt)}</a:t></a:r></a:p></p:txBody></p:sp>'
    )


def layout_xml(layout: Layout) -> str:
    """The part of one layout."""
    shapes, number = "", 2
    for piece in layout.decoration:
        adjust = {"adj1": 50_000, "adj2": 0} if piece.preset.startswith("round2") else None
        body = text_body([Paragraph(piece.text, size=piece.size, ink="bg1", font="+mj-lt")]) if piece.text else None
        shapes += shape_xml(
            number, "Decoration", piece.box, fill=piece.ink, preset=piece.preset, adjust=adjust, body=body
        )
        number += 1
    if layout.furniture:
        shapes += rule_xml(
            number, "Footer rule", Box(MARGIN, FOOTER_TOP - 64_008, WIDTH - 2 * MARGIN, 0), "bg1:85", 6_350
        )
        number += 1
    for slot in layout.slots:
        shapes += _placeholder(number, slot)
        number += 1
    if layout.furniture:
        shapes += _furniture(number)
    background = ""
    if layout.background:
        background = f"<p:bg><p:bgPr>{fill_xml(layout.background)}<a:effectLst/></p:bgPr></p:bg>"
    kind = f' type="{layout.kind}"' if layout.kind else ' userDrawn="1"'
    return (
        f'{_HEAD}<p:sldLayout {NAMESPACES}{kind} preserve="1"><p:cSld '
        f"name={quoteattr(layout.name)}>{background}<p:spTree>{_GROUP}"
        f"{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )
