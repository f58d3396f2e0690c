"""Opinions and reasons beside a paper bear no mark of secrecy (Article 5)."""

import pytest
from django.urls import reverse

from circulars import moderation
from circulars.decisions import Decision
from circulars.reasons import Marked
from circulars.recalling import recall
from circulars.turns import Turn
from circulars.voiding import void
from cms.ledger import Entry
from tests.cast import MIDNIGHT, MONDAY


@pytest.mark.parametrize("said", ["此处照抄：机密★10年", "密级：秘密"])
def test_an_opinion_bears_no_mark_of_secrecy_and_what_was_typed_stays(city, said):
    page = city.submitted()
    form = {
        "digest": page.versions.get().digest,
        "seat": Turn.objects.get(page=page.pk).pk,
        "action": "return",
        "opinion": said,
    }
    answer = city.desk(city.reviewer).post(reverse("circulars:decide", args=[page.pk]), form)
    assert "不要照抄密级标志" in answer.content.decode()
    assert said in answer.content.decode()
    assert not Decision.objects.exists()
    with pytest.raises(Marked):
        moderation.decide(page, "return", by=city.reviewer, at=MONDAY, opinion=said)


def test_a_reason_for_voiding_bears_no_mark_and_stands_in_no_ledger(city):
    circular = city.registered()
    with pytest.raises(Marked):
        void(circular, reason="机密★10年", by=city.registrar, at=MONDAY)
    void(circular, reason="重号，不再使用", by=city.registrar, at=MONDAY)
    assert "重号" not in "".join(Entry.objects.values_list("payload", flat=True))


def test_what_the_two_sides_write_about_a_delivery_bears_no_mark_either(city):
    delivery = city.delivery(city.sent())
    with pytest.raises(Marked):
        delivery.send_back(code="other", reason="机密★10年", by=city.clerk, at=MONDAY)
    with pytest.raises(Marked):
        recall(delivery.circular, reason="机密★10年", by=city.sender, at=MONDAY)
    with pytest.raises(Marked):
        city.dispatch(city.registered(), at=MIDNIGHT, reason="机密★10年")
