"""What scenes of a paper in the unit's hands ask: who leads, who was told, and whether a refusal left everything as it was."""

from datetime import timedelta

import pytest

from circulars.deliveries import Delivery
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.urging import InnerUrge
from circulars.incoming import Incoming
from cms.ledger import Entry
from cms.messages import Message
from tests.inhand import AT_ELEVEN

LATER = AT_ELEVEN + timedelta(hours=1)
OPENED = "建议由治安科主办。"
SAID = "同意，请治安科阅办。"


def lead(paper):
    return Assignment.objects.get(handling=paper.pk, part="lead", state="open")


def assisting(paper):
    return Assignment.objects.get(handling=paper.pk, part="assist", state="open")


def told(person):
    messages = Message.objects.filter(person=person, key__startswith="handling:")
    return list(messages.order_by("pk").values_list("text", flat=True))


def on_record():
    models = (Handling, Opinion, Assignment, InnerUrge, Incoming, Delivery, Entry, Message)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(what, why, act):
    before = on_record()
    with pytest.raises(what, match=why):
        act()
    assert on_record() == before
