"""`manage.py deadline`: what it prints, and how it refuses."""

import csv
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import ManagementUtility, call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from circulars.management.commands import deadline
from cms.areas import Area
from cms.workdays import CalendarYear, OfficeHours

ROOT = Path(__file__).parents[2]

with (ROOT / "tests" / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as table:
    CASES = [case for case in csv.DictReader(table) if case["due_at"] != "CALENDAR_NOT_LOADED"]


def answer(*words):
    out = StringIO()
    call_command("deadline", *words, stdout=out)
    return out.getvalue().splitlines()


def refusal(*words):
    with pytest.raises(CommandError) as refused:
        answer(*words)
    return refused.value.returncode, str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_case_of_the_table_is_answered(case):
    urgency = ["--urgency", case["urgency"]] if case["urgency"] else []
    words = [case["kind"], case["start_at"], *urgency]
    assert answer(*words)[0] == case["due_at"]
    assert answer(*words, "--rule-set", "yanan-office-minutes")[0] == case["due_at_strict"]


@pytest.mark.django_db
def test_the_second_line_gives_the_rule_and_the_article():
    assert answer("receipt", "2026-11-18T09:00") == [
        "2026-11-19T18:00:00+08:00",
        (
            "普通公文应当在1个工作日内接收并处理：发送当日不计，至2026年11月19日18:00下班时截止。"
            "依据：第二十二条。按延安市规则计算。"
        ),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "start", ["2026-11-18T23:00", "2026-11-18 23:00:00", "2026-11-18T15:00Z", "2026-11-18T23:00+08:00"]
)
def test_a_time_without_a_zone_is_beijing_time(start):
    assert answer("receipt", start, "--urgency", "urgent")[0] == "2026-11-19T01:00:00+08:00"


@pytest.mark.django_db
def test_a_line_needs_no_calendar():
    assert answer("line_restore", "2031-01-01T22:30")[0] == "2031-01-02T10:30:00+08:00"


# Limits of our own reading, which the table of the handbook has no rows for.
BESIDES = {"step", "login", "login_gaps", "line_month", "contact", "acceptance", "handback", "handover", "appeal"}


@pytest.mark.django_db
def test_the_kinds_of_the_table_are_all_there():
    assert {case["kind"] for case in CASES} | BESIDES == set(deadline.KINDS)


@pytest.mark.django_db
def test_by_when_a_unit_must_log_in_again():
    assert answer("login", "2026-11-18T09:12") == [
        "2026-11-18T11:12:00+08:00",
        "工作时间内至少每2小时登录一次：最迟2026年11月18日11:12须再次登录。依据：第十八条。按延安市规则计算。",
    ]


@pytest.mark.django_db
def test_the_gaps_between_the_log_ins_of_a_day():
    assert answer("login_gaps", "2026-11-18", "08:30", "11:20", "15:00") == [
        "30 170 100 180",
        "2026年11月18日最长间隔180个办公分钟，有2次间隔超过2小时。依据：第十八条。按延安市规则计算。",
    ]
    assert answer("login_gaps", "2026-11-18")[0] == "480"
    assert answer("login_gaps", "2026-11-21") == ["—", "2026年11月21日没有登录职责。依据：第十八条。按延安市规则计算。"]


@pytest.mark.django_db
def test_where_looks_are_counted_by_session_each_says_what_it_lacks():
    asked = ("--rule-set", "example-cutoff")
    assert answer("login_gaps", "2026-11-18", "08:05", "11:20", "15:00", *asked) == [
        "0 1",
        "2026年11月18日上午查看2次（须2次），下午查看1次（须2次），缺1次。依据：第十八条。按示例规则甲（17时起视为次日，分场次查看）计算。",
    ]
    assert answer("login_gaps", "2026-11-21", "10:00", *asked)[0] == "1"


@pytest.mark.django_db
def test_the_interruptions_of_a_line_add_up_by_month():
    outages = ["2026-09-30T20:00/2026-10-01T07:00", "2026-10-12T09:00/2026-10-13T06:00"]
    assert answer("line_month", *outages, "2026-10-20T00:00/2026-10-20T20:00") == [
        "2026-09 4小时00分；2026-10 48小时00分",
        "2026年10月12日09:00起中断21小时00分，超过12小时。依据：第十六条。按延安市规则计算。",
        "2026年10月20日00:00起中断20小时00分，超过12小时。依据：第十六条。按延安市规则计算。",
        "2026年9月累计中断4小时00分，限48小时：不扣除。依据：第十六条。按延安市规则计算。",
        "2026年10月累计中断48小时00分，限48小时：不扣除。依据：第十六条。按延安市规则计算。",
    ]


def test_with_a_shipped_rule_set_a_line_needs_no_database_either():
    assert answer("line_restore", "2031-01-01T22:30", "--rule-set", "yanan")[0] == "2031-01-02T10:30:00+08:00"


@pytest.mark.django_db
def test_a_time_before_the_rule_was_issued_has_no_rule():
    assert refusal("receipt", "2017-08-08T23:59") == (3, "本辖区还没有设定这一时间的规则，请秘书科先设定。")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words, sentence",
    [
        (["lunch", "2026-11-18T09:00"], "没有“lunch”这种时限，可用的有：receipt、fault_report、contact、repair、"),
        (["receipt", "tomorrow"], "看不懂起算时间“tomorrow”，请写成 2026-11-18T09:00。"),
        (["receipt", "2026-02-30T09:00"], "看不懂起算时间"),
        (["receipt", "2026-11-18"], "看不懂起算时间"),
        (["receipt", ""], "看不懂起算时间"),
        (["receipt", "2026-11-18T09:00", "--urgency", "flash"], "没有“flash”这种紧急程度，可用的有：normal、"),
        (["receipt", "2026-11-18T09:00", "--rule-set", "xian"], "没有名为“xian”的规则，可用的有：yanan、"),
        (["receipt"], "用法："),
        ([], "用法："),
        (["receipt", "2026-11-18T09:00", "again"], "用法："),
        (["receipt", "2026-11-18T09:00", "--speed", "fast"], "用法："),
        (["receipt", "2026-11-18T09:00", "--urgency"], "用法："),
        (["receipt", "-3"], "看不懂起算时间“-3”"),
        (["login_gaps", "2026-11-18T08:05"], "用法：manage.py deadline login_gaps"),
        (["login_gaps", "2026-11-18", "8 o'clock"], "用法：manage.py deadline login_gaps"),
        (["line_month", "2026-10-12T09:00"], "用法：manage.py deadline line_month"),
        (["line_month", "2026-10-12T09:00/2026-10-12T08:00"], "线路恢复的时间不能早于中断的时间。"),
        (["line_month", "2026-10-12T09:00/noon"], "看不懂起算时间“noon”"),
        (["line_restore", "9999-12-31T22:30"], "超出可以计算的范围"),
        (["line_restore", "0001-01-01T00:00+14:00"], "超出可以计算的范围"),
    ],
)
def test_bad_input_is_refused_in_chinese_with_exit_2(words, sentence, capsys):
    with pytest.raises(SystemExit) as left:
        ManagementUtility(["manage.py", "deadline", *words]).execute()
    printed = capsys.readouterr()
    assert left.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith(sentence) or sentence in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        ["receipt", "2026-12-31T10:00"],
        ["receipt", "2027-01-05T10:00", "--urgency", "urgent"],
        ["repair", "2026-12-28T10:00"],
    ],
)
def test_a_year_that_is_not_loaded_is_said_with_exit_3(words):
    assert refusal(*words) == (3, "2027年的工作日历还没有载入，请秘书科先载入国务院办公厅的放假通知。")


