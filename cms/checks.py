"""What an installation must not do: go without a key-encryption key, believe the authority of a demo, have a way outside (Articles 10 and 11)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import Error, Tags, register
from django.utils import timezone

from cms.authorityends import authority_ends
from cms.backup.marker import UNFINISHED, is_marked
from cms.durability import durability_faults
from cms.isolation import target_of, ways_out
from cms.signing.authority import certificates_of
from cms.signing.certificates import is_demo
from cms.signing.filekeys import SHORTEST_KEY_ENCRYPTION_KEY

SHORTEST_SECRET = 50


@register(Tags.security)
def authority_lasts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.Warning]:
    """``manage.py check`` names each certificate of the authority that ends within half a year."""
    return [checks.Warning(end.sentence, id="cms.W001") for end in authority_ends(timezone.now())]


@register(Tags.security, deploy=True)
def keys_are_kept_in_earnest(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """``manage.py check --deploy`` names a missing or short key-encryption key and an authority made for a demo."""
    if settings.DEMO or settings.DEBUG:
        return []
    found = []
    if len(settings.KEY_ENCRYPTION_KEY) < SHORTEST_KEY_ENCRYPTION_KEY:
        found.append(
            Error(f"KEY_ENCRYPTION_KEY 没有设置，或者不足 {SHORTEST_KEY_ENCRYPTION_KEY} 个字符。", id="cms.E001")
        )
    if (settings.CA_FOLDER / "root.pem").exists() and is_demo(certificates_of(settings.CA_FOLDER).root):
        found.append(
            Error(f"“{settings.CA_FOLDER}”是演示专用的证书机构，正式运行不能使用。请用 make_ca 另建。", id="cms.E002")
        )
    return found


@register(Tags.security, Tags.database, deploy=True)
def what_is_answered_is_kept(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """``manage.py check --deploy --database default`` names settings that lose what was answered, and clocks that differ by over two seconds."""
    return durability_faults() if databases and not (settings.DEMO or settings.DEBUG) else []


@register(Tags.security, deploy=True)
def secrets_are_our_own(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """``manage.py check --deploy`` names a secret that is short or came with an example, and debug pages outside a demo."""
    if settings.DEMO:
        return []
    found = []
    if len(settings.SECRET_KEY) < SHORTEST_SECRET or settings.SECRET_KEY.startswith("django-insecure"):
        found.append(Error(f"SECRET_KEY 不足 {SHORTEST_SECRET} 个字符，或者是样例，请另行生成。", id="cms.E006"))
    if settings.DEBUG:
        found.append(Error("DEBUG=1 会把内部情况显示给来访的人，正式运行请关闭。", id="cms.E007"))
    return found


@register(Tags.security, deploy=True)
def no_way_leads_outside(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.Warning]:
    """``manage.py check --deploy`` names what on this machine points outside; nothing is sent to find out (Article 11)."""
    return [checks.Warning(sentence, id="cms.W002") for sentence in ways_out()]


@register(Tags.database)
def nothing_is_half_restored(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """``manage.py migrate`` and ``check --database default`` refuse a database whose restoring was not finished (Article 17)."""
    return [Error(UNFINISHED, id="cms.E004")] if databases and is_marked() else []


@register(Tags.security)
def probes_can_be_read(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[Error]:
    """Each target of the look at isolation is a host and a port."""
    found = []
    for text in settings.ISOLATION_PROBES:
        try:
            target_of(text)
        except ValueError as wrong:
            found.append(Error(f"ISOLATION_PROBES：{wrong}", id="cms.E003"))
    return found
