"""What the document engines of all formats say about a document."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Format = Literal["excel", "word", "slides"]


class Finding(BaseModel):
    """One thing the verifier saw.

    `severity` is "error" for what must not be delivered, "warning" for what is delivered and reported.
    `code` is stable and machine readable (`formula_error`), `location` is where a user would look (`Budget!C7`).
    `subject` is the name of the chart or table the finding is about, `value` what the place shows ("#DIV/0!").
    """

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    severity: Literal["error", "warning"]
    location: str | None = None
    subject: str | None = None
    value: str | None = None


class Statistics(BaseModel):
    """Counts that tell a user what was made. Those of other formats are 0."""

    sheets: int = 0
    rows: int = 0
    formulas: int = 0
    charts: int = 0
    tables: int = 0
    images: int = 0
    words: int = 0
    slides: int = 0
