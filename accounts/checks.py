"""What an installation must not do: keep accounts of invented people outside a demo, leave a desk open with nobody at it, let everybody come."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core import checks
from django.core.checks import Error, Tags, register
from django.db import DatabaseError
from django.utils import timezone

from accounts.networks import ClientNetwork
from accounts.people import User
from accounts.roles import Role

NO_PASSWORD = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
REFUSAL = (
    "数据库里有 {count} 个演示账户还能登录，正式运行不得保留。"
    "请先执行 manage.py close_demo_accounts 停用它们；只是演示的，请以 DEMO=1 启动。"
)


def open_demo_accounts() -> int:
    """How many invented people could sign in as soon as somebody turned a demo on."""
    return User.objects.filter(is_demo=True, is_active=True).exclude(**NO_PASSWORD).count()


@register(Tags.security, Tags.database, deploy=True)
def no_demo_people_in_production(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """``manage.py check --deploy --database default`` names the demo accounts of an installation that is no demo."""
    if settings.DEMO or settings.DEBUG or not databases:
        return []
    count = _counted()
    return [Error(REFUSAL.format(count=count), id="accounts.E001")] if count else []


@register(Tags.security, Tags.database, deploy=True)
def it_is_set_who_may_come(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.Warning]:
    """``manage.py check --deploy --database default`` says when every address may come in (Article 11)."""
    if settings.DEMO or settings.DEBUG or not databases:
        return []
    try:
        if ClientNetwork.objects.in_force(timezone.now()).exists():
            return []
    except DatabaseError:
        return []
    return [
        checks.Warning(
            "还没有设定允许接入的网段，任何地址都可以访问。请市网信办在“网络隔离”里设定。", id="accounts.W001"
        )
    ]


@register(Tags.security)
def desk_locks_within_a_session(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """A desk that nobody is at locks at the latest when a session would end (Article 18)."""
    if settings.DESK_IDLE_MINUTES * 60 <= settings.SESSION_COOKIE_AGE:
        return []
    longest = settings.SESSION_COOKIE_AGE // 60
    return [
        Error(f"DESK_IDLE_MINUTES 不能超过 {longest} 分钟，现在是 {settings.DESK_IDLE_MINUTES}。", id="accounts.E002")
    ]


@register(Tags.security)
def second_factors_are_asked_of_roles(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """Each word of SECOND_FACTOR_ROLES is a role; a slip of the pen would ask nobody."""
    return [
        Error(f"SECOND_FACTOR_ROLES 里的“{word}”不是一种职责。", id="accounts.E003")
        for word in settings.SECOND_FACTOR_ROLES
        if word not in Role.values
    ]


@register(Tags.security)
def passkeys_have_an_address(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """Browsers take passkeys only under https (or on the machine itself), for a name, and for the site that the name belongs to."""
    origin, name = settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID
    if not origin and not name:
        return []
    parts = urlsplit(origin)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    is_origin = f"{parts.scheme}://{parts.netloc}" == origin
    is_name = any(sign.isalpha() for sign in host) and (host == name or host.endswith(f".{name}"))
    if is_safe and is_origin and is_name:
        return []
    said = f"通行密钥的网址 PASSKEY_ORIGIN“{origin}”应为 https:// 加域名（不带路径），PASSKEY_RP_ID“{name}”应为这个域名或者它的上级域名。"
    return [Error(said, id="accounts.E004")]


def _counted() -> int:
    """None are open in a database that cannot be asked yet."""
    try:
        return open_demo_accounts()
    except DatabaseError:
        return 0
