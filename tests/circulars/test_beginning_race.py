"""One press that arrives eight times at once begins one draft, in a section that nobody had opened; with real commits and real threads."""

from uuid import uuid4

import pytest

from circulars.beginnings import begin
from circulars.copying import copy_draft
from circulars.origins import Origin
from circulars.pages import CircularPage, SectionPage
from tests.cast import MONDAY, City
from tests.rush import at_once

EIGHT = 8


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def test_eight_arrivals_of_one_press_are_one_draft_in_one_section(city):
    key = uuid4()

    def press(n):
        kind = Origin.Kind.IMPORTED
        return begin(
            city.office, kind=kind, key=key, by=city.drafter, at=MONDAY, elements={"title": "关于放假的通知"}
        ).pk

    assert len(set(at_once(EIGHT, press))) == 1
    assert SectionPage.objects.count() == CircularPage.objects.count() == 1


def test_eight_copies_at_once_are_eight_drafts_side_by_side(city):
    page = city.draft()

    def press(n):
        return copy_draft(page, key=uuid4(), by=city.drafter, at=MONDAY).path

    assert len(set(at_once(EIGHT, press))) == EIGHT
    assert CircularPage.find_problems() == ([], [], [], [], [])
