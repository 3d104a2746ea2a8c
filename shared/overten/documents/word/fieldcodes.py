"""Fields of a part: their instructions, and the results Word last computed for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from overten.documents.word.xml import elements, local, q, remove, text_element


@dataclass
class Field:
    """A complex field. `result` holds the runs of its result outside of fields nested in it."""

    begin: etree._Element
    instruction: str = ""
    result: list[etree._Element] = field(default_factory=list)
    end: etree._Element | None = None
    separated: bool = False

    @property
    def words(self) -> list[str]:
        return self.instruction.split()

    @property
    def name(self) -> str:
        return self.words[0].upper() if self.words else ""

    @property
    def argument(self) -> str:
        """The first argument, such as a bookmark's name."""
        return self.words[1].strip('"') if len(self.words) > 1 else ""

    def shown(self) -> str:
        return "".join(t.text or "" for run in self.result for t in run.iter(q("w:t")))

    def show(self, text: str) -> bool:
        """Sets the result, which keeps the looks of its first run. False if it is that already or has no run."""
        nodes = [t for run in self.result for t in run.iter(q("w:t"))]
        if not nodes or self.shown() == text:
            return False
        first, parent = nodes[0], nodes[0].getparent()
        assert parent is not None  # noqa: S101 - a text is in its run
        parent.replace(first, text_element("w:t", text))
        for other in nodes[1:]:
            remove(other)
        return True


def fields(root: etree._Element) -> Iterator[Field]:
    """The complex fields of a part in the order of their ends; text of deleted ones is passed over."""
    stack: list[Field] = []
    for run in elements(root, "w:r"):
        parent = run.getparent()
        if parent is not None and local(parent) in {"del", "moveFrom"}:
            continue
        for child in run:
            name = local(child)
            if name == "fldChar":
                kind = child.get(q("w:fldCharType"))
                if kind == "begin":
                    stack.append(Field(run))
                elif kind == "separate" and stack:
                    stack[-1].separated = True
                elif kind == "end" and stack:
                    done = stack.pop()
                    done.end = run
                    yield done
            elif name == "instrText" and stack and not stack[-1].separated:
                stack[-1].instruction += child.text or ""
            elif name in {"t", "tab"} and stack and stack[-1].separated and run not in stack[-1].result:
                stack[-1].result.append(run)


def bookmark_text(root: etree._Element, name: str) -> str | None:
    """The text between the marks of a bookmark, None if there is none of that name."""
    shown: list[str] = []
    identifier: str | None = None
    for node in elements(root, "w:bookmarkStart", "w:bookmarkEnd", "w:t", "w:tab"):
        kind = local(node)
        if kind == "bookmarkStart" and node.get(q("w:name")) == name:
            identifier = node.get(q("w:id"))
        elif kind == "bookmarkEnd" and identifier is not None and node.get(q("w:id")) == identifier:
            return "".join(shown)
        elif identifier is not None and kind == "t" and not _is_deleted(node):
            shown.append(node.text or "")
    return None


def _is_deleted(node: etree._Element) -> bool:
    return any(local(parent) in {"del", "moveFrom"} for parent in node.iterancestors())


def bookmarks(root: etree._Element) -> dict[str, etree._Element]:
    """The paragraphs in which bookmarks begin, by name."""
    found: dict[str, etree._Element] = {}
    for mark in elements(root, "w:bookmarkStart"):
        paragraph = next((a for a in mark.iterancestors() if local(a) == "p"), None)
        if paragraph is not None:
            found[mark.get(q("w:name"), "")] = paragraph
    return found


def simple_fields(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The instructions of simple fields with their elements."""
    for element in elements(root, "w:fldSimple"):
        yield element.get(q("w:instr"), ""), element


def has_field(root: etree._Element, name: str) -> bool:
    """Whether a part has a field of a name, simple or complex."""
    simple = any(instruction.split()[:1] == [name] for instruction, _ in simple_fields(root))
    return simple or any(one.name == name for one in fields(root))
