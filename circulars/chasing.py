"""催签: what the sender and the ladder did to bring in a signature, kept for good, and the sender's own press (Article 20).

Every urge is the sender's proof: one row for each unit, for good; triggers refuse any change but emptying its text after a secret slipped in.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q

from accounts.roles import Right, may
from circulars.bodytext import clean_line
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.ladder import Kind, Level
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.urgecalls import call
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import moment, when
from cms.phonewords import leads_somewhere
from cms.ruleversions import RuleVersion
from cms.secrecymarks import marks_in

LONGEST = 100  # characters of a text; a text message cuts what is much longer


class Means(models.TextChoices):
    """By what an urge went out."""

    DESK = "desk", "站内"
    DESK_AND_TEXT = "desk_text", "站内、短信"


class Urge(models.Model):
    """That one unit was urged to sign for one circular: in which round, how far up, by whom or by the ladder, and how."""

    delivery = models.ForeignKey(  # the constraint's index begins with it
        Delivery, models.PROTECT, related_name="urge_rows", db_index=False, verbose_name="收文"
    )
    round = models.PositiveSmallIntegerField("轮次")
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    level = models.CharField("催到", max_length=12, choices=Level.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="催签人"
    )
    at = models.DateTimeField("催签时间")
    planned_at = models.DateTimeField("应催时间", null=True)
    means = models.CharField("方式", max_length=10, choices=Means.choices)
    text = models.CharField("内容", max_length=LONGEST, blank=True)
    told_above = models.CharField("告知值班员", max_length=500, blank=True, db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "催签记录"
        ordering = ["delivery", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "round", "kind", "planned_at"], name="reminded_once"),
            models.CheckConstraint(
                condition=Q(kind="manual", by__isnull=False, planned_at=None)
                | (~Q(kind="manual") & Q(by=None, planned_at__isnull=False)),
                name="urge_by_somebody_or_by_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} {self.get_kind_display()}"


@dataclass(frozen=True)
class Urged:
    """What one press did: how many units were urged, and how many were left in peace because they had been lately."""

    units: int
    resting: int


def unsigned(circular: Circular) -> DeliveryQuerySet:
    """The units of the circular that have still to sign for it on the desk."""
    return circular.deliveries.electronic().required().open()


def ripe(deliveries: DeliveryQuerySet, *, at: datetime, as_seen: datetime) -> DeliveryQuerySet:
    """Those that nobody has urged since ``as_seen`` nor within the rest that their version of the rule gives them."""
    rested = Q(urged_at=None)
    versions = RuleVersion.objects.filter(pk__in=deliveries.order_by().values("rules"))
    for version, minutes in versions.values_list("pk", "urge_rest_minutes"):
        rested |= Q(rules=version, urged_at__lt=as_seen, urged_at__lte=at - timedelta(minutes=minutes))
    return deliveries.filter(rested)


def again_at(delivery: Delivery) -> datetime | None:
    """From when on the unit may be urged again; None when it never was."""
    return delivery.urged_at and delivery.urged_at + timedelta(minutes=delivery.rules.rule_set.urge_rest_minutes)


def proposed_text(circular: Circular, at: datetime) -> str:
    """What a sender would say: number and due time, never the title."""
    due_at = unsigned(circular).aggregate(first=models.Min("due_at"))["first"]
    if due_at is None:
        return f"请尽快签收 {circular.number}。"
    if at > due_at:
        return f"{circular.number} 应于{when(due_at)}前签收，现已超时，请立即签收。"
    return f"请在{when(due_at)}前签收 {circular.number}。"


@transaction.atomic
def urge(
    circular: Circular,
    units: Collection[int] | None = None,
    *,
    text: str,
    by: Any,
    at: datetime,
    as_seen: datetime | None = None,
) -> Urged:
    """Every unsigned unit, or every one of ``units``, has been urged once, and its clerks know; the circular counts as checked.

    ``as_seen`` is when the person looked: whoever was urged since then is left in peace, so that two presses urge once. Raises
    ``PermissionDenied`` without the right to send, ``ValidationError`` for a text that cannot go out, and ``OutOfOrder`` when nobody is left
    to be urged; that sentence says from when on one may urge again.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责。")
    text = _checked(text)
    refuse_blocked(circular.page)
    # The circular first, as in a recall and a return: nobody waits for anybody in a ring.
    Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    chosen = unsigned(circular) if units is None else unsigned(circular).filter(unit__in=units)
    rows = dict(chosen.order_by("pk").values_list("pk", "unit"))
    due = ripe(chosen, at=at, as_seen=as_seen or at + timedelta(microseconds=1))
    keys = list(due.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise OutOfOrder(_nobody_left(chosen, at))
    Delivery.objects.filter(pk__in=keys).update(urges=F("urges") + 1, urged_at=at)
    told = call(
        circular,
        {key: rows[key] for key in keys},
        key=f"{Kind.MANUAL}-{at:%Y%m%d%H%M%S}",
        text=text,
        level=Level.CLERK,
        at=at,
    )
    enter_urges(keys, kind=Kind.MANUAL, level=Level.CLERK, by=by, at=at, texted=told.texted, text=text)
    Circular.objects.filter(pk=circular.pk).update(checked_at=at, checked_by=by)
    circular.checked_at, circular.checked_by = at, by
    ledger.enter(
        Deed.DELIVERIES_URGED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={
            "count": len(keys),
            "list_digest": ledger.digest_of_keys(keys),
            "texted": len(told.texted),
            "text_digest": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
    return Urged(len(keys), len(rows) - len(keys))


def _checked(text: str) -> str:
    text = clean_line(text)
    if not text or len(text) > LONGEST:
        raise ValidationError({"text": f"请写催签内容，不超过 {LONGEST} 个字。"})
    if marks_in(text):
        raise ValidationError({"text": "催签内容里不要写密级标志或涉密内容。"})
    if leads_somewhere(text):
        raise ValidationError({"text": "催签内容会发到手机，不要写网址、邮箱。请收到的人登录系统签收。"})
    return text


def _nobody_left(chosen: DeliveryQuerySet, at: datetime) -> str:
    resting = [again_at(delivery) or at for delivery in chosen.prefetch_related("rules")]
    if not resting:
        return "没有未签收的单位，不需要催签。"
    again = min(resting)
    said = "刚刚催过" if again <= at else f"{moment(again, at)} 起可以再催"
    return f"这些单位都催过了，{said}。急需签收的请打电话。"


# One statement for all units of one kind of means.
_ENTER = """
INSERT INTO circulars_urge (delivery_id, round, kind, level, by_id, at, planned_at, means, text, told_above)
SELECT id, round, %s, %s, %s, %s, %s, %s, %s, %s FROM circulars_delivery WHERE id IN ({})
"""


def enter_urges(
    keys: Iterable[int],
    *,
    kind: Kind,
    level: Level,
    at: datetime,
    texted: Collection[int],
    text: str,
    by: Any = None,
    planned_at: datetime | None = None,
    told_above: str = "",
) -> None:
    """Each of these deliveries has its row, with the round that it is in; those of ``texted`` went to a telephone as well.

    ``text`` is what the unit was told, ``told_above`` what the duty officer of the secretariat was, if anybody told them.
    """
    keys = set(keys)
    times = [connection.ops.adapt_datetimefield_value(time) for time in (at, planned_at)]
    with connection.cursor() as cursor:
        for means, some in ((Means.DESK, keys - set(texted)), (Means.DESK_AND_TEXT, keys & set(texted))):
            if some:
                values = [kind.value, level.value, by and by.pk, *times, means.value, text, told_above]
                cursor.execute(_ENTER.format(", ".join(["%s"] * len(some))), [*values, *sorted(some)])
