"""`manage.py monthly_report` as it is called from a shell: what it writes, what it says, and how it refuses."""

from contextlib import chdir

import pytest
from django.core.management import ManagementUtility
from django.db import DatabaseError
from openpyxl import load_workbook

from accounts.roles import Role
from cms.areas import Area
from reports.snapshots import publish
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER


@pytest.fixture
def monthly_report(db, capsys, monkeypatch):
    """Runs the command; gives its exit code and its two outputs."""
    # A command from the shell ends its connections with itself; here the scene goes on.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(*argv):
        try:
            ManagementUtility(["manage.py", "monthly_report", *map(str, argv)]).execute()
            code = 0
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


@pytest.fixture
def refused(monthly_report, tmp_path):
    """The one sentence of a refusal that writes no file and prints nothing else."""

    def run(*argv, code=2):
        found, out, err = monthly_report(*argv)
        assert (found, out) == (code, "")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert not list(tmp_path.iterdir())
        return err.strip()

    return run


def test_the_workbook_is_written_and_a_sentence_says_so(november, monthly_report, tmp_path):
    path = tmp_path / "月报.xlsx"
    code, out, _ = monthly_report("2026-11", "--out", path, "--as-of", "2026-12-01T09:00:00+08:00")
    assert code == 0
    assert out.startswith(f"已写出“{path}”：延安市电子公文签收情况统计表（2026年11月），3个单位，逾期明细4条")
    book = load_workbook(path)
    assert book["签收情况统计表"]["L2"].value == "统计截止：2026-12-01 09:00"
    assert [file.name for file in tmp_path.iterdir()] == ["月报.xlsx"]


def test_an_as_of_time_without_a_zone_is_beijing_time(november, monthly_report, tmp_path):
    for number, as_of in enumerate(["2026-12-01T09:00", "2026-12-01T01:00:00Z", "2026-12-01 09:00:00"]):
        path = tmp_path / f"{number}.xlsx"
        assert monthly_report("2026-11", "--out", path, "--as-of", as_of)[0] == 0
        assert load_workbook(path)["签收情况统计表"]["L2"].value == "统计截止：2026-12-01 09:00"


def test_without_an_as_of_time_things_are_counted_as_they_stand_now(november, monthly_report, tmp_path, time_machine):
    time_machine.move_to("2026-12-02T10:00:00+08:00", tick=False)
    path = tmp_path / "月报.xlsx"
    assert monthly_report("2026-11", "--out", path)[0] == 0
    assert load_workbook(path)["签收情况统计表"]["L2"].value == "统计截止：2026-12-02 10:00"


def test_an_as_of_time_still_to_come_is_remarked_on(november, monthly_report, tmp_path, time_machine):
    time_machine.move_to("2026-11-20T10:00:00+08:00", tick=False)
    code, _, err = monthly_report("2026-11", "--out", tmp_path / "月报.xlsx", "--as-of", "2026-12-01T09:00")
    assert code == 0
    assert "统计截止时间还没有到" in err


def test_a_published_month_is_written_as_it_was_published_unless_another_time_is_asked_for(
    november, monthly_report, tmp_path
):
    secretary = november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00"))
    publish(NOVEMBER, area=november.area, by=secretary, at=FIRST_OF_DECEMBER)
    path = tmp_path / "月报.xlsx"
    assert "统计截止2026-12-01 09:00，公布第1版。" in monthly_report("2026-11", "--out", path)[1]
    assert load_workbook(path)["签收情况统计表"]["J6"].value == 1
    assert "公布" not in monthly_report("2026-11", "--out", path, "--as-of", "2026-12-02T09:00")[1]
    assert load_workbook(path)["签收情况统计表"]["J6"].data_type == "f"


def test_a_month_that_waits_for_a_calendar_is_refused_and_the_file_stays_as_it_was(november, monthly_report, tmp_path):
    november.deliver(november.issue("2026-11-30 17:00"), "QX01", due_at=None, due_pending=True)
    path = tmp_path / "月报.xlsx"
    path.write_text("the one before")
    code, out, err = monthly_report("2026-11", "--out", path, "--as-of", "2026-12-01T09:00")
    assert (code, out) == (3, "")
    assert err == "2026年11月有1件次公文的签收时限要等工作日历确定，请先载入日历，再统计。\n"
    assert path.read_text() == "the one before"


def test_a_file_that_is_there_is_replaced(november, monthly_report, tmp_path):
    path = tmp_path / "月报.xlsx"
    path.write_text("the one before")
    assert monthly_report("2026-11", "--out", path, "--as-of", "2026-12-01T09:00")[0] == 0
    assert load_workbook(path).sheetnames


