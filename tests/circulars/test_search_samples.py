"""The twelve sample papers and what clerks ask of them: every paper that says it, and no other (Article 20)."""

import csv

import pytest
from django.core.management import call_command

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.unitlist import load_units
from accounts.units import Unit
from circulars.registration import Circular
from circulars.search import finding
from circulars.search.finding import find
from circulars.search.question import Question
from tests.cast import DATA, MONDAY

with (DATA / "search_queries.csv").open(encoding="utf-8") as file:
    QUERIES = [
        (row["query"], {number for number in row["expected"].split("；") if number}) for row in csv.DictReader(file)
    ]


@pytest.mark.django_db
@pytest.mark.slow
def test_every_paper_that_says_it_is_found_and_no_other(week, settings, tmp_path, monkeypatch):
    """Whether the newest are compared as they are, or all but one are found by the index."""
    settings.DEMO, settings.ATTACHMENTS_ROOT = True, tmp_path
    load_units(DATA / "units.csv", at=MONDAY)
    call_command("load_circulars", DATA / "circulars.json", verbosity=0)
    call_command("index_circulars", verbosity=0)
    reader = User.objects.create(username="reads-all", name="遍览")
    for unit in Unit.objects.filter(pk__in=Circular.objects.values("issuer")):
        take_post(reader, unit, Role.LEADER, by=None, at=MONDAY)
    reader = User.objects.get(pk=reader.pk)
    wrong = {}
    for glance in (finding.GLANCE, 1):
        monkeypatch.setattr(finding, "GLANCE", glance)
        for words, expected in QUERIES:
            found = {circular.number for circular in find(reader, Question(words=words), most=25).circulars}
            if found != expected:
                wrong[words, glance] = {"missed": expected - found, "needless": found - expected}
    assert len(QUERIES) >= 40
    assert wrong == {}
    nobody = User.objects.create(username="reads-nothing", name="无权")
    assert not any(find(nobody, Question(words=words), most=25).circulars for words, _ in QUERIES)
