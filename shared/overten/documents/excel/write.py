"""From the state of a workbook to the bytes of an xlsx file, by XlsxWriter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overten.documents.engine import Assets, no_assets
from overten.documents.excel import formulas, theme
from overten.documents.excel.charts import COLUMN_PIXELS, ROW_PIXELS, broken_reference, build_chart
from overten.documents.excel.design import Design, picture_bytes
from overten.documents.excel.fitting import MIN_WIDTH
from overten.documents.excel.grid import Area, column_letters, parse_cell, parse_range, quote_sheet
from overten.documents.excel.layout import Layout, lay_out
from overten.documents.excel.namedstyles import named
from overten.documents.excel.objects import is_address
from overten.documents.excel.operations import (
    AddConditionalFormat,
    AddSparklines,
    AddValidation,
    CellRule,
    CellValue,
    FormulaRule,
)
from overten.documents.excel.packedxml import PackedXml
from overten.documents.excel.paper import MARGINS_INCHES, paper_of
from overten.documents.excel.pictures import logo_place, note_options, open_picture, outline
from overten.documents.excel.recalculate import Evaluation, Place, evaluate
from overten.documents.excel.references import chart_area
from overten.documents.excel.theme import Properties
from overten.documents.excel.values import dated
from overten.documents.excel.workbook import Sheet, Table, Workbook, text_of
from overten.documents.excel.worksheet import PreparedWorksheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format

PAPER_A4 = 9
HEAT_TINT = 0.55  # dark text stays legible on it
LONG_TABLE_ROWS = 1_000
MAX_INLINE_CHOICES_CHARACTERS = 255


def write_xlsx(workbook: Workbook, *, created: datetime | None = None, assets: Assets = no_assets) -> bytes:
    """The workbook as an xlsx file with cached values in every formula.

    `assets` gives the bytes of the images that the workbook names (`Workbook.image_names`); an image it does not know,
    or that is no PNG, JPEG or GIF, is left out, which the verifier reports.

    `created` stands in the document's properties and is the day that TODAY() shows until the file is recalculated;
    the same state and moment give the same bytes.
    """
    moment = (created or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return Writer(workbook, moment, assets).write()


class Writer:
    """One file being written: the library's workbook, its formats and the hidden sheet for long drop-down lists."""

    def __init__(
        self, workbook: Workbook, moment: datetime, assets: Assets, evaluation: Evaluation | None = None
    ) -> None:
        self.workbook = workbook
        self.moment = moment
        self.assets = assets
        self.evaluation: Evaluation = evaluation or evaluate(workbook, today=moment.date())
        self.layouts: dict[str, Layout] = {}
        self.formats: dict[tuple[Any, ...], Format] = {}
        self.formats_by_looks: dict[int, Format | None] = {}
        self.lists: list[list[str]] = []
        self.inks = theme.inks(workbook)

    def write(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            return self._written(folder)

    def _written(self, folder: str) -> bytes:
        """Parts of large sheets are gathered in the folder, not in memory."""
        import xlsxwriter
        from xlsxwriter.theme import THEME_XML_2007

        # Of a large workbook the file, too, is made outside of memory.
        large = any(sheet.packed for sheet in self.workbook.sheets)
        buffer = BytesIO()
        target = Path(folder) / "workbook.xlsx"
        body = {"font_name": self.workbook.font, "font_size": theme.FONT_SIZE_POINTS, "valign": "vcenter"}
        options = {
            "in_memory": not large,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": body,
        }
        self.book = xlsxwriter.Workbook(target if large else buffer, options)
        self.book.use_custom_theme(StringIO(theme.theme_xml(THEME_XML_2007, self.workbook)))
        self.book.set_properties(
            {"title": self.workbook.title or "", "subject": self.workbook.subject or "", "created": self.moment}
        )
        self.book.set_calc_mode("auto")
        sheets = self.workbook.sheets or [Sheet(name="Sheet1")]
        worksheets = [self.book.add_worksheet(sheet.name, PreparedWorksheet) for sheet in sheets]
        for sheet in self.workbook.sheets:
            self.layouts[sheet.name] = lay_out(self.workbook, sheet, self.evaluation)
        for sheet, worksheet in zip(self.workbook.sheets, worksheets, strict=False):
            self._write_sheet(sheet, worksheet)
        self._place_logo(worksheets)
        for name, ref in sorted(self.workbook.names.items()):
            self.book.define_name(name, f"={ref}")
        self._write_lists()
        first = next((index for index, sheet in enumerate(self.workbook.sheets) if not sheet.hidden), 0)
        worksheets[first].activate()
        worksheets[first].set_first_sheet()
        self.book.close()
        data = target.read_bytes() if large else buffer.getvalue()
        if self.workbook.design and self.workbook.design.styles:
            return named(data, list(self.workbook.design.styles.values()))
        return data

    def _write_sheet(self, sheet: Sheet, worksheet: PreparedWorksheet) -> None:
        layout = self.layouts[sheet.name]
        self._set_view(sheet, worksheet, layout)
        for table in sheet.tables:
            self._write_table(table, worksheet)
        self._write_merges(sheet, worksheet, layout)
        self._write_links(sheet, worksheet)
        self._write_cells(sheet, worksheet, layout)
        for rule in sheet.conditional_formats:
            self._write_rule(rule, worksheet)
        for validation in sheet.validations:
            self._write_validation(validation, worksheet)
        for chart in sheet.charts:
            if broken_reference(self.workbook, chart):
                continue  # reported by verify.check
            row, column = parse_cell(chart.anchor)
            built = build_chart(self.book, self.workbook, chart, self.layouts, self.evaluation)
            worksheet.insert_chart(
                row - 1,
                column - 1,
                built,
                {"object_position": 2, "description": chart.alt_text or f"{chart.kind} chart: {chart.title}"},
            )
        self._write_objects(sheet, worksheet)

    def _write_objects(self, sheet: Sheet, worksheet: PreparedWorksheet) -> None:
        for image in sheet.images:
            picture = open_picture(self.assets(image.image))
            if picture:
                row, column = parse_cell(image.anchor)
                box = (image.columns * COLUMN_PIXELS, image.rows * ROW_PIXELS)
                worksheet.insert_image(row - 1, column - 1, "", picture.options(box, image.alt_text))
        groups: dict[tuple[Any, ...], list[AddSparklines]] = {}
        for lines in sheet.sparklines:
            groups.setdefault((lines.kind, lines.color, lines.show_extremes), []).append(lines)
        for group in groups.values():
            self._write_sparklines(group, worksheet)
        for cell, note in sheet.notes.items():
            row, column = parse_cell(cell)
            worksheet.write_comment(row - 1, column - 1, note.text, note_options(note))

    def _write_links(self, sheet: Sheet, worksheet: PreparedWorksheet) -> None:
        """Before the cells, whose contents take the place of the links' own text."""
        for cell, link in sheet.links.items():
            row, column = parse_cell(cell)
            target = link if is_address(link) else f"internal:{link}"
            cell_format = self._format(self.layouts[sheet.name].cells.get((row, column)))
            worksheet.write_url(row - 1, column - 1, target, cell_format, string=link)

    def _write_sparklines(self, group: list[AddSparklines], worksheet: PreparedWorksheet) -> None:
        """Sparklines of one look, which Excel keeps as one group."""
        lines = group[0]
        pairs = [pair for one in group for pair in self._sparkline_ranges(one)]
        if not pairs:
            return
        color = lines.color or self.workbook.accent_color
        options: dict[str, Any] = {
            "location": [cell for cell, _ in pairs],
            "range": [data for _, data in pairs],
            "type": lines.kind,
            "series_color": theme.accent_text(color) if lines.kind == "line" else color,
            "negative_color": theme.SIGNALS["bad"][0],
            "negative_points": lines.kind != "line",
        }
        if lines.kind == "line":
            options["weight"] = 1.5
        if lines.kind == "column" and self._is_positive(group):
            options["min"] = 0  # else the lowest column would have no height
        if lines.show_extremes and lines.kind != "win_loss":
            options |= {"high_point": True, "low_point": True}
            options |= {"high_color": theme.SIGNALS["good"][0], "low_color": theme.SIGNALS["bad"][0]}
        row, column = parse_cell(pairs[0][0])
        worksheet.add_sparkline(row - 1, column - 1, options)

    def _is_positive(self, group: list[AddSparklines]) -> bool:
        areas = [chart_area(self.workbook, lines.data) for lines in group if list(self._sparkline_ranges(lines))]
        values = (self.evaluation.value(home, *place) for home, area in areas for place in area.cells())
        return all(value >= 0 for value in values if isinstance(value, int | float))

    def _sparkline_ranges(self, lines: AddSparklines) -> Iterator[tuple[str, str]]:
        """The cell and data of a sparkline, if its data is still there; `verify.check` reports it if not."""
        try:
            home, data = chart_area(self.workbook, lines.data)
        except ValueError:
            return
        yield lines.range, f"{quote_sheet(home.name)}!{data.ref}"

    def _place_logo(self, worksheets: list[PreparedWorksheet]) -> None:
        """At the right end of the first visible sheet's title, if that place is free."""
        design = self.workbook.design
        data = self.assets(self.workbook.logo) if self.workbook.logo else None
        picture = open_picture(data or (picture_bytes(design.logo) if design else None))
        index = next((index for index, sheet in enumerate(self.workbook.sheets) if not sheet.hidden), None)
        if picture is None or index is None:
            return
        sheet = self.workbook.sheets[index]
        placed = logo_place(sheet, self.layouts[sheet.name], picture)
        if placed is None:
            return
        row, column, offset, box = placed
        options = picture.options(box, f"Logo of {self.workbook.title or 'the company'}") | {"x_offset": offset}
        worksheets[index].insert_image(row - 1, column - 1, "", options | {"y_offset": 2})

    def _set_view(self, sheet: Sheet, worksheet: PreparedWorksheet, layout: Layout) -> None:
        if not sheet.show_gridlines:
            worksheet.hide_gridlines(2)
        if sheet.tab_color:
            worksheet.set_tab_color(sheet.tab_color)
        if sheet.zoom:
            worksheet.set_zoom(sheet.zoom)
        if sheet.hidden:
            worksheet.hide()
        if sheet.protected:
            worksheet.protect("", {"autofilter": True, "sort": True, "format_columns": True})
        columns, rows = outline(sheet, "columns"), outline(sheet, "rows")
        for column in sorted(layout.widths.keys() | columns.keys()):
            options = columns.get(column, {})
            worksheet.set_column(column - 1, column - 1, layout.widths.get(column, MIN_WIDTH), None, options)
        for row in sorted(layout.heights.keys() | rows.keys()):
            height = layout.heights.get(row)
            worksheet.set_row(row - 1, None if height is None else round(height, 2), None, rows.get(row, {}))
        if sheet.freeze:
            row, column = parse_cell(sheet.freeze)
            worksheet.freeze_panes(row - 1, column - 1)
        self._set_print(sheet, worksheet, layout)

    def _set_print(self, sheet: Sheet, worksheet: PreparedWorksheet, layout: Layout) -> None:
        paper = paper_of(sheet, layout)
        if paper.landscape:
            worksheet.set_landscape()
        design = self.workbook.design
        worksheet.set_paper((design.paper if design else None) or PAPER_A4)
        worksheet.fit_to_pages(paper.pages_wide, paper.pages_tall)
        worksheet.set_margins(**(MARGINS_INCHES | (design.margins if design else {})))
        title = (self.workbook.title or "").replace("&", "&&")
        footer = f"&L&8{title}&C&8&A&R&8Page &P of &N"
        if design is None or not (design.header or design.footer):
            worksheet.set_footer(footer)
        else:
            worksheet.set_header(design.header, self._furniture(design, "header"))
            worksheet.set_footer(design.footer or footer, self._furniture(design, "footer"))
        if paper.repeated_row:
            worksheet.repeat_rows(paper.repeated_row - 1)
        if paper.repeated_columns:
            worksheet.repeat_columns(0, paper.repeated_columns - 1)

    def _furniture(self, design: Design, place: str) -> dict[str, Any]:
        """The pictures of the template's header or footer."""
        held = {key: picture_bytes(data) for key, data in design.pictures.items() if key.startswith(place)}
        return {f"image_{key.split('_')[1]}": BytesIO(data) for key, data in held.items() if data}

    def _write_table(self, table: Table, worksheet: PreparedWorksheet) -> None:
        area = table.area
        columns: list[dict[str, Any]] = []
        for index, column in enumerate(table.columns):
            entry: dict[str, Any] = {"header": column.header}
            if column.formula:
                entry["formula"] = formulas.file_form(column.formula, table)
            if column.total:
                entry["total_function"] = column.total
            elif index == 0 and table.has_totals:
                entry["total_string"] = table.total_label or "Total"
            columns.append(entry)
        options = {
            "name": table.name,
            "columns": columns,
            "total_row": table.has_totals,
            "banded_rows": table.banded,
            "style": self._table_style(table),
        }
        if table.row_count > LONG_TABLE_ROWS:
            worksheet.add_long_table(area, options)
        else:
            worksheet.add_table(*_zero_based(area), options)
        for index, column in enumerate(table.columns):
            if column.choices:
                self._write_list(column.choices, table.column_area(index), None, worksheet)

    def _table_style(self, table: Table) -> str:
        given = self.workbook.design.table_style if self.workbook.design else None
        return given or ("Table Style Light 9" if table.banded else "Table Style Light 1")

    def _write_merges(self, sheet: Sheet, worksheet: PreparedWorksheet, layout: Layout) -> None:
        for area in sheet.merged_areas():
            worksheet.merge_range(*_zero_based(area), "", self._format(layout.cells.get(area[:2])))

    def _write_cells(self, sheet: Sheet, worksheet: PreparedWorksheet, layout: Layout) -> None:
        spilled = self.evaluation.spilled[sheet.name]
        merged = {place for area in sheet.merged_areas() for place in area.cells()}
        for place, looks in layout.cells.items():
            if sheet.content(*place) is None and place not in spilled and place not in merged:
                worksheet.write_blank(place[0] - 1, place[1] - 1, None, self._format(looks))
        used = sheet.used_area()
        if used:
            worksheet.reserve(used)
        for row, column, content in sheet.loose():
            cell_format = self._format(layout.cells.get((row, column)))
            if isinstance(content, str) and content.startswith("="):
                self._write_formula(sheet, worksheet, (row, column), content, cell_format)
            else:
                worksheet.put(row, column, text_of(content) if isinstance(content, str) else content, cell_format)
        for (row, column), value in spilled.items():
            # After the array formulas, which the library pads with zeros.
            worksheet.put_spilled(row, column, value, self._format(layout.cells.get((row, column))))
        worksheet.packed = [PackedXml(looks, self._format, self.book.str_table) for looks in layout.packed]

    def _write_formula(
        self, sheet: Sheet, worksheet: PreparedWorksheet, place: Place, content: str, cell_format: Format | None
    ) -> None:
        row, column = place
        formula = formulas.file_form(content, sheet.table_at(row, column) if "[" in content else None)
        computed = self.evaluation.cells[sheet.name][place]
        value: CellValue = computed.value if computed.decided else 0
        value = "" if value is None else value
        if formulas.is_array(content):
            area = self.evaluation.spills[sheet.name].get(place, Area(row, column, row, column))
            worksheet.write_dynamic_array_formula(*_zero_based(area), formula, cell_format, value)
        else:
            worksheet.put_formula(row, column, formula, cell_format, value)

    def _format(self, looks: Properties | None) -> Format | None:
        """The library's format for looks of a layout, which keeps and shares them: identity tells them apart."""
        if looks is None:
            return None
        if id(looks) not in self.formats_by_looks:
            self.formats_by_looks[id(looks)] = self._made_format(looks)
        return self.formats_by_looks[id(looks)]

    def _made_format(self, looks: Properties) -> Format | None:
        properties = {key: value for key, value in looks.items() if key not in {"kind", "role", "in_table"}}
        if not properties:
            return None
        style = self._style_number(looks)
        key = (style, *sorted(properties.items()))
        if key not in self.formats:
            inked = theme.inked(properties, self.inks)
            made = self.book.add_format({"valign": "vcenter"} | inked)
            made.xf_id = style
            self.formats[key] = made
        return self.formats[key]

    def _style_number(self, looks: Properties) -> int:
        """The number, from 1, of the template's cell style that a cell's role is written in; 0 for none."""
        styles = list(self.workbook.design.styles) if self.workbook.design else []
        return styles.index(looks["role"]) + 1 if looks.get("role") in styles else 0

    def _write_rule(self, conditional: AddConditionalFormat, worksheet: PreparedWorksheet) -> None:
        rule = conditional.rule
        area = _zero_based(parse_range(conditional.range))
        if isinstance(rule, FormulaRule):
            formula = "=" + formulas.file_form(rule.formula, None)
            looks = self.book.add_format({"bg_color": rule.fill}) if rule.fill else self._rule_format(rule.style)
            worksheet.conditional_format(*area, {"type": "formula", "criteria": formula, "format": looks})
        elif isinstance(rule, CellRule):
            worksheet.conditional_format(*area, self._cell_rule(rule))
        else:
            worksheet.conditional_format(*area, _scale(rule.type, self.workbook.accent_color, reverse=rule.reverse))

    def _cell_rule(self, rule: CellRule) -> dict[str, Any]:
        options: dict[str, Any] = {"type": "cell", "format": self._rule_format(rule.style)}
        if rule.operator == "between":
            bounds = {"minimum": _operand(rule.value), "maximum": _operand(rule.value2)}
            return options | {"criteria": "between"} | bounds
        criteria = {"=": "==", "<>": "!="}.get(rule.operator, rule.operator)
        return options | {"criteria": criteria, "value": _operand(rule.value)}

    def _rule_format(self, style: Any) -> Format:
        looks = theme.role_style(style, self.workbook)
        # A differential format may not change the size of the text or its place.
        kept = {key: value for key, value in looks.items() if key not in {"font_size", "valign", "text_wrap"}}
        return self.book.add_format(kept)

    def _write_validation(self, validation: AddValidation, worksheet: PreparedWorksheet) -> None:
        area = parse_range(validation.range)
        if validation.type == "list":
            self._write_list(validation.choices or [], area, validation.message, worksheet)
            return
        options: dict[str, Any] = {"validate": validation.type}
        low, high = validation.minimum, validation.maximum
        if low is not None and high is not None:
            options |= {"criteria": "between", "minimum": _bound(low), "maximum": _bound(high)}
        elif low is not None:
            options |= {"criteria": ">=", "value": _bound(low)}
        else:
            options |= {"criteria": "<=", "value": _bound(high)}
        worksheet.data_validation(*_zero_based(area), options | _message(validation.message))

    def _write_list(self, choices: list[str], area: Area, message: str | None, worksheet: PreparedWorksheet) -> None:
        """A drop-down list, in the rule itself or, where that cannot hold it, as a range of a hidden sheet."""
        source: list[str] | str = choices
        inline = len(",".join(choices)) <= MAX_INLINE_CHOICES_CHARACTERS
        if not inline or any("," in choice or '"' in choice or choice != choice.strip() for choice in choices):
            if choices not in self.lists:
                self.lists.append(choices)
            letters = column_letters(self.lists.index(choices) + 1)
            source = f"={quote_sheet(self._lists_name())}!${letters}$1:${letters}${len(choices)}"
        error = {"error_title": "Not in the list", "error_message": "Choose a value from the list."}
        worksheet.data_validation(
            *_zero_based(area), {"validate": "list", "source": source} | error | _message(message)
        )

    def _lists_name(self) -> str:
        name = "Lists"
        while self.workbook.find_sheet(name):
            name += "_"
        return name

    def _write_lists(self) -> None:
        if not self.lists:
            return
        worksheet = self.book.add_worksheet(self._lists_name(), PreparedWorksheet)
        for column, choices in enumerate(self.lists):
            worksheet.reserve(Area(1, column + 1, len(choices), column + 1))
            for row, choice in enumerate(choices, start=1):
                worksheet.put(row, column + 1, choice, None)
        worksheet.hide()


def _zero_based(area: Area) -> tuple[int, int, int, int]:
    return area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1


def _operand(value: str | float | None) -> str | float | None:
    """A rule's operand: a number, a formula, an ISO date as its number, or text in quotes."""
    if not isinstance(value, str):
        return value
    if value.startswith("="):
        return "=" + formulas.file_form(value, None)
    content = dated(value, "rule") if _is_iso_date(value) else value
    return float(content) if not isinstance(content, str) else '"' + value.replace('"', '""') + '"'


def _is_iso_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


def _bound(value: str | float | None) -> str | float | None:
    return "=" + formulas.file_form(value, None) if isinstance(value, str) else value


def _message(text: str | None) -> dict[str, Any]:
    return {"input_message": text} if text else {}


def _scale(kind: str, accent: str, *, reverse: bool) -> dict[str, Any]:
    if kind == "data_bar":
        return {
            "type": "data_bar",
            "bar_color": theme.tint(accent, 0.45),
            "bar_solid": True,
            "data_bar_2010": True,
            "bar_direction": "right" if reverse else "left",
        }
    if kind == "icons":
        return {"type": "icon_set", "icon_style": "3_arrows", "reverse_icons": reverse}
    if kind == "heat_map":
        ends = ["#FFFFFF", theme.tint(accent, HEAT_TINT)]
        low, high = reversed(ends) if reverse else ends
        return {"type": "2_color_scale", "min_color": low, "max_color": high}
    low, high = ("#F4B9B4", "#A9D8B8") if not reverse else ("#A9D8B8", "#F4B9B4")
    return {
        "type": "3_color_scale",
        "min_color": low,
        "mid_color": "#FFF6DC",
        "max_color": high,
    }
