"""Errors of the document engines. They know nothing of HTTP."""

from __future__ import annotations


class OperationError(Exception):
    """An operation was refused and nothing of it was applied.

    `where` names the place (a sheet, range or member), `fix` what the caller should do instead. The text is written
    for whoever made the call, a model included.
    """

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(f"{what} ({where}). {fix}")
        self.what = what
        self.where = where
        self.fix = fix
