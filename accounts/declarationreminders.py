"""Declarations that run out soon or have run out: who must renew them is told in good time, each step once (Article 25)."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.declarations import REMINDERS, Declaration
from accounts.holders import holders_of
from accounts.overseeing import overseers
from accounts.roles import Right
from cms.messages import Message, tell

OVER = 0


def remind_of_declarations(at: datetime) -> None:
    """Everybody who may renew one knows of each declaration that ends within the days of a reminder, and once when it has ended.

    Where nobody of the unit but the person concerned could, secretariat and network office know.
    """
    today = timezone.localdate(at)
    ending = Declaration.objects.newest().of_staff(today).filter(valid_until__lte=today + timedelta(days=REMINDERS[0]))
    due = {
        _word(each, days): (each, days)
        for each in ending.select_related("person", "unit")
        if (days := _step(each.days_left(today))) is not None
    }
    fresh = due.keys() - set(Message.objects.filter(key__in=list(due)).values_list("key", flat=True))
    if not fresh:
        return
    leading: defaultdict[int, set[int]] = defaultdict(set)
    for person, unit in holders_of(Right.MANAGE_STAFF, {due[word][0].unit_id for word in fresh}):
        leading[unit].add(person)
    offices = {area: overseers(Right.CONFIRM_STAFF, area) for area in {due[word][0].unit.area_id for word in fresh}}
    for word in sorted(fresh):
        declaration, days = due[word]
        ends = f"还有 {declaration.days_left(today)} 天到期" if days else "已经过期"
        tell(
            (leading[declaration.unit_id] - {declaration.person_id}) or offices[declaration.unit.area_id],
            key=word,
            text=f"{declaration.unit}{declaration.person}的任职条件申报{ends}（{declaration.valid_until:%Y-%m-%d}），请核实后续报。",
            link=reverse("accounts:staff", args=[declaration.unit.code]),
            at=at,
        )


def _step(days: int) -> int | None:
    """The reminder that is due so many days before the end; None while there is time."""
    return OVER if days < 0 else min((step for step in REMINDERS if days <= step), default=None)


def _word(declaration: Declaration, step: int) -> str:
    return f"declaration:{declaration.pk}:{step}"
