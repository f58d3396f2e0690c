"""The workbook of a month, opened again and read cell by cell."""

import zipfile
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from circulars.deadlines import Urgency
from reports.monthly import MonthReport, NothingSent, month_report
from reports.months import Month
from reports.receipts import Issuers
from reports.workbooks import workbook_of, write_month
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER
from tests.reports.spreadsheet import value

FIGURES, LATE = "签收情况统计表", "逾期签收明细表"
SHEETS = [FIGURES, LATE, "各类别小计", "单位排名（月报）", "口径说明"]


def opened(report=None, **scope):
    file = BytesIO()
    write_month(file, report or month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER, **scope))
    return load_workbook(file)


def shown(text):
    """A time as a cell has it: what the wall clock says, without a zone."""
    return datetime.fromisoformat(text)


def row(sheet, number, columns):
    return [value(sheet, f"{letter}{number}") for letter in columns]


def test_the_book_has_its_sheets_and_says_what_it_is(november):
    book = opened()
    assert book.sheetnames == SHEETS
    assert book.properties.title == "延安市电子公文签收情况统计表（2026年11月）"
    assert book.properties.creator == "电子公文传输系统"
    assert book.calculation.fullCalcOnLoad


def test_the_first_sheet_says_title_period_and_as_of(november):
    sheet = opened()[FIGURES]
    assert sheet["A1"].value == "延安市电子公文签收情况统计表"
    assert "A1:U1" in [str(merged) for merged in sheet.merged_cells.ranges]
    assert sheet["A2"].value == "统计期间：2026年11月1日至11月30日"
    assert sheet["A2"].alignment.horizontal == "left"
    assert sheet["L2"].value == "统计截止：2026-12-01 09:00"
    assert sheet["L2"].alignment.horizontal == "right"
    assert "市政府、市政府办公室" in sheet["A3"].value


def test_the_head_of_the_first_sheet_has_two_levels(november):
    sheet = opened()[FIGURES]
    assert row(sheet, 4, "ABCDLOPQR") == [
        *("序号", "单位", "类别", "全部公文", "紧急件"),
        *("普通件平均用时(小时)", "紧急件平均用时(分钟)", "排名", "备注"),
    ]
    assert row(sheet, 5, "DEFGHIJKLMN") == [
        *("应签收", "按时签收", "逾期签收", "未签收", "免责", "未到期", "按时签收率", "签收率"),
        *("应签收", "按时", "按时率"),
    ]
    assert {"A4:A5", "D4:K4", "L4:N4", "R4:R5", "S4:U4"} <= {str(merged) for merged in sheet.merged_cells.ranges}


@pytest.mark.parametrize(
    "number, cells",
    [
        (6, [1, "宝塔区", "县（市、区）人民政府", 4, 4, 0, 0, 0, 1, 1, 1, 2, 2, 1, 4.4, 53, 1]),
        (7, [2, "市财政局", "市政府工作部门", 5, 2, 2, 1, 0, 0, 0.4, 0.8, 2, 0, 0, 5.7, 31, 3]),
        (8, [3, "市气象局", "中省驻延单位", 3, 3, 0, 0, 1, 1, 1, 1, 2, 2, 1, 15, 63, 2]),
        (9, ["合计", None, None, 12, 9, 2, 1, 1, 2, 0.75, 11 / 12, 6, 4, 4 / 6, 6.8, 52, "—"]),
    ],
)
def test_the_worked_example_stands_in_the_cells(november, number, cells):
    assert row(opened()[FIGURES], number, "ABCDEFGHIJKLMNOPQ") == pytest.approx(cells)


def test_rates_ranks_and_sums_are_formulas(november):
    sheet = opened()[FIGURES]
    assert {letter: sheet[f"{letter}6"].value for letter in "JKNQ"} == {
        "J": '=IF(D6=0,"—",E6/D6)',
        "K": '=IF(D6=0,"—",(E6+F6)/D6)',
        "N": '=IF(L6=0,"—",M6/L6)',
        "Q": '=IF(D6=0,"—",COUNTIFS($J$6:$J$8,">"&J6)+COUNTIFS($J$6:$J$8,J6,$D$6:$D$8,">"&D6)+1)',
    }
    assert [sheet[f"{letter}9"].value for letter in "DILM"] == [
        *("=SUM(D6:D8)", "=SUM(I6:I8)", "=SUM(L6:L8)", "=SUM(M6:M8)"),
    ]
    assert sheet["J9"].value == '=IF(D9=0,"—",E9/D9)'
    assert [sheet[f"{letter}6"].number_format for letter in "ADJKNOPQ"] == [
        *("0", "0", "0.00%", "0.00%", "0.00%", "0.0", "0", "0"),
    ]


