"""自动催办: the minute sweep gives every reminder of the ladder that is due and not on record yet (Articles 20 and 22).

What was done is the only state, so a sweep that runs twice, late or after an outage gives each reminder once. What is pending, blocked,
recalled or on paper has no open electronic due time and is left alone.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F

from accounts.holders import people_with
from accounts.roles import Right
from circulars.chasing import Urge, enter_urges
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.ladder import Kind, Level, Rung, rungs_due
from circulars.pages import about_paper
from circulars.registration import Circular
from circulars.urgecalls import call, call_duty_officer, key_prefix, listed
from cms import ledger
from cms.limits import when
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion

logger = logging.getLogger(__name__)


class Clock(NamedTuple):
    """What deliveries have in common that stand on the same rung: one circular, sent together, by one version of the rule, in one round."""

    circular: int
    sent_at: datetime
    due_at: datetime
    urgency: str
    rules: int
    round: int

    @property
    def deliveries(self) -> DeliveryQuerySet:
        return _running().filter(**self._asdict())


def sweep_urges(at: datetime) -> None:
    """Every unsigned unit has been reminded as far as the ladder of its circular says by now, each reminder once.

    A circular that fails is logged and tried again by the next sweep; it holds up none of the others.
    """
    clocks = _clocks()
    wanted = list(_wanted(clocks, at))
    done = _done({rung.at for _, rung in wanted})
    missing = [(clock, rung) for clock, rung in wanted if done.get((clock, rung.kind, rung.at), 0) < clocks[clock]]
    known = Circular.objects.select_related("issuer", "series")
    circulars = known.in_bulk({clock.circular for clock, _ in missing})
    for clock, rungs in groupby(missing, key=itemgetter(0)):
        with _alone(clock):
            _give(circulars[clock.circular], clock, [rung for _, rung in rungs], at)


@contextmanager
def _alone(clock: Clock) -> Iterator[None]:
    """What fails for one clock ends here."""
    try:
        yield
    except Exception:
        logger.exception("reminders of circular %s were not given", clock.circular)


def _running() -> DeliveryQuerySet:
    return Delivery.objects.electronic().open().filter(due_at__isnull=False)


def _clocks() -> dict[Clock, int]:
    """Every clock that runs for somebody, with how many units it runs for, the longest overdue first."""
    rows = _running().order_by("due_at", "circular").values_list(*Clock._fields).annotate(size=Count("pk"))
    return {Clock(*facts): size for *facts, size in rows}


def _wanted(clocks: Iterable[Clock], at: datetime) -> Iterator[tuple[Clock, Rung]]:
    """What must have been given by now, by the office of the issuer and the version of the rule that a clock runs by."""
    versions = RuleVersion.objects.select_related("area").in_bulk({clock.rules for clock in clocks})
    offices = {area: office_of(area) for area in {version.area for version in versions.values()}}
    rule_sets = {pk: version.rule_set for pk, version in versions.items()}
    for clock in clocks:
        office, rules = offices[versions[clock.rules].area], rule_sets[clock.rules]
        rungs: list[Rung] = []
        with _alone(clock):
            rungs = rungs_due(clock.urgency, clock.sent_at, clock.due_at, office, rules, now=at)
        for rung in rungs:
            yield clock, rung


def _done(moments: set[datetime]) -> dict[tuple[Clock, str, datetime], int]:
    """How many units of each clock have been given each reminder of these moments; one question for all."""
    given = Urge.objects.filter(delivery__in=_running(), round=F("delivery__round"), planned_at__in=moments)
    facts = [f"delivery__{name}" for name in Clock._fields]
    rows = given.order_by().values_list(*facts, "kind", "planned_at").annotate(size=Count("pk"))
    return {(Clock(*common), kind, planned_at): size for *common, kind, planned_at, size in rows}


@transaction.atomic
def _give(circular: Circular, clock: Clock, rungs: list[Rung], at: datetime) -> None:
    """Who was not given these reminders has them, in one message, and whoever must know above them.

    The rows are locked before they are looked through, so that two sweeps at once give each reminder once.
    """
    locked = clock.deliveries.select_for_update().order_by("pk").values_list("pk", "unit", "unit_name")
    units, names = {pk: unit for pk, unit, _ in locked}, {pk: name for pk, _, name in locked}
    given = Urge.objects.filter(delivery__in=units, round=clock.round, planned_at__in=[rung.at for rung in rungs])
    has = set(given.values_list("delivery", "kind", "planned_at"))
    waiting = {rung: [pk for pk in units if (pk, rung.kind, rung.at) not in has] for rung in rungs}
    unreminded = {pk: units[pk] for keys in waiting.values() for pk in keys}
    text, highest = _text(circular, clock.due_at, at), rungs[-1].level
    told = call(circular, unreminded, key=f"ladder-{at:%Y%m%d%H%M%S}", text=text, level=highest, at=at)
    for rung, keys in waiting.items():
        if not keys:
            continue
        enter_urges(
            keys,
            kind=rung.kind,
            level=rung.level,
            at=at,
            planned_at=rung.at,
            texted=told.texted,
            text=text,
            told_above=_tell_above(circular, rung, [names[pk] for pk in keys], at),
        )
        _enter(circular, rung, keys, at)


def _tell_above(circular: Circular, rung: Rung, names: list[str], at: datetime) -> str:
    """At the due time who sends for the issuing unit has the list; higher up the duty officer of the secretariat has it, in these words."""
    key = f"{rung.kind}-{rung.at:%Y%m%d%H%M%S}"
    if rung.kind == Kind.DUE:
        tell(
            people_with(Right.SEND, circular.issuer_id),
            key=f"{key_prefix(circular.pk)}report-{key}",
            text=f"{circular.number} 已到签收期限，还有 {len(names)} 家没有签收：{listed(names)}。请核对，并电话催签。",
            link=f"/sent/{circular.uuid}/",
            about=about_paper(circular.page_id),
            at=at,
        )
    if rung.level == Level.DUTY_OFFICER:
        return call_duty_officer(circular, names, key=key, at=at)
    return ""


def _enter(circular: Circular, rung: Rung, keys: list[int], at: datetime) -> None:
    ledger.enter(
        Deed.DELIVERIES_REMINDED,
        subject=ledger.subject_of(circular),
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={
            "kind": rung.kind,
            "planned_at": rung.at,
            "level": rung.level,
            "count": len(keys),
            "list_digest": ledger.digest_of_keys(keys),
        },
    )


def _text(circular: Circular, due_at: datetime, at: datetime) -> str:
    urgency = f"【{circular.get_urgency_display()}】" if circular.urgency != Urgency.NORMAL else ""
    if at > due_at:
        return f"{urgency}{circular.number} 应于{when(due_at)}前签收，现已超时，请立即签收；分管领导请督促。"
    return f"{urgency}{circular.number} 还没有签收，请在{when(due_at)}前签收。"
