"""The data of charts anybody made: read from the chart's cache, written to the cache and to the workbook behind it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.ooxml.archive import new_archive
from overten.documents.ooxml.package import Package
from overten.documents.slides.charts import WORKBOOK_TYPE, number_cache, string_cache
from overten.documents.slides.drawing import A, C
from overten.documents.slides.operations import ChartSeries

_PLOT = re.compile(r"(\w+)Chart$")
_NAMESPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


@dataclass(frozen=True)
class ReadSeries:
    """A series as its chart shows it."""

    name: str
    categories: list[str]
    values: list[float | None]
    number_format: str
    element: etree._Element


@dataclass(frozen=True)
class ReadChart:
    """A chart: the kinds of its plots, its title and its series in order. `total` is an unseen line of their sums,
    whose labels stand over the stacks."""

    kinds: list[str]
    title: str
    series: list[ReadSeries]
    total: ReadSeries | None = None


def read_chart(root: etree._Element) -> ReadChart:
    """What a chart part shows."""
    plots = [
        item
        for item in root.iter()
        if isinstance(item.tag, str) and item.tag.startswith(C) and item.find(f"{C}ser") is not None
    ]
    kinds = []
    for plot in plots:
        match = _PLOT.search(etree.QName(plot).localname)
        direction = plot.find(f"{C}barDir")
        kind = match[1] if match else etree.QName(plot).localname
        grouping = plot.find(f"{C}grouping")
        if kind.startswith("bar"):
            kind = "column" if direction is not None and direction.get("val") == "col" else "bar"
        if grouping is not None and "tacked" in grouping.get("val", ""):
            kind = f"stacked {kind}"
        kinds.append(kind)
    title = root.find(f"{C}chart/{C}title")
    text = "".join(item.text or "" for item in title.iter(f"{A}t")) if title is not None else ""
    series = [_read_series(item) for plot in plots for item in plot.iterfind(f"{C}ser")]
    if len(series) > 2 and kinds[0].startswith("stacked") and _is_sum(series[-1], series[:-1]):
        return ReadChart(kinds[:-1], text, series[:-1], series[-1])
    return ReadChart(kinds, text, series)


def _is_sum(last: ReadSeries, others: Sequence[ReadSeries]) -> bool:
    """Whether a series is a line that is not drawn and runs along the sums of the others."""
    if last.element.find(f"{C}spPr/{A}ln/{A}noFill") is None:
        return False
    sums = [sum(value or 0 for value in column) for column in zip(*(item.values for item in others), strict=False)]
    pairs = zip(last.values, sums, strict=False)
    return bool(sums) and all(abs((value or 0) - total) < 1e-6 * max(abs(total), 1) for value, total in pairs)


def _read_series(item: etree._Element) -> ReadSeries:
    name = item.findtext(f"{C}tx//{C}v") or ""
    values = item.find(f"{C}val") if item.find(f"{C}val") is not None else item.find(f"{C}yVal")
    categories = item.find(f"{C}cat") if item.find(f"{C}cat") is not None else item.find(f"{C}xVal")
    numbers: list[float | None] = []
    for value in _points(values):
        try:
            numbers.append(float(value) if value is not None else None)
        except ValueError:
            numbers.append(None)
    code = values.findtext(f".//{C}formatCode") if values is not None else None
    return ReadSeries(name, [value or "" for value in _points(categories)], numbers, code or "General", item)


def _points(data: etree._Element | None) -> list[str | None]:
    if data is None:
        return []
    caches = list(data.iter(f"{C}strCache", f"{C}numCache", f"{C}strLit", f"{C}numLit", f"{C}lvl"))
    if not caches:
        return []
    cache = next((item for item in caches if etree.QName(item).localname == "lvl"), caches[0])
    count = data.find(f".//{C}ptCount")
    found = {int(point.get("idx", 0)): point.findtext(f"{C}v") for point in cache.iterfind(f"{C}pt")}
    length = int(count.get("val", 0)) if count is not None else len(found)
    return [found.get(index) for index in range(min(max(length, len(found)), 10_000))]


def _show_all(root: etree._Element, values: Sequence[float]) -> None:
    """An axis that begins above the smallest value, or ends below the largest, would hide it: such ends are taken
    away."""
    for most in list(root.iterfind(f".//{C}valAx/{C}scaling/{C}max")):
        holder = most.getparent()
        if holder is not None and values and max(values) > float(most.get("val", "0")):
            holder.remove(most)
    for least in list(root.iterfind(f".//{C}valAx/{C}scaling/{C}min")):
        holder = least.getparent()
        if holder is not None and values and min(values) < float(least.get("val", "0")):
            holder.remove(least)


def update_chart(
    package: Package, part: str, categories: Sequence[str], series: Sequence[ChartSeries], where: str
) -> Callable[[], None]:
    """Checks new data for a chart and returns what writes it. Raises OperationError.

    Series keep their looks in order; further ones look like the last. The workbook gets the same data.
    """
    root = deepcopy(package.tree(part))
    read = read_chart(root)
    if not read.series:
        raise OperationError("The chart has no data to change", where=where, fix="Write a new slide with a chart.")
    _check(read, categories, series, where)
    sheet = _sheet_name(read)
    elements = [item.element for item in read.series]
    while len(elements) > len(series):
        extra = elements.pop()
        parent = extra.getparent()
        if parent is not None:
            parent.remove(extra)
    while len(elements) < len(series):
        elements.append(_another(elements[-1], len(elements), read))
    for number, (element, item) in enumerate(zip(elements, series, strict=True)):
        _write_series(
            element, item, categories, number, sheet, read.series[min(number, len(read.series) - 1)].number_format
        )
    if read.total is not None:
        sums = [round(sum(item.values[index] or 0 for item in series), 10) for index in range(len(categories))]
        total = ChartSeries(name=read.total.name, values=sums)
        _write_series(read.total.element, total, categories, len(series), sheet, read.total.number_format)
    _show_all(root, [value for item in series for value in item.values if value is not None])
    book = _workbook(package, part, sheet, categories, series)

    def write() -> None:
        relation = next((found for found in package.relationships(part) if found.kind == "package"), None)
        if relation is not None and relation.target.endswith(".xlsx") and package.has(relation.target):
            package.put(relation.target, book)
            _refer(root, relation.id)
        else:
            name = package.free_name("ppt/embeddings/Microsoft_Excel_Sheet{}.xlsx")
            package.set_default_type("xlsx", WORKBOOK_TYPE)
            package.put(name, book, WORKBOOK_TYPE)
            _refer(root, package.relationships(part).add("package", name))
        package.put(part, root)

    return write


def _check(read: ReadChart, categories: Sequence[str], series: Sequence[ChartSeries], where: str) -> None:
    if any(kind in {"scatter", "bubble"} for kind in read.kinds):
        _check_points(series, where)
    for item in series:
        if len(item.values) != len(categories) and item.x is None:
            fix = f"Give each series {len(categories)} values, null where there is none."
            raise OperationError(f"Series {item.name!r} has {len(item.values)} values", where=where, fix=fix)


def _check_points(series: Sequence[ChartSeries], where: str) -> None:
    for item in series:
        if item.x is None or len(item.x) != len(item.values):
            raise OperationError(
                f"Series {item.name!r} needs an x for every value",
                where=where,
                fix="Give `x` and `values` of one length.",
            )


def _sheet_name(read: ReadChart) -> str:
    for item in read.series:
        for reference in item.element.iter(f"{C}f"):
            name = (reference.text or "").rpartition("!")[0].strip("'").replace("''", "'")
            if name and "[" not in name:
                return name
    return "Sheet1"


def _another(model: etree._Element, number: int, read: ReadChart) -> etree._Element:
    new = deepcopy(model)
    for tag, value in (("idx", number), ("order", number)):
        found = new.find(f"{C}{tag}")
        if found is not None:
            found.set("val", str(max(value, len(read.series))))
    for kept in list(new.iterfind(f"{C}dPt")):
        new.remove(kept)
    fill = new.find(f"{C}spPr")
    for color in fill.iter(f"{A}schemeClr") if fill is not None else ():
        if color.get("val", "").startswith("accent"):
            color.set("val", f"accent{number % 6 + 1}")
    model.addnext(new)
    return new


def _letter(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else chr(ord("A") + column // 26 - 1) + chr(ord("A") + column % 26)


def _write_series(
    element: etree._Element, item: ChartSeries, categories: Sequence[str], number: int, sheet: str, code: str
) -> None:
    quoted = sheet if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet) else "'" + sheet.replace("'", "''") + "'"
    scatter = element.find(f"{C}yVal") is not None
    last = len(item.values if scatter else categories) + 1
    y = _letter(2 * number + 1 if scatter else number + 1)
    x = _letter(2 * number) if scatter else "A"
    _replace(
        element,
        "tx",
        f"<c:strRef><c:f>{_safe(quoted)}!${y}$1</c:f><c:strCache>{string_cache([item.name])}</c:strCache></c:strRef>",
        ("order",),
    )
    values = (
        f"<c:numRef><c:f>{_safe(quoted)}!${y}$2:${y}${last}</c:f>"
        f"<c:numCache>{number_cache(item.values, code)}</c:numCache></c:numRef>"
    )
    if scatter:
        across = (
            f"<c:numRef><c:f>{_safe(quoted)}!${x}$2:${x}${last}</c:f>"
            f"<c:numCache>{number_cache(item.x or [], 'General')}</c:numCache></c:numRef>"
        )
        _replace(element, "xVal", across, ())
        _replace(element, "yVal", values, ("xVal",))
        return
    names = (
        f"<c:strRef><c:f>{_safe(quoted)}!$A$2:$A${last}</c:f>"
        f"<c:strCache>{string_cache(categories)}</c:strCache></c:strRef>"
    )
    _replace(
        element,
        "cat",
        names,
        (
            "errBars",
            "trendline",
            "dLbls",
            "dPt",
            "pictureOptions",
            "explosion",
            "invertIfNegative",
            "marker",
            "spPr",
            "tx",
        ),
    )
    _replace(element, "val", values, ("cat",))


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _replace(parent: etree._Element, tag: str, inner: str, after: Sequence[str]) -> None:
    """Sets a child's content, adding the child behind the first of `after` there is."""
    new = etree.fromstring(f"<c:{tag} {_NAMESPACE}>{inner}</c:{tag}>")
    old = parent.find(f"{C}{tag}")
    if old is not None:
        parent.replace(old, new)
        return
    for name in after:
        found = parent.findall(f"{C}{name}")
        if found:
            found[-1].addnext(new)
            return
    parent.append(new)


