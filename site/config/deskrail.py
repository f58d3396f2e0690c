"""The rail of the desk: every list that a person may see, under its heading, with what waits there."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.backups import BackupRun
from accounts.concerned import units_concerning
from accounts.connections import Connection
from accounts.equipment import kit_units
from accounts.faults import Fault
from accounts.filings import Filing
from accounts.handbacks import Handback
from accounts.handovers import Handover
from accounts.handovers.leaving import has_left
from accounts.keyservice import overdue
from accounts.letters import without_letter
from accounts.lineregister import Line
from accounts.providers import Provider, Service
from accounts.reachability import may_check
from accounts.renewals import Renewal
from accounts.repairs import Repair
from accounts.roles import Right, may, units_where
from accounts.seals import SealKey
from accounts.selfchecks import KitProblem
from accounts.slips import Slip
from accounts.unitregister import seen_by
from circulars.rail import RailGroup, RailItem, lists_counted, rail
from cms.counting import counted
from cms.wording import Worded
from config.doors import KEEPING, LINES
from config.homes import home_rail
from config.railgroups import joined
from reports.explanations import AskedReceipt
from reports.rail import rail as reports_rail
from reports.speaking import units_spoken_for


def desk_rail(user: Any, now: datetime, path: str) -> list[RailGroup]:
    """The whole rail; of who left a post nothing remains but the handover (Article 26)."""
    if has_left(user):
        return [RailGroup("离岗", (_handovers(path, Handover.objects.waiting_for(user).count()),))]
    lists = lists_counted(user) | _lists_of_people(user)
    asked = counted(**lists) if lists else {}
    groups = [
        *home_rail(user, path),
        *rail(user, now, path, asked),
        *reports_rail(user, path),
        *_running(user, path),
        *_lines(user, path),
        *_explaining(path, asked),
        *_people(user, path, asked),
        *_signing_in(user, path),
        *_units(user, path),
        *_keys(user, path),
        *_key_service(user, path),
        *_kit(user, path, asked),
        *_rules(user, path),
        *_ledger(user, path),
        _notices(path),
        _checking(path),
    ]
    return joined(groups, path.split("?")[0])


def _signing_in(user: Any, path: str) -> list[RailGroup]:
    """What is done for those who cannot get in."""
    items = []
    if may(user, Right.HELP_SIGN_IN):
        items.append(_line("人员账户", "accounts:people", path))
        items.append(_line("账户通知", "accounts:account_letters", path, without_letter().count() or None))
        items.append(_line("登录锁定", "accounts:locks", path))
    if may(user, Right.HELP_SIGN_IN) or may(user, Right.CONFIRM_SLIP):
        items.append(_line("密码单", "accounts:slips", path, Slip.objects.waiting().count() or None))
    if may(user, Right.GUARD_SIGN_IN):
        items.append(_line("登录安全", "accounts:sign_in_care", path))
    return [RailGroup("账户", tuple(items))] if items else []


def _units(user: Any, path: str) -> list[RailGroup]:
    """The register of units, what they owe back and who is being connected; a leader finds the own unit."""
    manages = may(user, Right.MANAGE_UNITS)
    if not (manages or may(user, Right.INSPECT)):
        own = sorted(units_where(user, Right.MANAGE_STAFF))
        if len(own) == 1:
            return [RailGroup("单位", (_line("本单位和科室", "accounts:unit", path, pk=own[0]),))]
        return [RailGroup("单位", (_line("本单位和代管单位", "accounts:units", path),))] if own else []
    waiting = counted(owed=Handback.objects.owed().filter(unit__in=seen_by(user)), connecting=Connection.objects.open())
    lines = [
        _line("使用单位", "accounts:units", path),
        _line("印章密钥未交回", "accounts:handbacks", path, waiting["owed"] or None),
    ]
    if manages:
        lines.append(_line("用户接入", "accounts:connections", path, waiting["connecting"] or None))
    return [RailGroup("单位", tuple(lines))]


def _running(user: Any, path: str) -> list[RailGroup]:
    """What keeps units from working."""
    items = []
    if may(user, Right.OPERATE):
        items.append(_line("单位故障", "accounts:faults", path, Fault.objects.open().count() or None))
        items.append(_line("维修任务", "accounts:repairs", path))
        items.append(_line("平台停用", "accounts:outages", path))
    elif may(user, Right.INSPECT):
        items.append(_line("单位故障", "accounts:faults", path))
    elif units_concerning(user):
        items.append(_line("本单位故障", "accounts:faults", path))
    if may(user, Right.SET_NETWORKS):
        items.append(_line("网络隔离", "accounts:isolation", path))
    if may(user, Right.SEE_BACKUPS):
        items.append(_line("恢复演练", "accounts:drills", path))
    if may(user, Right.SERVE):
        waiting = Repair.objects.served_by(user).unfinished().count()
        items.append(_line("维修任务", "accounts:repairs", path, waiting or None))
    return [RailGroup("运行", tuple(items))] if items else []


def _lists_of_people(user: Any) -> dict[str, QuerySet[Any]]:
    """What waits for who leads or confirms: handovers to sign, changes of staff to confirm, what the leader has not seen of the kit."""
    lists: dict[str, QuerySet[Any]] = {}
    files, confirms = may(user, Right.MANAGE_STAFF), may(user, Right.CONFIRM_STAFF)
    if files or confirms or _HANDS_OVER.ask(person=user.pk):
        lists["handovers"] = Handover.objects.waiting_for(user)
    if confirms:
        lists["filings"] = Filing.objects.waiting_for(user)
    if units_spoken_for(user):
        lists["explain"] = AskedReceipt.objects.for_person(user).waiting(timezone.now())
    if led := units_where(user, Right.OVERSEE_KIT):
        lists["kit"] = KitProblem.objects.filter(unit__in=led, state=KitProblem.State.OPEN)
    return lists


def _explaining(path: str, asked: dict[str, int]) -> list[RailGroup]:
    """Late receipts that the person's unit is asked about before a bulletin, while any wait (Article 28)."""
    waiting = asked.get("explain")
    return [RailGroup("收文", (_line("待说明", "reports:explanations", path, waiting),))] if waiting else []


