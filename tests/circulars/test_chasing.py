"""催签 by the sender: one press urges all or some, leaves in peace who was urged lately, and stands on record for good (Article 20)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q

from accounts.people import User
from circulars.chasing import Urge, again_at, proposed_text, urge
from circulars.deliveries import Delivery
from circulars.purging import block, confirm
from cms.ledger import Entry, digest_of_keys
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.rulebook import YANAN
from cms.ruleversions import RuleVersion
from cms.textmessages import TextMessage
from tests.cast import MONDAY
from tests.offices import beijing
from tests.traces import traces

AT_TEN = beijing("2026-09-28 10:00")
HALF_PAST = beijing("2026-09-28 10:30")
TEXT = "请尽快签收。"


def pressed(city, circular, units=None, *, at=AT_TEN, text=TEXT, by=None, **seen):
    return urge(circular, units, text=text, by=by or city.sender, at=at, **seen)


def told(person):
    return list(Message.objects.filter(person=person, key__startswith="urge-").values_list("text", "link"))


def test_one_press_urges_every_unit_that_has_not_signed(city, circular):
    done = pressed(city, circular)
    assert (done.units, done.resting) == (2, 0)
    for unit, clerks in ((city.attentive, (city.clerk, city.second_clerk)), (city.late, (city.late_clerk,))):
        delivery = city.delivery(circular, unit)
        assert (delivery.urges, delivery.urged_at) == (1, AT_TEN)
        for clerk in clerks:
            assert told(clerk) == [(TEXT, f"/received/{delivery.pk}/")]
    assert not told(city.leader)
    assert city.delivery(circular, city.paper).urges == 0


def test_it_is_on_record_who_urged_whom_when_and_how(city, circular):
    pressed(city, circular)
    rows = Urge.objects.filter(delivery__circular=circular)
    assert set(rows.values_list("delivery__unit", "round", "kind", "level", "by", "at", "means", "text")) == {
        (unit.pk, 1, "manual", "clerk", city.sender.pk, AT_TEN, "desk", TEXT) for unit in (city.attentive, city.late)
    }
    entry = Entry.objects.get(deed="delivery.urged")
    assert (entry.person, entry.circular, entry.unit) == (city.sender, circular.uuid, city.office.pk)
    assert entry.facts["count"] == 2
    assert entry.facts["list_digest"] == digest_of_keys(rows.values_list("delivery", flat=True))


def test_chosen_units_are_urged_and_others_are_not(city, circular):
    assert pressed(city, circular, {city.late.pk, city.county.pk, city.paper.pk}).units == 1
    assert [city.delivery(circular, unit).urges for unit in (city.attentive, city.late)] == [0, 1]


@pytest.mark.parametrize("closing", ["signed", "returned"])
def test_who_has_signed_or_returned_is_not_urged(city, circular, closing):
    delivery = city.opened(circular)
    if closing == "signed":
        city.sign(delivery)
    else:
        delivery.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    assert pressed(city, circular).units == 1
    assert not told(city.clerk)


def test_where_all_have_signed_there_is_nobody_to_urge(city, circular):
    city.sign(city.opened(circular))
    with pytest.raises(OutOfOrder, match="没有未签收的单位"):
        pressed(city, circular, {city.attentive.pk})
    assert not Urge.objects.exists()


def test_who_was_urged_lately_is_left_in_peace_and_the_sentence_says_until_when(city, circular):
    pressed(city, circular, {city.late.pk})
    assert (again_at(city.delivery(circular, city.late)), again_at(city.delivery(circular))) == (HALF_PAST, None)
    rest = pressed(city, circular, at=AT_TEN + timedelta(minutes=20))
    assert (rest.units, rest.resting) == (1, 1)
    with pytest.raises(OutOfOrder, match="今日 10:30 起可以再催"):
        pressed(city, circular, at=HALF_PAST - timedelta(seconds=1))
    assert pressed(city, circular, at=HALF_PAST).units == 1
    assert city.delivery(circular, city.late).urges == 2
    assert len(told(city.late_clerk)) == 2


def test_the_rest_is_that_of_the_version_under_which_the_delivery_was_sent(city, circular):
    quick = replace(YANAN, urge_rest_minutes=5)
    RuleVersion.objects.add(city.office.area, quick, in_force_from=MONDAY, by=None, at=MONDAY, reason="试行")
    later = city.sent(at=MONDAY + timedelta(minutes=1))
    for paper in (circular, later):
        pressed(city, paper)
    assert pressed(city, later, at=AT_TEN + timedelta(minutes=5)).units == 2
    with pytest.raises(OutOfOrder, match="10:30"):
        pressed(city, circular, at=AT_TEN + timedelta(minutes=5))


def test_the_same_press_twice_urges_once_even_without_a_rest(city, circular):
    restless = replace(YANAN, urge_rest_minutes=0)
    RuleVersion.objects.add(city.office.area, restless, in_force_from=MONDAY, by=None, at=MONDAY, reason="试行")
    sent = city.sent(at=MONDAY + timedelta(minutes=1))
    pressed(city, sent, as_seen=AT_TEN)
    with pytest.raises(OutOfOrder, match="刚刚催过"):
        pressed(city, sent, at=AT_TEN + timedelta(seconds=2), as_seen=AT_TEN)
    assert pressed(city, sent, at=AT_TEN + timedelta(minutes=1)).units == 2


def test_urging_counts_as_looking(city, circular):
    pressed(city, circular)
    circular.refresh_from_db()
    assert (circular.checked_at, circular.checked_by) == (AT_TEN, city.sender)


def test_only_who_sends_for_the_unit_urges(city, circular):
    for who in ("drafter", "registrar", "secretary", "clerk", "stranger", "department_reviewer", "superuser"):
        with pytest.raises(PermissionDenied):
            pressed(city, circular, by=getattr(city, who))
    assert not Urge.objects.exists()


@pytest.mark.parametrize("text", ["", " \n ", "急" * 101])
def test_a_text_that_cannot_go_out_urges_nobody(city, circular, text):
    with pytest.raises(ValidationError, match="催签内容"):
        pressed(city, circular, text=text)
    assert not Urge.objects.exists()


def test_a_text_with_a_mark_of_secrecy_is_refused(city, circular):
    with pytest.raises(ValidationError, match="密级"):
        pressed(city, circular, text="机密★10年 请签收")


@pytest.mark.parametrize(
    "at, said",
    [
        ("2026-09-28 10:00", "请在2026年9月29日18:00前签收 延政办发〔2026〕23号。"),
        ("2026-09-29 18:01", "延政办发〔2026〕23号 应于2026年9月29日18:00前签收，现已超时，请立即签收。"),
    ],
)
def test_the_proposed_text_names_number_and_due_time_and_no_title(circular, at, said):
    assert proposed_text(circular, beijing(at)) == said


def test_a_due_time_that_is_pending_can_be_urged_and_no_time_is_made_up(city):
    pending = city.sent(at=beijing("2026-12-31 10:00"))
    assert proposed_text(pending, beijing("2026-12-31 11:00")) == f"请尽快签收 {pending.number}。"
    assert pressed(city, pending, at=beijing("2026-12-31 11:00")).units == 2


# Telephones


@pytest.fixture
def gateway(settings, tmp_path, city):
    """A gateway is set up, and the late unit's clerk has a telephone on file."""
    settings.SMS = {"folder": str(tmp_path)}
    User.objects.filter(pk=city.late_clerk.pk).update(mobile="13800001111")


