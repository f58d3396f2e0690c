"""规则版次 on the desk: what was changed when and why, the form of the next version, and what it leaves as it is (Articles 22 and 29)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.deliveries import Delivery
from cms.ledger import Entry
from cms.rulebook import YANAN
from cms.rulenumbers import NUMBERS, Group
from cms.ruleversions import RuleVersion
from tests.cast import BACK_AT_WORK, MONDAY
from tests.offices import beijing

RULES, NEW = reverse("accounts:rules"), reverse("accounts:new_rules")
SEEN = ("against", "title", "in_force_from", "reason")


def body(answer):
    return answer.content.decode()


def form(**changes):
    """What the browser sends of the form as it was opened, with these numbers typed over."""
    filled = {name: value for name, value in YANAN.numbers().items() if value is not False and value is not None}
    return filled | {"against": 1, "title": "延安市规则", "in_force_from": "", "reason": "常务会议决定"} | changes


def errors(answer):
    return answer.context["form"].errors


@pytest.fixture
def desk(city):
    return city.desk(city.secretary)


def confirmed(desk, **changes):
    return desk.post(NEW, form(**changes, confirm=1), follow=True)


def test_the_form_is_filled_with_the_newest_version_or_a_template(desk, city):
    page = desk.get(NEW)
    assert page.context["form"]["at_once_minutes"].value() == 30
    assert page.context["form"]["against"].value() == 1
    confirmed(desk, at_once_minutes=40)
    assert desk.get(NEW).context["form"]["at_once_minutes"].value() == 40
    example = desk.get(NEW, {"template": "example-cutoff"})
    assert example.context["form"]["extra_at_once_minutes"].value() == 15
    assert 'value="17:00"' in body(example)
    assert desk.get(NEW, {"template": "nobody's"}).context["form"]["extra_at_once_minutes"].value() == 30


def test_every_number_has_its_field_under_its_heading_with_its_article_and_what_waits_says_so(desk):
    page = desk.get(NEW)
    shown = {field.name for _, fields in page.context["form"].groups for field, _ in fields}
    assert shown == set(NUMBERS)
    waiting = sum(not number.is_used for number in NUMBERS.values())
    assert body(page).count("待启用") == waiting
    version = body(desk.get(reverse("accounts:rule_version", args=[1])))
    for number in NUMBERS.values():
        assert number.label in version
        assert number.reading in version
        assert number.article in version
    assert all(group.label in version for group in Group)
    assert version.count('<span class="tag">待启用</span>') == waiting


def test_changes_are_looked_at_before_anything_is_entered(desk, city):
    page = desk.post(NEW, form(at_once_minutes=40, working_days=2))
    for said in ("改动 2 项", "30 分钟", "40 分钟", "2 个工作日", "确认后立即施行", "签收时限不变"):
        assert said in body(page)
    assert RuleVersion.objects.count() == 1
    back = desk.post(NEW, form(at_once_minutes=40, back=1))
    assert 'value="40"' in body(back)
    assert RuleVersion.objects.count() == 1


def test_what_the_page_of_changes_sends_back_is_what_was_typed(desk, city):
    page = desk.post(NEW, form(at_once_minutes=40, same_day_until="17:00", in_force_from="2026-10-01 00:00"))
    sent = {field.html_name: field.value() for field in page.context["form"]}
    assert 'name="lunch_is_off_duty" value="True"' in body(page)
    assert 'name="urgent_closing_grace" value="False"' in body(page)
    desk.post(NEW, {name: "" if value is None else value for name, value in sent.items()} | {"confirm": 1})
    version = RuleVersion.objects.get(number=2)
    assert (version.at_once_minutes, f"{version.same_day_until:%H:%M}") == (40, "17:00")
    assert (version.lunch_is_off_duty, version.urgent_closing_grace) == (True, False)
    assert version.in_force_from == beijing("2026-10-01 00:00")


def test_a_version_is_entered_and_the_list_says_what_it_changed_who_and_why(desk, city):
    page = body(confirmed(desk, at_once_minutes=40))
    version = RuleVersion.objects.get(number=2)
    assert (version.entered_by, version.entered_at, version.in_force_from) == (city.secretary, MONDAY, MONDAY)
    assert Entry.objects.of(version).get().deed == "rules.set"
    for said in (
        "第2版",
        "加急公文在办公时间签收：30 分钟 → 40 分钟",
        "常务会议决定",
        "周慧",
        "现行",
        "已失效",
        "首版",
    ):
        assert said in page
    assert "本版改动" in body(desk.get(reverse("accounts:rule_version", args=[2])))


def test_a_version_that_begins_later_is_planned_and_the_next_is_warned_of_it(desk, city):
    page = body(confirmed(desk, at_once_minutes=40, in_force_from="2026-10-08 00:00"))
    assert "将施行" in page
    assert RuleVersion.objects.in_force(city.office.area, MONDAY).number == 1
    warned = body(desk.post(NEW, form(against=2, at_once_minutes=50)))
    assert "第2版已定于 2026-10-08 00:00 施行" in warned


def test_pressing_twice_enters_one_version(desk, city):
    for _ in range(2):
        answer = confirmed(desk, at_once_minutes=40)
    assert "第2版已经设定，没有重复设定" in body(answer)
    assert RuleVersion.objects.count() == 2


def test_who_comes_second_loses_nothing_that_was_typed(desk, city):
    colleague = User.objects.create(username="colleague", name="贺敏")
    take_post(colleague, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    confirmed(city.desk(colleague), at_once_minutes=50)
    answer = confirmed(desk, at_once_minutes=40)
    assert "贺敏刚刚设定了第2版，您填写的没有设定" in body(answer)
    assert 'value="40"' in body(answer)
    assert RuleVersion.objects.count() == 2
    confirmed(desk, at_once_minutes=40, against=2)  # as the hidden field of that page says
    assert RuleVersion.objects.get(number=3).at_once_minutes == 40


@pytest.mark.parametrize(
    "changes, field, said",
    [
        ({"at_once_minutes": 121}, "at_once_minutes", "须在10至120分钟之间"),
        ({"at_once_minutes": 90, "after_hours_minutes": 60}, "at_once_minutes", "不得长于下班和节假日期间的时限"),
        ({"extra_at_once_minutes": 31}, "extra_at_once_minutes", "不得长于加急公文的时限"),
        ({"working_days": "很多"}, "working_days", "请填写整数"),
        ({"working_days": ""}, "working_days", "请填写“普通公文签收”"),
        ({"normal_rule": "whenever"}, "normal_rule", "请从列出的几种里选择"),
        ({"same_day_until": "25:00"}, "same_day_until", "请按“17:00”的样子填写"),
        ({"reason": ""}, "reason", "请写明理由"),
        ({"in_force_from": "2026-09-28 08:59", "at_once_minutes": 40}, "in_force_from", "施行时间不能早于现在"),
        ({"in_force_from": "明天"}, "in_force_from", "请按“2027-01-01 00:00”的样子填写时间"),
        ({}, "__all__", "没有改动任何一项"),
        ({"working_days": "9" * 30}, "working_days", "须在1至15个工作日之间"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence_at_its_field(desk, changes, field, said):
    for step in ({}, {"confirm": 1}):
        answer = desk.post(NEW, form(**changes) | step)
        assert said in "".join(errors(answer)[field])
        assert said in body(answer)
    assert RuleVersion.objects.count() == 1
    assert not Entry.objects.filter(deed="rules.set").exists()


@pytest.mark.parametrize("who", ["clerk", "engineer", "drafter", "stranger", "superuser"])
def test_nobody_else_sees_or_sets_the_rule(city, who):
    other = city.desk(getattr(city, who))
    for path in (RULES, NEW, reverse("accounts:rule_version", args=[1])):
        assert other.get(path).status_code == 404
    assert other.post(NEW, form(at_once_minutes=40, confirm=1)).status_code == 404
    assert RuleVersion.objects.count() == 1


def test_a_get_enters_nothing_and_an_unknown_version_is_not_found(desk):
    desk.get(NEW, form(at_once_minutes=40, confirm=1))
    assert RuleVersion.objects.count() == 1
    assert desk.get(reverse("accounts:rule_version", args=[99])).status_code == 404


def test_what_was_sent_keeps_its_due_time_and_version_and_what_is_sent_then_has_the_new_one(desk, city, week):
    before = city.sent(urgency="urgent")
    kept = list(Delivery.objects.order_by("pk").values())
    week.move_to(BACK_AT_WORK, tick=False)
    confirmed(city.desk(city.secretary), at_once_minutes=40, extra_at_once_minutes=20)
    after = city.sent(urgency="urgent", at=BACK_AT_WORK + timedelta(minutes=1))
    assert list(Delivery.objects.filter(circular=before).order_by("pk").values()) == kept
    assert city.delivery(after).due_at == beijing("2026-10-08 09:41")
    assert city.delivery(after).rules.number == 2
