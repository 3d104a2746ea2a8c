"""Office documents since 2007: a zip package whose main part's content type says what it is (ECMA-376, part 2)."""

from __future__ import annotations

import posixpath
from typing import BinaryIO
from urllib.parse import unquote

from overten.assets.examine import xml
from overten.assets.examine.archive import Archive
from overten.assets.examine.models import Caveat, Examined, Kind, Unacceptable, damaged

_OOXML = "application/vnd.openxmlformats-officedocument"
_KINDS: dict[str, Kind] = {
    f"{_OOXML}.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": "xlsm",
    f"{_OOXML}.spreadsheetml.template.main+xml": "xltx",
    f"{_OOXML}.wordprocessingml.document.main+xml": "docx",
    "application/vnd.ms-word.document.macroenabled.main+xml": "docm",
    f"{_OOXML}.wordprocessingml.template.main+xml": "dotx",
    f"{_OOXML}.presentationml.presentation.main+xml": "pptx",
    "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml": "pptm",
    f"{_OOXML}.presentationml.template.main+xml": "potx",
}
_ROOTS: dict[Kind, str] = {
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), "workbook"),
    **dict.fromkeys(("docx", "docm", "dotx"), "document"),
    **dict.fromkeys(("pptx", "pptm", "potx"), "presentation"),
}
# Relatives that are recognised only to say what to save them as.
_SAVE_AS: dict[str, str] = {
    "application/vnd.ms-excel.sheet.binary.macroenabled.main": "xlsx",
    "application/vnd.ms-excel.template.macroenabled.main+xml": "xltx",
    "application/vnd.ms-excel.addin.macroenabled.main+xml": "xlsx",
    "application/vnd.ms-word.template.macroenabledtemplate.main+xml": "dotx",
    "application/vnd.ms-powerpoint.template.macroenabled.main+xml": "potx",
    "application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml": "pptx",
    f"{_OOXML}.presentationml.slideshow.main+xml": "pptx",
}
_OPEN_DOCUMENT = {"spreadsheet": "xlsx", "text": "docx", "presentation": "pptx"}
_MAIN_PART_TYPES = ("/officeDocument/relationships/officeDocument", "/relationships/officeDocument")
_XML_EXTENSIONS = (".xml", ".rels", ".vml")
_FOLDERS = ("xl/", "word/", "ppt/")


def examine_package(file: BinaryIO) -> Examined:
    """What a zip file is, every part of it unpacked and checked. Raises Unacceptable."""
    archive = Archive(file)
    if (content_types := archive.read("[content_types].xml")) is None:
        raise _not_a_package(archive)
    main_part = _main_part(archive)
    types = _content_types(content_types)
    content_type = types.get(main_part) or types.get(f"*{posixpath.splitext(main_part)[1]}") or ""
    kind = _KINDS.get(content_type)
    if kind is None:
        raise _unsupported(content_type)
    for name, pieces in archive.unpack_all():
        if name == main_part:
            if xml.root_of(pieces).rpartition("}")[2] != _ROOTS[kind]:
                raise damaged()
        elif _is_xml(name, types):
            xml.root_of(pieces)
        else:
            for _ in pieces:
                pass
    return Examined(kind=kind, caveats=_caveats(kind, archive))


def _is_xml(name: str, types: dict[str, str]) -> bool:
    return name.endswith(_XML_EXTENSIONS) or types.get(name, "").endswith("xml")


def _content_types(body: bytes) -> dict[str, str]:
    """Content types in lower case by part name, and by `*.extension` where no part is named."""
    found: dict[str, str] = {}
    for element in xml.parse(body):
        content_type = element.get("ContentType", "").strip().lower()
        if name := element.get("PartName"):
            found[_part_name(name)] = content_type
        elif extension := element.get("Extension"):
            found[f"*.{extension.lower()}"] = content_type
    return found


def _main_part(archive: Archive) -> str:
    relationships = archive.read("_rels/.rels")
    for element in xml.parse(relationships) if relationships else ():
        if element.get("Type", "").endswith(_MAIN_PART_TYPES) and element.get("TargetMode") != "External":
            name = _part_name(element.get("Target", ""))
            if name in archive.names:
                return name
    raise damaged()


def _part_name(target: str) -> str:
    """A target or part name as the archive names it: relative to the root, in lower case."""
    return posixpath.normpath("/" + unquote(target.replace("\\", "/"))).lstrip("/").lower()


def _not_a_package(archive: Archive) -> Unacceptable:
    if any(name.startswith(_FOLDERS) for name in archive.names):
        return damaged()
    body = archive.read("mimetype") or b""
    family = body.decode("ascii", "replace").rpartition("opendocument.")[2].partition("-")[0].strip()
    if save_as := _OPEN_DOCUMENT.get(family):
        return Unacceptable(
            "not_supported", f"OpenDocument files are not supported. Save the file as .{save_as} and upload that."
        )
    return Unacceptable("unknown_type", "Archives are not supported. Unpack it and upload the files in it.")


def _unsupported(content_type: str) -> Unacceptable:
    if save_as := _SAVE_AS.get(content_type):
        return Unacceptable(
            "not_supported", f"This Office format is not supported. Save the file as .{save_as} and upload that."
        )
    return Unacceptable("unknown_type", "The file is neither a workbook nor a Word document nor a presentation.")


def _caveats(kind: Kind, archive: Archive) -> list[Caveat]:
    if kind in ("xlsm", "docm", "pptm") or any(name.endswith("vbaproject.bin") for name in archive.names):
        return [Caveat(code="macros_not_run", message="The file contains macros. They are never run.")]
    return []
