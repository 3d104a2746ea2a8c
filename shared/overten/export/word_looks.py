"""What the paragraphs, runs and tables of a Word document look like, as CSS: defaults, styles, lists, what is set on
the thing itself, each over the one before (ECMA-376 part 1, 17.7.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from overten.documents.word import styles
from overten.documents.word.document import twips
from overten.documents.word.xml import el, find, findall, local, on, path_value, q, value
from overten.export.prose import Prose

Looks = dict[str, str]
Setter = Callable[[Looks, etree._Element], None]
SIDES = ("top", "right", "bottom", "left")
_HIGHLIGHTS = {"yellow": "#ffff00", "green": "#00ff00", "cyan": "#00ffff", "magenta": "#ff00ff", "blue": "#0000ff",
               "red": "#ff0000", "darkBlue": "#000080", "darkCyan": "#008080", "darkGreen": "#008000",
               "darkMagenta": "#800080", "darkRed": "#800000", "darkYellow": "#808000", "darkGray": "#808080",
               "lightGray": "#c0c0c0", "black": "#000000"}  # fmt: skip
_LINES = {"double": "double", "dotted": "dotted", "dashed": "dashed", "dashSmallGap": "dashed", "dotDash": "dashed",
          "dotDotDash": "dashed", "triple": "double"}  # fmt: skip
_ALIGN = {"center": "center", "right": "right", "end": "right", "both": "justify", "distribute": "justify",
          "left": "left", "start": "left"}  # fmt: skip
_FONT = re.compile(r"[\w .-]{1,60}")
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_INK = "#1f2328"


class WordLooks:
    def __init__(self, prose: Prose) -> None:
        self._prose = prose
        root = prose.document.styles()
        self._styles = prose.styles
        self._default_run = find(root, "w:docDefaults/w:rPrDefault/w:rPr")
        self._default_paragraph = find(root, "w:docDefaults/w:pPrDefault/w:pPr")
        self._normal = styles.default_id(root, "paragraph")
        self._fonts = _theme_fonts(prose.document.theme())
        self._levels = _Levels(prose)

    def chain(self, paragraph: etree._Element) -> list[etree._Element]:
        """The styles of a paragraph, the furthest first."""
        return styles.chain(self._styles, path_value(paragraph, "w:pPr/w:pStyle") or self._normal)[::-1]

    def table_chain(self, table: etree._Element) -> list[etree._Element]:
        return styles.chain(self._styles, path_value(table, "w:tblPr/w:tblStyle"))[::-1]

    def text_of(self, paragraph: etree._Element, around: Iterable[etree._Element] = ()) -> Looks:
        """The looks of a paragraph's text. `around` are properties of runs that its table brings."""
        sources = [self._default_run, *around, *(find(style, "w:rPr") for style in self.chain(paragraph))]
        return self._runs(sources)

    def run(self, run: etree._Element, base: Looks) -> Looks:
        """What a run has other than its paragraph."""
        named = styles.chain(self._styles, path_value(run, "w:rPr/w:rStyle"))[::-1]
        own = self._runs([*(find(style, "w:rPr") for style in named), find(run, "w:rPr")], base)
        other = [key for key in (base | own) if own.get(key) != base.get(key)]
        return {key: own.get(key, _NOTHING.get(key, "inherit")) for key in other}

    def _runs(self, sources: Iterable[etree._Element | None], base: Looks | None = None) -> Looks:
        looks = dict(base or {})
        for source in sources:
            if source is not None:
                self._over(looks, source)
        return looks

    def _over(self, looks: Looks, source: etree._Element) -> None:
        for child in source:
            if isinstance(child.tag, str) and child.tag.startswith(_W):
                setter = _RUN.get(local(child))
                if setter is not None:
                    setter(looks, child)
                elif local(child) == "rFonts":
                    font = self._font(child)
                    if font:
                        looks["font-family"] = font

    def _font(self, fonts: etree._Element) -> str | None:
        theme = value(fonts, "w:asciiTheme") or value(fonts, "w:hAnsiTheme") or ""
        name = self._fonts.get("major" if theme.startswith("major") else "minor") if theme else None
        name = name or value(fonts, "w:ascii") or value(fonts, "w:hAnsi")
        return f'"{name}"' if name and _FONT.fullmatch(name) else None

    def paragraph(self, paragraph: etree._Element, around: Iterable[etree._Element] = ()) -> Looks:
        """Its alignment, indents, spacing, ground and lines."""
        chain = self.chain(paragraph)
        own = find(paragraph, "w:pPr")
        level = self._levels.of(paragraph, chain)
        sources = [self._default_paragraph, *around, *(find(style, "w:pPr") for style in chain)]
        looks: Looks = {}
        for source in (*sources, level, own):
            if source is not None:
                _over_paragraph(looks, source)
        return looks

    def is_tight(self, paragraph: etree._Element) -> bool:
        """Whether there is no space between it and its like."""
        sources = [find(paragraph, "w:pPr"), *(find(style, "w:pPr") for style in self.chain(paragraph)[::-1])]
        return any(on(source, "w:contextualSpacing") for source in sources if source is not None)

    def is_from_right(self, paragraph: etree._Element) -> bool:
        sources = [find(paragraph, "w:pPr"), *(find(style, "w:pPr") for style in self.chain(paragraph)[::-1])]
        found = next((s for s in sources if s is not None and find(s, "w:bidi") is not None), None)
        return on(found, "w:bidi")


