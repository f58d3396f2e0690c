"""归档: the archivist files a paper under a code, leaves it out, or changes its term later (Article 27; archive order no. 8, arts. 4 to 8)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.archive.codes import code_of, draw
from circulars.archive.fonds import BAD_OFFICE, OFFICE, Fonds
from circulars.archive.handled import file_entry, refuse_unhandled
from circulars.archive.holdings import Holding
from circulars.archive.retention import Term, is_shorter, kept_until, years_later
from circulars.deeds import Deed
from circulars.reasons import digest_of_reason, refuse_marks
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move
from cms.ruleversions import RuleVersion

LONGEST_REASON = 200


class TermChange(models.Model):
    """That the term of a filed paper was changed, from which to which and why; takes INSERT only."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="term_changes", verbose_name="存档公文")
    before = models.CharField("原保管期限", max_length=4, choices=Term.choices)
    after = models.CharField("现保管期限", max_length=4, choices=Term.choices)
    reason = models.CharField("理由", max_length=LONGEST_REASON, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="变更人")
    at = models.DateTimeField("变更时间")

    class Meta:
        verbose_name = verbose_name_plural = "保管期限变更"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.holding} {self.before} → {self.after}"


@transaction.atomic
def file(holding: Holding, term: str, office: str, *, by: Any, at: datetime) -> str:
    """The paper is filed under the next code of its year, term and office; returns the code. Once.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` for a term or an office that are none, and ``OutOfOrder`` for what is
    not handled yet, was sent back, is blocked, is filed already, or while the unit has no number of its archive.
    """
    holding = _locked(holding, by)
    if term not in Term.values:
        raise ValidationError({"term": "请选择保管期限。"})
    if not OFFICE.fullmatch(office):
        raise ValidationError({"office": BAD_OFFICE})
    refuse_unhandled(holding)
    fonds = Fonds.objects.filter(pk=holding.unit_id).first()
    if fonds is None:
        raise OutOfOrder("本单位还没有设定全宗号，不能编档号。请先在“全宗和归档范围”里设定。")
    if holding.state not in (Holding.State.HELD, Holding.State.LEFT):
        raise OutOfOrder(f"本件已是“{holding.get_state_display()}”，没有再归档。")
    item = draw(holding.unit_id, holding.year, term, office)
    code = code_of(fonds, holding.year, term, office, item)
    _move(
        holding,
        Holding.State.FILED,
        Deed.HOLDING_FILED,
        by=by,
        at=at,
        facts=holding.facts() | {"code": code, "term": term},
        term=term,
        office=office,
        item=item,
        code=code,
        filed_at=at,
        filed_by=by,
        kept_until=kept_until(term, holding.year),
    )
    file_entry(holding, by=by, at=at)
    return code


@transaction.atomic
def leave(holding: Holding, *, by: Any, at: datetime) -> None:
    """The paper is not filed, and may be appraised for destruction some years on; it can still be filed.

    Raises as ``file`` does, and ``OutOfOrder`` for what the unit issued itself: that is filed.
    """
    holding = _locked(holding, by)
    refuse_unhandled(holding)
    if holding.is_issued:
        raise OutOfOrder("本单位制发的公文应当归档，请选择保管期限。")
    if holding.state != Holding.State.HELD:
        raise OutOfOrder(f"本件已是“{holding.get_state_display()}”，没有改动。")
    area = Area.objects.get(pk=holding.unit.area_id)
    years = RuleVersion.objects.in_force(area, at).rule_set.unfiled_years
    until = years_later(timezone.localdate(holding.since), years)
    facts = holding.facts() | {"kept_until": until}
    _move(holding, Holding.State.LEFT, Deed.HOLDING_LEFT, by=by, at=at, facts=facts, kept_until=until)


@transaction.atomic
def change_term(holding: Holding, term: str, reason: str, *, by: Any, at: datetime) -> None:
    """The paper is kept so long from now on; its code stays. A shorter term needs its reason.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` for a term that is none or a shorter one without a reason, and
    ``OutOfOrder`` for what is not filed, is being decided on, or has this term already.
    """
    holding, reason = _locked(holding, by), reason.strip()
    if term not in Term.values:
        raise ValidationError({"term": "请选择保管期限。"})
    if holding.state != Holding.State.FILED:
        raise OutOfOrder(f"本件是“{holding.get_state_display()}”，不能变更保管期限。")
    if holding.term == term:
        raise OutOfOrder(f"保管期限已是“{holding.get_term_display()}”，没有改动。")
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"理由不超过 {LONGEST_REASON} 个字。"})
    if not reason and is_shorter(term, than=holding.term):
        raise ValidationError({"reason": "缩短保管期限，请写明理由。"})
    refuse_marks(reason)
    TermChange.objects.create(holding=holding, before=holding.term, after=term, reason=reason, by=by, at=at)
    facts = holding.facts() | {"before": holding.term, "after": term, "reason_digest": digest_of_reason(reason)}
    Holding.objects.filter(pk=holding.pk).update(term=term, kept_until=kept_until(term, holding.year))
    ledger.enter(
        Deed.TERM_CHANGED,
        subject=ledger.subject_of(holding),
        by=by,
        at=at,
        circular=holding.document,
        unit=holding.unit_id,
        facts=facts,
    )


def _locked(holding: Holding, by: Any) -> Holding:
    """The row for this transaction alone; raises ``PermissionDenied`` for who does not file there and ``OutOfOrder`` for a blocked paper."""
    if not may(by, Right.KEEP_ARCHIVE, holding.unit_id):
        raise PermissionDenied(f"您没有“{holding.unit}”的归档职责。")
    rows = Holding.objects.select_related("circular__page", "unit")
    held = rows.select_for_update(of=("self",)).get(pk=holding.pk)
    refuse_blocked(held.circular.page)
    return held


def _move(holding: Holding, to: str, deed: Deed, **changes: Any) -> None:
    move(holding, to, deed, circular=holding.document, unit=holding.unit_id, **changes)
