"""号码没有报备或有误: what follows when a unit cannot be told of an urgent circular by any mobile number that it has on file (Articles 21 and 24).

The sender cannot choose this afterwards: a call counts only under the whole number that a leader or clerk has on file as it is entered, and
from its entry; a unit of which one number is still untried is not unreachable.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.contacts import contacts_of
from accounts.deeds import Deed as AccountDeed
from accounts.holders import people_with
from accounts.overseeing import overseers
from accounts.people import User
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.notices import Notice
from circulars.pages import about_paper
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.messages import tell
from cms.phonewords import mobile_of
from cms.textmessages import masked

# Stands on the record in place of whom one would have rung up.
NO_NUMBER = "没有报备移动号码"
_NO_NUMBER_KEYS = UUID("5a0c7f0e-3d5b-4b8e-9a53-2f7d1c9b6e24")


def numbers_on_file(unit: int) -> dict[int, str]:
    """The mobile number of each leader and clerk of the unit today; who left none, or what is no mobile number, is missing."""
    people = contacts_of([unit])[unit]
    return {contact.person: number for contact in people if (number := mobile_of(contact.mobile))}


def note_wrong_number(delivery: Delivery, call: Notice, number: str, *, by: Any, at: datetime) -> None:
    """A call on record came to a wrong number: if it is on file, the unit and both offices are asked to have it put right, and with the last of
    the unit's numbers the unit counts as unreachable since ``at``.

    ``delivery`` is locked. A number that was mistyped, or reported only after the call, changes nothing.
    """
    on_file = numbers_on_file(delivery.unit_id)
    reported = _last_reports(on_file)
    dialled = mobile_of(number)
    owners = (person for person, known in on_file.items() if known == dialled)
    wrong = {person for person in owners if call.happened_at >= reported.get(person, call.happened_at)}
    if not wrong:
        return
    names = "、".join(User.objects.filter(pk__in=wrong).order_by("pk").values_list("name", flat=True))
    _ask_for_numbers(delivery, call, f"{names}报备的移动号码有误", at=at)
    tried = Notice.objects.filter(
        delivery=delivery, round=delivery.round, result=Notice.Result.WRONG_NUMBER, person__in=on_file.keys() - wrong
    )
    for person, said, happened_at in tried.values_list("person", "number", "happened_at"):
        if said == masked(on_file[person]) and happened_at >= reported.get(person, happened_at):
            wrong.add(person)
    if on_file.keys() == wrong:
        _unreachable(delivery, by=by, at=at, numbers=len(on_file))


@transaction.atomic
def record_no_number(delivery: Delivery, *, of_round: int, by: Any, at: datetime) -> Notice:
    """It is on record that no leader or clerk of the unit has a mobile number on file; the unit counts as unreachable since ``at``, once a round.

    Raises ``PermissionDenied`` for who does not send for the issuing unit, and ``OutOfOrder`` where there is a number to be rung, no call is
    owed any more, the due time has passed or the circular was sent again meanwhile.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied("只有发文单位的发文员可以登记。")
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("circular").get(pk=delivery.pk)
    unit = delivery.unit_name
    if of_round != delivery.round:
        raise OutOfOrder(f"{unit}这件公文已于{when(delivery.sent_at)}再次发送，请重新打开本页。")
    key = uuid5(_NO_NUMBER_KEYS, f"{delivery.pk}-{delivery.round}")
    if recorded := Notice.objects.filter(key=key).first():
        return recorded
    if not delivery.is_unnotified:
        raise OutOfOrder(f"{unit}已经通知到或者不必通知，不必登记。")
    if not _in_time(delivery, at):
        raise OutOfOrder(f"{unit}这件公文的签收期限已过，现在登记不改变责任。请用其他办法通知。")
    if numbers_on_file(delivery.unit_id):
        raise OutOfOrder(f"{unit}有报备的移动号码，请打电话，打过再登记。")
    notice = Notice.objects.create(
        delivery=delivery,
        round=delivery.round,
        channel=Notice.Channel.PHONE,
        name=NO_NUMBER,
        caller=by,
        key=key,
        happened_at=at,
        recorded_at=at,
        result=Notice.Result.WRONG_NUMBER,
        settled_at=at,
    )
    _ask_for_numbers(delivery, notice, "分管领导、收发员都没有报备移动号码", at=at)
    _unreachable(delivery, by=by, at=at, numbers=0)
    return notice


def _unreachable(delivery: Delivery, *, by: Any, at: datetime, numbers: int) -> None:
    """Once a round, and not of a unit that was told, has closed its round or is late already."""
    if not (delivery.is_unnotified and delivery.unreachable_at is None and _in_time(delivery, at)):
        return
    Delivery.objects.filter(pk=delivery.pk).update(unreachable_at=at)
    ledger.enter(
        Deed.UNIT_UNREACHABLE,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={"round": delivery.round, "numbers": numbers},
    )


def _in_time(delivery: Delivery, at: datetime) -> bool:
    return delivery.due_at is None or at < delivery.due_at


def _last_reports(people: Iterable[int]) -> dict[int, datetime]:
    """When each of these people last reported a new number: calls before that were made to another one."""
    subjects = {ledger.subject_of(User(pk=person)): person for person in people}
    entries = ledger.Entry.objects.filter(deed=AccountDeed.CONTACT_CHANGED, subject__in=subjects).order_by()
    last = entries.values("subject").annotate(last=Max("happened_at")).values_list("subject", "last")
    return {subjects[subject]: at for subject, at in last}


def _ask_for_numbers(delivery: Delivery, notice: Notice, what: str, *, at: datetime) -> None:
    """The unit's clerks and leader and both offices know what is wrong; nothing is said of the paper, and no number."""
    unit = delivery.unit
    desk = unit.served_by or unit
    tell(
        people_with(Right.RECEIVE, unit.pk)
        | people_with(Right.MANAGE_STAFF, unit.pk)
        | overseers(Right.CONFIRM_STAFF, unit.area_id),
        key=f"wrong-number:{notice.pk}",
        text=f"{delivery.circular.issuer_name}通知紧急公文时发现（{when(at)}登记）：{unit}{what}，请更正报备（第二十四条）。",
        link=reverse("accounts:contact_card", args=[desk.code]),
        about=about_paper(delivery.circular.page_id),
        at=at,
    )
