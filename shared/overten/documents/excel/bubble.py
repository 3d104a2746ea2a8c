"""Bubble charts, which the library that writes the files does not have ([ECMA-376] 21.2.2.20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.chart_scatter import ChartScatter
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

if TYPE_CHECKING:
    import xlsxwriter

LARGEST_BUBBLE_PERCENT = 60


class BubbleChart(ChartScatter):  # type: ignore[misc]
    """A scatter chart whose points have sizes: `add_series` takes a range as `sizes`, too."""

    def add_series(self, options: dict[str, Any] | None = None) -> None:
        options = dict(options or {})
        name, first_row, first_column, last_row, last_column = options.pop("sizes")
        ends = (xl_rowcol_to_cell(row, column, True, True) for row, column in (
            (first_row, first_column), (last_row, last_column),
        ))  # fmt: skip
        formula = f"{quote_sheetname(name)}!{':'.join(ends)}"
        super().add_series(options)
        self.series[-1]["sizes"] = formula
        self.series[-1]["sizes_data_id"] = self._get_data_id(formula, None)

    def _write_scatter_chart(self, args: dict[str, Any]) -> None:
        series = self._get_primary_axes_series() if args["primary_axes"] else []
        if not series:
            return
        self._xml_start_tag("c:bubbleChart")
        self._xml_empty_tag("c:varyColors", [("val", 0)])
        for one in series:
            self._write_ser(one)
        self._xml_empty_tag("c:bubbleScale", [("val", LARGEST_BUBBLE_PERCENT)])
        self._write_axis_ids(args)
        self._xml_end_tag("c:bubbleChart")

    def _write_ser(self, series: dict[str, Any]) -> None:
        index = self.series_index
        self.series_index += 1
        self._xml_start_tag("c:ser")
        self._write_idx(index)
        self._write_order(index)
        self._write_series_name(series)
        self._write_sp_pr(series)
        self._xml_empty_tag("c:invertIfNegative", [("val", 0)])
        self._write_d_lbls(series.get("labels"))
        self._write_x_val(series)
        self._write_y_val(series)
        self._xml_start_tag("c:bubbleSize")
        self._write_num_ref(series["sizes"], self.formula_data[series["sizes_data_id"]], "num")
        self._xml_end_tag("c:bubbleSize")
        self._xml_empty_tag("c:bubble3D", [("val", 0)])
        self._xml_end_tag("c:ser")


def add_bubble_chart(book: xlsxwriter.Workbook) -> BubbleChart:
    """Adds a bubble chart to the library's workbook, as its own `add_chart` does for the kinds it has."""
    chart = BubbleChart()
    chart.embedded = True
    chart.date_1904 = book.date_1904
    chart.remove_timezone = book.remove_timezone
    book.charts.append(chart)
    return chart
