"""Due times and step limits that waited for the calendar of a year are settled when it is there, once (Articles 1 and 22).

What was not pending is never touched: a calendar that is loaded or corrected changes nothing that was sent with its due time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.holders import holders_of, people_with
from accounts.roles import Right
from circulars.clocks import must_be_told
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery
from circulars.pages import CircularPage, about_paper
from circulars.registration import Circular
from circulars.steps import step_times
from circulars.terms import Term, receipt_term
from circulars.turns import Turn
from circulars.uncounted import count_taken
from cms import ledger
from cms.limits import when
from cms.messages import Message, tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion


@dataclass(frozen=True)
class Settled:
    """How many circulars and how many open steps were given the times that they lacked."""

    circulars: int
    steps: int


@transaction.atomic
def settle(at: datetime, by: Any = None) -> Settled:
    """Every pending time that the loaded calendars can now give stands on its row, is in the ledger, and both sides have been told.

    How long units took that signed meanwhile is counted too (``circulars.uncounted``).
    """
    waiting = Delivery.objects.pending().order_by("circular", "sent_at", "rules")
    groups = list(waiting.values_list("circular", "sent_at", "rules").distinct())
    circulars = Circular.objects.in_bulk([circular for circular, *_ in groups])
    versions = RuleVersion.objects.select_related("area").in_bulk({rules for *_, rules in groups})
    settled = [_settle(circulars[circular], sent_at, versions[rules], at, by) for circular, sent_at, rules in groups]
    count_taken(at, by)
    return Settled(sum(settled), _settle_steps(at, by))


def settle_at_once(*, at: datetime, by: Any, **_: Any) -> None:
    """In the act that loads a year, what waited for it is settled by who loads it."""
    settle(at, by)


def sweep_pending(at: datetime) -> None:
    """What was sent while the calendar was being loaded is settled now."""
    settle(at)


def _settle(circular: Circular, sent_at: datetime, rules: RuleVersion, at: datetime, by: Any) -> bool:
    term = receipt_term(circular.urgency, sent_at, office_of(rules.area), rules.rule_set)
    if term.at is None:
        return False
    rows = circular.deliveries.pending().filter(sent_at=sent_at, rules=rules)
    keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not keys:
        return False
    Delivery.objects.filter(pk__in=keys).update(
        due_at=term.at, warn_at=term.warn_at, window_minutes=term.window_minutes, due_pending=False
    )
    must_notify = must_be_told(circular.urgency, term, rules.rule_set)
    Delivery.objects.filter(pk__in=keys).electronic().update(must_notify=must_notify)
    ledger.enter(
        Deed.DUE_SETTLED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={
            "due_at": term.at,
            "window_minutes": term.window_minutes,
            "rule": term.rule,
            "rules": rules.pk,
            "count": len(keys),
            "list_digest": ledger.digest_of_keys(keys),
        },
    )
    if Circular.objects.unblocked().filter(pk=circular.pk).exists():
        _tell(circular, keys, term, at)
    return True


def _tell(circular: Circular, keys: Collection[int], term: Term, at: datetime) -> None:
    """The clerks of every unit that has not closed it yet, and who sends for the issuing unit, have the due time."""
    assert term.at is not None
    open_ones = Delivery.objects.filter(pk__in=keys, channel=Channel.ELECTRONIC).open()
    delivery_of = dict(open_ones.values_list("unit_id", "pk"))
    text = f"{circular.number} 的签收时限已定：{when(term.at)}。"
    Message.objects.bulk_create(
        [
            Message(
                person_id=person,
                key=f"due-settled:{delivery_of[unit]}:{term.at:%Y%m%d%H%M}",
                text=text,
                link=f"/received/{delivery_of[unit]}/",
                about=about_paper(circular.page_id),
                sent_at=at,
            )
            for person, unit in holders_of(Right.RECEIVE, delivery_of)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    tell(
        people_with(Right.SEND, circular.issuer_id),
        key=f"due-settled:{circular.pk}:{term.at:%Y%m%d%H%M}",
        text=text,
        link=f"/sent/{circular.uuid}/",
        about=about_paper(circular.page_id),
        at=at,
    )


def _settle_steps(at: datetime, by: Any) -> int:
    """The limits of open steps; one ledger entry for all of them."""
    waiting = Turn.objects.open().filter(due_at=None)
    settled: list[int] = []
    moments = waiting.order_by("opened_at", "page").values_list("opened_at", "page").distinct()
    pages = CircularPage.objects.in_bulk([page for _, page in moments])
    for opened_at, page in moments:
        times = step_times(opened_at, pages[page].area)
        if times["due_at"] is not None:
            locked = waiting.filter(opened_at=opened_at, page=page).select_for_update().order_by("pk")
            keys = list(locked.values_list("pk", flat=True))
            Turn.objects.filter(pk__in=keys).update(warn_at=times["warn_at"], due_at=times["due_at"])
            settled += keys
    if settled:
        facts = {"count": len(settled), "list_digest": ledger.digest_of_keys(settled)}
        ledger.enter(Deed.STEPS_SETTLED, subject=Turn._meta.label_lower, by=by, at=at, facts=facts)
    return len(settled)
