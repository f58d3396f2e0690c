"""GB/T 22239-2019 等级保护三级, the part that a program can answer for: each item looked at in the installation as it stands."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.checks import Tags, run_checks
from django.db import connection
from django.db.models import Count, Model
from django.utils import timezone

from accounts.checks import open_demo_accounts
from accounts.drills import Drill
from accounts.passwordrules import in_force
from accounts.people import Post, User
from accounts.roles import ADMINISTRATORS, RIGHTS, Right, Role
from accounts.unused import unused
from circulars.scrubbing import DamagedFile
from cms.accesslog import Access
from cms.checkpoints import Checkpoint
from cms.ledger import Entry
from cms.vitals import CLOCKS_APART, clock_ahead
from reports.compliance.findings import Finding, Item, for_the_operator, judged, met

SOURCE = "GB/T 22239-2019 三级"
MOST_FAILURES, LONGEST_IDLE = 5, 30
# What of a circular no administrator of the machinery may.
_OF_PAPERS = {Right.READ, Right.TRACK, Right.RECEIVE, Right.INSPECT, Right.REPORT}
# All that is kept of a person beside the work itself.
PERSONAL = {"username", "name", "mobile", "office_phone", "password"}
_GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
}


def _identity() -> Finding:
    policy = in_force()
    lasts = f"，最长使用 {policy.lasts.days} 天" if policy.lasts else ""
    said = f"口令策略“{policy.label}”：不少于 {policy.least} 个字符、{policy.kinds} 类{lasts}，最近 {policy.barred} 个不得重用"
    return judged(
        []
        if policy.kinds >= 3 and policy.lasts
        else [f"现用策略“{policy.label}”不要求字符种类和定期更换，等级保护要求两者"],
        said,
    )


def _failures() -> Finding:
    faults = []
    if settings.AXES_FAILURE_LIMIT > MOST_FAILURES:
        faults.append(f"密码错 {settings.AXES_FAILURE_LIMIT} 次才锁定，应不超过 {MOST_FAILURES} 次")
    if settings.DESK_IDLE_MINUTES > LONGEST_IDLE:
        faults.append(f"无人操作 {settings.DESK_IDLE_MINUTES} 分钟才锁屏，应不超过 {LONGEST_IDLE} 分钟")
    return judged(
        faults, f"密码错 {settings.AXES_FAILURE_LIMIT} 次锁定，无人操作 {settings.DESK_IDLE_MINUTES} 分钟锁屏"
    )


def _transport() -> Finding:
    if not settings.HTTPS:
        return judged(["没有启用 https（HTTPS=1）"], "")
    told = run_checks(tags=[Tags.security], include_deployment_checks=True)
    faults = [
        f"{each.id} {each.msg}" for each in told if str(each.id).startswith("security.") and not each.is_silenced()
    ]
    return judged(faults, "只用 https，HSTS 一年，会话标识只经加密传送")


def _two_factors() -> Finding:
    asked = {*settings.SECOND_FACTOR_ROLES}
    missing = [role.label for role in (*sorted(ADMINISTRATORS), Role.NETWORK_OFFICE) if role.value not in asked]
    return judged([f"{label}登录不要求二次验证" for label in missing], "三位管理员和网信办登录须经二次验证")


def _accounts() -> Finding:
    faults = []
    if invented := open_demo_accounts():
        faults.append(f"有 {invented} 个演示账户还能登录")
    if idle := unused(timezone.now()).count():
        faults.append(f"有 {idle} 个账户 90 天没有使用，还没有停用")
    return judged(faults, "没有默认账户，90 天不用的账户夜间停用")


def _three_administrators() -> Finding:
    held = Post.objects.in_force(timezone.localdate()).filter(role__in=ADMINISTRATORS, person__is_active=True)
    faults = [f"没有{role.label}" for role in sorted(ADMINISTRATORS) if not held.filter(role=role).exists()]
    twice = held.values("person__name").annotate(roles=Count("role", distinct=True)).filter(roles__gt=1)
    faults += [f"{each['person__name']}兼任两种管理员" for each in twice]
    faults += [f"{role.label}的权限涉及公文" for role in sorted(ADMINISTRATORS) if RIGHTS[role] & _OF_PAPERS]
    return judged(faults, "三员由三人担任，数据库不容一人兼任，都不能看公文")


def _control() -> Finding:
    doors = "config.doorkeeper.DoorMiddleware"
    return judged(
        [] if doors in settings.MIDDLEWARE else ["门禁没有启用"],
        f"每个地址都在权限表里（docs/permissions.md），{len(RIGHTS)} 种职责，按单位和记录授权",
    )


def _audit() -> Finding:
    faults = [f"{model._meta.verbose_name}没有防改触发器" for model in (Entry, Checkpoint) if not _is_guarded(model)]
    last = Checkpoint.objects.order_by("-made_at").first()
    if last is None or last.made_at < timezone.now() - timedelta(days=1):
        faults.append("台账一天以上没有签署")
    return judged(faults, "办理与台账同一事务写入，只增不改，每日签署，另存库外")


def _logs_kept() -> Finding:
    faults = [] if _is_guarded(Access) else ["访问记录没有防删触发器"]
    return judged(faults, "访问记录满六个月以前，数据库不容删除；台账永久保存")


def _is_guarded(model: type[Model]) -> bool:
    """Whether the database itself refuses to have the rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS[connection.vendor], [model._meta.db_table])
        return bool(cursor.fetchone()[0])