def _refer(root: etree._Element, relation_id: str) -> None:
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    found = root.find(f"{C}externalData")
    if found is None:
        found = etree.Element(f"{C}externalData")
        etree.SubElement(found, f"{C}autoUpdate", val="0")
        settings = root.find(f"{C}printSettings")
        if settings is not None:
            settings.addprevious(found)
        else:
            root.append(found)
    found.set(key, relation_id)


def _workbook(
    package: Package, part: str, sheet: str, categories: Sequence[str], series: Sequence[ChartSeries]
) -> bytes:
    """The chart's workbook with the new data: the old one with its other cells and sheets kept, or a new one."""
    scatter = any(item.x is not None for item in series)
    columns: list[tuple[str, Sequence[object]]] = [] if scatter else [("", categories)]
    for item in series:
        columns += [("x", item.x or [])] if scatter else []
        columns.append((item.name, item.values))
    book, page = _opened(package, part, sheet)
    read = read_chart(package.tree(part))
    old, total = read.series, read.total
    rows = max([len(item.values) for item in old] + [len(values) for _, values in columns]) + 1
    wide = max(len(columns), len(old) * (2 if scatter else 1) + 1) + (total is not None)
    for row in page.iter_rows(min_row=1, max_row=rows, min_col=1, max_col=wide):
        for cell in row:
            _put(cell, None)
    for number, (name, values) in enumerate(columns, 1):
        for line, value in enumerate([name, *values], 1):
            _put(page.cell(line, number), value)
    if total is not None:
        place = len(columns) + 1
        _put(page.cell(1, place), total.name)
        for line in range(2, len(categories) + 2):
            page.cell(line, place).value = f"=SUM(B{line}:{_letter(len(series))}{line})"
    buffer = BytesIO()
    book.save(buffer)
    return _dateless(buffer.getvalue())


def _dateless(data: bytes) -> bytes:
    """The workbook without the moment it was saved at, so that equal edits give equal bytes."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["docProps/core.xml"] = re.sub(
        rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", parts["docProps/core.xml"]
    )
    return new_archive(parts)


def _opened(package: Package, part: str, sheet: str) -> tuple[Any, Any]:
    """The workbook behind a chart and its sheet; new ones if there is none that can be read."""
    import openpyxl

    relation = next((found for found in package.relationships(part) if found.kind == "package"), None)
    if relation is not None and relation.target.endswith(".xlsx") and package.has(relation.target):
        try:
            book = openpyxl.load_workbook(BytesIO(package.read(relation.target)))
            return book, book[sheet]
        except Exception:  # noqa: BLE001, S110 - whatever a strange workbook raises, a new one takes its place
            pass
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = re.sub(r"[\[\]:*?/\\]", "", sheet)[:31] or "Sheet1"
    return book, page


def _put(cell: Any, value: object) -> None:
    if type(cell).__name__ == "MergedCell":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # text is text, even if it begins like a formula
