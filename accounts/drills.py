"""恢复演练: a back-up is restored beside the installation, proved and thrown away, once a month; what came of it is on record (Article 17)."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.urls import reverse

from accounts.deeds import Deed
from accounts.holders import holders
from accounts.roles import Right
from cms import ledger
from cms.messages import tell

# A back-up that nobody has restored for so long is a hope.
EVERY = timedelta(days=31)


class DrillQuerySet(models.QuerySet["Drill"]):
    def good(self) -> "DrillQuerySet":
        return self.filter(is_good=True)

    def newest(self) -> "Drill | None":
        return self.order_by("-finished_at", "-pk").first()

    def is_overdue(self, now: datetime) -> bool:
        """Whether no drill of the last month was good."""
        return not self.good().filter(finished_at__gt=now - EVERY).exists()


class Drill(models.Model):
    """One back-up restored for a test, and the verdict; takes INSERT only."""

    name = models.CharField("备份", max_length=200)
    manifest = models.CharField("清单摘要", max_length=64, blank=True)  # none where it could not be read
    made_at = models.DateTimeField("备份时间", null=True)
    size = models.BigIntegerField("字节数")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间")
    is_good = models.BooleanField("可以使用")
    verdict = models.CharField("结论", max_length=500)

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "恢复演练"
        default_permissions = ()
        indexes = [models.Index(fields=["-finished_at"], name="drill_finished")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at__gte=models.F("started_at")), name="drill_finished_after_start"
            ),
            models.CheckConstraint(condition=~models.Q(is_good=True, manifest=""), name="drill_good_of_a_known_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} 恢复演练"

    @property
    def seconds(self) -> float:
        return (self.finished_at - self.started_at).total_seconds()


@transaction.atomic
def record_drill(
    name: str,
    *,
    manifest: str,
    made_at: datetime | None,
    size: int,
    started_at: datetime,
    finished_at: datetime,
    is_good: bool,
    verdict: str,
) -> Drill:
    """The drill is on record and in the ledger; of one that failed the network office and the administrators are told at once."""
    drill = Drill.objects.create(
        name=name[:200],
        manifest=manifest,
        made_at=made_at,
        size=size,
        started_at=started_at,
        finished_at=finished_at,
        is_good=is_good,
        verdict=verdict[:500],
    )
    facts: dict[str, object] = {
        "manifest": manifest,
        "made_at": made_at,
        "size": size,
        "is_good": is_good,
        "verdict": drill.verdict,
    }
    ledger.enter(Deed.DRILL_HELD, subject=ledger.subject_of(drill), at=finished_at, facts=facts)
    if not is_good:
        _tell(f"drill-failed:{drill.pk}", f"备份“{drill.name}”的恢复演练没有通过，请立即查明并重新备份。", finished_at)
    return drill


def warn_of_drills(at: datetime) -> None:
    """Once the last good drill is older than a month they are told, once."""
    last = Drill.objects.good().newest()
    if last is not None and last.finished_at <= at - EVERY:
        _tell(f"drill-due:{last.pk}", "恢复演练已超过一个月没有做，请执行 manage.py backup_drill。", at)


def _tell(key: str, text: str, at: datetime) -> None:
    people = set(holders(Right.SEE_BACKUPS).values_list("user_id", flat=True))
    tell(people, key=key, text=text, link=reverse("accounts:drills"), at=at)
