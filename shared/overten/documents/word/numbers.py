"""What list numbers a document shows: Word keeps only the definitions and counts for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.word import styles
from overten.documents.word.xml import elements, find, findall, path_value, q, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def list_numbers(document: Document) -> dict[str, str]:
    """The number or bullet before each paragraph of a list, by the paragraph's id."""
    name = document.part("numbering")
    if name is None:
        return {}
    counter = _Counter(document, document.package.tree(name))
    shown: dict[str, str] = {}
    for paragraph in elements(document.body(), "w:p"):
        label = counter.label(paragraph)
        if label is not None:
            shown[paragraph.get(q("w14:paraId"), "")] = label
    return shown


class _Counter:
    def __init__(self, document: Document, root: etree._Element) -> None:
        self._styles = styles.by_id(document.styles())
        self._abstract = {a.get(q("w:abstractNumId")): a for a in findall(root, "w:abstractNum")}
        self._instances = {n.get(q("w:numId")): n for n in findall(root, "w:num")}
        self._counts: dict[tuple[str, int], int] = {}
        self._begun: set[str] = set()

    def label(self, paragraph: etree._Element) -> str | None:
        number, level = self._place(paragraph)
        if number is None or number == "0" or number not in self._instances:
            return None
        instance = self._instances[number]
        abstract_id = path_value(instance, "w:abstractNumId") or ""
        definition = self._abstract.get(abstract_id)
        if definition is None:
            return None
        self._begin(number, instance, abstract_id)
        levels = {int(value(lvl, "w:ilvl") or 0): lvl for lvl in findall(definition, "w:lvl")}
        if level not in levels:
            return None
        key = (abstract_id, level)
        self._counts[key] = self._counts.get(key, self._start(levels[level]) - 1) + 1
        for deeper in range(level + 1, 9):
            self._counts.pop((abstract_id, deeper), None)
        return self._formatted(levels, level, abstract_id)

    def _place(self, paragraph: etree._Element) -> tuple[str | None, int]:
        direct = find(paragraph, "w:pPr/w:numPr")
        style = path_value(paragraph, "w:pPr/w:pStyle")
        chain = styles.chain(self._styles, style)
        sources = [direct, *(find(one, "w:pPr/w:numPr") for one in chain)]
        number = next((n for s in sources if s is not None and (n := path_value(s, "w:numId"))), None)
        level = next((n for s in sources if s is not None and (n := path_value(s, "w:ilvl"))), "0")
        return number, int(level) if level.isdigit() else 0

    def _begin(self, number: str, instance: etree._Element, abstract: str) -> None:
        """A list that overrides the start of a level counts anew at its first paragraph."""
        if number in self._begun:
            return
        self._begun.add(number)
        for override in findall(instance, "w:lvlOverride"):
            start = path_value(override, "w:startOverride")
            if start is not None:
                self._counts[abstract, int(value(override, "w:ilvl") or 0)] = int(start) - 1

    def _start(self, level: etree._Element) -> int:
        start = path_value(level, "w:start") or "1"
        return int(start) if start.isdigit() else 1

    def _formatted(self, levels: dict[int, etree._Element], level: int, abstract: str) -> str:
        text = path_value(levels[level], "w:lvlText") or ""
        if path_value(levels[level], "w:numFmt") == "bullet":
            return "•"
        for index in range(9):
            if f"%{index + 1}" in text and index in levels:
                count = self._counts.get((abstract, index), self._start(levels[index]))
                text = text.replace(f"%{index + 1}", _count(count, path_value(levels[index], "w:numFmt") or "decimal"))
        return text


def _count(count: int, format: str) -> str:
    if format in {"lowerRoman", "upperRoman"} and count > 0:
        roman = ""
        for size, letters in _ROMAN:
            while count >= size:
                roman, count = roman + letters, count - size
        return roman.upper() if format == "upperRoman" else roman
    if format in {"lowerLetter", "upperLetter"} and count > 0:
        letter = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if format == "upperLetter" else letter
    return "" if format == "none" else f"{count:02d}" if format == "decimalZero" else str(count)
