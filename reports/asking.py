"""请各单位说明: whoever answers for a late receipt of the month is asked why, and has until a certain time to say so (Article 28)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from accounts.overseeing import overseen, overseers
from accounts.roles import Right
from circulars.liability import Liability
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import Message, tell
from cms.offices import office_of
from cms.reach import within_reach
from cms.ruleversions import RuleVersion
from cms.workdays import ONE_DAY
from reports.bulletins import Bulletin
from reports.deeds import Deed
from reports.explanations import AskedReceipt, Explanation
from reports.lateness import late_rows
from reports.receipts import receipts_of
from reports.speaking import people_speaking

LONGEST = timedelta(days=60)


def usual_end(area: Area, at: datetime) -> datetime:
    """The close of the last working day of the usual time; raises ``NoRules`` or ``CalendarMissing`` where that cannot be told."""
    office, days = office_of(area), RuleVersion.objects.in_force(area, at).rule_set.explain_days
    return office.close_of(office.next_working_day(at, days))


@transaction.atomic
def ask_units(bulletin: Bulletin, *, until: datetime, by: Any, at: datetime) -> int:
    """Every unit that answers for a late receipt of the month is asked about each, and told; returns how many receipts.

    Where nobody has to be asked the time is over at once. Raises ``PermissionDenied`` without the right, ``OutOfOrder`` when units were asked
    before or something of the month is not due yet, and ``ValidationError`` for an end that lies
    not ahead or too far.
    """
    if not overseen(by, Right.REPORT).covers(bulletin.area_id):
        raise PermissionDenied("只有市政府办公室秘书科可以办理通报。")
    within_reach(until)
    if until <= at:
        raise ValidationError({"until": "截止时间须晚于现在。"})
    if until > at + LONGEST:
        raise ValidationError({"until": f"截止时间最迟在{LONGEST.days}天以内，请核对。"})
    bulletin = bulletin.locked()
    if bulletin.state != Bulletin.State.CHECKING:
        raise OutOfOrder(f"{bulletin}已经请各单位说明，没有重复办理。")
    month = bulletin.month_told
    scope: dict[str, Any] = {"as_of": at, "issuers": bulletin.whose, "area": bulletin.area}
    still = receipts_of(month, **scope).filter(Q(closed_at=None, due_at__gt=at)).aggregate(last=Max("due_at"))
    if still["last"]:
        raise OutOfOrder(f"{month.label}还有公文没有到期（最迟{when(still['last'])}），到期以后再请各单位说明。")
    late = [row for row in late_rows(month, **scope) if row.liability == Liability.RECIPIENT]
    AskedReceipt.objects.bulk_create(
        [
            AskedReceipt(
                bulletin=bulletin,
                delivery_id=row.key.delivery,
                round=row.key.round,
                unit_id=row.unit,
                unit_name=row.unit_name,
                sent_at=row.sent_at,
                due_at=row.due_at,
                closed_at=row.closed_at,
                lateness=row.lateness,
            )
            for row in late
        ],
        batch_size=500,
    )
    until = until if late else at
    keys = [row.key.delivery for row in late]
    facts = {"until": until, "count": len(late), "list_digest": ledger.digest_of_keys(keys)}
    changes: dict[str, Any] = {"asked_at": at, "explain_until": until}
    move(bulletin, Bulletin.State.EXPLAINING, Deed.BULLETIN_ASKED, by=by, at=at, facts=facts, **changes)
    _tell_units(
        bulletin,
        {row.unit for row in late},
        "asked",
        f"{month.label}有本单位负责的逾期公文，请在{when(until)}前逐件说明，过期不再受理。",
        at,
    )
    return len(late)


def sweep_bulletins(at: datetime) -> None:
    """In the last day of the time who has not explained is reminded, and at its end the secretariat knows; each once."""
    for bulletin in Bulletin.objects.explaining().select_related("area"):
        assert bulletin.explain_until is not None
        if bulletin.is_closed(at):
            _tell_secretariat_of_end(bulletin, at)
        elif at >= bulletin.explain_until - ONE_DAY:
            _remind(bulletin, at)


def _remind(bulletin: Bulletin, at: datetime) -> None:
    assert bulletin.explain_until is not None
    if _is_told(bulletin, "reminder"):
        return
    waiting = set(AskedReceipt.objects.waiting(at).filter(bulletin=bulletin).values_list("unit", flat=True))
    said = f"{bulletin.month_told.label}的逾期公文还有没有说明的，{when(bulletin.explain_until)}截止，过期不再受理。"
    _tell_units(bulletin, waiting, "reminder", said, at)


def _tell_secretariat_of_end(bulletin: Bulletin, at: datetime) -> None:
    if _is_told(bulletin, "over"):
        return
    waiting = Explanation.objects.to_rule().filter(asked__bulletin=bulletin).count()
    said = f"还有 {waiting} 条说明要认定。" if waiting else "可以由另一人审定。"
    tell(
        overseers(Right.REPORT, bulletin.area_id),
        key=_key(bulletin, "over"),
        text=f"{bulletin}的单位说明已经截止，{said}",
        link=reverse("reports:bulletin", args=[bulletin.pk]),
        about=ledger.subject_of(bulletin),
        at=at,
    )


def _tell_units(bulletin: Bulletin, units: Collection[int], step: str, said: str, at: datetime) -> None:
    tell(
        people_speaking(units),
        key=_key(bulletin, step),
        text=said,
        link=reverse("reports:explanations"),
        about=ledger.subject_of(bulletin),
        at=at,
    )


def _is_told(bulletin: Bulletin, step: str) -> bool:
    """Found by what the message is about: the keys alone would be looked for among all messages."""
    told = Message.objects.filter(about=ledger.subject_of(bulletin))
    return told.filter(key=_key(bulletin, step)).exists()


def _key(bulletin: Bulletin, step: str) -> str:
    return f"bulletin:{bulletin.pk}:{step}"
