"""The marks of text, a small safe subset of Markdown, parsed into pieces. What is no mark is text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

PieceKind = Literal["text", "break", "tab", "link", "footnote", "endnote", "reference", "citation", "math", "field"]
FIELDS = {"page": "PAGE", "pages": "NUMPAGES", "title": "TITLE"}

_ESCAPABLE = r"\\`*_{}[]^~$"
_LINK_TARGET = re.compile(r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+)$", re.IGNORECASE)
_LABEL = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,35}$")
_CITATION = re.compile(r"\[@([A-Za-z][A-Za-z0-9_-]{0,35}(?:;\s*@[A-Za-z][A-Za-z0-9_-]{0,35})*)\]")


@dataclass(frozen=True)
class Piece:
    """A run of text alike in its looks, or a thing that stands in the text.

    `text` is what is shown; for a note or a link it is the note's or link's own text with marks still in it. `target`
    is a link's address, a reference's label, a citation's keys, a field's name.
    """

    kind: PieceKind = "text"
    text: str = ""
    bold: bool = False
    italic: bool = False
    code: bool = False
    raised: Literal["superscript", "subscript"] | None = None
    target: str = ""

    def with_text(self, text: str) -> Piece:
        return replace(self, text=text)

    def same_marks(self, other: Piece) -> bool:
        return self.with_text("") == other.with_text("")


# What no mark starts with, which is most of a text.
_PLAIN = re.compile(r"[^\\\n\t*`\[\^{]+")
_MARK = re.compile(r"[\\*`\[\^{]")


@dataclass
class _Parser:
    source: str
    fields: bool
    position: int = 0
    looks: Piece = field(default_factory=Piece)
    pieces: list[Piece] = field(default_factory=list)
    text: str = ""

    def flush(self) -> None:
        if self.text:
            self.pieces.append(replace(self.looks, text=self.text))
            self.text = ""

    def add(self, piece: Piece) -> None:
        self.flush()
        self.pieces.append(piece)

    def run(self) -> list[Piece]:
        while self.position < len(self.source):
            plain = _PLAIN.match(self.source, self.position)
            if plain:
                self.text += plain[0]
                self.position = plain.end()
            elif not self._mark():
                self.text += self.source[self.position]
                self.position += 1
        self.flush()
        return self.pieces

    def _mark(self) -> bool:
        """Takes the mark that starts here; False if none does."""
        character = self.source[self.position]
        if character == "\\" and self.source[self.position + 1 : self.position + 2] in tuple(_ESCAPABLE):
            self.text += self.source[self.position + 1]
            self.position += 2
            return True
        if character in "\n\t":
            self.add(replace(self.looks, kind="break" if character == "\n" else "tab"))
            self.position += 1
            return True
        taken = {"*": self._emphasis, "`": self._code, "[": self._bracket, "^": self._note, "{": self._brace}.get(
            character
        )
        return taken() if taken else False

    def _emphasis(self) -> bool:
        start = self.position
        mark = next(mark for mark in ("***", "**", "*") if self.source.startswith(mark, start))
        inner = self.source[start + len(mark) :]
        end = _closing(inner, mark)
        if end < 1 or inner[0].isspace() or inner[end - 1].isspace():
            return False
        looks = replace(self.looks, bold=self.looks.bold or mark != "*", italic=self.looks.italic or mark != "**")
        self.flush()
        self.pieces += _Parser(inner[:end], self.fields, looks=looks).run()
        self.position = start + 2 * len(mark) + end
        return True

    def _code(self) -> bool:
        end = self.source.find("`", self.position + 1)
        if end <= self.position + 1:
            return False
        self.add(replace(self.looks, code=True, text=self.source[self.position + 1 : end]))
        self.position = end + 1
        return True

    def _bracket(self) -> bool:
        cited = _CITATION.match(self.source, self.position)
        if cited:
            self.add(replace(self.looks, kind="citation", target=cited[1].replace("@", "").replace(" ", "")))
            self.position = cited.end()
            return True
        end = _balanced(self.source, self.position, "[]")
        if end < 0 or self.source[end + 1 : end + 2] != "(":
            return False
        close = _balanced(self.source, end + 1, "()")
        target = self.source[end + 2 : close] if close > 0 else ""
        if not _LINK_TARGET.match(target):
            return False
        self.add(replace(self.looks, kind="link", text=self.source[self.position + 1 : end], target=target))
        self.position = close + 1
        return True

    def _note(self) -> bool:
        if self.source[self.position + 1 : self.position + 2] != "[":
            return False
        end = _balanced(self.source, self.position + 1, "[]")
        if end < 0 or not self.source[self.position + 2 : end].strip():
            return False
        self.add(replace(self.looks, kind="footnote", text=self.source[self.position + 2 : end].strip()))
        self.position = end + 1
        return True

    def _brace(self) -> bool:
        end = _balanced(self.source, self.position, "{}")
        piece = self._braced(self.source[self.position + 1 : end]) if end > 0 else None
        if piece is None:
            return False
        self.add(piece)
        self.position = end + 1
        return True

    def _braced(self, inner: str) -> Piece | None:
        name, colon, content = inner.partition(":")
        if not colon:
            is_field = self.fields and name in FIELDS
            return replace(self.looks, kind="field", target=FIELDS[name]) if is_field else None
        if not content.strip():
            return None
        if name == "ref" and _LABEL.match(content):
            return replace(self.looks, kind="reference", target=content)
        if name in {"sup", "sub"}:
            return replace(self.looks, text=content, raised="superscript" if name == "sup" else "subscript")
        if name == "endnote":
            return replace(self.looks, kind="endnote", text=content.strip())
        return replace(self.looks, kind="math", text=content) if name == "math" else None


def parse(text: str, *, fields: bool = False) -> list[Piece]:
    """The pieces of a text with marks. With `fields`, `{page}`, `{pages}` and `{title}` are pieces as well."""
    return _Parser(text, fields).run()


def plain(text: str) -> str:
    """The text as it is read, without its marks and notes."""
    return "".join(_shown(piece) for piece in parse(text))


def _shown(piece: Piece) -> str:
    if piece.kind == "link":
        return plain(piece.text)
    return {"text": piece.text, "break": "\n", "tab": "\t", "math": piece.text}.get(piece.kind, "")


def escaped(text: str) -> str:
    """The text with marks that show it as it is: whatever looks like one is none. Breaks and tabs stay."""
    return _MARK.sub(r"\\\g<0>", text)


def is_link_target(target: str) -> bool:
    """Whether a hyperlink may lead there: the web or a mail address, nothing else."""
    return _LINK_TARGET.match(target) is not None


def _closing(text: str, mark: str) -> int:
    """Where an emphasis ends: the next mark of its kind that is not escaped or part of a longer one; -1 if nowhere."""
    index = 0
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        if text[index] == "`":
            end = text.find("`", index + 1)
            index = end + 1 if end > 0 else index + 1
            continue
        if text[index] == "*" and mark == "**" and not text.startswith("**", index):
            inner = _closing(text[index + 1 :], "*")
            index += inner + 2 if inner > 0 else 1
            continue
        if text.startswith("***", index) and mark == "*" and index and not text[index - 1].isspace():
            return index
        if text.startswith("**", index) and mark == "*":
            inner = _closing(text[index + 2 :], "**")
            index += inner + 4 if inner > 0 else 2
            continue
        if text.startswith(mark, index):
            return index
        index += 1
    return -1


def _balanced(text: str, start: int, pair: str) -> int:
    """The index of the bracket that closes the one at `start`; -1 if none does."""
    depth, index = 0, start
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        depth += (text[index] == pair[0]) - (text[index] == pair[1])
        if depth == 0:
            return index
        index += 1
    return -1
