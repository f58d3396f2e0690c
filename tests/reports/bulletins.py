"""A November with two late units, and who works on its bulletin; the steps as verbs for scenes that begin further on."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.people import User
from accounts.roles import Role
from circulars.deliveries import Delivery
from reports.approving import approve
from reports.asking import ask_units
from reports.bulletins import Bulletin, open_bulletin
from reports.explanations import AskedReceipt
from tests.offices import beijing
from tests.reports.november import NOVEMBER, Records

SINCE = beijing("2026-10-01 09:00")
OPENED = beijing("2026-12-02 09:00")  # the last of November came due on the evening before
UNTIL = beijing("2026-12-07 18:00")
AFTER = beijing("2026-12-08 09:00")
REASON = "故障属实"


class Desk(SimpleNamespace):
    """The records of November, and the people: two of the secretariat, those of 市财政局 and of 宝塔区, and some who have no part in it."""

    records: Records

    def open(self, *, at: datetime = OPENED, **said: Any) -> Bulletin:
        return open_bulletin(NOVEMBER, area=self.records.area, by=self.secretary, at=at, **said)

    def ask(self, *, at: datetime = OPENED, **said: Any) -> Bulletin:
        bulletin = self.open(at=at, **said)
        ask_units(bulletin, until=UNTIL if at == OPENED else at + timedelta(days=3), by=self.secretary, at=at)
        return Bulletin.objects.get(pk=bulletin.pk)

    def asked(self, bulletin: Bulletin, unit: str = "BM08") -> list[AskedReceipt]:
        return list(bulletin.asked.filter(unit__code=unit).order_by("due_at"))

    def explained(self, bulletin: Bulletin, *, accepted: int = 1) -> Bulletin:
        """市财政局 has explained all of its three; of these so many were accepted and the others not."""
        for place, one in enumerate(self.asked(bulletin)):
            given = one.explain(text="网络中断", by=self.clerk, at=OPENED)
            given.rule(is_accepted=place < accepted, reason=REASON, by=self.secretary, at=OPENED)
        return bulletin

    def approved(self, *, at: datetime = AFTER) -> Bulletin:
        """All that goes before is done, one of three explanations accepted."""
        return approve(self.explained(self.ask()), by=self.second, at=at)


def desk_of(records: Records) -> Desk:
    """Those whose time was not up yet have signed since, and 市财政局 was late once more: it answers for three of its four."""
    at, still_open = beijing("2026-12-01 10:00"), Delivery.objects.filter(due_at=beijing("2026-12-01 18:00"))
    still_open.filter(signed_at=None).update(state="signed_for", signed_at=at, signed_by=records.clerk)
    records.deliver(records.issue("2026-11-24 09:00"), "BM08", signed="2026-11-26 09:00")

    def person(name: str, role: Role, unit: str = "YA-ZFB") -> User:
        return records.person(name, role, at=SINCE, unit=unit)

    return Desk(
        records=records,
        secretary=person("secretary", Role.SECRETARIAT),
        second=person("second", Role.SECRETARIAT),
        office_clerk=person("office-clerk", Role.CLERK),
        drafter=person("drafter", Role.DRAFTER),
        sender=person("sender", Role.SENDER),
        engineer=person("engineer", Role.NETWORK_OFFICE),
        clerk=person("clerk", Role.CLERK, "BM08"),
        leader=person("leader", Role.LEADER, "BM08"),
        county_clerk=person("county-clerk", Role.CLERK, "QX01"),
    )
