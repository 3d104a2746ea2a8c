"""Our designed styles, and finding the style that plays a part in any document.

Styles are named by their role (`heading1`, `caption`). A document's own style of that name is taken if there is one;
else ours is added, with what it is based on. Ours take colours and fonts from the theme, so they suit the document they
are added to.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from overten.documents.word.xml import NAMESPACES, el, find, findall, path_value, q, value

# Colours as the theme's slots; the hex values are for readers that do not resolve themes and are filled in by
# `styles_xml` from the theme the document has.
_DARK, _ACCENT, _PALE, _MUTED = "text2", "accent1", "background2", "muted"
_SLOTS = {_DARK: "dk2", _ACCENT: "accent1", _PALE: "lt2", "hyperlink": "hlink", "text1": "dk1", "accent2": "accent2"}
MUTED_HEX = "5B6470"
_RULE_HEX = "D5DAE0"
_TONES = {"tip": ("2E7D5B", "EEF7F2"), "warning": ("B7791F", "FDF6E7")}


class Style(NamedTuple):
    """`id` and `name` as Word knows them, `kind` paragraph, character, table or numbering; `body` the XML inside."""

    id: str
    name: str
    kind: str
    body: str
    needs: tuple[str, ...] = ()


def _color(slot: str) -> str:
    if slot == _MUTED:
        return f'<w:color w:val="{MUTED_HEX}"/>'
    return f'<w:color w:val="[{slot}]" w:themeColor="{slot}"/>'


def _fill(slot: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="[{slot}]" w:themeFill="{slot}"/>'


def _border(side: str, size: int, slot: str, space: int = 0) -> str:
    color = f'w:color="{_RULE_HEX}"' if slot == "rule" else f'w:color="[{slot}]" w:themeColor="{slot}"'
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" {color}/>'


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _fonts(kind: str) -> str:
    return (
        f'<w:rFonts w:asciiTheme="{kind}HAnsi" w:hAnsiTheme="{kind}HAnsi" w:eastAsiaTheme="{kind}EastAsia" '
        f'w:cstheme="{kind}Bidi"/>'
    )


def _spacing(before: float, after: float, line: float | None = None) -> str:
    lines = f' w:line="{round(line * 240)}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{lines}/>'


_BOLD = "<w:b/><w:bCs/>"
_MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'


def _heading(level: int, points: float, before: float, after: float, looks: str) -> Style:
    body = (
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/>'
        f"<w:pPr><w:keepNext/><w:keepLines/>{_spacing(before, after, 1.08)}"
        f'<w:contextualSpacing w:val="0"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f"<w:rPr>{_fonts('major')}{looks}{_size(points)}</w:rPr>"
    )
    return Style(f"Heading{level}", f"heading {level}", "paragraph", body)


def _paragraph(
    id: str, name: str, ppr: str = "", rpr: str = "", *, based_on: str = "Normal", next: str = "", priority: int = 30,
    quick: bool = True, needs: tuple[str, ...] = (),
) -> Style:  # fmt: skip
    follows = f'<w:next w:val="{next}"/>' if next else ""
    body = f'<w:basedOn w:val="{based_on}"/>{follows}<w:uiPriority w:val="{priority}"/>'
    body += "<w:qFormat/>" if quick else "<w:unhideWhenUsed/>"
    body += f"<w:pPr>{ppr}</w:pPr>" if ppr else ""
    body += f"<w:rPr>{rpr}</w:rPr>" if rpr else ""
    return Style(id, name, "paragraph", body, needs)


def _character(id: str, name: str, rpr: str, *, priority: int = 30, quick: bool = False) -> Style:
    flag = "<w:qFormat/>" if quick else "<w:unhideWhenUsed/>"
    return Style(id, name, "character", f'<w:uiPriority w:val="{priority}"/>{flag}<w:rPr>{rpr}</w:rPr>')


def _boxed(edge: str, ground: str, *, inset: int = 9) -> str:
    """Borders of a tinted box: a strong left edge, and edges in the colour of the ground that make room inside."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="{space}" {ground}/>'
        for side, space in (("top", inset - 2),)
    )  # fmt: skip
    left = f'<w:left w:val="single" w:sz="24" w:space="{inset}" {edge}/>'
    rest = f'<w:bottom w:val="single" w:sz="4" w:space="{inset - 2}" {ground}/>'
    rest += f'<w:right w:val="single" w:sz="4" w:space="{inset}" {ground}/>'
    return f"<w:pBdr>{sides}{left}{rest}</w:pBdr>"


