"""A demo's providers and faults, by the verbs that people use: one mended in time, one late after a failed test, one to be tested, one in hand, one new."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.acceptances import judge
from accounts.assignments import assign
from accounts.demo import PASSWORD
from accounts.faults import Fault, report_fault
from accounts.holders import holders, people_with
from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.repairs import Repair
from accounts.roles import Right, Role
from accounts.units import Category, Unit
from cms.areas import Area

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_PROVIDERS = {
    Service.CARRIER: ("BZ01", "延安信通网络有限公司", "信通网络", "韩立群"),
    Service.KEY_VENDOR: ("BZ02", "陕西安信数字证书有限公司", "安信证书", "邓文静"),
    Service.KIT: ("BZ03", "延安方正办公设备维修中心", "方正维修", "曹建军"),
}


def make_providers(now: datetime) -> int:
    """Each service has an invented provider under contract with one engineer, unless it has one already; returns how many were made."""
    made = 0
    for place, (service, (code, name, short_name, engineer)) in enumerate(_PROVIDERS.items()):
        if Provider.objects.of(service).exists():
            continue
        unit = Unit.add_root(
            code=code,
            name=name,
            short_name=short_name,
            category=Category.PROVIDER,
            area=Area.objects.home(),
            connected=False,
            sort_order=9000 + place,
        )
        person = User.objects.create(
            username=f"{code.lower()}-provider",
            name=engineer,
            mobile=f"139{place:08d}",
            password=make_password(PASSWORD),
            is_demo=True,
        )
        since = timezone.localtime(now).replace(month=1, day=1) - 365 * DAY
        take_post(person, unit, Role.PROVIDER, by=None, at=since)
        contract = f"延网保〔{since.year}〕{place + 1}号"
        Provider.objects.create(
            unit=unit, service=service, contract=contract, phone=f"0911-82000{place}0", since=since.date()
        )
        made += 1
    return made


def live_through_faults(now: datetime) -> int:
    """Five units have or had a fault; returns how many were reported."""
    ten = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    then = ten - 20 * DAY
    quick = _with_provider("BM20", "network", "光缆被施工挖断", "请抢修光缆", then)
    _done(quick, "接通光缆", then + 5 * HOUR)
    _confirm(quick, then + 6 * HOUR)
    then = ten - 40 * DAY
    slow = _with_provider("BM12", "computer", "收文电脑不能启动", "请检修收文电脑", then)
    _done(slow, "重装系统", then + 2 * DAY)
    judge(slow, False, "重启后仍然不能启动", by=_of_unit(slow.fault.unit), at=then + 3 * DAY)
    _done(slow, "更换硬盘", then + 11 * DAY, outcome=Repair.Outcome.REPLACED)
    _confirm(slow, then + 11 * DAY + HOUR)
    to_test = _with_provider("BM08", "printer", "打印机卡纸，不能打印", "请检修打印机", ten - 2 * DAY)
    _done(to_test, "更换搓纸轮", now - 3 * HOUR, outcome=Repair.Outcome.REPLACED)
    _with_provider("QX03", "network", "机关大楼网络中断", "请排查线路", ten - DAY).accept(
        by=_engineer(Service.CARRIER), at=ten - 22 * HOUR
    )
    _reported("BM16", "seal", "印章密钥插上没有反应", now - 9 * DAY, reported_at=now - 2 * HOUR)
    return 5


def _reported(code: str, kind: str, text: str, at: datetime, *, reported_at: datetime | None = None) -> Fault:
    unit = Unit.objects.get(code=code)
    return report_fault(unit, kind, text, detected_at=at, by=_of_unit(unit), at=reported_at or at)


def _with_provider(code: str, kind: str, text: str, request: str, at: datetime) -> Repair:
    fault = _reported(code, kind, text, at)
    for right in (Right.INSPECT, Right.OPERATE):
        fault.acknowledge(by=_office(right), at=at)
    service = {"network": Service.CARRIER, "seal": Service.KEY_VENDOR}.get(kind, Service.KIT)
    provider = Provider.objects.of(service).in_order()[0]
    return assign(fault, provider, request, contacted_at=at + HOUR, by=_office(Right.OPERATE), at=at + HOUR)


def _done(repair: Repair, work: str, at: datetime, *, outcome: str = Repair.Outcome.REPAIRED) -> None:
    engineer = User.objects.get(pk=min(repair.provider_people))
    repair.report_done(outcome, work, done_at=at, by=engineer, at=at)


def _confirm(repair: Repair, at: datetime) -> None:
    judge(repair, True, by=_of_unit(repair.fault.unit), at=at)
    assert repair.done_at
    repair.fault.confirm(restored_at=repair.done_at, by=_office(Right.OPERATE), at=at)


def _of_unit(unit: Unit) -> User:
    return User.objects.get(pk=min(people_with(Right.RECEIVE, unit.pk)))


def _engineer(service: str) -> User:
    provider = Provider.objects.of(service).in_order()[0]
    return User.objects.get(pk=min(people_with(Right.SERVE, provider.unit_id)))


def _office(right: Right) -> User:
    """Who serves the secretariat or the network office."""
    return User.objects.get(pk=min(holders(right).values_list("user_id", flat=True)))
