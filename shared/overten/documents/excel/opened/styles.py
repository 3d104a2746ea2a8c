"""The styles part of a workbook: what its cell formats look like, and new ones made from them.

Formats are only ever added; the indexes that cells hold stay right.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from lxml import etree
from pydantic import ValidationError

from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.excel.operations import CellStyle
from overten.documents.excel.theme import Properties

_M = f"{{{MAIN}}}"
_FIRST_CUSTOM_FORMAT = 164
_SIDES = ("left", "right", "top", "bottom")
_BORDER_ORDER = ("start", "end", "left", "right", "top", "bottom", "diagonal", "vertical", "horizontal")
_FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)  # fmt: skip
# [ECMA-376] 18.8.30: the formats that files name by number alone.
BUILT_IN_FORMATS = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
# XlsxWriter's numbers of border styles.
_BORDERS = (
    "none", "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot",
    "mediumDashDot", "dashDotDot", "mediumDashDotDot", "slantDashDot",
)  # fmt: skip


class Styles:
    """The parsed styles part; `changed` says whether anything was added."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.changed = False
        self._formats = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "") for element in root.iter(f"{_M}numFmt")
        }
        self._derived: dict[tuple[int, tuple[tuple[str, Any], ...]], int] = {}
        self._added: dict[tuple[str, bytes], int] = {}
        self._imported: dict[tuple[int, int], int] = {}
        self._xfs = list(self._group("cellXfs"))

    def _group(self, name: str) -> etree._Element:
        found = self.root.find(f"{_M}{name}")
        return found if found is not None else self._new_group(name)

    def _new_group(self, name: str) -> etree._Element:
        order = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
        element = etree.Element(f"{_M}{name}", count="0")
        later = {f"{_M}{other}" for other in order[order.index(name) + 1 :]} | {f"{_M}tableStyles", f"{_M}colors"}
        later |= {f"{_M}extLst"}
        position = next((i for i, child in enumerate(self.root) if child.tag in later), len(self.root))
        self.root.insert(position, element)
        return element

    @property
    def count(self) -> int:
        return len(self._xfs)

    def format_code(self, index: int) -> str | None:
        """The number format of a cell format; None if it is general."""
        if not 0 <= index < len(self._xfs):
            return None
        number = int(self._xfs[index].get("numFmtId", "0"))
        code = self._formats.get(number) or BUILT_IN_FORMATS.get(number)
        return None if code is None or code.lower() == "general" else code

    def looks(self, index: int) -> CellStyle | None:
        """The main looks of a cell format; None if it is plain or there is no such format."""
        if not 0 <= index < len(self._xfs):
            return None
        xf = self._xfs[index]
        members: dict[str, Any] = {"number_format": self.format_code(index)}
        font, fill = self._member(xf, "fonts", "fontId"), self._member(xf, "fills", "fillId")
        if font is not None and xf.get("fontId", "0") != "0":
            members |= _font_looks(font, self._member(self._xfs[0], "fonts", "fontId"))
        pattern = fill.find(f"{_M}patternFill") if fill is not None else None
        if pattern is not None and pattern.get("patternType") == "solid":
            members["fill"] = _rgb(pattern.find(f"{_M}fgColor"))
        alignment = xf.find(f"{_M}alignment")
        if alignment is not None:
            members["align"] = {"left": "left", "center": "center", "right": "right"}.get(
                alignment.get("horizontal", "")
            )
            members["wrap"] = True if alignment.get("wrapText") in {"1", "true"} else None
        return _valid_style({key: value for key, value in members.items() if value is not None})

    def _member(self, xf: etree._Element, group: str, attribute: str) -> etree._Element | None:
        members = self.root.find(f"{_M}{group}")
        index = int(xf.get(attribute, "0"))
        return members[index] if members is not None and 0 <= index < len(members) else None

    def derived(self, base: int, properties: Properties) -> int:
        """The index of a format like `base` with these properties (XlsxWriter's names) over it."""
        looks = {key: value for key, value in properties.items() if key not in {"kind", "in_table"}}
        base = base if 0 <= base < len(self._xfs) else 0
        key = (base, tuple(sorted(looks.items(), key=lambda item: item[0])))
        if key not in self._derived:
            self._derived[key] = self._make(base, looks)
        return self._derived[key]

    def _make(self, base: int, looks: Properties) -> int:
        xf = copy.deepcopy(self._xfs[base]) if self._xfs else etree.Element(f"{_M}xf", numFmtId="0", fontId="0")
        anew = "role" in looks
        if "num_format" in looks:
            self._set(xf, "numFmtId", self._format_id(str(looks["num_format"])), "applyNumberFormat")
        if anew or looks.keys() & {"bold", "italic", "font_size", "font_color", "underline", "font_strikeout"}:
            font = self._member(self._xfs[0] if anew else xf, "fonts", "fontId")
            self._set(xf, "fontId", self._add("fonts", _font(font, looks)), "applyFont")
        if anew or "bg_color" in looks:
            self._set(xf, "fillId", self._add("fills", _fill(looks.get("bg_color"))), "applyFill")
        sides = {side: looks[side] for side in _SIDES if side in looks}
        if anew or sides:
            border = None if anew else self._member(xf, "borders", "borderId")
            self._set(xf, "borderId", self._add("borders", _border(border, looks)), "applyBorder")
        _align(xf, looks)
        return self._add_xf(xf)

    def _set(self, xf: etree._Element, attribute: str, index: int, applied: str) -> None:
        xf.set(attribute, str(index))
        xf.set(applied, "1")

    def _add_xf(self, xf: etree._Element) -> int:
        group = self._group("cellXfs")
        group.append(xf)
        self._xfs.append(xf)
        group.set("count", str(len(group)))
        self.changed = True
        return len(self._xfs) - 1

    def _format_id(self, code: str) -> int:
        for number, known in (*self._formats.items(), *BUILT_IN_FORMATS.items()):
            if known == code:
                return number
        if code.lower() == "general":
            return 0
        number = max([_FIRST_CUSTOM_FORMAT - 1, *self._formats]) + 1
        group = self._group("numFmts")
        etree.SubElement(group, f"{_M}numFmt", numFmtId=str(number), formatCode=code)
        group.set("count", str(len(group)))
        self._formats[number] = code
        self.changed = True
        return number

    def _add(self, group_name: str, element: etree._Element) -> int:
        """The index of the element in its group, where an equal one is used again."""
        group = self._group(group_name)
        key = (group_name, _canonical(element))
        if key not in self._added:
            for index, other in enumerate(group):
                self._added.setdefault((group_name, _canonical(other)), index)
        if key not in self._added:
            group.append(element)
            group.set("count", str(len(group)))
            self._added[key] = len(group) - 1
            self.changed = True
        return self._added[key]

    def imported(self, donor: Styles, index: int) -> int:
        """The index of a format equal to one of another styles part."""
        key = (id(donor), index)
        if key not in self._imported:
            source = donor._xfs[index]
            xf = copy.deepcopy(source)
            xf.set("numFmtId", str(self._format_id(donor.format_code(index) or "General")))
            for group, attribute in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")):
                member = donor._member(source, group, attribute)
                if member is not None:
                    xf.set(attribute, str(self._add(group, copy.deepcopy(member))))
            for applied in ("applyFont", "applyFill", "applyBorder", "applyNumberFormat"):
                xf.set(applied, "1")
            xf.set("xfId", "0")
            self._imported[key] = self._add_xf(xf)
        return self._imported[key]

    def imported_difference(self, donor: Styles, index: int) -> int:
        """The index of a differential format copied from another styles part."""
        source = donor.root.find(f"{_M}dxfs")
        if source is None:
            return 0
        group = self._group("dxfs")
        group.append(copy.deepcopy(source[index]))
        group.set("count", str(len(group)))
        self.changed = True
        return len(group) - 1


