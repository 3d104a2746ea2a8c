"""Lists: numbering definitions bound to styles, and lists of a document that count by themselves."""

from __future__ import annotations

from lxml import etree

from overten.documents.word.xml import NAMESPACES, el, find, findall, q, value

_INDENT = 397
_BULLETS = ("•", "–", "▪", "·")
_FORMATS = (("decimal", "%1."), ("lowerLetter", "%2."), ("lowerRoman", "%3."), ("decimal", "%4."))
BULLET, NUMBER, HEADING, REFERENCE = "4F560001", "4F560002", "4F560003", "4F560004"


def _level(index: int, format: str, text: str, left: int, hanging: int, *, style: str = "", rpr: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{linked}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{rpr}</w:lvl>'
    )


def _levels(nsid: str, linked: bool) -> str:
    accent = '<w:rPr><w:color w:val="auto" w:themeColor="accent1"/></w:rPr>'
    if nsid == BULLET:
        names = ["ListBullet", "ListBullet2", "ListBullet3", "ListBullet4"] if linked else [""] * 4
        return "".join(
            _level(i, "bullet", mark, _INDENT * (i + 1), _INDENT, style=names[i], rpr=accent)
            for i, mark in enumerate(_BULLETS)
        )
    if nsid == NUMBER:
        names = ["ListNumber", "ListNumber2", "ListNumber3", "ListNumber4"] if linked else [""] * 4
        return "".join(
            _level(i, format, text, _INDENT * (i + 1), _INDENT, style=names[i])
            for i, (format, text) in enumerate(_FORMATS)
        )
    if nsid == REFERENCE:
        return _level(0, "decimal", "[%1]", 567, 567)
    return _heading_levels()


def _heading_levels() -> str:
    """Levels 0 to 3 number headings, 4 to 6 the parts of a clause."""
    headings = "".join(_level(i, "decimal", ".".join(f"%{n + 1}" for n in range(i + 1)), 680, 680) for i in range(4))
    parts = (("lowerLetter", "(%5)"), ("lowerRoman", "(%6)"), ("upperLetter", "(%7)"))
    return headings + "".join(
        _level(4 + i, format, text, 680 + 510 * (i + 1), 510) for i, (format, text) in enumerate(parts)
    )


def _abstract(identifier: int, nsid: str, *, linked: bool) -> etree._Element:
    kind = "multilevel" if nsid == HEADING else "hybridMultilevel"
    return etree.fromstring(
        f'<w:abstractNum xmlns:w="{NAMESPACES["w"]}" w:abstractNumId="{identifier}"><w:nsid w:val="{nsid}"/>'
        f'<w:multiLevelType w:val="{kind}"/><w:tmpl w:val="{nsid}"/>{_levels(nsid, linked)}</w:abstractNum>'
    )


def numbering_xml() -> bytes:
    """`numbering.xml` of a new document: list 1 of bullets, 2 of numbers, bound to the list styles; 3 for headings and
    clauses, 4 for sources."""
    root = empty()
    for identifier, nsid in enumerate((BULLET, NUMBER, HEADING, REFERENCE), start=1):
        root.append(_abstract(identifier, nsid, linked=True))
    for identifier in range(1, 5):
        root.append(el("w:num", el("w:abstractNumId", val=identifier), numId=identifier))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def empty() -> etree._Element:
    return etree.Element(q("w:numbering"), nsmap={"w": NAMESPACES["w"]})


def abstract_of(root: etree._Element, nsid: str) -> int:
    """The id of our definition, which is added if the document lacks it."""
    definitions = findall(root, "w:abstractNum")
    for definition in definitions:
        if value(find(definition, "w:nsid")) == nsid:
            return int(definition.get(q("w:abstractNumId"), "0"))
    identifier = max((int(d.get(q("w:abstractNumId"), "0")) for d in definitions), default=0) + 1
    first_instance = find(root, "w:num")
    index = root.index(first_instance) if first_instance is not None else len(definitions)
    root.insert(index, _abstract(identifier, nsid, linked=False))
    return identifier


def instance_of(root: etree._Element, nsid: str) -> int:
    """The id of the first list with our definition, made if there is none: lists that need not count anew share it."""
    abstract = abstract_of(root, nsid)
    for instance in findall(root, "w:num"):
        if value(find(instance, "w:abstractNumId")) == str(abstract):
            return int(instance.get(q("w:numId"), "0"))
    return _add_instance(root, abstract, restarts=False)


def new_list(root: etree._Element, nsid: str) -> int:
    """The id of a new list that counts from its beginning."""
    return _add_instance(root, abstract_of(root, nsid), restarts=True)


def _add_instance(root: etree._Element, abstract: int, *, restarts: bool) -> int:
    instances = findall(root, "w:num")
    identifier = max((int(n.get(q("w:numId"), "0")) for n in instances), default=0) + 1
    instance = el("w:num", el("w:abstractNumId", val=abstract), numId=identifier)
    if restarts:
        for level in range(4):
            instance.append(el("w:lvlOverride", el("w:startOverride", val=1), ilvl=level))
    if instances:
        instances[-1].addnext(instance)
    else:
        cleanup = find(root, "w:numIdMacAtCleanup")
        root.insert(root.index(cleanup) if cleanup is not None else len(root), instance)
    return identifier
