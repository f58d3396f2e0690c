"""What every scene may ask for: a database, a served desk, a browser."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from tests.browsing import Watched, chromium
from tests.bundlecases import case, office, sealed_page, verified, whole_bundle  # noqa: F401  likewise
from tests.cast import (  # noqa: F401  fixtures for every scene
    beforehand,
    circular,
    city,
    raised_city,
    real_city,
    standing_circular,
    standing_city,
    week,
)
from tests.certificates import authority, certified, raise_authority  # noqa: F401  likewise
from tests.databases import KEPT, Copy, copy_of, engine, run_folder
from tests.deskserver import DeskServer
from tests.hiddenwords import everybody, holders, papers  # noqa: F401  likewise
from tests.softhsm import softhsm  # noqa: F401  likewise
from tests.uploads import empty_store, refused  # noqa: F401  likewise
from tests.walking import still_rail  # noqa: F401  likewise


@pytest.fixture(scope="session", autouse=True)
def installation() -> Iterator[None]:
    """The product as installed for tests: quick passwords, and files where nobody else keeps any and that no crash need spare."""
    if engine() == "sqlite":
        connections.settings["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ATTACHMENTS_ROOT=run_folder() / "attachments",
        MEDIA_ROOT=run_folder() / "media",
        CA_FOLDER=run_folder() / "ca",
        CHECKPOINT_FOLDER=run_folder() / "checkpoints",
        KEY_ENCRYPTION_KEY="only-for-scenes-" * 4,
        STATIC_ROOT=run_folder() / "static",
        WHITENOISE_USE_FINDERS=True,
        WHITENOISE_AUTOREFRESH=True,  # a file is looked for when asked; else each new client lists them all
    ):
        raise_authority()
        yield


@pytest.fixture(autouse=True)
def _forgetful_cache() -> Iterator[None]:
    """What one scene cached, the next does not find."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _checkpoints_of_its_own(installation: None) -> Iterator[None]:
    """What one scene signed lies outside the database and outlives it; the next does not find it either."""
    with override_settings(CHECKPOINT_FOLDER=run_folder() / "checkpoints" / uuid4().hex):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Copy]:
    """The copy that this process works on, made from the template; ordinary tests roll back in it."""
    copy = copy_of(request.config)
    with django_db_blocker.unblock():
        copy.prepare()
    yield copy
    with django_db_blocker.unblock():
        copy.renew()
        copy.drop_all()


@pytest.fixture
def real_database(
    request: pytest.FixtureRequest, django_db_setup: Copy, django_db_blocker: DjangoDbBlocker
) -> Iterator[Copy]:
    """A database in which commits are real: for threads, served pages and several processes.

    The test carries no ``django_db``. Programs it starts find the same database by their environment; threads close their own
    connections. It is an empty installation, or the city if the test asks for ``real_city``, and it is gone afterwards.
    """
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        pytest.fail(
            "real_database and django_db exclude each other: one commits, the other rolls back.",
            pytrace=False,
        )
    stock = "city" if "real_city" in request.fixturenames else ""
    if stock:
        request.getfixturevalue("raised_city")
    with django_db_blocker.unblock(), django_db_setup.committing(stock):
        yield django_db_setup


@pytest.fixture
def desk_server(real_database: Copy) -> Iterator[DeskServer]:
    """The product at ``desk_server.url``; answers from 400 up fail the test unless it expects them."""
    server = DeskServer()
    server.start()
    yield server
    server.stop()
    _complain(server.complaints())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def open_desk(browser: Browser, desk_server: DeskServer) -> Iterator[Callable[[], Page]]:
    """Each call is one more person sitting down: a page of the served desk, nobody signed in yet.

    Script errors, complaints on the console and requests to elsewhere fail the test.
    """
    people: list[Watched] = []

    def sit_down() -> Page:
        people.append(Watched(browser, desk_server.url))
        return people[-1].open()

    yield sit_down
    for watched in people:
        watched.context.close()
    _complain([complaint for watched in people for complaint in watched.complaints])


@pytest.fixture
def browser_page(open_desk: Callable[[], Page]) -> Page:
    """The page of the one person in the scene."""
    return open_desk()


def _complain(complaints: list[str]) -> None:
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


# Scenes that walk every page of the desk as everybody, which takes a third of a run: what they look for is in the pages, not in the engine.
WALKS = {
    "test_odd_input", "test_articles_shown", "test_far_moments", "test_links", "test_language", "test_crawl", "test_headers", "test_markup",
    "test_nobody_is_offered_a_link_that_is_not_theirs", "test_a_number_is_seen_only_by_whom_it_concerns",
    "test_showing_changes_nothing_and_what_changes_something_does_not_answer_a_get", "test_10_no_browser_keeps_a_document",
    "test_before_it_is_blocked_everybody_concerned_reads_it", "test_blocking_takes_it_from_every_holder_at_the_next_request",
    "test_a_draft_is_blocked_for_its_drafter_and_its_deciders", "test_the_tombstone_remains",
    "test_a_purge_leaves_no_word_of_form_and_answers", "test_nobody_else_sees_a_word_of_it_and_the_unit_sees_them_all",
}  # fmt: skip
WALKED = "A walk through every page: made on SQLite; on PostgreSQL too with WALKS=1 make test."
AT_A_SCREEN = "In a real browser, whatever the engine: on SQLite; on PostgreSQL too with WALKS=1 make test."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    leaves_walks_out = engine() == "postgresql" and os.environ.get("WALKS", "0") == "0"
    for item in items:
        if leaves_walks_out and {item.path.stem, item.name.partition("[")[0]} & WALKS:
            item.add_marker(pytest.mark.skip(reason=WALKED))
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
            if leaves_walks_out:
                item.add_marker(pytest.mark.skip(reason=AT_A_SCREEN))
        marker = item.get_closest_marker("django_db")
        if {"transactional_db", "live_server"} & fixtures or (marker and marker.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid}: the ledger refuses to be emptied; use real_database.")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays until the run ends; looking through it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The run ends with what it left out and why; ``make test`` repeats it after its last run."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", ())
    )
    lines = [f"{engine()}: {n} {'scene' if n == 1 else 'scenes'} skipped: {reason}" for reason, n in reasons.items()]
    for line in lines:
        terminalreporter.write_line(line, yellow=True)
    if KEPT.exists():
        (KEPT / f"skipped-{engine()}.txt").write_text("".join(f"{line}\n" for line in lines))