def test_of_an_urgent_circular_clerks_have_a_text_message_where_there_is_a_telephone(city, gateway):
    urgent = city.sent(urgency="urgent")
    pressed(city, urgent)
    assert list(TextMessage.objects.values_list("number", "text")) == [("13800001111", TEXT)]
    means = dict(Urge.objects.values_list("delivery__unit", "means"))
    assert means == {city.attentive.pk: "desk", city.late.pk: "desk_text"}


def test_of_an_ordinary_circular_or_without_a_gateway_nobody_has_one(city, gateway, circular, settings):
    pressed(city, circular)
    settings.SMS = {}
    pressed(city, city.sent(urgency="urgent"))
    assert not TextMessage.objects.exists()
    assert not Urge.objects.exclude(means="desk").exists()


LINKS = [
    "请登录 http://127.0.0.1/x 签收",
    "请登录ｈｔｔｐ：／／a.b 签收",
    "请打开 www.baidu.com 签收",
    "请打开t.cn/A1b2C3签收",
    "请打开 baidu。com 签收",
    "请打开 政务.中国 签收",
    "请发到 office@yanan.gov.cn",
    "请打开 10.20.30.40:8000 签收",
    "请打开 weixin://dl/business 签收",
    "请打开 ba\u200bidu.c\u200bom 签收",
    "请打开 xn--fiqs8s.xn--55qx5d 签收",
    "请打开 банк.рф 签收",
]


