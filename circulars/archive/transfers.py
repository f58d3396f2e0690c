"""移交: a unit hands its filed papers over to the archive office, package by package, and gets a signed receipt (Article 27; archives act art. 15).

Every package is made and checked anew in the act; one that fails keeps the whole list from being drawn up. Until the archive office has signed,
the list can be called off.
"""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.sealpins import hold_for_use
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import log_use
from accounts.units import Unit
from circulars.archive.codes import TRANSFERS, draw
from circulars.archive.fonds import Fonds
from circulars.archive.holdings import Holding, HoldingQuerySet
from circulars.archive.packagechecks import Checked, checked, latest, record
from circulars.archive.transferrecords import Transfer, TransferLine
from circulars.deeds import Deed
from circulars.secrecycases import refuse_blocked, undecided_circulars
from cms import ledger
from cms.attachments import Attachment, keep_own
from cms.ledger import canonical
from cms.lifecycles import OutOfOrder, move, move_all
from cms.messages import tell
from cms.revocations import the_authority, trust
from cms.signing.detached import Verdict, sign_detached, verify_detached
from cms.signing.keys import SigningKey

FORMAT = "gongwen-transfer/1"
ZIP = "application/zip"
MOST = 30  # packages that are made while somebody waits
_SHOWN = ("circular__page", "unit", "delivery__signed_by", "filed_by")


def draw_up(unit: Unit, holdings: Sequence[Holding], *, by: Any, at: datetime) -> Transfer:
    """These papers stand on the unit's next list with their packages, and the archive office's archivists know.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` without papers, and ``OutOfOrder`` while the unit has named no archive
    office, for a paper that is not filed, stands on another open list, has not passed its check, or fails it now; then there is no list.
    """
    if not may(by, Right.KEEP_ARCHIVE, unit.pk):
        raise PermissionDenied(f"您没有“{unit}”的归档职责。")
    fonds = Fonds.objects.select_related("archive").filter(pk=unit.pk).first()
    if fonds is None or fonds.archive is None:
        raise OutOfOrder("还没有设定接收档案馆，不能移交。请先在“全宗和归档范围”里设定。")
    keys = {holding.pk for holding in holdings}
    if not 1 <= len(keys) <= MOST:
        raise ValidationError({"holdings": f"请勾选要移交的公文，一份清单最多 {MOST} 件。"})
    papers = Holding.objects.filter(pk__in=keys, unit=unit).order_by("pk")
    _refuse_unfit(papers, keys)
    with ExitStack() as open_files:
        made = [(paper, _made(paper, open_files, at)) for paper in papers.select_related(*_SHOWN)]
        with transaction.atomic():
            _refuse_unfit(papers.select_for_update(of=("self",)).order_by("pk"), keys)
            lines = [_line(paper, package, by=by, at=at) for paper, package in made]
            return _write_down(unit, fonds.archive, lines, by=by, at=at)


def call_off(transfer: Transfer, *, by: Any, at: datetime) -> None:
    """The list is withdrawn and its papers can be handed over by another; raises ``OutOfOrder`` once it was received."""
    if not may(by, Right.KEEP_ARCHIVE, transfer.unit_id):
        raise PermissionDenied(f"您没有“{transfer.unit}”的归档职责。")
    if transfer.lines.filter(holding__circular__in=undecided_circulars()).exists():
        raise OutOfOrder(f"{transfer} 上有公文因涉密处置已封存，不能再办理。")
    move(transfer, Transfer.State.CALLED_OFF, Deed.TRANSFER_CALLED_OFF, by=by, at=at, **_subject(transfer))


@transaction.atomic
def receive(transfer: Transfer, signing: tuple[SealKey, SigningKey] | None, *, by: Any, at: datetime) -> None:
    """The archive office has the papers, and its archivist's signature under the list says so; the unit's archivists know.

    Raises ``PermissionDenied`` for who does not file for the archive office, and ``OutOfOrder`` without an open certificate of that person for
    that office, for a package that is not whole any more, or when the list was received or called off already.
    """
    if not may(by, Right.KEEP_ARCHIVE, transfer.to_id):
        raise PermissionDenied(f"您没有“{transfer.to}”的归档职责。")
    if signing is None or (signing[0].kind, signing[0].unit_id, signing[0].keeper_id) != (
        KeyKind.CLERK,
        transfer.to_id,
        by.pk,
    ):
        raise OutOfOrder(f"接收要用您在“{transfer.to}”的个人证书签名。请先在“我的密钥”里解锁，再接收。")
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    lines = list(transfer.lines.select_related("holding__circular__page").order_by("pk"))
    for line in lines:
        refuse_blocked(line.holding.circular.page)
        kept = Attachment.objects.filter(digest=line.package).first()
        if kept is None or not kept.is_intact():
            raise OutOfOrder(f"{line.holding} 的归档包缺失或者被改动过，没有接收。请由移交单位撤回后重新移交。")
    content = canonical(_receipt(transfer, lines, by, at))
    hold_for_use(*signing, by=by, at=at)
    signature = sign_detached(content.encode(), signing[1], at, stamping=the_authority().stamping)
    digest = hashlib.sha256(content.encode()).hexdigest()
    log_use(signing[0], purpose=f"档案接收 {transfer}", digest=digest, by=by, at=at)
    subject = _subject(transfer)
    subject["facts"] |= {"receipt": digest, "count": len(lines)}
    move(
        transfer,
        Transfer.State.RECEIVED,
        Deed.TRANSFER_RECEIVED,
        by=by,
        at=at,
        **subject,
        received_by=by,
        received_at=at,
        receipt=content,
        signature=signature,
        key=signing[0],
    )
    papers = Holding.objects.filter(pk__in=[line.holding_id for line in lines])
    facts = {"list": str(transfer)}
    if move_all(papers, Holding.State.TRANSFERRED, Deed.HOLDINGS_TRANSFERRED, by=by, at=at, facts=facts) != len(lines):
        raise OutOfOrder("清单上有公文已不是“已归档”，没有接收。请由移交单位撤回后重新移交。")
    tell(
        people_with(Right.KEEP_ARCHIVE, transfer.unit_id),
        key=f"transfer:{transfer.pk}:received",
        text=f"{transfer.to}已接收{transfer}，共 {len(lines)} 件。",
        link=f"/archive/transfers/{transfer.pk}/",
        about=ledger.subject_of(transfer),
        at=at,
    )


