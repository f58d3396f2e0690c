"""The clocks of faults and repairs: who is told before a time runs out and when it has, once each (Article 13(2))."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.faults import Fault
from accounts.holders import holders
from accounts.repairs import Repair
from accounts.roles import Right
from cms.limits import when
from cms.messages import Message, tell

# So long before its end a task is spoken of.
AHEAD = timedelta(hours=24)


@dataclass(frozen=True)
class Notice:
    """One sentence that is due, under the key by which it is told once; ``repair`` where its provider hears it too."""

    key: str
    text: str
    link: str
    repair: Repair | None = None


def warn_of_repairs(at: datetime) -> None:
    """The network office, and of its own tasks the provider, knows of every time that ends soon or has ended."""
    due = list(_due(at))
    if not due:
        return
    office = set(holders(Right.OPERATE).values_list("user_id", flat=True))
    keys = [notice.key for notice in due]
    told = set(Message.objects.filter(person__in=office, key__in=keys).values_list("key", flat=True))
    for notice in due:
        if notice.key in told:
            continue
        tell(office, key=notice.key, text=notice.text, link=notice.link, at=at)
        if repair := notice.repair:
            tell(repair.provider_people - office, key=notice.key, text=notice.text, link=repair.link, at=at)


def _due(at: datetime) -> Iterator[Notice]:
    for fault in Fault.objects.to_assign().filter(contact_due_at__lt=at).select_related("unit"):
        text = f"{fault}报告后还没有联系保障单位，应于 {_by(fault.contact_due_at)} 前联系。"
        yield Notice(f"fault-uncalled:{fault.pk}", text, fault.link)
    repairs = Repair.objects.select_related("fault__unit", "provider__unit")
    for repair in repairs.unfinished().filter(due_at__lt=at + AHEAD):
        task, due = f"{repair}（{repair.provider.unit}）", _by(repair.due_at)
        if repair.is_late(at):
            yield Notice(f"repair-late:{repair.pk}", f"{task}已超过期限 {due}，请抓紧完成。", repair.fault.link, repair)
        else:
            yield Notice(f"repair-soon:{repair.pk}", f"{task}将于 {due} 到期。", repair.fault.link, repair)
    for repair in repairs.to_test().filter(test_due_at__lt=at):
        # What failed the test is done again, and has another time to be tested by.
        key = f"repair-untested:{repair.pk}:{_by(repair.test_due_at)}"
        yield Notice(key, f"{repair}过期没有验收，请市网信办验收。", repair.fault.link)


def _by(due_at: datetime | None) -> str:
    return when(due_at) if due_at else "待定"
