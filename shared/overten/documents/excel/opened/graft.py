"""What changed in the model, written into the uploaded package, and nothing else.

The structural changes are replayed on the package first. Reading it again then gives the model it stands for; where
that differs from the model as it is now, the package is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

from overten.documents.engine import Assets, no_assets
from overten.documents.excel import formulas, theme
from overten.documents.excel.grid import Area, cell_name, parse_cell, parse_range
from overten.documents.excel.objects import is_address
from overten.documents.excel.opened import frames
from overten.documents.excel.opened.cells import CellEdits, CellWriter, Formula
from overten.documents.excel.opened.donor import Donor, defined_names, dynamic_array_metadata, make_donor
from overten.documents.excel.opened.drawings import XDR, C, ChartPart, read_charts
from overten.documents.excel.opened.read import READER_VERSION, Opened, Place, SheetSource, looks_at, read
from overten.documents.excel.opened.replay import Replay, escaped, remove_tree, reorder
from overten.documents.excel.opened.sheetxml import MAIN, SheetXml
from overten.documents.excel.opened.strings import Strings
from overten.documents.excel.opened.styles import Styles
from overten.documents.excel.opened.tables import resize, table_parts
from overten.documents.excel.operations import (
    AddChart,
    AddImage,
    AddSparklines,
    AddValidation,
    CellStyle,
    RangeStyle,
)
from overten.documents.excel.recalculate import Computed, Evaluation, evaluate, is_affordable
from overten.documents.excel.references import chart_area
from overten.documents.excel.workbook import CellContent, Note, Sheet, SheetDeleted, Table, Workbook, is_formula
from overten.documents.excel.write import Writer
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package, Relationship
from overten.documents.ooxml.xml import serialise

_M = f"{{{MAIN}}}"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_TOLERANCE = 1e-9


def graft(
    original: bytes,
    before: Workbook | None,
    after: Workbook,
    *,
    created: datetime | None = None,
    assets: Assets = no_assets,
) -> tuple[bytes, list[Finding]]:
    """The uploaded file with the changes of the model in it, and what is to be told of them.

    `before` may be the model as it was read, to spare reading it again where no line or sheet was moved. The same bytes
    come back if nothing changed. Raises PackageError for a package that cannot be read.
    """
    if after.source is not None and after.source.reader != READER_VERSION:
        raise ValueError("the workbook was read by another version of the reader")
    if before is not None and not after.structure and before == after:
        return original, []
    moment = created or datetime.now(UTC)
    package = Package.open(original)
    replay = Replay(package)
    replay.run(after.structure)
    work = _Graft(read(package), after, moment, list(replay.findings), assets)
    work.run()
    if not work.changed and not after.structure:
        return original, work.findings
    return package.save(), work.findings


@dataclass
class _SheetChanges:
    """What is new on a sheet that was there, for the donor to make."""

    charts: list[AddChart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    rules: list[Any] = field(default_factory=list)
    validations: list[AddValidation] = field(default_factory=list)
    images: list[AddImage] = field(default_factory=list)
    sparklines: list[AddSparklines] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)

    def __bool__(self) -> bool:
        drawn = self.charts or self.images or self.sparklines or self.notes
        return bool(drawn or self.tables or self.rules or self.validations)


FrameChange = Callable[[etree._Element], None]


class _Graft:
    def __init__(
        self, opened: Opened, after: Workbook, moment: datetime, findings: list[Finding], assets: Assets
    ) -> None:
        self.assets = assets
        self.package = opened.package
        self.before = opened.workbook
        self.sources = opened.sheets
        self.after = after
        self.moment = moment
        self.findings = findings
        self.changed = bool(findings)
        self.styles: Styles = opened.styles
        self.strings = Strings(self.package, opened.string_count)
        self.edits: dict[str, CellEdits] = {}
        self.evaluation = Evaluation()
        self.undecided = 0
        self.formulas_changed = bool(after.structure)

    def run(self) -> None:
        self._delete_lost_sheets()
        pairs = [(old, new) for new in self.after.sheets if (old := self.before.find_sheet(new.name)) is not None]
        added = [sheet for sheet in self.after.sheets if self.before.find_sheet(sheet.name) is None]
        for old, new in pairs:
            self.edits[new.name] = self._cell_edits(old, new)
        self._calculate(pairs, bool(added))
        donor = self._donor(pairs, added)
        for old, new in pairs:
            self._write_sheet(old, new, donor)
        for sheet in added:
            if donor is not None:
                donor.add_sheet(sheet.name)
                self.changed = True
        self._carry_lists(donor)
        self._reorder()
        self._hide_sheets()
        self._write_names()
        self._write_properties()
        self._finish()

    def _told(self, code: str, message: str, location: str | None = None) -> None:
        self.findings.append(Finding(code=code, message=message, severity="warning", location=location))

    def _delete_lost_sheets(self) -> None:
        """Sheets that left the model without a record of it."""
        lost = [sheet.name for sheet in self.before.sheets if self.after.find_sheet(sheet.name) is None]
        if not lost:
            return
        replay = Replay(self.package)
        replay.run([SheetDeleted(sheet=name) for name in lost])
        self.findings += replay.findings
        opened = read(self.package)
        self.before, self.sources, self.styles = opened.workbook, opened.sheets, opened.styles
        self.changed = self.formulas_changed = True

    # --- cells

    def _cell_edits(self, old: Sheet, new: Sheet) -> CellEdits:
        edits = CellEdits()
        for row in old.cells.keys() | new.cells.keys():
            was, now = old.cells.get(row, {}), new.cells.get(row, {})
            if was == now and not _differ_in_type(was, now):
                continue
            changes: dict[int, CellContent | None] = {}
            for column in was.keys() | now.keys():
                first, second = was.get(column), now.get(column)
                if first != second or type(first) is not type(second):
                    changes[column] = second
            if changes:
                edits.contents[row] = changes
        edits.looks = [(parse_range(style.range), theme.properties(style.style, self.after)) for style in new.styles]
        self._unshare(old, edits)
        self._grow(old, new, edits)
        return edits

    def _unshare(self, old: Sheet, edits: CellEdits) -> None:
        """Formulas shared with a cell that changes are written out, as they hang on it."""
        source = self._source(old.name)
        for shared in source.shared.values():
            row, column = shared.master
            if column not in edits.contents.get(row, {}):
                continue
            for place in shared.children:
                content = old.content(*place)
                if content is not None:
                    edits.contents.setdefault(place[0], {}).setdefault(place[1], content)

    def _grow(self, old: Sheet, new: Sheet, edits: CellEdits) -> None:
        """New records look like the last one there was, the total row like itself."""
        for table, was in _grown_tables(old, new):
            last = was.data.last_row
            for row in range(last + 1, table.data.last_row + 1):
                for column in range(was.first_column, was.last_column + 1):
                    edits.like[row, column] = (last, column)
            if table.has_totals and was.has_totals and table.area.last_row != was.area.last_row:
                for column in range(was.first_column, was.last_column + 1):
                    edits.like[table.area.last_row, column] = (was.area.last_row, column)
                    edits.contents.setdefault(table.area.last_row, {}).setdefault(
                        column, new.content(table.area.last_row, column)
                    )
                    edits.contents.setdefault(was.area.last_row, {}).setdefault(
                        column, new.content(was.area.last_row, column)
                    )
            for column in range(was.last_column + 1, table.last_column + 1):
                edits.like[was.first_row, column] = (was.first_row, was.last_column)

    def _source(self, name: str) -> SheetSource:
        wanted = name.casefold()
        return next(source for key, source in self.sources.items() if key.casefold() == wanted)

    # --- values

    def _calculate(self, pairs: list[tuple[Sheet, Sheet]], added: bool) -> None:
        if (
            not added
            and not any(edits.contents for edits in self.edits.values())
            and not self._needs_chart_values(pairs)
        ):
            return
        today = self.moment.astimezone(UTC).date()
        self.evaluation = evaluate(self.after, today=today)
        if not is_affordable(self.after):
            self.undecided += sum(len(cells) for cells in self.evaluation.cells.values())
        was = self._evaluated_before(today)
        is_random = _draws_lots(self.before)
        for old, new in pairs:
            edits = self.edits[new.name]
            computed = self.evaluation.cells.get(new.name, {})
            for place, one in computed.items():
                if place[1] in edits.contents.get(place[0], {}):
                    self._new_formula(new, place, one, edits)
                elif not is_random:
                    self._stored_value(old, place, one, was.cells.get(old.name, {}).get(place), edits)
            self._spill(new, edits)

    def _needs_chart_values(self, pairs: list[tuple[Sheet, Sheet]]) -> bool:
        return any(len(new.charts) > len(old.charts) for old, new in pairs)

    def _evaluated_before(self, today: date) -> Evaluation:
        """The values by our calculator before the changes: where they are not those in the file, it is not trusted."""
        self.before.origin = True
        return evaluate(self.before, today=today)

    def _new_formula(self, sheet: Sheet, place: Place, one: Computed, edits: CellEdits) -> None:
        if not formulas.is_well_formed(one.formula):
            text, is_array = one.formula[1:], False  # a formula of the file itself, which only moved
        else:
            table = sheet.table_at(*place) if "[" in one.formula else None
            text, is_array = formulas.file_form(one.formula, table), formulas.is_array(one.formula)
        value = one.value if one.decided else None
        if one.decided and value is None:
            value = 0
        area, metadata = None, 0
        if is_array:
            area = self.evaluation.spills.get(sheet.name, {}).get(place) or Area(*place, *place)
            metadata = dynamic_array_metadata(self.package)
        edits.formulas[place] = Formula(text, value, area, metadata)
        self.undecided += 0 if one.decided else 1

    def _stored_value(
        self, old: Sheet, place: Place, now: Computed, was: Computed | None, edits: CellEdits
    ) -> None:  # fmt: skip
        if was is not None and was.decided == now.decided and _same(was.value, now.value):
            return
        cached = self._source(old.name).cached.get(place[0], {}).get(place[1])
        trusted = now.decided and (was is None or (was.decided and (cached is None or _same(was.value, cached))))
        if trusted:
            edits.values.setdefault(place[0], {})[place[1]] = 0 if now.value is None else now.value
        else:
            self.undecided += 1

    def _spill(self, sheet: Sheet, edits: CellEdits) -> None:
        """The cells that a new array formula fills hold its values."""
        spilled = self.evaluation.spilled.get(sheet.name, {})
        for place, formula in list(edits.formulas.items()):
            for cell in formula.area.cells() if formula.area is not None else ():
                if cell != place and cell in spilled:
                    value = spilled[cell]
                    content = "'" + value if isinstance(value, str) and value[:1] in {"=", "'"} else value
                    edits.contents.setdefault(cell[0], {}).setdefault(cell[1], content)

    # --- new things

    def _donor(self, pairs: list[tuple[Sheet, Sheet]], added: list[Sheet]) -> Donor | None:
        self.new: dict[str, _SheetChanges] = {}
        for old, new in pairs:
            changes = self._new_on(old, new)
            fitted = self._fresh_columns(old, new)
            if changes or fitted:
                self.new[new.name] = changes
        if not added and not self.new:
            return None
        donor_book = self.after.model_copy(
            update={"sheets": [], "names": {}, "origin": False, "source": None, "logo": None}
        )
        new_names = {sheet.name for sheet in added}
        stubs = {new.name: self._stub(old, new) for old, new in pairs}
        resolved = {sheet.name: self._plain_charts(sheet.charts) for sheet in added}
        for sheet in self.after.sheets:
            if sheet.name in new_names:
                donor_book.sheets.append(sheet.model_copy(update={"charts": resolved[sheet.name]}))
            elif sheet.name in stubs:
                donor_book.sheets.append(stubs[sheet.name])
        self._fill_chart_cells(donor_book, stubs)
        evaluation = Evaluation(
            cells={name: self.evaluation.cells.get(name, {}) for name in (s.name for s in donor_book.sheets)},
            spills={
                s.name: (self.evaluation.spills.get(s.name, {}) if s.name in new_names else {})
                for s in donor_book.sheets
            },
            spilled={
                s.name: (self.evaluation.spilled.get(s.name, {}) if s.name in new_names else {})
                for s in donor_book.sheets
            },
        )
        moment = self.moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        writer = Writer(donor_book, moment, self.assets, evaluation)
        return make_donor(writer, self.package, self.styles, self.strings)

    def _new_on(self, old: Sheet, new: Sheet) -> _SheetChanges:
        exact = not self.after.structure
        changes = _SheetChanges()
        changes.charts = [chart for chart in new.charts if self._chart_before(old, chart) is None]
        changes.tables = [table for table in new.tables if _table_before(old, table) is None]
        changes.images, changes.sparklines = list(new.images), list(new.sparklines)
        changes.notes = self._new_notes(old, new)
        changes.rules = _unpaired(old.conditional_formats, new.conditional_formats, _rule_keys(exact))[1]
        changes.validations = _unpaired(old.validations, new.validations, _validation_keys(exact))[1]
        for table, was in _grown_tables(old, new):
            for index in range(len(was.columns), len(table.columns)):
                choices = table.columns[index].choices
                if choices:
                    ref = table.column_area(index).ref
                    changes.validations.append(AddValidation(sheet=new.name, range=ref, type="list", choices=choices))
        return changes

    def _new_notes(self, old: Sheet, new: Sheet) -> dict[str, Note]:
        if new.notes and any(relation.kind == "comments" for relation in self._relations(old.name)):
            self._told("note_not_added", f"{new.name} has comments already; new notes were not added", new.name)
            return {}
        return new.notes

    def _relations(self, sheet: str) -> list[Relationship]:
        return list(self.package.relationships(self._source(sheet).part))

    def _chart_before(self, old: Sheet, chart: AddChart) -> AddChart | None:
        return next((other for other in old.charts if _same_chart(other, chart)), None)

    def _fresh_columns(self, old: Sheet, new: Sheet) -> set[int]:
        """Columns that were empty and have no width of their own, and are filled now: they are fitted."""
        filled = {column for cells in self.edits[new.name].contents.values() for column in cells}
        taken = {column for cells in old.cells.values() for column in cells}
        return filled - taken - set(old.widths) - set(new.widths)

    def _stub(self, old: Sheet, new: Sheet) -> Sheet:
        """A sheet that holds only what is new on one that was there."""
        changes = self.new.get(new.name, _SheetChanges())
        columns = self._fresh_columns(old, new) if new.name in self.new else set()
        areas = [table.area for table in changes.tables]
        stub = Sheet(name=new.name, show_gridlines=True, widths=dict(new.widths), merges=[])
        for row, cells in new.cells.items():
            for column, content in cells.items():
                if column in columns or any(area.contains(row, column) for area in areas):
                    stub.put(row, column, content)
        stub.styles = list(new.styles) if stub.cells else []
        stub.images, stub.sparklines = list(changes.images), list(changes.sparklines)
        stub.notes = dict(changes.notes)
        stub.tables, stub.charts = list(changes.tables), self._plain_charts(changes.charts)
        stub.conditional_formats, stub.validations = list(changes.rules), list(changes.validations)
        return stub

    def _plain_charts(self, charts: Iterable[AddChart]) -> list[AddChart]:
        """The charts with references to tables written as ranges: the donor has not all tables."""
        from overten.documents.excel.grid import qualified

        def plain(ref: str | None) -> str | None:
            if not ref:
                return ref
            try:
                sheet, area = chart_area(self.after, ref)
            except ValueError:
                return ref
            return ("=" if ref.startswith("=") else "") + qualified(sheet.name, area)

        made = []
        for chart in charts:
            copy = chart.model_copy(deep=True)
            for series in copy.series:
                series.values = plain(series.values) or series.values
                series.categories = plain(series.categories)
                if series.name and series.name.startswith("="):
                    series.name = plain(series.name)
            made.append(copy)
        return made

    def _fill_chart_cells(self, book: Workbook, stubs: dict[str, Sheet]) -> None:
        """The stubs get the cells that charts show, so that the charts have values from the start."""
        for sheet in book.sheets:
            for chart in sheet.charts:
                for series in chart.series:
                    for ref in (series.values, series.categories, series.name if _is_ref(series.name) else None):
                        self._fill_from(book, ref, stubs)

    def _fill_from(self, book: Workbook, ref: str | None, stubs: dict[str, Sheet]) -> None:
        if not ref:
            return
        try:
            home, area = chart_area(book, ref)
        except ValueError:
            return
        stub, whole = stubs.get(home.name), self.after.find_sheet(home.name)
        if stub is None or whole is None or area.size > 100_000:
            return
        places = [*area.cells(), (area.first_row - 1, area.first_column), (area.first_row, area.first_column - 1)]
        for row, column in places:
            value = self._shown(whole, row, column)
            if row and column and value is not None and stub.content(row, column) is None:
                stub.put(row, column, value)
        code = looks_at(whole, area.first_row, area.first_column).get("num_format")
        if code:
            style = CellStyle(number_format=code)
            stub.styles.append(RangeStyle(range=cell_name(area.first_row, area.first_column), style=style))

    def _shown(self, sheet: Sheet, row: int, column: int) -> CellContent | None:
        content = sheet.content(row, column)
        if content is None or not is_formula(content):
            return content
        computed = self.evaluation.cells.get(sheet.name, {}).get((row, column))
        value = computed.known if computed else None
        if value is None:
            before = self.before.find_sheet(sheet.name)
            value = self._source(sheet.name).cached.get(row, {}).get(column) if before else None
        return "'" + value if isinstance(value, str) and value[:1] in {"=", "'"} else value

    # --- writing

    def _write_sheet(self, old: Sheet, new: Sheet, donor: Donor | None) -> None:
        part = self._source(new.name).part
        edits = self.edits[new.name]
        changes = self.new.get(new.name) if donor is not None else None
        frame_changes = self._frame_changes(old, new)
        if not edits and not frame_changes and not changes and not self._table_changes(old, new):
            return
        self.changed = True
        xml = SheetXml(self.package.read(part), part)
        if changes is not None and donor is not None:
            edits.formats |= donor.format_of(new.name, [table.area.ref for table in changes.tables])
        dates_from_1904 = bool(self.before.source and self.before.source.dates_from_1904)
        writer = CellWriter(
            xml, self.styles, self.strings, frames.column_formats(xml.frame), dates_from_1904=dates_from_1904
        )
        if edits:
            writer.write(edits, _union(old.used_area(), new.used_area()))
            self._set_dimension(xml, old, new)
        for change in frame_changes:
            change(xml.edit_frame())
        self._write_tables(part, xml, old, new)
        if changes is not None and donor is not None:
            donor.add_onto(new.name, part, xml)
            if changes.notes:
                donor.add_notes(new.name, part, xml)
            self._fit_fresh(xml, old, new, donor)
        self._write_charts(part, xml, old, new)
        self.package.put(part, xml.to_bytes())
        if any(
            is_formula(content) for cells in edits.contents.values() for content in cells.values() if content
        ) or any(
            is_formula(old.content(row, column) or "") for row, cells in edits.contents.items() for column in cells
        ):
            self.formulas_changed = True

    def _fit_fresh(self, xml: SheetXml, old: Sheet, new: Sheet, donor: Donor) -> None:
        fitted = donor.widths.get(new.name, {})
        fresh = self._fresh_columns(old, new)
        widths = {column: width for column, width in fitted.items() if column in fresh and width > 9}
        if widths:
            frames.set_widths(xml.edit_frame(), widths)

    def _set_dimension(self, xml: SheetXml, old: Sheet, new: Sheet) -> None:
        element = frames.child(xml.frame, "dimension")
        used = _union(old.used_area(), new.used_area())
        if element is None or used is None:
            return
        try:
            known = parse_range(element.get("ref", ""))
        except ValueError:
            return
        whole = _union(known, used)
        if whole is not None and whole != known:
            frames.child(xml.edit_frame(), "dimension")
            element.set("ref", whole.ref)

    def _frame_changes(self, old: Sheet, new: Sheet) -> list[FrameChange]:
        changes = self._view_changes(old, new)
        widths = {column: width for column, width in new.widths.items() if old.widths.get(column) != width}
        if widths:
            changes.append(lambda frame: frames.set_widths(frame, widths))
        gone = set(old.merges) - set(new.merges)
        known = set(old.merges)
        added = [ref for ref in new.merges if ref not in known]
        if gone or added:
            changes.append(lambda frame: frames.set_merges(frame, gone, added))
        if old.freeze != new.freeze:
            changes.append(lambda frame: frames.set_freeze(frame, new.freeze))
        if old.tab_color != new.tab_color:
            changes.append(lambda frame: frames.set_tab_color(frame, new.tab_color))
        if new.print_setup is not None:
            landscape, rows = new.print_setup.landscape, new.print_setup.repeat_rows
            changes.append(lambda frame: _set_page(frame, landscape=landscape))
            if rows:
                self._repeat_rows(new.name, rows)
        return [*changes, *self._rule_changes(old, new)]

    def _view_changes(self, old: Sheet, new: Sheet) -> list[FrameChange]:
        changes: list[FrameChange] = []
        links = {cell: link for cell, link in new.links.items() if old.links.get(cell) != link}
        if links:
            relations = self.package.relationships(self._source(old.name).part)
            ids = {link: relations.add("hyperlink", link, external=True) for link in links.values() if is_address(link)}
            changes.append(lambda frame: frames.set_links(frame, links, ids))
        if new.zoom != old.zoom or new.protected != old.protected or new.show_gridlines != old.show_gridlines:
            changes.append(lambda frame: frames.set_view(frame, new.zoom, new.protected, gridlines=new.show_gridlines))
        if new.groups != old.groups:
            self._told("groups_not_written", f"Outline groups of {new.name} were not changed", new.name)
        return changes

    def _rule_changes(self, old: Sheet, new: Sheet) -> list[FrameChange]:
        changes: list[FrameChange] = []
        exact = not self.after.structure
        rules = _unpaired(old.conditional_formats, new.conditional_formats, _rule_keys(exact))[0]
        if rules:
            changes.append(lambda frame: _remove_rules(frame, old.name, rules))
        validations = _unpaired(old.validations, new.validations, _validation_keys(exact))[0]
        if validations:
            changes.append(lambda frame: _remove_validations(frame, old.name, validations))
        for table, was in _grown_tables(old, new):
            columns = range(was.first_column, was.last_column + 1)
            last, new_last = was.data.last_row, table.data.last_row
            if new_last > last:
                changes.append(
                    lambda frame, c=columns, a=last, b=new_last: frames.extend_down(frame, c, a, b)  # type: ignore[misc]
                )
        return changes

    def _repeat_rows(self, sheet: str, row: int) -> None:
        root = self.package.edit(self.package.main_part())
        index = next(i for i, e in enumerate(root.iter(f"{_M}sheet")) if e.get("name", "") == sheet)
        group = defined_names(self.package)
        for element in list(group):
            if element.get("name") == "_xlnm.Print_Titles" and element.get("localSheetId") == str(index):
                group.remove(element)
        from overten.documents.excel.grid import quote_sheet

        element = etree.SubElement(group, f"{_M}definedName", name="_xlnm.Print_Titles", localSheetId=str(index))
        element.text = f"{quote_sheet(sheet)}!${row}:${row}"

    def _table_changes(self, old: Sheet, new: Sheet) -> bool:
        kept = {table.name.casefold() for table in new.tables}
        return any(table.name.casefold() not in kept for table in old.tables) or bool(list(_grown_tables(old, new)))

    def _write_tables(self, part: str, xml: SheetXml, old: Sheet, new: Sheet) -> None:
        parts = {found.name.casefold(): found.part for found in table_parts(self.package, part)}
        for table in old.tables:
            now = next((other for other in new.tables if other.name.casefold() == table.name.casefold()), None)
            if now is None or _table_before(old, now) is None:
                self._remove_table(part, xml, parts[table.name.casefold()])
        for table, was in _grown_tables(old, new):
            resize(self.package.edit(parts[table.name.casefold()]), table)
            if table.data.last_row > was.data.last_row:
                self._extend_charts(new.name, was, table)

    def _remove_table(self, part: str, xml: SheetXml, table_part: str) -> None:
        relations = self.package.relationships(part)
        relation = relations.to(table_part)
        if relation is None:
            return
        group = frames.child(xml.edit_frame(), "tableParts")
        for element in list(group) if group is not None else []:
            if relation.id in element.attrib.values() and group is not None:
                group.remove(element)
                group.set("count", str(len(group)))
        if group is not None and not len(group):
            xml.frame.remove(group)
        relations.remove(relation.id)
        remove_tree(self.package, table_part)

    def _extend_charts(self, sheet: str, was: Table, now: Table) -> None:
        """Charts that show whole columns of a table go on showing them whole, as in Excel."""
        data, grown = was.data, now.data
        for name in self.package.names():
            if not self.package.content_type(name).endswith("drawingml.chart+xml"):
                continue
            for element in self.package.tree(name).iter(f"{C}f"):
                try:
                    home, area = formulas.plain_area(element.text or "")
                except ValueError:
                    continue
                inside = home.casefold() == sheet.casefold() and area.first_column == area.last_column
                if inside and data.contains(*area[:2]) and area[::2] == (data.first_row, data.last_row):
                    from overten.documents.excel.grid import qualified

                    self.package.edit(name)
                    element.text = qualified(home, area._replace(last_row=grown.last_row))
                    _drop_cache(element)

    def _write_charts(self, part: str, xml: SheetXml, old: Sheet, new: Sheet) -> None:
        drawn = [chart for chart in read_charts(self.package, part, new.name) if chart.model is not None]
        remaining = list(new.charts)
        for chart in drawn:
            model = chart.model
            if model is None or self._chart_before(old, model) is None:
                continue  # carried over a moment ago
            now = next((other for other in remaining if _same_chart(model, other)), None)
            if now is None:
                self._remove_chart(part, xml, chart)
                continue
            remaining.remove(now)
            if now.anchor != model.anchor and not self.after.structure:
                self.package.edit(chart.drawing)
                _move_anchor(chart.anchor, model.anchor, now.anchor)

    def _remove_chart(self, part: str, xml: SheetXml, chart: ChartPart) -> None:
        self.package.edit(chart.drawing)
        parent = chart.anchor.getparent()
        if parent is not None:
            parent.remove(chart.anchor)
        relations = self.package.relationships(chart.drawing)
        relation = relations.to(chart.part)
        if relation is not None:
            relations.remove(relation.id)
            remove_tree(self.package, chart.part)
        if parent is not None and not len(parent):
            own = self.package.relationships(part)
            pointer = own.to(chart.drawing)
            element = frames.child(xml.edit_frame(), "drawing")
            if pointer is not None and element is not None:
                xml.frame.remove(element)
                own.remove(pointer.id)
                remove_tree(self.package, chart.drawing)

    # --- workbook

    def _carry_lists(self, donor: Donor | None) -> None:
        """The hidden sheet of long drop-down lists, if the donor made one."""
        for name in donor.sheet_names if donor is not None else []:
            if self.after.find_sheet(name) is None and donor is not None:
                donor.add_sheet(name)

    def _reorder(self) -> None:
        main = self.package.main_part()
        order = [element.get("name", "").casefold() for element in self.package.tree(main).iter(f"{_M}sheet")]
        wanted = [sheet.name.casefold() for sheet in self.after.sheets]
        if [name for name in order if name in set(wanted)] != wanted:
            reorder(self.package, [sheet.name for sheet in self.after.sheets])
            self.changed = True

    def _hide_sheets(self) -> None:
        """Shows and hides the sheets that were there."""
        for sheet in self.after.sheets:
            old = self.before.find_sheet(sheet.name)
            if old is None or old.hidden == sheet.hidden:
                continue
            self.changed = True
            for element in self.package.edit(self.package.main_part()).iter(f"{_M}sheet"):
                if element.get("name", "").casefold() == sheet.name.casefold():
                    element.attrib.pop("state", "")
                    if sheet.hidden:
                        element.set("state", "hidden")

    def _write_names(self) -> None:
        was, now = self.before.names, self.after.names
        gone = {name.casefold() for name in was if name not in now}
        changed = {name: ref for name, ref in now.items() if was.get(name) != ref}
        if not gone and not changed:
            return
        self.changed = True
        group = defined_names(self.package)
        replaced = gone | {name.casefold() for name in changed}
        for element in list(group):
            if element.get("localSheetId") is None and element.get("name", "").casefold() in replaced:
                group.remove(element)
        for name, ref in sorted(changed.items()):
            element = etree.SubElement(group, f"{_M}definedName", name=name)
            element.text = ref
        ordered = sorted(group, key=lambda e: (e.get("name", "").casefold(), int(e.get("localSheetId", "-1"))))
        group[:] = ordered
        if not len(group) and (parent := group.getparent()) is not None:
            parent.remove(group)

    def _write_properties(self) -> None:
        changes = {
            tag: value
            for tag, was, value in (
                ("title", self.before.title, self.after.title),
                ("subject", self.before.subject, self.after.subject),
            )
            if was != value and value
        }
        if changes:
            self.changed = True
            _set_core(self.package, changes)

    def _finish(self) -> None:
        if self.styles.changed:
            main = self.package.main_part()
            part = self.package.related(main, "styles")
            if part is None or not self.package.has(part):
                part = "xl/styles.xml"
                self.package.relationships(main).add("styles", part)
            self.package.put(part, serialise(self.styles.root), _STYLES_TYPE)
        self.strings.save()
        if self.formulas_changed:
            self._drop_calculation_chain()
        if self.undecided:
            self._calculate_on_load()
            self._told(
                "formula_undecided",
                f"{self.undecided} formulas are calculated anew only when Excel opens the file",
            )

    def _drop_calculation_chain(self) -> None:
        """The order of calculation is made anew by whoever opens the file; an outdated one is a damaged file."""
        relations = self.package.relationships(self.package.main_part())
        for relation in relations.of_type("calcChain"):
            relations.remove(relation.id)
            if self.package.has(relation.target):
                self.package.remove(relation.target)

    def _calculate_on_load(self) -> None:
        root = self.package.edit(self.package.main_part())
        element = root.find(f"{_M}calcPr")
        if element is None:
            element = etree.Element(f"{_M}calcPr")
            before = {"sheets", "functionGroups", "externalReferences", "definedNames"}
            index = max(i for i, e in enumerate(root) if isinstance(e.tag, str) and etree.QName(e).localname in before)
            root.insert(index + 1, element)
        element.set("fullCalcOnLoad", "1")


def _differ_in_type(was: dict[int, CellContent], now: dict[int, CellContent]) -> bool:
    """1, 1.0 and True are equal to Python, but not to a workbook."""
    return list(map(type, was.values())) != list(map(type, now.values()))


def _same(first: CellContent | None, second: CellContent | None) -> bool:
    if isinstance(first, bool) or isinstance(second, bool) or isinstance(first, str) or isinstance(second, str):
        texts = [value.removeprefix("'") if isinstance(value, str) else value for value in (first, second)]
        return texts[0] == texts[1]
    if first is None or second is None:
        return (first or 0) == (second or 0)
    return abs(first - second) <= _TOLERANCE * max(1.0, abs(first), abs(second))


def _is_ref(name: str | None) -> bool:
    return bool(name) and str(name).startswith("=")


def _union(first: Area | None, second: Area | None) -> Area | None:
    if first is None or second is None:
        return first or second
    return Area(*(min(pair) for pair in zip(first[:2], second[:2], strict=True)),
                *(max(pair) for pair in zip(first[2:], second[2:], strict=True)))  # fmt: skip


def _grown_tables(old: Sheet, new: Sheet) -> list[tuple[Table, Table]]:
    """The tables that stay, as they are and as they were, where they grew."""
    pairs = [(table, _table_before(old, table)) for table in new.tables]
    return [(table, was) for table, was in pairs if was is not None and was.area != table.area]


def _table_before(old: Sheet, table: Table) -> Table | None:
    """The same table as it was: it has kept its place and its columns, and may have grown."""
    was = next((other for other in old.tables if other.name.casefold() == table.name.casefold()), None)
    if was is None or (was.first_row, was.first_column) != (table.first_row, table.first_column):
        return None
    headers = [column.header for column in was.columns]
    same = headers == [column.header for column in table.columns[: len(headers)]]
    return was if same and table.row_count >= was.row_count else None


def _same_chart(first: AddChart, second: AddChart) -> bool:
    """Whether the user would say that it is the same chart, wherever it stands."""
    names = (
        [(s.name, s.values, s.categories) for s in first.series],
        [(s.name, s.values, s.categories) for s in second.series],
    )
    return (
        first.title.casefold() == second.title.casefold()
        and first.kind == second.kind
        and len(names[0]) == len(names[1])
    )


Key = Callable[[Any], object]


def _rule_keys(exact: bool) -> list[Key]:
    keys: list[Key] = [lambda rule: rule.model_dump_json(), lambda rule: (rule.range, rule.rule.type)]
    return keys[:1] if exact else [*keys, lambda rule: rule.rule.type]


def _validation_keys(exact: bool) -> list[Key]:
    keys: list[Key] = [lambda rule: rule.model_dump_json(), lambda rule: (rule.range, rule.type)]
    return keys[:1] if exact else [*keys, lambda rule: rule.type]


def _unpaired(old: Sequence[Any], new: Sequence[Any], keys: list[Key]) -> tuple[list[Any], list[Any]]:
    """What is only in the old and only in the new list. After lines moved, rules are also paired by where they stand
    and what they are: the package's own is then the better one."""
    gone, added = list(old), list(new)
    for key in keys:
        waiting: dict[object, list[Any]] = {}
        for rule in gone:
            waiting.setdefault(key(rule), []).append(rule)
        rest = []
        for rule in added:
            matches = waiting.get(key(rule))
            if matches:
                gone = [other for other in gone if other is not matches[0]]
                matches.pop(0)
            else:
                rest.append(rule)
        added = rest
    return gone, added


