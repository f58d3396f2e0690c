"""审定通报: another person approves, what was accepted relieves, and the month is published, in one transaction (Article 28)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.holders import holders_of
from accounts.roles import Right
from circulars.decidedrelief import Accepted, relieve
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell
from cms.ruleversions import RuleVersion
from reports.approvers import barred, barred_as_named
from reports.bulletins import Bulletin, refuse_strangers
from reports.deeds import Deed
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.heard import key_of
from reports.monthly import report_of
from reports.named import NamedUnit, to_name
from reports.receipts import Issuers, issuing_units
from reports.snapshots import publish
from reports.speaking import people_speaking


def refusal(bulletin: Bulletin, user: Any, now: datetime) -> str:
    """Why the person cannot approve the bulletin now, as a sentence; empty when they can, unless it names their own unit."""
    if bulletin.state == Bulletin.State.APPROVED:
        return f"{bulletin}已由{bulletin.approved_by}审定，没有重复办理。"
    if bulletin.state == Bulletin.State.CHECKING:
        return "还没有请各单位说明，不能审定。"
    if bulletin.state == Bulletin.State.DROPPED:
        return f"{bulletin}已取消办理，不能审定。"
    given = Explanation.objects.filter(asked__bulletin=bulletin)
    if not is_over(bulletin, now):
        assert bulletin.explain_until is not None
        return f"各单位可以说明到{when(bulletin.explain_until)}，截止以后才能审定。"
    if waiting := given.to_rule().count():
        return f"还有 {waiting} 条说明没有认定，认定以后才能审定。"
    return barred(bulletin, user)


def is_over(bulletin: Bulletin, now: datetime) -> bool:
    """Whether nobody can explain any more: the time is over, or every unit has."""
    return bulletin.is_closed(now) or not AskedReceipt.objects.waiting(now).filter(bulletin=bulletin).exists()


@transaction.atomic
def approve(bulletin: Bulletin, *, by: Any, at: datetime) -> Bulletin:
    """What was accepted is relieved, the month is published as it is then, and its units below the mark are named.

    Raises ``PermissionDenied`` without the right, ``OutOfOrder`` for who had a hand in it or a unit of their own in it and while something
    is open, and what ``publish`` raises; then nothing has changed.
    """
    refuse_strangers(bulletin.area, by, deed="审定通报")
    bulletin = bulletin.locked()
    if why := refusal(bulletin, by, at):
        raise OutOfOrder(why)
    accepted = _accepted(bulletin)
    relieve(
        [Accepted(ruling.explanation.asked.delivery_id, ruling.explanation.asked.round, ruling) for ruling in accepted],
        by=by,
        at=at,
    )
    snapshot = publish(
        bulletin.month_told, issuers=bulletin.whose, area=bulletin.area, reason=bulletin.reason, by=by, at=at
    )
    percent = RuleVersion.objects.in_force(bulletin.area, at).rule_set.named_percent
    named = to_name(report_of(snapshot), percent)
    if why := barred_as_named(bulletin, by, [one.unit_id for one in named]):
        raise OutOfOrder(why)
    NamedUnit.objects.bulk_create(NamedUnit(bulletin=bulletin, unit_id=one.unit_id) for one in named)
    move(
        bulletin,
        Bulletin.State.APPROVED,
        Deed.BULLETIN_APPROVED,
        by=by,
        at=at,
        facts={
            "version": snapshot.version,
            "figures": snapshot.digest,
            "accepted": len(accepted),
            "below": percent,
            "named": sorted(one.unit_id for one in named),
        },
        approved_by=by,
        approved_at=at,
        named_percent=percent,
        snapshot=snapshot,
    )
    _tell_units(bulletin, at)
    _tell_drafters(bulletin, at)
    return bulletin


def _accepted(bulletin: Bulletin) -> list[Ruling]:
    """The decisions that give relief: of each explanation the latest, where it is to accept."""
    rulings = Ruling.objects.filter(explanation__asked__bulletin=bulletin).select_related("explanation__asked")
    latest = {ruling.explanation_id: ruling for ruling in rulings.order_by("pk")}
    return [ruling for ruling in latest.values() if ruling.is_accepted]


def _tell_drafters(bulletin: Bulletin, at: datetime) -> None:
    """Who drafts for the government or its office knows that there is a bulletin to draft."""
    issuing = issuing_units(Issuers.GOVERNMENT, bulletin.area)
    drafting = holders_of(Right.DRAFT, list(issuing.values_list("pk", flat=True)))
    tell(
        {person for person, _ in drafting},
        key=key_of(bulletin, "to-draft"),
        text=f"{bulletin}已审定，可以起草下发。",
        link=reverse("reports:bulletin", args=[bulletin.pk]),
        about=ledger.subject_of(bulletin),
        at=at,
    )


def _tell_units(bulletin: Bulletin, at: datetime) -> None:
    """Whose words were decided on knows that it was done."""
    units = Explanation.objects.filter(asked__bulletin=bulletin).values_list("asked__unit", flat=True)
    tell(
        people_speaking(set(units)),
        key=key_of(bulletin, "approved"),
        text=f"{bulletin.month_told.label}逾期公文的说明已经认定，请查看。",
        link=f"{reverse('reports:explanations')}?show=given",
        about=ledger.subject_of(bulletin),
        at=at,
    )
