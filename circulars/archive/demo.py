"""A demo's archive: some papers filed, some checked and on their way to the archive office, two appraised and waiting for the leaders (Article 27)."""

from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Unit
from circulars.archive.appraisal import appraise
from circulars.archive.births import bear
from circulars.archive.destruction import draw_up
from circulars.archive.filing import file, leave
from circulars.archive.fonds import set_fonds
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import check
from circulars.archive.transfers import draw_up as hand_over
from circulars.deeds import Deed
from circulars.incoming import Incoming, enter
from cms.lifecycles import OutOfOrder

OFFICE, ARCHIVE = "YA-ZFB", "ZS09"
_PEOPLE = {
    "ya-zfb-archivist": ("于守礼", Role.ARCHIVIST),
    "bm08-archivist": ("康文澜", Role.ARCHIVIST),
    "zs09-archivist": ("史存真", Role.ARCHIVIST),
    "bm08-leader2": ("贺延川", Role.LEADER),  # a destruction takes two leaders
}
_TERMS = ("D30", "Y", "D10")
FILED, HANDED_OVER, OVER = 6, 2, 3


def file_some(now: datetime, *, shown: str) -> int:
    """The office and the shown unit have archivists who have begun to file; returns how many papers were filed."""
    archive = Unit.objects.get(code=ARCHIVE)
    people = {code: _person(code, "archivist", now) for code in (OFFICE, shown, ARCHIVE)}
    _person(shown, "leader2", now)
    clerk = User.objects.get(username=f"{ARCHIVE.lower()}-clerk")
    take_post(
        clerk, archive, Role.ARCHIVIST, by=None, at=now
    )  # who receives signs with a certificate, and clerks alone have one
    for number, code in (("0002", OFFICE), ("0108", shown)):
        set_fonds(Unit.objects.get(code=code), number, "BGS", archive, by=people[code], at=now)
    bear(now, since=datetime(2000, 1, 1, tzinfo=now.tzinfo))
    office = _file(OFFICE, people[OFFICE], _TERMS, now)
    own = _file(shown, people[shown], ("D10",), now)
    _hand_over(office[:HANDED_OVER], people[OFFICE], now)
    _propose(own[:OVER], people[shown], now)
    return len(office) + len(own)


def _person(code: str, key: str, now: datetime) -> User:
    username = f"{code.lower()}-{key}"
    name, role = _PEOPLE[username]
    unit = Unit.objects.get(code=code)
    person, _ = User.objects.get_or_create(
        username=username,
        defaults={"name": name, "password": make_password(PASSWORD), "is_demo": True},
    )
    take_post(person, unit, role, by=None, at=now)
    return User.objects.get(pk=person.pk)


def _file(code: str, archivist: User, terms: tuple[str, ...], now: datetime) -> list[Holding]:
    """The oldest papers of the unit are filed, with these terms by turns, the next one left out where it may be."""
    waiting = Holding.objects.to_file().filter(unit__code=code, circular__predates_seals=False)
    in_hand = Incoming.objects.standing().exclude(state=Incoming.State.HANDLED)
    waiting = waiting.exclude(delivery__in=in_hand.filter(unit__code=code).values("delivery"))
    rows = list(waiting.select_related("circular", "unit", "delivery").order_by("since", "pk")[: FILED + 3])
    for row in rows:
        _handle(row, now)
    for place, row in enumerate(rows[:FILED]):
        file(row, terms[place % len(terms)], "BGS", by=archivist, at=now)
    for row in rows[FILED : FILED + 1]:
        if not row.is_issued:
            leave(row, by=archivist, at=now)
    return list(Holding.objects.filter(pk__in=[row.pk for row in rows[:FILED]]).order_by("since", "pk"))


def _handle(row: Holding, now: datetime) -> None:
    """Who got it has registered it and is done with it."""
    if row.delivery is None:
        return
    entry = Incoming.objects.filter(delivery=row.delivery).first()
    entry = entry or enter(row.delivery, by=row.delivery.signed_by, at=now)
    if entry.is_open:
        entry.step(Incoming.State.HANDLED, Deed.INCOMING_HANDLED, by=row.delivery.signed_by, at=now)


def _hand_over(rows: list[Holding], archivist: User, now: datetime) -> None:
    """A list waits at the archive office; where a package of invented papers fails its check, there is none."""
    try:
        for row in rows:
            check(row, by=archivist, at=now)
        if rows:
            hand_over(rows[0].unit, rows, by=archivist, at=now)
    except OutOfOrder:
        return


def _propose(rows: list[Holding], archivist: User, now: datetime) -> None:
    """As if their terms were over: some wait for the word of two leaders, the last for the archivist's."""
    over = date(now.year - 1, 12, 31)
    Holding.objects.filter(pk__in=[row.pk for row in rows]).update(kept_until=over)
    rows = list(Holding.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    for row in rows[:-1]:
        appraise(row, "destroy", "保管期满，没有继续保存的价值。", by=archivist, at=now)
    if rows[:-1]:
        draw_up(rows[0].unit, rows[:-1], "保管期满", by=archivist, at=now)
