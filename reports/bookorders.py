"""后台制表: a long workbook is ordered, made by the queue while its progress is seen, kept with its digest and taken by who ordered it (Article 28)."""

import tempfile
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_q.tasks import async_task

from accounts.overseeing import overseen
from accounts.people import User
from accounts.roles import Right
from circulars.registration import Circular
from circulars.secrecycases import SecrecyCase
from cms.areas import Area
from cms.attachments import Attachment, keep_own
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.sheetsteps import XLSX
from reports.longsheet import MOST_ROWS, write_long
from reports.months import Month, YearToDate
from reports.receiptlist import COLUMNS, TITLE, ReceiptList, told_below
from reports.receipts import Issuers

KEPT = timedelta(days=7)
# A making that said nothing for so long has stopped; the sweep has it made again, so often in all.
SILENT = timedelta(minutes=10)
ATTEMPTS = 3
# So many of one person wait or are being made at a time.
AT_ONCE = 2


class BookOrderQuerySet(models.QuerySet["BookOrder"]):
    def for_person(self, person: Any) -> "BookOrderQuerySet":
        """The person's own orders about an area whose figures the person may export now."""
        return self.filter(overseen(person, Right.REPORT).of("area"), ordered_by=person)

    def unfinished(self) -> "BookOrderQuerySet":
        return self.filter(state__in=UNFINISHED)


