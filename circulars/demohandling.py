"""A demo's papers in one unit's hands: one at each step from the proposal to the result, so that no list is empty (Article 19)."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.demo import HELD_FROM, PASSWORD
from accounts.grants import derive_now
from accounts.people import Post, User
from accounts.roles import Role
from accounts.units import Unit
from circulars.circulation.acts import circulate, mark_read
from circulars.circulation.record import Reader
from circulars.deliveries import Delivery
from circulars.handling.closing import finish
from circulars.handling.hands import Hand, Work
from circulars.handling.instructing import instruct
from circulars.handling.levels import divisions_of
from circulars.handling.opening import propose
from circulars.handling.urging import urge, waiting_on
from circulars.incoming import Incoming, Kind, enter

# Username's ending, name, the division by its place, and post.
_PEOPLE = (
    ("office", "石守一", 0, Role.DIVISION_HEAD),
    ("budget", "梁计远", 1, Role.DIVISION_HEAD),
    ("handler", "任小满", 1, Role.HANDLER),
)
_MINUTE = timedelta(minutes=1)


@transaction.atomic
def handle_some(now: datetime, *, unit: Unit) -> int:
    """The unit, which has two divisions, has its latest papers registered and at different steps; returns how many."""
    divisions = list(divisions_of(unit))
    people = _staff(unit, divisions)
    clerk, leader = (User.objects.get(username=f"{unit.code.lower()}-{role}") for role in ("clerk", "leader"))
    signed = Delivery.objects.filter(unit=unit).signed().filter(registered_at=None).order_by("-sent_at", "-pk")
    kinds = [Kind.ACTION] * 5 + [Kind.INFORMATION] * 2
    latest = list(zip(signed[: len(kinds)], kinds, strict=False))
    papers = {}
    for delivery, kind in sorted(latest, key=lambda one: (one[0].signed_at or now, one[0].pk)):
        at = min(now, (delivery.signed_at or now) + 15 * _MINUTE)
        papers[delivery.pk] = enter(delivery, kind=kind, by=clerk, at=at)
    for number, (delivery, _) in enumerate(latest):
        _bring(number, papers[delivery.pk], divisions, people, clerk, leader, now)
    return len(papers)


def _bring(
    number: int,
    paper: Incoming,
    divisions: list[Unit],
    people: list[User],
    clerk: User,
    leader: User,
    now: datetime,
) -> None:
    """The paper is as far as its place among them: not begun, with the leader, twice in work, done; going round, read by all."""
    office, budget = divisions[0], divisions[1]
    work = Work(Hand(budget), (Hand(office),), now + timedelta(days=3))
    at = now - 50 * _MINUTE
    if number in (1, 2, 3, 4):
        propose(paper, "建议由预算科主办、办公室协办，三日内办结。", work, by=clerk, at=at)
    if number in (2, 3):
        instruct(paper, "同意，请预算科抓紧办理。", work, seen=None, by=leader, at=at + 5 * _MINUTE)
    if number == 3:
        waits = waiting_on(paper, paper.handling)
        urge(paper, waits[-1], "请今天提出协办意见。", by=clerk, at=at + 30 * _MINUTE)
    if number == 4:
        alone = Work(Hand(budget, people[2]), (), now + timedelta(days=1))
        instruct(paper, "请任小满同志阅办。", alone, seen=None, by=leader, at=at + 5 * _MINUTE)
        finish(paper, "已按要求报送有关情况。", by=people[2], at=at + 20 * _MINUTE)
    if number in (5, 6):
        readers = [leader, *people[:2]] if number == 5 else [people[0]]
        circulate(paper, readers, in_order=number == 5, purpose="请阅知，有意见的写明。", by=clerk, at=at)
        if number == 6:
            mark_read(Reader.objects.get(circulation__incoming=paper), "已阅。", by=people[0], at=at + 10 * _MINUTE)


def _staff(unit: Unit, divisions: list[Unit]) -> list[User]:
    """The heads of both divisions and one handler."""
    password, made = make_password(PASSWORD), []
    for ending, name, place, role in _PEOPLE:
        username = f"{unit.code.lower()}-{ending}"
        person = User.objects.create(username=username, name=name, password=password, is_demo=True)
        Post.objects.create(person=person, unit=divisions[place], role=role, held_from=HELD_FROM)
        derive_now(person)
        made.append(User.objects.get(pk=person.pk))
    return made
