"""The Excel engine as the agent sees it. The libraries are imported where they are used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from overten.documents.difference import Part
from overten.documents.engine import BRAND_LOGO, Assets, Look, StoredDocument
from overten.documents.excel.operations import ExcelOperation, RangeRef, SheetName
from overten.documents.excel.workbook import Workbook
from overten.documents.models import Finding, Statistics
from overten.documents.operations import classes_of


class Inspect(BaseModel):
    """Shows what the workbook holds now: all sheets in short, one sheet, or one range of a sheet with its values,
    formulas, styles and notes. Use it to check references before you rely on them."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["inspect"] = "inspect"
    sheet: SheetName | None = None
    range: RangeRef | None = Field(None, description="Needs `sheet`")


_OPERATION: TypeAdapter[ExcelOperation] = TypeAdapter(ExcelOperation)


class ExcelEngine:
    """`overten.documents.engine.Engine` for workbooks."""

    noun = "workbook"
    operations = classes_of(ExcelOperation)
    inspection: type[BaseModel] = Inspect

    def new(self, look: Look) -> Workbook:
        theme = {
            "accent_color": look.primary_color,
            "secondary_color": look.secondary_color,
            "font": look.font,
            "logo": BRAND_LOGO if look.logo else None,
        }
        return Workbook.model_validate({name: value for name, value in theme.items() if value is not None})

    def open(self, data: bytes) -> Workbook:
        """An uploaded workbook to go on with. Raises PackageError, in words for its user, for what cannot be read."""
        from overten.documents.excel.opened.macros import made_ordinary
        from overten.documents.excel.opened.read import read
        from overten.documents.ooxml.package import Package

        package, findings = made_ordinary(data)
        workbook = read(Package.open(package)).workbook
        if workbook.source is not None:
            workbook.source.findings = findings
        workbook.attach(package)
        return workbook

    def from_template(self, data: bytes, look: Look) -> tuple[Workbook, list[Finding]]:
        """A new workbook in the theme of an uploaded one, and what of it could not be taken over."""
        from overten.documents.excel.opened.template import from_template

        return from_template(data, self.new(look), look)

    def left_out(self, document: Workbook) -> list[Finding]:  # noqa: ARG002 - the state keeps it, and `verify` tells it
        return []

    def load(self, stored: StoredDocument) -> Workbook:
        workbook = Workbook.model_validate(stored.data)
        if workbook.origin:
            from overten.documents.excel.opened.read import READER_VERSION

            if stored.package is None or workbook.source is None or workbook.source.reader != READER_VERSION:
                raise ValueError("the workbook's package is missing, or it was read by another version")
            workbook.attach(stored.package)
        return workbook

    def store(self, document: Workbook) -> StoredDocument:
        return StoredDocument(document.model_dump(mode="json"), document.package)

    def bind(self, document: Workbook, assets: Assets) -> None:
        document.bind(assets)

    def apply(self, document: Workbook, operation: BaseModel) -> str:
        from overten.documents.excel.apply import apply

        return apply(document, _OPERATION.validate_python(operation))

    def describe(self, document: Workbook, inspection: BaseModel | None = None) -> str:
        from overten.documents.excel.inspect import describe

        if isinstance(inspection, Inspect):
            return describe(document, inspection.sheet, inspection.range)
        return describe(document)

    def parts(self, document: Workbook) -> list[Part]:
        from overten.documents.excel.inspect import parts

        return parts(document)

    def has_content(self, document: Workbook) -> bool:
        return any(sheet.used_area() for sheet in document.sheets)

    def title(self, document: Workbook) -> str | None:
        return document.title

    def write(self, document: Workbook, *, created: datetime) -> bytes:
        if document.package is not None:
            from overten.documents.excel.opened.graft import graft

            data, findings = graft(document.package, None, document, created=created, assets=document.assets)
            document.graft_findings[:] = findings
            return data
        from overten.documents.excel.write import write_xlsx

        return write_xlsx(document, created=created, assets=document.assets)

    def verify(
        self,
        data: bytes,
        document: Workbook,
        baseline: bytes | None = None,  # noqa: ARG002 - the workbook has the package that it was opened from
    ) -> list[Finding]:
        from overten.documents.excel.verify import verify

        found = verify(data, document)
        if document.package is None:
            return found
        from overten.documents.excel.opened.compare import only_new
        from overten.documents.excel.opened.read import read
        from overten.documents.ooxml.package import Package

        original = read(Package.open(document.package)).workbook
        told = document.source.findings if document.source else []
        known = found if data == document.package else verify(document.package, original)
        return only_new(found, known) + document.graft_findings + told

    def repair(self, document: Workbook, findings: Sequence[Finding]) -> tuple[Workbook, list[Finding]]:
        from overten.documents.excel.verify import repair

        return repair(document, list(findings))

    def statistics(self, document: Workbook) -> Statistics:
        from overten.documents.excel.inspect import statistics

        return statistics(document)
