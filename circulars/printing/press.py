"""The acts that print: originals within the sanctioned number, copies without red head and seal beyond it (Articles 3 and 20; feature K1).

A press of the button is known by its key and counts once. Two people at once wait for each other at the circular and its delivery; the table
itself gives no serial twice and none beyond the number.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.roles import Right, may
from circulars.amending import amendments_of
from circulars.batchsigning import names_of
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.pages import Relation
from circulars.printing.allowance import Allowance, allowances_of
from circulars.printing.copies import PrintedCopy, Purpose
from circulars.printing.hindering import hindrance
from circulars.registration import Circular
from circulars.sealing import refuse_broken
from circulars.secrecycases import shut_circulars
from cms import ledger
from cms.lifecycles import OutOfOrder


class NoneLeft(OutOfOrder):
    """More originals were asked for than the unit may still print; the sentence names the papers and what is left of each."""

    def __init__(self, short: Sequence[tuple[str, Allowance]]):
        said = "；".join(f"{number}{allowance.words}" for number, allowance in short)
        super().__init__(f"正本份数不够，没有打印：{said}。还需要的，请打印复印件，或者向发文单位申请增印。")


def annulled(circulars: Collection[int]) -> dict[int, str]:
    """Those of the circulars that were annulled, each with the number of the notice."""
    rows = amendments_of(circulars).filter(kind=Relation.ANNULS)
    return {row.circular_id: row.by_circular.number for row in rows}


def print_originals(
    deliveries: Sequence[Delivery], *, copies: int = 1, purpose: str, key: UUID, by: Any, at: datetime
) -> list[PrintedCopy]:
    """So many originals of each are on record as printed, each with its serial; the same press twice gives the same rows.

    All or nothing. Raises ``PermissionDenied`` for who does not print for the units, ``ValidationError`` for a number below one or an unknown
    purpose, ``NoneLeft`` beyond what is left, ``SealBroken`` while a seal does not stand (Article 4), and ``OutOfOrder`` for what is not
    signed for, recalled, sent back, shut or annulled.
    """
    _refuse_stranger(deliveries, by)
    if copies < 1:
        raise ValidationError({"copies": "至少打印 1 份。"})
    _refuse_unknown(purpose)
    if printed := _of_press(deliveries, key, by):
        return printed
    _refuse_hindered(deliveries)
    for delivery in deliveries:
        refuse_broken(delivery.circular, at=at)
    try:
        with transaction.atomic():
            deliveries = _locked(deliveries)
            if printed := _of_press(deliveries, key, by):
                return printed
            return _enter_originals(deliveries, copies, purpose=purpose, key=key, by=by, at=at)
    except IntegrityError:  # the table's own word, should a lock ever be passed by
        if printed := _of_press(deliveries, key, by):
            return printed
        raise OutOfOrder("刚刚有人打印了同一份公文，请重新打开本页。") from None


def print_one_of_each(
    deliveries: Sequence[Delivery], *, purpose: str, key: UUID, by: Any, at: datetime
) -> list[PrintedCopy]:
    """One original of each of several ordinary papers; raises what ``print_originals`` raises, and ``OutOfOrder`` for an urgent one, which it names."""
    if urgent := [delivery for delivery in deliveries if delivery.urgency != Urgency.NORMAL]:
        raise OutOfOrder(f"{names_of(urgent)}是紧急公文，不能批量打印，请打开后单独打印。")
    return print_originals(deliveries, purpose=purpose, key=key, by=by, at=at)


def print_plainly(delivery: Delivery, *, purpose: str, key: UUID, by: Any, at: datetime) -> PrintedCopy:
    """A copy without red head and seal is on record; the same press twice is one. Raises what ``print_originals`` raises, but nothing for number and annulment."""
    _refuse_stranger([delivery], by)
    _refuse_unknown(purpose)
    if printed := _of_press([delivery], key, by):
        return printed[0]
    with transaction.atomic():
        (delivery,) = _locked([delivery])
        if printed := _of_press([delivery], key, by):
            return printed[0]
        _refuse_hindered([delivery])
        copy = _row(delivery, PrintedCopy.Kind.PLAIN, purpose=purpose, key=key, by=by, at=at)
        copy.save()
        _enter(Deed.PLAIN_COPIED, delivery, {"purpose": purpose}, by=by, at=at)
    return copy


def _enter_originals(
    deliveries: Sequence[Delivery], copies: int, *, purpose: str, key: UUID, by: Any, at: datetime
) -> list[PrintedCopy]:
    """The rows and the deeds of deliveries that are locked."""
    _refuse_hindered(deliveries)
    void = annulled([delivery.circular_id for delivery in deliveries])
    if named := [delivery for delivery in deliveries if delivery.circular_id in void]:
        said = "、".join(f"{row.circular.number}（由 {void[row.circular_id]} 作废）" for row in named)
        raise OutOfOrder(f"{said}已经作废，不能打印正本。")
    allowed = allowances_of(deliveries)
    if short := [(row.circular.number, allowed[row.pk]) for row in deliveries if allowed[row.pk].left < copies]:
        raise NoneLeft(short)
    made = []
    for delivery in deliveries:
        allowance = allowed[delivery.pk]
        for number in range(1, copies + 1):
            copy = _row(delivery, PrintedCopy.Kind.ORIGINAL, purpose=purpose, key=key, by=by, at=at)
            copy.serial, copy.sanctioned = allowance.printed + number, allowance.sanctioned
            copy.spoilt = allowance.spoilt
            made.append(copy)
    PrintedCopy.objects.bulk_create(made)
    for delivery in deliveries:
        serials = [copy.serial for copy in made if copy.delivery_id == delivery.pk]
        facts = {"serials": serials, "sanctioned": allowed[delivery.pk].sanctioned, "purpose": purpose}
        _enter(Deed.ORIGINALS_PRINTED, delivery, facts, by=by, at=at)
    return made


def _row(delivery: Delivery, kind: str, *, purpose: str, key: UUID, by: Any, at: datetime) -> PrintedCopy:
    return PrintedCopy(
        delivery=delivery,
        unit=delivery.unit,
        unit_name=delivery.unit.short_name,
        kind=kind,
        purpose=purpose,
        key=key,
        printed_by=by,
        printed_at=at,
    )


def _enter(deed: Deed, delivery: Delivery, facts: dict[str, Any], *, by: Any, at: datetime) -> None:
    """In the ledger under the delivery, without the circular: what a unit prints is its own, and goes into nobody's evidence."""
    ledger.enter(deed, subject=ledger.subject_of(delivery), by=by, at=at, unit=delivery.unit_id, facts=facts)