def _collected() -> Finding:
    ahead = abs(clock_ahead())
    faults = [] if settings.LOG_JSON else ["日志不是 JSON 行（LOG_JSON=1），不便集中采集"]
    if ahead > CLOCKS_APART:
        faults.append(f"本机与数据库时钟相差 {ahead.total_seconds():.0f} 秒")
    return judged(faults, "日志逐行 JSON 输出；本机与数据库时钟一致。日志服务器和统一授时由运行单位提供")


def _inputs() -> Finding:
    return for_the_operator("每次升级前执行 make hostile，并对照 requirements.txt 核查已公布的漏洞")


def _kept_whole() -> Finding:
    damaged = DamagedFile.objects.filter(mended_at=None).count()
    faults = [f"有 {damaged} 个文件缺失或者被改动"] if damaged else []
    if not settings.HTTPS:
        faults.append("没有启用 https")
    return judged(faults, "传输经 https；文件按摘要存放，夜间核查，取用前核对。磁盘加密由运行单位落实")


def _backed_up() -> Finding:
    last = Drill.objects.good().order_by("-finished_at").first()
    if Drill.objects.is_overdue(timezone.now()):
        return judged(["一个月内没有成功的恢复演练（manage.py backup_drill）"], "")
    assert last is not None
    return met(
        f"{timezone.localtime(last.finished_at):%Y-%m-%d} 恢复演练成功，用时 {last.seconds:.0f} 秒。异地备份由运行单位落实"
    )


def _left_over() -> Finding:
    faults, yesterday = [], timezone.now() - timedelta(days=1)
    stale = Session.objects.filter(expire_date__lt=yesterday).count()
    if stale:
        faults.append(f"有 {stale} 个过期会话没有清除")
    place = Path(settings.ATTACHMENTS_ROOT)
    left = (
        [each for each in place.glob("incoming-*") if each.stat().st_mtime < yesterday.timestamp()]
        if place.exists()
        else []
    )
    if left:
        faults.append(f"附件目录有 {len(left)} 个中断的上传没有清除")
    return judged(faults, "过期会话和中断的上传都已清除")


def _personal_data() -> Finding:
    kept = {
        field.name
        for field in User._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField", "EmailField")
    }
    filled = [name for name in sorted(kept - PERSONAL) if User.objects.exclude(**{name: ""}).exists()]
    return judged(
        [f"人员表里“{name}”有内容" for name in filled],
        "只存用户名、姓名、移动号码、办公电话；导出均有访问记录",
    )


ITEMS = tuple(
    Item(code, SOURCE, asks, look)
    for code, asks, look in (
        ("D1", "身份唯一，口令复杂并定期更换", _identity),
        ("D2", "登录失败处理，无操作退出", _failures),
        ("D3", "远程管理防窃听", _transport),
        ("D4", "两种以上鉴别，一种用密码技术", _two_factors),
        ("D5", "不留默认和多余账户", _accounts),
        ("D6", "系统、安全、审计管理员分设", _three_administrators),
        ("D7", "访问控制到用户和记录", _control),
        ("D8", "审计覆盖每个用户，受保护，不中断", _audit),
        ("D9", "日志保存不少于六个月", _logs_kept),
        ("D10", "集中采集，统一时钟", _collected),
        ("D11", "输入校验，漏洞修补", _inputs),
        ("D12", "传输和存储的完整、保密", _kept_whole),
        ("D13", "备份与恢复", _backed_up),
        ("D14", "剩余信息清除", _left_over),
        ("D15", "个人信息最少", _personal_data),
    )
)
