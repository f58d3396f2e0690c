"""Telling units by text and by telephone that an urgent circular is there, and what counts as told (Article 21).

A text goes over a public network: it says number, issuer, urgency and due time, never the title (Articles 5 and 11). Writing it down is part
of the sending; handing it over is not. The first attempt on record that reached somebody is when the unit was notified, for good; one that
came on record after the unit had closed the circular is kept and tells nobody.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Subquery

from accounts.contacts import Contact, contacts_of
from accounts.holders import people_with
from accounts.roles import Right, Role, may
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.liability import told_at
from circulars.notices import Notice
from circulars.pages import about_paper
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.unsenttexts import withdraw_needless
from cms import ledger
from cms.gateways import gateway
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.messages import tell
from cms.phonewords import mobile_of
from cms.textmessages import TextMessage, masked, write
from cms.workdays import local

# Our reading of “及时”: ten minutes after the sending every unit has been told, or the sender is reminded.
TOLD_WITHIN = timedelta(minutes=10)
# For so long a sender who has not told a unit is reminded after a stop of the platform; networks report no longer either.
REMINDED_WITHIN, REPORTED_WITHIN = timedelta(days=1), timedelta(days=3)
SHORTEST_NUMBER = 3  # digits: an extension


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


def number_wrong(number: str) -> str:
    """Why this is no telephone number that was rung, extensions of the city's own exchange included; empty when it may be one."""
    digits = sum(character.isdigit() for character in number)
    if not number.strip():
        return "请填写拨打的号码。"
    if not digits:
        return "这不是电话号码，里面没有数字。请填写拨打的号码。"
    if digits < SHORTEST_NUMBER:
        return f"号码太短，至少 {SHORTEST_NUMBER} 位数字。请核对拨打的号码。"
    return ""


