"""Whom an urge reaches, and by what: clerks, leaders and duty officers on the desk, of an urgent circular by text message too (Article 20)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.holders import holders_in, holders_of
from accounts.people import User
from accounts.roles import Right, Role
from accounts.roster import on_duty
from circulars.deadlines import Urgency
from circulars.ladder import Level
from circulars.pages import about_paper
from circulars.registration import Circular
from cms.gateways import gateway
from cms.messages import Message, tell
from cms.phonewords import mobile_of
from cms.textmessages import TextMessage, withdraw, write

BATCH = 500
NAMED = 5


@dataclass(frozen=True)
class Called:
    """The deliveries of which somebody was also written a text message."""

    texted: frozenset[int]


def key_prefix(circular: int) -> str:
    """How the key of every message and text about an urge of the circular begins, for those who must find them all."""
    return f"urge-{circular}-"


def call(circular: Circular, units: Mapping[int, int], *, key: str, text: str, level: Level, at: datetime) -> Called:
    """The clerks of these units (delivery → unit) have the text, from the level of leaders on these too; once under this key.

    Of an urgent circular it goes to their telephones as well, once to each, where a gateway is set up. The text names no title.
    """
    delivery_of = {unit: delivery for delivery, unit in units.items()}
    people = holders_of(Right.RECEIVE, delivery_of)
    if level != Level.CLERK:
        people = sorted({*people, *holders_in(Role.LEADER, delivery_of)})
    prefix = key_prefix(circular.pk)
    Message.objects.bulk_create(
        [
            Message(
                person_id=person,
                key=f"{prefix}{delivery_of[unit]}-{key}",
                text=text,
                link=f"/received/{delivery_of[unit]}/",
                about=about_paper(circular.page_id),
                sent_at=at,
            )
            for person, unit in people
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    mobiles = _mobiles(circular, {person for person, _ in people})
    texts: dict[str, tuple[str, str, str]] = {}
    for person, unit in people:
        if number := mobiles.get(person):
            texts.setdefault(number, (f"{prefix}{delivery_of[unit]}-{key}-{person}", number, text))
    if texts:
        write(texts.values(), at=at)
    return Called(frozenset(delivery_of[unit] for person, unit in people if person in mobiles))


def call_duty_officer(circular: Circular, names: Collection[str], *, key: str, at: datetime) -> str:
    """Who answers for this day in the secretariat of the circular's area knows which units have not signed for the circular; the words, none where nobody is there."""
    text = f"{circular.issuer_name} {circular.number} 超时未签收：{listed(names)}。请督促。"
    people = on_duty(timezone.localdate(at), circular.area_id)
    if not people:
        return ""
    key = f"{key_prefix(circular.pk)}duty-{key}"
    tell(people, key=key, text=text, link=f"/sent/{circular.uuid}/", about=about_paper(circular.page_id), at=at)
    mobiles = _mobiles(circular, people)
    if mobiles:
        write([(f"{key}-{person}", mobile, text) for person, mobile in sorted(mobiles.items())], at=at)
    return text


def hush(circular: Circular, instead: str, *, at: datetime) -> None:
    """No text message says what was urged any more, and those that still wait are not sent (Article 5)."""
    texts = TextMessage.objects.filter(key__startswith=key_prefix(circular.pk))
    withdraw(texts, why="公文已封存，不再发送", at=at)
    texts.update(text=instead)


def listed(names: Collection[str]) -> str:
    """The first few names and how many there are: 市公安局、市审计局等 7 家."""
    shown = "、".join(list(names)[:NAMED])
    return f"{shown}等 {len(names)} 家" if len(names) > NAMED else shown


def _mobiles(circular: Circular, people: Collection[int]) -> dict[int, str]:
    """The telephones that a text may go to; none for an ordinary circular, without a gateway, or of whose number is no mobile one."""
    if circular.urgency == Urgency.NORMAL or gateway() is None:
        return {}
    typed = User.objects.filter(pk__in=people, mobile__gt="").values_list("pk", "mobile")
    return {person: number for person, mobile in typed if (number := mobile_of(mobile))}
