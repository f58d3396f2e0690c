"""What a unit has issued or signed for it keeps from then on: found again from the rows, so that none is forgotten (Article 27)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from accounts.units import Unit
from circulars.archive.holdings import ISSUED, Holding, Part
from circulars.archive.retention import file_by
from circulars.deliveries import Channel, Delivery, DeliveryQuerySet
from circulars.registration import Circular, IssuerLine
from cms.areas import Area
from cms.ruleversions import NoRules, RuleVersion

# So many at one round; an act that is younger than the newest holding by less than a day may still be missing.
BATCH = 1000
MARGIN = timedelta(days=1)


def sweep_holdings(at: datetime) -> None:
    """Every unit has its row for what it issued or signed for up to now; a run that was killed is finished by the next."""
    bear(at)


def bear(at: datetime, *, since: datetime | None = None) -> int:
    """The rows of all that was sent and signed for since then (since the newest row, when nothing is said) are there; returns how many came."""
    lines = _issued().filter(circular__sent_at__gte=since or _newest(*ISSUED))
    rows = list(_holdings_of_issuers(lines.order_by("circular__sent_at", "pk")[:BATCH], at))
    signed = _received().filter(signed_at__gte=since or _newest(Part.RECEIVED))
    rows += _holdings_of_receivers(signed.order_by("signed_at", "pk")[:BATCH], at)
    Holding.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def bear_of(circular: Circular, at: datetime) -> None:
    """The rows of one circular are there, before something is decided that asks who keeps it."""
    rows = list(_holdings_of_issuers(_issued().filter(circular=circular.pk), at))
    rows += _holdings_of_receivers(_received().filter(circular=circular.pk), at)
    Holding.objects.bulk_create(rows, ignore_conflicts=True)


def _newest(*parts: str) -> datetime:
    newest = Holding.objects.filter(part__in=parts).aggregate(newest=Max("since"))["newest"]
    return newest - MARGIN if newest else datetime(2000, 1, 1, tzinfo=timezone.get_current_timezone())


def _issued() -> QuerySet[IssuerLine]:
    held = Holding.objects.filter(circular=OuterRef("circular"), unit=OuterRef("unit"))
    gone = Holding.objects.filter(circular=OuterRef("circular"), part__in=ISSUED, handed_on__from_unit=OuterRef("unit"))
    return IssuerLine.objects.filter(~Exists(held), ~Exists(gone), circular__sent_at__isnull=False)


def _received() -> DeliveryQuerySet:
    held = Holding.objects.filter(circular=OuterRef("circular"), unit=OuterRef("unit"))
    gone = Holding.objects.filter(delivery=OuterRef("pk"))
    return Delivery.objects.filter(
        ~Exists(held), ~Exists(gone), state=Delivery.State.SIGNED_FOR, channel=Channel.ELECTRONIC
    )


def _holdings_of_issuers(lines: QuerySet[IssuerLine], at: datetime) -> Iterator[Holding]:
    months = _Months(at)
    for line in lines.select_related("circular", "unit"):
        year = line.circular.written_date.year
        sent_at = line.circular.sent_at
        if sent_at and (month := months.of(line.unit)):
            yield Holding(
                unit=line.unit,
                circular=line.circular,
                part=Part.COPY if line.place else Part.ORIGINAL,
                year=year,
                since=sent_at,
                file_by=file_by(year, month),
            )


def _holdings_of_receivers(rows: DeliveryQuerySet, at: datetime) -> Iterator[Holding]:
    months = _Months(at)
    for row in rows.select_related("unit"):
        if row.signed_at and (month := months.of(row.unit)):
            year = timezone.localtime(row.signed_at).year
            yield Holding(
                unit=row.unit,
                circular_id=row.circular_id,
                delivery=row,
                part=Part.RECEIVED,
                year=year,
                since=row.signed_at,
                file_by=file_by(year, month),
            )


class _Months:
    """Until which month each area files, by the rule in force; an area without rules waits for them."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._known: dict[int, int] = {}

    def of(self, unit: Unit) -> int:
        if unit.area_id not in self._known:
            area = Area.objects.get(pk=unit.area_id)
            try:
                self._known[unit.area_id] = RuleVersion.objects.in_force(area, self.at).rule_set.filing_month
            except NoRules:
                self._known[unit.area_id] = 0
        return self._known[unit.area_id]
