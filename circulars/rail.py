"""What this app puts on the rail of the desk: the lists a person may see, each with its count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Right, units_where
from accounts.seals import KEEPERS, KeyKind
from circulars.access import unanswered_problems
from circulars.alarms import alarm_for
from circulars.answers.standing import owed_by
from circulars.archive.destructionlists import DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.transferrecords import Transfer
from circulars.checking import unchecked_count
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.handlingrail import handling_lines, handling_papers
from circulars.incoming.waiting import waiting_count
from circulars.papercopies import PaperCopy
from circulars.phonelist import unfinished_count
from circulars.printing import MoreOriginals, SpoiltCopy
from circulars.receipts import Receipt
from circulars.registration import Circular, CircularQuerySet
from circulars.sealing import to_seal
from circulars.secrecycases import SecrecyCase, shut_circulars
from circulars.secrecyhits import SecrecyHit
from circulars.turns import SEAT_RIGHTS, Turn
from circulars.versions import Version
from cms.counting import counted


@dataclass(frozen=True)
class RailItem:
    """One line of the rail: where it leads, how many wait there, and how loudly (due, soon, late, urgent).

    ``kept_by`` names the number of the alarm that keeps the count up to date; ``newest`` is the mark of the newest of what is counted.
    """

    label: str
    url: str
    count: int | None = None
    tone: str = ""
    current: bool = False
    kept_by: str = ""
    newest: int | None = None


@dataclass(frozen=True)
class RailGroup:
    """Lines of the rail under a heading; ``is_here`` marks the one that the page at hand belongs to."""

    heading: str
    items: tuple[RailItem, ...]
    is_here: bool = False

    @property
    def waiting(self) -> int:
        """What waits in all its lines together."""
        return sum(item.count or 0 for item in self.items)


def rail(user: Any, now: datetime, full_path: str, asked: dict[str, int] | None = None) -> list[RailGroup]:
    """The groups for this person; counts are what the lists themselves would show: ``asked``, where ``lists_counted`` have been already."""
    if asked is None:
        asked = counted(**lists) if (lists := lists_counted(user)) else {}
    groups = [
        _receiving(user, now, full_path, asked),
        _drafting(user, full_path, asked),
        _sending(user, now, full_path),
        _trouble(user, full_path),
        _secrecy(user, full_path),
        _archive(user, now, full_path, asked),
    ]
    return [group for group in groups if group.items]


def board(groups: Iterable[RailGroup]) -> list[RailItem]:
    """What of the rail waits for who receives, on one board: the counted lines of 收文 and, for who sends as well, what came back."""
    waiting = (item for group in groups for item in group.items if group.heading == "收文" or item.url == _returns())
    return [item for item in waiting if item.count is not None]


def _returns() -> str:
    return reverse("circulars:returns")


def _receiving(user: Any, now: datetime, full_path: str, asked: dict[str, int]) -> RailGroup:
    items: list[RailItem] = []
    if units_where(user, Right.READ):
        inbox = reverse("circulars:inbox")
        alarm = alarm_for(user, now, since=None)
        items = [
            _item("待签收", inbox, full_path, alarm.open, "due", kept_by="waiting", newest=alarm.newest),
            _item("将超时", f"{inbox}?show=soon", full_path, alarm.nearly_due, "soon", kept_by="soon"),
            _item("已超时", f"{inbox}?show=late", full_path, alarm.overdue, "late", kept_by="late"),
            _item("被催办", f"{inbox}?show=urged", full_path, alarm.urged, "late"),
            *_registering(user, full_path),
            _item("待答复", reverse("circulars:owed_answers"), full_path, asked["owed"] or None, "due"),
            _item("已签收", f"{inbox}?show=signed", full_path),
            _item("已退回", f"{inbox}?show=returned", full_path),
            _item("打印登记", reverse("circulars:print_ledger"), full_path),
        ]
    if spoilt := asked.get("spoilt"):
        items.append(_item("印件待确认作废", reverse("circulars:spoilt_copies"), full_path, spoilt, "due"))
    if unsigned := asked.get("unsigned"):
        items.append(_item("回执待补签", reverse("circulars:receipts_to_sign"), full_path, unsigned, "soon"))
    if standing_by := asked.get("destroy", 0) if not _keeps(user) else 0:
        items.append(
            _item("待监销", f"{reverse('circulars:destructions')}?show=waiting", full_path, standing_by, "due")
        )
    items += [_item(label, url, full_path, count, "due") for label, url, count in handling_lines(user, asked)]
    return RailGroup("收文", tuple(items))


def _registering(user: Any, full_path: str) -> list[RailItem]:
    """The book, and what waits to come into it; who inspects finds how much lies in which unit."""
    items = [_item("收文登记簿", reverse("circulars:register_book"), full_path)]
    items.append(_item("签而不办", reverse("circulars:left_lying"), full_path))
    if units := units_where(user, Right.HANDLE_INCOMING):
        waiting = waiting_count(units)
        items.insert(0, _item("待登记", reverse("circulars:to_register"), full_path, waiting, "due"))
    return items


def lists_counted(user: Any) -> dict[str, QuerySet[Any]]:
    """The lists whose counts are one question: papers in hand, answers owed, receipts and copies, drafts to decide on, lists of destruction."""
    lists: dict[str, QuerySet[Any]] = {**handling_papers(user)}
    if units_where(user, Right.READ):
        lists["owed"] = owed_by(units_where(user, Right.READ))
    if units_where(user, Right.CONFIRM_SPOILT):
        lists["spoilt"] = SpoiltCopy.objects.waiting_for(user)
    if units_where(user, Right.RECEIVE):
        lists["unsigned"] = Receipt.objects.to_sign(user)
    if any(units_where(user, right) for right in SEAT_RIGHTS):
        lists["decide"] = Turn.objects.in_hand(user)
    if _keeps(user) or units_where(user, Right.RECEIVE):
        lists["destroy"] = DestructionList.objects.waiting_for(user)
    return lists


def _drafting(user: Any, full_path: str, asked: dict[str, int]) -> RailGroup:
    items = []
    if units_where(user, Right.DRAFT):
        items.append(_item("我的文稿", reverse("circulars:drafts"), full_path))
        items.append(_item("常用发文对象", reverse("circulars:recipient_lists"), full_path))
    if any(units_where(user, right) for right in SEAT_RIGHTS):
        items.append(_item("待我审签", reverse("circulars:in_hand"), full_path, asked["decide"], "due"))
        items.append(_item("代行安排", reverse("accounts:stand_ins"), full_path))
    return RailGroup("拟稿审签", tuple(items))


def _sending(user: Any, now: datetime, full_path: str) -> RailGroup:
    items = []
    sending = units_where(user, Right.SEND)
    asked = counted(to_press=_to_press(sending), back=_back(sending)) if sending else {"to_press": 0}
    if units_where(user, Right.TRACK):
        waiting = asked["to_press"]
        if registering := units_where(user, Right.REGISTER):
            waiting += Version.objects.to_register().of_units(registering).count()
        items.append(_item("登记与发送", reverse("circulars:outbox"), full_path, waiting or None, "due"))
    if any(units_where(user, right) for right in KEEPERS[KeyKind.UNIT_SEAL]):
        items.append(_item("待用印", reverse("circulars:sealing"), full_path, to_seal(user).count() or None, "due"))
    if sending:
        items.append(_item("待通知", reverse("circulars:to_notify"), full_path, unfinished_count(user), "late"))
        items.append(_item("退文待签收", _returns(), full_path, asked["back"] or None, "due"))
    if (registers := units_where(user, Right.REGISTER)) and (
        more := MoreOriginals.objects.asked_of(registers).open().count()
    ):
        items.append(_item("增印申请", reverse("circulars:originals_asked"), full_path, more, "due"))
    if any(units_where(user, right) for right in (Right.SEND, Right.REGISTER, Right.INSPECT)):
        paper = PaperCopy.objects.for_person(user).counts(now)
        tone = "late" if paper["late"] else "due"
        items.append(_item("纸质件", reverse("circulars:paper"), full_path, paper["owed"], tone))
    if units_where(user, Right.SEND) or units_where(user, Right.INSPECT):
        items.append(_item("未核对", reverse("circulars:unchecked"), full_path, unchecked_count(user, now), "late"))
    if units_where(user, Right.TRACK) or units_where(user, Right.INSPECT):
        if units_where(user, Right.TRACK):
            items.append(_item("答复情况", reverse("circulars:demanded"), full_path))
        items.append(_item("签收一览", reverse("circulars:matrix"), full_path))
        items.append(_item("文号登记簿", reverse("circulars:numbers"), full_path))
    if units_where(user, Right.REGISTER):
        items.append(_item("发文样式", reverse("circulars:issuing"), full_path))
    return RailGroup("发文", tuple(items))


def _to_press(sending: Collection[int]) -> CircularQuerySet:
    """Circulars that only a press sends: one that waits for its time needs nobody."""
    return Circular.objects.unblocked().filter(issuer__in=sending, state=Circular.State.SEALED)


def _back(sending: Collection[int]) -> DeliveryQuerySet:
    """Returned papers that the sender has not taken note of."""
    return Delivery.objects.filter(issuer__in=sending).exclude(circular__in=shut_circulars()).to_acknowledge()


def _trouble(user: Any, full_path: str) -> RailGroup:
    if not any(units_where(user, right) for right in (Right.READ, Right.TRACK, Right.INSPECT, Right.OPERATE)):
        return RailGroup("问题", ())
    waiting = unanswered_problems(user)
    return RailGroup("问题", (_item("收文问题", reverse("circulars:problems"), full_path, waiting or None, "due"),))


def _secrecy(user: Any, full_path: str) -> RailGroup:
    items = []
    if units_where(user, Right.REVIEW):
        waiting = SecrecyHit.objects.for_reviewer(user).standing().count()
        items.append(_item("涉密误报", reverse("circulars:secrecy_hits"), full_path, waiting or None, "due"))
    if units_where(user, Right.BLOCK) or units_where(user, Right.PURGE):
        waiting = SecrecyCase.objects.for_person(user).unpurged().count()
        items.append(_item("涉密处置", reverse("circulars:secrecy_cases"), full_path, waiting or None, "late"))
    return RailGroup("问题", tuple(items))


def _keeps(user: Any) -> bool:
    """Who files or approves has the line 销毁; for who only receives its lists are those to stand by at."""
    return bool(units_where(user, Right.KEEP_ARCHIVE) or units_where(user, Right.APPROVE_DESTRUCTION))


def _archive(user: Any, now: datetime, full_path: str, asked: dict[str, int]) -> RailGroup:
    items = []
    today = timezone.localdate(now)
    files, approves = units_where(user, Right.KEEP_ARCHIVE), units_where(user, Right.APPROVE_DESTRUCTION)
    if files:
        mine = Holding.objects.of_units(files)
        held = counted(file=mine.to_file(), appraise=mine.to_appraise(today), late=mine.late(today))
        coming = Transfer.objects.coming_to_units_of(user).filter(state=Transfer.State.DRAWN).count()
        tone = "late" if held["late"] else "due"
        items.append(_item("待归档", reverse("circulars:to_file"), full_path, held["file"] or None, tone))
        items.append(_item("移交", reverse("circulars:transfers"), full_path, coming or None, "due"))
        url = reverse("circulars:to_appraise")
        items.append(_item("鉴定", url, full_path, held["appraise"] or None, "due"))
        items.append(_item("全宗和归档范围", reverse("circulars:scopes"), full_path))
    if files or approves:
        items.insert(bool(files), _item("已归档", reverse("circulars:filed"), full_path))
        items.append(_item("销毁", reverse("circulars:destructions"), full_path, asked["destroy"] or None, "due"))
    return RailGroup("归档", tuple(items))


def _item(label: str, url: str, full_path: str, count: int | None = None, tone: str = "", **alarm: Any) -> RailItem:
    return RailItem(label, url, count, tone, current=full_path == url, **alarm)
