"""The gate: what bears a mark of secrecy is turned away at the form before a word of it is kept, and what became of it (Article 5)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.urls import reverse

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deeds import Deed
from circulars.screenings import screen
from circulars.secrecyhits import SecrecyHit, SecrecyLift, lifted_for, place_of
from cms import ledger
from cms.discards import is_discarded
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.quotes import cited
from cms.secrecymarks import Mark, marks_in
from cms.secrecypatterns import Kind

# What a form carries beside what was typed: its token, signed keys of files, counts of rows.
_MACHINERY = re.compile(
    r"^(csrfmiddlewaretoken|next|action-\w+)$|-(kept|TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$"
)


@dataclass(frozen=True)
class Found:
    """One mark in one field of a form that was handed in, and the digest of the file if it was in one."""

    field: str
    kind: Kind
    fingerprint: str
    digest: str = ""

    @property
    def sentence(self) -> str:
        if self.kind is Kind.PURGED:
            return "这个文件已作涉密处置，不得再进入本系统（第五条）。没有保存；请改走机要渠道。"
        return (
            f"涉及国家秘密的公文不得使用本系统传发（第五条）。{place_of(self.field, self.digest)}中有密级标志"
            f"（{self.kind.value}），没有保存；请改走机要渠道。确系误报的，请本单位核稿人在“涉密误报”中解除后再存。"
        )


class MarkFound(Exception):
    """A text bears marks of secrecy that no form showed; ``found`` is what is reported, without the text."""

    def __init__(self, found: list[Found]):
        super().__init__("".join(dict.fromkeys(each.sentence for each in found)))
        self.found = found


def found_in(form: Any, unit: Unit) -> list[Found]:
    """The marks of secrecy in everything a form was handed, file names and files included, except those lifted for the unit.

    A value that the form has no field for is searched like any other; the name it came under is kept nowhere.
    """
    rows = [row for formset in getattr(form, "formsets", {}).values() for row in formset.forms]
    fields = {*form.fields, *(row.add_prefix(name) for row in rows for name in row.fields)}
    struck = tuple(f"{row.prefix}-" for row in rows if is_struck_out(row))
    found = (*_typed(form.data, struck), *_uploaded(form.files, struck))
    return unlifted((each if each.field in fields else replace(each, field="") for each in found), unit)


def refuse_marked(texts: Iterable[str], unit: Unit, *, field: str, digest: str) -> None:
    """Raises ``MarkFound`` for texts taken from the file of this digest that bear a mark not lifted for the unit."""
    found = [Found(field, mark.kind, mark.fingerprint, digest) for text in texts for mark in marks_in(text)]
    if standing := unlifted(found, unit):
        raise MarkFound(standing)


def unlifted(found: Iterable[Found], unit: Unit) -> list[Found]:
    """What no reviewer of the unit found to be a false alarm, each once."""
    each_once = list(dict.fromkeys(found))
    lifted = lifted_for(unit, {each.fingerprint for each in each_once}) if each_once else frozenset()
    return [each for each in each_once if each.fingerprint not in lifted]


def is_struck_out(row: Any) -> bool:
    """Whether the row is being deleted, as its own form reads what was posted."""
    field = row.fields.get(DELETION_FIELD_NAME)
    return field is not None and bool(field.to_python(row[DELETION_FIELD_NAME].data))


def _typed(data: Any, struck: tuple[str, ...]) -> Iterator[Found]:
    for name in data:
        if _MACHINERY.search(name) or name.startswith(struck):
            continue
        for text in data.getlist(name):
            for mark in marks_in(text) if isinstance(text, str) else ():
                yield Found(name, mark.kind, mark.fingerprint)


def _uploaded(files: Any, struck: tuple[str, ...]) -> Iterator[Found]:
    for name in files:
        if name.startswith(struck):
            continue
        for upload in files.getlist(name):
            for mark in marks_in(upload.name or ""):
                yield Found(name, mark.kind, mark.fingerprint)
            screening = screen(upload)
            if is_discarded(screening.digest):
                yield Found(name, Kind.PURGED, Mark(Kind.PURGED, screening.digest).fingerprint, screening.digest)
            for kept in screening.marks.all():
                yield Found(name, Kind[kept.kind], kept.fingerprint, screening.digest)


def report(found: list[Found], *, unit: Unit, by: Any, at: datetime) -> list[SecrecyHit]:
    """Who tried what, where and when is on record, without the text, and the unit's reviewers know; returns the new hits.

    A line that a reviewer has found to be a mark stands anew when it is tried once more.
    """
    with transaction.atomic():
        hits = [hit for each in found if (hit := _standing_anew(each, unit=unit, by=by, at=at))]
        for hit in hits:
            ledger.enter(
                Deed.SECRECY_REFUSED,
                subject=ledger.subject_of(hit),
                by=by,
                at=at,
                unit=unit.pk,
                facts={"field": hit.field, "kind": hit.kind, "fingerprint": hit.fingerprint, "file": hit.digest},
            )
        if hits:
            tell(
                people_with(Right.REVIEW, unit.pk) - {by.pk},
                key=_key(hits[0]),
                text=f"{by} 的文稿在{cited(hits[0].where)}等处有密级标志，系统没有保存。请到本人处核看；确系误报的，请写明理由解除。",
                link=reverse("circulars:secrecy_hits"),
                at=at,
            )
    return hits


def _standing_anew(found: Found, *, unit: Unit, by: Any, at: datetime) -> SecrecyHit | None:
    """The hit that nobody has decided on yet: a new one, or one found right before that is tried again; None for one that stands already."""
    hit, made = SecrecyHit.objects.get_or_create(
        unit=unit,
        person=by,
        field=found.field,
        fingerprint=found.fingerprint,
        defaults={"at": at, "kind": found.kind.name, "digest": found.digest},
    )
    again = {"upheld_by": None, "upheld_at": None, "at": at}
    if made or SecrecyHit.objects.upheld().filter(pk=hit.pk).update(**again):
        hit.at = at
        return hit
    return None


def _key(hit: SecrecyHit) -> str:
    """Under this the reviewers are told, once for each time that it came up."""
    return f"secrecy:{hit.pk}" if hit.upheld_at is None else f"secrecy:{hit.pk}:{hit.at:%Y%m%d%H%M%S}"


@transaction.atomic
def uphold(hit: SecrecyHit, *, by: Any, at: datetime) -> None:
    """It was a mark of secrecy and the paper goes by the confidential channel: nobody has to decide on the line any more, it still passes nowhere.

    Raises ``PermissionDenied`` for who is no reviewer of the unit or was refused for this line, ``OutOfOrder`` when it was decided already.
    """
    alike = SecrecyHit.objects.filter(unit=hit.unit_id, fingerprint=hit.fingerprint).select_for_update().order_by("pk")
    _refuse_other(hit, alike, by)
    if not alike.standing().update(upheld_by=by, upheld_at=at):
        raise OutOfOrder("已由核稿人办理，不必再办。")
    ledger.enter(
        Deed.SECRECY_UPHELD,
        subject=ledger.subject_of(hit),
        by=by,
        at=at,
        unit=hit.unit_id,
        facts={"fingerprint": hit.fingerprint, "kind": hit.kind},
    )


def _refuse_other(hit: SecrecyHit, alike: QuerySet[SecrecyHit], by: Any) -> None:
    """Only a reviewer of the unit whose own draft it is not decides on a hit; else ``PermissionDenied``."""
    if not may(by, Right.REVIEW, hit.unit_id):
        raise PermissionDenied("只有本单位核稿人能办理涉密拦截。")
    if by.pk in alike.values_list("person_id", flat=True):
        raise PermissionDenied("这是您自己的文稿引起的，须由另一名核稿人核看。")


@transaction.atomic
def lift(hit: SecrecyHit, *, reason: str, by: Any, at: datetime) -> SecrecyLift:
    """The alarm was false: this very line passes for the unit from now on, and whoever was refused for it knows.

    Raises ``PermissionDenied`` for who is no reviewer of the unit or was refused for this line, ``OutOfOrder`` without a reason or when
    it was lifted already.
    """
    alike = SecrecyHit.objects.filter(unit=hit.unit_id, fingerprint=hit.fingerprint).select_for_update().order_by("pk")
    _refuse_other(hit, alike, by)
    if alike.upheld().filter(pk=hit.pk).exists():
        raise OutOfOrder("这一处已认定为涉密标志；认定有误的，请拟稿人再存一次，重新核看。")
    if hit.kind == Kind.PURGED.name:
        raise OutOfOrder("已作涉密处置的文件不能解除。")
    if not reason.strip():
        raise OutOfOrder("请写明为什么是误报。")
    if marks_in(reason):
        raise OutOfOrder("理由里不要照抄密级标志。")
    made, new = SecrecyLift.objects.get_or_create(
        unit_id=hit.unit_id, fingerprint=hit.fingerprint, defaults={"reason": reason.strip()[:200], "by": by, "at": at}
    )
    if not new:
        raise OutOfOrder(f"已由 {made.by} 解除，不必再办。")
    ledger.enter(
        Deed.SECRECY_LIFTED,
        subject=ledger.subject_of(hit),
        by=by,
        at=at,
        unit=hit.unit_id,
        facts={"fingerprint": hit.fingerprint, "kind": hit.kind},
    )
    tell(
        alike.values_list("person_id", flat=True),
        key=f"secrecy-lifted:{made.pk}",
        text=f"{by} 已核看{cited(hit.where)}一处，认定不是密级标志，现在可以保存。",
        link=reverse("circulars:drafts"),
        at=at,
    )
    return made