def _callout(tone: str) -> str:
    if tone == "note":
        edge, ground = f'w:color="[{_ACCENT}]" w:themeColor="{_ACCENT}"', f'w:color="[{_PALE}]" w:themeColor="{_PALE}"'
        fill = _fill(_PALE)
    else:
        strong, pale = _TONES[tone]
        edge, ground = f'w:color="{strong}"', f'w:color="{pale}"'
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{pale}"/>'
    return f'<w:keepLines/>{_boxed(edge, ground)}{fill}{_spacing(0, 0, 1.15)}<w:ind w:left="240" w:right="200"/>'


def _list(name: str, number: int, level: int) -> Style:
    suffix = str(level + 1) if level else ""
    ppr = (
        f'<w:numPr>{f"<w:ilvl w:val={chr(34)}{level}{chr(34)}/>" if level else ""}<w:numId w:val="{number}"/></w:numPr>'
        f"{_spacing(0, 4)}"
    )
    kind = "Bullet" if name == "bullet" else "Number"
    spaced = f"List {kind} {suffix}".strip()
    return _paragraph(f"List{kind}{suffix}", spaced, ppr, priority=32)


def _toc(level: int) -> Style:
    looks = {
        1: f"{_BOLD}{_color(_DARK)}",
        2: "",
        3: f"{_color(_MUTED)}{_size(9.5)}",
        4: f"{_color(_MUTED)}{_size(9.5)}",
    }
    ppr = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9184"/></w:tabs>'
    ppr += f"{_spacing(8 if level == 1 else 0, 3)}"
    ppr += f'<w:ind w:left="{(level - 1) * 260}"/>'
    return _paragraph(f"TOC{level}", f"toc {level}", ppr, looks[level], next="Normal", priority=39, quick=False)


def _table(id: str, name: str, tblpr: str, conditional: str, *, based_on: str = "TableNormal") -> Style:
    body = (
        f'<w:basedOn w:val="{based_on}"/><w:uiPriority w:val="59"/><w:qFormat/>'
        '<w:pPr><w:spacing w:before="0" w:after="0" w:line="252" w:lineRule="auto"/></w:pPr>'
        f'<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblStyleColBandSize w:val="1"/>{tblpr}</w:tblPr>{conditional}'
    )
    return Style(id, name, "table", body, ("table_normal",))


def _when(kind: str, rpr: str = "", tcpr: str = "") -> str:
    run = f"<w:rPr>{rpr}</w:rPr>" if rpr else ""
    cell = f"<w:tcPr>{tcpr}</w:tcPr>" if tcpr else ""
    return f'<w:tblStylePr w:type="{kind}">{run}{cell}</w:tblStylePr>'


_CELL = (
    '<w:tblCellMar><w:top w:w="55" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>'
    '<w:bottom w:w="55" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
)
_RULES = f"<w:tblBorders>{_border('bottom', 8, _DARK)}{_border('insideH', 4, 'rule')}</w:tblBorders>{_CELL}"
_HEAD = _when("firstRow", f"{_BOLD}{_color(_DARK)}", f"<w:tcBorders>{_border('bottom', 12, _DARK)}</w:tcBorders>")
_TOTAL = _when("lastRow", _BOLD, f"<w:tcBorders>{_border('top', 8, _DARK)}</w:tcBorders>")
_FIRST = _when("firstCol", _BOLD)
_WHITE = '<w:color w:val="FFFFFF" w:themeColor="background1"/>'
_FILLED_HEAD = _when("firstRow", f"{_BOLD}{_WHITE}", _fill(_DARK))
_BAND = _when("band2Horz", "", _fill(_PALE))
_ALL = "".join(_border(side, 4, "rule") for side in ("top", "left", "bottom", "right", "insideH", "insideV"))

