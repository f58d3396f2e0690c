"""Sending: one act that reaches every unit or none."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from accounts.unitlist import load_units
from circulars.clocks import NotSendable
from circulars.deliveries import Delivery
from circulars.dispatch import announce, dispatch, sweep_unannounced
from circulars.papercopies import PaperCopy
from circulars.registration import Circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import DATA, EVE_OF_THE_HOLIDAY, LUNCH, MAKE_UP_SATURDAY, MIDNIGHT, MONDAY
from tests.offices import beijing
from tests.queued import queued

SATURDAY = beijing("2026-10-17 10:00")


@pytest.fixture(scope="module")
def standing_sealed(beforehand):
    return beforehand("sealed")


@pytest.fixture
def sealed(standing_sealed, city):
    """A normal circular that only needs sending."""
    return fresh(standing_sealed)


def fresh(pk):
    return Circular.objects.get(pk=pk)


ANNOUNCE = "circulars.tasks.announce"


def assert_nothing_was_sent():
    assert set(Circular.objects.values_list("state", "sent_at", "sender")) == {("sealed", None, None)}
    assert [Delivery.objects.count(), PaperCopy.objects.count(), len(queued(ANNOUNCE))] == [0, 0, 0]
    assert not Entry.objects.filter(deed="circular.sent").exists()


def test_one_delivery_for_each_unit_with_all_it_needs(city):
    circular = city.sent(cc_units=[city.county])
    rows = circular.deliveries.order_by("unit__sort_order").values_list("unit_name", "role", "channel", "state")
    assert list(rows) == [
        ("宝塔区", "cc", "electronic", "sent"),
        ("市公安局", "primary", "electronic", "sent"),
        ("市住建局", "primary", "electronic", "sent"),
        ("储备粮公司", "primary", "paper", "sent"),
    ]
    delivery = city.delivery(circular)
    assert (delivery.issuer, delivery.sent_at, delivery.urgency, delivery.round) == (city.office, MONDAY, "normal", 1)
    assert delivery.warn_at < delivery.due_at


def test_a_circular_may_go_to_units_in_copy_alone(city):
    circular = city.sent(
        title="延安市人民政府办公室关于放假安排的公告",
        document_type="public_announcement",
        direction="public",
        primary_units=[],
        cc_units=[city.attentive],
    )
    assert list(circular.deliveries.values_list("unit_name", "role")) == [("市公安局", "cc")]


def test_the_sender_is_told_how_many_went_which_way(city, sealed):
    sent = city.dispatch(sealed)
    assert (sent.electronic, sent.paper) == (2, 1)
    assert "第二十二条" in sent.due.sentence


def test_a_thousand_units_would_cost_no_more_statements_than_thirty(city, sealed):
    load_units(DATA / "units.csv", at=MONDAY)
    city.dispatch(sealed)  # what is asked once and remembered has been asked
    counts = {}
    for groups in ("county,zone,enterprise", "county,zone,enterprise,department,institution,central_provincial"):
        circular = city.sealed(primary_groups=groups, primary_units=[])
        with CaptureQueriesContext(connection) as queries:
            city.dispatch(circular)
        counts[circular.deliveries.count()] = len(queries)
    assert sorted(counts) == [33, 117]
    assert len(set(counts.values())) == 1
    assert max(counts.values()) < 30


def test_a_circular_is_sent_once(city, sealed):
    city.dispatch(sealed)
    for seen in (sealed, fresh(sealed.pk)):
        with pytest.raises(OutOfOrder, match="已发送"):
            city.dispatch(seen, at=MONDAY + timedelta(minutes=5))
    assert Delivery.objects.count() == 3
    assert queued(ANNOUNCE) == [(sealed.pk,)]


def test_two_senders_with_the_same_page_open_send_once(city, sealed):
    other = fresh(sealed.pk)
    city.dispatch(sealed)
    with pytest.raises(OutOfOrder):
        city.dispatch(other)
    assert Entry.objects.filter(deed="circular.sent").count() == 1


def test_nobody_sends_without_the_post(city, sealed):
    for who in ("stranger", "superuser", "nobody", "registrar", "approver", "secretary", "clerk"):
        with pytest.raises(PermissionDenied):
            dispatch(sealed, by=getattr(city, who), at=MONDAY)
    assert_nothing_was_sent()


def test_a_circular_to_nobody_is_not_sent(city):
    circular = city.sealed(title="延安市人民政府办公室公告", document_type="public_announcement", direction="public",
                               primary_units=[])  # fmt: skip
    with pytest.raises(NotSendable, match="没有任何收文单位"):
        city.dispatch(circular)
    assert_nothing_was_sent()


def test_a_normal_circular_off_duty_needs_its_reason(city, sealed):
    for at in (LUNCH, MIDNIGHT, SATURDAY, EVE_OF_THE_HOLIDAY.replace(hour=18)):
        for reason in ("", "  "):
            with pytest.raises(NotSendable, match="第二十一条"):
                city.dispatch(sealed, at=at, reason=reason)
    assert_nothing_was_sent()
    city.dispatch(fresh(sealed.pk), at=MIDNIGHT, reason=" 会议当日印发 ")
    assert fresh(sealed.pk).off_hours_reason == "会议当日印发"
    assert Entry.objects.get(deed="circular.sent").facts["off_hours_reason"] == "会议当日印发"


@pytest.mark.parametrize(
    "urgency, at",
    [("normal", MONDAY), ("normal", MAKE_UP_SATURDAY), ("urgent", MIDNIGHT), ("extra_urgent", SATURDAY)],
)
def test_in_office_hours_or_when_it_is_urgent_no_reason_is_asked(city, urgency, at):
    circular = city.sealed(urgency=urgency)
    city.dispatch(circular, at=at)
    assert fresh(circular.pk).off_hours_reason == ""


def test_every_clerk_of_every_unit_is_told_once_however_often_the_task_runs(city):
    circular = city.sent(urgency="urgent")
    for _ in range(3):
        announce(circular, at=MONDAY)
    told = Message.objects.filter(key__startswith="delivery:")
    assert sorted(message.person.name for message in told) == ["何迟", "孙早", "孙晚"]
    message = told.get(person=city.clerk)
    assert message.text.startswith("【加急】")
    assert circular.number in message.text
    assert message.link == f"/received/{city.delivery(circular).pk}/"


def test_a_notice_lost_with_its_task_is_found_again_by_the_sweep(city, sealed):
    city.dispatch(sealed)
    OrmQ.objects.all().delete()
    sweep_unannounced(MONDAY + timedelta(minutes=1))
    assert Message.objects.filter(person=city.clerk, key__startswith="delivery:").count() == 1
    assert fresh(sealed.pk).announced_at == MONDAY + timedelta(minutes=1)


def test_a_clerk_whose_account_is_closed_is_told_nothing(city, sealed):
    city.second_clerk.is_active = False
    city.second_clerk.save()
    city.dispatch(sealed)
    announce(sealed, at=MONDAY)
    assert not Message.objects.filter(person=city.second_clerk).exists()
