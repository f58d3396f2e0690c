"""复核登记: an approved text becomes a circular, with its number, its distribution and its originals (2012 regulation art. 25).

``Circular`` is the record that deliveries, receipts, ledger and reports point to; lists never touch the page behind it.
Next: ``circulars/sealing``, and then ``circulars/dispatch.py``, which sends it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.decisions import Decision
from circulars.deeds import Deed
from circulars.layouts import Direction, DocumentType, Layout, Openness, Redistribution, Retention
from circulars.numbering import Series
from circulars.pages import SHUT, CircularPage
from circulars.recipients import Addressed, distribution
from circulars.snapshots import addressees
from circulars.titles import quoted
from circulars.versions import approval_of
from cms import ledger
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class AttachmentDamaged(OutOfOrder):
    """A file of the circular is gone or is not what was attached."""


class ApprovalMissing(OutOfOrder):
    """The text in hand is not the one that was approved."""


class CircularQuerySet(models.QuerySet["Circular"]):
    def issued_for(self, user: Any, right: Right = Right.TRACK) -> "CircularQuerySet":
        """Circulars of the units for which the person holds the right."""
        from accounts.roles import units_where

        return self.filter(issuer_id__in=units_where(user, right))

    def gone_out(self) -> "CircularQuerySet":
        """Those that were sent, recalled since or not."""
        return self.filter(sent_at__isnull=False)

    def to_send(self) -> "CircularQuerySet":
        """Registered and not sent: those that wait for seal, for somebody's press, and for their time."""
        return self.filter(state__in=[Circular.State.REGISTERED, Circular.State.SEALED, Circular.State.SCHEDULED])

    def unblocked(self) -> "CircularQuerySet":
        """Circulars that no secrecy case has shut (Article 5)."""
        return self.exclude(secrecy_cases__state__in=SHUT)


