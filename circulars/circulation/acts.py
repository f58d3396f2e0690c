"""What is done with a circulation: begun, lengthened, read, somebody passed over; it ends with the last reader (regulation art. 24(5))."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.holders import holders_of, people_with
from accounts.people import User
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.circulation.record import LONGEST, MOST_READERS, Circulation, Reader, ReaderEnd
from circulars.deeds import Deed
from circulars.handling.giving import enter, tell_inside
from circulars.handling.hands import places
from circulars.handling.holding import called, handling_of, held, settle
from circulars.handling.levels import levels_of
from circulars.incoming import Incoming
from circulars.reasons import digest_of_reason, said_in
from cms.lifecycles import OutOfOrder

_Kind = ReaderEnd.Kind


@transaction.atomic
def circulate(
    incoming: Incoming, readers: Sequence[User], *, in_order: bool, purpose: str, by: Any, at: datetime
) -> Circulation:
    """The paper goes round among these readers, in this order or to all at once, and those it has come to know.

    Raises ``PermissionDenied`` for who neither handles nor instructs, ``ValidationError`` without readers or purpose and for a reader from
    outside the unit, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` while it goes round already or where the unit circulates nothing.
    """
    incoming = held(incoming.pk)
    _refuse_stranger(incoming, by)
    if Circulation.objects.filter(incoming=incoming, ended_at=None).exists():
        raise OutOfOrder("本件正在传阅。要加人的，请用“增加传阅人”。")
    handling = handling_of(incoming)
    levels = handling.levels if handling else levels_of(incoming.unit, timezone.localdate(at))
    if not levels.circulation:
        raise OutOfOrder(f"{incoming.unit}不用传阅。阅件由收发员阅后办结。")
    purpose = said_in(purpose, "purpose", "请写明传阅说明", longest=LONGEST)
    round_ = Circulation.objects.create(incoming=incoming, in_order=in_order, purpose=purpose, begun_by=by, begun_at=at)
    facts = {"in_order": in_order, "readers": len(readers), "text_digest": digest_of_reason(purpose)}
    enter(Deed.CIRCULATION_BEGUN, incoming, by=by, at=at, facts=facts)
    _add(round_, readers, by=by, at=at)
    settle(incoming, by=by, at=at)
    _reach(round_, at=at)
    return round_


@transaction.atomic
def add_readers(circulation: Circulation, readers: Sequence[User], *, by: Any, at: datetime) -> None:
    """These read it as well, after those who were there; raises as ``circulate`` does, and ``OutOfOrder`` when it has ended."""
    incoming = held(circulation.incoming_id)
    _refuse_stranger(incoming, by)
    circulation = _going_round(circulation, incoming)
    _add(circulation, readers, by=by, at=at)
    enter(Deed.READERS_ADDED, incoming, by=by, at=at, facts={"readers": len(readers)})
    _reach(circulation, at=at)


@transaction.atomic
def mark_read(reader: Reader, remark: str, *, by: Any, at: datetime) -> None:
    """The person has read it, and it goes on to the next; with the last reader it is handled, unless it is still worked on.

    Raises ``PermissionDenied`` for anybody else, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` out of turn or when it is read.
    """
    incoming, reader = _held_reader(reader)
    if reader.person_id != by.pk or not may(by, Right.READ_CIRCULATED, reader.unit_id):
        raise PermissionDenied(f"本件由{reader.person}本人阅。")
    if reader.reached_at is None:
        raise OutOfOrder("本件按顺序传阅，还没有传到您这里。")
    remark = said_in(remark, "remark", "请写明阅示意见", longest=LONGEST, needed=False)
    _end(reader, _Kind.READ, Deed.PAPER_READ, remark, by=by, at=at)
    _go_on(reader.circulation, incoming, by=by, at=at)


@transaction.atomic
def skip(reader: Reader, reason: str, *, by: Any, at: datetime) -> None:
    """The reader, who is absent, was passed over with the reason; the paper goes on. Raises as the others do, ``ValidationError`` without a reason."""
    incoming, reader = _held_reader(reader)
    _refuse_stranger(incoming, by)
    reason = said_in(reason, "reason", "请写明跳过的原因", longest=LONGEST)
    _end(reader, _Kind.SKIPPED, Deed.READER_SKIPPED, reason, by=by, at=at)
    _go_on(reader.circulation, incoming, by=by, at=at)


def pass_over_doubled(reader: Reader, taker: User, *, by: Any, at: datetime) -> None:
    """The reader's place was passed over, since whoever takes over the post reads the paper in a place of their own."""
    incoming, reader = _held_reader(reader)
    reason = f"随岗位移交，{taker}已在传阅名单里"
    _end(reader, _Kind.SKIPPED, Deed.READER_SKIPPED, reason, by=by, at=at)
    _go_on(reader.circulation, incoming, by=by, at=at)


