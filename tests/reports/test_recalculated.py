"""The month's workbook as LibreOffice reckons and prints it: every formula comes to what the database says (Article 28)."""

from contextlib import closing

import pypdfium2
import pytest
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.deadlines import Urgency
from reports.monthly import month_report, published_report
from reports.months import Month
from reports.snapshots import publish
from reports.workbooks import write_month
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER
from tests.spreadsheets import converted, needs_calc

FIGURES, LATE, CATEGORIES, RANKING = "签收情况统计表", "逾期签收明细表", "各类别小计", "单位排名（月报）"
MEANINGS = "口径说明"


@pytest.fixture
def months(november):
    """The worked example, the month before as it was published, and a month before that."""
    for sent_at, signed in (("2026-09-08 09:00", "2026-09-12 09:00"), ("2026-10-13 09:00", "2026-10-20 09:00")):
        paper = november.issue(sent_at, title="关于印发《延安市电子公文传输管理办法》的通知")
        november.deliver(paper, "BM08", signed=signed)
        november.deliver(paper, "QX01", signed=f"{sent_at[:10]} 10:00")
    november.secretary = november.person("li", Role.SECRETARIAT, at=beijing("2026-01-01 09:00"))
    publish(Month(2026, 10), area=november.area, by=november.secretary, at=beijing("2026-11-02 09:00"))
    november.deliver(november.issue("2026-10-14 09:00", Urgency.URGENT), "QX01")  # entered after it was published
    return november


@needs_calc
def test_every_formula_comes_to_what_the_database_says_and_every_table_is_one_page_wide(months, tmp_path):
    named = {months.units["BM08"].pk: 2}
    working, issued = tmp_path / "working.xlsx", tmp_path / "issued.xlsx"
    write_month(working, month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER), named)
    publish(NOVEMBER, area=months.area, by=months.secretary, at=FIRST_OF_DECEMBER)
    write_month(issued, published_report(NOVEMBER), named)

    written, values = load_workbook(working), load_workbook(issued)
    reckoned = load_workbook(converted(working, "xlsx", tmp_path), data_only=True)
    counts = {}
    for sheet in written:
        for cell in (cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"):
            shown, meant = (book[sheet.title][cell.coordinate].value for book in (reckoned, values))
            assert values[sheet.title][cell.coordinate].data_type != "f"
            assert _alike(shown, meant), f"{sheet.title} {cell.coordinate} {cell.value}: {shown} for {meant}"
            counts[sheet.title] = counts.get(sheet.title, 0) + 1
    assert counts == {FIGURES: 29, LATE: 6, CATEGORIES: 60, RANKING: 27}
    figures, ranking = reckoned[FIGURES], reckoned[RANKING]
    assert [figures[f"J{row}"].value for row in (6, 7, 8, 9)] == pytest.approx([1, 0.4, 1, 0.75])
    assert [figures[f"Q{row}"].value for row in (6, 7, 8)] == [1, 3, 2]
    assert [[ranking[f"{letter}{row}"].value for letter in "ABFGHIJKL"] for row in (6, 7, 8)] == [
        [1, "宝塔区", 1, 1, 0, 1, 0, "优秀", 0],
        [1, "市财政局", 0.4, 0, 40, 1, 0, "待改进", 3],
        [1, "市气象局", 1, "—", "—", "—", "—", "优秀", 0],
    ]

    with closing(pypdfium2.PdfDocument(converted(working, "pdf", tmp_path))) as document:
        assert all(page.get_width() > page.get_height() for page in document)
        texts = [page.get_textpage().get_text_range().replace("\r\n", "") for page in document]
    ends = [
        ("序号", "及时登记率"), ("序号", "备注"), ("序号", "及时登记率"),
        ("名次", "连续逾期月数"), ("单位", "被通报次数"), ("序号", "最后签收单位及时间"), ("项目", "依据"),
    ]  # fmt: skip
    for first, last in ends:
        assert any(first in text and last in text for text in texts), last
    assert len(texts) == len(ends) + 1  # the words take two


def _alike(shown, meant):
    if isinstance(shown, (int, float)) and isinstance(meant, (int, float)):
        return shown == pytest.approx(meant)
    return shown == meant
