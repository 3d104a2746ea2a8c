"""What makes a workbook more than that: macros, and being a template. What we deliver is an ordinary .xlsx."""

from __future__ import annotations

from overten.documents.excel.opened.replay import reindex_names, remove_tree
from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package

_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_SHEETS = frozenset({"xlMacrosheet", "xlIntlMacrosheet"})


def made_ordinary(data: bytes) -> tuple[bytes, list[Finding]]:
    """The workbook without macros and not as a template, and what was taken out. The same bytes if it is ordinary.

    Raises PackageError for what is no package.
    """
    package = Package.open(data)
    main = package.main_part()
    findings: list[Finding] = []
    if _drop_project(package, main) | _drop_macro_sheets(package, main):
        message = "The macros were left out; the workbook is delivered as an ordinary .xlsx"
        findings.append(Finding(code="macros_removed", message=message, severity="warning"))
    ordinary = package.content_type(main) == WORKBOOK_TYPE
    if ordinary and not findings:
        return data, []
    package.set_content_type(main, WORKBOOK_TYPE)
    return package.save(), findings


def _drop_project(package: Package, main: str) -> bool:
    found = False
    for source, kinds in ((main, {"vbaProject", "attachedToolbars"}), ("", {"extensibility"})):
        relations = package.relationships(source)
        for relation in [relation for relation in relations if relation.kind in kinds]:
            relations.remove(relation.id)
            found = True
            if not relation.external and package.has(relation.target):
                remove_tree(package, relation.target)
    return found


def _drop_macro_sheets(package: Package, main: str) -> bool:
    relations = package.relationships(main)
    gone = {relation.id: relation.target for relation in relations if relation.kind in _MACRO_SHEETS}
    if not gone:
        return False
    root = package.edit(main)
    elements = list(root.iter(f"{_M}sheet"))
    kept = [element for element in elements if element.get(f"{_R}id") not in gone]
    for element in elements:
        parent = element.getparent()
        if element not in kept and parent is not None:
            parent.remove(element)
    reindex_names(root, {elements.index(element): index for index, element in enumerate(kept)})
    for identifier, target in gone.items():
        relations.remove(identifier)
        if package.has(target):
            remove_tree(package, target)
    return True
