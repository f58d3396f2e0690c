"""How long a line was down, and what the ledger says was put right about it (Article 16)."""

from datetime import datetime, timedelta

from django import template

from accounts.deeds import Deed
from accounts.lines import in_hours
from cms.ledger import Entry
from cms.limits import when

register = template.Library()


@register.filter
def hours(lasted: timedelta) -> str:
    """48小时01分."""
    return in_hours(lasted)


@register.filter
def corrected(entry: Entry) -> str:
    """What stood there before a correction, what stands there since, and why; nothing for other entries."""
    said = entry.said
    reason = f"理由：{said.get('reason', '')}"
    if entry.deed == Deed.LINE_OUTAGE_CORRECTED:
        return f"原为{_times(said['before'])}，更正为{_times(said['after'])}。{reason}"
    return reason if entry.deed == Deed.LINE_OUTAGE_STRUCK_OUT else ""


def _times(said: dict[str, str | None]) -> str:
    down, up = said["down_at"], said["up_at"]
    return f"{_said(down)}中断、" + (f"{_said(up)}恢复" if up else "没有恢复")


def _said(moment: str | None) -> str:
    return when(datetime.fromisoformat(moment)) if moment else ""
