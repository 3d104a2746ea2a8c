"""The template's cell styles in a finished file, so that its users find them in Excel's gallery of styles."""

from __future__ import annotations

import copy

from lxml import etree

from overten.documents.excel.design import NamedCellStyle
from overten.documents.ooxml.package import Package

_PART = "xl/styles.xml"
_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OWN = ("numFmtId", "fontId", "fillId", "borderId")


def named(data: bytes, styles: list[NamedCellStyle]) -> bytes:
    """The file with those of `styles` that its cells refer to. Style n of the list is that of formats with `xfId` n."""
    package = Package.open(data)
    root = package.edit(_PART)
    formats, bases, names = (root.find(f"{_M}{name}") for name in ("cellXfs", "cellStyleXfs", "cellStyles"))
    if formats is None or bases is None or names is None:
        return data
    numbers = {0: 0}
    for number, style in enumerate(styles, start=1):
        first = next((xf for xf in formats if xf.get("xfId") == str(number)), None)
        if first is None:
            continue
        base = etree.SubElement(bases, f"{_M}xf", {key: first.get(key, "0") for key in _OWN})
        base.set("numFmtId", "0")
        for child in first:
            base.append(copy.deepcopy(child))
        numbers[number] = len(bases) - 1
        entry = etree.SubElement(names, f"{_M}cellStyle", name=style.name, xfId=str(numbers[number]))
        if style.builtin is not None:
            entry.set("builtinId", str(style.builtin))
    for xf in formats:
        xf.set("xfId", str(numbers.get(int(xf.get("xfId", "0")), 0)))
    for group in (bases, names):
        group.set("count", str(len(group)))
    return package.save()
