"""Which role may do which deed for a unit: one table (Articles 6, 7, 9, 10, 18, 20, 22, 23).

Querysets, Wagtail's page permissions and the doors of the site all read ``RIGHTS``; docs/permissions.md is drawn from it and a
test walks every role through every deed.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.units import Unit

if TYPE_CHECKING:
    from accounts.grants import Held


class Role(models.TextChoices):
    DRAFTER = "drafter", "拟稿人"
    REVIEWER = "reviewer", "核稿人"
    APPROVER = "approver", "签发人"
    PRINCIPAL = "principal", "主要负责人"
    REGISTRAR = "registrar", "登记员"
    SEAL_KEEPER = "seal_keeper", "印章保管人"
    SENDER = "sender", "发文员"
    CLERK = "clerk", "收发员"
    LEADER = "leader", "分管领导"
    DIVISION_HEAD = "division_head", "科室负责人"
    HANDLER = "handler", "承办人"
    READER = "reader", "传阅人"
    ARCHIVIST = "archivist", "档案员"
    SECRETARIAT = "secretariat", "秘书科"
    NETWORK_OFFICE = "network_office", "网信办"
    PROVIDER = "provider", "保障单位"
    DUTY_OFFICER = "duty_officer", "值班员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class Right(models.TextChoices):
    DRAFT = "draft", "拟稿"
    REVIEW = "review", "核稿"
    COUNTERSIGN = "countersign", "会签"
    APPROVE = "approve", "签发"
    APPROVE_IMPORTANT = "approve_important", "签发重要公文和上行文"
    REGISTER = "register", "复核登记"
    SEAL = "seal", "用印"
    SEND = "send", "发送"
    TRACK = "track", "查看本单位发文的签收情况"
    RECEIVE = "receive", "签收、退回"
    READ = "read", "阅读本单位收文"
    HANDLE_INCOMING = "handle_incoming", "登记、拟办本单位收文"
    INSTRUCT = "instruct", "批示"
    DO_WORK = "do_work", "承办"
    READ_CIRCULATED = "read_circulated", "传阅"
    PRINT_COPIES = "print_copies", "打印公文"
    CONFIRM_SPOILT = "confirm_spoilt", "确认印件作废"
    KEEP_ARCHIVE = "keep_archive", "归档、鉴定"
    APPROVE_DESTRUCTION = "approve_destruction", "批准销毁"
    INSPECT = "inspect", "检查本辖区签收情况"
    REPORT = "report", "导出统计表"
    HAND_OVER = "hand_over", "向故障单位送纸质件"
    ARRANGE_DUTY = "arrange_duty", "安排值班"
    PUBLISH_NOTICE = "publish_notice", "发布通知公告"
    SET_RULES = "set_rules", "设定规则和工作日历"
    RUN = "run", "查看平台运行状态"
    OPERATE = "operate", "公告平台停用、确认故障恢复"
    SEE_BACKUPS = "see_backups", "查看系统备份的恢复演练"
    SET_NETWORKS = "set_networks", "设定允许接入的网段"
    HELP_SIGN_IN = "help_sign_in", "管理账户、解除登录锁定、申请密码单"
    CONFIRM_SLIP = "confirm_slip", "复核密码单"
    GUARD_SIGN_IN = "guard_sign_in", "撤换二次验证、知悉久未使用的账户"
    MANAGE_KEYS = "manage_keys", "制发、吊销、收回密钥"
    CONFIRM_KEY = "confirm_key", "复核忘记 PIN 的重新制发"
    SEE_KEYS = "see_keys", "查看本单位密钥的保管和使用"
    MANAGE_UNITS = "manage_units", "办理单位更名、合并、撤销和接入"
    KEEP_KIT = "keep_kit", "登记、自查本单位设备"
    OVERSEE_KIT = "oversee_kit", "查看本单位设备、知悉自查发现的问题"
    INSPECT_KIT = "inspect_kit", "检查各单位设备登记和自查"
    MANAGE_STAFF = "manage_staff", "报备本单位人员变动、监督交接"
    CONFIRM_STAFF = "confirm_staff", "确认人员变动备案"
    SERVE = "serve", "办理派给本单位的保障任务"
    AUDIT = "audit", "查阅台账"
    BLOCK = "block", "涉密封存"
    PURGE = "purge", "确认涉密清除"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.DRAFTER: frozenset({Right.DRAFT, Right.TRACK}),
    Role.REVIEWER: frozenset({Right.REVIEW, Right.TRACK}),
    Role.APPROVER: frozenset({Right.COUNTERSIGN, Right.APPROVE, Right.TRACK}),
    Role.PRINCIPAL: frozenset(
        {
            Right.COUNTERSIGN,
            Right.APPROVE,
            Right.APPROVE_IMPORTANT,
            Right.TRACK,
            Right.READ,
            Right.INSTRUCT,
            Right.READ_CIRCULATED,
            Right.APPROVE_DESTRUCTION,
            Right.CONFIRM_SPOILT,
            Right.SEE_KEYS,
            Right.MANAGE_STAFF,
        }
    ),
    Role.REGISTRAR: frozenset({Right.REGISTER, Right.TRACK}),
    Role.SEAL_KEEPER: frozenset({Right.SEAL}),
    Role.SENDER: frozenset({Right.SEND, Right.TRACK}),
    Role.CLERK: frozenset({Right.RECEIVE, Right.READ, Right.HANDLE_INCOMING, Right.PRINT_COPIES, Right.KEEP_KIT}),
    Role.LEADER: frozenset(
        {
            Right.COUNTERSIGN,
            Right.READ,
            Right.INSTRUCT,
            Right.READ_CIRCULATED,
            Right.APPROVE_DESTRUCTION,
            Right.CONFIRM_SPOILT,
            Right.TRACK,
            Right.SEE_KEYS,
            Right.OVERSEE_KIT,
            Right.MANAGE_STAFF,
        }
    ),
    # Held for a unit or for one of its divisions: they see what is assigned to them, not all that the unit receives.
    Role.DIVISION_HEAD: frozenset({Right.DO_WORK, Right.READ_CIRCULATED}),
    Role.HANDLER: frozenset({Right.DO_WORK, Right.READ_CIRCULATED}),
    Role.READER: frozenset({Right.READ_CIRCULATED}),
    Role.ARCHIVIST: frozenset({Right.KEEP_ARCHIVE}),
    Role.SECRETARIAT: frozenset(
        {
            Right.BLOCK,
            Right.PURGE,
            Right.INSPECT,
            Right.REPORT,
            Right.HAND_OVER,
            Right.ARRANGE_DUTY,
            Right.PUBLISH_NOTICE,
            Right.SET_RULES,
            Right.CONFIRM_SLIP,
            Right.CONFIRM_KEY,
            Right.INSPECT_KIT,
            Right.CONFIRM_STAFF,
        }
    ),
    Role.NETWORK_OFFICE: frozenset(
        {
            Right.BLOCK,
            Right.PURGE,
            Right.RUN,
            Right.OPERATE,
            Right.SEE_BACKUPS,
            Right.SET_NETWORKS,
            Right.HELP_SIGN_IN,
            Right.CONFIRM_SLIP,
            Right.MANAGE_KEYS,
            Right.CONFIRM_KEY,
            Right.MANAGE_UNITS,
            Right.INSPECT_KIT,
            Right.CONFIRM_STAFF,
        }
    ),
    Role.PROVIDER: frozenset({Right.SERVE}),
    Role.DUTY_OFFICER: frozenset({Right.INSPECT}),
    Role.SYSTEM_ADMIN: frozenset({Right.RUN, Right.SEE_BACKUPS}),
    Role.SECURITY_ADMIN: frozenset({Right.BLOCK, Right.GUARD_SIGN_IN, Right.SEE_BACKUPS}),
    Role.AUDIT_ADMIN: frozenset({Right.AUDIT}),
}

# 三员分设: nobody holds two of these, at whatever unit.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# Who holds one of these oversees an area, not a unit: the one that the unit runs, else the one it belongs to (``accounts.overseeing``).
OF_AN_AREA = frozenset(
    {
        Right.INSPECT,
        Right.REPORT,
        Right.HAND_OVER,
        Right.ARRANGE_DUTY,
        Right.SET_RULES,
        Right.INSPECT_KIT,
        Right.CONFIRM_STAFF,
        Right.BLOCK,
        Right.PURGE,
    }
)
# What belongs to the platform, which there is one of: a post at a county gives none of it
# (docs/decisions/2026-11-28-areas.md).
OF_THE_PLATFORM = frozenset(
    {
        Right.PUBLISH_NOTICE,
        Right.CONFIRM_SLIP,
        Right.CONFIRM_KEY,
        Right.RUN,
        Right.OPERATE,
        Right.SEE_BACKUPS,
        Right.SET_NETWORKS,
        Right.HELP_SIGN_IN,
        Right.GUARD_SIGN_IN,
        Right.MANAGE_KEYS,
        Right.MANAGE_UNITS,
        Right.AUDIT,
    }
)
# Those who run the platform see to every area by what they hold.
FOR_ALL_AREAS = frozenset({Role.NETWORK_OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# Rights exercised in the Wagtail admin; who holds none of them has no way into /cms/.
ADMIN_RIGHTS = frozenset({Right.DRAFT, Right.REVIEW, Right.APPROVE, Right.PUBLISH_NOTICE})

# What a unit does with the papers in its hands.
IN_HAND = frozenset(
    {
        Right.HANDLE_INCOMING,
        Right.INSTRUCT,
        Right.DO_WORK,
        Right.READ_CIRCULATED,
        Right.PRINT_COPIES,
        Right.CONFIRM_SPOILT,
        Right.KEEP_ARCHIVE,
        Right.APPROVE_DESTRUCTION,
    }
)

# What is left to the people of a unit that was dissolved, until it is closed and after (Article 15): it reads, signs for what is still open,
# ends what it has in hand and hands over; it drafts, seals and sends no more. Whoever succeeds it reads on and keeps its archive.
LEFT: dict[str, frozenset[Right]] = {
    Unit.State.DISSOLVED: IN_HAND | {Right.READ, Right.RECEIVE, Right.TRACK, Right.SEE_KEYS, Right.MANAGE_STAFF},
    Unit.State.CLOSED: frozenset({Right.READ, Right.TRACK, Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION}),
}


@cache
def states_with(right: Right) -> frozenset[str]:
    """The states of a unit in which its people may do this deed for it."""
    return frozenset(state for state in Unit.State.values if state not in LEFT or right in LEFT[state])


@cache
def roles_with(right: Right) -> frozenset[Role]:
    """The roles that may do this deed."""
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)


def units_where(user: Any, right: Right) -> frozenset[int]:
    """Primary keys of the units for which the person may do this deed now; empty for the anonymous and the disabled.

    Reads the guardian grants that the posts of this day give, once per person object (one query a request), and sifts them once for each deed;
    being a superuser gives nothing.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    _grants_of(user)
    known: dict[Right, frozenset[int]] = user._units_by_right
    if right not in known:
        known[right] = frozenset(grant.unit for grant in grants_by(user, right))
    return known[right]