STYLES: dict[str, Style] = {
    "normal": Style("Normal", "Normal", "paragraph", "<w:qFormat/>"),
    "default_font": Style(
        "DefaultParagraphFont", "Default Paragraph Font", "character",
        '<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/>',
    ),
    "table_normal": Style(
        "TableNormal", "Normal Table", "table",
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>',
    ),
    "heading1": _heading(1, 20, 26, 9, f"{_BOLD}{_color(_DARK)}"),
    "heading2": _heading(2, 14, 18, 5, f"{_BOLD}{_color(_DARK)}"),
    "heading3": _heading(3, 11.5, 13, 3, f"{_BOLD}{_color(_ACCENT)}"),
    "heading4": _heading(4, 10.5, 10, 2, f"{_BOLD}<w:i/><w:iCs/>{_color(_MUTED)}"),
    "title": _paragraph(
        "Title", "Title", f'<w:keepNext/>{_spacing(0, 8, 1.05)}<w:contextualSpacing/>',
        f"{_fonts('major')}{_BOLD}{_color(_DARK)}{_size(26)}", next="Normal", priority=10,
    ),
    "subtitle": _paragraph(
        "Subtitle", "Subtitle", f"{_spacing(0, 16, 1.15)}", f"{_color(_MUTED)}{_size(13)}", next="Normal", priority=11
    ),
    "kicker": _paragraph(
        "CoverKicker", "Cover Kicker", f"{_spacing(0, 8)}",
        f'{_BOLD}<w:caps/>{_color(_ACCENT)}<w:spacing w:val="40"/>{_size(10.5)}', priority=12,
    ),
    "cover_title": _paragraph(
        "CoverTitle", "Cover Title", f'<w:keepNext/>{_spacing(0, 6, 1.02)}',
        f"{_fonts('major')}{_BOLD}{_WHITE}{_size(36)}", priority=12,
    ),
    "cover_subtitle": _paragraph(
        "CoverSubtitle", "Cover Subtitle", f"{_spacing(0, 0, 1.2)}", f"{_WHITE}{_size(15)}", priority=12
    ),
    "cover_kicker": _paragraph(
        "CoverKickerOnColor", "Cover Kicker on Colour", f"{_spacing(0, 10)}",
        f'{_BOLD}<w:caps/>{_WHITE}<w:spacing w:val="40"/>{_size(10.5)}', priority=12,
    ),
    "cover_detail": _paragraph("CoverDetail", "Cover Detail", f"{_spacing(0, 2)}", _color(_MUTED), priority=12),
    "lead": _paragraph(
        "LeadParagraph", "Lead Paragraph", f"{_spacing(0, 12, 1.25)}", f"{_color(_DARK)}{_size(13)}", next="Normal",
        priority=13,
    ),
    "small": _paragraph(
        "SourceNote", "Source Note", f"{_spacing(0, 10, 1.1)}", f"{_color(_MUTED)}{_size(8.5)}", priority=31
    ),
    "quote": _paragraph(
        "Quote", "Quote",
        f"<w:keepLines/><w:pBdr>{_border('left', 18, _ACCENT, 14)}</w:pBdr>{_spacing(8, 8, 1.25)}"
        '<w:ind w:left="454" w:right="454"/>',
        f"<w:i/><w:iCs/>{_color(_DARK)}{_size(12)}", next="Normal", priority=29,
    ),
    "attribution": _paragraph(
        "QuoteAttribution", "Quote Attribution",
        f"<w:pBdr>{_border('left', 18, _ACCENT, 14)}</w:pBdr>{_spacing(0, 12)}"
        '<w:ind w:left="454" w:right="454"/>', f"{_color(_MUTED)}{_size(9.5)}", priority=29,
    ),
    "caption": _paragraph(
        "Caption", "caption", f"<w:keepLines/>{_spacing(6, 6, 1.1)}", f"{_color(_MUTED)}{_size(9)}", next="Normal",
        priority=35,
    ),
    "code": _paragraph(
        "CodeBlock", "Code Block",
        f'<w:keepLines/>{_boxed(f"w:color={chr(34)}{_RULE_HEX}{chr(34)}", "w:color=" + chr(34) + "F4F5F7" + chr(34))}'
        f'<w:shd w:val="clear" w:color="auto" w:fill="F4F5F7"/>{_spacing(4, 14, 1.1)}'
        '<w:ind w:left="240" w:right="200"/>',
        f"{_MONO}<w:noProof/>{_size(9)}", priority=36,
    ),
    "callout": _paragraph("Callout", "Callout", _callout("note"), priority=34),
    "callout_tip": _paragraph("CalloutTip", "Callout Tip", _callout("tip"), priority=34),
    "callout_warning": _paragraph("CalloutWarning", "Callout Warning", _callout("warning"), priority=34),
    "figure": _paragraph("Figure", "Figure", f'<w:keepNext/>{_spacing(6, 2, 1.0)}<w:jc w:val="center"/>', priority=35),
    "equation": _paragraph(
        "Equation", "Equation",
        '<w:tabs><w:tab w:val="center" w:pos="4592"/><w:tab w:val="right" w:pos="9184"/></w:tabs>'
        f"{_spacing(6, 10)}", priority=35,
    ),
    "list_paragraph": _paragraph(
        "ListParagraph", "List Paragraph", f'{_spacing(0, 4)}<w:ind w:left="397"/>', priority=34
    ),
    **{f"list_bullet{level}": _list("bullet", 1, level) for level in range(4)},
    **{f"list_number{level}": _list("number", 2, level) for level in range(4)},
    "check": _paragraph(
        "Checklist", "Checklist",
        f'<w:tabs><w:tab w:val="left" w:pos="397"/></w:tabs>{_spacing(0, 4)}<w:ind w:left="397" w:hanging="397"/>',
        priority=33,
    ),
    "clause": _paragraph("Clause", "Clause", _spacing(0, 6), priority=33),
    "toc_heading": _paragraph(
        "TOCHeading", "TOC Heading", f"<w:keepNext/>{_spacing(0, 10)}",
        f"{_fonts('major')}{_BOLD}{_color(_DARK)}{_size(20)}", next="Normal", priority=39,
    ),
    **{f"toc{level}": _toc(level) for level in range(1, 5)},
    "table_of_figures": _paragraph(
        "TableofFigures", "table of figures",
        '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9184"/></w:tabs>'
        f'{_spacing(0, 3)}', next="Normal", priority=99, quick=False,
    ),
    "header": _paragraph(
        "Header", "header",
        '<w:tabs><w:tab w:val="center" w:pos="4592"/><w:tab w:val="right" w:pos="9184"/></w:tabs>'
        f"{_spacing(0, 0, 1.0)}", f"{_color(_MUTED)}{_size(8.5)}", priority=99, quick=False,
    ),
    "footer": _paragraph(
        "Footer", "footer",
        '<w:tabs><w:tab w:val="center" w:pos="4592"/><w:tab w:val="right" w:pos="9184"/></w:tabs>'
        f"{_spacing(0, 0, 1.0)}", f"{_color(_MUTED)}{_size(8.5)}", priority=99, quick=False,
    ),
    "footnote_text": _paragraph(
        "FootnoteText", "footnote text", _spacing(0, 2, 1.05), _size(8.5), priority=99, quick=False
    ),
    "endnote_text": _paragraph(
        "EndnoteText", "endnote text", _spacing(0, 3, 1.05), _size(9), priority=99, quick=False
    ),
    "footnote_reference": _character(
        "FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>', priority=99
    ),
    "endnote_reference": _character(
        "EndnoteReference", "endnote reference", '<w:vertAlign w:val="superscript"/>', priority=99
    ),
    "comment_text": _paragraph(
        "CommentText", "annotation text", _spacing(0, 4, 1.0), _size(10), priority=99, quick=False
    ),
    "comment_reference": _character("CommentReference", "annotation reference", _size(8), priority=99),
    "hyperlink": _character("Hyperlink", "Hyperlink", f'{_color("hyperlink")}<w:u w:val="single"/>', priority=99),
    "inline_code": _character(
        "InlineCode", "Inline Code", f'{_MONO}<w:noProof/>{_size(9.5)}'
        '<w:shd w:val="clear" w:color="auto" w:fill="F1F2F4"/>', quick=True,
    ),
    "bibliography": _paragraph("Bibliography", "Bibliography", _spacing(0, 5), _size(9.5), priority=37, quick=False),
    "table_text": _paragraph(
        "TableText", "Table Text", '<w:spacing w:before="0" w:after="0" w:line="252" w:lineRule="auto"/>', _size(9.5),
        priority=31,
    ),
    "metric_value": _paragraph(
        "MetricValue", "Metric Value", f'<w:keepNext/>{_spacing(4, 0, 1.0)}',
        f"{_fonts('major')}{_BOLD}{_color(_DARK)}{_size(22)}", priority=38,
    ),
    "metric_label": _paragraph(
        "MetricLabel", "Metric Label", f"{_spacing(1, 0, 1.05)}", f"{_color(_MUTED)}{_size(9)}", priority=38
    ),
    "table_grid": _table(
        "TableGrid", "Table Grid", f"<w:tblBorders>{_ALL.replace(_RULE_HEX, 'auto')}</w:tblBorders>", ""
    ),
    "table_report": _table("ReportTable", "Report Table", _RULES, _HEAD + _TOTAL + _FIRST),
    "table_banded": _table(
        "ReportTableBanded", "Report Table Banded",
        f"<w:tblBorders>{_border('bottom', 8, _DARK)}</w:tblBorders>{_CELL}",
        _FILLED_HEAD + _TOTAL + _FIRST + _BAND,
    ),
    "table_grid_report": _table(
        "ReportTableGrid", "Report Table Grid", f"<w:tblBorders>{_ALL}</w:tblBorders>{_CELL}",
        _when("firstRow", f"{_BOLD}{_color(_DARK)}", _fill(_PALE)) + _TOTAL + _FIRST,
    ),
    "table_plain": _table("ReportTablePlain", "Report Table Plain", _CELL, _HEAD + _TOTAL + _FIRST),
}  # fmt: skip
TABLE_ROLES = {
    "report": "table_report", "banded": "table_banded", "grid": "table_grid_report", "plain": "table_plain",
}  # fmt: skip
_DEFAULTS = {"Normal", "DefaultParagraphFont", "TableNormal"}


