"""What this app puts on the rail of the desk."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.overseeing import code_overseen
from accounts.providers import Provider
from accounts.roles import Right, may
from circulars.rail import RailGroup, RailItem
from reports.speaking import units_spoken_for


def rail(user: Any, full_path: str) -> list[RailGroup]:
    """The groups of the secretariat, and of the first what others have of it: the scorecard, what a unit puts right or answers for."""
    items = []
    if may(user, Right.INSPECT):
        items.append(_item("今日情况", "reports:overview", full_path))
        items.append(_item("签收矩阵", "reports:matrix", full_path))
        items.append(_item("逾期责任和用时", "reports:delays", full_path))
    if may(user, Right.INSPECT) or may(user, Right.OPERATE):
        items.append(_item("今日未登录", "reports:presence_today", full_path))
        items.append(_item("登录情况", "reports:presence", full_path))
    if may(user, Right.INSPECT):
        items.append(_item("签而不办", "circulars:lying_by_unit", full_path))
        items.append(_item("抽查和整改", "reports:spot_checks", full_path))
        items.append(_item("证据包", "circulars:find_evidence", full_path))
    if not may(user, Right.INSPECT) and units_spoken_for(user):
        items.append(_item("整改", "reports:rectifications", full_path))
    if may(user, Right.REPORT) or may(user, Right.MANAGE_STAFF):
        items.append(_item("问责", "reports:delay_cases", full_path))
    if may(user, Right.AUDIT) or may(user, Right.REPORT):
        items.append(_item("人员操作", "reports:people_to_review", full_path))
        items.append(_item("职责查阅", "reports:roles_then", full_path))
    if may(user, Right.REPORT):
        items.append(_item("监督大屏", "reports:walls", full_path))
    if _has_providers(user):
        items.append(_item("保障单位考核", "reports:scorecard", full_path))
    if may(user, Right.ARRANGE_DUTY):
        items.append(_item("值班安排", "accounts:roster", full_path))
    groups = [RailGroup("监督检查", tuple(items)), RailGroup("统计通报", tuple(_figures(user, full_path)))]
    return [group for group in groups if group.items]


def _has_providers(user: Any) -> bool:
    """Providers are the platform's: who inspects another area has the line once one belongs to it."""
    if may(user, Right.OPERATE) or may(user, Right.SERVE):
        return True
    if not may(user, Right.INSPECT):
        return False
    return code_overseen(user, Right.INSPECT) == settings.AREA or Provider.objects.for_person(user).exists()


def _figures(user: Any, full_path: str) -> list[RailItem]:
    """What is counted, compared and made known, for who exports figures."""
    if not may(user, Right.REPORT):
        return []
    named = {
        "签收月报": "reports:month",
        "签收情况通报": "reports:bulletins",
        "分类统计": "reports:sides",
        "月度对比": "reports:compare",
        "逐件签收清单": "reports:books",
    }
    return [_item(label, name, full_path) for label, name in named.items()]


def _item(label: str, name: str, full_path: str) -> RailItem:
    url = reverse(name)
    return RailItem(label, url, current=full_path.split("?")[0] == url)
