"""允许接入的网段: from which networks the platform may be used, as the network office sets them, each from a day to a day (Article 11).

While nothing is set everybody may come; from the first network on only those inside one. The machine itself always may. Nobody shuts
out the address at which the setting is done: docs/decisions/2026-11-27-which-networks-may-come-in.md.
"""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.deeds import Deed
from accounts.roles import Right, may
from accounts.units import Unit
from cms import ledger
from cms.areas import Area
from cms.clientaddress import ip_of
from cms.lifecycles import OutOfOrder
from cms.wording import Worded
from cms.workdays import ZONE

_MAPPED = ip_network("::ffff:0:0/96")


class ClientNetworkQuerySet(models.QuerySet["ClientNetwork"]):
    def in_force(self, at: datetime) -> "ClientNetworkQuerySet":
        """Those from which one may come at this moment."""
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class ClientNetwork(models.Model):
    """That one may come from this network, from one moment to another."""

    cidr = models.CharField("网段", max_length=43)
    purpose = models.CharField("用途", max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="networks", verbose_name="单位")
    since = models.DateTimeField("起始时间")
    until = models.DateTimeField("截止时间", null=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="停用人"
    )

    objects = ClientNetworkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "允许接入的网段"
        default_permissions = ()
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="network_ends_later"),
            models.CheckConstraint(condition=Q(purpose__gt=""), name="network_has_purpose"),
            models.UniqueConstraint(fields=["cidr"], condition=Q(until=None), name="network_allowed_once"),
        ]

    def __str__(self) -> str:
        return self.cidr

    def is_in_force(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or self.until > at)

    @transaction.atomic
    def end(self, *, seen_from: str, by: Any, at: datetime) -> None:
        """Nobody comes from there any more; raises ``OutOfOrder`` when it is over and ``ValidationError`` when ``seen_from`` would be shut out."""
        _refuse_stranger(by)
        _lock()
        if not ClientNetwork.objects.in_force(at).filter(pk=self.pk).update(until=at, ended_by=by):
            raise OutOfOrder(f"网段 {self.cidr} 已经停用。")
        _refuse_lock_out(seen_from, at)
        self.until, self.ended_by = at, by
        ledger.enter(Deed.NETWORK_ENDED, subject=ledger.subject_of(self), by=by, at=at, facts={"cidr": self.cidr})


@transaction.atomic
def allow_network(
    text: str,
    purpose: str,
    *,
    unit: Unit | None = None,
    last_day: date | None = None,
    seen_from: str,
    by: Any,
    at: datetime,
) -> ClientNetwork:
    """One may come from this network from now on, to the end of ``last_day`` where there is one.

    Raises ``ValidationError`` for what is no network, without a purpose, twice, or when ``seen_from``, the address of who sets it,
    would be shut out.
    """
    _refuse_stranger(by)
    network, purpose = read_network(text), " ".join(purpose.split())
    if not purpose:
        raise ValidationError({"purpose": "请写明这个网段的用途。"})
    if last_day is not None and last_day < timezone.localdate(at):
        raise ValidationError({"last_day": "截止日不能早于今天。"})
    _lock()
    if ClientNetwork.objects.in_force(at).filter(cidr=str(network)).exists():
        raise ValidationError({"cidr": f"网段 {network} 已经允许，不必再加。"})
    until = datetime.combine(last_day + timedelta(days=1), time(), ZONE) if last_day else None
    allowed = ClientNetwork.objects.create(
        cidr=str(network), purpose=purpose[:100], unit=unit, since=at, until=until, set_by=by
    )
    _refuse_lock_out(seen_from, at)
    facts = {"cidr": allowed.cidr, "until": until}
    unit_pk = unit.pk if unit else None
    ledger.enter(Deed.NETWORK_ALLOWED, subject=ledger.subject_of(allowed), by=by, at=at, unit=unit_pk, facts=facts)
    return allowed


@transaction.atomic
def lift_networks(*, at: datetime) -> int:
    """Everybody may come again; for who is shut out and sits at the machine. Returns how many networks have ended."""
    _lock()
    standing = list(ClientNetwork.objects.in_force(at))
    ClientNetwork.objects.filter(pk__in=[network.pk for network in standing]).update(until=at)
    if standing:
        cidrs = sorted(network.cidr for network in standing)
        ledger.enter(Deed.NETWORKS_LIFTED, subject=ClientNetwork._meta.label_lower, at=at, facts={"cidrs": cidrs})
    return len(standing)


def read_network(text: str) -> IPv4Network | IPv6Network:
    """The network that was typed, as ``10.20.0.0/16`` or one address; raises ``ValidationError`` with a sentence for all else."""
    typed = text.strip().replace("／", "/").replace("：", ":").replace("。", ".")
    try:
        network = ip_network(typed, strict=False)
    except ValueError:
        raise ValidationError({"cidr": "请按“10.20.0.0/16”“10.20.3.7”或“fd00:10::/48”的样子填写网段。"}) from None
    if network.prefixlen == 0:
        raise ValidationError({"cidr": "这个网段包含所有地址，等于不限制。"})
    if isinstance(network, IPv6Network) and network.overlaps(_MAPPED):
        raise ValidationError({"cidr": "IPv4 的网段请按 IPv4 的写法填写，如“10.20.0.0/16”。"})
    if "/" in typed and str(network.network_address) != str(ip_network(typed.partition("/")[0]).network_address):
        raise ValidationError({"cidr": f"“{typed}”不是网段的起始地址，是否应为 {network}？"})
    return network


def is_admitted(address: str, allowed: Callable[[], Collection[str]]) -> bool:
    """Whether one may come from this address while these networks are allowed, asked for where that matters.

    The machine itself may always come; what is no address only while nothing is set.
    """
    ip = ip_of(address)
    if ip is not None and ip.is_loopback:
        return True
    networks = allowed()
    return not networks or (ip is not None and any(ip in _parsed(cidr) for cidr in networks))


def networks_in_force(now: datetime) -> list[str]:
    """The networks from which one may come now; one query."""
    return [cidr for (cidr,) in _IN_FORCE.ask(now=now)]


_IN_FORCE = Worded(
    lambda now: ClientNetwork.objects.in_force(now).order_by("pk").values_list("cidr"),
    now=datetime(1, 1, 3, tzinfo=UTC),
)


@lru_cache(maxsize=1000)
def _parsed(cidr: str) -> IPv4Network | IPv6Network:
    return ip_network(cidr)


def _refuse_lock_out(address: str, at: datetime) -> None:
    """Networks that end some day do not count: on that day who set them would be shut out."""
    standing = ClientNetwork.objects.in_force(at)
    ip = ip_of(address)
    if not standing.exists() or (ip is not None and ip.is_loopback):
        return
    if ip is None:
        raise ValidationError({"cidr": "系统看不到您的地址，不能限制网段。请检查反向代理和 BEHIND_PROXY 的设置。"})
    if not any(ip in _parsed(network.cidr) for network in standing.filter(until=None)):
        raise ValidationError(
            {"cidr": f"您现在的地址 {ip} 不在长期允许的网段之内，这样设定后您自己也不能访问。请先加入您所在的网段。"}
        )


def _refuse_stranger(by: Any) -> None:
    if not may(by, Right.SET_NETWORKS):
        raise PermissionDenied("允许接入的网段由市网信办设定。")


def _lock() -> None:
    """Two who set networks at once do so one after the other."""
    Area.objects.select_for_update().get(pk=Area.objects.home().pk)
