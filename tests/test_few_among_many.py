"""What is asked for few rows never reads through all that an issuer has ever sent, on either engine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circulars.checking import unchecked, unchecked_count
from circulars.papercopies import PaperCopy
from reports.months import Month
from reports.receipts import rounds_of
from tests.cast import BACK_AT_WORK

ALL_OF_AN_ISSUER = "delivery_issuer_month"

QUESTIONS = {
    "circulars that nobody looked after": lambda city: unchecked_count(city.sender, BACK_AT_WORK),
    "the list of these": lambda city: list(unchecked(city.sender, BACK_AT_WORK)),
    "papers still owed": lambda city: PaperCopy.objects.for_person(city.sender).counts(BACK_AT_WORK),
    "papers late": lambda city: list(PaperCopy.objects.for_person(city.sender).late(BACK_AT_WORK)),
    "rounds that a sender has closed": lambda city: list(rounds_of(Month(2026, 9), as_of=BACK_AT_WORK)),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_index_of_all_that_an_issuer_sent_is_not_read(city, circular, question):
    with CaptureQueriesContext(connection) as asked:
        QUESTIONS[question](city)
    assert asked.captured_queries
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query['sql']}")
            assert ALL_OF_AN_ISSUER not in str(cursor.fetchall()), query["sql"]
