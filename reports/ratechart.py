"""A chart of rates on time as the spreadsheet program itself draws it: bars that a black and white printer tells from the paper (Article 28)."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.worksheet import Worksheet

from reports.sheetlook import FIRST_ROW, PERCENT

ROWS = 13  # so many of the sheet it covers


def draw_rates(
    sheet: Worksheet, title: str, *, names: str, rates: str, last: int, axis: str, top: int, width: int
) -> None:
    """One bar for each row from the first to ``last``: its name from one column, its rate from another, written over it.

    The chart begins in the row ``top`` and is as wide as the table but for its first and last column.
    """
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 60
    chart.title, chart.legend = title, None
    chart.add_data(Reference(worksheet=sheet, range_string=f"'{sheet.title}'!${rates}${FIRST_ROW}:${rates}${last}"))
    chart.set_categories(
        Reference(worksheet=sheet, range_string=f"'{sheet.title}'!${names}${FIRST_ROW}:${names}${last}")
    )
    (bars,) = chart.series
    bars.graphicalProperties = GraphicalProperties(solidFill="7F7F7F", ln=LineProperties(solidFill="000000", w=9525))
    bars.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, numFmt=PERCENT)
    chart.x_axis.title, chart.y_axis.title = axis, "按时签收率"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 0, 1, 0.2
    chart.y_axis.number_format, chart.y_axis.numFmt.sourceLinked = "0%", False
    chart.x_axis.delete = chart.y_axis.delete = False  # a program that is not told leaves them out
    corner, opposite = AnchorMarker(col=1, row=top - 1), AnchorMarker(col=width - 1, row=top - 1 + ROWS)
    chart.anchor = TwoCellAnchor(_from=corner, to=opposite)  # type: ignore[assignment]  # it takes both
    sheet.add_chart(chart)
