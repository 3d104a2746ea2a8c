"""XML of packages, parsed without entities, DTDs or network."""

from __future__ import annotations

from lxml import etree

from overten.documents.ooxml.errors import DamagedPackage, UnsafePackage

# Office writes no deeper; far deeper trees exhaust the stack of whoever walks them.
MAX_DEPTH = 256


def parse(data: bytes, *, name: str = "") -> etree._Element:
    """The root element. Raises DamagedPackage if it is no XML, UnsafePackage if it has a DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "huge" not in str(error).lower():
            raise DamagedPackage(f"The part {name} of the file is not readable XML.") from None
        root = _parse_huge(data, name)
    except ValueError:
        raise DamagedPackage(f"The part {name} of the file is not readable XML.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafePackage("The file declares a document type, which Office documents do not.")
    return root


def _parse_huge(data: bytes, name: str) -> etree._Element:
    """Text nodes over 10 MB and the like: allowed within the archive's limits, unless the tree is also too deep."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DamagedPackage(f"The part {name} of the file is not readable XML.") from None
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnsafePackage(f"The part {name} of the file is nested too deeply.")
    return root


def serialise(root: etree._Element) -> bytes:
    """The element as a part's bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
