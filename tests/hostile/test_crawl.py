"""Attack 4: every address of the site, by every role, as a link and in the admin as a script would ask, GET and POST, one redirect further.

What is looked for are the unguessable words of hidden papers: titles, texts, names and bytes of files, opinions. Every role is held at a
unit that no paper concerns, so none of its holders may see any. New addresses fall in by themselves: they are taken from the site's own
table of routes. Where the door is shut no view runs and there is nothing to look for; ``tests/test_access.py`` shows what is answered.
"""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.people import User
from accounts.roles import RIGHTS, Right, Role
from config.doorkeeper import ADMIN_PREFIX
from tests.addresses import addresses_of, admin_addresses
from tests.hiddenwords import WORDS, word, words
from tests.walking import AJAX, PLAIN, desk, everything, is_admitted

pytestmark = pytest.mark.usefixtures("still_rail")

HIDDEN = re.compile(rb"zq7[a-z]+x9k")
# The admin alone answers a script otherwise than a link; a page of the desk does not ask who asks.
MANNERS = ((PLAIN,), (PLAIN, AJAX))
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "((?:circulars|wagtailcore)_\w+)"')
ENDS_THE_CRAWL = ("/logout/", "/cms/logout/", "/lock/")


def seen_in(answer) -> set[str]:
    """Hidden words in body and headers, those of the page after a redirect included."""
    body = b"".join(answer) if answer.streaming else answer.content
    said = b"%s %s %s" % (body, str(answer.headers).encode(), str(getattr(answer, "redirect_chain", "")).encode())
    return {found.decode() for found in HIDDEN.findall(said)} & WORDS


def crawl(
    person: User, paths: list[str], allowed: set[str], taken: frozenset[str] = frozenset()
) -> tuple[list[str], int]:
    """What was shown or changed that should not have been, and how many answers were looked at.

    ``taken`` are words that may leave by one press alone: with a bundle of evidence, under the person's name in ledger and access log.
    """
    client, wrong, asked = desk(person.pk), [], 0
    for path in paths:
        for headers in MANNERS[path.startswith(ADMIN_PREFIX)]:
            if not is_admitted(person, path, "GET", **headers):
                continue
            answer = client.get(path, follow=True, headers=headers)
            asked += 1
            if (seen := seen_in(answer) - allowed) or answer.status_code >= 500:
                wrong.append(f"GET {path} was answered {answer.status_code} and showed {sorted(seen)}")
        if path in ENDS_THE_CRAWL or not is_admitted(person, path, "POST"):
            continue
        with (
            transaction.atomic(),
            CaptureQueriesContext(
                connection,
            ) as asked_of_the_database,
        ):
            answer = client.post(path, headers=AJAX if asked % 2 else PLAIN)
            asked += 1
            transaction.set_rollback(True)
        written = {table for query in asked_of_the_database for table in WRITES.findall(query["sql"])}
        may_take = taken if path.startswith("/evidence/") else frozenset()
        if (seen := seen_in(answer) - allowed - may_take) or answer.status_code >= 500 or written:
            wrong.append(
                f"POST {path} was answered {answer.status_code}, showed {sorted(seen)}, wrote {sorted(written)}"
            )
    return wrong, asked


@pytest.fixture
def every_address(papers) -> list[str]:
    ours = [path for _, path in addresses_of(papers)]
    return list(
        dict.fromkeys([*ours, *(path for stage in ("draft", "submitted") for path in admin_addresses(papers, stage))])
    )


@pytest.mark.parametrize("who", [*Role, "stranger", "superuser", "nobody"])
def test_4_no_role_finds_a_word_of_a_hidden_paper(city, holders, every_address, who):
    """Attack 4: who inspects finds the titles of what was sent, and nothing else; with evidence it takes away what was sent."""
    person = User.objects.get(pk=holders.get(who) or getattr(city, who).pk)
    inspects = Right.INSPECT in RIGHTS.get(who, ())
    allowed = {word("sent", "title"), word("signed", "title")} if inspects else set()
    before = {label: rows for label, rows in everything().items() if label.startswith("circulars.")}
    wrong, asked = crawl(
        person, every_address, allowed, frozenset(words("sent", "signed")) if inspects else frozenset()
    )
    assert not wrong, "\n".join(wrong)
    assert asked >= 8
    assert {label: rows for label, rows in everything().items() if label.startswith("circulars.")} == before


def test_4_the_crawl_finds_the_words_where_they_may_be_read(city, papers, every_address, everybody):
    """Otherwise the crawl above would find nothing anywhere."""
    found: set[str] = set()
    for person in (everybody, city.drafter):
        client = desk(person.pk)
        for path in every_address:
            if path not in ENDS_THE_CRAWL and is_admitted(person, path):
                found |= seen_in(client.get(path))
    assert WORDS - found == set()