class BookOrder(models.Model):
    """One long workbook that somebody wants: of which month or year to date, how far it is, and where its file lies."""

    class State(models.TextChoices):
        WAITING = "waiting", "等候制作"
        MAKING = "making", "正在制作"
        READY = "ready", "可以下载"
        FAILED = "failed", "没有做成"
        EXPIRED = "expired", "已过期"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    issuers = models.CharField("发文单位", max_length=12, choices=Issuers.choices)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    whole_year = models.BooleanField("当年累计")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    ordered_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("制作次数", default=0)
    heard_at = models.DateTimeField("最近进展时间", null=True)
    rows = models.PositiveIntegerField("总行数", null=True)
    done = models.PositiveIntegerField("已写行数", default=0)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    problem = models.CharField("没有做成的原因", max_length=200, blank=True)

    objects = BookOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "制表申请"
        default_permissions = ()
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ready", file__isnull=False, digest__gt="") | (~Q(state="ready") & Q(file=None)),
                name="book_ready_has_its_file",
            )
        ]
        indexes = [
            models.Index(fields=["ordered_at"], name="book_unfinished", condition=Q(state__in=["waiting", "making"])),
            models.Index(fields=["finished_at"], name="book_kept", condition=Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{TITLE}（{self.span.label}）"

    @property
    def span(self) -> Month | YearToDate:
        month = Month(self.year, self.month)
        return YearToDate(month) if self.whole_year else month

    @property
    def issuers_said(self) -> str:
        return Issuers(self.issuers).said_in(self.area)

    @property
    def asked(self) -> ReceiptList:
        """What the workbook lists; as it was known when it was ordered."""
        return ReceiptList(span=self.span, issuers=Issuers(self.issuers), area=self.area, as_of=self.ordered_at)

    def holds_shut(self) -> bool:
        """Whether a secrecy case has shut, since it was ordered, one of the papers that are named in it."""
        named = Q(circular__sent_at__gte=self.span.starts_at, circular__sent_at__lt=self.span.ends_at)
        return SecrecyCase.objects.shut().filter(named, blocked_at__gte=self.ordered_at).exists()

    @property
    def percent(self) -> int:
        """How much of it is written, in hundredths."""
        return min(99, 100 * self.done // self.rows) if self.rows else 0

    @property
    def kept_until(self) -> datetime | None:
        return self.finished_at + KEPT if self.finished_at else None


UNFINISHED = (BookOrder.State.WAITING, BookOrder.State.MAKING)


@transaction.atomic
def order(month: Month, *, whole_year: bool, issuers: Issuers, area: Area, by: Any, at: datetime) -> BookOrder:
    """The queue makes the workbook; the same that still waits or is being made for this person is that one.

    Raises ``PermissionDenied`` without the right, and ``OutOfOrder`` for a month that has not begun, when nothing was sent, when there is
    more than a sheet can hold, or when two others of this person are not finished; then nothing is ordered.
    """
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"只有{area.secretariat}可以导出统计表。")
    if month.starts_at > at:
        raise OutOfOrder(f"{month.label}还没有到，没有可列的公文。")
    User.objects.select_for_update().get(pk=by.pk)  # one order of a person after the other
    mine = BookOrder.objects.filter(ordered_by=by).unfinished()
    same = mine.filter(
        area=area, issuers=issuers, year=month.year, month=month.month, whole_year=whole_year
    ).first()  # fmt: skip
    if same is not None:
        return same
    if mine.count() >= AT_ONCE:
        raise OutOfOrder(f"您已有 {AT_ONCE} 份清单没有做完，请等做完再申请。")
    wanted = BookOrder(
        area=area,
        issuers=issuers,
        year=month.year,
        month=month.month,
        whole_year=whole_year,
        ordered_by=by,
        ordered_at=at,
    )
    rows = wanted.asked.count()
    if not rows:
        raise OutOfOrder(f"{wanted.span.label}没有发送过公文，没有可列的内容。")
    if rows > MOST_ROWS:
        raise OutOfOrder(f"{wanted.span.label}共 {rows} 件，超过一张表能容纳的 {MOST_ROWS} 行，请按月申请。")
    wanted.rows = rows
    wanted.save()
    _queue(wanted.pk)
    return wanted


def _queue(pk: int) -> None:
    async_task("reports.tasks.make_book", pk, task_name=f"book-{pk}", timeout=SILENT.seconds)


def make(pk: int, *, at: datetime) -> None:
    """The workbook lies in the store under its digest and who ordered it knows; a second call does nothing.

    A making that another is at is left to that one.
    """
    claimed = BookOrder.objects.filter(pk=pk, state=BookOrder.State.WAITING).update(
        state=BookOrder.State.MAKING, heard_at=at, done=0, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    wanted = BookOrder.objects.select_related("area", "ordered_by").get(pk=pk)
    attempt = wanted.attempts
    mine = BookOrder.objects.filter(pk=pk, state=BookOrder.State.MAKING, attempts=attempt)

    def told(done: int) -> None:
        if not mine.update(done=done, heard_at=timezone.now()):
            raise TakenOver

    with tempfile.TemporaryFile() as file:
        try:
            asked = wanted.asked
            written = write_long(
                file,
                COLUMNS,
                asked.rows(),
                title=TITLE,
                counted=f"期间：{wanted.span.label}　共 {wanted.rows} 件",
                below=told_below(asked),
                as_of=asked.as_of,
                told=told,
            )
            kept = keep_own(file, media_type=XLSX)
        except TakenOver:
            return
        except OSError:
            _failed(mine, "磁盘没有写成，请联系网信办检查磁盘后重新申请。", at=timezone.now())
            raise
    with transaction.atomic():
        ready = mine.update(
            state=BookOrder.State.READY,
            done=written,
            rows=written,
            file=kept,
            digest=kept.digest,
            finished_at=timezone.now(),
        )
        if ready:
            tell(
                [wanted.ordered_by_id],
                key=f"book:{pk}",
                text=f"{wanted}已做好，共 {written} 件，保存 {KEPT.days} 天。",
                link="/reports/books/",
                at=timezone.now(),
            )


class TakenOver(Exception):
    """Another process is making the same workbook meanwhile."""


def _failed(orders: models.QuerySet[BookOrder], problem: str, *, at: datetime) -> int:
    return orders.update(state=BookOrder.State.FAILED, problem=problem, finished_at=at)


def forget_books(circular: Circular, **signal: Any) -> None:
    """A paper was cleared because of a secret: no workbook that may name it is kept any longer (Article 5)."""
    sent_at = circular.sent_at
    for each in BookOrder.objects.filter(state=BookOrder.State.READY) if sent_at else ():
        if sent_at and each.span.starts_at <= sent_at < each.span.ends_at:
            Attachment.objects.filter(digest=each.digest).update(recheck_at=timezone.now())
            BookOrder.objects.filter(pk=each.pk).update(state=BookOrder.State.EXPIRED, file=None)


def sweep_books(at: datetime) -> None:
    """What the queue lost or gave up is made again or said to have failed; files over a week old are let go."""
    silent = BookOrder.objects.unfinished().alias(last=Coalesce("heard_at", "ordered_at")).filter(last__lt=at - SILENT)
    _failed(silent.filter(attempts__gte=ATTEMPTS), "多次没有做完，请改为按月申请，或者联系网信办。", at=at)
    for each in silent.only("pk"):
        with transaction.atomic():
            again = silent.filter(pk=each.pk).update(state=BookOrder.State.WAITING, heard_at=at)
            if again:
                _queue(each.pk)
    BookOrder.objects.filter(state=BookOrder.State.READY, finished_at__lt=at - KEPT).update(
        state=BookOrder.State.EXPIRED, file=None
    )