def _locked(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The same, read anew for this transaction alone, their circulars before them, as a recall and a block lock them."""
    circulars = {delivery.circular_id for delivery in deliveries}
    list(Circular.objects.filter(pk__in=circulars).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    keys = [delivery.pk for delivery in deliveries]
    rows = Delivery.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.select_related("circular", "unit")}
    return [found[key] for key in keys]


def _refuse_hindered(deliveries: Sequence[Delivery]) -> None:
    if hindered := [said for delivery in deliveries if (said := hindrance(delivery))]:
        raise OutOfOrder("".join(hindered))
    if shut_circulars().filter(circular__in={delivery.circular_id for delivery in deliveries}).exists():
        raise OutOfOrder("本件因涉密处置已封存，不能再办理。")


def _refuse_stranger(deliveries: Sequence[Delivery], by: Any) -> None:
    if not all(may(by, Right.PRINT_COPIES, delivery.unit_id) for delivery in deliveries):
        raise PermissionDenied("打印公文由收文单位的收发员办理。")


def _refuse_unknown(purpose: str) -> None:
    if purpose not in Purpose.values:
        raise ValidationError({"purpose": "请选择用途。"})


def _of_press(deliveries: Sequence[Delivery], key: UUID, by: Any) -> list[PrintedCopy]:
    return list(PrintedCopy.objects.of_press(key, by=by, deliveries=[delivery.pk for delivery in deliveries]))