def test_the_formulas_rank_as_the_page_does(november):
    report = month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    sheet = opened(report)[FIGURES]
    assert [value(sheet, f"Q{number}") for number in (6, 7, 8)] == [unit.rank for unit in report.figures]


def test_a_unit_of_which_nothing_was_required_has_dashes(records):
    records.deliver(records.issue("2026-11-30 16:00"), "QX01")
    assert row(opened()[FIGURES], 6, "DIJKNOPQ") == [0, 1, "—", "—", "—", "—", "—", "—"]
    assert row(opened()[FIGURES], 7, "DJKN") == [0, "—", "—", "—"]


def test_notes_and_signatures_stand_under_the_table(november):
    sheet = opened()[FIGURES]
    below = [sheet.cell(number, 1).value for number in range(10, sheet.max_row + 1)]
    assert below[0].startswith("注：")
    assert any("第二十八条" in line for line in below)
    assert below[-1].startswith("制表单位：市政府办公室秘书科  制表人：")
    for label in ("审核人：", "制表日期："):
        assert label in below[-1]


@pytest.mark.parametrize("name, area", list(zip(SHEETS, ("U", "S", "S", "AR", "D"), strict=True)))
def test_each_sheet_is_ready_to_be_printed(november, name, area):
    sheet = opened()[name]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$5"
    assert f"${area}${sheet.max_row}" in sheet.print_area
    assert sheet.print_options.horizontalCentered
    assert all(0.59 <= getattr(sheet.page_margins, side) <= 0.79 for side in ("left", "right", "top", "bottom"))
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddHeader.center.text is None
    assert sheet.freeze_panes == "A6"
    assert all(sheet.row_dimensions[number].height >= 20 for number in range(1, sheet.max_row + 1))


def test_the_sheets_have_the_faces_of_an_official_table(november):
    sheet = opened()[FIGURES]
    assert (sheet["A1"].font.name, sheet["A1"].font.sz) == ("方正小标宋简体", 20)
    assert (sheet["A4"].font.name, sheet["D5"].font.name) == ("黑体", "黑体")
    assert (sheet["B6"].font.name, sheet["D6"].font.name) == ("仿宋", "Times New Roman")
    assert (sheet["B6"].alignment.horizontal, sheet["D6"].alignment.horizontal) == ("left", "right")
    for address in ("D5", "M5", "A6", "R8", "J9"):
        frame = sheet[address].border
        assert {frame.left.style, frame.right.style, frame.top.style, frame.bottom.style} == {"thin"}
    assert sheet["A6"].fill.fill_type is None


def test_the_list_of_late_receipts_stands_in_the_second_sheet(november):
    sheet = opened()[LATE]
    assert row(sheet, 4, "ABCDHLMOQRS") == [
        *("序号", "单位", "类别", "公文", "时限", "状态", "催签", "通知", "责任认定", "签收人", "备注"),
    ]
    assert row(sheet, 5, "DEFGHIJKMNOP") == [
        *("公文标题", "发文字号", "发文单位", "紧急程度", "发送时间", "应签收时间", "签收时间", "逾期时长"),
        *("催签次数", "最近催签时间", "通知方式", "通知时间"),
    ]
    assert row(sheet, 6, "ABCDEFG") == [
        *(1, "市财政局", "市政府工作部门", "关于做好秋冬季防火工作的通知", "延政办发〔2026〕1号", "市政府办", "普通"),
    ]
    assert row(sheet, 6, "HIJ") == [
        shown("2026-11-03 09:00"),
        shown("2026-11-04 18:00"),
        shown("2026-11-05 08:30"),
    ]
    assert row(sheet, 6, "LMNQRS") == ["逾期签收", 0, "—", "接收单位", "王收发", None]
    assert [value(sheet, f"Q{number}") for number in (6, 7, 8, 9)] == ["接收单位", "接收单位", "发送单位", "免责"]


def test_how_long_a_receipt_is_overdue_is_reckoned_from_the_hidden_as_of_time(november):
    sheet = opened()[LATE]
    assert sheet["K8"].value == '=IF(J8="",$T$2,J8)-I8'
    assert sheet["T2"].value == shown("2026-12-01 09:00")
    assert sheet.column_dimensions["T"].hidden
    assert sheet["J8"].value is None
    assert value(sheet, "K6") == timedelta(hours=14, minutes=30)
    assert value(sheet, "K8") == shown("2026-12-01 09:00") - shown("2026-11-14 23:00")
    assert [sheet[f"{letter}6"].number_format for letter in "HIJKP"] == [
        *["yyyy-mm-dd hh:mm:ss"] * 3,
        *("[h]:mm", "yyyy-mm-dd hh:mm:ss"),
    ]


