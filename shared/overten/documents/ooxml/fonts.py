"""The fonts that a document is written in, and those of them that its readers may not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from overten.documents.models import Finding

if TYPE_CHECKING:
    from lxml import etree

    from overten.documents.ooxml.package import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml|ppt/(slides|charts)/[^/]+\.xml")
_DRAWN = re.compile(r"ppt/(slides|slideMasters|slideLayouts)/[^/]+\.xml|(ppt|xl|word)/charts/[^/]+\.xml")


@cache
def _common() -> frozenset[str]:
    """What Windows 11, macOS or Microsoft 365 bring along, its cloud fonts included, as their vendors list them:
    https://learn.microsoft.com/typography/fonts/windows_11_font_list, https://support.apple.com/109490,
    https://support.microsoft.com/office/cloud-fonts-in-office-f7b009fe-037f-45ed-a556-b5fe6ede6adb"""
    listed = Path(__file__).with_name("common_fonts.txt").read_text("utf-8")
    return frozenset(name.casefold() for name in listed.splitlines())


def unavailable_fonts(package: Package) -> list[Finding]:
    """A warning for each font that the document is written in, does not bring along, and few readers have: with them
    another stands in its place, and lines run otherwise."""
    lacking = sorted(
        {font for font in used_fonts(package) if font.casefold() not in _common()} - embedded_fonts(package)
    )
    return [
        Finding(
            code="font_not_available",
            message=f"The font '{font}' comes with neither Windows, macOS nor Office: where it is not installed, "
            "another is shown in its place, and lines may break elsewhere",
            severity="warning",
            subject=font,
        )
        for font in lacking
    ]


def used_fonts(package: Package) -> set[str]:
    """The families that text of the document is set in: those of its theme, its styles in use and its runs."""
    found: list[str | None] = []
    for name in package.names():
        if re.fullmatch(r"(word|ppt|xl)/theme/theme1\.xml", name):
            found += _attributes(package.tree(name), (f"{_A}latin",), ("typeface",))
        elif name.startswith("word/") and _TEXTS.fullmatch(name):
            found += _attributes(package.tree(name), (f"{_W}rFonts",), ("ascii", "hAnsi"), _W)
        elif name == "word/styles.xml":
            found += _fonts_of_styles(package, package.tree(name))
        elif _DRAWN.fullmatch(name):
            found += _attributes(package.tree(name), (f"{_A}latin",), ("typeface",))
        elif name == "xl/styles.xml":
            found += _attributes(package.tree(name), (f"{_X}name",), ("val",))
    return {font for font in found if font and not font.startswith(("+", "@"))}


def embedded_fonts(package: Package) -> set[str]:
    """The families that the document carries with it."""
    found: set[str] = set()
    if package.has("word/fontTable.xml"):
        for font in package.tree("word/fontTable.xml").iter(f"{_W}font"):
            if font.find(f"{_W}embedRegular") is not None:
                found.add(font.get(f"{_W}name", ""))
    if package.has("ppt/presentation.xml"):
        presentation = package.tree("ppt/presentation.xml")
        found |= {font.get("typeface", "") for font in presentation.iterfind(".//{*}embeddedFont/{*}font")}
    return found


def _attributes(
    root: etree._Element, tags: tuple[str, ...], names: tuple[str, ...], namespace: str = ""
) -> Iterator[str | None]:
    for element in root.iter(*tags):
        for name in names:
            yield element.get(namespace + name)


def _fonts_of_styles(package: Package, styles: etree._Element) -> Iterator[str | None]:
    """The fonts of the document's defaults, and of the styles that its texts use, with those they are based on."""
    by_id = {style.get(f"{_W}styleId"): style for style in styles.iterfind(f"{_W}style")}
    waiting = [style for style in by_id.values() if style.get(f"{_W}default") in ("1", "true")]
    waiting += [by_id[used] for used in _styles_in_use(package) if used in by_id]
    seen: set[str | None] = set()
    roots: list[etree._Element] = list(styles.iterfind(f"{_W}docDefaults"))
    while waiting:
        style = waiting.pop()
        if style.get(f"{_W}styleId") in seen:
            continue
        seen.add(style.get(f"{_W}styleId"))
        roots.append(style)
        parents = [based.get(f"{_W}val") for based in style.iterfind(f"{_W}basedOn")]
        waiting += [by_id[parent] for parent in parents if parent in by_id]
    for root in roots:
        yield from _attributes(root, (f"{_W}rFonts",), ("ascii", "hAnsi"), _W)


def _styles_in_use(package: Package) -> Iterable[str]:
    tags = (f"{_W}pStyle", f"{_W}rStyle", f"{_W}tblStyle")
    return {
        used
        for name in package.names()
        if name.startswith("word/") and _TEXTS.fullmatch(name)
        for used in _attributes(package.tree(name), tags, ("val",), _W)
        if used
    }
