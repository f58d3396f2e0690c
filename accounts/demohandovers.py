"""A demo's handovers: one at each stage, one of them past its limit, by invented people who left their posts (Article 26)."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.demo import HELD_FROM, PASSWORD
from accounts.grants import derive_now
from accounts.handovers import Finding, Found, Handover, open_handover
from accounts.people import Post, User
from accounts.roles import Role
from accounts.units import Unit

# Unit, who left, how many days ago, and the state that the handover has reached; the receiver is the unit's clerk.
_LEFT = (
    ("BM08", "田守正", 1, Handover.State.ACCEPTED),
    ("BM12", "雷鸣远", 3, Handover.State.GIVEN),
    ("BM05", "白玉兰", 14, Handover.State.OPENED),
    ("BM20", "贺长青", 30, Handover.State.COUNTERSIGNED),
)
_ITEMS = (("device", "办公电脑 国资编号 0231", 1), ("papers", "收文登记簿 2026 年", 2), ("other", "文件柜钥匙", 1))


@transaction.atomic
def hand_over_some(now: datetime) -> int:
    """Some people have left and hand over; returns how many."""
    password = make_password(PASSWORD)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[code for code, *_ in _LEFT])}
    for code, name, days, state in _LEFT:
        left = User.objects.create(username=f"{code.lower()}-left", name=name, password=password, is_demo=True)
        post = Post.objects.create(person=left, unit=units[code], role=Role.HANDLER, held_from=HELD_FROM)
        derive_now(left)
        _go_through(post, state, at=now - timedelta(days=days))
    return len(_LEFT)


def _go_through(post: Post, state: str, *, at: datetime) -> None:
    clerk = User.objects.get(username=f"{post.unit.code.lower()}-clerk")
    leader = User.objects.get(username=f"{post.unit.code.lower()}-leader")
    handover = open_handover(post, clerk, by=leader, at=at)
    for item in _ITEMS:
        handover.put_down(*item, by=handover.giver, at=at)
    if state == Handover.State.OPENED:
        return
    handover.give(by=handover.giver, at=at + timedelta(minutes=20))
    if state == Handover.State.GIVEN:
        return
    found = {item.pk: Found(Finding.TAKEN) for item in handover.items.all()}
    found[handover.items.latest("pk").pk] = Found(Finding.WRONG, "少一把备用钥匙")
    handover.accept(found, by=clerk, at=at + timedelta(hours=1))
    if state == Handover.State.COUNTERSIGNED:
        handover.countersign(by=leader, at=at + timedelta(hours=2))
