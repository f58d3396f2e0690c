"""Keys that end soon: who keeps one, who leads its unit and who makes new ones are told in good time, each step once (Article 17)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from accounts.holders import holders, holders_of
from accounts.roles import Right
from accounts.seals import WARNINGS, SealKey
from cms.messages import Message, tell


def step_of(days: int) -> int | None:
    """The last warning that is due so many days before the end; None while there is time."""
    return min((step for step in WARNINGS if days <= step), default=None)


def warn_of_ends(at: datetime) -> None:
    """Everybody concerned knows of each key that ends within the days of a warning; the network office by one sentence for a day's keys."""
    due: dict[str, tuple[SealKey, int]] = {}
    many: Counter[tuple[int, date]] = Counter()
    for key in SealKey.objects.ending(at, WARNINGS[0] + 1).select_related("unit", "successor"):
        days = key.days_left(at)
        step = step_of(days)
        if step is not None:
            due[f"key-ends:{key.pk}:{step}"] = key, days
            many[step, key.last_day] += 1
    fresh = due.keys() - _told(due)
    watching: defaultdict[int, set[int]] = defaultdict(set)
    for person, unit in holders_of(Right.SEE_KEYS, {due[word][0].unit_id for word in fresh}):
        watching[unit].add(person)
    for word in fresh:
        key, days = due[word]
        _warn_unit(word, key, days, {key.keeper_id} | watching[key.unit_id], at=at)
    told = _told(_word(step, day) for step, day in many)
    for (step, day), count in many.items():
        if _word(step, day) not in told:
            _warn_office(step, day, count, at=at)


def _told(words: Iterable[str]) -> set[str]:
    return set(Message.objects.filter(key__in=list(words)).values_list("key", flat=True))


def _word(step: int, day: date) -> str:
    return f"keys-end:{step}:{day}"


def _warn_unit(word: str, key: SealKey, days: int, people: set[int], *, at: datetime) -> None:
    left = f"还有 {days} 天到期" if days else "今天到期"
    text = f"{key}{left}（{key.last_day:%Y-%m-%d}），到期后不能使用。{_what_to_do(key)}"
    tell({key.keeper_id}, key=word, text=text, link=reverse("accounts:own_keys"), at=at)
    tell(people - {key.keeper_id}, key=word, text=text, link=reverse("accounts:key", args=[key.pk]), at=at)


def _warn_office(step: int, day: date, count: int, *, at: datetime) -> None:
    tell(
        holders(Right.MANAGE_KEYS).values_list("user_id", flat=True),
        key=_word(step, day),
        text=f"{count} 把密钥将于 {day:%Y-%m-%d} 到期（{step} 天提醒），请安排换发。",
        link=f"{reverse('accounts:keys')}?show=ending",
        at=at,
    )


def following_of(key: SealKey) -> str:
    """What is known of the key that takes over from this one."""
    following = getattr(key, "successor", None)
    return f"{following.get_occasion_display()}：{following.get_state_display()}" if following else "没有申请换发"


def _what_to_do(key: SealKey) -> str:
    following = getattr(key, "successor", None)
    if following is None or following.state == SealKey.State.REFUSED:
        return "请联系市网信办换发。"
    if following.state == SealKey.State.ISSUED:
        return "新密钥已制发，请保管人设定 PIN 启用。"
    return "换发已申请，等待市网信办制发。"
