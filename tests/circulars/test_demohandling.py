"""The demo's papers in one unit's hands: each list has something in it."""

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.demohandling import handle_some
from circulars.handling.seen import to_do, to_instruct, to_read
from circulars.incoming import Incoming
from tests import inhand
from tests.cast import MONDAY


def test_every_list_of_the_shown_unit_has_a_paper(city, week):
    circulars = [city.sent() for _ in range(7)]
    for circular in circulars:
        city.sign(city.opened(circular))
    inhand.staff(city)
    code = city.attentive.code.lower()
    for role in (Role.CLERK, Role.LEADER):
        person = User.objects.create(username=f"{code}-{role}", name=role.label)
        take_post(person, city.attentive, role, by=None, at=MONDAY)
    week.move_to(inhand.FRIDAY, tick=False)
    assert handle_some(inhand.FRIDAY, unit=city.attentive) == 7
    waiting = {
        "clerk": to_do(User.objects.get(username=f"{code}-clerk")),
        "leader": to_instruct(User.objects.get(username=f"{code}-leader")),
        "head": to_do(User.objects.get(username=f"{code}-budget")),
        "reader": to_read(User.objects.get(username=f"{code}-leader")),
    }
    assert {who: papers.count() for who, papers in waiting.items()} == {"clerk": 1, "leader": 1, "head": 2, "reader": 1}
    assert sorted(Incoming.objects.values_list("state", flat=True)) == [
        "circulating", "handled", "handled", "in_handling", "in_handling", "in_handling", "registered",
    ]  # fmt: skip
