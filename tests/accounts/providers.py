"""Providers of the scenes: a carrier, a key vendor and a workshop, each with one engineer."""

from datetime import date
from types import SimpleNamespace

from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.roles import Role
from accounts.units import Category, Unit
from tests.cast import MONDAY

SERVING = {Service.CARRIER: "延安电信", Service.KEY_VENDOR: "陕西数字认证", Service.KIT: "延安办公设备维修中心"}


def providers_of(city) -> SimpleNamespace:
    """``carrier``, ``key_vendor`` and ``kit`` under contract since the year's beginning, and ``carrier_person`` and so on who serve there."""
    found = SimpleNamespace()
    for place, (service, name) in enumerate(SERVING.items()):
        unit = Unit.add_root(
            code=f"BZ{place:02}",
            name=f"{name}有限公司",
            short_name=name,
            category=Category.PROVIDER,
            area=city.office.area,
            connected=False,
        )
        person = User.objects.create(username=f"{service}-engineer", name=f"{name}工程师")
        take_post(person, unit, Role.PROVIDER, by=None, at=MONDAY)
        provider = Provider.objects.create(
            unit=unit, service=service, contract=f"合同-{place}", phone="0911-2000000", since=date(2026, 1, 1)
        )
        setattr(found, service.value, provider)
        setattr(found, f"{service.value}_person", person)
    return found
