"""工作日历 on the desk: a year is looked at and loaded, a day put right, the office hours set, and everybody is reminded in time (Article 22)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circulars.deliveries import Delivery
from circulars.turns import Turn
from cms.ledger import Entry
from cms.messages import Message
from cms.workdays import CalendarDay, CalendarYear, OfficeHours
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing
from tests.walking import everything

CALENDAR, LOAD, HOURS = (reverse(f"accounts:{name}") for name in ("calendar", "load_calendar", "office_hours"))
CORRECT = reverse("accounts:correct_day", args=[2026])
TABLE = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-05-01,放假,劳动节\n2027-10-01,放假,国庆节\n2027-01-09,上班,元旦调休上班\n"
MISSING = "2027 年的工作日历还没有载入"


def body(answer):
    return answer.content.decode()


def form(text=TABLE, **changes):
    file = SimpleUploadedFile("2027.csv", text.encode("gb18030"))
    return {"year": 2027, "source": "国办发明电〔2026〕9号", "file": file} | changes


@pytest.fixture
def desk(city):
    return city.desk(city.secretary)


def loaded(desk, text=TABLE):
    """The year is looked at, and then loaded as the page of the look sends it."""
    looked_at = desk.post(LOAD, form(text))
    known = {name: looked_at.context["form"].cleaned_data[name] for name in ("year", "source")}
    return desk.post(LOAD, known | {"table": looked_at.context["table"], "confirm": 1}, follow=True)


# Loading a year


def test_a_year_is_looked_at_before_it_is_loaded(desk):
    page = body(desk.post(LOAD, form()))
    for said in ("核对 2027 年工作日历", "还没有载入", "国办发明电〔2026〕9号", "确认载入"):
        assert said in page
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert "5月1日是法定节假日" in body(desk.post(LOAD, form("日期,类型,名称\n2027-01-01,放假,元旦\n")))


def test_a_year_is_loaded_once_with_its_notice_and_who_loaded_it(desk, city):
    page = body(loaded(desk))
    assert "已载入2027年的工作日历" in page
    year = CalendarYear.objects.get(year=2027)
    assert (year.area, year.source) == (city.office.area, "国办发明电〔2026〕9号")
    assert CalendarDay.objects.filter(date__year=2027).count() == 4
    entry = Entry.objects.of(year).get()
    assert (entry.deed, entry.person, len(entry.facts["days"])) == ("calendar.loaded", city.secretary, 4)
    before = everything()
    again = desk.post(LOAD, {"year": 2027, "source": "通知", "table": TABLE, "confirm": 1}, follow=True)
    assert "2027年的工作日历已经载入，没有重复载入" in body(again)
    assert everything() == before
    assert "国办发明电〔2026〕9号" in body(desk.get(CALENDAR))


@pytest.mark.parametrize(
    "text, said",
    [
        (TABLE + "2027-01-01,放假,元旦\n", "第 6 行：2027-01-01 与第 2 行重复。"),
        (TABLE + "2027-01-01,上班,元旦调休上班\n", "第 6 行：自相矛盾：2027-01-01 第 2 行写的是放假，这里写的是上班。"),
        (TABLE + "2027-02-06,放假,春节调休上班\n", "第 6 行：自相矛盾：类型是放假，名称却是“春节调休上班”。"),
        (TABLE + "2028-01-01,放假,元旦\n", "第 6 行：2028-01-01 不在2027年。"),
        (TABLE + "2027-01-04,上班,元旦调休上班\n", "第 6 行：2027-01-04 是星期一，本来就上班"),
        (TABLE + "2027-02-06,半天,春节\n", "第 6 行：不认识类型“半天”"),
        ("日期,名称\n2027-01-01,元旦\n", "表头缺少列：类型"),
        ("日期,类型,名称\n" + "x,y,\n" * 100, "还有 240 处问题没有列出"),
        ("x" * 300_000, "文件太大"),
    ],
)
def test_every_problem_of_the_file_is_named_and_nothing_is_taken_in(desk, text, said):
    before = everything()
    answer = desk.post(LOAD, form(text))
    assert said in "".join(answer.context["form"].errors["file"])
    assert "没有载入，请先改正" in body(answer)
    assert "国办发明电〔2026〕9号" in body(answer)
    table = desk.post(LOAD, {"year": 2027, "source": "通知", "table": text, "confirm": 1})
    assert table.context["form"].errors
    assert everything() == before


@pytest.mark.parametrize(
    "changes, field, said",
    [
        ({"year": ""}, "year", "请填写年份"),
        ({"year": "9" * 30}, "year", "年份须在2000至2099之间"),
        ({"source": ""}, "source", "请写明依据的放假通知"),
        ({"file": ""}, "file", "请选择日历文件"),
    ],
)
def test_what_is_missing_in_the_form_is_asked_for_at_its_field(desk, changes, field, said):
    assert said in "".join(desk.post(LOAD, form(**changes)).context["form"].errors[field])


def test_loading_settles_at_once_what_waited_for_the_year_and_nothing_else(desk, city, week):
    """Through the screens: no sweep has come round."""
    before = city.sent()
    week.move_to(NEW_YEARS_EVE, tick=False)
    pending = city.sent(at=NEW_YEARS_EVE)
    city.submitted(at=NEW_YEARS_EVE)
    assert pending.deliveries.pending().count() == 3
    kept = list(Delivery.objects.filter(circular=before).order_by("pk").values())
    loaded(city.desk(city.secretary))
    assert set(pending.deliveries.values_list("due_at", "due_pending")) == {(beijing("2027-01-04 18:00"), False)}
    assert Entry.objects.of(pending).get(deed="due.settled").person == city.secretary
    assert not Turn.objects.open().filter(due_at=None).exists()
    assert Message.objects.filter(person=city.clerk, text__contains="签收时限已定").count() == 1
    assert "2027年1月4日 18:00" in body(city.desk(city.sender).get(f"/sent/{pending.uuid}/"))
    assert list(Delivery.objects.filter(circular=before).order_by("pk").values()) == kept


# Putting a day right


def correction(**changes):
    return {"date": "2026-10-08", "standing": "off", "name": "国庆节", "reason": "市政府通知"} | changes


def test_a_day_is_put_right_and_the_page_of_the_year_says_how_it_stood(desk, city):
    page = body(desk.post(CORRECT, correction(), follow=True))
    for said in ("已更正 2026-10-08", "按平常上班", "放假（国庆节）", "市政府通知", "周慧"):
        assert said in page
    again = desk.post(CORRECT, correction(), follow=True)
    assert "没有改动" in body(again)
    assert Entry.objects.filter(deed="calendar.corrected").count() == 1


def test_a_correction_changes_nothing_that_was_sent(desk, city):
    sent = city.sent(at=beijing("2026-09-30 16:00"))
    kept = list(Delivery.objects.order_by("pk").values())
    desk.post(CORRECT, correction())
    assert list(Delivery.objects.order_by("pk").values()) == kept
    assert city.delivery(sent).due_at == beijing("2026-10-08 18:00")
    assert city.delivery(city.sent(at=beijing("2026-09-30 16:30"))).due_at == beijing("2026-10-09 18:00")


@pytest.mark.parametrize(
    "changes, field, said",
    [
        ({"standing": "worked"}, "standing", "2026-10-08 是星期四，本来就上班"),
        ({"date": "2027-01-01"}, "date", "2027年的工作日历还没有载入"),
        ({"name": ""}, "name", "请写明节日名称"),
        ({"reason": ""}, "reason", "请写明更正理由"),
        ({"date": "x"}, "date", "请按“2026-10-01”的格式填写日期"),
        ({"standing": "x"}, "standing", "请选择这一天怎样安排"),
    ],
)
def test_a_correction_that_cannot_stand_is_refused_at_its_field(desk, changes, field, said):
    before = everything()
    answer = desk.post(CORRECT, correction(**changes))
    assert said in "".join(answer.context["form"].errors[field])
    assert everything() == before


def test_a_year_that_is_not_loaded_has_no_page(desk):
    for year in (2027, 10**12):
        assert desk.get(reverse("accounts:calendar_year", args=[year])).status_code == 404
        assert desk.get(reverse("accounts:correct_day", args=[year])).status_code == 404


# Office hours

SUMMER = ("5月1日", "9月30日", "08:00", "12:00", "14:30", "18:00")
WINTER = ("10月1日", "4月30日", "08:00", "12:00", "14:00", "18:00")
NAMES = ("starts", "ends", "morning_opens", "morning_closes", "afternoon_opens", "afternoon_closes")


def hours(desk, *rows, reason="市政府通知", **more):
    """What the browser sends of the form as it is opened now, with these rows in it."""
    against = desk.get(HOURS).context["form"]["against"].value()
    typed = {f"{name}_{n}": value for n, row in enumerate(rows, 1) for name, value in zip(NAMES, row, strict=True)}
    return typed | {"against": against, "reason": reason} | more


def test_the_form_holds_the_whole_year_as_it_stands(desk):
    rows = [[field.value() for field in row] for row in desk.get(HOURS).context["form"].rows]
    assert 'value="5月1日"' in body(desk.get(HOURS))
    assert [bool(row[0]) for row in rows] == [True, True, False, False, False, False]


def test_all_seasons_are_set_together(desk, city):
    spring = ("3-1", "4-30", "8：30", "12:00", "14:00", "17:30")
    winter = ("10.1", "2月29日", *WINTER[2:])
    page = body(desk.post(HOURS, hours(desk, winter, SUMMER, spring), follow=True))
    assert "办公时间已设定" in page
    assert "3月1日至4月30日" in page
    assert "2026-09-28 起" in page
    assert OfficeHours.objects.filter(holds_from="2026-09-28").count() == 3
    assert Entry.objects.get(deed="office_hours.set").person == city.secretary


def test_hours_set_twice_are_set_once_and_who_comes_second_is_told(desk):
    typed = hours(desk, ("1月1日", "12月31日", "09:00", "12:00", "13:00", "17:00"))
    other = hours(desk, SUMMER, ("10月1日", "4月30日", "08:30", *WINTER[3:]))
    desk.post(HOURS, typed)
    assert "没有改动" in body(desk.post(HOURS, typed, follow=True))
    answer = desk.post(HOURS, other)
    assert "刚刚被别人改过，您填写的没有设定" in body(answer)
    assert 'value="08:30"' in body(answer)
    assert Entry.objects.filter(deed="office_hours.set").count() == 1


@pytest.mark.parametrize(
    "rows, field, said",
    [
        (
            [SUMMER, ("10月1日", "4月30日", "08:00", "14:00", "12:00", "18:00")],
            "morning_opens_2",
            "不得重叠，上班早于下班",
        ),
        ([SUMMER, ("10月1日", "4月30日", "12:00", "08:00", "14:00", "18:00")], "morning_opens_2", "上班早于下班"),
        ([SUMMER, ("9月1日", *WINTER[1:])], "__all__", "9月1日至9月30日有2季重叠"),
        ([SUMMER, ("10月8日", *WINTER[1:])], "__all__", "10月1日至10月7日没有办公时间"),
        ([SUMMER, ("10月1日", "4月31日", *WINTER[2:])], "ends_2", "看不懂“4月31日”"),
        ([SUMMER, ("10月1日", "4月30日", "8点", *WINTER[3:])], "morning_opens_2", "请按“08:00”的样子填写"),
        ([SUMMER, ("10月1日", "", *WINTER[2:])], "ends_2", "请填写完整"),
        ([], "__all__", "1月1日至12月31日没有办公时间"),
    ],
)
def test_hours_that_overlap_leave_a_gap_or_run_backwards_are_refused_with_a_sentence(desk, rows, field, said):
    before = everything()
    answer = desk.post(HOURS, hours(desk, *rows))
    assert said in "".join(answer.context["form"].errors[field])
    assert said in body(answer)
    assert everything() == before


def test_hours_may_be_set_for_a_day_to_come_and_for_none_that_is_over(desk, city):
    earlier = hours(desk, SUMMER, ("10月1日", "4月30日", "08:30", *WINTER[3:]))
    for odd, said in (("2026-09-27", "不能早于今天"), ("明天", "请按“2026-09-28”的样子填写"), ("9999-12-31", "年")):
        answer = desk.post(HOURS, earlier | {"holds_from": odd})
        assert answer.status_code == 200
        assert said in "".join(answer.context["form"].errors["holds_from"])
        assert 'value="08:30"' in body(answer)
    page = body(desk.post(HOURS, earlier | {"holds_from": "2026-10-01"}, follow=True))
    assert "办公时间已设定，2026-10-01 起用" in page
    assert page.index("将起用") < page.index("现行")
    assert [field.value() for field in desk.get(HOURS).context["form"].rows[1]][2].hour == 8  # the form shows today's


def test_new_hours_change_nothing_that_was_sent(desk, city):
    sent = city.sent()
    kept = list(Delivery.objects.order_by("pk").values())
    desk.post(HOURS, hours(desk, (*SUMMER[:5], "17:00"), WINTER))
    assert list(Delivery.objects.order_by("pk").values()) == kept
    assert city.delivery(sent).due_at == beijing("2026-09-29 18:00")
    assert city.delivery(city.sent()).due_at == beijing("2026-09-29 17:00")


# Who comes in, and who is reminded


@pytest.mark.parametrize("who", ["clerk", "engineer", "drafter", "stranger", "superuser"])
def test_nobody_else_sees_or_sets_the_calendar(city, who):
    other, before = city.desk(getattr(city, who)), everything()
    for path in (CALENDAR, LOAD, HOURS, CORRECT, reverse("accounts:calendar_year", args=[2026])):
        assert other.get(path).status_code == 404
    for path, typed in ((LOAD, form(confirm=1)), (CORRECT, correction()), (HOURS, {})):
        assert other.post(path, typed).status_code == 404
    assert everything() == before


@pytest.fixture
def november(city, week):
    week.move_to(beijing("2026-11-01 00:00"), tick=False)
    return city


def test_from_november_on_every_page_of_who_sets_the_rules_says_that_the_next_year_is_missing(november):
    desk = november.desk(november.secretary)
    for path in ("/overview/", "/messages/", "/notices/", CALENDAR, reverse("accounts:password"), "/cms/"):
        page = body(desk.get(path))
        assert page.count(MISSING) == 1, path
        assert f'href="{LOAD}"' in page, path
    for who in ("clerk", "sender", "engineer", "drafter"):
        assert MISSING not in body(november.desk(getattr(november, who)).get("/notices/"))
    loaded(desk)
    assert MISSING not in body(desk.get("/overview/"))


def test_before_november_nothing_is_said(desk):
    assert MISSING not in body(desk.get("/overview/"))


def test_it_costs_one_query_of_those_people_and_none_of_others(november):
    def asked(who):
        desk = november.desk(who)
        desk.get("/notices/")
        with CaptureQueriesContext(connection) as queries:
            desk.get("/notices/")
        return [query for query in queries if "cms_calendaryear" in query["sql"]]

    assert len(asked(november.secretary)) == 1
    assert asked(november.clerk) == []


def test_the_year_is_shown_day_by_day(desk):
    page = desk.get(reverse("accounts:calendar_year", args=[2026]))
    assert [month.working_days for month in page.context["months"]] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert f"{CORRECT}?date=2026-10-08" in body(page)
    assert desk.get(CORRECT, {"date": "2026-10-08"}).context["form"]["date"].value() == "2026-10-08"
    assert CalendarDay.objects.filter(date=date(2026, 10, 10), is_working=True).exists()
    assert MONDAY.year == 2026
