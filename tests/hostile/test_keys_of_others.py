"""Own address, another's key in the form: nothing is done to what is another's (Articles 6, 20 and 23)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.units import Unit
from circulars.chasing import Urge
from circulars.numbering import Series
from circulars.turns import Turn
from tests.cast import MONDAY
from tests.hostile import archiveacts, handoveracts, lineacts, officeacts  # noqa: F401  their acts are kept with the others
from tests.hostile.deskacts import ACTS, url
from tests.walking import everything

TODAY = MONDAY.date()


def refused(client, path, posted):
    """The post is answered, not with a fault, and nothing is on record of it."""
    before = everything()
    answer = client.post(path, posted)
    assert answer.status_code in (200, 302, 403, 404), path
    assert everything() == before, path
    return answer


def test_units_of_another_circular_are_not_urged_with_this_one(city):
    mine = city.sent(primary_units=[city.attentive])
    theirs = city.sent(primary_units=[city.late, city.county])
    desk, now = city.desk(city.sender), MONDAY.isoformat()
    for units in ([city.late.pk], [city.attentive.pk, city.county.pk], ["-1"], ["9" * 30], ["x"], [theirs.pk, "\0"]):
        page = refused(desk, url("circulars:urge", mine.uuid), {"seen": now, "text": "请尽快签收。", "units": units})
        assert "请" in page.content.decode()
    assert not Urge.objects.exists()


@pytest.mark.parametrize("name", ["to another circular", "to another unit's circular"])
def test_a_call_is_not_entered_for_a_delivery_of_another_circular(city, name):
    act = ACTS["circulars:call"](city)
    foreign = city.sent(urgency="extra_urgent", primary_units=[city.county])
    if name == "to another unit's circular":
        foreign = city.sent(
            by=city.department_drafter, issuer=city.department, urgency="extra_urgent", primary_units=[city.late]
        )
    delivery, uuid = foreign.deliveries.get(), act.path.split("/")[2]
    answer = refused(city.desk(city.sender), url("circulars:call", uuid, delivery.pk), act.posted)
    assert answer.status_code == 404


def test_a_call_names_no_person_of_another_unit(city):
    act = ACTS["circulars:call"](city)
    for person in (city.late_clerk, city.drafter, city.secretary):
        for kind in ("mobile", "office"):
            refused(city.desk(city.sender), act.path, act.posted | {"whom": f"{person.pk}-{kind}"})


def test_a_return_of_another_issuer_is_not_dealt_with(city):
    theirs = city.sent(by=city.department_drafter, issuer=city.department, primary_units=[city.attentive])
    delivery = city.opened(theirs)
    delivery.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    for who, name, posted in (
        ("sender", "acknowledge", {}),
        ("sender", "insist", {"why": "应办"}),
        ("sender", "leave_return", {"why": "不办"}),
        ("drafter", "correct_return", {"key": str(uuid4())}),
    ):
        answer = refused(city.desk(getattr(city, who)), url(f"circulars:{name}", delivery.pk), posted)
        assert answer.status_code == 404, name


def test_a_circular_goes_after_to_no_division_issuer_or_unit_that_has_it(city):
    circular = city.sent()
    desk, path = city.desk(city.sender), url("circulars:supplement", circular.uuid)
    posted = {"role": "primary", "reason": "漏列", "consent": "张志远"}
    for units in (
        [city.attentive.pk],
        [city.office.pk],
        [city.county.pk, city.attentive.pk],
        ["0"],
        ["9" * 19],
        ["\0"],
    ):
        refused(desk, path, posted | {"units": units})


def test_nobody_reports_in_the_name_of_another_unit_or_against_one_that_sends_nothing(city):
    act = ACTS["circulars:report_missing"](city)
    desk = city.desk(city.clerk)
    silent = Unit.objects.exclude(pk__in=Unit.objects.issuing()).earliest("pk")
    for changes in ({"unit": city.late.pk}, {"unit": city.office.pk}, {"issuer": silent.pk}, {"unit": "9" * 30}):
        refused(desk, act.path, act.posted | changes)


def test_a_number_of_another_units_series_is_not_declared_void(city):
    desk = city.desk(city.registrar)
    for prefix in ("延应急字", "延城投字"):
        posted = {"series": Series.objects.get(prefix=prefix).pk, "number": f"{prefix}〔2026〕67号", "reason": "跳号"}
        refused(desk, url("circulars:void_missing"), posted)


def test_a_seat_of_another_draft_decides_nothing(city):
    mine, theirs = city.submitted(), city.submitted(by=city.department_drafter, issuer=city.department)
    foreign = Turn.objects.open().select_related("version").get(page=theirs)
    desk, path = city.desk(city.reviewer), url("circulars:decide", mine.pk)
    own = Turn.objects.open().select_related("version").get(page=mine)
    for digest, seat in (
        (foreign.version.digest, foreign.pk),
        (own.version.digest, foreign.pk),
        (own.version.digest, "9" * 30),
    ):
        posted = {"action": "return", "opinion": "依据不足", "digest": digest, "seat": seat}
        refused(desk, path, posted)


def test_nobody_of_another_unit_stands_in_or_is_stood_in_for(city):
    desk = city.desk(city.approver)
    own = Post.objects.get(person=city.approver, role=Role.APPROVER).pk
    theirs = Post.objects.get(person=city.department_head, role=Role.APPROVER).pk
    days = {"first": f"{TODAY}", "last": f"{TODAY + timedelta(days=1)}", "reason": "出差"}
    for post, person in ((theirs, city.sender.pk), (own, city.stranger.pk), (theirs, city.department_reviewer.pk)):
        refused(desk, url("accounts:stand_ins"), days | {"post": post, "person": person})


def test_nobody_but_the_secretariat_stands_on_its_roster(city):
    day = f"{TODAY + timedelta(days=1)}"
    for person in (city.clerk.pk, city.engineer.pk, "9" * 30, "\0"):
        refused(city.desk(city.secretary), url("accounts:roster"), {f"day-{day}": person, f"seen-{day}": ""})


def test_a_received_circular_is_passed_on_for_no_other_unit(city):
    act = ACTS["circulars:pass_on"](city)
    take_post(city.department_drafter, city.elsewhere, Role.DRAFTER, by=None, at=MONDAY)
    desk = city.desk(city.department_drafter)
    for unit in (city.office.pk, city.elsewhere.pk, city.government.pk):
        refused(desk, act.path, act.posted | {"unit": unit})


def test_who_holds_two_posts_acts_with_each_only_for_its_own_unit(city):
    """A sender of the department who also follows the office's sendings does not send for the office."""
    person = User.objects.create(username="both", name="两任")
    take_post(person, city.department, Role.SENDER, by=None, at=MONDAY)
    take_post(person, city.department, Role.CLERK, by=None, at=MONDAY)
    take_post(person, city.office, Role.LEADER, by=None, at=MONDAY)
    take_post(person, city.attentive, Role.LEADER, by=None, at=MONDAY)
    for name in ("sign", "send_back", "urge", "acknowledge", "insist", "leave_return", "recall", "supplement", "call"):
        act = ACTS[f"circulars:{name}"](city)
        answer = refused(city.desk(person), act.path, act.posted)
        assert answer.status_code == 404, name
