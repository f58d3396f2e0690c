"""A demo's key service: an invented vendor, keys that end soon, a round half done, a year of back-ups, a sheet, two damaged keys."""

from calendar import monthrange
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.backups import start_backup
from accounts.deductionsheets import confirm_deductions
from accounts.demo import PASSWORD
from accounts.fees import pay, take_back
from accounts.holders import holders
from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.renewals import Renewal
from accounts.renewing import open_round, start
from accounts.roles import Right, Role
from accounts.sealends import accept_damage
from accounts.sealissue import issue, subject_of
from accounts.seals import KeyKind, SealKey
from accounts.units import Category, Payer, Unit
from cms.areas import Area
from cms.revocations import the_authority
from cms.signing import certificates

CODE, CONTRACT = "BZ-MY", "延网信合〔2025〕12号"
FEE = Decimal("90.00")
_EACH = 4  # keys of each payer


@transaction.atomic
def let_some_end(now: datetime, *, but: str) -> None:
    """A few clerks' certificates end within two months, before anything was signed with them; those of the unit ``but`` are left alone."""
    for place, key in enumerate(chain.from_iterable(_clerks(but, 0, _EACH))):
        _let_end(key, now + timedelta(days=28 + 3 * place))


@transaction.atomic
def serve_keys(now: datetime, *, but: str) -> Provider:
    """The vendor has a past of a year with us; two more keys were damaged."""
    engineer = User.objects.get(pk=holders(Right.MANAGE_KEYS).values_list("user_id", flat=True)[:1])
    provider, person = _vendor(now)
    damaged = list(chain.from_iterable(_clerks(but, _EACH, _EACH + 1)))
    _renew(provider, person, engineer, now)
    _back_up(provider, person, now)
    _deduct(provider, engineer, now)
    for key, days in zip(damaged, (12, 3), strict=True):
        accept_damage(key, f"介绍信〔{now.year}〕{days}号", by=engineer, at=now - timedelta(days=days))
    issue(SealKey.objects.get(replaces=damaged[1]), by=engineer, at=now - timedelta(days=1))
    return provider


def _vendor(now: datetime) -> tuple[Provider, User]:
    unit = Unit.objects.filter(code=CODE).first() or Unit.add_root(
        code=CODE,
        name="延河数字证书服务有限公司（演示）",
        short_name="延河证书公司",
        category=Category.PROVIDER,
        area=Area.objects.home(),
        sort_order=9001,
    )
    since = timezone.localdate(now).replace(year=now.year - 1, month=1, day=1)
    provider, _ = Provider.objects.get_or_create(
        unit=unit,
        service=Service.KEY_VENDOR,
        until=None,
        defaults={"contract": CONTRACT, "phone": "0911-8000000", "since": since},
    )
    person, made = User.objects.get_or_create(
        username="bz-my-provider",
        defaults={"name": "景长河", "password": make_password(PASSWORD), "is_demo": True, "mobile": "13800009901"},
    )
    if made:
        take_post(person, unit, Role.PROVIDER, by=None, at=now - timedelta(days=400))
    return provider, User.objects.get(pk=person.pk)


def _clerks(but: str, first: int, last: int) -> list[list[SealKey]]:
    """For each payer some of the certificates of clerks, always the same ones."""
    clerks = SealKey.objects.filter(kind=KeyKind.CLERK, state=SealKey.State.IN_FORCE).exclude(unit__code=but)
    clerks = clerks.select_related("unit__area", "keeper").order_by("-unit__sort_order", "-pk")
    return [list(clerks.filter(unit__key_fee_payer=payer)[first:last]) for payer in Payer]


def _let_end(key: SealKey, at: datetime) -> None:
    """The key has a certificate that ends then."""
    assert key.in_force_at is not None
    profile = replace(certificates.CLERK, days=(at - key.in_force_at).days)
    public = key.certificate.public_key()
    issuer, name = the_authority().issuing, subject_of(key, demo=True)
    certificate = certificates.issue(profile, public, name, issuer=issuer, at=key.in_force_at)  # type: ignore[arg-type]
    key.valid_until, key.serial = certificate.not_valid_after_utc, f"{certificate.serial_number:x}"
    key.certificate_pem = certificates.pem(certificate)
    key.save(update_fields=["valid_until", "serial", "certificate_pem"])


def _renew(provider: Provider, person: User, engineer: User, now: datetime) -> None:
    """Some are done late, some are with the vendor, some wait; most are paid, one payment was taken back."""
    opened, today = now - timedelta(days=20), timezone.localdate(now)
    round_ = open_round(
        provider,
        (today + timedelta(days=45)).year,
        ends_from=today + timedelta(days=20),
        ends_to=today + timedelta(days=60),
        fees={KeyKind.CLERK: FEE},
        by=engineer,
        at=opened,
    )
    all_of = list(
        Renewal.objects.filter(round=round_).select_related("key__unit__area", "key__keeper", "round__provider__unit")
    )
    by_payer = ([one for one in all_of if one.payer == payer] for payer in Payer)
    in_turn = list(chain.from_iterable(zip(*by_payer, strict=True)))
    for renewal, days in zip(in_turn, (16, 15, 13, 2, 1), strict=False):
        start(renewal, by=engineer, at=now - timedelta(days=days))
    in_turn[0].serve(by=person, at=now - timedelta(days=13))
    in_turn[1].serve(by=person, at=now - timedelta(days=4))
    for number, renewal in enumerate(in_turn[:5], 1):
        paid_on = today - timedelta(days=14)
        entry = pay(renewal, FEE, paid_on=paid_on, voucher=f"NO.{today.year}{number:04}", by=engineer, at=now)
    take_back(entry, "凭证号登错", by=engineer, at=now)


def _back_up(provider: Provider, person: User, now: datetime) -> None:
    """Each month of the past year but the one three months ago; the month before it took too long, and this month's is running."""
    month = timezone.localtime(now).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    for back in range(11, -1, -1):
        years, number = divmod(month.month - 1 - back, 12)
        at = month.replace(year=month.year + years, month=number + 1)
        at = at.replace(day=min(20, monthrange(at.year, at.month)[1]))
        if back == 3 or at > now:
            continue
        run = start_backup(provider, started_at=at, by=person, at=at)
        if back:
            done = at + timedelta(days=12 if back == 4 else 1, hours=2)
            tested = timezone.localdate(done) if back % 2 else None
            checksum = f"{back:x}5f0c" * 12 + "0a1b"
            run.finish(finished_at=done, checksum=checksum[:64], restored_on=tested, by=person, at=done)


def _deduct(provider: Provider, engineer: User, now: datetime) -> None:
    """The month without a back-up was confirmed in the next."""
    this = timezone.localdate(now).replace(day=1)
    ends = [this - timedelta(days=1)]
    for _ in range(2):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    last = ends[-1]
    at = (timezone.localtime(now) - (timezone.localdate(now) - last)).replace(hour=10, minute=0) + timedelta(days=9)
    confirm_deductions(
        provider,
        last.replace(day=1),
        last,
        number=f"延网信函〔{at.year}〕21号",
        confirmed_on=at.date(),
        amount=Decimal("1200.00"),
        by=engineer,
        at=at,
    )
