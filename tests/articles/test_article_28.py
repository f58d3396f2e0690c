"""第二十八条: how each circular was received is on record, checked at fixed times and made known.

市政府办公室对电子公文发送情况实行“定时抽查、定期通报”制度，将每件电子公文发送后接收情况记录在案，对未按规定时限接收、处理电子公文的
部门和单位，市政府办公室将定期进行通报。
"""

import pytest
from django.db.models import F
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.deliveries import Delivery, Relief
from cms.lifecycles import OutOfOrder
from reports.accountability.record import DelayCase
from reports.approving import approve
from reports.lateness import Lateness, late_rows
from reports.months import Month
from reports.named import NamedUnit
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot
from tests.cast import MONDAY
from tests.offices import beijing
from tests.reports.bulletins import AFTER, desk_of
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER, Records


@pytest.fixture
def records(db):
    return Records()


def figures(month=NOVEMBER, as_of=FIRST_OF_DECEMBER, **scope):
    return {one.name: one for one in month_figures(month, as_of=as_of, **scope)}


def test_how_every_circular_was_received_is_on_record_unit_by_unit(records):
    records.november()
    counted = {name: one.required + one.relief + one.not_due for name, one in figures().items()}
    assert counted == {"宝塔区": 5, "市财政局": 5, "市气象局": 5}


def test_a_unit_that_did_not_sign_in_time_is_named_with_the_circular(records):
    circular = records.issue("2026-11-18 09:00", title="关于报送年度总结的通知")
    records.deliver(circular, "BM08", signed="2026-11-19 18:00:01")
    records.deliver(circular, "QX01")
    named = {row.unit_name: (row.title, row.lateness) for row in late_rows(NOVEMBER, as_of=FIRST_OF_DECEMBER)}
    assert named == {
        "市财政局": ("关于报送年度总结的通知", Lateness.LATE),
        "宝塔区": ("关于报送年度总结的通知", Lateness.UNSIGNED),
    }


def test_a_unit_that_signed_in_the_due_second_is_not_named(records):
    records.deliver(records.issue("2026-11-18 09:00"), "BM08", signed="2026-11-19 18:00")
    assert late_rows(NOVEMBER, as_of=FIRST_OF_DECEMBER) == []


def test_a_unit_is_never_called_late_before_its_time_is_up(records):
    records.deliver(records.issue("2026-11-30 16:00"), "BM08")
    assert figures()["市财政局"].not_due == 1
    assert late_rows(NOVEMBER, as_of=FIRST_OF_DECEMBER) == []


def test_of_a_unit_from_which_nothing_was_required_no_rate_is_told(records):
    records.deliver(records.issue("2026-11-30 16:00"), "BM08")
    assert figures()["市财政局"].on_time_rate is None
    assert figures()["市财政局"].rank is None


def test_the_bulletin_looks_at_what_the_government_and_its_office_sent(records):
    records.deliver(records.issue("2026-11-18 09:00", issuer="BM08"), "QX01", signed="2026-11-18 10:00")
    assert figures() == {}
    assert figures(issuers=Issuers.ALL)["宝塔区"].on_time == 1


def test_every_month_stands_for_itself(records):
    records.deliver(records.issue("2026-10-14 15:00"), "QX01", signed="2026-11-02 09:00")
    assert figures() == {}
    assert figures(Month(2026, 10))["宝塔区"].late == 1


def test_only_the_secretariat_takes_the_monthly_table_away(records, client, time_machine):
    time_machine.move_to(FIRST_OF_DECEMBER, tick=False)
    records.november()
    since = beijing("2026-11-02 09:00")
    for role, answer in [(Role.SECRETARIAT, 200), (Role.CLERK, 404), (Role.LEADER, 404), (Role.NETWORK_OFFICE, 404)]:
        client.force_login(records.person(role.value, role, at=since))
        assert client.get("/reports/month.xlsx", {"month": "2026-11"}).status_code == answer


def test_a_unit_is_heard_before_it_is_named_and_only_an_accepted_explanation_excuses_it(records):
    records.november()
    desk = desk_of(records)
    bulletin = desk.explained(desk.ask(), accepted=1)
    assert figures(as_of=AFTER)["市财政局"].relief == 0
    with pytest.raises(OutOfOrder, match="另一人审定"):
        approve(bulletin, by=desk.secretary, at=AFTER)
    approve(bulletin, by=desk.second, at=AFTER)
    assert figures(as_of=AFTER)["市财政局"].relief == 1
    assert [one.unit.short_name for one in NamedUnit.objects.all()] == ["市财政局"]


def test_what_a_bulletin_made_known_stays_whatever_is_excused_later(records):
    records.november()
    desk = desk_of(records)
    published = desk.approved().snapshot
    late = Delivery.objects.filter(unit_name="市财政局", relief=Relief.NONE, signed_at__gt=F("due_at"))
    assert late.update(relief=Relief.FAULT) == 2
    told = {one.name: one for one in MonthlySnapshot.objects.get(pk=published.pk).figures}
    assert (told["市财政局"].relief, figures(as_of=AFTER)["市财政局"].relief) == (1, 3)
    assert NamedUnit.objects.count() == 1


def test_a_delay_that_did_harm_is_accounted_for_by_its_facts_and_may_be_appealed(city, week):
    """坚决追究有关领导和人员的责任: the judgement, the evidence, the unit's word, the decision and the appeal are one file."""
    late_at = beijing("2026-09-30 10:00")
    delivery = city.sign(city.opened(city.sent(at=MONDAY)), at=late_at)
    week.move_to(late_at)
    for name in ("second", "third"):
        setattr(city, name, User.objects.create(username=name, name=name))
        take_post(getattr(city, name), city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    said = {"text": "会议无人参加", "state_until": f"{late_at:%Y-%m-%d}"}
    city.desk(city.secretary).post(reverse("reports:open_delay_case", args=[delivery.pk]), said)
    case = DelayCase.objects.get()
    assert case.facts["liability"] == "recipient"
    for who, act, posted in (
        ("leader", "state_in_case", {"text": "当时停电"}),
        ("second", "decide_case", {"outcome": "criticised", "text": "属实"}),
        ("leader", "appeal_case", {"text": "不服"}),
        ("third", "settle_case", {"outcome": "upheld", "text": "维持"}),
    ):
        city.desk(getattr(city, who)).post(reverse(f"reports:{act}", args=[case.pk]), posted)
    assert [step.outcome for step in case.steps.all()] == ["", "", "criticised", "", "upheld"]
    evidence = city.desk(city.third).post(reverse("circulars:evidence", args=[delivery.circular.uuid]))
    assert evidence.headers["Content-Type"] == "application/zip"
