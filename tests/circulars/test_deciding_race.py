"""Opinions at once: the last seat is the last one once, and nothing is approved that was taken back; with real commits and real threads."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.moderation import decide, withdraw
from circulars.pages import CircularPage, CoIssuer
from circulars.turns import Turn
from circulars.versions import Version, approval_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City
from tests.rush import at_once


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def waiting(page):
    return sorted(str(turn) for turn in Turn.objects.open().filter(page=page.pk).select_related("unit"))


def joint(city):
    signatures = f"{city.office.name}\n{city.department.name}"
    return city.reviewed(city.submitted(co_issuers=[CoIssuer(unit=city.department)], signatures=signatures))


def agree(page, person):
    """What came of it: nothing, or the refusal."""
    try:
        return decide(page, "agree", by=User.objects.get(pk=person.pk), at=MONDAY)
    except PermissionDenied as refused:
        return refused


def test_the_last_two_units_asked_agree_at_once_and_the_next_step_opens_once(city):
    page = city.reviewed(city.submitted(countersign_units=[city.attentive, city.department]))
    outcomes = at_once(2, lambda n: agree(page, (city.leader, city.department_head)[n]))
    assert outcomes == [None, None]
    assert waiting(page) == ["市政府办 签发"]
    assert Turn.objects.filter(page=page.pk, step="approve").count() == 1


def test_the_last_two_bodies_sign_at_once_and_the_paper_is_approved_once(city):
    page = joint(city)
    assert at_once(2, lambda n: agree(page, (city.approver, city.department_head)[n])) == [None, None]
    assert waiting(page) == []
    assert not fresh(page).workflow_in_progress
    approval = approval_of(fresh(page))
    assert approval is not None
    assert approval.approved_by == city.approver
    assert Entry.objects.filter(deed="draft.approved").count() == 2


def test_two_people_of_one_unit_agree_at_once_and_one_of_them_is_told(city):
    take_post(city.sender, city.office, Role.APPROVER, by=None, at=MONDAY)
    page = city.reviewed(city.submitted())
    outcomes = at_once(4, lambda n: agree(page, (city.approver, city.sender)[n % 2]))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes if outcome} <= {PermissionDenied, OutOfOrder}
    assert page.decisions.filter(step="approve").count() == 1


def test_a_draft_taken_back_as_it_is_approved_is_either_and_never_both(city):
    page = city.reviewed(city.submitted())

    def end(n):
        return agree(page, city.approver) if n else withdraw(fresh(page), by=city.drafter, at=MONDAY)

    taken_back, agreed = at_once(2, end)
    assert (taken_back is None) is not (agreed is None)
    assert Version.objects.approved().exists() is (agreed is None)
    assert not fresh(page).workflow_in_progress
    assert waiting(page) == []
