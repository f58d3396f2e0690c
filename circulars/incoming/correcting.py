"""更正登记: what a clerk mistyped in the register is put right, with the reason; what stood there before is kept, and the number never changes.

Only what was typed can be mistyped: of a circular of this system that came on paper its counts, kind and note, of a paper from outside all of it
(Article 19; 2012 regulation art. 24).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming.choices import Kind, Source
from circulars.incoming.record import Incoming
from circulars.incoming.typed import Outside, counted, described
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder

LONGEST = 300  # characters of a reason
_OF_THE_PAPER = ("sender", "title", "number", "urgency")


class EntryCorrection(models.Model):
    """That an entry was put right, by whom, when and why."""

    entry = models.ForeignKey(Incoming, models.PROTECT, related_name="corrections", verbose_name="收文登记")
    reason = models.CharField("更正原因", max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="更正人")
    at = models.DateTimeField("更正时间")

    class Meta:
        verbose_name = verbose_name_plural = "更正登记"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.entry}的更正"


class CorrectedField(models.Model):
    """What one column of the entry said before and says since, in the words of the page."""

    correction = models.ForeignKey(EntryCorrection, models.PROTECT, related_name="fields", verbose_name="更正登记")
    field = models.CharField("栏目", max_length=20)
    before = models.CharField("原来", max_length=300, blank=True)
    after = models.CharField("更正为", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正内容"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["correction", "field"], name="corrected_once_each")]

    def __str__(self) -> str:
        return f"{self.label}：{self.before or '（空）'} → {self.after or '（空）'}"

    @property
    def label(self) -> str:
        column: Any = Incoming._meta.get_field(self.field)
        return str(column.verbose_name)


def hindrance_to_correction(entry: Incoming) -> str:
    """Why the entry stays as it is, for the clerk; empty where it can be put right."""
    if entry.source == Source.ELECTRONIC:
        return "电子收文照公文原样登记，不在登记簿里更正。"
    if entry.state == Incoming.State.FILED:
        return f"{entry.number}已归档，不能再更正。"
    return ""


@transaction.atomic
def correct_entry(
    entry: Incoming, typed: Mapping[str, Any], reason: str, *, seen: int | None, by: Any, at: datetime
) -> EntryCorrection:
    """The entry says what was typed now, and its history what it said before; ``seen`` is the latest correction that the clerk knew of.

    Raises ``PermissionDenied`` for who does not register for the unit, ``ValidationError`` for what cannot be, without a reason or where nothing
    differs, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` for what is not correctable or was corrected meanwhile.
    """
    entry = _held(entry.pk)
    if not may(by, Right.HANDLE_INCOMING, entry.unit_id):
        raise PermissionDenied("只有本单位的收发员可以更正登记。")
    if hindrance := hindrance_to_correction(entry):
        raise OutOfOrder(hindrance)
    last = EntryCorrection.objects.filter(entry=entry).select_related("by").last()
    if last and last.pk != seen:
        when = timezone.localtime(last.at)
        raise OutOfOrder(f"{entry.number}已由{last.by}于{when:%-m月%-d日 %H:%M}更正，请看过以后再改。")
    reason = said_in(reason, "reason", "请写明更正原因", longest=LONGEST)
    new = _kept(entry, typed)
    before = {name: _said(name, getattr(entry, name)) for name in new}
    changed = {name: value for name, value in new.items() if _said(name, value) != before[name]}
    if not changed:
        raise ValidationError("登记内容没有改动。")
    if "kind" in changed and entry.state != Incoming.State.REGISTERED:
        raise ValidationError({"kind": f"本件{entry.get_state_display()}，类别不再改动。"})
    correction = EntryCorrection.objects.create(entry=entry, reason=reason, by=by, at=at)
    CorrectedField.objects.bulk_create(
        CorrectedField(correction=correction, field=name, before=before[name], after=_said(name, value))
        for name, value in changed.items()
    )
    Incoming.objects.filter(pk=entry.pk).update(**changed)
    facts = {
        "number": entry.number,
        "fields": list(changed),
        "before_digest": digest_of_reason("\n".join(f"{name}={before[name]}" for name in changed)),
        "text_digest": digest_of_reason(reason),
    }
    circular = entry.circular.uuid if entry.circular else None
    subject = ledger.subject_of(entry)
    ledger.enter(
        Deed.INCOMING_CORRECTED, subject=subject, by=by, at=at, circular=circular, unit=entry.unit_id, facts=facts
    )
    return correction


def _held(pk: int) -> Incoming:
    """The entry for this transaction alone; the delivery is locked first, as whoever returns it locks it. Raises ``OutOfOrder`` for a blocked paper."""
    delivery = Incoming.objects.values_list("delivery", flat=True).get(pk=pk)
    if delivery:
        Delivery.objects.select_for_update(of=("self",)).get(pk=delivery)
    entry = Incoming.objects.select_for_update().get(pk=pk)
    if entry.circular:
        refuse_blocked(entry.circular.page)
    return entry


def _kept(entry: Incoming, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value of what was typed, as far as the way by which the paper came lets it be typed."""
    kept = counted(**{name: typed[name] for name in ("kind", "copies", "pages", "note")})
    if entry.source != Source.OUTSIDE:
        return kept
    paper = Outside(**{name: typed[name] for name in _OF_THE_PAPER})
    return kept | described(paper, received_at=typed["received_at"], at=entry.registered_at)


def _said(name: str, value: Any) -> str:
    match name:
        case "received_at":
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case "urgency":
            return str(Urgency(value).label)
        case "kind":
            return str(Kind(value).label)
    return "" if value is None else str(value)