def border_number(style: str) -> int:
    """XlsxWriter's number of a border style; a thin line for one it does not know."""
    return _BORDERS.index(style) if style in _BORDERS else 1


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True))


def _rgb(color: etree._Element | None) -> str | None:
    value = color.get("rgb", "") if color is not None else ""
    return f"#{value[-6:].upper()}" if re.fullmatch(r"[0-9A-Fa-f]{8}", value) else None


def _font_looks(font: etree._Element, base: etree._Element | None) -> dict[str, Any]:
    looks: dict[str, Any] = {"font_color": _rgb(font.find(f"{_M}color"))}
    for member, tag in (("bold", "b"), ("italic", "i")):
        element = font.find(f"{_M}{tag}")
        if element is not None and element.get("val", "1") not in {"0", "false"}:
            looks[member] = True
    size = font.find(f"{_M}sz")
    standard = base.find(f"{_M}sz") if base is not None else None
    if size is not None and (standard is None or size.get("val") != standard.get("val")):
        looks["font_size"] = size.get("val")
    return looks


def _valid_style(members: dict[str, Any]) -> CellStyle | None:
    """The style, without members that the model's bounds do not take."""
    while members:
        try:
            return CellStyle.model_validate(members)
        except ValidationError as error:
            for problem in error.errors():
                members.pop(str(problem["loc"][0]) if problem["loc"] else next(iter(members)), None)
    return None


