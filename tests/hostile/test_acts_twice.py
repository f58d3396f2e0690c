"""Every act of the desk pressed twice: one after the other, and both at once, with real commits (Articles 20 to 23).

What the second press finds is said in a sentence, and it leaves nothing on record.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import City
from tests.hostile import answeracts, archiveacts, handlingacts, handoveracts, lineacts, officeacts, registeracts  # noqa: F401  their acts are kept with the others
from tests.hostile.deskacts import ACTS
from tests.rush import at_once
from tests.walking import everything


def said(answer) -> list[str]:
    """What the page tells the person: its messages and what is wrong with its form."""
    form = answer.context.get("form")
    wrong = [str(sentence) for sentences in form.errors.values() for sentence in sentences] if form else []
    return [str(message) for message in answer.context["messages"]] + wrong


def on_record() -> dict[str, list[Any]]:
    """All that is on record but which messages were read; and the units of a list, which are no acts, by what they are."""
    found = everything()
    found["cms.Message"] = [row | {"read_at": None} for row in found["cms.Message"]]
    found["circulars.ListedUnit"] = [row | {"id": None} for row in found["circulars.ListedUnit"]]
    return found


def rows() -> Counter[str]:
    """How many rows stand in each table."""
    return Counter({label: len(found) for label, found in everything().items()})


@pytest.mark.parametrize("name", ACTS)
def test_what_was_pressed_twice_was_done_once_and_the_second_press_is_told(city, name):
    act = ACTS[name](city)
    desk = city.desk(getattr(city, act.who))
    first = desk.post(act.path, act.posted)
    assert first.status_code in (200, 302)
    if first.status_code == 302:
        desk.get(first["Location"])
    before = on_record()
    second = desk.post(act.path, act.posted, follow=True)
    assert on_record() == before
    assert second.status_code in (200, 404)
    if second.status_code == 200:
        assert said(second) or name == "circulars:new"  # which only leads to an empty form


@pytest.fixture
def real_city(real_city, week) -> City:
    return real_city


@pytest.mark.parametrize("name", ACTS)
def test_what_was_pressed_twice_at_once_was_done_once(real_city, name):
    city = real_city
    with transaction.atomic():
        act, before = ACTS[name](city), rows()
        city.desk(getattr(city, act.who)).post(act.path, act.posted)
        once = rows() - before
        transaction.set_rollback(True)
    act = ACTS[name](city)
    desks = [city.desk(getattr(city, act.who)), Client()]
    desks[1].cookies = desks[0].cookies
    before = rows()
    answers = at_once(2, lambda n: desks[n].post(act.path, act.posted))
    assert {answer.status_code for answer in answers} <= {200, 302, 404}
    assert rows() - before == once
