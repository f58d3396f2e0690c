"""Changes in the other roles of a unit and in its divisions are filed like those of leaders and clerks (Articles 9, 23, 24 and 26)."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.declarations import Declaration
from accounts.filings import Filing
from accounts.handovers import Handover
from accounts.people import Post, User, take_post
from accounts.reorganising import close_division, open_division
from accounts.roles import Right, Role, may
from accounts.staffchanges import FilingRefused, Newcomer
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.filings import NEWCOMER, confirmed, filed
from tests.cast import MONDAY
from tests.handovers import post_of

PLAIN = Newcomer("钱新来", "")
ARRIVAL = reverse("accounts:file_arrival", args=["BM05"])
TYPED = {"name": "钱新来", "letter_number": "延公函〔2026〕12号", "letter_date": "2026-09-28"}


def as_now(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def division(city):
    return open_division(city.attentive, "办公室", on_day=MONDAY.date(), ground="文", by=city.leader, at=MONDAY)


def of_another(city):
    return open_division(city.late, "综合科", on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)


def test_a_reviewer_comes_by_a_letter_that_both_offices_acknowledge_and_leaves_by_another(city):
    desk = city.desk(city.leader)
    for _ in range(2):
        again = desk.post(ARRIVAL, TYPED | {"role": "reviewer"}, follow=True).content.decode()
    assert "到任已经报备，正在等待确认" in again
    filing = confirmed(city, Filing.objects.get())
    person = filing.person
    assert may(person, Right.REVIEW, city.attentive.pk)
    assert not may(person, Right.RECEIVE)
    assert not Declaration.objects.exists()  # the conditions are asked of leaders and clerks
    page = desk.get(reverse("accounts:staff", args=["BM05"])).content.decode()
    assert "钱新来" in page
    leaving = {
        "why": "reassigned",
        "kind": "leaving",
        "letter_number": "延公函〔2026〕13号",
        "letter_date": "2026-09-28",
    }
    path = reverse("accounts:file_leaving", args=["BM05", post_of(person, Role.REVIEWER).pk])
    assert "移动号码和任职条件可以不填" in desk.get(path).content.decode()
    for _ in range(2):
        desk.post(path, leaving)
    assert not may(as_now(person), Right.REVIEW)
    assert Handover.objects.get().role == Role.REVIEWER
    assert Filing.objects.count() == 2


def test_a_handler_comes_to_a_division_and_who_retires_leaves_it_with_all_the_rest(city, division):
    desk = city.desk(city.leader)
    known = {"name": city.clerk.name, "username": city.clerk.username}
    desk.post(ARRIVAL, TYPED | known | {"role": "handler", "division": division.pk})
    listed = city.desk(city.secretary).get(reverse("accounts:filings")).content.decode()
    assert "办公室承办人：孙早到任" in listed
    filing = confirmed(city, Filing.objects.get())
    assert str(filing) == "市公安局办公室承办人到任报备"
    assert Post.objects.get(person=city.clerk, role=Role.HANDLER).unit == division
    with pytest.raises(FilingRefused, match="已经是“办公室”的承办人"):
        filed(city, Role.HANDLER, division=division, newcomer=replace(PLAIN, name="孙早", person=as_now(city.clerk)))
    filed(city, leaver=as_now(city.clerk), why="retired")
    assert not Post.objects.in_force(MONDAY.date()).filter(person=city.clerk).exists()
    handovers = Handover.objects.filter(giver=city.clerk)
    assert {(each.unit, each.role) for each in handovers} == {(city.attentive, "clerk"), (division, "handler")}
    handover = handovers.get(role="handler")
    assert handover.supervisor == city.attentive
    handover.name_receiver(city.second_clerk, by=city.leader, at=MONDAY)


def test_a_division_of_another_unit_or_a_role_of_none_is_refused(city, division):
    strange = of_another(city)
    desk = city.desk(city.leader)
    page = desk.post(ARRIVAL, TYPED | {"role": "handler", "division": strange.pk}).content.decode()
    assert "请从本单位的科室里选择" in page
    for role in ("principal", "secretariat", "audit_admin", "network_office"):
        assert "请选择职责" in desk.post(ARRIVAL, TYPED | {"role": role}).content.decode()
        with pytest.raises(PermissionDenied):
            filed(city, Role(role), newcomer=NEWCOMER)
    for role, place in ((Role.HANDLER, strange), (Role.REVIEWER, division), (Role.HANDLER, city.late)):
        with pytest.raises(FilingRefused, match="本单位的科室"):
            filed(city, role, division=place, newcomer=PLAIN)
    assert not Filing.objects.exists()


def test_a_clerk_still_needs_number_and_conditions_and_a_number_typed_is_one(city):
    for role, newcomer, said in (
        (Role.CLERK, replace(NEWCOMER, mobile=""), "移动号码"),
        (Role.LEADER, replace(NEWCOMER, competent=False), "三项任职条件"),
        (Role.REVIEWER, replace(PLAIN, mobile="0911-1"), "移动号码"),
    ):
        with pytest.raises(FilingRefused, match=said):
            filed(city, role, newcomer=newcomer)


def test_a_known_number_stays_where_none_is_typed(city):
    User.objects.filter(pk=city.second_clerk.pk).update(mobile="13911112222")
    person = as_now(city.second_clerk)
    confirmed(city, filed(city, Role.ARCHIVIST, newcomer=replace(PLAIN, name=person.name, person=person)))
    assert as_now(person).mobile == "13911112222"


def test_who_acknowledges_sees_that_a_filing_would_put_another_number_in_an_account(city):
    """A leader of one unit could turn the urgent calls of another's clerk to a number of their own."""
    User.objects.filter(pk=city.late_clerk.pk).update(mobile="13911112222")
    person = as_now(city.late_clerk)
    filing = filed(city, Role.HANDLER, newcomer=Newcomer(person.name, "13900000007", person=person))
    page = reverse("accounts:filing", args=[filing.pk])
    assert "与本人账户现登记的 139****2222 不同" in city.desk(city.secretary).get(page).content.decode()
    confirmed(city, filing)
    assert "现登记的" not in city.desk(city.secretary).get(page).content.decode()


