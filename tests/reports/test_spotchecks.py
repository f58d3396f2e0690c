"""Spot checks: drawn by a sum that anybody can repeat, seen by the system, found by people, followed up (Articles 6, 18 and 28)."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.lookins import LookIn
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.sweep import sweep
from cms.verifying import faults
from reports.drawing import digest_of_population, drawn, in_canonical_order, new_seed
from reports.guidance import GuidanceVisit, Visit, log_visit
from reports.rectifications import Rectification, RectificationStep, demand
from reports.spotchecks import acts
from reports.spotchecks.acts import call_off, draw, plan, population
from reports.spotchecks.findings import Found, correct_finding, enter_finding
from reports.spotchecks.record import Presence, SpotCheck, SpotDraw, SpotFinding, SpotUnit
from reports.spotchecks.redrawing import redraw
from tests.cast import BACK_AT_WORK, MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELEVEN = MONDAY + 2 * HOUR + timedelta(minutes=30)
SEED = "00" * 32


def planned(city, n=2, at=MONDAY, **more):
    said = {"purpose": "节前检查", "key": uuid4(), "by": city.secretary} | more
    return plan(n, area=Area.objects.home(), at=at, **said)


def all_units(city, at=MONDAY):
    check = planned(city, population(Area.objects.home()).count(), at=at)
    return {unit.code: unit for unit in check.draw.units.select_related("draw")}


def phone(is_good=False, at=MONDAY, who="", **more):
    return Found(kind=SpotFinding.Kind.PHONE, is_good=is_good, who=who, found_at=at, **more)


def test_the_draw_is_the_smallest_lots_and_nothing_else():
    codes = ["BM05", "BM12", "QX01", "QY16", "YA-ZFB"]
    by_hand = sorted(codes, key=lambda code: hashlib.sha256(f"{SEED}:{code}".encode()).hexdigest())
    assert drawn(SEED, codes, 2) == by_hand[:2] == drawn(SEED, reversed([*codes, *codes]), 2)
    assert drawn(SEED, codes, 9) == by_hand
    assert drawn(SEED, ["BM05", "BM12", "QX01"], 3) == ["BM12", "QX01", "BM05"]  # as long as the product lives
    assert in_canonical_order(["b", "A", "b"]) == ["A", "b"]
    assert digest_of_population(["b", "A"]) == hashlib.sha256(b"A\nb\n").hexdigest()
    assert len({new_seed() for _ in range(20)}) == 20


def test_every_unit_has_its_chance():
    codes = [f"U{number:02}" for number in range(10)]
    counts = dict.fromkeys(codes, 0)
    for number in range(1000):
        for code in drawn(f"{number:064x}", codes, 3):
            counts[code] += 1
    assert all(240 <= count <= 360 for count in counts.values())  # 300 each, give or take four deviations


def test_a_check_is_drawn_at_once_by_a_seed_that_nobody_chose_and_that_is_entered_with_it(city):
    check = planned(city)
    assert check.state == SpotCheck.State.DRAWN
    made = check.draw
    assert made.population == in_canonical_order(population(Area.objects.home()).values_list("code", flat=True))
    assert redraw(made).agrees
    entry = Entry.objects.get(deed="spot_check.drawn")
    assert entry.said["seed"] == made.seed
    assert entry.said["drawn"] == [unit.code for unit in made.units.all()] == redraw(made).codes
    assert planned(city, key=check.key).pk == check.pk
    assert SpotDraw.objects.count() == 1
    with pytest.raises(OutOfOrder):
        draw(check, by=city.secretary, at=MONDAY)
    for table, column in ((SpotDraw, "seed"), (SpotUnit, "code")):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(**{column: ""})
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all()._raw_delete(table.objects.db)
    assert not [fault for fault in faults(since=None, now=MONDAY) if "抽查" in str(fault)]


def test_a_draw_that_was_put_in_by_hand_is_told_by_verify(city):
    check = SpotCheck.objects.create(
        area=Area.objects.home(), asked=1, purpose="无", planned_for=MONDAY, planned_by=city.secretary,
        planned_at=MONDAY, key=uuid4(), state=SpotCheck.State.DRAWN,
    )  # fmt: skip
    codes = ["BM05", "BM12"]
    wanted = next(code for code in codes if [code] != drawn(SEED, codes, 1))
    made = SpotDraw.objects.create(
        check_drawn=check, seed=SEED, algorithm="sha256-smallest-1", population=codes,
        digest=digest_of_population(codes), drawn_at=MONDAY,
    )  # fmt: skip
    SpotUnit.objects.create(
        draw=made, ordinal=1, unit={"BM05": city.attentive, "BM12": city.late}[wanted], code=wanted, name="无",
        presence=Presence.PRESENT, open_receipts=0, overdue_receipts=0,
    )  # fmt: skip
    told = [fault.what for fault in faults(since=None, now=MONDAY) if "抽查" in str(fault)]
    assert len(told) == 4, told
    for what in ("没有登记安排", "没有登记抽取", "台账登记到“待抽取”，现在是“已抽取”", "按种子重新抽取"):
        assert len([each for each in told if what in each]) == 1, what
    assert not redraw(made).agrees


@pytest.mark.parametrize(
    "said, field",
    [
        ({"n": 0}, "n"),
        ({"n": 400}, "n"),
        ({"purpose": " "}, "purpose"),
        ({"planned_for": MONDAY - HOUR}, "planned_for"),
        ({"category": "none"}, "category"),
        ({"category": Category.SECRETARIAT, "n": 2}, "n"),
    ],
)
def test_a_check_that_cannot_be_is_refused_with_a_sentence(city, said, field):
    with pytest.raises(ValidationError) as refused:
        planned(city, **said)
    assert field in refused.value.message_dict
    assert not SpotCheck.objects.exists()


def test_only_who_inspects_plans_draws_and_enters(city):
    for person in (city.leader, city.engineer, city.superuser):
        with pytest.raises(PermissionDenied):
            planned(city, by=person)
    check = planned(city, planned_for=MONDAY + DAY)
    with pytest.raises(PermissionDenied):
        draw(check, by=city.leader, at=MONDAY)
    with pytest.raises(PermissionDenied):
        call_off(check, "不查了", by=city.engineer, at=MONDAY)


def test_a_planned_check_is_drawn_when_its_moment_has_come_or_called_off_with_a_reason(city):
    check, other = (planned(city, planned_for=MONDAY + HOUR) for _ in range(2))
    sweep(MONDAY + HOUR - timedelta(minutes=1))
    assert not SpotDraw.objects.exists()
    with pytest.raises(ValidationError):
        call_off(other, "  ", by=city.secretary, at=MONDAY)
    call_off(other, "改期", by=city.secretary, at=MONDAY)
    for _ in range(2):
        acts.sweep_spot_checks(MONDAY + HOUR)
    made = SpotDraw.objects.get()
    assert (made.check_drawn, made.drawn_by, made.drawn_at) == (check, None, MONDAY + HOUR)
    assert Message.objects.get(person=city.secretary, key=f"spot-check:{check.pk}").link == check.link
    with pytest.raises(OutOfOrder):
        call_off(SpotCheck.objects.get(pk=check.pk), "迟了", by=city.secretary, at=MONDAY + HOUR)


def test_the_system_writes_down_who_was_there_and_what_was_not_signed_for(city, django_assert_max_num_queries):
    city.sent(at=MONDAY)
    LookIn.objects.create(at=ELEVEN - timedelta(minutes=5), unit=city.attentive, person=city.clerk)
    seen = all_units(city, ELEVEN)
    there, late = seen["BM05"], seen["BM12"]
    assert (there.presence, there.looked_in_at) == (Presence.PRESENT, ELEVEN - timedelta(minutes=5))
    assert (late.presence, late.open_receipts, late.overdue_receipts) == (Presence.SILENT, 1, 0)
    assert "QY16" not in seen, "who is not connected is not looked at"
    later = all_units(city, BACK_AT_WORK)
    assert (later["BM12"].overdue_receipts, later["BM12"].presence) == (1, Presence.NOT_YET)
    assert later["BM12"].faults == ["已超时未签收 1 件"]
    with django_assert_max_num_queries(45):
        all_units(city, BACK_AT_WORK)


def test_a_finding_is_entered_once_and_put_right_with_its_reason(city):
    unit = all_units(city)["BM05"]
    found = enter_finding(unit, phone(), by=city.secretary, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已经登记过"):
        enter_finding(unit, phone(is_good=True, who="孙早"), by=city.secretary, at=MONDAY)
    good = phone(is_good=True, who="孙早")
    with pytest.raises(ValidationError):
        correct_finding(found, good, reason="", by=city.secretary, at=MONDAY)
    right = correct_finding(found, good, reason="拨错了号码", by=city.secretary, at=MONDAY)
    with pytest.raises(OutOfOrder):
        correct_finding(found, good, reason="再改", by=city.secretary, at=MONDAY)
    assert list(SpotFinding.objects.standing()) == [right]
    assert Entry.objects.filter(deed__startswith="spot_finding").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        SpotFinding.objects.update(is_good=True)
    with pytest.raises(PermissionDenied):
        enter_finding(unit, phone(), by=city.clerk, at=MONDAY)


@pytest.mark.parametrize(
    "found, field",
    [
        (phone(is_good=True), "who"),
        (phone(at=MONDAY - HOUR), "found_at"),
        (phone(at=MONDAY + HOUR), "found_at"),
        (replace(phone(), kind="other"), "kind"),
        (replace(phone(), kind=SpotFinding.Kind.DIARY), "remark"),
        (phone(remark="机密★1年"), "remark"),
    ],
)
def test_a_finding_that_makes_no_sense_is_refused(city, found, field):
    with pytest.raises(ValidationError) as refused:
        enter_finding(all_units(city)["BM05"], found, by=city.secretary, at=MONDAY)
    assert field in refused.value.message_dict
    assert not SpotFinding.objects.exists()


def demanded(city):
    unit = all_units(city)["BM05"]
    enter_finding(unit, phone(), by=city.secretary, at=MONDAY)
    return demand(unit, "安排专人接听值班电话", due_on=(MONDAY + DAY).date(), by=city.secretary, at=MONDAY)


def test_what_is_not_in_order_is_asked_of_the_unit_answered_sent_back_and_closed(city):
    asked = demanded(city)
    told = set(Message.objects.filter(link=asked.link).values_list("person", flat=True))
    assert told == {city.clerk.pk, city.second_clerk.pk, city.leader.pk}
    with pytest.raises(PermissionDenied):
        asked.answer("已安排", by=city.late_clerk, at=MONDAY)
    asked.answer("已安排", by=city.clerk, at=MONDAY)
    assert Message.objects.filter(person=city.secretary, link=asked.link).exists()
    with pytest.raises(OutOfOrder):
        asked.answer("又一次", by=city.leader, at=MONDAY)
    with pytest.raises(PermissionDenied):
        asked.close("", by=city.leader, at=MONDAY)
    asked.send_back("请写明姓名", due_on=BACK_AT_WORK.date(), by=city.secretary, at=MONDAY + HOUR)
    with pytest.raises(OutOfOrder):
        asked.close("", by=city.secretary, at=MONDAY)
    asked.answer("由孙早接听", by=city.leader, at=MONDAY + DAY)
    asked.close("同意", by=city.secretary, at=MONDAY + DAY)
    assert [step.kind for step in asked.steps.all()] == ["demanded", "answered", "sent_back", "answered", "closed"]
    assert Entry.objects.filter(deed__startswith="rectification.").count() == 5
    with pytest.raises(DatabaseError), transaction.atomic():
        RectificationStep.objects.update(text="")


def test_nothing_is_asked_where_all_is_in_order_nor_twice_nor_until_a_day_gone_by(city):
    units = all_units(city)
    words = {"due_on": MONDAY.date(), "by": city.secretary, "at": MONDAY}
    with pytest.raises(OutOfOrder, match="都符合要求"):
        demand(units["BM05"], "整改", **words)
    enter_finding(units["BM05"], phone(), by=city.secretary, at=MONDAY)
    for wrong in ({"due_on": (MONDAY - DAY).date()}, {"due_on": (MONDAY + 999 * DAY).date()}):
        with pytest.raises(ValidationError):
            demand(units["BM05"], "整改", **(words | wrong))
    with pytest.raises(PermissionDenied):
        demand(units["BM05"], "整改", **(words | {"by": city.leader}))
    demand(units["BM05"], "整改", **words)
    with pytest.raises(OutOfOrder, match="已经要求"):
        demand(units["BM05"], "整改", **words)
    assert Rectification.objects.count() == 1


def test_who_owes_an_answer_is_reminded_on_the_last_day_and_after_it(city):
    asked = demanded(city)
    for at in (MONDAY, MONDAY + DAY, MONDAY + DAY, MONDAY + 2 * DAY):
        sweep(at)
    due = Message.objects.filter(person=city.leader, key__contains=":due:").order_by("pk")
    assert [("到期" in each.text, "超过期限" in each.text) for each in due] == [(True, False), (False, True)]
    assert Message.objects.filter(person=city.secretary, key__contains=":late:").count() == 1
    asked.refresh_from_db()
    asked.answer("已安排", by=city.clerk, at=MONDAY + 2 * DAY)
    sweep(MONDAY + 3 * DAY)
    assert due.count() == 2


def test_a_visit_of_guidance_is_written_down_once_and_stays(city):
    visit, key = Visit(city.attentive, MONDAY.date(), "周慧、王文静", "看了收文登记", "每日登记"), uuid4()
    made = log_visit(visit, key=key, by=city.secretary, at=MONDAY)
    assert log_visit(visit, key=key, by=city.secretary, at=MONDAY) == made
    assert Entry.objects.filter(deed="guidance.logged").count() == 1
    assert "每日登记" in Message.objects.get(person=city.leader, key=f"guidance:{made.pk}").text
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidanceVisit.objects.update(agreed="")
    for wrong in ({"visited_on": (MONDAY + DAY).date()}, {"persons": ""}, {"seen": " "}, {"agreed": "议" * 501}):
        with pytest.raises(ValidationError):
            log_visit(replace(visit, **wrong), key=uuid4(), by=city.secretary, at=MONDAY)
    with pytest.raises(PermissionDenied):
        log_visit(visit, key=uuid4(), by=city.leader, at=MONDAY)
    assert list(GuidanceVisit.objects.for_person(city.leader)) == [made]
    assert not GuidanceVisit.objects.for_person(city.late_clerk).exists()


def test_the_duty_officer_may_draw_too(city):
    officer = User.objects.create(username="officer", name="值班员")
    take_post(officer, city.office, Role.DUTY_OFFICER, by=None, at=MONDAY)
    assert planned(city, by=User.objects.get(pk=officer.pk)).state == SpotCheck.State.DRAWN


def test_the_command_draws_again_and_compares(city, capsys):
    made = planned(city).draw
    call_command("repeat_draw", made.check_drawn_id)
    said = capsys.readouterr().out
    assert "与记录一致" in said
    assert all(unit.code in said for unit in made.units.all())
    with pytest.raises(CommandError, match="没有编号为 0 "):
        call_command("repeat_draw", 0)


def test_who_answers_for_the_unit_does_not_judge_the_answer(city):
    unit = all_units(city)["QX01"]
    enter_finding(unit, phone(), by=city.secretary, at=MONDAY)
    mended = demand(unit, "值班电话要有人接", due_on=(MONDAY + DAY).date(), by=city.secretary, at=MONDAY)
    take_post(city.secretary, unit.unit, Role.CLERK, by=None, at=MONDAY)
    both = User.objects.get(pk=city.secretary.pk)
    mended.answer("已安排专人", by=both, at=MONDAY)
    for act in (
        lambda: mended.close("可以", by=both, at=MONDAY),
        lambda: demand(unit, "再改", due_on=MONDAY.date(), by=both, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied, match="本单位的整改不能自己审核"):
            act()
    mended.refresh_from_db()
    assert mended.state == Rectification.State.ANSWERED
