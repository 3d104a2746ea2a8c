"""Languages that are not written in Latin letters: their fonts, and the direction of those that run from the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.documents.word.xml import el, elements, find, put, q, unset

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_EAST_ASIAN = {"ja": "Yu Gothic", "ko": "Malgun Gothic", "zh": "Microsoft YaHei", "zh-TW": "Microsoft JhengHei"}
_FROM_THE_RIGHT = {"ar", "fa", "he", "ur"}
_COMPLEX_FONT = "Arial"  # has Arabic and Hebrew, and every computer has it


def runs_from_the_right(language: str) -> bool:
    return language.partition("-")[0] in _FROM_THE_RIGHT


def apply_script(document: Document, language: str) -> None:
    """Makes the document's defaults those of the language's script. Its default properties are there already."""
    short = language.partition("-")[0]
    mirrored = runs_from_the_right(language)
    defaults = document.package.edit(document.part("styles") or "")
    looks = find(defaults, "w:docDefaults/w:rPrDefault/w:rPr")
    tagged = find(looks, "w:lang")
    if looks is None or tagged is None:
        return
    if short in _EAST_ASIAN:
        tagged.set(q("w:eastAsia"), language)
        _set_theme_font(document, "ea", _EAST_ASIAN.get(language, _EAST_ASIAN[short]))
    if mirrored:
        tagged.set(q("w:bidi"), language)
        _set_theme_font(document, "cs", _COMPLEX_FONT)
    for themed in elements(document.edit_settings(), "w:themeFontLang"):
        if short in _EAST_ASIAN:
            themed.set(q("w:eastAsia"), language)
        if mirrored:
            themed.set(q("w:bidi"), language)
    spacing = find(defaults, "w:docDefaults/w:pPrDefault/w:pPr")
    document.edit_body()
    places = [(looks, "w:rtl"), *([(spacing, "w:bidi")] if spacing is not None else [])]
    for holder, mark in [*places, *((section, "w:bidi") for section in document.sections())]:
        if mirrored:
            put(holder, el(mark))
        else:
            unset(holder, mark)


def _set_theme_font(document: Document, script: str, font: str) -> None:
    name = document.part("theme")
    if name is None:
        return
    for fonts in elements(document.package.edit(name), "a:minorFont", "a:majorFont"):
        face = find(fonts, f"a:{script}")
        if face is not None:
            face.set("typeface", font)