@transaction.atomic
def log_call(
    delivery: Delivery,
    *,
    of_round: int,
    result: str,
    name: str,
    number: str,
    happened_at: datetime,
    key: UUID,
    by: Any,
    at: datetime,
    person: int | None = None,
) -> Notice:
    """The call is on record for good; if it was the first that reached somebody of a unit that had not closed the circular, that is since when
    the unit counts as notified (``liability.told_at``).

    ``of_round`` is the round of which the caller spoke. Raises ``PermissionDenied`` for who does not send for the issuing unit,
    ``ValidationError`` for a time before the sending or in the future, without a result, a name or a number, ``Marked`` for a mark of secrecy, and
    ``OutOfOrder`` where no call is owed, the circular was sent again meanwhile or the unit had closed it by then. The same press twice (``key``) counts once.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied("只有发文单位的发文员可以登记电话通知。")
    # Nobody signs, recalls or begins a new round until the call is on record.
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("circular").get(pk=delivery.pk)
    if entered := Notice.objects.filter(key=key).first():
        return _same(entered, delivery)
    if of_round != delivery.round:
        raise OutOfOrder(
            f"{delivery.unit_name}这件公文已于{when(delivery.sent_at)}再次发送，您登记的是以前一轮的电话，没有记入。再通知以后请重新登记。"
        )
    closed_at = delivery.signed_at or delivery.returned_at or delivery.recalled_at
    _refuse_odd(delivery, happened_at, at, closed_at)
    if result not in Notice.CALL_RESULTS:
        raise ValidationError({"result": "请选择通话的结果。"})
    refuse_marks(name, number)
    name, number = name.strip()[:40], number.strip()
    if not name:
        raise ValidationError({"name": "请填写接听人；没有人接听的，填写打给谁。"})
    if wrong := number_wrong(number):
        raise ValidationError({"number": wrong})
    is_reached = result == Notice.Result.REACHED
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "delivery": delivery,
            "round": delivery.round,
            "channel": Notice.Channel.PHONE,
            "person_id": person,
            "name": name,
            "number": masked(number),
            "caller": by,
            "happened_at": happened_at,
            "recorded_at": at,
            "result": result,
            "reached_at": happened_at if is_reached else None,
            "settled_at": at,
        },
    )
    if not is_new:
        return _same(notice, delivery)
    facts = {"happened_at": happened_at, "result": result, "name": name, "number": notice.number}
    _enter(Deed.UNIT_CALLED, delivery, by=by, at=at, **facts)
    told = told_at(reached_at=happened_at, recorded_at=at, closed_at=closed_at) if is_reached else None
    if told and delivery.notified_at is None:
        Delivery.objects.filter(pk=delivery.pk).update(notified_at=told)
    return notice


def _same(notice: Notice, delivery: Delivery) -> Notice:
    if notice.delivery_id != delivery.pk:
        raise OutOfOrder("这一页已经用过，请重新打开再登记。")
    return notice


def _refuse_odd(delivery: Delivery, happened_at: datetime, at: datetime, closed_at: datetime | None) -> None:
    """A call is typed to the minute, so the minute of the sending, and that of the signing, will do."""
    if not delivery.must_notify:
        raise OutOfOrder("这件公文不要求短信或电话通知，不必登记。")
    if happened_at < delivery.sent_at.replace(second=0, microsecond=0):
        raise ValidationError({"happened_at": f"通知时间不能早于发送时间（{when(delivery.sent_at)}）。"})
    if happened_at > at:
        raise ValidationError({"happened_at": "通知时间不能晚于现在，打过电话再登记。"})
    if closed_at and happened_at > closed_at:
        done = "签收" if delivery.signed_at else "退回" if delivery.returned_at else "停止办理"
        raise OutOfOrder(f"{delivery.unit_name}这件公文已于{when(closed_at)}{done}，此后的通知不必登记。")


def _enter(deed: Deed, delivery: Delivery, *, by: Any, at: datetime, **facts: Any) -> None:
    ledger.enter(
        deed,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={"round": delivery.round, **facts},
    )


@transaction.atomic
def settle(at: datetime) -> None:
    """Each text of which the gateway has said what became of it says so on its notice; who was reached so is notified."""
    waiting = Notice.objects.filter(settled_at__isnull=True)
    list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk"))  # two runs at once settle each once
    said_at = TextMessage.objects.filter(pk=OuterRef("text")).values("answered_at")
    arrived = waiting.filter(text__in=TextMessage.objects.arrived())
    reached = list(arrived.values_list("pk", flat=True))
    if reached:
        arrived.filter(pk__in=reached).update(result=Notice.Result.REACHED, reached_at=Subquery(said_at), settled_at=at)
        _notified(reached, at)
    waiting.filter(text__state=TextMessage.State.FAILED).update(result=Notice.Result.FAILED, settled_at=at)
    unknown = waiting.filter(text__state=TextMessage.State.UNKNOWN)
    unknown.filter(result=Notice.Result.WAITING).update(result=Notice.Result.UNKNOWN)
    waiting.filter(happened_at__lt=at - REPORTED_WITHIN).update(result=Notice.Result.UNKNOWN, settled_at=at)


def _notified(notices: Collection[int], at: datetime) -> None:
    """Deliveries that one of these texts reached in their present round, and nobody before, are notified; one entry for each circular."""
    of_round = Notice.objects.filter(pk__in=notices, delivery=OuterRef("pk"), round=OuterRef("round"))
    first = of_round.order_by().values("delivery").annotate(first=Min("reached_at")).values("first")
    reached = Notice.objects.filter(pk__in=notices).values("delivery")
    locked = Delivery.objects.filter(pk__in=reached).select_for_update(of=("self",)).order_by("pk")
    keys = list(locked.values_list("pk", flat=True))
    # Asked anew when they are locked: a round that has ended meanwhile is told of nothing.
    found = Delivery.objects.filter(Exists(of_round), pk__in=keys, notified_at=None)
    rows = list(found.order_by("circular", "pk").values_list("pk", "circular__uuid", "circular", "issuer"))
    Delivery.objects.filter(pk__in=[pk for pk, *_ in rows]).update(notified_at=Subquery(first))
    for uuid, circular, issuer in dict.fromkeys((row[1:]) for row in rows):
        keys = [pk for pk, of, *_ in rows if of == uuid]
        ledger.enter(
            Deed.UNITS_TEXTED,
            subject=f"{Circular._meta.label_lower}:{circular}",
            at=at,
            circular=uuid,
            unit=issuer,
            facts={"count": len(keys), "list_digest": ledger.digest_of_keys(keys)},
        )


def settle_on_answer(sender: Any, *, at: datetime, **kwargs: Any) -> None:
    """The outbox has heard from its gateway."""
    settle(at)


def sweep_notices(at: datetime) -> None:
    """Texts that came to be of no use are withdrawn, results that nobody was told of are found, and who has left units untold is reminded."""
    withdraw_needless(at=at)
    settle(at)
    _remind(at)


def _remind(at: datetime) -> None:
    """Once for each sending: who sends for the unit knows that units have not been told ten minutes after it."""
    late = Delivery.objects.unnotified().filter(sent_at__lte=at - TOLD_WITHIN, sent_at__gt=at - REMINDED_WITHIN)
    groups = late.values("circular", "sent_at", "issuer").annotate(n=Count("pk")).order_by("circular", "sent_at")
    circulars = Circular.objects.in_bulk([group["circular"] for group in groups])
    for group in groups:
        circular = circulars[group["circular"]]
        tell(
            people_with(Right.SEND, group["issuer"]),
            key=f"unnotified:{circular.pk}:{group['sent_at']:%Y%m%d%H%M%S}",
            text=f"【{circular.get_urgency_display()}】{circular.number} 发送已超过{TOLD_WITHIN.seconds // 60}分钟，还有{group['n']}家没有通知，请打电话并登记。",
            link=f"/sent/{circular.uuid}/notices/",
            about=about_paper(circular.page_id),
            at=at,
        )