def resolved(markup: str, colors: dict[str, str]) -> str:
    """Markup whose `[slot]`s are filled with the theme's colours."""
    for slot, theme_slot in _SLOTS.items():
        markup = markup.replace(f"[{slot}]", colors.get(theme_slot, "auto"))
    return markup


def element_of(style: Style, colors: dict[str, str]) -> etree._Element:
    """The style as an element of `styles.xml`."""
    default = ' w:default="1"' if style.id in _DEFAULTS else ""
    custom = "" if style.name in _BUILT_IN else ' w:customStyle="1"'
    markup = (
        f'<w:style xmlns:w="{NAMESPACES["w"]}" w:type="{style.kind}"{default}{custom} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/>{resolved(style.body, colors)}</w:style>'
    )
    return etree.fromstring(markup)


_CUSTOM = (
    "kicker cover_title cover_subtitle cover_kicker cover_detail lead small attribution code callout callout_tip "
    "callout_warning figure equation check clause "
    "inline_code table_text metric_value metric_label table_report table_banded table_grid_report table_plain"
)
_BUILT_IN = {style.name for role, style in STYLES.items() if role not in _CUSTOM.split()}


def styles_xml(colors: dict[str, str], language: str) -> bytes:
    """`styles.xml` of a new document."""
    markup = (
        f'<w:styles xmlns:w="{NAMESPACES["w"]}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts("minor")}'
        f'{_color("text1")}{_size(10.5)}<w:lang w:val="{language}" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr>'
        "</w:rPrDefault>"
        f"<w:pPrDefault><w:pPr>{_spacing(0, 7, 1.2)}</w:pPr></w:pPrDefault></w:docDefaults></w:styles>"
    )
    root = etree.fromstring(resolved(markup, colors))
    for style in STYLES.values():
        root.append(element_of(style, colors))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def find_style(styles: etree._Element, name: str, kind: str) -> etree._Element | None:
    """The style of that name or id. Names of Word's own styles are the same in all languages, ids are not."""
    wanted = name.casefold()
    of_kind = [style for style in findall(styles, "w:style") if style.get(q("w:type"), "paragraph") == kind]
    named = [style for style in of_kind if (path_value(style, "w:name") or "").casefold() == wanted]
    identified = [style for style in of_kind if (style.get(q("w:styleId")) or "").casefold() == wanted]
    return next(iter([*named, *identified]), None)