def grants_by(user: Any, right: Right) -> list["Held"]:
    """The grants by which the person may do this deed now; of the platform's deeds only those of the home area count."""
    if not user.is_authenticated or not user.is_active:
        return []
    roles, states, is_of_all = roles_with(right), states_with(right), right in OF_THE_PLATFORM
    return [
        grant
        for grant in _grants_of(user)
        if grant.role in roles and grant.state in states and (grant.is_at_home or not is_of_all)
    ]


def may(user: Any, right: Right, unit: int | None = None) -> bool:
    """Whether the person may do this deed for the unit, or for any unit at all when none is named."""
    units = units_where(user, right)
    return bool(units) if unit is None else unit in units


def roles_of(user: Any) -> frozenset[str]:
    """Every role the person holds for any unit."""
    return frozenset(grant.role for grant in _grants_of(user)) if user.is_authenticated else frozenset()


def units_of(user: Any) -> frozenset[int]:
    """Primary keys of the units that the person serves in any role."""
    return frozenset(grant.unit for grant in _grants_of(user)) if user.is_authenticated else frozenset()


def units_away(user: Any) -> frozenset[int]:
    """Of these units those that do not belong to the home area."""
    return frozenset(grant.unit for grant in _grants_of(user) if grant.own_code != settings.AREA)


def _grants_of(user: Any) -> frozenset["Held"]:
    from accounts.grants import held_by

    today = timezone.localdate()
    day, kept = getattr(user, "_unit_grants", (None, frozenset()))
    if day != today:
        kept = held_by(user.pk, today)
        user._unit_grants, user._units_by_right = (today, kept), {}
    return kept
