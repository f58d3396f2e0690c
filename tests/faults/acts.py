"""The legal acts that must be whole or not at all: how each is made ready, done by whoever knows its key, and recognised as done once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.people import User
from circulars.deliveries import Check, Delivery
from circulars.dispatch import announce, dispatch
from circulars.numbering import NumberBook
from circulars.pages import CircularPage
from circulars.papercopies import PaperCopy
from circulars.purging import block, confirm
from circulars.receipts import Receipt
from circulars.registration import Circular, CircularText, DistributionLine, register
from circulars.secrecycases import SecrecyCase
from circulars.snapshots import digest_of, snapshot_of
from circulars.voiding import VoidedNumber, void
from cms.attachments import Attachment
from cms.discards import Discard
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, City, attached
from tests.queued import queued
from tests.walking import every_row

PRESS = UUID("5b4a3c1e-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Act:
    """``begin`` makes it ready in the city and returns its key; ``do`` needs no more than that key; ``is_done`` sees it done once."""

    begin: Callable[[City], int]
    do: Callable[[int], object]
    is_done: Callable[[int], bool]


def _register(page_key: int) -> object:
    page = CircularPage.objects.get(pk=page_key)
    digest = digest_of(snapshot_of(page.get_latest_revision_as_object()))
    return register(page, digest=digest, by=_person("registrar"), at=MONDAY)


def _is_registered(page_key: int) -> bool:
    circular = Circular.objects.get(page=page_key)
    return (
        circular.number == "延政办发〔2026〕23号"
        and NumberBook.objects.get().last == 23
        and DistributionLine.objects.filter(circular=circular).count() == 3
        and circular.snapshot["title"] == circular.title
        and Entry.objects.filter(deed="circular.registered").count() == 1
    )


def _is_sent(key: int) -> bool:
    circular = Circular.objects.get(pk=key)
    return (
        circular.state == "sent"
        and circular.deliveries.filter(state="sent").count() == 3
        and PaperCopy.objects.filter(delivery__circular=key).count() == 1
        and Entry.objects.filter(deed="circular.sent").count() == 1
        and queued("circulars.tasks.announce") == [(key,)]
    )


def _is_voided(key: int) -> bool:
    return (
        Circular.objects.get(pk=key).state == "voided"
        and VoidedNumber.objects.filter(circular=key, sequence=23).count() == 1
        and Entry.objects.filter(deed="circular.voided").count() == 1
        and Message.objects.filter(key=f"voided:{key}").exists()
    )


def _sign(key: int) -> None:
    delivery = Delivery.objects.select_related("circular", "issuer__area").get(pk=key)
    delivery.sign_for(checked={check.value for check in Check}, key=PRESS, by=_person("clerk"), at=MONDAY)


def _is_signed(key: int) -> bool:
    delivery = Delivery.objects.get(pk=key)
    return (
        (delivery.state, delivery.signing_key, delivery.taken_minutes) == ("signed_for", PRESS, 0)
        and Entry.objects.filter(deed="delivery.signed_for").count() == 1
        and Receipt.objects.filter(delivery=key).count() == 1
    )  # fmt: skip


def _send_back(key: int) -> None:
    Delivery.objects.get(pk=key).send_back(code="not_ours", reason="", by=_person("clerk"), at=MONDAY)


def _is_returned(key: int) -> bool:
    return (
        Delivery.objects.get(pk=key).state == "returned"
        and Entry.objects.filter(deed="delivery.returned").count() == 1
        and Message.objects.filter(key=f"sent-back:{key}:1").count() == 1
    )


def _is_handed_over(key: int) -> bool:
    copy = PaperCopy.objects.get(pk=key)
    return (
        (copy.delivered_at, copy.taken_by, copy.recorded_at) == (MONDAY, "钱门卫", MONDAY)
        and Entry.objects.filter(deed="paper.delivered").count() == 1
    )  # fmt: skip


def _is_announced(key: int) -> bool:
    told = Message.objects.filter(key__startswith="delivery:").values_list("person__username", flat=True)
    return (
        sorted(told) == ["clerk", "late-clerk", "second-clerk"] and Circular.objects.get(pk=key).announced_at == MONDAY
    )


def _block(key: int) -> object:
    return block(CircularPage.objects.get(pk=key), reason="来函要求封存。", by=_person("secretary"), at=MONDAY)


def _is_blocked(key: int) -> bool:
    circular = Circular.objects.get(page=key)
    return (
        circular.title == "（已封存）"
        and SecrecyCase.objects.filter(page=key, state="blocked").count() == 1
        and not Delivery.objects.filter(circular=circular).open().exists()
        and Entry.objects.filter(deed="secrecy.blocked").count() == 1
    )


def _begin_purging(city: City) -> int:
    case = block(city.sent(attachments=attached()).page, reason="来函要求封存。", by=city.secretary, at=MONDAY)
    return confirm(case, by=city.secretary, at=MONDAY).pk


def _purge(key: int) -> None:
    """The second confirmation; who has given it already is told so."""
    case = SecrecyCase.objects.get(pk=key)
    if case.state == "purged":
        raise OutOfOrder("已清除。")
    confirm(case, by=_person("engineer"), at=MONDAY)


def _is_purged(key: int) -> bool:
    case = SecrecyCase.objects.get(pk=key)
    return (
        case.state == "purged"
        and not CircularText.objects.exists()
        and not Attachment.objects.exists()
        and Discard.objects.count() == 2  # its attachment and its sealed file
        and Entry.objects.filter(deed="secrecy.purged").count() == 1
    )


ACTS = {
    "registering": Act(lambda city: city.approved().pk, _register, _is_registered),
    "voiding": Act(
        lambda city: city.registered().pk,
        lambda key: void(Circular.objects.get(pk=key), reason="停止印发", by=_person("registrar"), at=MONDAY),
        _is_voided,
    ),
    "sending": Act(
        lambda city: city.sealed().pk,
        lambda key: dispatch(Circular.objects.get(pk=key), by=_person("sender"), at=MONDAY),
        _is_sent,
    ),
    "announcing": Act(
        lambda city: city.sent().pk,
        lambda key: announce(Circular.objects.get(pk=key), at=MONDAY),
        _is_announced,
    ),
    "signing": Act(lambda city: city.opened(city.sent()).pk, _sign, _is_signed),
    "handing over paper": Act(
        lambda city: city.delivery(city.sent(), city.paper).pk,
        lambda key: PaperCopy.objects.get(pk=key).deliver(MONDAY, "钱门卫", by=_person("sender"), at=MONDAY),
        _is_handed_over,
    ),
    "sending back": Act(lambda city: city.opened(city.sent()).pk, _send_back, _is_returned),
}
# Of so many statements that a process killed at each of them would take minutes.
LONG_ACTS = {
    "blocking": Act(lambda city: city.sent().page_id, _block, _is_blocked),
    "purging": Act(_begin_purging, _purge, _is_purged),
}


def everything() -> dict[str, list[Any]]:
    """Every row of every table of the installation."""
    return every_row(include_auto_created=True)


def _person(username: str) -> User:
    return User.objects.get(username=username)
