"""What became of the texts that tell units of an urgent circular, and who has left units untold (Article 21).

``circulars/texting.py`` writes the texts, ``circulars/calling.py`` the calls. The first attempt on record that reached somebody is when the unit
was notified, for good.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Subquery

from accounts.holders import people_with
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.notices import Notice
from circulars.pages import about_paper
from circulars.registration import Circular
from circulars.unsenttexts import withdraw_needless
from cms import ledger
from cms.messages import tell
from cms.textmessages import TextMessage

# Our reading of “及时”: ten minutes after the sending every unit has been told, or the sender is reminded.
TOLD_WITHIN = timedelta(minutes=10)
# For so long a sender who has not told a unit is reminded after a stop of the platform; networks report no longer either.
REMINDED_WITHIN, REPORTED_WITHIN = timedelta(days=1), timedelta(days=3)


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