def _people(user: Any, path: str, asked: dict[str, int]) -> list[RailGroup]:
    """Who leads and receives for the units, who hands over to whom, and how they are reached."""
    files, confirms = may(user, Right.MANAGE_STAFF), may(user, Right.CONFIRM_STAFF)
    items = [_handovers(path, asked["handovers"])] if "handovers" in asked and not confirms else []
    if files:
        items.append(_line("本单位人员", "accounts:own_staff", path))
    if confirms:
        items.append(_handovers(path, asked["handovers"]))
        items.append(_line("人员报备", "accounts:filings", path, asked["filings"] or None))
        items.append(_line("人员配备", "accounts:staffing", path))
    if may_check(user):
        items.append(_line("通讯抽查", "accounts:reachability", path))
    items.append(_line("单位联系卡", "accounts:contacts", path))
    return [RailGroup("人员", tuple(items))]


def _handovers(path: str, waiting: int) -> RailItem:
    """The handovers that concern the person, with how many wait for them."""
    return _line("离岗交接", "accounts:handovers", path, waiting or None)


def _lines(user: Any, path: str) -> list[RailGroup]:
    """The lines that one answers for, or that one's own unit has."""
    carries = may(user, Right.SERVE) and Provider.objects.for_person(user).of(Service.CARRIER).exists()
    if not carries and not any(may(user, right) for right in LINES - {Right.SERVE}):
        return []
    serves = may(user, Right.OPERATE) or carries
    down = (Line.objects.served_by(user).down().count() or None) if serves else None
    watches = serves or may(user, Right.INSPECT)
    items = [_line("线路和中断" if watches else "本单位线路", "accounts:lines", path, down)]
    if watches:
        items.append(_line("线路巡检", "accounts:inspections", path))
        items.append(_line("线路月租费扣除", "reports:line_months", path))
    return [RailGroup("运行", tuple(items))]


