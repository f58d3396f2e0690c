"""A text message to a telephone: kept first, handed over afterwards, never handed over twice (Articles 20 and 21).

The row is the outbox. Handing over happens apart from the act that wanted the text: a gateway that hangs delays nobody, and one whose
answer is not known is not asked again; people telephone instead.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.dispatch import Signal
from django_q.tasks import async_task

from cms.gateways import Answer, Gateway, Outgoing, Word, gateway
from cms.phonewords import without_addresses

# After each try that surely sent nothing: how long until the next. When they are used up, the text has failed.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))
# Whoever claimed a text and has not said what became of it by now was stopped in the middle.
LOST_AFTER = timedelta(minutes=5)
# Our reading: a text that has waited for two hours, the longest time that an urgent circular leaves, tells nobody anything that a call has not said.
USEFUL_FOR = timedelta(hours=2)
BATCH = 200
# A run ends before the queue would stop it in the middle of a text; what is left over waits for the next.
RUN_SECONDS = 60.0
LONGEST = 200  # characters; longer texts are cut by networks in unforeseen places

# Told with ``at`` to the floors above: a gateway has said something about texts, or fallen silent about them for good.
answered = Signal()
# Told with ``at`` before a run hands anything over: who knows that a text came to be of no use withdraws it now. Who fails here stops the run.
handing_over = Signal()


class TextMessageQuerySet(models.QuerySet["TextMessage"]):
    def due(self, at: datetime) -> "TextMessageQuerySet":
        """Waiting, and not to be left alone any longer."""
        return self.filter(state=TextMessage.State.WAITING, next_try_at__lte=at)

    def arrived(self) -> "TextMessageQuerySet":
        """What counts as told: it lies on the telephone; where a gateway never reports so much, that it took it over."""
        told = [TextMessage.State.DELIVERED, *([TextMessage.State.ACCEPTED] if settings.SMS_ACCEPTED_COUNTS else [])]
        return self.filter(state__in=told)


class TextMessage(models.Model):
    """One text for one telephone; the key makes a second one for the same reason impossible."""

    class State(models.TextChoices):
        WAITING = "waiting", "待提交"
        CLAIMED = "claimed", "提交中"
        ACCEPTED = "accepted", "已提交"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "失败"
        UNKNOWN = "unknown", "结果不明"

    # From which states a word of the gateway leads where; any other word comes too late and changes nothing.
    MOVES = {
        State.WAITING: {State.CLAIMED, State.DELIVERED, State.FAILED},  # a busy gateway may have sent it after all
        State.CLAIMED: {State.WAITING, State.ACCEPTED, State.DELIVERED, State.FAILED, State.UNKNOWN},
        State.ACCEPTED: {State.DELIVERED, State.FAILED},
        State.UNKNOWN: {State.DELIVERED, State.FAILED},
    }

    key = models.CharField("去重键", max_length=80, unique=True)
    number = models.CharField("移动号码", max_length=20)
    text = models.CharField("内容", max_length=LONGEST)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField("时间")
    next_try_at = models.DateTimeField("下次提交")
    claimed_at = models.DateTimeField("提交时间", null=True)
    tries = models.PositiveSmallIntegerField("提交次数", default=0)
    answered_at = models.DateTimeField("答复时间", null=True)
    said = models.CharField("网关答复", max_length=120, blank=True)

    objects = TextMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "短信"
        verbose_name_plural = "短信"
        indexes = [
            models.Index(fields=["next_try_at"], name="text_open", condition=Q(state__in=["waiting", "claimed"])),
        ]

    def __str__(self) -> str:
        return f"{masked(self.number)} {self.get_state_display()}"


def masked(number: str) -> str:
    """A mobile number as it may be shown to anybody: 138****1234."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****" if number else ""