_W = q("w:p")[:-1]
# What undoes a look that the paragraph has.
_NOTHING = {
    "font-weight": "normal",
    "font-style": "normal",
    "text-decoration": "none",
    "text-transform": "none",
    "font-variant": "normal",
    "color": _INK,
    "background-color": "transparent",
    "vertical-align": "baseline",
}


def _is_on(element: etree._Element) -> bool:
    return element.get(q("w:val")) not in {"0", "false", "off", "none"}


def _toggle(key: str, shown: str, plain: str) -> Setter:
    def set_it(looks: Looks, element: etree._Element) -> None:
        looks[key] = shown if _is_on(element) else plain

    return set_it


def _decoration(line: str) -> Setter:
    def set_it(looks: Looks, element: etree._Element) -> None:
        lines = {one for one in looks.get("text-decoration", "").split() if one != "none"} - {line}
        if _is_on(element):
            lines.add(line)
        looks["text-decoration"] = " ".join(sorted(lines)) or "none"

    return set_it


def _size(looks: Looks, element: etree._Element) -> None:
    half_points = value(element) or ""
    if half_points.isdigit():
        looks["font-size"] = f"{min(200, int(half_points) / 2):g}pt"


def _ink(looks: Looks, element: etree._Element) -> None:
    color = value(element) or ""
    if _HEX.fullmatch(color):
        looks["color"] = f"#{color.lower()}"
    elif color == "auto":
        looks.pop("color", None)


def _highlight(looks: Looks, element: etree._Element) -> None:
    color = _HIGHLIGHTS.get(value(element) or "")
    if color:
        looks["background-color"] = color


def _shade(looks: Looks, element: etree._Element) -> None:
    fill = value(element, "w:fill") or ""
    if _HEX.fullmatch(fill):
        looks["background-color"] = f"#{fill.lower()}"
    else:
        looks.pop("background-color", None)


def _raised(looks: Looks, element: etree._Element) -> None:
    place = {"superscript": "super", "subscript": "sub"}.get(value(element) or "")
    looks["vertical-align"] = place or "baseline"


_RUN: dict[str, Setter] = {
    "b": _toggle("font-weight", "bold", "normal"),
    "i": _toggle("font-style", "italic", "normal"),
    "caps": _toggle("text-transform", "uppercase", "none"),
    "smallCaps": _toggle("font-variant", "small-caps", "normal"),
    "u": _decoration("underline"),
    "strike": _decoration("line-through"),
    "dstrike": _decoration("line-through"),
    "sz": _size,
    "color": _ink,
    "highlight": _highlight,
    "shd": _shade,
    "vertAlign": _raised,
}


def _over_paragraph(looks: Looks, source: etree._Element) -> None:
    for child in source:
        if not isinstance(child.tag, str):
            continue
        name = local(child)
        if name == "jc":
            looks["text-align"] = _ALIGN.get(value(child) or "", "left")
        elif name == "ind":
            _indent(looks, child)
        elif name == "spacing":
            _space(looks, child)
        elif name == "shd":
            _shade(looks, child)
        elif name == "pBdr":
            _frame(looks, child)


def _indent(looks: Looks, element: etree._Element) -> None:
    for css, names in (("margin-left", ("left", "start")), ("margin-right", ("right", "end"))):
        given = next((v for name in names if (v := value(element, f"w:{name}"))), None)
        if given is not None:
            looks[css] = points(given)
    if (hanging := value(element, "w:hanging")) is not None:
        looks["text-indent"] = f"-{points(hanging)}"
    elif (first := value(element, "w:firstLine")) is not None:
        looks["text-indent"] = points(first)