class Circular(models.Model):
    """One registered circular. What was approved is frozen here; a later change is another circular."""

    class State(models.TextChoices):
        REGISTERED = "registered", "已登记"
        SEALED = "sealed", "已用印"
        SCHEDULED = "scheduled", "待定时发送"
        SENT = "sent", "已发送"
        RECALLED = "recalled", "已撤回"
        VOIDED = "voided", "已作废"

    # Nothing is sent without its seal. What is void or recalled stays so: its text goes out under another number.
    MOVES = {
        State.REGISTERED: {State.SEALED, State.VOIDED},
        State.SEALED: {State.SCHEDULED, State.SENT, State.VOIDED},
        State.SCHEDULED: {State.SEALED, State.SENT},
        State.SENT: {State.RECALLED},
    }

    uuid = models.UUIDField("公文标识", unique=True, default=uuid4, editable=False)
    page = models.OneToOneField(CircularPage, models.PROTECT, related_name="circular", verbose_name="文稿")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REGISTERED)

    series = models.ForeignKey(Series, models.PROTECT, related_name="circulars", verbose_name="文号系列")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    number = models.CharField("发文字号", max_length=40)

    title = models.CharField("标题", max_length=255)
    document_type = models.CharField("文种", max_length=20, choices=DocumentType.choices)
    layout = models.CharField("版式", max_length=10, choices=Layout.choices)
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency.choices)
    direction = models.CharField("行文方向", max_length=10, choices=Direction.choices)
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    issuer_name = models.CharField("发文单位名称", max_length=100)
    openness = models.CharField("公开属性", max_length=12, choices=Openness.choices)
    retention = models.CharField("保管期限", max_length=10, choices=Retention.choices)
    redistribution = models.CharField(
        "转发范围", max_length=10, choices=Redistribution.choices, default=Redistribution.FREE
    )
    written_date = models.DateField("成文日期")
    printing_date = models.DateField("印发日期", null=True)
    attachment_count = models.PositiveSmallIntegerField("附件数")
    originals = models.PositiveSmallIntegerField("每单位正本份数", default=1)
    digest = models.CharField("文稿摘要", max_length=64)
    # It was sent before circulars had seals: nothing can be judged of it, and nothing is held against it.
    predates_seals = models.BooleanField("早于电子印章", default=False, db_default=False)

    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    approved_at = models.DateTimeField("签发时间")
    registrar = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发送人"
    )
    sent_at = models.DateTimeField("发送时间", null=True)
    off_hours_reason = models.CharField("非工作时间发送理由", max_length=200, blank=True)
    scheduled_for = models.DateTimeField("定时发送时间", null=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="定时人"
    )
    recalled_at = models.DateTimeField("撤回时间", null=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤回人"
    )
    recall_reason = models.CharField("撤回理由", max_length=300, blank=True, db_default="")
    checked_at = models.DateTimeField("核对签收情况时间", null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核对人"
    )
    announced_at = models.DateTimeField("通知送出时间", null=True)

    objects = CircularQuerySet.as_manager()

    class Meta:
        verbose_name = "公文"
        verbose_name_plural = "公文"
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="number_drawn_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["registered", "sealed", "scheduled", "voided"], sent_at=None)
                | models.Q(state__in=["sent", "recalled"], sent_at__isnull=False),
                name="circular_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="scheduled", scheduled_for__isnull=False, scheduled_by__isnull=False)
                | (~models.Q(state="scheduled") & models.Q(scheduled_for=None)),
                name="circular_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="recalled", recalled_at__isnull=False, recall_reason__gt="")
                | (~models.Q(state="recalled") & models.Q(recalled_at=None)),
                name="circular_recalled_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["issuer", "-sent_at"], name="circular_issuer_sent"),
            models.Index(fields=["-registered_at"], name="circular_registered"),
            models.Index(fields=["-sent_at", "-id"], name="circular_sent"),
            models.Index(fields=["issuer", "state"], name="circular_issuer_state"),
            models.Index(fields=["scheduled_for"], name="circular_scheduled", condition=models.Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return f"{self.number}{quoted(self.title)}"

    @property
    def snapshot(self) -> dict[str, Any]:
        """What was approved, as ``circulars.snapshots.snapshot_of`` made it; read on the reading page only."""
        return json.loads(self.text.content)


class CircularText(models.Model):
    """The canonical text of a circular's snapshot, apart from the record so that lists stay narrow."""

    circular = models.OneToOneField(Circular, models.PROTECT, primary_key=True, related_name="text")
    content = models.TextField("内容")

    class Meta:
        verbose_name = "公文正文"
        verbose_name_plural = "公文正文"

    def __str__(self) -> str:
        return str(self.circular_id)


class IssuerLine(models.Model):
    """One body that issues a circular, under its name of that day; fixed at registration, the lead body at place 0 (GB/T 9704-2012, 7.3.5).

    ``approver`` is who signed it off for that body (签发人); unknown of some that were registered before this was kept.
    """

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="issuers", verbose_name="公文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    name = models.CharField("单位名称", max_length=100)
    place = models.PositiveSmallIntegerField("次序")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )

    class Meta:
        verbose_name = "发文机关"
        verbose_name_plural = "发文机关"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["circular", "unit"], name="issued_once")]

    def __str__(self) -> str:
        return self.name


