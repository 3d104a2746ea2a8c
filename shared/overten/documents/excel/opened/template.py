"""A new workbook in the looks of another: its theme, named styles, page set-up, header, footer and logo. Its content is
not taken."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import Any

from lxml import etree

from overten.documents.engine import Look
from overten.documents.excel.design import Design, HeaderPlace, NamedCellStyle
from overten.documents.excel.inks import resolved_color, theme_colors
from overten.documents.excel.opened.macros import made_ordinary
from overten.documents.excel.opened.read import read
from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.excel.opened.styles import BUILT_IN_FORMATS, border_number
from overten.documents.excel.pictures import open_picture
from overten.documents.excel.theme import contrast
from overten.documents.excel.workbook import Workbook
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package

_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_VML_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_MAX_THEME_BYTES, _MAX_PICTURE_BYTES, _MAX_HEADER_CHARACTERS = 60_000, 200_000, 255
_LOGO_ROWS = 5
_LEAST_CONTRAST = 3.0
# The roles of ours that Excel's own cell styles play, by their number ([ECMA-376] 18.8.7), and by names users give.
_ROLES_BY_NUMBER = {
    15: "title", 16: "heading", 20: "input", 22: "calculation", 25: "total", 26: "good", 27: "bad", 28: "warning",
    53: "note",
}  # fmt: skip
_ROLES_BY_NAME = {
    "title": "title", "subtitle": "subtitle", "heading 1": "heading", "header": "header", "table header": "header",
    "column header": "header", "input": "input", "assumption": "assumption", "calculation": "calculation",
    "total": "total", "good": "good", "bad": "bad", "neutral": "warning", "explanatory text": "note", "note": "note",
}  # fmt: skip
_EXPECTED = ("title", "heading", "input", "total")
_OFFICE_TABLE_STYLES = {"TableStyleMedium9", "TableStyleMedium2"}
_HEADER_PLACES: dict[str, HeaderPlace] = {
    "LH": "header_left", "CH": "header_center", "RH": "header_right", "LF": "footer_left", "CF": "footer_center",
    "RF": "footer_right",
}  # fmt: skip
_OFFICE_THEMES = {"#4F81BD", "#4472C4", "#156082", "#5B9BD5"}


def from_template(data: bytes, workbook: Workbook, look: Look) -> tuple[Workbook, list[Finding]]:
    """`workbook` in the template's design where `look` leaves a choice, and a warning for what was not taken over.

    Raises PackageError for what cannot be read.
    """
    ordinary, told = made_ordinary(data)
    package = Package.open(ordinary)
    template = read(package).workbook
    reader = _Reader(package)
    design = reader.design(template)
    if look.primary_color is None and design.palette:
        workbook.accent_color = design.palette[0]
    if look.font is None:
        workbook.font = template.font
    workbook.currency_symbol = template.currency_symbol
    workbook.design = design
    if any(sheet.used_area() for sheet in template.sheets):
        told.append(_lacking("The template's design was used; its sheets and what is in them were not"))
    return workbook, told + reader.findings


class _Reader:
    """Reads the design out of a package, and notes what it cannot take over."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main_part()
        self.findings: list[Finding] = []
        theme = package.related(self.main, "theme")
        self.theme = theme if theme and package.has(theme) else None
        styles = package.related(self.main, "styles")
        self.styles = package.tree(styles) if styles and package.has(styles) else etree.Element(f"{_M}styleSheet")
        self.colors = theme_colors(package.tree(self.theme) if self.theme else None)
        self.formats = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "")
            for element in self.styles.iter(f"{_M}numFmt")
        }

    def design(self, template: Workbook) -> Design:
        sheet = self._first_sheet()
        root = self.package.tree(sheet) if sheet else etree.Element(f"{_M}worksheet")
        palette = [color.upper() for color in self.colors[4:10]]
        if palette and palette[0] in _OFFICE_THEMES:
            self._tell("The template has Office's own theme: its colours are used, but say nothing of a brand")
        design = Design(theme=self._theme(), font=template.font, palette=palette if len(palette) == 6 else [])
        design.styles = self._named_styles()
        design.table_style = self._table_style()
        design.date_format = self._date_format()
        self._page(root, design)
        self._header(root, sheet, design)
        design.logo = self._logo(sheet)
        return design

    def _tell(self, message: str) -> None:
        self.findings.append(_lacking(message))

    def _first_sheet(self) -> str | None:
        targets = {relation.id: relation.target for relation in self.package.relationships(self.main)}
        for element in self.package.tree(self.main).iter(f"{_M}sheet"):
            part = targets.get(element.get(f"{_R}id", ""))
            if part and self.package.has(part) and element.get("state", "visible") == "visible":
                return part
        return None

    def _theme(self) -> str | None:
        """The theme part as it is, if it can stand alone."""
        if self.theme is None:
            self._tell("The template has no theme: its colours and fonts are ours")
            return None
        data = self.package.read(self.theme)
        if len(data) > _MAX_THEME_BYTES or b"blipFill" in data or list(self.package.relationships(self.theme)):
            self._tell("The template's theme has pictures in it: its colours and fonts are used, its fills are not")
            return None
        text = data.decode("utf-8", "replace")
        if not text.startswith("<?xml") or "<a:theme" not in text:
            declared = etree.tostring(self.package.tree(self.theme), xml_declaration=True, encoding="UTF-8")
            text = declared.decode()
        return text if "<a:theme" in text else None

    def _named_styles(self) -> dict[str, NamedCellStyle]:
        """The template's cell styles for our roles."""
        found: dict[str, NamedCellStyle] = {}
        xfs = self.styles.findall(f"{_M}cellStyleXfs/{_M}xf")
        for style in self.styles.iterfind(f"{_M}cellStyles/{_M}cellStyle"):
            number, name = style.get("builtinId"), style.get("name", "")
            builtin = int(number) if number and number.isdecimal() else None
            role = _ROLES_BY_NUMBER.get(builtin or -1) or _ROLES_BY_NAME.get(name.casefold())
            index = int(style.get("xfId", "0"))
            if role and role not in found and index < len(xfs):
                looks = self._looks(xfs[index])
                if looks and not _is_legible(looks):
                    self._tell(
                        f"The text of the template's cell style '{name}' cannot be read on its ground: ours is used"
                    )
                elif looks:
                    found[role] = NamedCellStyle(name=name, builtin=builtin, looks=looks)
        lacking = [role for role in _EXPECTED if role not in found]
        if lacking:
            self._tell(
                f"The template has no cell style for {', '.join(lacking)}: ours are used, in its colours and font"
            )
        return found

    def _looks(self, xf: etree._Element) -> dict[str, str | bool | int | float]:
        """A cell format in XlsxWriter's names."""
        looks: dict[str, Any] = {}
        font, fill, border = (
            self._member(xf, group, attribute)
            for group, attribute in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId"))
        )
        if font is not None:
            looks |= self._font(font)
        pattern = fill.find(f"{_M}patternFill") if fill is not None else None
        if pattern is not None and pattern.get("patternType") == "solid":
            color = resolved_color(pattern.find(f"{_M}fgColor"), self.colors)
            looks |= {"bg_color": color} if color else {}
        for side in ("top", "bottom", "left", "right"):
            line = border.find(f"{_M}{side}") if border is not None else None
            if line is not None and line.get("style", "none") != "none":
                looks[side] = border_number(line.get("style", "thin"))
                color = resolved_color(line.find(f"{_M}color"), self.colors)
                looks |= {f"{side}_color": color} if color else {}
        return looks

    def _member(self, xf: etree._Element, group: str, attribute: str) -> etree._Element | None:
        members = self.styles.find(f"{_M}{group}")
        index = int(xf.get(attribute, "0"))
        return members[index] if members is not None and 0 <= index < len(members) else None

    def _font(self, font: etree._Element) -> dict[str, Any]:
        looks: dict[str, Any] = {}
        for tag, name in (("b", "bold"), ("i", "italic"), ("strike", "font_strikeout"), ("u", "underline")):
            mark = font.find(f"{_M}{tag}")
            if mark is not None and mark.get("val", "1") not in {"0", "false", "none"}:
                looks[name] = True
        size = font.find(f"{_M}sz")
        points = float(size.get("val", "11")) if size is not None else 11.0
        if points != 11 and 6 <= points <= 40:
            looks["font_size"] = points
        color = resolved_color(font.find(f"{_M}color"), self.colors)
        return looks | ({"font_color": color} if color else {})

    def _table_style(self) -> str | None:
        """The style most tables have, else the workbook's own default; None for Office's."""
        parts = [name for name in self.package.names() if re.fullmatch(r"xl/tables/[^/]+\.xml", name)]
        infos = (self.package.tree(part).find(f"{_M}tableStyleInfo") for part in parts)
        used = Counter(info.get("name", "") for info in infos if info is not None and info.get("name"))
        styles = self.styles.find(f"{_M}tableStyles")
        default = styles.get("defaultTableStyle", "") if styles is not None else ""
        name = next((name for name, _ in used.most_common(1)), "") or default
        if not name or (name in _OFFICE_TABLE_STYLES and not used):
            return None
        known = re.fullmatch(r"TableStyle(Light|Medium|Dark)(\d+)", name)
        if known is None:
            self._tell(f"The table style '{name}' of the template is not one of Excel's: ours is used")
            return None
        return f"Table Style {known[1]} {known[2]}"

    def _date_format(self) -> str | None:
        """The format of most of the date formats of cells, if the template has one."""
        codes: Counter[str] = Counter()
        for xf in self.styles.iterfind(f"{_M}cellXfs/{_M}xf"):
            number = int(xf.get("numFmtId", "0"))
            code = self.formats.get(number) or BUILT_IN_FORMATS.get(number, "")
            plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code).lower()
            if "y" in plain and "d" in plain and "h" not in plain and "#" not in plain and "0" not in plain:
                codes[code] += 1
        return next((code for code, _ in codes.most_common(1)), None)

    def _page(self, root: etree._Element, design: Design) -> None:
        setup, margins = root.find(f"{_M}pageSetup"), root.find(f"{_M}pageMargins")
        paper = setup.get("paperSize", "") if setup is not None else ""
        design.paper = int(paper) if paper.isdecimal() and 0 < int(paper) < 119 else None
        if margins is not None:
            design.margins = {
                side: float(margins.get(side, "0.7"))
                for side in ("left", "right", "top", "bottom")
                if 0 <= float(margins.get(side, "0.7")) <= 3
            }

    def _header(self, root: etree._Element, sheet: str | None, design: Design) -> None:
        element = root.find(f"{_M}headerFooter")
        if element is None:
            return
        header, footer = (element.findtext(f"{_M}{name}") or "" for name in ("oddHeader", "oddFooter"))
        if max(len(header), len(footer)) > _MAX_HEADER_CHARACTERS:
            self._tell("The template's header or footer is too long for Excel: ours is used")
            return
        design.pictures = self._header_pictures(root, sheet) if "&G" in header + footer else {}
        held = {place.split("_")[0] for place in design.pictures}
        design.header = header if "header" in held else header.replace("&G", "")
        design.footer = footer if "footer" in held else footer.replace("&G", "")
        if element.get("differentFirst") in {"1", "true"} or element.get("differentOddEven") in {"1", "true"}:
            self._tell(
                "The template has headers of their own for first or even pages: that of odd pages is used on all"
            )

    def _header_pictures(self, root: etree._Element, sheet: str | None) -> dict[HeaderPlace, str]:
        link = root.find(f"{_M}legacyDrawingHF")
        relation = (
            self.package.relationships(sheet).get(link.get(f"{_R}id", "")) if link is not None and sheet else None
        )
        if relation is None or not self.package.has(relation.target):
            return {}
        found: dict[HeaderPlace, str] = {}
        images = {item.id: item.target for item in self.package.relationships(relation.target)}
        for shape in self.package.tree(relation.target).iter(f"{_VML}shape"):
            place = _HEADER_PLACES.get(shape.get("id", ""))
            data = shape.find(f"{_VML}imagedata")
            target = images.get(data.get(f"{_VML_OFFICE}relid", "")) if data is not None else None
            picture = self._picture(target, "A picture of the template's header or footer")
            if place and picture:
                found[place] = picture
        return found

    def _logo(self, sheet: str | None) -> str | None:
        """The picture at the head of the first sheet."""
        drawing = self.package.related(sheet, "drawing") if sheet else None
        if drawing is None or not self.package.has(drawing):
            return None
        images = {item.id: item.target for item in self.package.relationships(drawing)}
        for anchor in self.package.tree(drawing):
            row = anchor.find(f"{_DRAWING}from/{_DRAWING}row")
            blip = next(anchor.iter(f"{_A}blip"), None)
            if row is None or blip is None or int(row.text or 0) >= _LOGO_ROWS:
                continue
            picture = self._picture(
                images.get(blip.get(f"{_R}embed", "")), "The picture at the head of the first sheet"
            )
            if picture:
                return picture
        return None

    def _picture(self, part: str | None, what: str) -> str | None:
        if part is None or not self.package.has(part):
            return None
        data = self.package.read(part)
        if len(data) > _MAX_PICTURE_BYTES or open_picture(data) is None:
            self._tell(f"{what} was left out: only PNG, JPEG and GIF of up to 200 KB are used")
            return None
        return base64.b64encode(data).decode()


def _is_legible(looks: dict[str, str | bool | int | float]) -> bool:
    return contrast(str(looks.get("font_color", "#000000")), str(looks.get("bg_color", "#FFFFFF"))) >= _LEAST_CONTRAST


def _lacking(message: str) -> Finding:
    return Finding(code="template", message=message, severity="warning")