def write(texts: Iterable[tuple[str, str, str]], *, at: datetime) -> None:
    """Each ``(key, number, text)`` waits to be handed over; a key that was written before is left as it is."""
    TextMessage.objects.bulk_create(
        [
            TextMessage(key=key, number=number, text=_plain(text), created_at=at, next_try_at=at)
            for key, number, text in texts
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    async_task("cms.tasks.hand_over_texts", task_name="hand-over-texts")


def hand_over(at: datetime, way: Gateway | None = None) -> int:
    """Every text that is due and still of use was offered to the gateway once; returns how many were.

    A claim is on record before the gateway hears anything, so two runs at once never offer the same text. The first answer that nobody
    can interpret, or the first refusal for lack of time, ends the run, and so do sixty seconds: the others wait for the next.
    """
    way = way or gateway()
    if way is None:
        return 0
    handing_over.send(TextMessage, at=at)
    stale = TextMessage.objects.filter(created_at__lt=at - USEFUL_FOR)
    withdraw(stale, why="等了两个小时没有发出，不再发送", at=at)
    offered, ends_at = 0, time.monotonic() + RUN_SECONDS
    for key in list(TextMessage.objects.due(at).order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH]):
        claimed = TextMessage.objects.filter(pk=key, state=TextMessage.State.WAITING).update(
            state=TextMessage.State.CLAIMED, claimed_at=at, tries=F("tries") + 1
        )
        if not claimed:
            continue
        text = TextMessage.objects.get(pk=key)
        answer = way.take(Outgoing(text.key, text.number, text.text))
        _note(text, answer, at=at)
        offered += 1
        if answer.word in {Word.BUSY, Word.UNKNOWN} or time.monotonic() > ends_at:
            break
    answered.send_robust(TextMessage, at=at)
    return offered


@transaction.atomic
def withdraw(texts: TextMessageQuerySet, *, why: str, at: datetime) -> int:
    """Those of the texts that nobody has handed over yet never will be; returns how many."""
    waiting = texts.filter(state=TextMessage.State.WAITING).select_for_update(of=("self",)).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    return TextMessage.objects.filter(pk__in=keys).update(
        state=TextMessage.State.FAILED, answered_at=at, said=why[:120]
    )


def take_reports(at: datetime, way: Gateway | None = None) -> None:
    """What the gateway reports of texts it took earlier stands on their rows; a second report changes nothing."""
    way = way or gateway()
    if way is None:
        return
    for key, answer in way.reports():
        if answer.word in {Word.DELIVERED, Word.REFUSED}:
            to = TextMessage.State.DELIVERED if answer.word == Word.DELIVERED else TextMessage.State.FAILED
            sources = [state for state, targets in TextMessage.MOVES.items() if to in targets]
            TextMessage.objects.filter(key=key, state__in=sources).update(
                state=to, answered_at=at, said=answer.said[:120]
            )
    answered.send_robust(TextMessage, at=at)


def sweep_texts(at: datetime) -> None:
    """Claims whose holder was stopped count as unknown; the queue asks the gateway for reports, and hands over what waits."""
    lost = TextMessage.objects.filter(state=TextMessage.State.CLAIMED, claimed_at__lt=at - LOST_AFTER).update(
        state=TextMessage.State.UNKNOWN, answered_at=at, said="提交时中断，是否发出不明"
    )
    if lost:
        answered.send_robust(TextMessage, at=at)
    if gateway() is None:
        return
    async_task("cms.tasks.take_text_reports", task_name="take-text-reports")
    if TextMessage.objects.due(at).exists():
        async_task("cms.tasks.hand_over_texts", task_name="hand-over-texts")


def _note(text: TextMessage, answer: Answer, *, at: datetime) -> None:
    changes: dict[str, object] = {"answered_at": at, "said": answer.said[:120]}
    match answer.word:
        case Word.BUSY if text.tries <= len(WAITS):
            changes |= {"state": TextMessage.State.WAITING, "next_try_at": at + WAITS[text.tries - 1]}
        case Word.BUSY | Word.REFUSED:
            changes["state"] = TextMessage.State.FAILED
        case word:
            changes["state"] = TextMessage.State(word.value)
    TextMessage.objects.filter(pk=text.pk, state=TextMessage.State.CLAIMED).update(**changes)


def _plain(text: str) -> str:
    """One line without control characters or addresses of the web, cut to the length of a text message."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    return without_addresses(line)[:LONGEST]
