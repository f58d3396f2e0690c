"""名册: who sees which units, and how one is looked for (Articles 2, 7 and 29)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.handbacks import Handback
from accounts.overseeing import overseen
from accounts.roles import Right, may, units_where
from accounts.unitnames import UnitName
from accounts.units import Category, Unit, UnitQuerySet

UNCONNECTED, OWING = "unconnected", "owing"
SHOWS = (
    ("", "在用"),
    (UNCONNECTED, "在用，没有接入"),
    (Unit.State.DISSOLVED.value, "已撤销"),
    (Unit.State.CLOSED.value, "已注销"),
    (OWING, "印章密钥未交回"),
    ("all", "全部"),
)


def seen_by(user: Any) -> UnitQuerySet:
    """The whole register for who runs the platform; the units of the area for who inspects it; for who leads a unit that with all below it."""
    inspected = overseen(user, Right.INSPECT)
    if inspected.every or may(user, Right.MANAGE_UNITS):
        return Unit.objects.all()
    branches = inspected.of("area") | Q(runs__in=inspected.areas)
    for path in Unit.objects.filter(pk__in=units_where(user, Right.MANAGE_STAFF)).values_list("path", flat=True):
        branches |= Q(path__startswith=path)
    return Unit.objects.filter(branches)


def divisions_looked_after_by(user: Any) -> UnitQuerySet:
    """The divisions that the person may rename and close."""
    if may(user, Right.MANAGE_UNITS):
        return Unit.objects.filter(is_division=True)
    own = Q(pk__in=[])
    for body in Unit.objects.filter(pk__in=units_where(user, Right.MANAGE_STAFF)):
        own |= Q(depth=body.depth + 1, path__startswith=body.path)
    return Unit.objects.filter(own, is_division=True)


def looked_after_by(user: Any) -> UnitQuerySet:
    """The bodies for which the person may open divisions."""
    bodies = Unit.objects.standing().filter(is_division=False)
    return bodies if may(user, Right.MANAGE_UNITS) else bodies.filter(pk__in=units_where(user, Right.MANAGE_STAFF))


def register(user: Any, *, show: str, category: str, asked: str) -> UnitQuerySet:
    """The bodies of the register that are asked for, found by code and by every name they or those they succeeded ever bore."""
    found = seen_by(user).filter(is_division=False)
    if show in ("", UNCONNECTED):
        found = found.standing()
    if show == UNCONNECTED:
        found = found.filter(connected=False).exclude(category=Category.PROVIDER)
    elif show == OWING:
        found = found.filter(Exists(Handback.objects.owed().filter(unit=OuterRef("pk"))))
    elif show in Unit.State.values:
        found = found.filter(state=show)
    if category in Category.values:
        found = found.filter(category=category)
    if asked:
        named = Q(name__icontains=asked) | Q(short_name__icontains=asked)
        by_code = Q(code__iexact=asked) | Q(pinyin__istartswith=asked)
        before = Exists(UnitName.objects.filter(named, unit=OuterRef("pk")))
        succeeded = Exists(Unit.objects.filter(named, successor=OuterRef("pk")))
        found = found.filter(named | by_code | Q(before) | Q(succeeded))
    return found.in_order()
