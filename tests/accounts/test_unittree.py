"""The register as a tree: categories, bodies of the city below them, own subordinates below a body."""

from accounts.units import Unit
from accounts.unittree import headings


def below(superior, code, category="department", **traits):
    return superior.add_child(
        instance=Unit(code=code, name=code, short_name=code, category=category, area=superior.area, **traits)
    )


def shape(units):
    return {
        heading.category.value: [(b.unit.code, [unit.code for unit in b.below]) for b in heading.branches]
        for heading in headings(units)
    }


def register():
    return Unit.objects.bodies().in_order()


def test_bodies_of_the_city_stand_under_their_category_in_the_registers_order(city):
    found = shape(register())
    assert list(found) == ["municipal_government", "secretariat", "it_office", "county", "department", "enterprise"]
    assert found["department"] == [("BM05", []), ("BM12", []), ("BM20", [])]


def test_own_subordinates_stand_below_their_body_however_deep(city):
    bureau = below(city.county, "QX01-YJ", sort_order=7000)
    below(Unit.objects.get(pk=bureau.pk), "QX01-YJ-ZD", "institution", sort_order=7001)
    assert shape(register())["county"] == [("QX01", ["QX01-YJ", "QX01-YJ-ZD"])]
    assert "institution" not in shape(register())
    assert sum(heading.size for heading in headings(register())) == len(register())


def test_a_subordinate_of_a_division_stands_below_the_body(city):
    division = below(city.county, "QX01-KS", is_division=True)
    below(Unit.objects.get(pk=division.pk), "QX01-XX")
    assert shape(register())["county"] == [("QX01", ["QX01-XX"])]
    Unit.objects.filter(code="QX01").update(is_division=True)
    assert ("QX01-XX", []) in shape(register())["department"]


def test_a_subordinate_belongs_to_no_group(city):
    bureau = below(city.county, "QX01-YJ")
    assert (city.county.group, city.late.group, bureau.group, city.government.group) == ("county", "department", "", "")
