"""复核登记: an approved text becomes a circular, with its number, its distribution and its originals (2012 regulation art. 25)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.decisions import Decision
from circulars.deeds import Deed
from circulars.numbering import Series
from circulars.pages import CircularPage
from circulars.recipients import distribution, refuse_gone
from circulars.registration.lines import CircularText, DistributionLine, IssuerLine, listing_digest
from circulars.registration.record import Circular
from circulars.snapshots import addressees
from circulars.versions import approval_of
from cms import ledger
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class AttachmentDamaged(OutOfOrder):
    """A file of the circular is gone or is not what was attached."""


class NoSuchRecipient(OutOfOrder):
    """A number of originals is set for a unit to which the text does not go."""


class ApprovalMissing(OutOfOrder):
    """The text in hand is not the one that was approved."""


@transaction.atomic
def register(
    page: CircularPage,
    *,
    digest: str,
    originals: int = 1,
    originals_of: Mapping[str, int] | None = None,
    by: Any,
    at: datetime,
) -> Circular:
    """The circular exists, with the next number of its series; ``digest`` is that of the text which the registrar rechecked.

    Each unit may print ``originals`` of it (核定份数), those named in ``originals_of`` by their codes the number given there.

    Raises ``PermissionDenied`` without the right, ``OutOfOrder`` when it is registered already or leaves out a holder of what it corrects
    or annuls, ``UnitGone`` when it names a dissolved unit, ``NoSuchRecipient`` for a code to which it does not go, and ``ApprovalMissing``
    when the text is not the approved one. A failed registration leaves no number behind.
    """
    from circulars.amending import refuse_missing_holders
    from circulars.demands.fixed import demand_facts, fix_demand
    from circulars.demands.links import fix_replies

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
    named = {*snapshot["issuers"], *snapshot["primary"]["units"], *snapshot["cc"]["units"]}
    refuse_gone(Unit.objects.filter(code__in=named), "不能登记，请退回拟稿人改正。")
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
    exceptions = {code: number for code, number in (originals_of or {}).items() if number != originals}
    codes = _fix_distribution(circular, snapshot, exceptions)
    refuse_missing_holders(circular, snapshot)
    fix_demand(circular, snapshot)
    answered = fix_replies(circular, snapshot, at=at)
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
            **demand_facts(snapshot),
            **({"answers": answered} if answered else {}),
            **({"originals_of": exceptions} if exceptions else {}),
        },
    )
    async_task("circulars.tasks.index", circular.pk, task_name=f"index-{circular.pk}")
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


def _fix_distribution(circular: Circular, snapshot: dict[str, Any], originals_of: Mapping[str, int]) -> list[str]:
    primary, cc = addressees(snapshot)
    units = distribution(primary, cc, snapshot["issuers"])
    codes = [unit.code for unit, _ in units]
    if strangers := originals_of.keys() - set(codes):
        raise NoSuchRecipient(
            f"正本份数写给了不在分送范围内的单位（{'、'.join(sorted(strangers))}），没有登记，请重新打开本页。"
        )
    DistributionLine.objects.bulk_create(
        [
            DistributionLine(circular=circular, unit=unit, role=role, originals=originals_of.get(unit.code))
            for unit, role in units
        ]
    )
    return codes