def _remove_rules(frame: etree._Element, sheet: str, rules: list[Any]) -> None:
    waiting = [rule.model_dump_json() for rule in rules]
    for found in list(frames.conditional_formats(frame, sheet)):
        if found.model is not None and (text := found.model.model_dump_json()) in waiting:
            waiting.remove(text)
            frames.remove_rule(frame, found.element)


def _remove_validations(frame: etree._Element, sheet: str, validations: list[Any]) -> None:
    waiting = [validation.model_dump_json() for validation in validations]
    for found in list(frames.validations(frame, sheet)):
        if found.model is not None and (text := found.model.model_dump_json()) in waiting:
            waiting.remove(text)
            frames.remove_validation(frame, found.element)


def _set_page(frame: etree._Element, *, landscape: bool) -> None:
    properties = frames.placed(frame, "sheetPr")
    fit = properties.find(f"{_M}pageSetUpPr")
    if fit is None:
        fit = etree.SubElement(properties, f"{_M}pageSetUpPr")
    fit.set("fitToPage", "1")
    page = frames.placed(frame, "pageSetup")
    page.set("orientation", "landscape" if landscape else "portrait")
    page.set("fitToWidth", "1")
    page.set("fitToHeight", "0")
    page.attrib.pop("scale", "")


def _drop_cache(reference: etree._Element) -> None:
    """Takes stored values off a chart's reference that now covers more cells."""
    parent = reference.getparent()
    for element in list(parent) if parent is not None else []:
        if etree.QName(element).localname in {"numCache", "strCache"} and parent is not None:
            parent.remove(element)


