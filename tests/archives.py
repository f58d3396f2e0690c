"""What scenes about the archive share: an archive office, people who file, approve and destroy, and papers that have come so far."""

from datetime import datetime
from typing import Any

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category, Unit
from circulars.archive.appraisal import appraise
from circulars.archive.births import bear
from circulars.archive.destruction import approve, draw_up, witness
from circulars.archive.destructionlists import DestructionList
from circulars.archive.filing import file, leave
from circulars.archive.fonds import set_fonds
from circulars.archive.holdings import Holding
from circulars.incoming import Incoming, enter
from circulars.registration import Circular
from tests.cast import MONDAY, City
from tests.offices import beijing

LONG_AFTER = beijing("2037-01-04 09:00")  # ten years from the end of 2026 are over


def staffed(city: City) -> City:
    """The attentive unit and the office have archivists and an archive office; of the attentive unit's two leaders each may approve."""
    city.archive_office = Unit.add_root(
        code="ZS09",
        name="延安市档案馆",
        short_name="市档案馆",
        category=Category.INSTITUTION,
        area=city.office.area,
        sort_order=900,
    )
    posts = {
        "filer": ("档守文", city.attentive, (Role.ARCHIVIST,)),
        "second_leader": ("高建业", city.attentive, (Role.LEADER,)),
        "office_archivist": ("文存真", city.office, (Role.ARCHIVIST,)),
        "archive_keeper": ("馆藏信", city.archive_office, (Role.ARCHIVIST, Role.CLERK)),
    }
    for key, (name, unit, roles) in posts.items():
        person = User.objects.create(username=key.replace("_", "-"), name=name)
        for role in roles:
            take_post(person, unit, role, by=None, at=MONDAY)
        setattr(city, key, person)
    set_fonds(city.attentive, "0105", "BGS", city.archive_office, by=city.filer, at=MONDAY)
    set_fonds(city.office, "0012", "BGS", city.archive_office, by=city.office_archivist, at=MONDAY)
    return city


def handled(city: City, circular: Circular, *, at: datetime = MONDAY) -> Incoming:
    """The attentive unit has signed for it, registered it and done with it."""
    delivery = city.sign(city.opened(circular, at=at), at=at)
    entry = enter(delivery, by=city.clerk, at=at)
    entry.step(Incoming.State.HANDLED, "incoming.registered", by=city.clerk, at=at)
    return entry


def holding(circular: Circular, unit: Unit, *, at: datetime = MONDAY) -> Holding:
    """What the unit keeps of the circular."""
    bear(at)
    return Holding.objects.select_related("circular", "unit", "delivery").get(circular=circular, unit=unit)


def received(city: City, circular: Circular) -> Holding:
    """What the attentive unit, which has done with it, keeps of the circular."""
    handled(city, circular)
    return holding(circular, city.attentive)


def filed(city: City, kept: Holding, term: str = "D10", *, at: datetime = MONDAY) -> Holding:
    """The unit's archivist has filed it."""
    file(kept, term, "BGS", by=archivist_of(city, kept), at=at)
    return anew(kept)


def archivist_of(city: City, kept: Holding) -> User:
    return city.filer if kept.unit_id == city.attentive.pk else city.office_archivist


def left(city: City, kept: Holding, *, at: datetime = MONDAY) -> Holding:
    leave(kept, by=archivist_of(city, kept), at=at)
    return anew(kept)


def anew(kept: Holding) -> Holding:
    return Holding.objects.select_related("circular", "unit", "delivery").get(pk=kept.pk)


def listed(city: City, *holdings: Holding, at: datetime = LONG_AFTER) -> DestructionList:
    """The attentive unit's archivist found nothing worth keeping in these and drew up a list."""
    for kept in holdings:
        appraise(kept, "destroy", "保管期满，没有继续保存的价值。", by=city.filer, at=at)
    return draw_up(city.attentive, holdings, "保管期满", by=city.filer, at=at)


def approved(city: City, *holdings: Holding, at: datetime = LONG_AFTER) -> DestructionList:
    sheet = listed(city, *holdings, at=at)
    for leader in (city.leader, city.second_leader):
        approve(sheet, by=leader, at=at)
    return DestructionList.objects.get(pk=sheet.pk)


def destroyed(city: City, *holdings: Holding, at: datetime = LONG_AFTER) -> DestructionList:
    """Two leaders said yes and two people stood by."""
    sheet = approved(city, *holdings, at=at)
    for person in (city.filer, city.clerk):
        witness(sheet, by=person, at=at)
    return DestructionList.objects.get(pk=sheet.pk)


def said(error: Any) -> str:
    """The first sentence of a refusal."""
    refused = error.value
    return refused.messages[0] if hasattr(refused, "messages") else str(refused)
