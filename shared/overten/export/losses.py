"""What a target cannot hold of a document: found in this document, and not merely possible in one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from overten.documents.ooxml.package import Package
from overten.export.models import ExportWarning, SourceFormat, TargetFormat

_PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MACRO_STREAMS = ("_VBA_PROJECT_CUR", "Macros", "_VBA_PROJECT", "VBA")


def losses(data: bytes, source: SourceFormat, target: TargetFormat) -> list[ExportWarning]:
    """Warnings, at most one of a kind. Raises PackageError."""
    if source in {"xls", "doc", "ppt"}:
        return list(_of_old_document(data, target))
    package = Package.open(data)
    if source == "xlsx":
        return list(_of_workbook(package, target))
    return list(_of_document(package, target) if source == "docx" else _of_deck(package, target))


def _of_workbook(package: Package, target: TargetFormat) -> Iterable[ExportWarning]:
    names = package.names()
    if target == "csv":
        drawn = _counted(names, r"xl/charts/chart\d+\.xml", "chart", "charts")
        drawn += _counted(names, r"xl/media/.+", "picture", "pictures")
        if drawn:
            yield _warning("drawings_left_out", f"CSV holds values only: {_listed(drawn)} left out.")
        if _has_formulas(package):
            yield _warning("formulas_as_values", "Formulas are given as their results.")
    else:
        hidden = _hidden_sheets(package)
        if hidden:
            yield _warning("hidden_sheets_left_out", f"Hidden sheets were left out: {', '.join(hidden[:10])}.")
    if target in {"pdf", "png"} and (
        comments := _counted(names, r"xl/comments\d*\.xml|xl/threadedComments/.+", "", "")
    ):
        del comments
        yield _warning("comments_left_out", "Comments are not in the export.")


def _has_formulas(package: Package) -> bool:
    sheets = (name for name in package.names() if name.startswith("xl/worksheets/") and name.endswith(".xml"))
    return any(re.search(rb"<(?:\w+:)?f[\s>/]", package.read(name)) for name in sheets)


def _hidden_sheets(package: Package) -> list[str]:
    root = package.tree(package.main_part())
    return [
        element.get("name", "") for element in root.iter("{*}sheet") if element.get("state", "visible") != "visible"
    ]


def _of_document(package: Package, target: TargetFormat) -> Iterable[ExportWarning]:
    names, body = package.names(), package.read(package.main_part())
    if target == "txt":
        found = _counted(names, r"word/media/.+", "picture", "pictures")
        found += _counted(names, r"word/charts/chart\d+\.xml", "chart", "charts")
        if found:
            yield _warning("drawings_left_out", f"Text holds no drawings: {_listed(found)} left out.")
    if re.search(rb"<w:(?:ins|del|moveFrom|moveTo)\s", body):
        if target in {"txt", "html"}:
            yield _warning("changes_accepted", "Tracked changes are given as if they were accepted.")
        elif target == "pdf":
            yield _warning("changes_shown", "The document has tracked changes, which the export shows as marked.")
    if target != "odt" and package.related(package.main_part(), "comments"):
        yield _warning("comments_left_out", "Comments are not in the export.")


def _of_deck(package: Package, target: TargetFormat) -> Iterable[ExportWarning]:
    main = package.main_part()
    slides = [one.target for one in package.relationships(main).of_type("slide") if package.has(one.target)]
    roots = [package.tree(name) for name in slides]
    hidden = sum(root.get("show") in {"0", "false"} for root in roots)
    if hidden and target != "odp":
        which = "A hidden slide was" if hidden == 1 else f"{hidden} hidden slides were"
        yield _warning("hidden_slides_left_out", f"{which} left out.")
    if target == "odp":
        if any("/diagrams/" in name for name in package.names()):
            yield _warning("smartart_as_drawing", "SmartArt became ordinary shapes.")
        return
    moving = sum(root.find(f"{_PRESENTATION}timing") is not None for root in roots)
    media = [
        name for name in package.names() if re.search(r"\.(mp4|m4v|mov|wmv|avi|mp3|m4a|wav)$", name, re.IGNORECASE)
    ]
    if moving:
        yield _warning("animations_left_out", "Animations are not in the export: each slide is as it is at its end.")
    if media:
        yield _warning("media_left_out", "Films and sounds are not in the export, only their pictures.")


def _of_old_document(data: bytes, target: TargetFormat) -> Iterable[ExportWarning]:
    if target in {"xlsx", "docx", "pptx"} and any(name.encode("utf-16-le") in data for name in _MACRO_STREAMS):
        yield _warning("macros_removed", "The macros were left out; the file is delivered as an ordinary one.")


def _counted(names: list[str], pattern: str, one: str, more: str) -> list[str]:
    count = sum(re.fullmatch(pattern, name) is not None for name in names)
    return [f"{count} {one if count == 1 else more}"] if count else []


def _listed(parts: list[str]) -> str:
    is_one = len(parts) == 1 and parts[0].startswith("1 ")
    return f"{' and '.join(parts)} {'was' if is_one else 'were'}"


def _warning(code: str, message: str) -> ExportWarning:
    return ExportWarning(code=code, message=message)
