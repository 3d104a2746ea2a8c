"""A new workbook in the looks of an uploaded one: its theme, fonts and currency; its content is not taken."""

from __future__ import annotations

from overten.documents.engine import Look
from overten.documents.excel.opened.read import read
from overten.documents.excel.workbook import Workbook
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package

_DEFAULT_ACCENTS = frozenset({"#4F81BD", "#4472C4", "#156082", "#5B9BD5"})  # Office's own themes say nothing of a brand


def from_template(data: bytes, workbook: Workbook, look: Look) -> tuple[Workbook, list[Finding]]:
    """`workbook` in the template's theme where `look` leaves a choice, and a warning for what was not taken over.

    Raises PackageError for what cannot be read.
    """
    opened = read(Package.open(data))
    template, findings = opened.workbook, []
    if look.primary_color is None:
        if template.accent_color.upper() in _DEFAULT_ACCENTS:
            findings.append(_lacking("The template has Office's own theme, so its colours are ours"))
        else:
            workbook.accent_color = template.accent_color
    if look.font is None:
        workbook.font = template.font
    workbook.currency_symbol = template.currency_symbol
    if any(sheet.used_area() for sheet in template.sheets):
        findings.append(_lacking("The template's theme was used; its sheets and their content were not"))
    return workbook, findings


def _lacking(message: str) -> Finding:
    return Finding(code="template", message=message, severity="warning")
