"""The Slides engine as the agent sees it. The libraries are imported where they are used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from pydantic import BaseModel, ConfigDict

from overten.documents.difference import Part
from overten.documents.engine import Assets, Look, StoredDocument
from overten.documents.models import Finding, Statistics
from overten.documents.operations import classes_of
from overten.documents.slides.operations import SlideNumber, SlidesOperation

if TYPE_CHECKING:
    from overten.documents.slides.deck import Deck


class Inspect(BaseModel):
    """Shows what the presentation holds now: all slides in short, or with `slide` one slide's elements with the ids to
    edit them by; with `layouts` the layouts that slides can be made of."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["inspect"] = "inspect"
    slide: SlideNumber | None = None
    layouts: bool = False


class SlidesEngine:
    """`overten.documents.engine.Engine` for presentations."""

    noun = "presentation"
    operations = classes_of(SlidesOperation)
    inspection: type[BaseModel] = Inspect

    def new(self, look: Look) -> Deck:
        from overten.documents.slides.deck import Deck
        from overten.documents.slides.theme import Brand

        return Deck.new(brand=Brand(**look._asdict()))

    def open(self, data: bytes) -> Deck:
        from overten.documents.slides.deck import Deck

        return Deck.open(data)

    def from_template(self, data: bytes, look: Look) -> tuple[Deck, list[Finding]]:  # noqa: ARG002 - it has its own
        from overten.documents.slides.deck import Deck
        from overten.documents.slides.template import template_warnings

        deck = Deck.from_template(data)
        return deck, [*deck.findings, *template_warnings(deck)]

    def left_out(self, document: Deck) -> list[Finding]:
        return document.findings

    def load(self, stored: StoredDocument) -> Deck:
        from overten.documents.ooxml.errors import PackageError
        from overten.documents.slides.deck import Deck

        if stored.package is None:
            raise ValueError("the presentation's package is missing")
        try:
            return Deck.open(stored.package)
        except PackageError as error:
            raise ValueError(str(error)) from error

    def store(self, document: Deck) -> StoredDocument:
        return StoredDocument({}, document.to_bytes())

    def bind(self, document: Deck, assets: Assets) -> None:
        from overten.documents.slides.deck import Asset

        def found(name: str) -> Asset | None:
            data = assets(name)
            return Asset(data) if data is not None else None

        document.assets = found

    def apply(self, document: Deck, operation: BaseModel) -> str:
        from overten.documents.slides.apply import apply

        return apply(document, cast("SlidesOperation", operation))

    def describe(self, document: Deck, inspection: BaseModel | None = None) -> str:
        from overten.documents.slides.inspect import describe

        if isinstance(inspection, Inspect):
            return describe(document, inspection.slide, layouts=inspection.layouts)
        return describe(document)

    def parts(self, document: Deck) -> list[Part]:
        from overten.documents.slides.inspect import parts

        return parts(document)

    def has_content(self, document: Deck) -> bool:
        return bool(document.slides())

    def title(self, document: Deck) -> str | None:
        return document.title

    def write(self, document: Deck, *, created: datetime) -> bytes:  # noqa: ARG002 - a deck shows no date of its own
        return document.to_bytes()

    def verify(
        self,
        data: bytes,
        document: Deck,  # noqa: ARG002 - judged by its bytes alone
        baseline: bytes | None = None,
    ) -> list[Finding]:
        from overten.documents.slides.verify import verify

        return verify(data, baseline)

    def repair(self, document: Deck, findings: Sequence[Finding]) -> tuple[Deck, list[Finding]]:
        from overten.documents.slides.verify import repair

        return document, repair(document, list(findings))

    def statistics(self, document: Deck) -> Statistics:
        from overten.documents.slides.inspect import statistics

        return statistics(document)