def verdict_of(transfer: Transfer) -> Verdict | None:
    """What is true of the signature under a list that was received; None before."""
    if transfer.signature is None:
        return None
    return verify_detached(
        transfer.receipt.encode(), bytes(transfer.signature), trust(), code=transfer.to.code, is_stamped=True
    )


def _refuse_unfit(papers: HoldingQuerySet, keys: set[int]) -> None:
    """Raises ``OutOfOrder`` unless each of these is the unit's, filed, on no open list and found in order."""
    rows = list(papers.select_related("circular__page"))
    if len(rows) != len(keys):
        raise OutOfOrder("所选的公文不都是本单位保管的，没有编制清单。")
    free = set(Holding.objects.filter(pk__in=keys).to_transfer().values_list("pk", flat=True))
    before = latest(keys)
    for row in rows:
        refuse_blocked(row.circular.page)
        if row.pk not in free:
            raise OutOfOrder(f"{row} 没有归档，或者已在别的移交清单上，没有编制清单。")
        if row.pk not in before or not before[row.pk].passed:
            raise OutOfOrder(f"{row} 还没有通过四性检测，没有编制清单。请先检测。")


def _made(holding: Holding, open_files: ExitStack, at: datetime) -> Checked:
    """The package of one paper, open as long as these files are; raises ``OutOfOrder`` where it fails its check."""
    found = open_files.enter_context(checked(holding, at=at))
    if not found.passed:
        raise OutOfOrder(f"{holding} 的四性检测没有通过（{found.first_fault}），没有编制清单。")
    return found


def _line(holding: Holding, found: Checked, *, by: Any, at: datetime) -> TransferLine:
    record(holding, found, by=by, at=at)
    kept, made = keep_own(found.file, media_type=ZIP), found.made
    assert made is not None
    return TransferLine(holding=holding, package=kept.digest, manifest=made.manifest, size=kept.size, files=made.files)


def _write_down(unit: Unit, to: Unit, lines: list[TransferLine], *, by: Any, at: datetime) -> Transfer:
    year = timezone.localdate(at).year
    number = draw(unit.pk, year, TRANSFERS)
    transfer = Transfer.objects.create(unit=unit, to=to, year=year, sequence=number, drawn_by=by, drawn_at=at)
    for line in lines:
        line.transfer = transfer
    TransferLine.objects.bulk_create(lines)
    facts = {"number": str(transfer), "to": to.code, "count": len(lines)}
    facts["packages"] = hashlib.sha256("\n".join(sorted(line.package for line in lines)).encode()).hexdigest()
    subject = ledger.subject_of(transfer)
    ledger.enter(Deed.TRANSFER_DRAWN, subject=subject, by=by, at=at, unit=unit.pk, facts=facts)
    tell(
        people_with(Right.KEEP_ARCHIVE, to.pk),
        key=f"transfer:{transfer.pk}",
        text=f"{unit}移交档案 {len(lines)} 件（{transfer}），请核对后接收。",
        link=f"/archive/transfers/{transfer.pk}/",
        about=ledger.subject_of(transfer),
        at=at,
    )
    return transfer


def _receipt(transfer: Transfer, lines: list[TransferLine], by: Any, at: datetime) -> dict[str, Any]:
    """What the archive office signs: codes and digests, no titles."""
    return {
        "format": FORMAT,
        "number": str(transfer),
        "from": {"code": transfer.unit.code, "name": transfer.unit.name},
        "to": {"code": transfer.to.code, "name": transfer.to.name},
        "drawn_at": transfer.drawn_at,
        "received_at": at,
        "person": {"username": by.username, "name": by.name},
        "packages": [
            {"code": line.holding.code, "package": line.package, "manifest": line.manifest, "size": line.size}
            for line in lines
        ],
    }


def _subject(transfer: Transfer) -> dict[str, Any]:
    return {"unit": transfer.unit_id, "facts": {"number": str(transfer), "to": transfer.to.code}}
