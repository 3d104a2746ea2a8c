"""Whether a formula is well formed by Excel's grammar, whatever a calculator makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

_NAME = r"[^\W\d][\w.\\?]*|\\[\w.\\?]*"
_PART = re.compile(rf"\$?[A-Za-z]{{1,3}}\$?[0-9]{{1,7}}|\$?[A-Za-z]{{1,3}}|\$?[0-9]{{1,7}}|#REF!|{_NAME}")
_SHEET = re.compile(r"(?:'(?:[^']|'')+'|[^!':]+(?::[^!':]+)?)!(?!$)")
_STRUCTURED = re.compile(rf"(?:{_NAME})?\[.*\]", re.DOTALL)


class _Token(Protocol):
    @property
    def value(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def subtype(self) -> str: ...


def fault(tokens: Sequence[_Token]) -> str | None:
    """What is wrong with the order of the tokens or with one of them, in words; None if the formula is well formed."""
    return _Reader(tokens).read()


class _Reader:
    """Reads tokens from left to right. `_has` says whether a value stands directly before, `_after` whether an
    operator waits for one; between brackets and separators neither need be, as arguments may be empty."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._has = self._waits = self._spaced = False
        self._open: list[str] = []
        self._previous = ""

    def read(self) -> str | None:
        for token in self._tokens:
            problem = self._take(token)
            if problem:
                return problem
            self._spaced = token.type == "WHITE-SPACE"
            self._previous = self._previous if self._spaced else f"{token.type} {token.subtype}"
        if not self._has:
            return "it ends before its last value"
        return None

    def _take(self, token: _Token) -> str | None:
        if token.type == "OPERAND":
            return self._value(token) or _operand_fault(token)
        if token.subtype == "OPEN":
            return self._opening(token)
        if token.subtype == "CLOSE":
            return self._closing(token)
        if token.type == "SEP":
            return self._separator(token)
        if token.type.startswith("OPERATOR"):
            return self._operator(token)
        return None

    def _value(self, token: _Token) -> str | None:
        joined = token.value.startswith(":") and self._previous.endswith("CLOSE")  # OFFSET(…):B2
        if (
            self._has and not self._spaced and not joined
        ):  # a space between two ranges is the operator of their intersection
            return f"an operator is missing before {token.value}"
        self._has, self._waits = True, False
        return None

    def _opening(self, token: _Token) -> str | None:
        called = token.type == "PAREN" and self._previous == "FUNC CLOSE"  # LAMBDA(…)(…)
        if self._has and not called and not self._spaced:
            return f"an operator is missing before {token.value}"
        self._open.append("FUNC" if called else token.type)
        self._has = self._waits = False
        return None

    def _closing(self, token: _Token) -> str | None:
        opened = self._open.pop() if self._open else ""
        if self._waits or (not self._has and opened != "FUNC"):
            return f"a value is missing before {token.value}"
        self._has, self._waits = True, False
        return None

    def _separator(self, token: _Token) -> str | None:
        if self._waits:
            return f"a value is missing before {token.value}"
        if not self._open:
            return f"{token.value} stands outside of a function"
        if token.subtype == "ROW" and self._open[-1] == "FUNC":
            return "arguments are separated by commas, not semicolons"
        self._has = self._waits = False
        return None

    def _operator(self, token: _Token) -> str | None:
        if token.type == "OPERATOR-PREFIX":
            self._has, self._waits = False, True
            return None
        if not self._has:
            return f"a value is missing before {token.value}"
        if token.type == "OPERATOR-INFIX":
            self._has, self._waits = False, True
        return None


def _operand_fault(token: _Token) -> str | None:
    if token.subtype != "RANGE" or _STRUCTURED.fullmatch(token.value):
        return None
    bare = _SHEET.sub("", token.value.lstrip("@").removeprefix(":"))
    if "!" in bare.replace("#REF!", ""):
        return f"{token.value!r} does not name its sheet as Excel does; write it as 'My sheet'!A1"
    if not all(_PART.fullmatch(part) for part in bare.split(":")):
        return f"{token.value!r} is neither a reference nor a name"
    return None
