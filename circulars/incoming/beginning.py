"""How registers began: the day from which papers are to be registered at all, and the number at which a unit's book of a year begins.

Our reading of Articles 13, 19 and 22: what was signed for before this system kept a register lies in no list of what is not registered, since
nobody could have registered it; it may still be put into the book. A unit that counted by hand until now goes on from where it had come.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deeds import Deed
from circulars.incoming.book import RegisterBook, said
from circulars.reasons import digest_of_reason, said_in
from cms import ledger
from cms.lifecycles import OutOfOrder

HIGHEST = 99_999
LONGEST_GROUND = 200

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")


class RegisterDuty(models.Model):
    """Since when what comes is to be registered. A system that kept registers from its first day has no such row."""

    since = models.DateTimeField("登记起算时间")

    class Meta:
        verbose_name = verbose_name_plural = "登记起算"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{timezone.localtime(self.since):%Y-%m-%d %H:%M}起"


def came_since(rows: Rows, came: str) -> Rows:
    """Of these rows those whose time in this column is not before registers were kept."""
    return rows.exclude(Exists(RegisterDuty.objects.filter(since__gt=OuterRef(came))))


@transaction.atomic
def start_book(unit: Unit, first: int, ground: str, *, by: Any, at: datetime) -> RegisterBook:
    """The unit's book of this year counts from this number on, without a gap.

    Raises ``PermissionDenied`` for who neither registers nor instructs there, ``ValidationError`` for a number that cannot be or without a
    ground, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` once something is entered or it was set.
    """
    if not (may(by, Right.HANDLE_INCOMING, unit.pk) or may(by, Right.INSTRUCT, unit.pk)):
        raise PermissionDenied(f"起始号由“{unit}”的分管领导或者收发员设定。")
    if not 2 <= first <= HIGHEST:
        raise ValidationError({"first": f"起始号应为 2 至 {HIGHEST}；从 1 号编起的不用设定。"})
    ground = said_in(ground, "ground", "请写明依据", longest=LONGEST_GROUND)
    year = timezone.localdate(at).year
    RegisterBook.objects.bulk_create([RegisterBook(unit=unit, year=year, last=0)], ignore_conflicts=True)
    book = RegisterBook.objects.select_for_update().get(unit=unit, year=year)
    if book.started_at:
        raise OutOfOrder(f"{year}年的收文号已由{book.started_by}设定从{said(year, book.first)}编起，不能再改。")
    if book.last:
        raise OutOfOrder(f"{year}年已经登记到{said(year, book.last)}，不能再设定起始号。")
    book.first, book.last, book.ground, book.started_by, book.started_at = first, first - 1, ground, by, at
    book.save(update_fields=["first", "last", "ground", "started_by", "started_at"])
    facts = {"year": year, "first": first, "text_digest": digest_of_reason(ground)}
    ledger.enter(Deed.REGISTER_BOOK_STARTED, subject=ledger.subject_of(book), by=by, at=at, unit=unit.pk, facts=facts)
    return book