def _space(looks: Looks, element: etree._Element) -> None:
    for css, name in (("margin-top", "before"), ("margin-bottom", "after")):
        if on_auto(element, name):
            looks[css] = "5pt"
        elif (given := value(element, f"w:{name}")) is not None:
            looks[css] = points(given)
    line = value(element, "w:line")
    if line is not None and line.lstrip("-").isdigit():
        exact = value(element, "w:lineRule") in {"exact", "atLeast"}
        looks["line-height"] = points(line) if exact else f"{max(0.8, int(line) / 240 * 1.2):.2f}"


def on_auto(element: etree._Element, name: str) -> bool:
    return value(element, f"w:{name}Autospacing") in {"1", "true", "on"}


def _frame(looks: Looks, element: etree._Element) -> None:
    for side in SIDES:
        line = find(element, f"w:{side}")
        if line is not None:
            looks[f"border-{side}"] = border(line)
            space = value(line, "w:space") or "0"
            looks[f"padding-{side}"] = f"{min(31, int(space)) if space.isdigit() else 0}pt"


def border(line: etree._Element) -> str:
    """A line as CSS; "none" for one that is not drawn."""
    kind = value(line) or "none"
    if kind in {"none", "nil"}:
        return "none"
    size = value(line, "w:sz") or "4"
    color = value(line, "w:color") or ""
    width = max(0.75, min(12.0, int(size) / 8)) if size.isdigit() else 0.75
    ink = f"#{color.lower()}" if _HEX.fullmatch(color) else "#000000"
    return f"{max(width, 2.25) if kind == 'double' else width:g}pt {_LINES.get(kind, 'solid')} {ink}"


def fill(shade: etree._Element | None) -> str | None:
    """The colour of a ground."""
    color = value(shade, "w:fill") or ""
    return f"#{color.lower()}" if _HEX.fullmatch(color) else None


def points(text: str) -> str:
    return f"{max(-400.0, min(600.0, twips(text) / 20)):g}pt"


