"""The Word engine as the agent sees it. The libraries are imported where they are used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from overten.documents.difference import Part
from overten.documents.engine import Assets, Look, StoredDocument
from overten.documents.models import Finding, Statistics
from overten.documents.operations import classes_of
from overten.documents.word.operations import WordOperation

if TYPE_CHECKING:
    from overten.documents.word.document import Document


class Inspect(BaseModel):
    """Shows what the document holds now: its blocks in short, each behind its anchor; with `anchor`, one block, or
    with `section` a heading's whole section or all from another block on, with full text; with `containing`, the
    places where a word or phrase stands; or its styles, comments or tracked changes."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["inspect"] = "inspect"
    anchor: str | None = Field(None, max_length=200)
    section: bool = False
    containing: str | None = Field(None, min_length=2, max_length=200)
    show: Literal["blocks", "styles", "comments", "changes"] = "blocks"


class WordEngine:
    """`overten.documents.engine.Engine` for Word documents."""

    noun = "document"
    operations = classes_of(WordOperation)
    inspection: type[BaseModel] = Inspect

    def new(self, look: Look) -> Document:
        from overten.documents.word.document import Document
        from overten.documents.word.theme import Brand

        given = {name: value for name, value in look._asdict().items() if value is not None}
        return Document.new(Brand(**given))

    def open(self, data: bytes) -> Document:
        from overten.documents.word.document import Document

        return Document.open(data)

    def from_template(self, data: bytes, look: Look) -> tuple[Document, list[Finding]]:  # noqa: ARG002 - it has its own
        from overten.documents.word.document import Document
        from overten.documents.word.template import template_warnings

        document = Document.from_template(data)
        return document, [*document.findings, *template_warnings(document)]

    def left_out(self, document: Document) -> list[Finding]:
        return document.findings

    def load(self, stored: StoredDocument) -> Document:
        from overten.documents.ooxml.errors import PackageError
        from overten.documents.word.document import Document

        if stored.package is None:
            raise ValueError("the document's package is missing")
        try:
            document = Document.open(stored.package)
        except PackageError as error:
            raise ValueError(str(error)) from error
        state: dict[str, Any] = stored.data
        document.tracking = state.get("tracking")
        document.is_ours = document.changed = bool(state.get("is_ours"))
        return document

    def store(self, document: Document) -> StoredDocument:
        return StoredDocument({"tracking": document.tracking, "is_ours": document.is_ours}, document.to_bytes())

    def bind(self, document: Document, assets: Assets) -> None:
        document.assets = assets

    def apply(self, document: Document, operation: BaseModel) -> str:
        from overten.documents.word.apply import apply

        return apply(document, cast("WordOperation", operation))

    def describe(self, document: Document, inspection: BaseModel | None = None) -> str:
        from overten.documents.word.inspect import describe

        if isinstance(inspection, Inspect):
            return describe(
                document,
                inspection.anchor,
                section=inspection.section,
                show=inspection.show,
                containing=inspection.containing,
            )
        return describe(document)

    def parts(self, document: Document) -> list[Part]:
        from overten.documents.word.inspect import parts

        return parts(document)

    def has_content(self, document: Document) -> bool:
        from overten.documents.word.template import has_content

        return has_content(document)

    def title(self, document: Document) -> str | None:
        from overten.documents.word.properties import title

        return title(document)

    def write(self, document: Document, *, created: datetime) -> bytes:
        from overten.documents.word.properties import stamp

        stamp(document, created.isoformat(timespec="seconds"))
        return document.to_bytes()

    def verify(
        self,
        data: bytes,
        document: Document,  # noqa: ARG002 - judged by its bytes alone
        baseline: bytes | None = None,
    ) -> list[Finding]:
        from overten.documents.word.verify import verify

        return verify(data, baseline)

    def repair(self, document: Document, findings: Sequence[Finding]) -> tuple[Document, list[Finding]]:
        from overten.documents.word.repair import repair

        return document, repair(document, findings)

    def statistics(self, document: Document) -> Statistics:
        from overten.documents.word.inspect import statistics

        return statistics(document)
