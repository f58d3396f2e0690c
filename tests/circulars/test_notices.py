"""短信和电话通知: each attempt is on record, and the first that reached somebody is when the unit was notified (Article 21)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from accounts.people import User
from accounts.unitlist import load_units
from circulars.deliveries import ReturnCode
from circulars.insisting import insist
from circulars.notices import Notice
from circulars.noticing import REPORTED_WITHIN, TOLD_WITHIN, settle, sweep_notices
from circulars.purging import block, confirm
from circulars.registration import Circular
from circulars.returns import acknowledge
from circulars.supplementing import supplement
from circulars.texting import text_clerks
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.textmessages import TextMessage, hand_over
from tests.cast import DATA, MIDNIGHT, MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh, number_everybody


def url(name, circular, *args):
    return reverse(f"circulars:{name}", args=[circular.uuid, *args])


@pytest.fixture(scope="module")
def standing_urgent(beforehand):
    return beforehand("sent", urgency="extra_urgent")


@pytest.fixture
def urgent(standing_urgent, city):
    """An extra urgent circular that went out on Monday at nine without any gateway for texts."""
    number_everybody(city)
    return Circular.objects.get(pk=standing_urgent)


@pytest.fixture
def gateway(settings, tmp_path):
    """A folder carried across the gap; what lies in ``out`` was handed over."""
    settings.SMS = {"folder": str(tmp_path)}
    return tmp_path


@pytest.fixture
def texted(city, gateway):
    """The same with a gateway."""
    number_everybody(city)
    return city.sent(urgency="extra_urgent")


def answered(state, at=FIVE_PAST, **which):
    TextMessage.objects.filter(**which).update(state=state, answered_at=at)


# Calls


def test_the_first_call_that_reaches_somebody_is_when_the_unit_was_notified(city, urgent):
    delivery = city.delivery(urgent)
    called(city, delivery, result="no_answer", happened_at=MONDAY)
    assert fresh(delivery).notified_at is None
    called(city, delivery)
    called(city, delivery, happened_at=TEN_PAST)
    called(city, delivery, happened_at=MONDAY)  # entered later: the first on record stands
    assert fresh(delivery).notified_at == FIVE_PAST
    assert Notice.objects.filter(delivery=delivery).count() == 4


def test_a_call_is_in_the_ledger_with_the_number_masked(city, urgent):
    called(city, city.delivery(urgent))
    entry = Entry.objects.get(deed="unit.called")
    assert (entry.person, entry.unit, entry.facts["number"]) == (city.sender, city.attentive.pk, "138****0001")
    assert Notice.objects.get().number == "138****0001"


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"happened_at": MONDAY - timedelta(minutes=1)}, "happened_at"),
        ({"happened_at": TEN_PAST + timedelta(minutes=1)}, "happened_at"),
        ({"name": " "}, "name"),
        ({"number": ""}, "number"),
        ({"result": "waiting"}, "result"),
    ],
    ids=str,
)
def test_a_call_that_cannot_be_true_or_says_too_little_is_refused(city, urgent, wrong, field):
    with pytest.raises(ValidationError) as refused:
        called(city, city.delivery(urgent), **wrong)
    assert list(refused.value.message_dict) == [field]
    assert not Notice.objects.exists()


def test_a_call_about_a_round_that_is_over_is_not_entered_for_the_next(city, urgent, week):
    """The page was open while the unit sent the circular back and the sender insisted."""
    stale = city.opened(urgent)
    fresh(stale).send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    acknowledge(fresh(stale), by=city.sender, at=MONDAY)
    insist(fresh(stale), why="应由贵局办理", by=city.sender, at=TEN_PAST)
    with pytest.raises(OutOfOrder, match="再次发送"):
        called(city, stale)
    assert not Notice.objects.exists()
    assert fresh(stale).notified_at is None


def test_a_call_that_came_after_the_signing_is_refused_however_old_the_page_is(city, urgent):
    stale = city.opened(urgent)
    city.sign(fresh(stale))
    with pytest.raises(OutOfOrder, match="签收，此后的通知不必登记"):
        called(city, stale)
    assert not Notice.objects.exists()


def test_the_same_press_twice_is_one_call_and_a_used_page_serves_no_other_unit(city, urgent):
    key = uuid4()
    for _ in range(2):
        called(city, city.delivery(urgent), key=key)
    assert Notice.objects.count() == Entry.objects.filter(deed="unit.called").count() == 1
    with pytest.raises(OutOfOrder, match="重新打开"):
        called(city, city.delivery(urgent, city.late), key=key)


def test_a_call_before_the_signing_may_be_entered_after_it_but_tells_nobody_and_one_after_it_may_not(city, urgent):
    delivery = city.opened(urgent)
    city.sign(delivery, at=FIVE_PAST)
    called(city, fresh(delivery), happened_at=MONDAY)
    assert Notice.objects.get().happened_at == MONDAY
    assert fresh(delivery).notified_at is None
    with pytest.raises(OutOfOrder, match="签收，此后的通知不必登记"):
        called(city, fresh(delivery), happened_at=TEN_PAST)


def test_no_call_is_owed_for_a_circular_that_may_wait(city, circular):
    with pytest.raises(OutOfOrder, match="不必登记"):
        called(city, city.delivery(circular))


@pytest.mark.parametrize("who", ["stranger", "registrar", "drafter", "clerk", "secretary", "superuser", "nobody"])
def test_nobody_enters_a_call_who_does_not_send_there(city, urgent, who):
    with pytest.raises(PermissionDenied):
        called(city, city.delivery(urgent), by=getattr(city, who))


def test_the_database_itself_keeps_what_is_settled(city, urgent):
    notice = called(city, city.delivery(urgent))
    for change in ({"result": "busy"}, {"name": "别人"}, {"happened_at": MONDAY}, {"reached_at": MONDAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM circulars_notice")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(delivery=notice.delivery, round=1, channel="phone", name="某人", number="1", key=uuid4(),
                              happened_at=MONDAY, recorded_at=MONDAY, settled_at=MONDAY, result="waiting")  # fmt: skip


# Texts


def test_a_text_waits_for_each_clerk_with_a_mobile_number_and_says_no_title(city, texted):
    assert sorted(TextMessage.objects.values_list("number", flat=True)) == ["13800000001", "13800000002"]
    assert {text.text for text in TextMessage.objects.all()} == {
        f"【特急】市政府办发来{texted.number}，请于9月28日09:30前登录公文系统签收。"
    }
    notices = Notice.objects.order_by("number")
    assert [(notice.name, notice.number, notice.result) for notice in notices] == [
        ("孙早", "138****0001", "waiting"),
        ("孙晚", "138****0002", "waiting"),
    ]
    names = [task.name() for task in OrmQ.objects.order_by("pk")]
    assert names[-2:] == ["hand-over-texts", f"announce-{texted.pk}"]


def test_no_text_is_written_without_a_gateway_or_for_what_needs_none(city, urgent, settings, gateway):
    assert not TextMessage.objects.exists()
    city.sent(title="关于节前安全检查的通知")
    city.sent(title="关于报送值班电话的通知", urgency="urgent")
    assert not TextMessage.objects.exists()
    city.sent(title="关于夜间值班的通知", urgency="urgent", at=MIDNIGHT)
    assert TextMessage.objects.count() == 2


def test_one_telephone_gets_one_text_though_its_owner_serves_two_units(city, gateway):
    for who in (city.clerk, city.late_clerk):
        User.objects.filter(pk=who.pk).update(mobile="13800000001")
    circular = city.sent(urgency="extra_urgent")
    assert TextMessage.objects.count() == 1
    answered("delivered")
    settle(TEN_PAST)
    assert {delivery.notified_at for delivery in circular.deliveries.electronic()} == {FIVE_PAST}


def test_writing_the_texts_again_writes_none(city, texted):
    text_clerks(texted, texted.deliveries.all(), at=TEN_PAST)
    assert (TextMessage.objects.count(), Notice.objects.count()) == (2, 2)


def test_the_first_text_that_arrives_is_when_the_unit_was_notified(city, texted):
    answered("delivered", at=FIVE_PAST, number="13800000002")
    settle(FIVE_PAST)
    answered("delivered", at=TEN_PAST, number="13800000001")
    settle(TEN_PAST)
    assert city.delivery(texted).notified_at == FIVE_PAST
    assert set(Notice.objects.values_list("result", "reached_at")) == {("reached", FIVE_PAST), ("reached", TEN_PAST)}
    entry = Entry.objects.get(deed="units.texted")
    assert (entry.circular, entry.facts["count"]) == (texted.uuid, 1)


def test_a_unit_that_is_sent_it_after_gets_a_text_and_the_others_no_second_one(city, texted):
    User.objects.filter(pk=city.county_clerk.pk).update(mobile="13800000009")
    known = set(TextMessage.objects.values_list("number", flat=True))
    supplement(texted, [city.county], reason="漏列", consent="张志远同意", by=city.sender, at=TEN_PAST)
    assert TextMessage.objects.count() == len(known) + 1
    assert Notice.objects.get(delivery__unit=city.county).number == "138****0009"


def test_a_text_of_an_earlier_round_notifies_nobody_of_the_next(city, texted):
    delivery = city.opened(texted)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=FIVE_PAST)
    acknowledge(fresh(delivery), by=city.sender, at=FIVE_PAST)
    insist(fresh(delivery), why="应由贵局办理", by=city.sender, at=TEN_PAST)
    first = Notice.objects.filter(round=1).values("text")
    TextMessage.objects.filter(pk__in=first).update(state=TextMessage.State.DELIVERED, answered_at=TEN_PAST)
    settle(TEN_PAST)
    assert Notice.objects.filter(round=1, result=Notice.Result.REACHED).exists()
    assert fresh(delivery).notified_at is None
    assert not Entry.objects.filter(deed="units.texted").exists()


def test_a_text_that_was_taken_counts_only_where_gateways_never_report(city, texted, settings):
    answered("accepted")
    settle(FIVE_PAST)
    assert city.delivery(texted).notified_at is None
    settings.SMS_ACCEPTED_COUNTS = True
    settle(TEN_PAST)
    assert city.delivery(texted).notified_at == FIVE_PAST


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_text_that_failed_or_of_which_nothing_is_known_notifies_nobody(city, texted, state):
    answered(state)
    settle(FIVE_PAST)
    assert set(Notice.objects.values_list("result", flat=True)) == {state}
    assert city.delivery(texted).notified_at is None


def test_a_report_that_comes_late_still_settles_what_was_unknown(city, texted):
    answered("unknown")
    settle(FIVE_PAST)
    answered("delivered", at=TEN_PAST)
    settle(TEN_PAST)
    assert city.delivery(texted).notified_at == TEN_PAST


def test_after_three_days_no_report_is_waited_for(city, texted):
    answered("accepted")
    sweep_notices(MONDAY + REPORTED_WITHIN + timedelta(seconds=1))
    assert set(Notice.objects.values_list("result", flat=True)) == {"unknown"}
    assert not Notice.objects.filter(settled_at=None).exists()


def test_a_text_that_nobody_needs_any_more_is_not_handed_over(city, texted, gateway):
    city.sign(city.opened(texted))
    sweep_notices(FIVE_PAST)
    assert hand_over(FIVE_PAST) == 0
    assert set(TextMessage.objects.values_list("state", flat=True)) == {"failed"}
    assert not (gateway / "out").exists()


def test_a_purged_paper_leaves_no_word_of_itself_in_a_text_and_sends_none(city, texted):
    case = block(texted.page, reason="市保密局来函要求封存。", by=city.secretary, at=FIVE_PAST)
    confirm(case, by=city.secretary, at=FIVE_PAST)
    confirm(case, by=city.engineer, at=FIVE_PAST)
    assert set(TextMessage.objects.values_list("text", "state")) == {("（本件已作涉密处置）", "failed")}
    assert hand_over(TEN_PAST) == 0


def test_texts_for_a_hundred_units_take_no_question_more_than_for_thirty(city, gateway):
    load_units(DATA / "units.csv", at=MONDAY)
    number_everybody(city)
    city.sent(urgency="extra_urgent", title="关于预先询问的通知")
    counts = {}
    for groups in ("county,zone,enterprise", "county,zone,enterprise,department,institution,central_provincial"):
        circular = city.registered(primary_groups=groups, primary_units=[], urgency="extra_urgent")
        with CaptureQueriesContext(connection) as queries:
            city.dispatch(circular)
        counts[circular.deliveries.count()] = len(queries)
    assert sorted(counts) == [33, 117]
    assert max(counts.values()) <= min(counts.values()) + 6  # where nobody has a number nothing is written


# The reminder


def test_who_left_units_untold_for_ten_minutes_is_reminded_once(city, urgent):
    sweep_notices(MONDAY + TOLD_WITHIN - timedelta(seconds=1))
    assert not Message.objects.filter(key__startswith="unnotified").exists()
    called(city, city.delivery(urgent))
    for minutes in (10, 11, 12):
        sweep_notices(MONDAY + timedelta(minutes=minutes))
    told = Message.objects.get(key__startswith="unnotified")
    assert told.person == city.sender
    assert "【特急】延政办发〔2026〕23号 发送已超过10分钟，还有1家没有通知" in told.text
    assert told.link == url("notices", urgent)


def test_where_every_unit_was_told_or_has_closed_it_nobody_is_reminded(city, urgent):
    called(city, city.delivery(urgent))
    city.delivery(urgent, city.late).send_back(code=ReturnCode.DUPLICATE, reason="", by=city.late_clerk, at=FIVE_PAST)
    sweep_notices(TEN_PAST)
    assert not Message.objects.filter(key__startswith="unnotified").exists()
