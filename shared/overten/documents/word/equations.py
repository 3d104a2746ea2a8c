"""Equations: LaTeX to MathML by latex2mathml, and MathML to Word's OMML here (ECMA-376 part 1, 22.1)."""

from __future__ import annotations

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word.xml import el, local, parse, q, text_element

_NARY = set("∑∏∐∫∬∭∮⋃⋂⨁⨂⋁⋀")
_OPEN, _CLOSE = "([{⟨⌈⌊|‖", ")]}⟩⌉⌋|‖"
_ACCENTS = {"^": "\u0302", "~": "\u0303", "¯": "\u0304", "→": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c"}
_MAX_DEPTH = 40


def inline_math(latex: str) -> etree._Element:
    """`m:oMath` of a LaTeX formula. Raises OperationError for what is not understood."""
    return el("m:oMath", *_children(_mathml(latex), 0))


def display_math(latex: str) -> etree._Element:
    """`m:oMathPara`, a formula on a line of its own."""
    return el("m:oMathPara", inline_math(latex))


def _mathml(latex: str) -> etree._Element:
    from latex2mathml.converter import convert

    try:
        return etree.fromstring(convert(latex))
    except Exception as error:
        raise OperationError(
            f"The formula is not understood: {type(error).__name__}", where=latex[:80], fix="Write common LaTeX math."
        ) from error


def _children(node: etree._Element, depth: int) -> list[etree._Element]:
    """The OMML of a node's children; large operators take what follows as their operand."""
    if depth > _MAX_DEPTH:
        raise OperationError("The formula is nested too deeply", where="equation", fix="Write it in parts.")
    written: list[etree._Element] = []
    nodes = [child for child in node if isinstance(child.tag, str)]
    index = 0
    while index < len(nodes):
        child = nodes[index]
        if _is_nary(child):
            written.append(_nary(child, nodes[index + 1 : index + 2], depth))
            index += 2
            continue
        end = _fence_end(nodes, index)
        if end:
            inside = etree.Element("mrow")
            inside.extend(nodes[index + 1 : end])
            written.append(_delimited(child.text or "", nodes[end].text or "", inside, depth))
            index = end + 1
            continue
        written += _node(child, depth)
        index += 1
    return written


def _fence_end(nodes: list[etree._Element], start: int) -> int:
    """Where the bracket that opens at `start` is closed, 0 if it is none or never closed."""
    first = nodes[start]
    text = (first.text or "").strip()
    if local(first) != "mo" or len(text) != 1 or text not in _OPEN or first.get("form") == "postfix":
        return 0
    depth = 0
    for index in range(start, len(nodes)):
        mark = (nodes[index].text or "").strip() if local(nodes[index]) == "mo" else ""
        if mark and mark in _OPEN and (mark not in "|‖" or index == start):
            depth += 1
        elif mark and mark in _CLOSE:
            depth -= 1
            if depth == 0:
                return index
    return 0


def _node(node: etree._Element, depth: int) -> list[etree._Element]:  # noqa: C901 - one line for each kind
    name = local(node)
    deeper = depth + 1
    match name:
        case "mrow" | "math" | "mstyle" | "mpadded" | "menclose" | "semantics":
            return _children(node, deeper)
        case "mi" | "mn" | "mo" | "mtext":
            return _text(node, name)
        case "mspace":
            return [_math_run("\u2009", plain=True)] if node.get("width", "0") not in {"0", "0em"} else []
        case "mfrac":
            return [_fraction(node, deeper)]
        case "msqrt":
            hidden = el("m:radPr", el("m:degHide", val=1))
            return [el("m:rad", hidden, el("m:deg"), _argument("m:e", list(node), deeper))]
        case "mroot":
            return [el("m:rad", _argument("m:deg", [node[1]], deeper), _argument("m:e", [node[0]], deeper))]
        case "msup" | "msub" | "msubsup":
            return [_script(node, name, deeper)]
        case "munder" | "mover" | "munderover":
            return [_limits(node, name, deeper)]
        case "mtable":
            return [_matrix(node, deeper)]
        case "mphantom" | "none" | "mprescripts":
            return []
    return _children(node, deeper)


def _text(node: etree._Element, name: str) -> list[etree._Element]:
    text = node.text or ""
    # Function names and units are upright, single letters italic.
    named = name in {"mi", "mo"} and len(text) > 1 and text.isalpha()
    plain = name == "mtext" or named or (name == "mi" and (len(text) > 1 or node.get("mathvariant") == "normal"))
    return [_math_run(text, plain=plain, bold="bold" in node.get("mathvariant", ""))] if text else []


def _math_run(text: str, *, plain: bool = False, bold: bool = False) -> etree._Element:
    style = el("m:rPr", el("m:sty", val="b" if bold else "p")) if plain or bold else None
    fonts = parse('<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/></w:rPr>')
    return el("m:r", style, fonts, text_element("m:t", text))


def _argument(name: str, nodes: list[etree._Element], depth: int) -> etree._Element:
    row = etree.Element("mrow")
    row.extend(nodes)
    return el(name, *_children(row, depth))


def _fraction(node: etree._Element, depth: int) -> etree._Element:
    kind = el("m:fPr", el("m:type", val="noBar")) if node.get("linethickness", "") in {"0", "0em", "0pt"} else None
    return el("m:f", kind, _argument("m:num", [node[0]], depth), _argument("m:den", list(node)[-1:], depth))


def _script(node: etree._Element, name: str, depth: int) -> etree._Element:
    parts = list(node)
    tag = {"msup": "m:sSup", "msub": "m:sSub", "msubsup": "m:sSubSup"}[name]
    built = el(tag, _argument("m:e", [parts[0]], depth))
    if name != "msup":
        built.append(_argument("m:sub", [parts[1]], depth))
    if name != "msub":
        built.append(_argument("m:sup", [parts[-1]], depth))
    return built


def _limits(node: etree._Element, name: str, depth: int) -> etree._Element:
    parts = list(node)
    mark = (parts[-1].text or "").strip()
    if name == "mover" and local(parts[-1]) == "mo" and mark in _ACCENTS:
        return el("m:acc", el("m:accPr", el("m:chr", val=_ACCENTS[mark])), _argument("m:e", [parts[0]], depth))
    if name == "mover" and mark in {"―", "_", "‾"}:
        return el("m:bar", el("m:barPr", el("m:pos", val="top")), _argument("m:e", [parts[0]], depth))
    built = _argument("m:e", [parts[0]], depth)
    if name != "mover":
        built = el("m:e", el("m:limLow", built, _argument("m:lim", [parts[1]], depth)))
    if name != "munder":
        built = el("m:e", el("m:limUpp", built, _argument("m:lim", [parts[-1]], depth)))
    return built[0]


def _is_nary(node: etree._Element) -> bool:
    target = (
        node[0] if local(node) in {"munder", "mover", "munderover", "msub", "msup", "msubsup"} and len(node) else node
    )
    return local(target) == "mo" and (target.text or "").strip() in _NARY and bool((target.text or "").strip())


def _nary(node: etree._Element, operand: list[etree._Element], depth: int) -> etree._Element:
    name = local(node)
    symbol = ((node[0].text if len(node) else node.text) or "").strip()
    parts = list(node)
    below = parts[1] if name in {"munder", "munderover", "msub", "msubsup"} else None
    above = parts[-1] if name in {"mover", "munderover", "msup", "msubsup"} else None
    place = "undOvr" if name.startswith(("mu", "mo")) or symbol in "∑∏" else "subSup"
    settings = el("m:naryPr", el("m:chr", val=symbol), el("m:limLoc", val=place))
    settings.extend([el(f"m:{side}Hide", val=1) for side, part in (("sub", below), ("sup", above)) if part is None])
    return el(
        "m:nary",
        settings,
        _argument("m:sub", [below] if below is not None else [], depth + 1),
        _argument("m:sup", [above] if above is not None else [], depth + 1),
        _argument("m:e", operand, depth + 1),
    )


def _delimited(begin: str, end: str, inside: etree._Element, depth: int) -> etree._Element:
    settings = el("m:dPr", el("m:begChr", val=begin.strip()), el("m:endChr", val=end.strip()))
    return el("m:d", settings, el("m:e", *_children(inside, depth + 1)))


def _matrix(node: etree._Element, depth: int) -> etree._Element:
    rows = [row for row in node if local(row) == "mtr"]
    return el("m:m", *(el("m:mr", *(_argument("m:e", list(cell), depth) for cell in row)) for row in rows))


def linear_text(math: etree._Element) -> str:
    """An equation as plain text, for describing it."""
    return "".join(t.text or "" for t in math.iter(q("m:t")))