def _argb(color: str) -> str:
    return "FF" + color.lstrip("#").upper()


def _font(base: etree._Element | None, looks: Properties) -> etree._Element:
    font = copy.deepcopy(base) if base is not None else etree.Element(f"{_M}font")
    for tag, key in (("b", "bold"), ("i", "italic"), ("strike", "font_strikeout")):
        if key in looks:
            _put(font, tag, {} if looks[key] else None)
    if "underline" in looks:
        _put(font, "u", {} if looks["underline"] else None)
    if "font_size" in looks:
        _put(font, "sz", {"val": f"{float(looks['font_size']):g}"})
    if "font_color" in looks:
        _put(font, "color", {"rgb": _argb(looks["font_color"])})
    font[:] = sorted(font, key=lambda child: _place(_FONT_ORDER, child))
    return font


def _put(parent: etree._Element, tag: str, attributes: dict[str, str] | None) -> None:
    old = parent.find(f"{_M}{tag}")
    if old is not None:
        parent.remove(old)
    if attributes is not None:
        etree.SubElement(parent, f"{_M}{tag}", attributes)


def _place(order: tuple[str, ...], child: etree._Element) -> int:
    name = etree.QName(child).localname
    return order.index(name) if name in order else len(order)


def _fill(color: Any) -> etree._Element:
    fill = etree.Element(f"{_M}fill")
    pattern = etree.SubElement(fill, f"{_M}patternFill", patternType="solid" if color else "none")
    if color:
        etree.SubElement(pattern, f"{_M}fgColor", rgb=_argb(str(color)))
        etree.SubElement(pattern, f"{_M}bgColor", indexed="64")
    return fill


def _border(base: etree._Element | None, looks: Properties) -> etree._Element:
    border = copy.deepcopy(base) if base is not None else etree.Element(f"{_M}border")
    for side in _SIDES:
        if side not in looks and base is not None:
            continue
        _put(border, side, {})
        element = border.find(f"{_M}{side}")
        style = int(looks.get(side) or 0)
        if element is not None and 0 < style < len(_BORDERS):
            element.set("style", _BORDERS[style])
            color = looks.get(f"{side}_color")
            if color:
                etree.SubElement(element, f"{_M}color", rgb=_argb(str(color)))
            else:
                etree.SubElement(element, f"{_M}color", auto="1")
    if border.find(f"{_M}diagonal") is None:
        etree.SubElement(border, f"{_M}diagonal")
    border[:] = sorted(border, key=lambda child: _place(_BORDER_ORDER, child))
    return border


def _align(xf: etree._Element, looks: Properties) -> None:
    members: dict[str, str] = {}
    if "align" in looks:
        members["horizontal"] = str(looks["align"])
    if "valign" in looks:
        members["vertical"] = {"vcenter": "center"}.get(str(looks["valign"]), str(looks["valign"]))
    if "text_wrap" in looks:
        members["wrapText"] = "1" if looks["text_wrap"] else "0"
    if "indent" in looks:
        members["indent"] = str(looks["indent"])
    if "rotation" in looks:
        angle = int(looks["rotation"])
        members["textRotation"] = str(angle if angle >= 0 else 90 - angle)
    if not members:
        return
    alignment = xf.find(f"{_M}alignment")
    if alignment is None:
        alignment = etree.Element(f"{_M}alignment")
        xf.insert(0, alignment)
    for key, value in members.items():
        alignment.set(key, value)
    xf.set("applyAlignment", "1")


def minimal_styles() -> etree._Element:
    """A styles part for a workbook that has none."""
    return etree.fromstring(
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