def is_pale(color: str | None) -> bool:
    """Whether text of a colour cannot be read on white."""
    if color is None or not re.fullmatch(r"#[0-9a-f]{6}", color):
        return False
    red, green, blue = (int(color[index : index + 2], 16) for index in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue > 215


class _Levels:
    """The paragraph properties that lists bring."""

    def __init__(self, prose: Prose) -> None:
        name = prose.document.part("numbering")
        root = prose.document.package.tree(name) if name else el("w:numbering")
        self._abstract = {a.get(q("w:abstractNumId")): a for a in findall(root, "w:abstractNum")}
        self._instances = {n.get(q("w:numId")): n for n in findall(root, "w:num")}
        self._prose = prose

    def of(self, paragraph: etree._Element, chain: list[etree._Element]) -> etree._Element | None:
        sources = [find(paragraph, "w:pPr/w:numPr"), *(find(style, "w:pPr/w:numPr") for style in chain[::-1])]
        number = next((n for s in sources if s is not None and (n := path_value(s, "w:numId"))), None)
        instance = self._instances.get(number)
        definition = self._abstract.get(path_value(instance, "w:abstractNumId")) if instance is not None else None
        if definition is None:
            return None
        wanted = str(self._prose.level(paragraph))
        return next(
            (find(lvl, "w:pPr") for lvl in findall(definition, "w:lvl") if value(lvl, "w:ilvl") == wanted), None
        )


def _theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    if theme is None:
        return {}
    found = {}
    for kind in ("major", "minor"):
        latin = next(theme.iter(f"{{{_A}}}{kind}Font"), None)
        face = latin.find(f"{{{_A}}}latin") if latin is not None else None
        if face is not None and face.get("typeface"):
            found[kind] = face.get("typeface", "")
    return found


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


class TableLooks:
    """The lines, grounds and text of a table's cells, by its style and where they stand in it."""

    def __init__(self, table: etree._Element, chain: list[etree._Element], rows: int, columns: int) -> None:
        self._own = find(table, "w:tblPr")
        self._chain, self._rows, self._columns = chain, rows, columns
        look = find(self._own, "w:tblLook")
        self._flags = {name for name in _FLAGS if _flag(look, name)}
        self._bands = (
            next(
                (int(v) for s in chain[::-1] if (v := path_value(s, "w:tblPr/w:tblStyleRowBandSize")) and v.isdigit()),
                1,
            )
            or 1
        )

    def _conditions(self, row: int, column: int) -> list[str]:
        """Those that a cell meets, the weakest first."""
        found = ["wholeTable"]
        if "noHBand" not in self._flags:
            first = row - (1 if "firstRow" in self._flags else 0)
            found.append("band1Horz" if first // self._bands % 2 == 0 else "band2Horz")
        if "lastColumn" in self._flags and column == self._columns - 1:
            found.append("lastCol")
        if "firstColumn" in self._flags and column == 0:
            found.append("firstCol")
        if "lastRow" in self._flags and row == self._rows - 1:
            found.append("lastRow")
        if "firstRow" in self._flags and row == 0:
            found.append("firstRow")
        return found

    def _sources(self, row: int, column: int, path: str) -> Iterator[etree._Element]:
        conditions = self._conditions(row, column)
        for style in self._chain:
            if (whole := find(style, path)) is not None:
                yield whole
        for condition in conditions:
            for style in self._chain:
                for part in findall(style, "w:tblStylePr"):
                    found = find(part, path) if value(part, "w:type") == condition else None
                    if found is not None:
                        yield found

    def runs(self, row: int, column: int) -> list[etree._Element]:
        return list(self._sources(row, column, "w:rPr"))

    def paragraphs(self, row: int, column: int) -> list[etree._Element]:
        return list(self._sources(row, column, "w:pPr"))

    def cell(self, cell: etree._Element, row: int, column: int, span: tuple[int, int]) -> Looks:
        """`span` is how many rows and columns the cell takes."""
        looks: Looks = {}
        borders = [b for style in self._chain if (b := find(style, "w:tblPr/w:tblBorders")) is not None]
        borders += [b] if (b := find(self._own, "w:tblBorders")) is not None else []
        for source in borders:
            self._edges(looks, source, row, column, span)
        for settings in self._sources(row, column, "w:tcPr"):
            _over_cell(looks, settings)
        own = find(cell, "w:tcPr")
        if own is not None:
            _over_cell(looks, own)
        return looks

    def _edges(self, looks: Looks, source: etree._Element, row: int, column: int, span: tuple[int, int]) -> None:
        outer = {"top": row == 0, "left": column == 0, "bottom": row + span[0] >= self._rows,
                 "right": column + span[1] >= self._columns}  # fmt: skip
        for side in SIDES:
            inner = "insideH" if side in {"top", "bottom"} else "insideV"
            line = _side(source, side) if outer[side] else find(source, f"w:{inner}")
            if line is not None:
                looks[f"border-{side}"] = border(line)

    def padding(self) -> Looks:
        looks = {"padding-top": "0pt", "padding-bottom": "0pt", "padding-left": "5.4pt", "padding-right": "5.4pt"}
        margins = [m for style in self._chain if (m := find(style, "w:tblPr/w:tblCellMar")) is not None]
        margins += [m] if (m := find(self._own, "w:tblCellMar")) is not None else []
        for source in margins:
            for side in SIDES:
                width = value(_side(source, side), "w:w")
                if width is not None:
                    looks[f"padding-{side}"] = points(width)
        return looks


def _over_cell(looks: Looks, settings: etree._Element) -> None:
    borders = find(settings, "w:tcBorders")
    for side in SIDES if borders is not None else ():
        line = _side(borders, side)
        if line is not None:
            looks[f"border-{side}"] = border(line)
    shade = find(settings, "w:shd")
    if shade is not None:
        ground = fill(shade)
        if ground:
            looks["background-color"] = ground
        else:
            looks.pop("background-color", None)
    place = {"center": "middle", "bottom": "bottom", "top": "top"}.get(path_value(settings, "w:vAlign") or "")
    if place:
        looks["vertical-align"] = place


_FLAGS = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100, "noHBand": 0x200}


def _flag(look: etree._Element | None, name: str) -> bool:
    given = value(look, f"w:{name}")
    if given is not None:
        return given in {"1", "true", "on"}
    bits = value(look) or ""
    return bool(int(bits, 16) & _FLAGS[name]) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", bits) else name == "noHBand"


def _side(element: etree._Element | None, side: str) -> etree._Element | None:
    """A side under either of its names."""
    found = find(element, f"w:{side}")
    if found is None and side in {"left", "right"}:
        return find(element, "w:start" if side == "left" else "w:end")
    return found
