"""No act carries a paper further whose seal does not stand: sending, a time set for it, a second round, further units, a signature (Articles 4 and 20)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from circulars.deliveries import ReturnCode
from circulars.dispatch import dispatch
from circulars.insisting import insist
from circulars.registration import Circular
from circulars.returns import acknowledge
from circulars.scheduling import schedule, sweep_scheduled
from circulars.sealing import SealBroken
from circulars.supplementing import supplement
from cms.attachments import place_of
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import MONDAY, attached
from tests.dbowner import as_its_owner
from tests.offices import beijing
from tests.sealedpapers import tampered

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TUESDAY = beijing("2026-09-29 08:00")

BREAKS = {
    "the file changed": lambda c: tampered(c.manifest.pdf_digest, lambda content: content + b"\n"),
    "the file lost": lambda c: place_of(c.manifest.pdf_digest).unlink(),
    "an attachment changed": lambda c: tampered(c.snapshot["attachments"][0]["digest"], lambda content: content + b" "),
    "the manifest's row changed": lambda c: as_its_owner(
        f"UPDATE circulars_manifest SET digest = '{'0' * 64}' WHERE circular_id = {c.pk}"
    ),
    "the manifest's row gone": lambda c: as_its_owner(
        f"DELETE FROM circulars_manifest WHERE circular_id = {c.pk}",
        f"UPDATE circulars_circular SET predates_seals = true WHERE id = {c.pk}",
    ),
    "the title changed": lambda c: as_its_owner(
        f"UPDATE circulars_circular SET title = '关于别的事情的通知' WHERE id = {c.pk}"
    ),
}


def sent(city):
    circular = city.sealed(attachments=attached(b"name,phone\n" + uuid4().hex.encode(), "phones.csv"))
    city.dispatch(circular)
    return circular


def to_send(city):
    circular = city.sealed(attachments=attached(b"name,phone\n" + uuid4().hex.encode(), "phones.csv"))
    return circular, lambda fresh: dispatch(fresh, by=city.sender, at=MONDAY)


def to_sign(city):
    circular = sent(city)
    delivery = city.opened(circular)
    return circular, lambda fresh: city.sign(fresh.deliveries.get(pk=delivery.pk))


def to_insist(city):
    circular = sent(city)
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.OTHER, reason="附件打不开。", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    return circular, lambda fresh: insist(
        fresh.deliveries.get(pk=delivery.pk), why="附件无误。", by=city.sender, at=MONDAY
    )


def to_supplement(city):
    return sent(city), lambda fresh: supplement(
        fresh, [city.department], reason="漏发。", consent="经张志远同意", by=city.sender, at=MONDAY
    )


ACTS = {"sending": to_send, "signing": to_sign, "insisting": to_insist, "sending after": to_supplement}


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("act", ACTS)
def test_it_goes_no_further_and_those_concerned_know(city, act, broken):
    circular, press = ACTS[act](city)
    BREAKS[broken](circular)
    before = list(circular.deliveries.order_by("pk").values("pk", "state", "round"))
    with pytest.raises(SealBroken):
        press(Circular.objects.get(pk=circular.pk))
    assert list(circular.deliveries.order_by("pk").values("pk", "state", "round")) == before
    assert Entry.objects.filter(deed="seal.broken").count() == 1
    assert Message.objects.filter(key__startswith="seal-broken:", person=city.sender).exists()


def test_at_its_time_a_scheduled_one_stays_and_its_sender_knows(city):
    circular = city.sealed()
    schedule(circular, TUESDAY, by=city.sender, at=MONDAY)
    tampered(circular.manifest.pdf_digest, lambda content: content + b"\n")
    sweep_scheduled(TUESDAY)
    circular.refresh_from_db()
    assert (circular.state, circular.deliveries.count()) == ("sealed", 0)
    assert Message.objects.filter(person=city.sender, text__contains="印章验证没有通过").exists()


def test_the_desk_says_so_and_keeps_what_was_typed(city):
    circular, _ = to_supplement(city)
    tampered(circular.manifest.pdf_digest, lambda content: content + b"\n")
    answer = city.desk(city.sender).post(
        f"/sent/{circular.uuid}/supplement/",
        {"units": [city.department.pk], "role": "primary", "reason": "漏发。", "consent": "经张志远同意"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "印章验证没有通过" in answer.content.decode()
