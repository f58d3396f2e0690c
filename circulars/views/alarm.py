"""Where a clerk's desk asks, several times a minute, whether anything has come (Articles 18 and 22). Asking is no look-in."""

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.alarmtokens import person_of
from accounts.desklock import is_locked
from circulars.alarms import Alarm, alarm_for, moment_of
from circulars.deadlines import Urgency


@require_safe
def alarm(request: HttpRequest) -> JsonResponse:
    """The numbers for an open desk; a desk that was locked meanwhile is told so, and shows nothing any more."""
    found = _asked(request, request.user)
    counts = {"waiting": found.open, "soon": found.nearly_due, "late": found.overdue}
    return JsonResponse(_news(found) | {"counts": counts, "locked": is_locked(request.session)})


@require_safe
def locked_alarm(request: HttpRequest) -> JsonResponse:
    """The number and the highest urgency for a locked desk, by its token alone: the session may have ended meanwhile."""
    person = person_of(request.headers.get("X-Alarm-Token", ""), timezone.now())
    if person is None:
        raise Http404
    return JsonResponse(_news(_asked(request, person)))


def _asked(request: HttpRequest, person: Any) -> Alarm:
    return alarm_for(person, timezone.now(), since=moment_of(request.GET.get("after", "")))


def _news(found: Alarm) -> dict[str, Any]:
    return {
        "open": found.open,
        "urgency": _said(found.urgency),
        "newest": found.newest,
        "fresh": found.fresh,
        "freshUrgency": _said(found.fresh_urgency),
        "freshOfUrgency": found.fresh_of_urgency,
    }


def _said(urgency: Urgency) -> str:
    return "" if urgency == Urgency.NORMAL else str(urgency.label)
