"""What a workbook takes from a template, as plain data: theme, cell styles, page set-up, header, footer and logo."""

from __future__ import annotations

import base64
from typing import Literal

from pydantic import BaseModel, Field

HeaderPlace = Literal["header_left", "header_center", "header_right", "footer_left", "footer_center", "footer_right"]


class NamedCellStyle(BaseModel):
    """A cell style of the template by its own name. `builtin` is Excel's number of it, if it is one of Excel's own;
    `looks` are cell format properties in XlsxWriter's names."""

    name: str
    builtin: int | None = None
    looks: dict[str, str | bool | int | float] = Field(default_factory=dict)


class Design(BaseModel):
    """`theme` is the theme part, `palette` its six accents, `styles` the template's style for a role of ours. Margins
    are in inches, `header` and `footer` in Excel's codes; pictures are base64 of PNG, JPEG or GIF."""

    theme: str | None = None
    font: str
    palette: list[str] = Field(default_factory=list)
    styles: dict[str, NamedCellStyle] = Field(default_factory=dict)
    table_style: str | None = None
    date_format: str | None = None
    paper: int | None = None
    margins: dict[str, float] = Field(default_factory=dict)
    header: str = ""
    footer: str = ""
    pictures: dict[HeaderPlace, str] = Field(default_factory=dict)
    logo: str | None = None


def picture_bytes(encoded: str | None) -> bytes | None:
    return None if encoded is None else base64.b64decode(encoded)
