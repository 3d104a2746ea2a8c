"""What a target cannot hold of a document: found in this document, and not merely possible in one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

from overten.documents.ooxml.package import Package
from overten.export.models import ExportWarning, Options, SourceFormat, TargetFormat

_PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PIECE_BYTES = 1 << 20
_MACRO_STORAGES = ("_VBA_PROJECT_CUR", "Macros")  # of a workbook and of a document


def losses(data: bytes, source: SourceFormat, target: TargetFormat, options: Options) -> list[ExportWarning]:
    """Warnings, at most one of a kind. Who asks for one sheet or page is not told of the others.

    Raises PackageError.
    """
    if source in {"xls", "doc", "ppt"}:
        return list(_of_old_document(data, target))
    package = Package.open(data)
    if source == "xlsx":
        return list(_of_workbook(data, package, target, is_one=options.sheet is not None))
    return list(
        _of_document(package, target)
        if source == "docx"
        else _of_deck(package, target, is_one=options.page is not None)
    )


def _of_workbook(data: bytes, package: Package, target: TargetFormat, *, is_one: bool) -> Iterable[ExportWarning]:
    names = package.names()
    if target == "csv":
        drawn = _counted(names, r"xl/charts/chart\d+\.xml", "chart", "charts")
        drawn += _counted(names, r"xl/media/.+", "picture", "pictures")
        if drawn and not is_one:
            yield _warning("drawings_left_out", f"CSV holds values only: {_listed(drawn)} left out.")
        if _has_formulas(data):
            yield _warning("formulas_as_values", "Formulas are given as their results.")
    else:
        hidden = _hidden_sheets(package)
        if hidden and not is_one:
            yield _warning("hidden_sheets_left_out", f"Hidden sheets were left out: {', '.join(hidden[:10])}.")
    if target in {"pdf", "png"} and (
        comments := _counted(names, r"xl/comments\d*\.xml|xl/threadedComments/.+", "", "")
    ):
        del comments
        yield _warning("comments_left_out", "Comments are not in the export.")


def _has_formulas(data: bytes) -> bool:
    """Looked for in pieces: a sheet may be large."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    before = b""
                    while piece := part.read(_PIECE_BYTES):
                        if _FORMULA.search(before + piece):
                            return True
                        before = piece[-20:]
    return False


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


def _of_deck(package: Package, target: TargetFormat, *, is_one: bool) -> Iterable[ExportWarning]:
    main = package.main_part()
    slides = [one.target for one in package.relationships(main).of_type("slide") if package.has(one.target)]
    roots = [package.tree(name) for name in slides]
    hidden = sum(root.get("show") in {"0", "false"} for root in roots)
    if hidden and target != "odp" and not is_one:
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
    if target in {"xlsx", "docx", "pptx"} and _has_macros(data):
        yield _warning("macros_removed", "The macros were left out; the file is delivered as an ordinary one.")


def _has_macros(data: bytes) -> bool:
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            return any(file.exists(name) for name in _MACRO_STORAGES)
    except OSError:
        return False


def _counted(names: list[str], pattern: str, one: str, more: str) -> list[str]:
    count = sum(re.fullmatch(pattern, name) is not None for name in names)
    return [f"{count} {one if count == 1 else more}"] if count else []


def _listed(parts: list[str]) -> str:
    is_one = len(parts) == 1 and parts[0].startswith("1 ")
    return f"{' and '.join(parts)} {'was' if is_one else 'were'}"


def _warning(code: str, message: str) -> ExportWarning:
    return ExportWarning(code=code, message=message)