def by_id(styles: etree._Element) -> dict[str, etree._Element]:
    return {style.get(q("w:styleId"), ""): style for style in findall(styles, "w:style")}


def chain(styles: dict[str, etree._Element], style_id: str | None) -> list[etree._Element]:
    """The style and those it is based on, nearest first."""
    found: list[etree._Element] = []
    while style_id and style_id in styles and styles[style_id] not in found:
        found.append(styles[style_id])
        style_id = path_value(found[-1], "w:basedOn")
    return found


def default_id(styles: etree._Element, kind: str) -> str | None:
    """The id of the style that elements of the kind have when they name none."""
    for style in findall(styles, "w:style"):
        if style.get(q("w:type")) == kind and style.get(q("w:default")) in {"1", "true", "on"}:
            return style.get(q("w:styleId"))
    return None


def outline_level(styles: dict[str, etree._Element], style_id: str | None) -> int | None:
    """The heading level of a style, 1 to 9, from its outline level or its name; None for a style of text."""
    for style in chain(styles, style_id):
        name = (path_value(style, "w:name") or "").casefold()
        if name.startswith("heading ") and name[8:].isdigit():
            return int(name[8:])
        level = value(find(style, "w:pPr/w:outlineLvl"))
        if level is not None:
            return int(level) + 1 if level.isdigit() and int(level) < 9 else None
    return None


