"""What conversions ask of an office program, so that they do not depend on which one it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from overten.export.errors import ConverterFailed, OfficeMissing

Settings = Mapping[str, bool | int | str]
_MISSING = "This export needs LibreOffice, which is not installed here. See docs/local-stack.md on how to install it."


class Result(Protocol):
    """A converted document and the files beside it, such as the pictures of a page of HTML."""

    @property
    def data(self) -> bytes: ...
    @property
    def side_files(self) -> Mapping[str, bytes]: ...


class OfficeProgram(Protocol):
    def convert(
        self, data: bytes, extension: str, target: str, options: Settings = ..., *, timeout_seconds: float
    ) -> Result: ...


@dataclass(frozen=True)
class Desk:
    """An office program, if there is one, for work that has to end at a time (of `time.monotonic`)."""

    office: OfficeProgram | None
    ends_at: float

    @classmethod
    def until(cls, office: OfficeProgram | None, timeout_seconds: float) -> Desk:
        return cls(office, time.monotonic() + timeout_seconds)

    def convert(self, data: bytes, extension: str, target: str, options: Settings | None = None) -> Result:
        """Raises DocumentRefused, ConverterFailed or OfficeMissing."""
        if self.office is None:
            raise OfficeMissing(_MISSING)
        return self.office.convert(data, extension, target, options or {}, timeout_seconds=self.seconds_left())

    def seconds_left(self) -> float:
        """Raises ConverterFailed when the time is up."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise ConverterFailed("The conversion took too long and was stopped.")
        return left