def test_a_file_name_may_be_relative(november, monthly_report, tmp_path):
    with chdir(tmp_path):
        assert monthly_report("2026-11", "--out", "月报.xlsx", "--as-of", "2026-12-01T09:00")[0] == 0
    assert (tmp_path / "月报.xlsx").is_file()


def test_all_issuers_can_be_asked_for(records, monthly_report, refused, tmp_path):
    records.deliver(records.issue("2026-11-18 09:00", issuer="BM08"), "QX01")
    as_of = ("--as-of", "2026-12-01T09:00")
    assert "没有发送过公文" in refused("2026-11", "--out", tmp_path / "a.xlsx", *as_of, code=1)
    assert monthly_report("2026-11", "--out", tmp_path / "b.xlsx", *as_of, "--issuers", "all")[0] == 0
    sentence = monthly_report("2026-11", "--out", tmp_path / "c.xlsx", *as_of, "--issuers", "ours")[2]
    assert sentence == "没有“ours”这个范围，可用的有：government、all。\n"


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "十一月", "2026", "2026-11-01", "../2026-11", ""])
def test_what_is_no_month_is_refused(november, refused, tmp_path, month):
    assert "请写成 2026-11" in refused(month, "--out", tmp_path / "月报.xlsx")


def test_a_month_to_come_is_refused(november, refused, tmp_path, time_machine):
    time_machine.move_to("2026-11-20T10:00:00+08:00", tick=False)
    assert refused("2026-12", "--out", tmp_path / "月报.xlsx") == "2026年12月还没有到，不能统计。"
    assert "还没有到" in refused("2099-01", "--out", tmp_path / "月报.xlsx")


@pytest.mark.parametrize(
    "as_of", ["明天", "2026-12-01", "2026-13-01T09:00", "9", "", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00"]
)
def test_an_as_of_time_that_nobody_can_read_is_refused(november, refused, tmp_path, as_of):
    sentence = refused("2026-11", "--out", tmp_path / "月报.xlsx", "--as-of", as_of)
    assert sentence == f"看不懂统计截止时间“{as_of}”，请写成 2026-12-01T09:00。"


@pytest.mark.parametrize("as_of", ["2026-10-31T09:00", "0001-01-02T09:00"])
def test_an_as_of_time_before_the_month_is_refused(november, refused, tmp_path, as_of):
    assert "还没有到" in refused("2026-11", "--out", tmp_path / "月报.xlsx", "--as-of", as_of)


def test_a_month_without_circulars_ends_with_its_own_code_and_no_file(november, refused, tmp_path):
    sentence = refused("2026-03", "--out", tmp_path / "月报.xlsx", code=1)
    assert sentence.startswith("2026年3月")
    assert "没有发送过公文" in sentence


def test_another_area_has_a_month_of_its_own_and_one_that_is_not_there_is_refused(november, refused, tmp_path):
    Area.objects.create(code="baota", name="宝塔区")
    path = tmp_path / "月报.xlsx"
    nothing = refused("2026-11", "--out", path, "--area", "baota", code=1)
    assert nothing.startswith("2026年11月")
    assert "没有发送过公文" in nothing
    assert refused("2026-11", "--out", path, "--area", "baoti") == (
        "没有代码是“baoti”的辖区，可以写：yanan：延安市、baota：宝塔区。"
    )


def test_a_file_that_cannot_be_written_is_refused(november, refused, tmp_path):
    as_of = ("--as-of", "2026-12-01T09:00")
    for path in (
        tmp_path / "no such folder" / "月报.xlsx",
        tmp_path,
        "/dev/null",
        "/proc/月报.xlsx",
        tmp_path / ("长" * 200),
    ):
        assert refused("2026-11", "--out", path, *as_of).startswith("写不了文件“")


def test_what_is_missing_or_too_much_is_answered_with_the_usage(november, refused, tmp_path):
    for argv in (["2026-11"], [], ["2026-11", "--out", tmp_path / "a", "more"], ["--out"]):
        assert refused(*argv).startswith("用法：manage.py monthly_report 年月 --out 文件")


def test_an_installation_that_is_not_finished_says_so(db, refused, tmp_path, settings, monkeypatch):
    settings.AREA = "nowhere"
    assert refused("2026-11", "--out", tmp_path / "a.xlsx", code=3).startswith("本辖区还没有建立")

    def broken():
        raise DatabaseError

    monkeypatch.setattr(Area.objects, "home", broken)
    assert refused("2026-11", "--out", tmp_path / "a.xlsx", code=3).startswith("读不到签收记录")
