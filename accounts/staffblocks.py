"""What changes of people put on the homes of network office and leaders (Articles 24 and 26)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.filings import Filing
from accounts.handovers import Handover
from cms.blocks import Block, Line, block
from cms.limits import moment
from cms.together import Asking


def filings_waiting(user: Any, now: datetime) -> Block:
    """Changes of staff that the person's office has not acknowledged (Article 24)."""
    filings = Filing.objects.waiting_for(user).select_related("unit").order_by("pk")
    lines = [
        Line(f"{each.unit}", each.sentence, reverse("accounts:filing", args=[each.pk]), "pending") for each in filings
    ]
    return block(
        "待确认的人员变动",
        lines,
        url=reverse("accounts:filings"),
        empty="没有待确认的人员变动备案。单位报来的列在这里，请确认。",
    )


def handovers_waiting(user: Any, now: datetime) -> Asking[Block]:
    """Handovers whose next step is the person's (Article 26)."""
    (waiting,) = yield (Handover.objects.waiting_for(user).with_people().order_by("limit_at", "pk"),)
    return block(
        "等我办理的交接",
        [_handover(each, now) for each in waiting],
        url=reverse("accounts:handovers"),
        empty="没有等您签字的交接。本单位人员离岗的移交、接收签字以后，列在这里请您监交。",
    )


def handovers_hanging(user: Any, now: datetime) -> Block:
    """Handovers that are open after their limit."""
    hanging = Handover.objects.for_person(user).hanging(now).with_people().order_by("limit_at", "pk")
    return block(
        "逾期的交接",
        [_handover(each, now) for each in hanging],
        url=reverse("accounts:handovers"),
        empty="没有逾期的交接。超过期限没有办完的列在这里，请督促单位。",
    )


def _handover(each: Handover, now: datetime) -> Line:
    whose = f"{each.giver} 移交给 {each.receiver or '未定'}，{each.get_state_display()}"
    late = each.limit_at is not None and each.limit_at < now
    limit = f"，期限 {moment(each.limit_at, now)}" if each.limit_at else ""
    url = reverse("accounts:handover", args=[each.pk])
    return Line(f"{each.unit}{each.get_role_display()}", whose + limit, url, "late" if late else "pending")
