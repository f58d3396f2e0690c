"""交接督办: a handover that hangs is pressed for every working day, at the unit first and then through the two offices (Articles 6, 7 and 26)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.handovers.opening import limit_of
from accounts.handovers.record import Handover
from accounts.overseeing import overseers
from accounts.roles import Right
from cms.areas import Area
from cms.limits import when
from cms.messages import Message, tell
from cms.offices import office_of
from cms.workdays import CalendarMissing, Office


def sweep_handovers(at: datetime) -> None:
    """Limits that waited for a calendar stand; who has to act on what hangs has been told on this working day, once.

    The unit's leaders and the two parties are told from the limit on, secretariat and network office when a working day more has passed.
    """
    _set_limits()
    hanging = list(Handover.objects.hanging(at).with_people().order_by("pk"))
    for area, those in groupby(sorted(hanging, key=_area), key=_area):
        _press(Area.objects.get(pk=area), list(those), at)


def _area(handover: Handover) -> int:
    return handover.unit.area_id


def _press(area: Area, hanging: list[Handover], at: datetime) -> None:
    office = office_of(area)
    if not _is_at_work(office, at):
        return
    _press_units(hanging, at)
    above = sum(_is_for_the_offices(handover, office, at) for handover in hanging)
    if above:
        _tell_offices(area, above, at)


def _set_limits() -> None:
    for handover in Handover.objects.open().filter(limit_at=None).select_related("unit__area"):
        if limit := limit_of(handover.unit, handover.opened_at):
            Handover.objects.filter(pk=handover.pk, limit_at=None).update(limit_at=limit)


def _press_units(hanging: list[Handover], at: datetime) -> None:
    word_of = {handover.pk: f"handover:{handover.pk}:late:{timezone.localdate(at)}" for handover in hanging}
    told = _told(word_of.values())
    for handover in hanging:
        if (word := word_of[handover.pk]) not in told and handover.limit_at is not None:
            handover.settle_supervisor(at)
            tell(
                handover.supervisors(at) | handover.parties,
                key=word,
                text=f"{handover}已超过期限（{when(handover.limit_at)}），现在是“{handover.get_state_display()}”，请尽快办完。",
                link=reverse("accounts:handover", args=[handover.pk]),
                at=at,
            )


def _tell_offices(area: Area, count: int, at: datetime) -> None:
    word = f"handovers-late:{area.pk}:{timezone.localdate(at)}"
    if not _told([word]).exists():
        tell(
            overseers(Right.CONFIRM_STAFF, area.pk),
            key=word,
            text=f"{count} 件交接超过期限一个工作日以上还没有办完，请督促。",
            link=f"{reverse('accounts:handovers')}?show=hanging",
            at=at,
        )


def _told(words: Iterable[str]) -> QuerySet[Message, str]:
    return Message.objects.filter(key__in=list(words)).values_list("key", flat=True).distinct()


def _is_for_the_offices(handover: Handover, office: Office, at: datetime) -> bool:
    if handover.limit_at is None:
        return False
    try:
        return at > office.close_of(office.next_working_day(handover.limit_at))
    except CalendarMissing:
        return True


def _is_at_work(office: Office, at: datetime) -> bool:
    """While the calendar of the year is missing every hour counts: what hangs is said all the same."""
    try:
        return office.is_open(at)
    except CalendarMissing:
        return True
