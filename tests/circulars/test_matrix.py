"""Several circulars beside each other: who sees which, and what each unit has done with them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circulars.deliveries import Delivery
from circulars.deliveries.questions import word_of
from circulars.recalling import recall
from circulars.views.receiving import standing_word
from tests.cast import BACK_AT_WORK, MONDAY

SECOND = timedelta(seconds=1)


@pytest.fixture
def two(city):
    """Two urgent circulars of the office, the second to the county as well; the attentive unit has signed for the first."""
    first = city.sent(urgency="urgent", primary_units=[city.attentive, city.paper])
    second = city.sent(urgency="urgent", primary_units=[city.county, city.attentive])
    city.sign(city.opened(first))
    return first, second


def matrix(city, who, /, **asked):
    return city.desk(who).get(reverse("circulars:matrix"), asked)


def rows(shown):
    return {row.unit.short_name: row.words for _, group in shown.context["matrix"].groups for row in group}


def test_each_unit_has_the_word_of_every_circular_and_a_blank_where_it_got_none(city, two):
    shown = matrix(city, city.sender)
    assert [circular.pk for circular in shown.context["matrix"].circulars] == [two[1].pk, two[0].pk]
    assert rows(shown) == {"宝塔区": ["pending", ""], "市公安局": ["pending", "signed"], "储备粮公司": ["", "paper"]}


def test_only_units_with_something_to_sign_for_are_shown_when_asked_for(city, two):
    assert list(rows(matrix(city, city.sender, show="open"))) == ["宝塔区", "市公安局"]


def test_the_secretariat_sees_all_that_was_sent_and_a_sender_the_own(city, two):
    other = city.sent(issuer=city.department, by=city.department_drafter, primary_units=[city.office], at=MONDAY)
    seen = {c.pk for c in matrix(city, city.secretary).context["matrix"].circulars}
    assert seen == {other.pk, two[0].pk, two[1].pk}
    assert other.pk not in {c.pk for c in matrix(city, city.sender).context["matrix"].circulars}


def test_nobody_else_finds_the_matrix(city, two):
    for who in (city.clerk, city.engineer, city.nobody):
        assert matrix(city, who).status_code == 404
    assert not matrix(city, city.stranger).context["matrix"].circulars
    assert city.desk(city.sender).post(reverse("circulars:matrix")).status_code == 405


def test_ten_stand_beside_each_other_and_the_older_ones_on_the_next_page(city, two):
    for _ in range(9):
        city.sent(urgency="urgent", primary_units=[city.attentive])
    desk = city.desk(city.sender)
    with CaptureQueriesContext(connection) as few:
        shown = desk.get(reverse("circulars:matrix"), {"page": 2})
    assert [circular.pk for circular in shown.context["matrix"].circulars] == [two[0].pk]
    with CaptureQueriesContext(connection) as many:
        shown = desk.get(reverse("circulars:matrix"))
    assert len(shown.context["matrix"].circulars) == 10
    assert len(many) == len(few)


def test_the_words_are_those_of_the_lists(city, two):
    """What the database says of thousands at once is what each record says of itself."""
    exempt = city.sent(primary_units=[city.late], cc_units=[city.attentive])
    Delivery.objects.filter(circular=exempt, unit=city.attentive).update(must_sign=False, due_at=None, warn_at=None)
    returned = city.sent(primary_units=[city.attentive, city.late])
    city.opened(returned).send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    recall(city.sent(), reason="附件有误。", by=city.sender, at=MONDAY)
    due = city.delivery(exempt, city.late)
    seen = set()
    for now in (MONDAY, due.warn_at - SECOND, due.warn_at, due.due_at, due.due_at + SECOND, BACK_AT_WORK):
        said = dict(Delivery.objects.values_list("pk", word_of(now)))
        for row in Delivery.objects.all():
            assert said[row.pk] == ("paper" if row.channel == "paper" else standing_word(row, now))
        seen |= set(said.values())
    assert seen == {"paper", "pending", "soon", "late", "signed", "returned", "recalled", "copied"}
