"""请各单位说明: whoever answers for a late receipt of the month is asked why, and has until a certain time to say so (Article 28)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from accounts.overseeing import overseers
from accounts.roles import Right
from circulars.liability import Liability
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import Message
from cms.offices import office_of
from cms.reach import within_reach
from cms.ruleversions import RuleVersion
from cms.workdays import ONE_DAY
from reports.bulletins import LONGEST, Bulletin, refuse_strangers
from reports.deeds import Deed
from reports.explanations import AskedReceipt, Explanation
from reports.heard import key_of, tell_secretariat, tell_units
from reports.lateness import late_rows
from reports.receipts import receipts_of


def usual_end(area: Area, at: datetime) -> datetime:
    """The close of the last working day of the usual time; raises ``NoRules`` or ``CalendarMissing`` where that cannot be told."""
    office, days = office_of(area), RuleVersion.objects.in_force(area, at).rule_set.explain_days
    return office.close_of(office.next_working_day(at, days))


@transaction.atomic
def ask_units(bulletin: Bulletin, *, until: datetime, by: Any, at: datetime) -> int:
    """Every unit that answers for a late receipt of the month is asked about each, and told; returns how many receipts.

    Where nobody has to be asked the time is over at once. Raises ``PermissionDenied`` without the right, ``OutOfOrder`` when units were asked
    before, something of the month is not due yet or nobody would be left to approve, and ``ValidationError`` for an end that lies
    not ahead or too far.
    """
    refuse_strangers(bulletin.area, by)
    within_reach(until)
    if until <= at:
        raise ValidationError({"until": "截止时间须晚于现在。"})
    if until > at + LONGEST:
        raise ValidationError({"until": f"截止时间最迟在{LONGEST.days}天以内，请核对。"})
    bulletin = bulletin.locked()
    if bulletin.state != Bulletin.State.CHECKING:
        raise OutOfOrder(f"{bulletin}现在是“{bulletin.get_state_display()}”，没有重复办理。")
    _refuse_last_hand(bulletin, by)
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
    changes: dict[str, Any] = {"asked_by": by, "asked_at": at, "explain_until": until}
    move(bulletin, Bulletin.State.EXPLAINING, Deed.BULLETIN_ASKED, by=by, at=at, facts=facts, **changes)
    tell_units(
        bulletin,
        {row.unit for row in late},
        "asked",
        f"{month.label}有本单位负责的逾期公文，请在{when(until)}前逐件说明，过期不再受理。",
        at,
    )
    return len(late)


def _refuse_last_hand(bulletin: Bulletin, by: Any) -> None:
    """Who opened it and who asks do not approve: of two people one does both, so that the other can."""
    there = overseers(Right.REPORT, bulletin.area_id)
    if by.pk != bulletin.opened_by_id and bulletin.opened_by_id in there and not there - {by.pk, bulletin.opened_by_id}:
        raise OutOfOrder(
            f"通报由{bulletin.opened_by}办理，请{bulletin.opened_by}请各单位说明；您再办，就没有人可以审定了。"
        )


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
    if _was_told(bulletin, step := _step(bulletin, "reminder")):
        return
    waiting = set(AskedReceipt.objects.waiting(at).filter(bulletin=bulletin).values_list("unit", flat=True))
    said = f"{bulletin.month_told.label}的逾期公文还有没有说明的，{when(bulletin.explain_until)}截止，过期不再受理。"
    tell_units(bulletin, waiting, step, said, at)


def _tell_secretariat_of_end(bulletin: Bulletin, at: datetime) -> None:
    if _was_told(bulletin, step := _step(bulletin, "over")):
        return
    waiting = Explanation.objects.to_rule().filter(asked__bulletin=bulletin).count()
    said = f"还有 {waiting} 条说明要认定。" if waiting else "可以由另一人审定。"
    tell_secretariat(bulletin, step, f"{bulletin}的单位说明已经截止，{said}", at)


def _step(bulletin: Bulletin, step: str) -> str:
    """Time that was lengthened has a last day and an end of its own."""
    times = bulletin.lengthenings.count()
    return f"{step}:{times}" if times else step


def _was_told(bulletin: Bulletin, step: str) -> bool:
    """Found by what the message is about: the keys alone would be looked for among all messages."""
    return Message.objects.filter(about=ledger.subject_of(bulletin), key=key_of(bulletin, step)).exists()