def _kit(user: Any, path: str, asked: dict[str, int]) -> list[RailGroup]:
    """The kit that one keeps or oversees, and that of all units for who inspects it."""
    items = []
    if kit_units(user):
        items.append(_line("本单位设备", "accounts:kit", path, asked.get("kit") or None))
    if may(user, Right.INSPECT_KIT):
        items.append(_line("设备登记", "accounts:kit_register", path))
        items.append(_line("设备自查", "accounts:kit_missing", path))
        items.append(_line("旧浏览器", "accounts:old_browsers", path))
    return [RailGroup("设备", tuple(items))] if items else []


def _ledger(user: Any, path: str) -> list[RailGroup]:
    """What proves that the ledger is what it was."""
    if not any(may(user, right) for right in (Right.AUDIT, Right.RUN, Right.OPERATE)):
        return []
    return [RailGroup("台账", (_line("台账每日摘要", "accounts:ledger_heads", path),))]


def _keys(user: Any, path: str) -> list[RailGroup]:
    """The keys in one's keeping, and those that one watches over."""
    items = []
    if any(may(user, right) for right in KEEPING):
        items.append(_line("我的密钥", "accounts:own_keys", path))
    manages = may(user, Right.MANAGE_KEYS) or may(user, Right.CONFIRM_KEY)
    if manages or may(user, Right.SEE_KEYS):
        waiting = SealKey.objects.filter(state=SealKey.State.REQUESTED).count() if manages else 0
        items.append(_line("密钥管理" if manages else "本单位密钥", "accounts:keys", path, waiting or None))
    return [RailGroup("密钥", tuple(items))] if items else []


def _key_service(user: Any, path: str) -> list[RailGroup]:
    """What is asked of the vendor of the keys, and what it costs."""
    serves = may(user, Right.SERVE) and Provider.objects.for_person(user).of(Service.KEY_VENDOR).exists()
    manages = may(user, Right.MANAGE_KEYS) or may(user, Right.CONFIRM_KEY)
    items = []
    if serves:
        running = Renewal.objects.for_person(user).with_vendor().count()
        running += BackupRun.objects.for_person(user).running().count()
        items.append(_line("续费和备份", "accounts:vendor_tasks", path, running or None))
    if serves or manages or may(user, Right.SEE_KEYS):
        items.append(_line("密钥续费", "accounts:renewals", path))
        items.append(_line("收费台账", "accounts:fees", path))
    if serves or manages:
        items.append(_line("数据备份", "accounts:backups", path))
        items.append(_line("扣费清单", "accounts:deductions", path))
    if manages:
        late = overdue(timezone.now()).filter(issued_at=None).count()
        items.append(_line("密钥服务情况", "accounts:key_service", path, late or None))
    return [RailGroup("密钥", tuple(items))] if items else []


def _rules(user: Any, path: str) -> list[RailGroup]:
    """The numbers and the calendar by which all deadlines are counted."""
    if not may(user, Right.SET_RULES):
        return []
    lines = (_line("规则版次", "accounts:rules", path), _line("工作日历", "accounts:calendar", path))
    return [RailGroup("规则与日历", lines)]


def _line(label: str, name: str, path: str, count: int | None = None, **keys: int) -> RailItem:
    url = reverse(name, kwargs=keys)
    return RailItem(label, url, count, "due", current=path.split("?")[0] == url)


def _checking(path: str) -> RailGroup:
    """Anybody may be handed a printed copy."""
    return RailGroup("其他", (_line("核验印件", "circulars:check", path),))


def _notices(path: str) -> RailGroup:
    """The notices stand on everybody's rail."""
    url = reverse("notices")
    return RailGroup("其他", (RailItem("通知公告", url, current=path.startswith(url)),))


_HANDS_OVER = Worded(
    lambda person: Handover.objects.filter(Q(giver=person) | Q(receiver=person)).values_list("pk")[:1], person=-1
)
