"""Key service that is due soon or late: the vendor is told in good time, the network office when it was not done (Articles 14 and 17)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.backups import BackupRun, months_owed
from accounts.holders import holders, holders_of
from accounts.keyservice import overdue
from accounts.providers import Provider, Service
from accounts.renewals import Renewal
from accounts.roles import Right
from cms.limits import when
from cms.messages import Message, tell

# So long before it is due the vendor is reminded, and so many days before its end of a month without a back-up.
AHEAD = timedelta(days=1)
LAST_DAYS = 7


def warn_of_upkeep(at: datetime) -> None:
    """Each warning is told once: of what is due within a day, of what is late, and of months without a back-up."""
    said: dict[
        str, tuple[int, str, bool]
    ] = {}  # the word → the vendor's unit, the sentence, whether the network office hears it too
    for renewal in Renewal.objects.with_vendor().filter(due_at__lte=at + AHEAD).shown():
        _say(said, f"renewal:{renewal.pk}", renewal.round.provider.unit_id, f"{renewal}", renewal.due_at, at)
    for run in BackupRun.objects.running().filter(due_at__lte=at + AHEAD).select_related("provider__unit"):
        _say(said, f"backup:{run.pk}", run.provider.unit_id, f"{run.provider.unit}的 {run}", run.due_at, at)
    _months_without(said, at)
    fresh = _untold(said)
    vendors: dict[int, set[int]] = {}
    for person, unit in holders_of(Right.SERVE, {said[word][0] for word in fresh}):
        vendors.setdefault(unit, set()).add(person)
    office = _office() if any(said[word][2] for word in fresh) else set()
    link = reverse("accounts:vendor_tasks")
    for word in sorted(fresh):
        unit, text, is_offices = said[word]
        tell(vendors.get(unit, set()), key=word, text=text, link=link, at=at)
        if is_offices:
            tell(office - vendors.get(unit, set()), key=word, text=text, link=reverse("accounts:deductions"), at=at)
    _warn_of_reissues(at)


def _say(
    said: dict[str, tuple[int, str, bool]], word: str, unit: int, what: str, due_at: datetime | None, at: datetime
) -> None:
    if due_at is None:
        return
    if due_at < at:
        said[f"late:{word}"] = unit, f"{what}应在 {when(due_at)} 前完成，现已逾期，按合同扣费。", True
    else:
        said[f"due:{word}"] = unit, f"{what}须在{when(due_at)}前完成，请抓紧办理。", False


def _months_without(said: dict[str, tuple[int, str, bool]], at: datetime) -> None:
    """The month before, once it is over, and this one in its last days; one query for the contracts and one for the back-ups."""
    today = timezone.localdate(at)
    month = today.replace(day=1)
    before, following = (month - AHEAD).replace(day=1), (month + timedelta(days=31)).replace(day=1)
    contracts = Provider.objects.of(Service.KEY_VENDOR).select_related("unit").filter(since__lte=month)
    begun = set(BackupRun.objects.standing().filter(month__gte=before).values_list("provider_id", "month"))
    for provider in contracts:
        if months_owed(provider, before, before) and (provider.pk, before) not in begun:
            text = f"{provider.unit}{before.year}年{before.month}月没有备份，按合同扣费。"
            said[f"missed:{provider.pk}:{before}"] = provider.unit_id, text, True
        if (
            (following - today).days <= LAST_DAYS
            and months_owed(provider, month, today)
            and (provider.pk, month) not in begun
        ):
            text = f"{provider.unit}{month.month}月的数据备份还没有开始，请在月底前开始。"
            said[f"owed:{provider.pk}:{month}"] = provider.unit_id, text, False


def _warn_of_reissues(at: datetime) -> None:
    """The network office knows of each new key that it owes a unit past the five working days."""
    late = {f"late:reissue:{key.pk}": key for key in overdue(at).filter(issued_at=None).select_related("unit")}
    for word in _untold(late):
        key = late[word]
        until = f" {when(key.due_at)} 前" if key.due_at else ""
        text = f"{key}应在{until}重新制发，现已逾期。"
        tell(_office(), key=word, text=text, link=reverse("accounts:key", args=[key.pk]), at=at)


def _untold(words: Collection[str]) -> set[str]:
    told = Message.objects.filter(key__in=list(words)).values_list("key", flat=True) if words else ()
    return set(words) - set(told)


def _office() -> set[int]:
    return set(holders(Right.MANAGE_KEYS).values_list("user_id", flat=True))