@pytest.mark.parametrize("text", LINKS)
def test_words_with_a_link_or_an_address_go_to_no_telephone_and_urge_nobody(city, gateway, text):
    urgent = city.sent(urgency="urgent")
    with pytest.raises(ValidationError, match="不要写网址、邮箱"):
        pressed(city, urgent, text=text)
    assert not TextMessage.objects.exists()
    assert not Urge.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "请在9月28日18:00前签收，电话0911-2123456。",
        "1.公司领导请督促；2.请于2026.9.28前签收。",
        "市局OA已通知。OK后请签收，限2.5小时。",
        "请@各科室尽快签收，Tel:0911-2123456。",
        "延政办发〔2026〕23号：请签收。",
    ],
)
def test_words_without_one_are_sent_as_they_are(city, gateway, text):
    pressed(city, city.sent(urgency="urgent"), text=text)
    assert TextMessage.objects.get().text == text


@pytest.mark.parametrize(
    "mobile", ["0911-2123456", "2123456", "138000011112", "1380000111x", "23800001111", "١٣٨٠٠٠٠١١١١", "a@b.cn", "110"]
)
def test_what_is_no_mobile_number_gets_no_text_and_the_unit_counts_as_urged_on_the_desk_alone(city, gateway, mobile):
    User.objects.filter(pk=city.late_clerk.pk).update(mobile=mobile)
    pressed(city, city.sent(urgency="urgent"))
    assert not TextMessage.objects.exists()
    assert set(Urge.objects.values_list("means", flat=True)) == {"desk"}


def test_a_mobile_number_in_groups_is_texted_once_however_many_clerks_share_it(city, gateway):
    User.objects.filter(pk=city.late_clerk.pk).update(mobile="138 0000-1111")
    User.objects.filter(pk=city.clerk.pk).update(mobile="13800001111")
    pressed(city, city.sent(urgency="urgent"))
    assert list(TextMessage.objects.values_list("number", flat=True)) == ["13800001111"]
    assert set(Urge.objects.values_list("means", flat=True)) == {"desk_text"}


# For good, and after a secret


@pytest.mark.parametrize("changes", [{"at": MONDAY}, {"level": "leader"}, {"by": None}], ids=str)
def test_what_was_done_is_never_changed(city, circular, changes):
    pressed(city, circular)
    with pytest.raises(DatabaseError), transaction.atomic():
        Urge.objects.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        Urge.objects.filter(Q(pk__gt=0)).delete()


def test_what_was_said_goes_with_a_paper_that_is_purged_and_that_it_was_said_stays(city, gateway):
    urgent = city.sent(urgency="urgent")
    pressed(city, urgent, text="请速签收zq7secret。")
    case = block(urgent.page, reason="市保密局来函要求封存。", by=city.secretary, at=AT_TEN)
    assert not [message for message in Message.objects.all() if "zq7secret" in message.shown]
    assert set(TextMessage.objects.values_list("state", flat=True)) == {"failed"}
    confirm(case, by=city.secretary, at=AT_TEN)
    confirm(case, by=city.engineer, at=AT_TEN)
    assert "circulars_urge" not in traces("zq7secret")
    assert not [table for table in traces("zq7secret") if table != "django_q_ormq"]
    assert Urge.objects.filter(text="").count() == 2


def test_what_is_blocked_is_not_urged(city, circular):
    block(circular.page, reason="市保密局来函要求封存。", by=city.secretary, at=AT_TEN)
    with pytest.raises(OutOfOrder, match="封存"):
        pressed(city, circular)


def test_the_number_of_statements_does_not_grow_with_the_units(city, django_assert_max_num_queries):
    few = city.sent()
    many = city.sent(primary_units=[city.attentive, city.late, city.county, city.department, city.network_office])
    with django_assert_max_num_queries(30) as asked:
        pressed(city, few)
    with django_assert_max_num_queries(len(asked)):
        pressed(city, many)
    assert Delivery.objects.filter(circular=many, urges=1).count() == 5
