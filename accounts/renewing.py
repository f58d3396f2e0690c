"""Opening a round of renewals and charging the vendor with each (Articles 12 and 17)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import keyclocks
from accounts.deeds import Deed
from accounts.holders import holders_of
from accounts.providers import Provider, Service
from accounts.renewals import Renewal, RenewalRound
from accounts.roles import Right, may
from accounts.sealissue import replace_key
from accounts.seals import SealKey, SealKeyQuerySet
from accounts.units import Payer, Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell


def keys_ending(first: date, last: date) -> SealKeyQuerySet:
    """The keys in force whose last day lies in the window and that no round has taken in."""
    begins, ends = (datetime.combine(day, time.min, timezone.get_current_timezone()) for day in (first, last))
    found = SealKey.objects.filter(
        state=SealKey.State.IN_FORCE, valid_until__gte=begins, valid_until__lt=ends + timedelta(days=1)
    ).filter(unit__state=Unit.State.ACTIVE)  # what a dissolved unit has left is handed in
    return found.exclude(pk__in=Renewal.objects.exclude(state=Renewal.State.DROPPED).values("key"))


@transaction.atomic
def open_round(
    provider: Provider,
    year: int,
    *,
    ends_from: date,
    ends_to: date,
    fees: Mapping[str, Decimal],
    by: Any,
    at: datetime,
) -> RenewalRound:
    """Every key that ends in the window has its renewal, with payer and fee as they stand today, and its people know by which route.

    ``fees`` has the fee in yuan for each kind of key that is taken in. Raises ``ValidationError`` where nothing would be renewed.
    """
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("密钥的续费由市网信办组织。")
    Provider.objects.select_for_update().get(
        pk=provider.pk
    )  # of two rounds at once the second sees what the first took
    _refuse_provider(provider, timezone.localdate(at))
    if ends_to < ends_from:
        raise ValidationError({"ends_to": "截止日期不能早于起始日期。"})
    if not fees:
        raise ValidationError("请至少填写一种密钥的服务费用。")
    keys = list(keys_ending(ends_from, ends_to).filter(kind__in=fees).select_related("unit").order_by("pk"))
    if not keys:
        raise ValidationError("这段时间没有到期而未列入续费的密钥，请核对日期和种类。")
    round_ = RenewalRound.objects.create(
        provider=provider, year=year, ends_from=ends_from, ends_to=ends_to, opened_by=by, opened_at=at
    )
    made = Renewal.objects.bulk_create(
        Renewal(round=round_, key=key, payer=key.unit.key_fee_payer, fee=fees[key.kind]) for key in keys
    )
    facts = {
        "provider": provider.pk,
        "year": year,
        "ends_from": ends_from.isoformat(),
        "ends_to": ends_to.isoformat(),
        "fees": {kind: str(fee) for kind, fee in sorted(fees.items())},
        "count": len(made),
        "list_digest": ledger.digest_of_keys(key.pk for key in keys),
    }
    ledger.enter(Deed.RENEWALS_OPENED, subject=ledger.subject_of(round_), by=by, at=at, facts=facts)
    for payer in Payer:
        _tell_units(round_, payer, [key for key in keys if key.unit.key_fee_payer == payer], at=at)
    return round_


def start(renewal: Renewal, *, by: Any, at: datetime) -> None:
    """The vendor is charged and its clock runs; a successor of the key waits to be issued.

    Raises ``OutOfOrder`` where a new key was issued already or the keeper serves the unit no more.
    """
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("续费由市网信办交保障单位办理。")
    key = renewal.key
    following = SealKey.objects.filter(replaces=key.pk).first()
    if following is not None and following.state != SealKey.State.REQUESTED:
        raise OutOfOrder(f"{key}的新密钥已经制发，等保管人启用，不必再办理。")
    with transaction.atomic():
        due_at = keyclocks.due(keyclocks.RENEWAL, key.unit.area, at)
        facts = {"key": key.pk, "due_at": due_at}
        move(
            renewal,
            Renewal.State.STARTED,
            Deed.RENEWAL_STARTED,
            by=by,
            at=at,
            unit=key.unit_id,
            facts=facts,
            started_at=at,
            due_at=due_at,
        )
        if following is None:
            replace_key(key, occasion=SealKey.Occasion.RENEWAL, by=by, at=at)
        until = f"，须在{when(due_at)}前办结" if due_at else ""
        vendor = {person for person, _ in holders_of(Right.SERVE, [renewal.round.provider.unit_id])}
        text = f"请办理{key}的续费升级{until}。"
        tell(vendor, key=f"renewal-started:{renewal.pk}", text=text, link=reverse("accounts:vendor_tasks"), at=at)
        text = f"{key}的续费已交保障单位办理{until}；新密钥制发后，请设定 PIN 启用。"
        tell([key.keeper_id], key=f"renewal-started:{renewal.pk}", text=text, link=reverse("accounts:own_keys"), at=at)


def start_all(renewals: Collection[Renewal], *, by: Any, at: datetime) -> tuple[int, list[str]]:
    """Each is started for itself; returns how many were, and a sentence for every one that was not."""
    refused = []
    for renewal in renewals:
        try:
            start(renewal, by=by, at=at)
        except OutOfOrder as wrong:
            refused.append(str(wrong))
    return len(renewals) - len(refused), refused


def _refuse_provider(provider: Provider, today: date) -> None:
    if provider.service != Service.KEY_VENDOR or not Provider.objects.in_force(today).filter(pk=provider.pk).exists():
        raise ValidationError({"provider": "请选择合同期内的密钥服务单位。"})


def _tell_units(round_: RenewalRound, payer: Payer, keys: list[SealKey], *, at: datetime) -> None:
    """Keepers and leaders of the units know who does it and who pays."""
    if not keys:
        return
    leaders = {person for person, _ in holders_of(Right.SEE_KEYS, {key.unit_id for key in keys})}
    if payer == Payer.MUNICIPAL:
        what = "由市网信办统一办理，费用由市财政列支"
    else:
        what = f"请自行联系{settings.SERVICE_CENTRE}办理，服务费用支付{round_.provider.unit}"
    text = (
        f"密钥将于 {round_.ends_from:%Y-%m-%d} 至 {round_.ends_to:%Y-%m-%d} 到期，已列入{round_.year}年续费：{what}。"
    )
    key, keepers = f"renewal-round:{round_.pk}:{payer}", {key.keeper_id for key in keys}
    tell(keepers, key=key, text=text, link=reverse("accounts:own_keys"), at=at)
    tell(leaders - keepers, key=key, text=text, link=reverse("accounts:keys"), at=at)
