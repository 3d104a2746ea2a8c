"""Typed blocks as the elements of a document's body."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.text.measure import Font
from overten.documents.text.measure import width as text_width
from overten.documents.word import charts, images, inline, numbering, operations, styles, tables
from overten.documents.word.document import Frame
from overten.documents.word.equations import display_math, inline_math
from overten.documents.word.language import words
from overten.documents.word.runs import TextWriter, bookmark_of, bookmarked, field, looks, paragraph, run
from overten.documents.word.scripts import runs_from_the_right
from overten.documents.word.tables import heading_font
from overten.documents.word.xml import (
    EMU_PER_CM,
    TWIPS_PER_CM,
    TWIPS_PER_POINT,
    el,
    elements,
    find,
    local,
    parse,
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

_SIGNATURES_PER_ROW = 2
_METRIC_POINTS, _LEAST_METRIC_POINTS = 22, 13  # of the style, and what is still a headline
_METRIC_MARGIN_TWIPS = 280
_BELOW_METRICS_TWIPS = 320


class BlockWriter:
    """Writes blocks for one place of the body; `section` is the `w:sectPr` that governs it. The labels of the blocks
    `replaced` are free to be given again."""

    def __init__(
        self, document: Document, section: etree._Element, replaced: list[etree._Element] | None = None
    ) -> None:
        self.document = document
        self.replaced = replaced or []
        self.room = Frame(section).column_width
        self.text = TextWriter(document)
        self.words = words(document.language())
        self._labels: set[str] = set()

    def write(self, blocks: list[operations.Block]) -> list[etree._Element]:
        written: list[etree._Element] = []
        for block in blocks:
            if isinstance(block, operations.Signatures) and written:
                self._keep_with_next(written[-1])
            written += self.block(block)
        return written

    def _keep_with_next(self, element: etree._Element) -> None:
        """Nobody signs a page that says nothing."""
        if local(element) == "p" and any(True for _ in elements(element, "w:t")):
            put(properties(element), el("w:keepNext"), el("w:keepLines"))

    def block(self, block: operations.Block) -> list[etree._Element]:  # noqa: C901 - one line for each kind
        match block:
            case operations.Paragraph():
                role = None if block.style == "body" else block.style
                return self._paragraphs(block.text, role, block.align)
            case operations.Heading():
                return [self.heading(block.text, block.level, block.label)]
            case operations.ListBlock():
                return self._list(block)
            case operations.Table():
                return self._table(block)
            case operations.Chart():
                return self._chart(block)
            case operations.Image():
                return self._image(block)
            case operations.Quote():
                return self._quote(block)
            case operations.Callout():
                return self._callout(block)
            case operations.Code():
                return [paragraph(self.document, self.document.style("code"), [run(block.text.strip("\n"))])]
            case operations.Equation():
                return [self._equation(block)]
            case operations.Metrics():
                return self._metrics(block)
            case operations.Signatures():
                return self._signatures(block)
        return [paragraph(self.document, None, [el("w:r", el("w:br", type="page"))])]

    def _paragraphs(self, text: str, role: str | None, align: str | None = None) -> list[etree._Element]:
        """One paragraph for each part of the text between empty lines."""
        style = self.document.style(role) if role else self.body_style
        parts = [part.strip("\n") for part in text.split("\n\n")]
        parts = [part for part in parts if part.strip()] or [""]
        return [paragraph(self.document, style, self.text.runs(part), align=align) for part in parts]

    @cached_property
    def body_style(self) -> str | None:
        """None where the default style is the body's, else the style most of the document's text has."""
        return body_style(self.document)

    def heading(self, text: str, level: int, label: str | None) -> etree._Element:
        content = self.text.runs(text)
        if label:
            content = self._label(label, content)
        return paragraph(self.document, self.document.style(f"heading{level}"), content)

    def _label(self, label: str, content: list[etree._Element]) -> list[etree._Element]:
        name = bookmark_of(label)
        if name in self._labels:
            raise OperationError(f"The label {label!r} is given twice", where="label", fix="Give each block its own.")
        self._labels.add(name)
        for mark in list(elements(self.document.body(), "w:bookmarkStart")):
            if value(mark, "w:name") != name:
                continue
            if any(ancestor in self.replaced for ancestor in mark.iterancestors()):
                remove_bookmark(mark)
            else:
                fix = "Choose another label, or replace that block."
                raise OperationError(f"The label {label!r} is taken", where="label", fix=fix)
        return bookmarked(self.document, name, content)

    def _list(self, block: operations.ListBlock) -> list[etree._Element]:
        items = [operations.ListItem(text=item) if isinstance(item, str) else item for item in block.items]
        if block.kind == "check":
            return self._spaced([self._check(item) for item in items])
        if block.kind == "clause":
            return [self._clause(item) for item in items]
        number = None
        if block.kind == "number":
            number = numbering.new_list(self.document.numbering(), numbering.NUMBER)
        return self._spaced([self._item(block.kind, item, number) for item in items])

    def _spaced(self, items: list[etree._Element]) -> list[etree._Element]:
        """A list whose last item keeps the distance of a paragraph."""
        put(properties(items[-1]), el("w:spacing", after=160))
        return items

    def _item(self, kind: str, item: operations.ListItem, number: int | None) -> etree._Element:
        style = self.document.style(f"list_{kind}{item.level}")
        element = paragraph(self.document, style, self.text.runs(item.text))
        if number is None and not self._is_numbered(style):
            number = numbering.instance_of(self.document.numbering(), numbering.BULLET)
        if number is not None:
            _number(element, number, item.level)
        return element

    def _is_numbered(self, style: str) -> bool:
        chain = styles.chain(styles.by_id(self.document.styles()), style)
        return any(find(one, "w:pPr/w:numPr/w:numId") is not None for one in chain)

    def _check(self, item: operations.ListItem) -> etree._Element:
        """An item with a box to tick: a content control, so that it can be ticked in Word."""
        box = parse(
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(item.checked)}"/>'
            '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
            '<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" '
            'w:hint="eastAsia"/></w:rPr>'
            f"<w:t>{'☒' if item.checked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
        )
        content = [box, run("\t"), *self.text.runs(item.text)]
        element = paragraph(self.document, self.document.style("check"), content)
        if item.level:
            left = 397 * (item.level + 1)
            tabs = el("w:tabs", el("w:tab", val="left", pos=left))
            put(properties(element), tabs, el("w:ind", left=left, hanging=397))
        return element

    def _clause(self, item: operations.ListItem) -> etree._Element:
        element = paragraph(self.document, self.document.style("clause"), self.text.runs(item.text))
        root = self.document.numbering()
        level = 1 if item.level == 0 else item.level + 3
        _number(element, numbering.instance_of(root, numbering.HEADING), level)
        return element

    def _caption(self, kind: str, text: str | None, label: str | None, *, above: bool) -> list[etree._Element]:
        if text is None and label is None:
            return []
        name = getattr(self.words, kind)
        strong = looks(el("w:b"), el("w:bCs"))
        numbered = [run(f"{name} ", strong), *field(f"SEQ {name} \\* ARABIC", "0", strong)]
        if label:
            numbered = self._label(label, numbered)
        content = [*numbered, run(".  " if text else "", strong), *self.text.runs(text or "")]
        element = paragraph(self.document, self.document.style("caption"), content)
        if above:
            put(properties(element), el("w:keepNext"))
        return [element]

    def _source(self, text: str | None, fallback_space: bool) -> list[etree._Element]:
        if text:
            return [paragraph(self.document, self.document.style("small"), self.text.runs(text))]
        if not fallback_space:
            return []
        return [self._gap()]

    def _gap(self, height: int = 200) -> etree._Element:
        """A table needs a paragraph behind it, a low one that reads as distance."""
        element = paragraph(self.document, self.body_style, [])
        put(properties(element), el("w:spacing", before=0, after=0, line=height, lineRule="exact"))
        return element

    def _table(self, block: operations.Table) -> list[etree._Element]:
        tables.check_merges(block.merges)
        table = tables.write_table(self.document, block, self.room)
        caption = self._caption("table", block.caption, block.label, above=True)
        source = self._source(block.source, fallback_space=True)
        if block.source:
            put(properties(source[0]), el("w:spacing", before=80))
        if block.caption:
            settings = find(table, "w:tblPr")
            assert settings is not None  # noqa: S101 - our own table has properties
            put(settings, el("w:tblCaption", val=block.caption[:250]))
        return [*caption, table, *source]

    def _figure(
        self, content: etree._Element, block: operations.Chart | operations.Image, align: str
    ) -> list[etree._Element]:
        element = paragraph(self.document, self.document.style("figure"), [content])
        caption = self._caption("figure", block.caption, block.label, above=False)
        followed = bool(caption or block.source)
        put(properties(element), el("w:jc", val=align))
        if not followed:
            unset(find(element, "w:pPr"), "w:keepNext")
            put(properties(element), el("w:keepNext", val=0), el("w:spacing", before=120, after=160))
        if caption and block.source:
            put(properties(caption[0]), el("w:keepNext"), el("w:spacing", before=80, after=20))
        elif caption:
            put(properties(caption[0]), el("w:spacing", before=80, after=240))
        return [element, *caption, *self._source(block.source, fallback_space=False)]

    def _chart(self, block: operations.Chart) -> list[etree._Element]:
        relationship = charts.add_chart(self.document, block)
        size = (round(self.room / TWIPS_PER_CM * EMU_PER_CM), round(block.height_cm * EMU_PER_CM))
        graphic = images.chart_graphic(relationship)
        drawing = images.inline_drawing(self.document.next_drawing_id(), size, block.alt_text, graphic, "Chart")
        return self._figure(drawing, block, "center")

    def _image(self, block: operations.Image) -> list[etree._Element]:
        room = self.room / TWIPS_PER_CM
        picture = images.picture_run(
            self.document, block.asset, block.alt_text, part=self.document.main, width_cm=block.width_cm, room_cm=room
        )
        return self._figure(picture, block, block.align)

    def _quote(self, block: operations.Quote) -> list[etree._Element]:
        written = self._paragraphs(block.text, "quote")
        if block.attribution:
            for element in written:
                put(properties(element), el("w:keepNext"), el("w:spacing", before=160, after=40))
            style = self.document.style("attribution")
            written.append(paragraph(self.document, style, self.text.runs(f"— {block.attribution}")))
        return written

    def _callout(self, block: operations.Callout) -> list[etree._Element]:
        role = "callout" if block.tone == "note" else f"callout_{block.tone}"
        style = self.document.style(role)
        title = block.title or getattr(self.words, block.tone)
        lines: list[list[etree._Element]] = [[*self.text.runs(title, looks(el("w:b"), el("w:bCs")))]]
        parts = [part for part in block.text.replace("\n\n", "\n").split("\n") if part.strip()]
        lines += [self.text.runs(part) for part in parts]
        written = [paragraph(self.document, style, line) for line in lines]
        for element in written[:-1]:
            put(properties(element), el("w:keepNext"))
        # Between the paragraphs of a box its ground goes on; behind it there is room for the box's own edge.
        put(properties(written[0]), el("w:spacing", before=200, after=40))
        put(properties(written[-1]), el("w:spacing", after=320, **({"before": 200} if len(written) == 1 else {})))
        return written

    def _equation(self, block: operations.Equation) -> etree._Element:
        style = self.document.style("equation")
        if block.label is None:
            return paragraph(self.document, style, [display_math(block.latex)])
        name = self.words.equation
        number = self._label(block.label, [run("("), *field(f"SEQ {name} \\* ARABIC", "0"), run(")")])
        content = [run("\t"), inline_math(block.latex), run("\t"), *number]
        element = paragraph(self.document, style, content)
        tabs = (el("w:tab", val="center", pos=self.room // 2), el("w:tab", val="right", pos=self.room))
        put(properties(element), el("w:tabs", *tabs))
        return element

    def _metrics(self, block: operations.Metrics) -> list[etree._Element]:
        """A row of cells under thin rules, each with a figure and what it is."""
        width = self.room // len(block.items)
        smaller = self._smaller_figures([item.value for item in block.items], width)
        border = '<w:top w:val="single" w:sz="12" w:space="0" w:color="{0}" w:themeColor="accent1"/>'
        border = f"<w:tcBorders>{border}</w:tcBorders>"
        row = el("w:tr", el("w:trPr", el("w:cantSplit")))
        for item in block.items:
            settings = el("w:tcPr", el("w:tcW", w=width, type="dxa"))
            settings.append(parse(border.format(self.document.colors().get("accent1", "auto"))))
            cell = el("w:tc", settings)
            figure = self.text.runs(item.value, smaller)
            cell.append(paragraph(self.document, self.document.style("metric_value"), figure))
            label = paragraph(self.document, self.document.style("metric_label"), self.text.runs(item.label))
            cell.append(label)
            if item.note:
                note = self.text.runs(item.note, looks(el("w:i"), el("w:iCs")))
                cell.append(paragraph(self.document, self.document.style("metric_label"), note))
            row.append(cell)
        # Empty narrow gaps would read as cells; the cells' own margins keep the figures apart instead.
        return [self._layout_table([row], [width] * len(block.items)), self._gap(_BELOW_METRICS_TWIPS)]

    def _smaller_figures(self, figures: list[str], width: int) -> etree._Element | None:
        """The size in which all figures fit their cells, if that of the style is too large."""
        font = Font(heading_font(self.document), bold=True)
        room = (width - _METRIC_MARGIN_TWIPS) / TWIPS_PER_POINT
        widest = max(text_width(inline.plain(figure), font, _METRIC_POINTS) for figure in figures)
        if widest <= room:
            return None
        half_points = max(2 * _LEAST_METRIC_POINTS, int(2 * _METRIC_POINTS * room / widest))
        return looks(el("w:sz", val=half_points), el("w:szCs", val=half_points))

    def _layout_table(self, rows: list[etree._Element], widths: list[int]) -> etree._Element:
        table = parse(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
            '<w:top w:w="40" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
            '<w:right w:w="240" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0000"/></w:tblPr></w:tbl>'
        )
        settings = find(table, "w:tblPr")
        if settings is not None and runs_from_the_right(self.document.language()):
            put(settings, el("w:bidiVisual"))
        table.append(el("w:tblGrid", *(el("w:gridCol", w=width) for width in widths)))
        for row in rows:
            table.append(row)
        return table

    def _signatures(self, block: operations.Signatures) -> list[etree._Element]:
        count = min(_SIGNATURES_PER_ROW, len(block.parties))
        width = self.room // _SIGNATURES_PER_ROW
        rows: list[etree._Element] = []
        for start in range(0, len(block.parties), count):
            row = el("w:tr", el("w:trPr", el("w:cantSplit")))
            parties = block.parties[start : start + count]
            for party in parties:
                row.append(self._signature(party, width))
            for _ in range(count - len(parties)):
                settings = el("w:tcPr", el("w:tcW", w=width, type="dxa"))
                row.append(el("w:tc", settings, paragraph(self.document, None, [])))
            rows.append(row)
        return [self._layout_table(rows, [width] * count), self._gap()]

    def _signature(self, party: operations.Party, width: int) -> etree._Element:
        style = self.document.style("table_text")
        cell = el("w:tc", el("w:tcPr", el("w:tcW", w=width, type="dxa")))
        strong = self.text.runs(party.party, looks(el("w:b"), el("w:bCs")))
        cell.append(paragraph(self.document, style, strong))
        lines = [(self.words.signature, ""), (self.words.name, party.name), (party.role and "", party.role)]
        for number, (label, filled) in enumerate(lines):
            if number == 2 and not filled:
                continue
            element = paragraph(self.document, style, [run(f"{label}: {filled}".strip(": ") if label else filled)])
            if number == 0:
                line = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="3" w:color="5B6470"/></w:pBdr>'
                put(properties(element), parse(line), el("w:spacing", before=900, after=40))
            cell.append(element)
        cell.append(paragraph(self.document, style, [run(f"{self.words.date}: ____________________")]))
        for element in cell.iterchildren(q("w:p")):
            put(properties(element), el("w:keepNext"))
        put(properties(cell[-1]), el("w:spacing", before=60, after=240))
        return cell


def remove_bookmark(start: etree._Element) -> None:
    """Takes both marks of a bookmark away."""
    for end in list(elements(start.getroottree().getroot(), "w:bookmarkEnd")):
        if value(end, "w:id") == value(start, "w:id"):
            remove(end)
    remove(start)


def body_style(document: Document) -> str | None:
    """The paragraph style of the body where a document does not use its default one: `Body Text`, if it is there and
    used."""
    used: dict[str, int] = {}
    known = styles.by_id(document.styles())
    for element in document.body().iterchildren(q("w:p")):
        style = path_value(element, "w:pPr/w:pStyle")
        if style in known and any(True for _ in elements(element, "w:t")):
            used[style] = used.get(style, 0) + 1
    for style, count in used.items():
        name = (path_value(known[style], "w:name") or "").casefold()
        if name in {"body text", "text body"} and count >= max(used.values()) / 3:
            return style
    return None


def _number(element: etree._Element, number: int, level: int) -> None:
    put(properties(element), el("w:numPr", el("w:ilvl", val=level), el("w:numId", val=number)))