def test_the_second_sheet_counts_the_unsigned_and_the_receiving_units_own(november):
    sheet = opened()[LATE]
    assert (sheet["L10"].value, sheet["Q10"].value) == ('=COUNTIF(L6:L9,"未签收")', '=COUNTIF(Q6:Q9,"接收单位")')
    assert (value(sheet, "L10"), value(sheet, "Q10")) == (2, 2)


def test_times_stand_as_the_clock_here_shows_them(records):
    records.deliver(records.issue("2026-11-10 00:30", Urgency.URGENT), "QX01", notified_at=beijing("2026-11-10 00:45"))
    assert row(opened()[LATE], 6, "HIP") == [
        shown("2026-11-10 00:30"),
        shown("2026-11-10 02:30"),
        shown("2026-11-10 00:45"),
    ]


@pytest.mark.parametrize(
    "title, stands_as",
    [
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ('=HYPERLINK("x","y")', '=HYPERLINK("x","y")'),
        ("+1+1", "+1+1"),
        ("-2+3", "-2+3"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("\t=1+1", "=1+1"),
        ("＝1+1", "＝1+1"),
        ("#REF!", "#REF!"),
        ("上\x00下\x07左\x1b右\x0b前\ufffe后\uffff", "上下左右 前后"),
        ("一行\r\n两行", "一行 两行"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("𠮷田的🔥通知", "𠮷田的🔥通知"),
        ("长" * 255, "长" * 255),
        ("", None),
    ],
)
def test_what_people_typed_stays_text_and_never_spoils_the_book(records, title, stands_as):
    circular = records.issue("2026-11-18 09:00")
    # Some of these no form lets through; a row that has them all the same must not cost the secretariat its month.
    delivery = records.deliver(circular, "QX01", returned="2026-11-25 09:00")
    report = month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    (late,) = report.late
    hostile = type(late)(**{**vars(late), "title": title, "unit_name": title, "remark": title, "closed_by": title})
    sheet = opened(MonthReport(NOVEMBER, report.as_of, records.area, report.issuers, report.figures, [hostile]))[LATE]
    for letter in "BDRS":
        cell = sheet[f"{letter}6"]
        assert cell.value == stands_as
        assert cell.data_type == ("s" if stands_as else "n")
    assert delivery.pk


def test_the_only_formulas_in_the_file_are_ours(records):
    circular = records.issue("2026-11-18 09:00", title="=cmd|' /C calc'!A0")
    records.deliver(circular, "QX01", unit_name="=1+1")
    file = BytesIO()
    write_month(file, month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER))
    with zipfile.ZipFile(file) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if "<f>cmd" in sheet or "<f>1+1" in sheet]


def test_a_title_of_many_lines_gets_a_row_in_which_it_can_be_read(records):
    records.deliver(records.issue("2026-11-18 09:00", title="关于" + "进一步" * 40), "QX01")
    assert opened()[LATE].row_dimensions[6].height > 100


def test_a_month_without_late_receipts_says_so(records):
    records.deliver(records.issue("2026-11-18 09:00"), "QX01", signed="2026-11-18 10:00")
    sheet = opened()[LATE]
    assert sheet["A6"].value == "本月没有逾期签收、逾期退回和未签收的公文。"
    assert (value(sheet, "L7"), value(sheet, "Q7")) == (0, 0)


def test_a_month_without_rows_still_makes_a_book_that_opens(records):
    empty = MonthReport(NOVEMBER, FIRST_OF_DECEMBER, records.area, Issuers.GOVERNMENT, [], [])
    sheet = opened(empty)[FIGURES]
    assert sheet["A6"].value == "本月没有发送过公文。"
    assert row(sheet, 7, "DEJKN") == [0, 0, "—", "—", "—"]


def test_of_a_month_without_circulars_there_is_no_report(november):
    with pytest.raises(NothingSent, match="2026年10月市政府、市政府办公室没有发送过公文"):
        month_report(Month(2026, 10), as_of=FIRST_OF_DECEMBER)


def test_a_file_is_written_whole_or_left_as_it_was(november, tmp_path, monkeypatch):
    path = tmp_path / "月报.xlsx"
    path.write_bytes(b"last month's")
    report = month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER)

    def full(self, file):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr("openpyxl.Workbook.save", full)
    with pytest.raises(OSError, match="No space"):
        write_month(path, report)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("月报.xlsx", b"last month's")]

    monkeypatch.undo()
    write_month(path, report)
    assert [file.name for file in tmp_path.iterdir()] == ["月报.xlsx"]
    assert load_workbook(path).sheetnames == SHEETS


def test_the_same_month_is_the_same_book(november):
    report = month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    first, second = ([[cell.value for cell in line] for line in workbook_of(report)[FIGURES]] for _ in range(2))
    assert first == second
