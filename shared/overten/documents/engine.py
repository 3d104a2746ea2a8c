"""What the agent, the verifier and the publisher need of a document engine, the same for every format."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel

from overten.documents.difference import Part
from overten.documents.models import Finding, Statistics

type Assets = Callable[[str], bytes | None]
"""The bytes of an image (PNG, JPEG or GIF) by the name that operations give it; None if there is none of that name."""

BRAND_LOGO = "brand"
"""The name of the brand's logo among the assets."""


def no_assets(_name: str) -> bytes | None:
    """The assets of a document that has none."""
    return None


class StoredDocument(NamedTuple):
    """A working document between two slices of work: JSON data, and the bytes of its package if it has one."""

    data: dict[str, Any]
    package: bytes | None = None


class Look(NamedTuple):
    """The brand a new document wears. Colours are #rrggbb, `logo` is a PNG or JPEG; None leaves the choice to us."""

    primary_color: str | None = None
    secondary_color: str | None = None
    font: str | None = None
    logo: bytes | None = None


class Engine[D](Hashable, Protocol):
    """One format's engine. `D` is its working document, which `apply` changes in place or not at all."""

    noun: str
    """What users call such a document: workbook, document, presentation."""
    operations: tuple[type[BaseModel], ...]
    """The models of all operations; each has a constant member `op`. Their docstrings are the model's manual."""
    inspection: type[BaseModel]
    """The arguments of the tool `inspect`."""

    def new(self, look: Look) -> D:
        """An empty document."""

    def open(self, data: bytes) -> D:
        """An uploaded document to go on with. Raises PackageError, in words for its user, for what cannot be read."""

    def from_template(self, data: bytes, look: Look) -> tuple[D, list[Finding]]:
        """An empty document with the theme, masters, styles and layouts of an uploaded one, and warnings of what could
        not be taken from it. The look is for what the template leaves open. Raises PackageError."""

    def left_out(self, document: D) -> list[Finding]:
        """What an upload had that its edited form cannot have, such as macros. Asked right after `open`."""

    def load(self, stored: StoredDocument) -> D:
        """A stored document. ValueError for what this version cannot read."""

    def store(self, document: D) -> StoredDocument: ...

    def bind(self, document: D, assets: Assets) -> None:
        """Gives the document the images that operations on it may name. What was stored comes back without."""

    def apply(self, document: D, operation: BaseModel) -> str:
        """Applies an operation whole and says what was done, or raises OperationError and changes nothing."""

    def describe(self, document: D, inspection: BaseModel | None = None) -> str:
        """The document in words for a model to read, in short or as far as the inspection asks."""

    def parts(self, document: D) -> list[Part]:
        """All that the document says, part by part, to be compared with another state of it."""

    def has_content(self, document: D) -> bool:
        """Whether there is anything in it to deliver."""

    def title(self, document: D) -> str | None: ...

    def write(self, document: D, *, created: datetime) -> bytes:
        """The finished file. The same document and moment give the same bytes."""

    def verify(self, data: bytes, document: D, baseline: bytes | None = None) -> list[Finding]:
        """What is wrong with a finished file. `baseline` is the package of the document that was opened: what was
        wrong with it before is not held against the file."""

    def repair(self, document: D, findings: Sequence[Finding]) -> tuple[D, list[Finding]]:
        """The document with what can be mended mechanically, and a warning for each thing done to it."""

    def statistics(self, document: D) -> Statistics: ...
