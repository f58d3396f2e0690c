"""The table of a year's holidays: every fault is named with its line, and one fault refuses all (Article 22)."""

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.calendartable import as_table, doubts, read_calendar
from cms.ledger import Entry
from cms.tables import TableRefused
from cms.workdays import CalendarDay, CalendarYear

HEAD = "日期,类型,名称\n"
GOOD = HEAD + "2027-01-01,放假,元旦\n2027-01-02,放假,元旦\n2027/1/9,上班,元旦调休上班\n\n,,\n"
ENGLISH = "date,is_working,name\r\n2027-01-09,yes,元旦调休上班\r\n2027-01-01,no,元旦\r\n2027-01-02,0,元旦\r\n"


def read(text, year=2027):
    return read_calendar(text.encode(), year)


def faults(text):
    with pytest.raises(TableRefused) as refused:
        read(text)
    return [str(fault) for fault in refused.value.faults]


def named(days):
    return [(day.date, day.is_working, day.name) for day in days]


DAYS = [
    (date(2027, 1, 1), False, "元旦"),
    (date(2027, 1, 2), False, "元旦"),
    (date(2027, 1, 9), True, "元旦调休上班"),
]


def test_a_good_table_is_read_with_holidays_on_weekends_among_them():
    assert named(read(GOOD)) == DAYS


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode("gb18030"),
        GOOD.encode("utf-8-sig"),
        ENGLISH.encode(),
    ],
    ids=["gb18030", "with a mark of byte order", "english head, other order"],
)
def test_it_may_be_written_in_either_code_and_with_either_head(raw):
    assert named(read_calendar(raw, 2027)) == DAYS


def test_what_was_read_is_written_so_that_it_reads_the_same():
    days = [*read(GOOD), CalendarDay(date=date(2027, 5, 1), is_working=False, name='劳动节,"五一"')]
    assert named(read(as_table(days))) == named(days)


@pytest.mark.parametrize(
    "lines, said",
    [
        ("2027-01-01,放假,元旦\n2027-01-01,放假,元旦", ["第 3 行：2027-01-01 与第 2 行重复。"]),
        (
            "2027-01-09,放假,元旦\n2027-01-09,上班,元旦调休上班",
            ["第 3 行：自相矛盾：2027-01-09 第 2 行写的是放假，这里写的是上班。"],
        ),
        ("2027-01-09,放假,元旦调休上班", ["第 2 行：自相矛盾：类型是放假，名称却是“元旦调休上班”。"]),
        ("2027-01-09,上班,元旦放假", ["第 2 行：自相矛盾：类型是上班，名称却是“元旦放假”。"]),
        ("2026-12-31,放假,元旦", ["第 2 行：2026-12-31 不在2027年。"]),
        ("2027-01-04,上班,元旦调休上班", ["第 2 行：2027-01-04 是星期一，本来就上班，不能列为调休上班。"]),
        ("2027-01-01,休假,元旦", ["第 2 行：不认识类型“休假”，只能写“放假”或“上班”。"]),
        ("2027-02-30,放假,春节", ["第 2 行：看不懂日期“2027-02-30”，请写成 2027-01-01。"]),
        (
            ",,元旦\n2027-01-01,放假,",
            [
                "第 2 行：日期不能为空。",
                "第 2 行：类型不能为空，请写“放假”或“上班”。",
                "第 3 行：名称不能为空，请写节日名称。",
            ],
        ),
        ("2027-01-01,放假", ["第 2 行：列数不对，应有 3 列。"]),
        ("", ["第 1 行：表里一天也没有。"]),
    ],
)
def test_every_fault_is_named_with_its_line(lines, said):
    assert faults(HEAD + lines) == said


def test_two_columns_that_contradict_each_other_are_named():
    assert faults("日期,类型,is_working,名称\n2027-01-01,放假,yes,元旦\n") == [
        "第 2 行：自相矛盾：类型写的是“放假”，is_working 写的是“yes”。"
    ]


@pytest.mark.parametrize(
    "head, said",
    [("日期,名称", "表头缺少列：类型（或 is_working）"), ("类型", "表头缺少列：日期、名称"), ('"日期', "CSV")],
)
def test_a_head_without_its_columns_is_refused(head, said):
    assert said in faults(f"{head}\n2027-01-01,放假\n")[0]


def test_a_day_that_is_always_off_and_is_not_in_the_table_is_doubted_and_not_refused():
    assert doubts(2027, read(GOOD)) == [
        "5月1日是法定节假日，表里没有列为放假。",
        "10月1日是法定节假日，表里没有列为放假。",
    ]


# The command


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "2027.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.django_db
def test_the_command_loads_a_year_once(file, capsys):
    call_command("load_calendar", file(GOOD), "2027", "--source", "放假通知")
    assert "已载入2027年工作日历：放假 2 天，调休上班 1 天。" in capsys.readouterr().out
    loaded = CalendarYear.objects.get(year=2027)
    assert loaded.source == "放假通知"
    assert Entry.objects.of(loaded).get(deed="calendar.loaded").facts["days"][0] == "2027-01-01 放假 元旦"
    with pytest.raises(CommandError, match="2027年的工作日历已经载入"):
        call_command("load_calendar", file(GOOD), "2027", "--source", "放假通知")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text, year, source, said",
    [
        (GOOD + "2027-01-01,上班,元旦\n", "2027", "通知", "第 7 行：自相矛盾"),
        (GOOD, "1999", "通知", "不在1999年"),
        (GOOD, "2027", " ", "请写明依据的放假通知"),
    ],
)
def test_the_command_takes_in_nothing_of_a_wrong_table(file, text, year, source, said):
    with pytest.raises(CommandError, match=said):
        call_command("load_calendar", file(text), year, "--source", source)
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert not CalendarDay.objects.filter(date__year=2027).exists()