def possible_readers(unit: Unit) -> list[tuple[User, Unit]]:
    """Who of the unit and its divisions may read what circulates there, each with where they serve, the unit's own first."""
    where = sorted(places(unit), key=lambda place: place.is_division)
    holding = holders_of(Right.READ_CIRCULATED, [place.pk for place in where])
    people = User.objects.in_bulk({person for person, _ in holding})
    found: dict[int, Unit] = {}
    for place in where:
        for person, at in holding:
            if at == place.pk:
                found.setdefault(person, place)
    return [(people[person], place) for person, place in found.items()]


def _add(circulation: Circulation, readers: Sequence[User], *, by: Any, at: datetime) -> None:
    """Each of the readers has a place after those who were there; raises ``ValidationError`` for nobody, somebody twice or from outside."""
    able = {person.pk: unit for person, unit in possible_readers(circulation.incoming.unit)}
    if strangers := [person for person in readers if person.pk not in able]:
        named = "、".join(map(str, strangers))
        raise ValidationError(
            {"readers": f"传阅不出本单位：{named}不是{circulation.incoming.unit}及其科室的传阅人员。"}
        )
    there = set(circulation.readers.values_list("person", flat=True))
    if again := [person for person in readers if person.pk in there]:
        raise ValidationError({"readers": f"{'、'.join(map(str, again))}已在传阅名单里。"})
    keys = [person.pk for person in readers]
    if not keys or len(set(keys)) < len(keys) or len(keys) + len(there) > MOST_READERS:
        raise ValidationError({"readers": f"请选择传阅人，每人一次，不超过 {MOST_READERS} 人。"})
    last = circulation.readers.aggregate(last=Max("place"))["last"] or 0
    Reader.objects.bulk_create(
        Reader(circulation=circulation, place=place, person=person, unit=able[person.pk], added_by=by, added_at=at)
        for place, person in enumerate(readers, last + 1)
    )


def _reach(circulation: Circulation, *, at: datetime) -> None:
    """The paper lies with whose turn it is: with the first who has not read it, or with all of them."""
    rest = circulation.readers.filter(end=None).select_related("person").order_by("place")
    turn = list(rest[:1]) if circulation.in_order else list(rest)
    incoming = circulation.incoming
    for reader in turn:
        if reader.reached_at is None and Reader.objects.filter(pk=reader.pk, reached_at=None).update(reached_at=at):
            text = f"{called(incoming)}请您传阅：{circulation.purpose}"
            tell_inside({reader.person_id}, incoming, f"read:{reader.pk}", text, at=at)


def _go_on(circulation: Circulation, incoming: Incoming, *, by: Any, at: datetime) -> None:
    """It lies with the next reader, or has ended with the last; then the paper is handled or goes on being worked on."""
    if circulation.readers.filter(end=None).exists():
        _reach(circulation, at=at)
        return
    Circulation.objects.filter(pk=circulation.pk).update(ended_at=at)
    enter(Deed.CIRCULATION_ENDED, incoming, by=by, at=at)
    settle(incoming, by=by, at=at)
    clerks = people_with(Right.HANDLE_INCOMING, incoming.unit_id) - {by.pk}
    tell_inside(clerks, incoming, f"circulated:{circulation.pk}", f"{called(incoming)}传阅完毕。", at=at)


def _end(reader: Reader, kind: str, deed: Deed, text: str, *, by: Any, at: datetime) -> None:
    ReaderEnd.objects.create(reader=reader, kind=kind, text=text, by=by, at=at)
    facts = {"reader": reader.person_id, "text_digest": digest_of_reason(text)}
    enter(deed, reader.circulation.incoming, by=by, at=at, facts=facts)


def _held_reader(reader: Reader) -> tuple[Incoming, Reader]:
    """The paper and the reader of it, held; raises ``OutOfOrder`` where the person has read it or was passed over."""
    incoming = held(reader.circulation.incoming_id)
    rows = Reader.objects.select_related("circulation__incoming__unit", "circulation__incoming__circular", "person")
    reader = rows.get(pk=reader.pk)
    end = ReaderEnd.objects.filter(reader=reader).select_related("by").first()
    if end and end.kind == _Kind.READ:
        raise OutOfOrder(f"{reader.person}已于{timezone.localtime(end.at):%-m月%-d日 %H:%M}阅。")
    if end:
        raise OutOfOrder(f"{reader.person}已由{end.by}跳过：{end.text}")
    return incoming, reader


def _going_round(circulation: Circulation, incoming: Incoming) -> Circulation:
    found = Circulation.objects.filter(pk=circulation.pk, ended_at=None).first()
    if found is None:
        raise OutOfOrder("这次传阅已经结束。")
    found.incoming = incoming
    return found


def _refuse_stranger(incoming: Incoming, by: Any) -> None:
    if not (may(by, Right.HANDLE_INCOMING, incoming.unit_id) or may(by, Right.INSTRUCT, incoming.unit_id)):
        raise PermissionDenied("传阅由本单位的收发员或者领导办理。")