class DistributionLine(models.Model):
    """One unit to which a circular goes (分送范围), fixed at registration: a later change of the register adds and drops nobody."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="distribution", verbose_name="公文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="收文单位")
    role = models.CharField("送达方式", max_length=10, choices=Addressed.choices)

    class Meta:
        verbose_name = "分送单位"
        verbose_name_plural = "分送范围"
        constraints = [models.UniqueConstraint(fields=["circular", "unit"], name="distributed_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"


@transaction.atomic
def register(page: CircularPage, *, digest: str, originals: int = 1, by: Any, at: datetime) -> Circular:
    """The circular exists, with the next number of its series; ``digest`` is that of the text which the registrar rechecked.

    Raises ``PermissionDenied`` without the right, ``OutOfOrder`` when it is registered already or leaves out a holder of what it corrects
    or annuls, and ``ApprovalMissing`` when the text is not the approved one. A failed registration leaves no number behind.
    """
    from circulars.amending import refuse_missing_holders

    issuer = page.issuer
    if not may(by, Right.REGISTER, issuer.pk):
        raise PermissionDenied(f"您没有“{issuer}”的复核登记职责。")
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    registered = Circular.objects.filter(page_id=page.pk).first()
    if registered:
        raise OutOfOrder(f"本件已登记为 {registered.number}，不能再次登记。")
    if page.is_blocked:
        raise OutOfOrder("本件因涉密处置已封存，不能再办理。")
    approval = approval_of(page)
    if approval is None or approval.digest != digest:
        raise ApprovalMissing("现在的文稿不是签发时的文稿，不能登记。改动过的文稿须重新送审、签发。")

    snapshot = approval.snapshot
    refuse_damaged(snapshot)
    today = timezone.localdate(at)
    series = Series.objects.get(unit=issuer, prefix=snapshot["series"])
    number = series.draw(today.year)
    assert approval.approved_at is not None
    assert approval.approved_by is not None
    circular = Circular.objects.create(
        page_id=page.pk,
        series=series,
        year=number.year,
        sequence=number.sequence,
        number=str(number),
        title=snapshot["title"],
        document_type=snapshot["document_type"],
        layout=snapshot["layout"],
        urgency=snapshot["urgency"],
        direction=snapshot["direction"],
        issuer=issuer,
        issuer_name=issuer.short_name,
        openness=snapshot["openness"],
        retention=snapshot["retention"],
        redistribution=snapshot["redistribution"],
        written_date=_day(snapshot["written_date"]) or timezone.localdate(approval.approved_at),
        printing_date=_day(snapshot["printing_date"]) or (today if snapshot["printing_office"] else None),
        attachment_count=len(snapshot["attachments"]),
        originals=originals,
        digest=approval.digest,
        drafter_id=page.owner_id,
        approver=approval.approved_by,
        approved_at=approval.approved_at,
        registrar=by,
        registered_at=at,
    )
    CircularText.objects.create(circular=circular, content=approval.content)
    page.versions.filter(registered_at=None).update(registered_at=at)
    signers = _fix_issuers(circular, snapshot, Decision.objects.signers(approval))
    codes = _fix_distribution(circular, snapshot)
    refuse_missing_holders(circular, snapshot)
    ledger.enter(
        Deed.CIRCULAR_REGISTERED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=issuer.pk,
        facts={
            "number": circular.number,
            "digest": circular.digest,
            "originals": originals,
            "recipients": len(codes),
            "list_digest": listing_digest(codes),
            "approved_by": approval.approved_by_id,
            "approved_at": approval.approved_at,
            "signers": signers,
            "version": approval.number,
        },
    )
    return circular


def refuse_damaged(snapshot: dict[str, Any]) -> None:
    """Every file that the snapshot names lies in the store unchanged; raises ``AttachmentDamaged`` naming the first that does not."""
    for attachment in snapshot["attachments"]:
        if not attachment["digest"]:
            continue
        kept = Attachment.objects.filter(digest=attachment["digest"]).first()
        if kept is None or not kept.is_intact():
            raise AttachmentDamaged(f"附件{cited(attachment['title'])}的内容与上传时不一致，不能继续，请联系网信办。")


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def listing_digest(codes: Iterable[str]) -> str:
    """SHA-256 of the units' codes, sorted, one a line: how the ledger names a list of recipients."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()


def _fix_issuers(circular: Circular, snapshot: dict[str, Any], signed: dict[int, int]) -> dict[str, int | None]:
    """The issuing bodies are on record with who ``signed`` for each; returns these by the bodies' codes."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=snapshot["issuers"])}
    named = zip(snapshot["issuers"], snapshot["issuer_names"], strict=True)
    IssuerLine.objects.bulk_create(
        [
            IssuerLine(
                circular=circular, unit=units[code], name=name, place=place, approver_id=signed.get(units[code].pk)
            )
            for place, (code, name) in enumerate(named)
        ]
    )
    return {code: signed.get(unit.pk) for code, unit in units.items()}


def _fix_distribution(circular: Circular, snapshot: dict[str, Any]) -> list[str]:
    primary, cc = addressees(snapshot)
    units = distribution(primary, cc, snapshot["issuers"])
    DistributionLine.objects.bulk_create(
        [DistributionLine(circular=circular, unit=unit, role=role) for unit, role in units]
    )
    return [unit.code for unit, _ in units]
