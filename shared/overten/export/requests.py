"""Requests for exports as clients send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from overten.export.models import Options

SheetName = Annotated[str, Field(min_length=1, max_length=255, strict=True)]
SheetNumber = Annotated[int, Field(ge=1, le=10_000, strict=True)]


class ExportRequest(BaseModel):
    """A format, and which part of the document to have alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    format: str = Field(
        min_length=1,
        max_length=10,
        description="What to export to: `xlsx → pdf csv png html`, `docx → pdf html txt odt`, `pptx → pdf png odp`",
        examples=["pdf"],
    )
    page: int | None = Field(
        None, ge=1, le=10_000, description="A slide alone, from 1 on, instead of a zip of all; for png of a deck"
    )
    sheet: SheetName | SheetNumber | None = Field(
        None, description="A sheet alone, by its name or its number from 1 on; for csv and png of a workbook"
    )

    @property
    def options(self) -> Options:
        return Options(page=self.page, sheet=self.sheet)