@pytest.mark.django_db
def test_hours_that_do_not_cover_the_year_are_said_with_exit_3():
    OfficeHours.objects.filter(starts_month=5).delete()
    assert refusal("receipt", "2026-11-18T09:00") == (3, "各季办公时间须首尾相接，覆盖全年且不重复。")


@pytest.mark.django_db
def test_an_installation_without_its_area_says_so_with_exit_3(settings):
    settings.AREA = "nowhere"
    code, sentence = refusal("receipt", "2026-11-18T09:00")
    assert (code, sentence) == (3, "本辖区还没有建立，请网信办先完成安装。")


@pytest.mark.django_db
def test_an_area_is_asked_for_by_its_code(settings):
    settings.AREA = "nowhere"
    assert answer("receipt", "2026-11-18T09:00", "--area", "yanan")[0] == "2026-11-19T18:00:00+08:00"
    words = ["receipt", "2026-11-18T09:00", "--area", "yulin"]
    assert refusal(*words) == (3, "辖区“yulin”还没有建立，请网信办先完成安装。")


def test_a_database_that_cannot_be_read_is_said_with_exit_3(monkeypatch):
    def unreadable(area):
        raise OperationalError("no such table: cms_calendaryear")

    monkeypatch.setattr(Area.objects, "home", lambda: None)
    monkeypatch.setattr(deadline, "office_of", unreadable)
    words = ["receipt", "2026-11-18T09:00", "--rule-set", "yanan"]
    assert refusal(*words) == (3, "读不到工作日历，请网信办检查数据库。")


@pytest.mark.django_db
def test_a_calendar_loaded_later_is_used():
    CalendarYear.objects.create(area=Area.objects.home(), year=2027, source="试用")
    assert answer("receipt", "2026-12-31T10:00")[0] == "2027-01-01T18:00:00+08:00"


def test_from_the_shell_a_refusal_is_one_sentence_and_no_traceback():
    told = subprocess.run(
        [sys.executable, "manage.py", "deadline", "receipt", "someday"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "看不懂起算时间“someday”，请写成 2026-11-18T09:00。\n"
