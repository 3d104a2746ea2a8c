"""DrawingML as text: paragraphs, shapes, pictures, icons, groups. Everything given by a user is escaped here."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from overten.documents.slides.geometry import Box

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# Words in bold, or an asterisk that is no mark.
_MARK = re.compile(r"\\\*|\*\*((?:\\\*|[^\\\n]|\\(?!\*))+?)\*\*")
_ANCHORS = {"top": "t", "middle": "ctr", "bottom": "b"}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `**words**` in its text are bold, `\\*` is an asterisk. What is None is inherited.

    `size` and `space_before` are in points; `level` counts from 0; `bullet` None inherits, "" is none, "•" that sign.
    `indent` is the hanging indent of a bullet in EMU.
    """

    text: str
    size: float | None = None
    ink: str | None = None
    bold: bool | None = None
    align: str | None = None
    level: int = 0
    bullet: str | None = None
    space_before: float | None = None
    font: str | None = None
    line_percent: int | None = None
    indent: int = 171_450
    italic: bool | None = None

    def at(self, size: float) -> Paragraph:
        return replace(self, size=size)


def runs_of(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is bold."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    shown = ""
    for found in _MARK.finditer(text):
        shown += text[end : found.start()]
        end = found.end()
        if found[1] is None:
            shown += "*"
        else:
            pieces += [(shown, False), (_without_escapes(found[1]), True)]
            shown = ""
    pieces.append((shown + text[end:], False))
    return [(piece, bold) for piece, bold in pieces if piece] or [("", False)]


def plain(text: str) -> str:
    """The text as it is read, without marks."""
    return "".join(piece for piece, _ in runs_of(text))


def escaped(text: str) -> str:
    """The text with marks that show it as it is, its asterisks included."""
    return text.replace("*", r"\*")


def _without_escapes(text: str) -> str:
    return text.replace(r"\*", "*")


def fill_xml(ink: str | None) -> str:
    """A solid fill, or none."""
    if ink is None:
        return "<a:noFill/>"
    return f"<a:solidFill>{color_xml(ink)}</a:solidFill>"


def color_xml(ink: str) -> str:
    role, _, luminances = ink.partition(":")
    if role.startswith("#"):
        return f'<a:srgbClr val="{role[1:]}"/>'
    modulate, _, offset = luminances.partition("+")
    inner = f'<a:lumMod val="{int(modulate) * 1000}"/>' if modulate else ""
    inner += f'<a:lumOff val="{int(offset) * 1000}"/>' if offset else ""
    return f'<a:schemeClr val="{role}">{inner}</a:schemeClr>' if inner else f'<a:schemeClr val="{role}"/>'


def run_properties(tag: str, paragraph: Paragraph, bold: bool = False) -> str:
    attributes = ' lang="en-US" dirty="0"' if tag == "rPr" else ""
    if paragraph.size is not None:
        attributes += f' sz="{round(paragraph.size * 100)}"'
    if bold or paragraph.bold is not None:
        attributes += f' b="{int(bold or bool(paragraph.bold))}"'
    if paragraph.italic is not None:
        attributes += f' i="{int(paragraph.italic)}"'
    inner = fill_xml(paragraph.ink) if paragraph.ink else ""
    inner += f"<a:latin typeface={quoteattr(paragraph.font)}/>" if paragraph.font else ""
    return f"<a:{tag}{attributes}>{inner}</a:{tag}>"


def paragraph_xml(paragraph: Paragraph) -> str:
    attributes = f' lvl="{paragraph.level}"' if paragraph.level else ""
    if paragraph.bullet:
        margin = paragraph.indent * (paragraph.level + 1)
        attributes = f' marL="{margin}"{attributes} indent="-{paragraph.indent}"'
    elif paragraph.bullet == "":
        attributes = f' marL="0"{attributes} indent="0"'
    if paragraph.align:
        attributes += f' algn="{ {"left": "l", "center": "ctr", "right": "r"}[paragraph.align] }"'
    inner = f'<a:lnSpc><a:spcPct val="{paragraph.line_percent * 1000}"/></a:lnSpc>' if paragraph.line_percent else ""
    if paragraph.space_before is not None:
        inner += f'<a:spcBef><a:spcPts val="{round(paragraph.space_before * 100)}"/></a:spcBef>'
    if paragraph.bullet:
        inner += f'<a:buFont typeface="Arial"/><a:buChar char={quoteattr(paragraph.bullet)}/>'
    elif paragraph.bullet == "":
        inner += "<a:buNone/>"
    runs = ""
    for text, bold in runs_of(paragraph.text):
        for number, line in enumerate(text.split("\n")):
            runs += f"<a:br>{run_properties('rPr', paragraph, bold)}</a:br>" if number else ""
            if line:
                runs += f"<a:r>{run_properties('rPr', paragraph, bold)}<a:t>{escape(line)}</a:t></a:r>"
    properties = f"<a:pPr{attributes}>{inner}</a:pPr>" if attributes or inner else ""
    return f"<a:p>{properties}{runs or run_properties('endParaRPr', paragraph)}</a:p>"


def text_body(
    paragraphs: Iterable[Paragraph],
    *,
    tag: str = "p:txBody",
    anchor: str = "top",
    insets: tuple[int, int, int, int] = (0, 0, 0, 0),
    inherit: bool = False,
) -> str:
    """A text body; with `inherit` its frame is the placeholder's. Insets: left, top, right, bottom."""
    left, top, right, bottom = insets
    frame = "<a:bodyPr/>"
    if not inherit:
        frame = (
            f'<a:bodyPr wrap="square" lIns="{left}" tIns="{top}" rIns="{right}" bIns="{bottom}" rtlCol="0" '
            f'anchor="{_ANCHORS[anchor]}"><a:noAutofit/></a:bodyPr>'
        )
    told = paragraphs if inherit else [_told(paragraph) for paragraph in paragraphs]
    content = "".join(paragraph_xml(paragraph) for paragraph in told) or "<a:p/>"
    return f"<{tag}>{frame}<a:lstStyle/>{content}</{tag}>"


def _told(paragraph: Paragraph) -> Paragraph:
    """The paragraph with all its looks stated: what text boxes inherit differs from deck to deck."""
    return replace(
        paragraph,
        align=paragraph.align or "left",
        bold=bool(paragraph.bold),
        italic=bool(paragraph.italic),
        font=paragraph.font or "+mn-lt",
    )


def transform(box: Box, tag: str = "a:xfrm") -> str:
    return f'<{tag}><a:off x="{box.x}" y="{box.y}"/><a:ext cx="{box.w}" cy="{box.h}"/></{tag}>'


def line_xml(ink: str | None, width: int = 9_525, dash: str | None = None) -> str:
    if ink is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{width}">{fill_xml(ink)}{dashed}</a:ln>'


def _identity(element_id: int, name: str, alt: str | None) -> str:
    # A shape that says nothing beyond its place is marked as decoration, for readers of the screen.
    described = f" descr={quoteattr(alt)}" if alt else ""
    return f'<p:cNvPr id="{element_id}" name={quoteattr(name)}{described}/>'


def shape_xml(
    element_id: int,
    name: str,
    box: Box,
    *,
    preset: str = "rect",
    fill: str | None = None,
    line: str | None = None,
    line_width: int = 9_525,
    body: str | None = None,
    adjust: dict[str, int] | None = None,
    alt: str | None = None,
    text_box: bool = False,
) -> str:
    """A shape, or with `text_box` a text box."""
    guides = "".join(f'<a:gd name="{key}" fmla="val {value}"/>' for key, value in (adjust or {}).items())
    kind = ' txBox="1"' if text_box else ""
    empty = (
        '<p:txBody><a:bodyPr rtlCol="0" anchor="ctr"/><a:lstStyle/><a:p><a:endParaRPr lang="en-US"/></a:p></p:txBody>'
    )
    return (
        f"<p:sp><p:nvSpPr>{_identity(element_id, name, alt)}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
        f'<p:spPr>{transform(box)}<a:prstGeom prst="{preset}"><a:avLst>{guides}</a:avLst></a:prstGeom>'
        f"{fill_xml(fill)}{line_xml(line, line_width)}</p:spPr>{body or empty}</p:sp>"
    )


def rule_xml(element_id: int, name: str, box: Box, ink: str, width: int = 9_525, dash: str | None = None) -> str:
    """A straight line from the box's top left to its bottom right."""
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{_identity(element_id, name, None)}<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr>"
        f'{transform(box)}<a:prstGeom prst="line"><a:avLst/></a:prstGeom>{line_xml(ink, width, dash)}</p:spPr>'
        f"</p:cxnSp>"
    )


