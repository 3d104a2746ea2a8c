"""The Excel engine as the agent sees it. The libraries are imported where they are used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from overten.documents.engine import Look, StoredDocument
from overten.documents.excel.operations import ExcelOperation, RangeRef, SheetName
from overten.documents.excel.workbook import Workbook
from overten.documents.models import Finding, Statistics


class Inspect(BaseModel):
    """Shows what the workbook holds now: all sheets in short, one sheet, or one range of a sheet with its values,
    formulas, styles and notes. Use it to check references before you rely on them."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["inspect"] = "inspect"
    sheet: SheetName | None = None
    range: RangeRef | None = Field(None, description="Needs `sheet`")


def _operation_classes() -> tuple[type[BaseModel], ...]:
    union, *_ = get_args(ExcelOperation)
    return cast("tuple[type[BaseModel], ...]", get_args(union))


_OPERATION: TypeAdapter[ExcelOperation] = TypeAdapter(ExcelOperation)


class ExcelEngine:
    """`overten.documents.engine.Engine` for workbooks."""

    noun = "workbook"
    operations = _operation_classes()
    inspection: type[BaseModel] = Inspect

    def new(self, look: Look) -> Workbook:
        theme = {"accent_color": look.primary_color, "font": look.font}
        return Workbook.model_validate({name: value for name, value in theme.items() if value is not None})

    def load(self, stored: StoredDocument) -> Workbook:
        return Workbook.model_validate(stored.data)

    def store(self, document: Workbook) -> StoredDocument:
        return StoredDocument(document.model_dump(mode="json"))

    def apply(self, document: Workbook, operation: BaseModel) -> str:
        from overten.documents.excel.apply import apply

        return apply(document, _OPERATION.validate_python(operation))

    def describe(self, document: Workbook, inspection: BaseModel | None = None) -> str:
        from overten.documents.excel.inspect import describe

        if isinstance(inspection, Inspect):
            return describe(document, inspection.sheet, inspection.range)
        return describe(document)

    def has_content(self, document: Workbook) -> bool:
        return any(sheet.used_area() for sheet in document.sheets)

    def title(self, document: Workbook) -> str | None:
        return document.title

    def write(
        self, document: Workbook, *, created: datetime, assets: Callable[[str], bytes | None] | None = None
    ) -> bytes:
        """The finished file; `assets` gives the bytes of `document.image_names`."""
        from overten.documents.excel.write import write_xlsx

        return write_xlsx(document, created=created, assets=assets)

    def verify(self, data: bytes, document: Workbook) -> list[Finding]:
        from overten.documents.excel.verify import verify

        return verify(data, document)

    def repair(self, document: Workbook, findings: Sequence[Finding]) -> tuple[Workbook, list[Finding]]:
        from overten.documents.excel.verify import repair

        return repair(document, list(findings))

    def statistics(self, document: Workbook) -> Statistics:
        from overten.documents.excel.inspect import statistics

        return statistics(document)
