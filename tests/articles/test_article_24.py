"""第二十四条: a change of leader or clerk is reported by letter to secretariat and network office, with the mobile number.

分管领导和工作人员要保持相对稳定,如需变动,使用单位应以函件形式报市政府办公室秘书科和网信办进行备案,并及时报送联系方式(移动号码),否则由此造成的一切后果由接收单位承担。
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.acknowledgements import Office
from accounts.dissolving import dissolve
from accounts.filings import Filing
from accounts.handovers import Handover
from accounts.numberchange import change_number
from accounts.people import Post, User
from accounts.roles import Right, Role, may
from accounts.staffchanges import FilingRefused
from circulars.answering import answer
from circulars.deliveries import Delivery
from circulars.liability import Liability
from circulars.notices import Notice
from cms.accesslog import Access
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from reports.lateness import late_rows
from reports.months import Month
from tests.accounts.filings import NEWCOMER, confirmed, filed, replaced
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh, number_everybody, wrong_numbers
from tests.smallfiles import pdf

TYPED = {
    "why": "retired",
    "kind": "replacing",
    "name": "钱新来",
    "mobile": "139 0000 0007",
    "no_violation": "on",
    "competent": "on",
    "on_staff": "on",
    "letter_number": "延发改函〔2026〕12号",
    "letter_date": "2026-09-28",
}


def as_now(person):
    return User.objects.get(pk=person.pk)


def test_who_leaves_may_do_nothing_there_from_the_filing_on_and_who_comes_waits_for_both_offices(city, circular):
    delivery = city.delivery(circular)
    filing = replaced(city)
    assert not may(as_now(city.clerk), Right.RECEIVE)
    assert city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk])).status_code == 404
    assert not User.objects.filter(name="钱新来").exists()
    filing.acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)
    assert (filing.state, filing.missing_offices()) == (Filing.State.FILED, [Office.SECRETARIAT])
    assert not User.objects.filter(name="钱新来").exists()
    filing.acknowledge(Office.SECRETARIAT, by=city.secretary, at=MONDAY)
    person = User.objects.get(name="钱新来")
    assert (filing.state, filing.person, person.mobile) == (Filing.State.ON_FILE, person, "13900000007")
    assert may(person, Right.RECEIVE, city.attentive.pk)
    deeds = ["filing.filed", "filing.acknowledged", "filing.acknowledged", "filing.on_file"]
    assert list(Entry.objects.of(filing).order_by("pk").values_list("deed", flat=True)) == deeds
    assert "13900000007" not in " ".join(Entry.objects.values_list("payload", flat=True))
    assert not [said for said in Message.objects.values_list("text", flat=True) if "13900000007" in said]


def test_nobody_is_put_on_file_whose_account_was_closed_or_whose_unit_was_dissolved_meanwhile(city):
    known = replace(NEWCOMER, name=city.nobody.name, person=city.nobody)
    filing = replaced(city, newcomer=known)
    filing.acknowledge(Office.SECRETARIAT, by=city.secretary, at=MONDAY)
    User.objects.filter(pk=city.nobody.pk).update(is_active=False)
    with pytest.raises(OutOfOrder, match="账户已停用"):
        Filing.objects.get().acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)
    User.objects.filter(pk=city.nobody.pk).update(is_active=True)
    dissolve(city.attentive, on_day=MONDAY.date(), ground="延编发〔2026〕8号", by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="请退回这份报备"):
        Filing.objects.get().acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)
    assert not Post.objects.filter(person=city.nobody).exists()
    Filing.objects.get().refuse(reason="单位已撤销", by=city.engineer, at=MONDAY)


def test_on_the_screens_from_the_form_of_the_leader_to_the_first_sign_in_of_the_newcomer(city):
    post = Post.objects.get(person=city.clerk)
    desk = city.desk(city.leader)
    answer = desk.post(reverse("accounts:file_leaving", args=["BM05", post.pk]), TYPED, follow=True)
    filing = Filing.objects.get()
    assert "孙早的权限已经停止" in answer.content.decode()
    for person, office in ((city.secretary, "secretariat"), (city.engineer, "network_office")):
        offices = city.desk(person)
        assert "钱新来接替" in offices.get(reverse("accounts:filings")).content.decode()
        offices.post(reverse("accounts:acknowledge_filing", args=[filing.pk]), {"office": office})
    letter = city.desk(city.engineer).post(reverse("accounts:account_letter", args=[filing.pk]))
    page = letter.content.decode()
    (code,) = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert "钱新来同志" in page
    assert letter["Cache-Control"] == "no-store"
    newcomer = Client()
    newcomer.post(reverse("login"), {"username": "bm05-01", "password": code, "next": ""})
    assert newcomer.get("/").url == reverse("accounts:password")
    again = city.desk(city.engineer).post(reverse("accounts:account_letter", args=[filing.pk]), follow=True)
    assert "已经打印过" in again.content.decode()


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"letter_number": ""}, "请填写函件文号"),
        ({"letter_date": "2026-09-29"}, "不能晚于今天"),
        ({"mobile": "0911-2160001"}, "移动号码（11 位）"),
        ({"mobile": ""}, "移动号码（11 位）"),
        ({"name": ""}, "请填写到任人的姓名"),
        ({"why": ""}, "请选择离任原因"),
        ({"competent": ""}, "三项任职条件须全部符合"),
        ({"username": "clerk"}, "用户名与姓名对不上"),
    ],
)
def test_what_is_incomplete_is_refused_in_a_sentence_and_nobody_has_left(city, wrong, said):
    post = Post.objects.get(person=city.clerk)
    page = city.desk(city.leader).post(reverse("accounts:file_leaving", args=["BM05", post.pk]), TYPED | wrong)
    assert said in page.content.decode()
    assert not Filing.objects.exists()
    assert Post.objects.filter(pk=post.pk, held_to=None).exists()


def test_who_retires_leaves_every_post_there_and_who_is_reassigned_that_one_alone(city):
    for person in (city.clerk, city.second_clerk):
        Post.objects.create(person=person, unit=city.attentive, role=Role.SENDER, held_from="2026-01-01")
    filed(city, leaver=city.clerk, why="transferred")
    filed(city, leaver=city.second_clerk, why="reassigned")
    left = Post.objects.in_force(MONDAY.date()).filter(unit=city.attentive, role__in=(Role.CLERK, Role.SENDER))
    assert list(left.values_list("person", "role")) == [(city.second_clerk.pk, "sender")]


def test_nobody_files_their_own_change_and_for_a_leader_alone_the_network_office_does_on_paper(city):
    newcomer = {"newcomer": NEWCOMER, "leaver": city.leader, "why": "retired"}
    for person in (city.leader, city.secretary, city.clerk, city.stranger):
        with pytest.raises(PermissionDenied):
            filed(city, Role.LEADER, by=person, **newcomer)
    with pytest.raises(PermissionDenied):  # the leader can file this one, so it needs no paper
        filed(city, by=city.engineer, leaver=city.clerk, why="retired")
    filing = filed(city, Role.LEADER, by=city.engineer, **newcomer)
    assert filing.missing_offices() == [Office.SECRETARIAT]
    filing.acknowledge(Office.SECRETARIAT, by=city.secretary, at=MONDAY)
    assert may(User.objects.get(name="钱新来"), Right.MANAGE_STAFF, city.attentive.pk)
    assert not may(as_now(city.leader), Right.MANAGE_STAFF)


def test_each_office_acknowledges_once_for_itself_and_by_another_than_is_concerned(city):
    filing = replaced(city)
    filing.acknowledge(Office.SECRETARIAT, by=city.secretary, at=MONDAY)
    for office, person, refusal in (
        (Office.SECRETARIAT, city.secretary, OutOfOrder),
        (Office.NETWORK_OFFICE, city.secretary, PermissionDenied),
        (Office.NETWORK_OFFICE, city.leader, PermissionDenied),
    ):
        with pytest.raises(refusal):
            filing.acknowledge(office, by=person, at=MONDAY)
    assert filing.acknowledgements.count() == 1


def test_a_filing_sent_back_says_why_and_who_has_left_stays_away(city):
    filing = replaced(city)
    filing.refuse(reason="没有收到函件原件", by=city.secretary, at=MONDAY)
    assert not may(as_now(city.clerk), Right.RECEIVE)
    assert "没有收到函件原件" in Message.objects.get(person=city.leader, key=f"filing:{filing.pk}:refused").text
    with pytest.raises(OutOfOrder):
        filing.acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)


def test_a_filing_may_be_made_once_and_a_stranger_finds_no_form(city):
    replaced(city)
    with pytest.raises(FilingRefused, match="可能已经报备离任"):
        replaced(city)
    post = Post.objects.in_force(MONDAY.date()).get(person=city.second_clerk)
    for person in (city.stranger, city.second_clerk, city.late_clerk, city.secretary):
        path = reverse("accounts:file_leaving", args=["BM05", post.pk])
        assert city.desk(person).post(path, TYPED).status_code == 404
    assert Filing.objects.count() == 1


def test_a_person_with_an_account_comes_with_it_and_gets_no_letter(city):
    person = User.objects.create(username="old-hand", name="钱新来")
    filing = confirmed(city, replaced(city, newcomer=replace(NEWCOMER, person=person)))
    assert (filing.person, filing.needs_letter()) == (person, False)
    assert may(as_now(person), Right.RECEIVE, city.attentive.pk)


def test_a_new_number_is_reported_by_its_owner_or_the_leader_and_both_offices_hear_of_it(city):
    assert change_number(city.clerk, city.attentive, mobile="13911112222", office_phone="", by=city.clerk, at=MONDAY)
    assert as_now(city.clerk).mobile == "13911112222"
    assert not change_number(
        city.clerk, city.attentive, mobile="139-1111-2222", office_phone="", by=city.leader, at=MONDAY
    )
    told = Message.objects.filter(text__contains="孙早的新联系方式").values_list("person", flat=True)
    assert set(told) == {city.secretary.pk, city.engineer.pk}
    for person in (city.second_clerk, city.secretary, city.stranger):
        with pytest.raises(PermissionDenied):
            change_number(city.clerk, city.attentive, mobile="13911113333", office_phone="", by=person, at=MONDAY)


def test_a_number_is_whole_for_own_unit_and_the_two_offices_each_look_on_record_and_masked_elsewhere(city):
    User.objects.filter(pk=city.clerk.pk).update(mobile="13911112222")
    path = reverse("accounts:contact_card", args=["BM05"])
    for person in (city.second_clerk, city.leader, city.secretary, city.engineer):
        assert "13911112222" in city.desk(person).get(path).content.decode()
        assert Access.objects.filter(person=person, subject=f"联系电话 {path}").count() == 1
    for person in (city.stranger, city.sender, city.late_clerk, city.nobody):
        page = city.desk(person).get(path).content.decode()
        assert "139****2222" in page
        assert "13911112222" not in page
        assert not Access.objects.filter(person=person, subject=f"联系电话 {path}").exists()


def test_what_the_leaver_had_in_hand_is_handed_over_to_who_comes(city):
    filing = confirmed(city, replaced(city))
    handover = Handover.objects.get(giver=city.clerk)
    assert handover.filing == f"accounts.filing:{filing.pk}"
    assert handover.receiver == filing.person
    filed(city, leaver=city.second_clerk, why="reassigned")
    assert Handover.objects.get(giver=city.second_clerk).receiver == filing.person  # the clerk who stays


def test_the_scan_of_the_letter_is_read_by_the_two_offices_and_who_leads_the_unit_alone(city):
    post = Post.objects.get(person=city.clerk)
    scan = SimpleUploadedFile("函.pdf", pdf("letter"))
    city.desk(city.leader).post(reverse("accounts:file_leaving", args=["BM05", post.pk]), TYPED | {"letter": scan})
    path = reverse("accounts:filing_scan", args=[Filing.objects.get().pk])
    for person in (city.leader, city.secretary, city.engineer):
        answer = city.desk(person).get(path)
        assert b"".join(answer.streaming_content) == pdf("letter")
        assert Access.objects.filter(person=person, look="downloaded", subject=f"报备函件 {path}").count() == 1
    for person in (city.second_clerk, city.stranger, city.late_clerk, city.sender):
        assert city.desk(person).get(path).status_code == 404


# 否则由此造成的一切后果由接收单位承担: an urgent circular that went out on Monday at nine, due at half past nine

TOO_LATE = MONDAY + timedelta(minutes=45)
NOON = MONDAY + timedelta(hours=3)
REASON = "号码没有报备或有误（第二十四条）"


@pytest.fixture
def urgent(city):
    number_everybody(city)
    return city.sent(urgency="extra_urgent")


def who(delivery, now=NOON):
    """Who answers, by the plain function and by the database."""
    said, row = answer(fresh(delivery), now), Delivery.objects.with_liability(now).get(pk=delivery.pk)
    assert said is not None
    assert said.liability == row.liability
    return said.liability


def test_a_unit_whose_numbers_on_file_are_all_wrong_answers_as_if_it_had_been_told(city, urgent, week):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery)
    assert (fresh(delivery).unreachable_at, fresh(delivery).notified_at) == (TEN_PAST, None)
    entry = Entry.objects.get(deed="unit.unreachable")
    assert (entry.circular, entry.unit, entry.facts["numbers"]) == (urgent.uuid, city.attentive.pk, 3)
    city.sign(city.opened(urgent, at=TOO_LATE), at=TOO_LATE)
    assert who(delivery) == Liability.RECIPIENT
    week.move_to(NOON, tick=False)
    for person, path in (
        (city.sender, reverse("circulars:board", args=[urgent.uuid])),
        (city.clerk, reverse("circulars:reading", args=[delivery.pk])),
    ):
        assert f"今日 09:10 登记{REASON}" in city.desk(person).get(path).content.decode()
    (line,) = [row for row in late_rows(Month(2026, 9), as_of=NOON) if row.unit_name == delivery.unit_name]
    assert (line.liability, line.remark) == (Liability.RECIPIENT, REASON)


def test_unit_and_both_offices_are_asked_for_the_right_number_and_no_message_says_a_number(city, urgent, week):
    wrong_numbers(city, city.delivery(urgent), city.clerk)
    told = Message.objects.filter(key__startswith="wrong-number")
    people = {city.clerk, city.second_clerk, city.leader, city.secretary, city.engineer}
    assert set(told.values_list("person", flat=True)) == {person.pk for person in people}
    said = told.first().text
    assert "孙早报备的移动号码有误，请更正报备（第二十四条）" in said
    assert not re.search(r"\d{11}|0001", said)
    assert urgent.title not in said
    week.move_to(TEN_PAST, tick=False)
    assert city.desk(city.clerk).get(told.first().link).status_code == 200


def test_while_one_number_was_not_tried_or_is_only_not_answered_the_sender_answers(city, urgent):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery, city.clerk, city.second_clerk)
    called(city, delivery, result="no_answer", name="高建国", person=city.leader.pk, number="13800000003")
    assert fresh(delivery).unreachable_at is None
    assert who(delivery) == Liability.SENDER


def test_a_mistyped_number_does_not_count_and_one_of_the_office_neither(city, urgent):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery, city.second_clerk, city.leader)
    told = Message.objects.filter(key__startswith="wrong-number").count()
    for number in ("13810000001", "0911-2112345"):
        called(city, delivery, result="wrong_number", person=city.clerk.pk, number=number)
    assert fresh(delivery).unreachable_at is None
    assert Message.objects.filter(key__startswith="wrong-number").count() == told


def test_a_call_that_gets_through_later_makes_it_no_worse_for_the_unit_and_none_the_better(city, urgent):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery)
    called(city, delivery, number="0911-2112345", happened_at=TOO_LATE, at=TOO_LATE)
    assert (fresh(delivery).unreachable_at, fresh(delivery).notified_at) == (TEN_PAST, TOO_LATE)
    assert who(delivery) == Liability.RECIPIENT


# No number at all: 市住建局, whose clerk has only a telephone in the office


def no_number(urgent, delivery):
    return reverse("circulars:no_number", args=[urgent.uuid, delivery.pk])


def test_that_a_unit_has_no_number_on_file_is_entered_with_one_press_and_twice_is_once(city, urgent, week):
    week.move_to(FIVE_PAST, tick=False)
    desk, delivery = city.desk(city.sender), city.delivery(urgent, city.late)
    path = no_number(urgent, delivery)
    page = desk.get(reverse("circulars:notices", args=[urgent.uuid])).content.decode()
    assert page.count("登记没有号码") == 1
    assert path in page
    for _ in range(2):
        said = desk.post(path, {"of_round": "1"}, follow=True).content.decode()
        assert "市住建局没有报备移动号码（第二十四条）" in said
    notice = Notice.objects.get()
    assert (notice.name, notice.number, notice.recorded_at) == ("没有报备移动号码", "", FIVE_PAST)
    assert fresh(delivery).unreachable_at == FIVE_PAST
    assert Entry.objects.filter(deed="unit.unreachable").count() == 1
    told = Message.objects.filter(key__startswith="wrong-number", text__contains="没有报备移动号码")
    assert {city.late_clerk.pk, city.engineer.pk} <= set(told.values_list("person", flat=True))
    assert who(delivery) == Liability.RECIPIENT