def placeholder_xml(element_id: int, name: str, kind: str, index: int | None, body: str, box: Box | None = None) -> str:
    """A text placeholder; without a box it stands where its layout says."""
    return (
        f'<p:sp><p:nvSpPr>{_identity(element_id, name, None)}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr>{ph_xml(kind, index)}</p:nvPr></p:nvSpPr>"
        f"<p:spPr>{transform(box) if box else ''}</p:spPr>{body}</p:sp>"
    )


def ph_xml(kind: str, index: int | None) -> str:
    return f'<p:ph type="{kind}"' + (f' idx="{index}"' if index is not None else "") + "/>"


def picture_xml(
    element_id: int,
    name: str,
    relation_id: str,
    box: Box,
    *,
    alt: str,
    crop: tuple[int, int, int, int] = (0, 0, 0, 0),
    placeholder: str = "",
    preset: str = "rect",
) -> str:
    """A picture. `crop` is what is cut off left, top, right, bottom, in thousandths of a percent."""
    edges = "".join(f' {key}="{value}"' for key, value in zip("ltrb", crop, strict=True) if value)
    return (
        f"<p:pic><p:nvPicPr>{_identity(element_id, name, alt)}"
        f'<p:cNvPicPr><a:picLocks noGrp="{int(bool(placeholder))}" noChangeAspect="1"/></p:cNvPicPr>'
        f'<p:nvPr>{placeholder}</p:nvPr></p:nvPicPr><p:blipFill><a:blip r:embed="{relation_id}"/>'
        f"<a:srcRect{edges}/><a:stretch><a:fillRect/></a:stretch></p:blipFill>"
        f'<p:spPr>{transform(box)}<a:prstGeom prst="{preset}"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def cover_crop(width: int, height: int, box: Box) -> tuple[int, int, int, int]:
    """The crop by which a picture of `width` x `height` pixels fills a box without distortion, centred."""
    wanted, given = box.w / box.h, width / height
    if given > wanted:
        cut = round((1 - wanted / given) / 2 * 100_000)
        return cut, 0, cut, 0
    cut = round((1 - given / wanted) / 2 * 100_000)
    return 0, cut, 0, cut


def contained(width: int, height: int, box: Box, horizontal: str = "left", vertical: str = "top") -> Box:
    """The largest box of the picture's proportions within another."""
    scale = min(box.w / width, box.h / height)
    w, h = round(width * scale), round(height * scale)
    x = {"left": box.x, "center": box.x + (box.w - w) // 2, "right": box.right - w}[horizontal]
    y = {"top": box.y, "middle": box.y + (box.h - h) // 2, "bottom": box.bottom - h}[vertical]
    return Box(x, y, w, h)


def frame_xml(element_id: int, name: str, box: Box, content: str, uri: str, *, alt: str, placeholder: str = "") -> str:
    """A graphic frame: a chart or a table."""
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr>{_identity(element_id, name, alt)}"
        f'<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr>{placeholder}</p:nvPr>'
        f"</p:nvGraphicFramePr>{transform(box, 'p:xfrm')}"
        f'<a:graphic><a:graphicData uri="{uri}">{content}</a:graphicData></a:graphic></p:graphicFrame>'
    )


def group_xml(element_id: int, name: str, box: Box, members: Sequence[str], alt: str | None = None) -> str:
    """Shapes as one group whose own coordinates are the slide's."""
    return (
        f"<p:grpSp><p:nvGrpSpPr>{_identity(element_id, name, alt)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm>"
        f'<a:off x="{box.x}" y="{box.y}"/><a:ext cx="{box.w}" cy="{box.h}"/>'
        f'<a:chOff x="{box.x}" y="{box.y}"/><a:chExt cx="{box.w}" cy="{box.h}"/></a:xfrm></p:grpSpPr>'
        f"{''.join(members)}</p:grpSp>"
    )


@functools.cache
def _icons() -> tuple[int, dict[str, str]]:
    content = json.loads(files(__package__).joinpath("icons.json").read_text("utf-8"))
    return content["units"], content["icons"]


def icon_names() -> list[str]:
    """The icons there are."""
    return list(_icons()[1])


def icon_xml(element_id: int, name: str, box: Box, icon: str, ink: str, width: int = 19_050) -> str:
    """An icon as vector outlines that take the theme's colour. Raises KeyError for an icon there is not."""
    units, icons = _icons()
    words = icons[icon].split()
    path, index = "", 0
    tags = {"M": ("moveTo", 1), "L": ("lnTo", 1), "C": ("cubicBezTo", 3), "Q": ("quadBezTo", 2)}
    while index < len(words):
        word = words[index]
        index += 1
        if word == "Z":
            path += "<a:close/>"
            continue
        tag, count = tags[word]
        numbers = words[index : index + 2 * count]
        index += 2 * count
        points = "".join(f'<a:pt x="{x}" y="{y}"/>' for x, y in zip(numbers[::2], numbers[1::2], strict=True))
        path += f"<a:{tag}>{points}</a:{tag}>"
    line = f'<a:ln w="{width}" cap="rnd">{fill_xml(ink)}<a:round/></a:ln>'
    return (
        f"<p:sp><p:nvSpPr>{_identity(element_id, name, None)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{transform(box)}"
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{units}" h="{units}" fill="none">{path}</a:path></a:pathLst></a:custGeom>'
        f"<a:noFill/>{line}</p:spPr></p:sp>"
    )


def element(xml: str) -> etree._Element:
    """The element of a fragment that uses the prefixes a, r and p."""
    root = etree.fromstring(f"<x {NAMESPACES}>{xml}</x>".encode(), etree.XMLParser(resolve_entities=False))
    return root[0]