def add_style(styles: etree._Element, role: str, colors: dict[str, str]) -> str:
    """Adds our style of a role, with those it needs, and returns its id."""
    style = STYLES[role]
    taken = by_id(styles)
    for needed in style.needs:
        other = STYLES[needed]
        if find_style(styles, other.name, other.kind) is None:
            add_style(styles, needed, colors)
    element = element_of(style, colors)
    element.attrib.pop(q("w:default"), "")
    identifier = style.id
    while identifier in taken:
        identifier += "X"
    element.set(q("w:styleId"), identifier)
    for reference in ("w:basedOn", "w:next"):
        linked = find(element, reference)
        if linked is not None:
            _relink(styles, element, linked, style.kind)
    styles.append(element)
    return identifier


def _relink(styles: etree._Element, element: etree._Element, linked: etree._Element, kind: str) -> None:
    """Points to the document's own default style in place of ours, and leaves out what is not there."""
    wanted = value(linked) or ""
    target = default_id(styles, kind) if wanted in _DEFAULTS else (wanted if wanted in by_id(styles) else None)
    if target is None:
        element.remove(linked)
    else:
        linked.set(q("w:val"), target)


def latent() -> etree._Element:
    """The default visibility of the built-in styles that are not listed."""
    return el(
        "w:latentStyles",
        defLockedState=0,
        defUIPriority=99,
        defSemiHidden=0,
        defUnhideWhenUsed=0,
        defQFormat=0,
        count=376,
    )
