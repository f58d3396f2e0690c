"""Telling units by text that an urgent circular is there (Article 21).

A text goes over a public network: it says number, issuer, urgency and due time, never the title (Articles 5 and 11). Writing it down is part
of the sending; handing it over is not. ``circulars/noticing.py`` hears what became of it.
"""

from collections.abc import Iterator
from datetime import datetime

from accounts.contacts import Contact, contacts_of
from accounts.roles import Role
from circulars.deliveries import DeliveryQuerySet
from circulars.notices import Notice
from circulars.registration import Circular
from cms.gateways import gateway
from cms.phonewords import mobile_of
from cms.textmessages import TextMessage, masked, write
from cms.workdays import local


def text_clerks(circular: Circular, deliveries: DeliveryQuerySet, *, at: datetime) -> int:
    """A text waits for the mobile of each clerk of the units that must be told; returns for how many telephones.

    One telephone gets one text, even if its owner serves several of the units. Without a gateway, and for a unit whose clerks left no mobile
    number, nothing is written: people telephone.
    """
    if gateway() is None:
        return 0
    units = {unit: (pk, round_, due_at) for pk, unit, round_, due_at in _still_to_tell(deliveries)}
    texts: dict[str, tuple[str, str, str]] = {}
    told: list[tuple[Contact, str, int, int]] = []
    for unit, people in contacts_of(units).items():
        delivery, round_, due_at = units[unit]
        for contact in people:
            number = mobile_of(contact.mobile)
            if number and contact.role == Role.CLERK:
                key = f"notice-{delivery}-{round_}-{contact.person}"
                texts.setdefault(number, (key, number, _wording(circular, due_at)))
                told.append((contact, number, delivery, round_))
    if not texts:
        return 0
    write(texts.values(), at=at)
    written = TextMessage.objects.filter(key__in=[key for key, *_ in texts.values()])
    rows = dict(written.values_list("key", "pk"))
    Notice.objects.bulk_create(
        [
            Notice(
                delivery_id=delivery,
                round=round_,
                channel=Notice.Channel.TEXT,
                person_id=contact.person,
                name=contact.name[:40],
                number=masked(number),
                text_id=rows[texts[number][0]],
                happened_at=at,
                recorded_at=at,
                result=Notice.Result.WAITING,
            )
            for contact, number, delivery, round_ in told
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(texts)


def _still_to_tell(deliveries: DeliveryQuerySet) -> Iterator[tuple[int, int, int, datetime | None]]:
    yield from deliveries.unnotified().order_by("pk").values_list("pk", "unit_id", "round", "due_at")


def _wording(circular: Circular, due_at: datetime | None) -> str:
    limit = f"请于{local(due_at):%-m月%-d日%H:%M}前" if due_at else "请立即"
    return f"【{circular.get_urgency_display()}】{circular.issuer_name}发来{circular.number}，{limit}登录公文系统签收。"
