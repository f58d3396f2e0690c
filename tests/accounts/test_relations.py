"""How two units stand to each other: by the tree, by the level, and by the office that speaks for its government."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.relations import (
    Relation,
    between,
    direct_superior,
    is_of_higher_level,
    is_superior,
    relation,
    speaks_for_another,
)
from accounts.units import Category, Unit


def below(superior, code, **facts):
    """A further unit under this one."""
    facts = {"name": code, "short_name": code, "category": Category.DEPARTMENT, "level": "township", **facts}
    Unit.objects.get(pk=superior.pk).add_child(instance=Unit(code=code, area=superior.area, **facts))
    return Unit.objects.get(code=code)


def standing(*units):
    """The units as a check gets them, in this order."""
    found = {unit.pk: unit for unit in Unit.objects.with_standing().filter(pk__in=[unit.pk for unit in units])}
    return [found[unit.pk] for unit in units]


@pytest.mark.parametrize(
    "one, other, said",
    [
        ("government", "department", Relation.SUPERIOR),
        ("government", "county", Relation.SUPERIOR),
        ("government", "paper", Relation.SUPERIOR),
        ("government", "office", Relation.SUPERIOR),
        ("office", "department", Relation.SUPERIOR),
        ("office", "county", Relation.SUPERIOR),
        ("county", "office", Relation.SUBORDINATE),
        ("department", "county", Relation.SAME_LEVEL),
        ("department", "attentive", Relation.SAME_LEVEL),
        ("department", "network_office", Relation.SAME_LEVEL),
        ("network_office", "government", Relation.UNRELATED),
        ("department", "department", Relation.SAME_LEVEL),
    ],
)
def test_units_of_the_city_stand_to_each_other_as_the_register_says(city, one, other, said):
    assert relation(*standing(getattr(city, one), getattr(city, other))) is said


def test_a_county_commands_its_own_departments_and_no_other_countys(city):
    own = below(city.county, "QX01-SW")
    government, county, bureau, department = standing(city.government, city.county, own, city.department)
    assert relation(county, bureau) is Relation.SUPERIOR
    assert relation(government, bureau) is Relation.SUPERIOR
    assert relation(department, bureau) is Relation.UNRELATED
    assert is_of_higher_level(department, bureau)


def test_who_is_skipped_and_who_stands_right_above_is_read_from_the_tree(city):
    own = below(city.county, "QX01-SW")
    town = below(own, "QX01-SW-Z")
    units = standing(city.government, city.office, city.county, own, town, city.department)
    government, office, county, bureau, station, department = units
    assert between(station, government, units) == [bureau, county]
    assert between(bureau, office, units) == [county]
    assert between(department, office, units) == []
    assert direct_superior(bureau, units) == county
    assert direct_superior(department, units) == government
    assert direct_superior(office, units) is None, "it speaks for the government, which has nobody above it here"


def test_to_run_the_desk_of_a_neighbour_gives_no_standing(city):
    Unit.objects.filter(pk=city.paper.pk).update(served_by=city.department)
    department, office, county = standing(city.department, city.office, city.county)
    assert speaks_for_another(office)
    assert not speaks_for_another(department)
    assert relation(department, county) is Relation.SAME_LEVEL


def test_a_pair_costs_no_query(city, django_assert_num_queries):
    units = list(Unit.objects.with_standing())
    with django_assert_num_queries(0):
        assert all(relation(one, other) in Relation for one, other in product(units, units))


@st.composite
def registers(draw):
    """A register with any tree, any levels, and any unit's desk run by any other."""
    paths = ["0001"]
    for _ in range(draw(st.integers(0, 8))):
        above = draw(st.sampled_from(["", *paths]))
        paths.append(f"{above}{len(paths) + 1:04d}")
    levels = st.sampled_from(["", "prefecture", "county", "township", "elsewhere"])
    units = [Unit(pk=pk, code=path, path=path, level=draw(levels)) for pk, path in enumerate(paths, 1)]
    servers = {unit.pk: draw(st.sampled_from([None, *units])) for unit in units}
    for unit in units:
        served = [each for each in units if servers[each.pk] is unit]
        unit._prefetched_objects_cache = {"serves": served}
    return units


@given(registers())
def test_whoever_is_superior_has_the_other_for_subordinate_and_nobody_is_his_own(units):
    opposite = {
        Relation.SUPERIOR: Relation.SUBORDINATE,
        Relation.SUBORDINATE: Relation.SUPERIOR,
        Relation.SAME_LEVEL: Relation.SAME_LEVEL,
        Relation.UNRELATED: Relation.UNRELATED,
    }
    for one, other in product(units, units):
        assert relation(other, one) is opposite[relation(one, other)]
    assert not any(is_superior(unit, unit) for unit in units)


@given(registers())
def test_the_superior_of_a_superior_is_a_superior(units):
    for one, other, third in product(units, units, units):
        if is_superior(one, other) and is_superior(other, third):
            assert is_superior(one, third)


@given(registers())
def test_who_is_skipped_stands_above_the_writer(units):
    for unit, superior in product(units, units):
        if is_superior(superior, unit):
            assert all(is_superior(each, unit) for each in between(unit, superior, units) if each is not superior)
