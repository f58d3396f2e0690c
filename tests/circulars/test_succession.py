"""承接: the deliveries of a unit that is merged or dissolved, and papers that name it (Articles 15 and 20)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.dissolving import NotClosable, close, dissolve
from accounts.renaming import rename
from accounts.units import Unit
from circulars.amending import holders
from circulars.amendmentdrafts import begin_amendment
from circulars.deliveries import Delivery
from circulars.dispatch import dispatch
from circulars.elements import errors
from circulars.insisting import insist
from circulars.moderation import submit
from circulars.pages import Relation
from circulars.recipientlists import RecipientList
from circulars.recipients import UnitGone
from circulars.selections import selection_of
from circulars.snapshots import facts_about, snapshot_of
from circulars.succession import HandedOn
from circulars.supplementing import supplement
from cms.ledger import Entry
from reports.months import Month
from reports.receipts import month_figures
from tests.cast import MONDAY
from tests.offices import beijing

AN_HOUR = timedelta(hours=1)
LATER = MONDAY + AN_HOUR


@pytest.fixture
def standing_circular(beforehand):
    """To the attentive, the late and the unconnected unit; the county and the department have not got it."""
    return beforehand("sent")


def dissolved(city, unit, successor=None, at=LATER):
    return dissolve(unit, successor, on_day=at.date(), ground="延编发〔2026〕8号", by=city.engineer, at=at)


def test_what_is_open_goes_to_the_successor_with_its_clock_and_the_name_it_was_sent_to(city, circular):
    before = city.delivery(circular)
    change = dissolved(city, city.attentive, city.county)
    delivery = Delivery.objects.get(pk=before.pk)
    assert (delivery.unit, delivery.unit_name) == (city.county, "市公安局")
    assert (delivery.sent_at, delivery.due_at, delivery.state) == (before.sent_at, before.due_at, before.state)
    kept = HandedOn.objects.get()
    assert (kept.from_unit, kept.to_unit, kept.by, kept.at) == (city.attentive, city.county, city.engineer, LATER)
    entry = Entry.objects.get(deed="delivery.handed_on")
    assert (entry.subject, entry.circular, entry.unit) == (
        f"circulars.delivery:{delivery.pk}",
        circular.uuid,
        city.attentive.pk,
    )
    assert entry.facts == {"from": "BM05", "to": "QX01", "change": f"accounts.unitchange:{change.pk}"}
    for act in (lambda: HandedOn.objects.all().delete(), lambda: HandedOn.objects.update(at=MONDAY)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    desk = city.desk(city.county_clerk)
    shown = desk.get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    assert "由市公安局转来" in shown
    board = city.desk(city.sender).get(reverse("circulars:board", args=[circular.uuid])).content.decode()
    assert '市公安局<span class="table__sub">现为宝塔区</span>' in board
    delivery.refresh_from_db()
    city.sign(delivery, by=city.county_clerk, at=LATER)
    (row,) = [row for row in month_figures(Month(2026, 9), as_of=LATER + AN_HOUR) if row.unit_id == city.county.pk]
    assert (row.name, row.on_time) == ("宝塔区", 1)
    assert [unit.pk for unit in holders(circular)] == [city.county.pk, city.late.pk, city.paper.pk]


def test_what_was_signed_for_stays_and_is_read_by_both(city, circular):
    city.sign(city.opened(circular))
    dissolved(city, city.attentive, city.county)
    delivery = city.delivery(circular)
    assert delivery.unit == city.attentive
    for person in (city.clerk, city.county_clerk):
        assert city.desk(person).get(reverse("circulars:reading", args=[delivery.pk])).status_code == 200
    assert city.county in holders(circular)


def test_what_the_successor_has_got_itself_is_signed_for_in_the_units_place_before_it_is_closed(city, circular):
    dissolved(city, city.attentive, city.late)
    assert not HandedOn.objects.exists()
    with pytest.raises(NotClosable, match="还有 1 件收文没有签收"):
        close(city.attentive, ground="延编发〔2026〕8号", by=city.engineer, at=LATER)
    delivery = city.delivery(circular)
    delivery.open(by=city.late_clerk, at=LATER)
    city.sign(delivery, by=type(city.clerk).objects.get(pk=city.late_clerk.pk), at=LATER)
    with pytest.raises(NotClosable) as refused:
        close(city.attentive, ground="延编发〔2026〕8号", by=city.engineer, at=LATER)
    assert not [said for said in refused.value.missing if "签收" in said and "收文" in said]


def test_paper_that_is_owed_goes_along_and_without_a_successor_it_stands_in_the_way(city, circular):
    dissolved(city, city.paper)
    with pytest.raises(NotClosable, match="还有 1 份纸质件没有送达"):
        close(city.paper, ground="来函", by=city.engineer, at=LATER)
    assert city.delivery(circular, city.paper).unit == city.paper


def test_nothing_new_goes_to_a_dissolved_unit_and_each_refusal_names_the_successor(city, circular):
    sealed, approved = city.sealed(), city.approved()
    returned = city.delivery(circular)
    returned.send_back(code="wrong_recipient", reason="", by=city.clerk, at=MONDAY)
    returned.acknowledge(by=city.sender, at=MONDAY)
    dissolved(city, city.attentive, city.county)
    gone = "“市公安局”已撤销，由“宝塔区”承接"
    with pytest.raises(UnitGone, match=f"{gone}。收文单位已由印章固定"):
        dispatch(sealed, by=city.sender, at=LATER)
    with pytest.raises(UnitGone, match=f"{gone}。不能登记"):
        city.register(approved, at=LATER)
    with pytest.raises(UnitGone, match=f"{gone}。不能再发给它"):
        insist(returned, why="请再收。", by=city.sender, at=LATER)
    with pytest.raises(ValidationError, match="不再收文"):
        supplement(
            circular, [Unit.objects.get(pk=city.attentive.pk)], reason="漏发", consent="同意", by=city.sender, at=LATER
        )
    draft = snapshot_of(city.draft())
    assert [(problem.code, problem.field) for problem in errors(draft, facts_about(draft))] == [
        ("E-GONE", "primary_units")
    ]


def test_a_correction_of_what_a_dissolved_unit_had_goes_to_its_successor(city, circular):
    city.sign(city.opened(circular))
    dissolved(city, city.attentive, city.county)
    page = begin_amendment(circular, Relation.CORRECTS, key=uuid4(), by=city.drafter, at=LATER)
    draft = page.get_latest_revision_as_object()
    assert set(draft.primary_units.all()) == {city.county, city.late, city.paper}
    snapshot = snapshot_of(draft)
    assert not [
        problem for problem in errors(snapshot, facts_about(snapshot)) if problem.code in ("E-GONE", "E-HOLDERS")
    ]


def test_a_kept_list_names_who_was_dissolved_and_ticks_them_not(city):
    kept = RecipientList(unit=city.office)
    kept.hold(
        name="两局", groups="", primary=[city.attentive, city.late], excluded=[], cc=[], by=city.drafter, at=MONDAY
    )
    dissolved(city, city.attentive, city.county)
    selection = selection_of(city.office, f"list-{kept.pk}")
    assert selection.primary == (city.late,)
    assert "“市公安局”" in selection.warning


def test_a_group_means_those_that_stand(city):
    dissolved(city, city.late)
    page = city.approved(primary_units=[], primary_groups="department", primary_text="市政府各工作部门：")
    assert set(city.register(page).distribution.values_list("unit", flat=True)) == {
        city.attentive.pk,
        city.department.pk,
    }


def test_the_successor_of_one_that_had_it_may_be_sent_nothing_twice(city, circular):
    dissolved(city, city.attentive, city.county)
    with pytest.raises(ValidationError, match="“宝塔区”已经发过"):
        supplement(circular, [city.county], reason="漏发", consent="同意", by=city.sender, at=LATER)
    supplement(circular, [city.department], reason="漏发", consent="同意", by=city.sender, at=LATER)
    assert circular.deliveries.count() == 4


def test_a_unit_is_found_in_the_picker_by_names_of_before(city):
    dissolved(city, city.attentive, city.late)
    rename(city.late, "延安市住建城管局", "市住建城管局", on_day=MONDAY.date(), ground="文", by=city.engineer, at=LATER)
    page = city.draft(primary_units=[city.county])
    form = city.desk(city.drafter).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    line = form[form.index('data-short="市住建城管局"') :][:300]
    assert "市公安局" in line
    assert "市住建局" in line
    assert 'data-short="市公安局"' not in form


def test_drafts_of_a_dissolved_unit_go_no_further(city):
    page = city.draft(issuer=city.department, by=city.department_drafter, primary_units=[city.attentive])
    dissolved(city, city.department, city.late, at=beijing("2026-09-28 11:00"))
    assert not Unit.objects.issuing().filter(pk=city.department.pk).exists()
    drafter = type(city.clerk).objects.get(pk=city.department_drafter.pk)
    with pytest.raises(PermissionDenied):
        submit(page, by=drafter, at=LATER)