def _move_anchor(anchor: etree._Element, was: str, now: str) -> None:
    (row, column), (new_row, new_column) = parse_cell(was), parse_cell(now)
    for corner in ("from", "to"):
        for name, delta in (("row", new_row - row), ("col", new_column - column)):
            element = anchor.find(f"{XDR}{corner}/{XDR}{name}")
            if element is not None:
                element.text = str(max(0, int(element.text or "0") + delta))


def _set_core(package: Package, changes: dict[str, str]) -> None:
    part = package.related("", "core-properties")
    if part is None or not package.has(part):
        part = "docProps/core.xml"
        root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap={"cp": _CORE, "dc": _DC})
        package.put(part, root, _CORE_TYPE)
        package.relationships("").add(
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", part
        )
    root = package.edit(part)
    for tag, value in changes.items():
        element = root.find(f"{{{_DC}}}{tag}")
        if element is None:
            element = etree.SubElement(root, f"{{{_DC}}}{tag}")
        element.text = value


__all__ = ["escaped", "graft"]


_LOTS = re.compile(r"\bRAND(?:BETWEEN|ARRAY)?\(", re.IGNORECASE)


def _draws_lots(workbook: Workbook) -> bool:
    """Whether values of the workbook are drawn by lot: calculated twice they differ, and tell nothing of the edit."""
    contents = (content for sheet in workbook.sheets for _, _, content in sheet.filled())
    return any(isinstance(content, str) and content[:1] == "=" and _LOTS.search(content) for content in contents)