def test_nobody_of_elsewhere_files_or_ends_it(city, division):
    take_post(city.nobody, division, Role.HANDLER, by=None, at=MONDAY)
    post = post_of(city.nobody, Role.HANDLER)
    take_post(city.stranger, city.elsewhere, Role.LEADER, by=None, at=MONDAY)
    path = reverse("accounts:file_leaving", args=["BM05", post.pk])
    elsewhere = reverse("accounts:file_leaving", args=["QY01", post.pk])
    for person in (city.stranger, city.late_clerk, city.clerk, city.nobody, city.secretary):
        for address in (path, elsewhere, ARRIVAL):
            assert city.desk(person).post(address, TYPED | {"role": "handler"}).status_code == 404
    assert Post.objects.filter(pk=post.pk, held_to=None).exists()


def test_a_division_that_is_closed_meanwhile_takes_nobody_in(city, division):
    filing = filed(city, Role.HANDLER, division=division, newcomer=PLAIN)
    close_division(division, on_day=MONDAY.date(), ground="文", by=city.leader, at=MONDAY)
    with pytest.raises(OutOfOrder, match="“办公室”已注销，不能再有人到任"):
        confirmed(city, Filing.objects.get(pk=filing.pk))
    assert not User.objects.filter(name="钱新来").exists()


def test_the_leader_ends_a_post_of_a_division_on_the_handovers_page(city, division):
    take_post(city.nobody, division, Role.HANDLER, by=None, at=MONDAY)
    post = post_of(city.nobody, Role.HANDLER)
    path = reverse("accounts:new_handover")
    strange = {"post": post.pk}
    take_post(city.stranger, city.elsewhere, Role.LEADER, by=None, at=MONDAY)
    assert "请从列出的人员中选择" in city.desk(city.stranger).post(path, strange).content.decode()
    city.desk(city.leader).post(path, {"post": post.pk, "receiver": city.second_clerk.pk})
    handover = Handover.objects.get()
    assert (handover.unit, handover.receiver, handover.supervisor) == (division, city.second_clerk, city.attentive)


def test_who_is_awaited_takes_over_what_was_signed_before_they_were_on_file(city):
    filing = filed(city, leaver=city.clerk, why="retired", newcomer=NEWCOMER)
    handover = Handover.objects.get()
    handover.put_down("other", "无", 1, by=city.clerk, at=MONDAY)
    handover.give(by=city.clerk, at=MONDAY)
    confirmed(city, filing)
    handover.refresh_from_db()
    assert (handover.receiver, handover.state) == (filing.person, Handover.State.GIVEN)
    assert Message.objects.filter(person=filing.person, text__contains="清单已经移交，请逐项核对、签字接收").exists()


def test_who_replaces_the_only_leader_takes_over_and_the_superiors_sign_for_it(city):
    filing = filed(city, Role.LEADER, by=city.engineer, leaver=city.leader, why="retired", newcomer=NEWCOMER)
    handover = Handover.objects.get()
    handover.put_down("other", "无", 1, by=city.leader, at=MONDAY)
    handover.give(by=city.leader, at=MONDAY)
    filing.acknowledge("secretariat", by=city.secretary, at=MONDAY)
    handover.refresh_from_db()
    assert (handover.receiver, handover.supervisor) == (filing.person, city.government)
    assert Message.objects.filter(person=filing.person, text__contains="清单已经移交").exists()


def test_whom_the_leader_named_meanwhile_stays_the_receiver(city):
    filing = filed(city, leaver=city.clerk, why="retired", newcomer=NEWCOMER)
    Handover.objects.get().name_receiver(city.second_clerk, by=city.leader, at=MONDAY)
    confirmed(city, filing)
    assert Handover.objects.get().receiver == city.second_clerk
