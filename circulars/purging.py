"""失泄密处置: a paper with a state secret is blocked at every holder at once, and purged when two persons of two offices say so (Article 5).

Blocking takes the title out of every list and the text out of every query at the next request. Purging takes every copy out of the
database in one transaction; the bytes of its files follow. The case stays as the tombstone.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from wagtail.admin.models import FormState

from accounts.holders import holders
from accounts.overseeing import overseen, overseers
from accounts.people import Post
from accounts.roles import Right, Role, roles_of, roles_with
from circulars.bodytext import clean_line
from circulars.clearing import clear_everywhere, digests_of, titles_of
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery, DeliveryQuerySet, DeliveryRound, Relief
from circulars.pages import CircularPage, about_paper
from circulars.papermessages import messages_about, told_of_faults
from circulars.printing import PrintedCopy
from circulars.problems import DeliveryProblem
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.searchindex.indexing import queue
from circulars.searchindex.leaving import take_out
from circulars.secrecycases import WITHHELD, CaseFile, CaseReader, SecrecyCase, refuse_blocked
from circulars.turns import Turn
from circulars.unsenttexts import withdraw_all
from circulars.urgecalls import hush
from cms import ledger
from cms.accesslog import Access, Look
from cms.lifecycles import OutOfOrder, move
from cms.messages import Message, tell

_LOOKS = {
    Look.OPENED: CaseReader.Deed.OPENED,
    Look.DOWNLOADED: CaseReader.Deed.DOWNLOADED,
    Look.EXPORTED: CaseReader.Deed.DOWNLOADED,
    Look.PRINTED: CaseReader.Deed.PRINTED,
}


@transaction.atomic
def block(page: CircularPage, *, reason: str, by: Any, at: datetime) -> SecrecyCase:
    """From now on nobody reads the draft or the circular that came of it; who had is on record, and every holder is told to stop.

    Raises ``PermissionDenied`` without the right and ``OutOfOrder`` without a reason or when it is blocked already.
    """
    if not overseen(by, Right.BLOCK).covers(page.area.pk):
        raise PermissionDenied("您没有涉密封存的职责。")
    reason = _said(reason)
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    refuse_blocked(page)
    circular = Circular.objects.select_for_update().filter(page=page.pk).first()
    case = SecrecyCase.objects.create(
        page=page,
        circular=circular,
        reason=reason,
        blocked_by=by,
        blocked_at=at,
        issuer=page.issuer,
        issuer_name=page.issuer.name,
        drafter_name=str(page.owner or ""),
        **(_facts_of(circular) if circular else {}),
    )
    CaseFile.objects.bulk_create(CaseFile(case=case, digest=digest) for digest in sorted(digests_of(page, circular)))
    CaseReader.objects.bulk_create(_readers(case))
    _silence(page, circular, at)
    if circular:
        take_out(circular)
        Circular.objects.filter(pk=circular.pk).update(title=WITHHELD)
        Delivery.objects.filter(pk__in=_locked(circular.deliveries.open())).update(
            recalled_at=at, relief=Relief.BLOCKED
        )
    if state := page.current_workflow_state:
        Turn.objects.open().filter(page=page.pk).update(closed_at=at)
        state.cancel(user=by)
    _enter(Deed.SECRECY_BLOCKED, case, by=by, at=at)
    _warn(case, at)
    return case


@transaction.atomic
def confirm(case: SecrecyCase, *, by: Any, at: datetime) -> SecrecyCase:
    """One more person has said that the paper must go; with the second, of the other office, it is gone.

    Raises ``PermissionDenied`` without the right, for the same person again or for a second one of the same office.
    """
    covers = overseen(by, Right.PURGE).covers(case.area.pk)
    roles = sorted(roles_of(by) & roles_with(Right.PURGE)) if covers else []
    if not roles:
        raise PermissionDenied("只有秘书科和网信办能确认清除。")
    case = SecrecyCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state == SecrecyCase.State.BLOCKED:
        changes = {"confirmed_by": by, "confirmed_role": roles[0], "confirmed_at": at}
        move(case, SecrecyCase.State.CONFIRMED, Deed.SECRECY_CONFIRMED, by=by, at=at, **_subject(case), **changes)
        _call_the_second(case, at)
        return case
    if case.state == SecrecyCase.State.PURGED:
        raise OutOfOrder(f"{case}已经清除，不必再确认。")
    if case.confirmed_by_id == by.pk:
        raise PermissionDenied("您已经确认过，须由另一个部门的另一人确认后才清除。")
    others = [role for role in roles if role != case.confirmed_role]
    if not others and case.state == SecrecyCase.State.CONFIRMED:
        first = Role(case.confirmed_role).label
        raise PermissionDenied(f"{first}已经确认过，须由另一个部门的人确认。")
    changes = {"purged_by": by, "purged_role": others[0] if others else "", "purged_at": at, "withheld_title": ""}
    if case.state == SecrecyCase.State.CONFIRMED:
        held = {file.digest for file in case.files.all()} | digests_of(case.page, case.circular)
        kept = clear_everywhere(case.page, case.circular, held, at=at)
        case.files.filter(digest__in=kept).update(is_kept=True)
    move(case, SecrecyCase.State.PURGED, Deed.SECRECY_PURGED, by=by, at=at, **_subject(case), **changes)
    return case


@transaction.atomic
def release(case: SecrecyCase, *, reason: str, by: Any, at: datetime) -> SecrecyCase:
    """It was no secret: the paper and the messages about it may be read again; what was open is open again and held against nobody."""
    if not overseen(by, Right.PURGE).covers(case.area.pk):
        raise PermissionDenied("只有秘书科和网信办能解封。")
    case = SecrecyCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.blocked_by_id == by.pk:
        raise PermissionDenied("封存是您办理的，解封须由另一人办理。")
    title, changes = case.withheld_title, {"released_by": by, "released_at": at, "release_reason": _said(reason)}
    move(case, SecrecyCase.State.RELEASED, Deed.SECRECY_RELEASED, by=by, at=at, **_subject(case), **changes)
    if case.circular_id:
        Circular.objects.filter(pk=case.circular_id).update(title=title)
        queue(Circular.objects.get(pk=case.circular_id))
        stopped = Delivery.objects.filter(circular=case.circular_id, relief=Relief.BLOCKED, recalled_at=case.blocked_at)
        Delivery.objects.filter(pk__in=_locked(stopped)).update(recalled_at=None)
        DeliveryProblem.objects.about(Circular.objects.get(pk=case.circular_id)).faults().update(instead="")
    Message.objects.filter(about=about_paper(case.page_id)).show()
    tell(
        _holders(case),
        key=f"secrecy-case:{case.pk}:released",
        text=f"{case} 已解除封存，可以继续办理。",
        link=reverse("home"),
        at=at,
    )
    return case


def _locked(rows: DeliveryQuerySet) -> list[int]:
    """The deliveries, for this transaction alone, locked in the order in which everybody locks them."""
    return list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _said(reason: str) -> str:
    reason = clean_line(reason)[:200]
    if not reason:
        raise OutOfOrder("请写明理由。")
    refuse_marks(reason)
    return reason


def _facts_of(circular: Circular) -> dict[str, Any]:
    """What the tombstone keeps of a circular."""
    return {
        "withheld_title": circular.title,
        "number": circular.number,
        "digest": circular.digest,
        "approver_name": str(circular.approver),
        "approved_at": circular.approved_at,
        "sender_name": str(circular.sender or ""),
        "sent_at": circular.sent_at,
        "recipients": circular.deliveries.count(),
    }


def _subject(case: SecrecyCase) -> dict[str, Any]:
    """How the ledger names the case: by number, digests and ids alone."""
    return {
        "circular": case.circular.uuid if case.circular else None,
        "unit": case.issuer_id,
        "facts": {
            "page": case.page_id,
            "number": case.number,
            "digest": case.digest,
            "files": sorted(file.digest for file in case.files.all()),
            "readers": case.readers.count(),
        },
    }


def _enter(deed: Deed, case: SecrecyCase, *, by: Any, at: datetime) -> None:
    ledger.enter(deed, subject=ledger.subject_of(case), by=by, at=at, **_subject(case))


def _readers(case: SecrecyCase) -> Iterator[CaseReader]:
    """Who handled, read, signed for, downloaded or printed it, from the records of the acts and the log of looks."""
    deed = CaseReader.Deed
    seen: list[tuple[Any, str, datetime]] = []
    for version in case.page.versions.select_related("by"):
        seen.append((version.by, deed.HANDLED, version.at))
    for decision in case.page.decisions.select_related("by"):
        seen.append((decision.by, deed.HANDLED, decision.at))
    looks = Q(subject__startswith=f"文稿{case.page_id} ")
    units: dict[int, str] = {}
    if circular := case.circular:
        looks |= Q(circular=circular.uuid)
        seen.append((circular.registrar, deed.HANDLED, circular.registered_at))
        if circular.sender and circular.sent_at:
            seen.append((circular.sender, deed.HANDLED, circular.sent_at))
        for unit_name, receipt in _receipts(circular):
            if receipt.opened_by and receipt.opened_at:
                seen.append((receipt.opened_by, deed.OPENED, receipt.opened_at))
                units[receipt.opened_by.pk] = unit_name
            if receipt.signed_by and receipt.signed_at:
                seen.append((receipt.signed_by, deed.SIGNED, receipt.signed_at))
                units[receipt.signed_by.pk] = unit_name
        for copy in PrintedCopy.objects.filter(delivery__circular=circular).select_related("printed_by"):
            seen.append((copy.printed_by, deed.PRINTED, copy.printed_at))
            units[copy.printed_by_id] = copy.unit_name
    for look in Access.objects.filter(looks, look__in=_LOOKS, person__isnull=False).select_related("person"):
        seen.append((look.person, _LOOKS[Look(look.look)], look.at))
    posts = Post.objects.filter(person__in={person.pk for person, _, _ in seen}, held_to=None).select_related("unit")
    units = {post.person_id: post.unit.short_name for post in posts} | units
    for person, what, when in sorted(seen, key=lambda row: row[2]):
        yield CaseReader(
            case=case, person=person, person_name=str(person), unit_name=units.get(person.pk, ""), deed=what, at=when
        )


def _receipts(circular: Circular) -> Iterator[tuple[str, Delivery | DeliveryRound]]:
    """Every delivery of the circular with the name of its unit, and every round that was closed by sending it again."""
    for delivery in circular.deliveries.select_related("opened_by", "signed_by"):
        yield delivery.unit_name, delivery
    rounds = DeliveryRound.objects.filter(delivery__circular=circular)
    for closed in rounds.select_related("delivery", "opened_by", "signed_by"):
        yield closed.delivery.unit_name, closed


def _silence(page: CircularPage, circular: Circular | None, at: datetime) -> None:
    """No message about it is read any more, no text about it is sent, and no half-typed preview of it is kept."""
    messages_about(page, circular, titles_of(page, circular)).hide("（本件已封存）", about=about_paper(page.pk))
    if circular:
        faults = DeliveryProblem.objects.about(circular).faults()
        told_of_faults(faults).hide("（本件已封存）", about=about_paper(page.pk))
        faults.update(instead="（本件已封存）")
        hush(circular, "（本件已封存）", at=at)
        withdraw_all(circular, why="公文已封存，不再发送", at=at)
    FormState.objects.filter(object_id=str(page.pk)).delete()


def _holders(case: SecrecyCase) -> set[int]:
    """Everybody on whose desk the paper was: its handlers, and the people of the units that received it."""
    units = Delivery.objects.filter(circular=case.circular_id, channel=Channel.ELECTRONIC).values_list(
        "unit", flat=True
    )
    receiving = holders(Right.READ).filter(content_object__in=units if case.circular_id else ())
    return set(receiving.values_list("user_id", flat=True)) | {reader.person_id for reader in case.readers.all()}


def _warn(case: SecrecyCase, at: datetime) -> None:
    tell(
        _holders(case),
        key=f"secrecy-case:{case.pk}:blocked",
        text=f"{case} 因涉密处置已封存。请立即停止阅读、复制、转发，已下载、打印的原样封好，听候{case.area.secretariat}通知。",
        at=at,
    )
    _call(case, overseers(Right.PURGE, case.area.pk), "等待两个部门各一人确认清除。", at)


def _call_the_second(case: SecrecyCase, at: datetime) -> None:
    _call(
        case,
        overseers(Right.PURGE, case.area.pk) - {case.confirmed_by_id},
        f"{case.confirmed_by} 已确认清除，等待另一部门确认。",
        at,
    )


def _call(case: SecrecyCase, people: set[int], what: str, at: datetime) -> None:
    tell(
        people,
        key=f"secrecy-case:{case.pk}:{case.state}",
        text=f"涉密处置：{case} 已封存，{what}",
        link=reverse("circulars:secrecy_case", args=[case.pk]),
        at=at,
    )
