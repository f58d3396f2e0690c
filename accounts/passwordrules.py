"""口令策略: what a password must be, in one of two profiles that an installation chooses (PASSWORD_PROFILE; GB/T 22239 and OWASP ASVS 5.0).

``dengbao-3`` asks for kinds of characters and for another password every ninety days; ``asvs`` forbids asking for either and wants
length instead. Both cannot be met at once, so each is whole by itself (docs/decisions/2026-11-28-two-ways-to-ask-for-a-password.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

WARNED_BEFORE = timedelta(days=7)
# The own data that a password must not hold, by the names of their columns.
OWN_DATA = {"username": "用户名", "name": "姓名", "mobile": "移动号码", "office_phone": "办公电话"}
# What is shorter stands in many a good password by chance; a name has two characters at least.
SHORTEST_OWN, SHORTEST_NAME = 3, 2
KINDS: dict[str, Callable[[str], bool]] = {
    "大写字母": str.isupper,
    "小写字母": str.islower,
    "数字": str.isdigit,
    "其他字符": lambda sign: not (sign.isupper() or sign.islower() or sign.isdigit()),
}


@dataclass(frozen=True)
class Profile:
    """One whole policy: how long, of how many kinds of characters, for how long good, and how many of the last are barred."""

    name: str
    label: str
    least: int
    kinds: int
    lasts: timedelta | None
    barred: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("dengbao-3", "等级保护三级", least=10, kinds=3, lasts=timedelta(days=90), barred=5),
        Profile("asvs", "ASVS", least=12, kinds=0, lasts=None, barred=1),
    )
}


@dataclass(frozen=True)
class Rule:
    """What the page says is asked, and the sentence for a password that does not do it (empty for one that does)."""

    asked: str
    refused: Callable[[str, Any], str]


def in_force() -> Profile:
    """The profile of this installation."""
    return PROFILES[settings.PASSWORD_PROFILE]


def rules(profile: Profile) -> list[Rule]:
    """What can be said of a password by itself, in the order of the page."""
    found = [Rule(f"至少 {profile.least} 个字符", lambda typed, _: _too_short(typed, profile.least))]
    if profile.kinds:
        asked = f"{'、'.join(KINDS)}中至少有 {profile.kinds} 种"
        found.append(Rule(asked, lambda typed, _: _too_plain(typed, profile.kinds)))
    found.append(Rule("不是常见的密码", _too_common))
    found.append(Rule("不含姓名、用户名、电话号码，也不与它们相近", _own_data))
    return found


def asked_of_history(profile: Profile) -> str:
    """The rule that only the person's earlier passwords answer."""
    return f"不是最近 {profile.barred} 次用过的密码" if profile.barred > 1 else "不与现在的密码相同"


def asked_of_age(profile: Profile) -> str:
    """When another is due; empty where none ever is."""
    return f"每 {profile.lasts.days} 天更换一次，到期前 {WARNED_BEFORE.days} 天提醒" if profile.lasts else ""


def expires_at(person: Any) -> datetime | None:
    """When the person's password must be another; None where it need not, as in a demo, whose one password is printed anyway."""
    lasts = in_force().lasts
    if lasts is None or (settings.DEMO and person.is_demo):
        return None
    since: datetime = person.password_set_at or person.date_joined
    return since + lasts


def days_left(person: Any, at: datetime) -> int | None:
    """Whole days until it expires, where that is near enough to be said; 0 on the last day."""
    ends = expires_at(person)
    if ends is None or not timedelta(0) < ends - at <= WARNED_BEFORE:
        return None
    return (ends - at).days


def is_expired(person: Any, at: datetime) -> bool:
    ends = expires_at(person)
    return ends is not None and ends <= at


class Policy:
    """The rules of the profile in force, as the framework asks for them."""

    def validate(self, password: str, user: Any = None) -> None:
        refused = [said for rule in rules(in_force()) if (said := rule.refused(password, user))]
        if refused:
            raise ValidationError(refused)

    def get_help_text(self) -> str:
        return "；".join(rule.asked for rule in rules(in_force())) + "。"


def _too_short(typed: str, least: int) -> str:
    return f"密码太短，至少要 {least} 个字符。" if len(typed) < least else ""


def _too_plain(typed: str, kinds: int) -> str:
    found = [kind for kind, is_one in KINDS.items() if any(map(is_one, typed))]
    if len(found) >= kinds:
        return ""
    return f"密码只包含{'和'.join(found)}，{'、'.join(KINDS)}中至少要有 {kinds} 种。"


def _too_common(typed: str, person: Any) -> str:
    return _said_by(_COMMON, typed, person)


def _own_data(typed: str, person: Any) -> str:
    if said := _said_by(_SIMILAR, typed, person):
        return said
    folded = typed.casefold()
    for column, called in OWN_DATA.items():
        own = "".join(str(getattr(person, column, "")).split()).casefold()
        if len(own) >= (SHORTEST_NAME if column == "name" else SHORTEST_OWN) and own in folded:
            return f"密码里不能有{called}。"
    return ""


def _said_by(validator: Any, typed: str, person: Any) -> str:
    try:
        validator.validate(typed, person)
    except ValidationError as refused:
        return "".join(refused.messages)
    return ""


_COMMON = CommonPasswordValidator()
_SIMILAR = UserAttributeSimilarityValidator(user_attributes=tuple(OWN_DATA))
