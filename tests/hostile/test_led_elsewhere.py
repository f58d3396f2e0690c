"""Attack 44: an address of another site as the place to go on to, at every view that is told where one wanted to go."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.codesecrets import CodeSecret
from accounts.people import User
from accounts.seals import KeyKind
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.databases import ROOT
from tests.signins import EVERY_ROLE, PASSWORD, code, give_code, known_by_password, leads_to, type_password

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "////evil.example/received/",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "https://evil.example/received/",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\evil.example",
    "/\\/evil.example/received/",
    "%0d%0aLocation:%20https://evil.example",
    "/received/%0d%0aLocation:%20https://evil.example",
    "/received/\r\nLocation: https://evil.example",
    "ht\ttps://evil.example",
    "\thttps://evil.example",
    "/\t/evil.example",
    "\x00//evil.example",
    "https://testserver@evil.example/",
    "https://testserver:pw@evil.example/received/",
    "https://testserver.evil.example/",
    "https://evil.example#@testserver/",
    "https://evil.example\\@testserver/received/",
    "%2f%2fevil.example",
    "%252f%252fevil.example",
    "/%2f%2fevil.example",
    "/%255cevil.example",
    "／／evil.example",
    "https：//evil.example",
    "javascript:alert(1)//evil.example",
    "data:text/html,evil.example",
    "@evil.example",
    "evil.example",
)
LOCKED, SECOND = reverse("accounts:locked"), reverse("accounts:second_factor")
# Where it is read where to go on to; a scene here stands for each.
READERS = {
    "accounts/onward.py",
    "accounts/views/desklock.py",
    "accounts/views/ownkeys.py",
    "accounts/views/signin.py",
    "site/config/desk.py",
    "site/config/doorkeeper.py",
}


@pytest.fixture
def clerk(city):
    known_by_password(city.clerk)
    return User.objects.get(pk=city.clerk.pk)


def led_away(
    lead: Callable[[str], tuple[str, ...]], *at_most: str, among: tuple[str, ...] = ELSEWHERE
) -> list[tuple[str, str]]:
    """Of these addresses outside those that led anywhere but to ``at_most``, with where to."""
    return [(each, to) for each in among for to in lead(each) if to not in at_most]


def test_44_the_sign_in_leads_to_a_page_of_this_site(clerk):
    """Attack 44: asked for by the form, and by the address."""

    def lead(elsewhere):
        by_address = f"{reverse('login')}?{urlencode({'next': elsewhere})}"
        answer = Client().post(by_address, {"username": "clerk", "password": PASSWORD})
        return leads_to(type_password("clerk", onward=elsewhere)), leads_to(answer)

    assert led_away(lead, "/") == []


def test_44_so_does_the_second_factor(clerk, settings):
    """Attack 44: what was asked for beforehand is kept until the code is right; the page of the code takes no other."""
    settings.SECOND_FACTOR_ROLES = EVERY_ROLE
    secret = give_code(clerk)

    def lead(elsewhere):
        CodeSecret.objects.update(last_step=0)
        desk = Client()
        assert leads_to(type_password("clerk", onward=elsewhere, client=desk)) == SECOND
        by_address = f"{SECOND}?{urlencode({'next': elsewhere})}"
        return (leads_to(desk.post(by_address, {"code": code(secret, MONDAY), "next": elsewhere})),)

    assert led_away(lead, "/") == []


def test_44_so_do_locking_and_unlocking(city, clerk):
    """Attack 44: by the form that locks, by the one that unlocks, and by the address."""
    desk = city.desk(clerk)

    def lead(elsewhere):
        locked = leads_to(desk.post(reverse("accounts:lock"), {"next": elsewhere}))
        shown = re.findall(r'name="next" value="([^"]*)"', desk.get(LOCKED, {"next": elsewhere}).content.decode())
        unlocked = leads_to(desk.post(LOCKED, {"password": PASSWORD, "next": elsewhere}))
        return locked, *shown, unlocked, leads_to(desk.get(LOCKED, {"next": elsewhere}))

    assert led_away(lead, "/", f"{LOCKED}?next=%2F") == []


def test_44_so_does_a_certificate_that_is_unlocked(city):
    """Attack 44: it goes back to the paper that one came from. (A PIN takes long; some of the addresses will do.)"""
    key, desk = in_force(city, KeyKind.CLERK), city.desk(city.clerk)

    def lead(elsewhere):
        path = f"{reverse('accounts:unlock_key', args=[key.pk])}?{urlencode({'next': elsewhere})}"
        return (leads_to(desk.post(path, {"pin": PIN})),)

    assert led_away(lead, "/", among=ELSEWHERE[::6]) == []


def test_44_so_does_the_size_of_type(city):
    """Attack 44: it goes back to the page whose form was sent, with what was asked of it."""
    desk = city.desk(city.clerk)

    def lead(elsewhere):
        return (leads_to(desk.post(reverse("type_size"), {"size": "150", "next": elsewhere})),)

    assert led_away(lead, "/") == []
    assert lead("/received/?show=late") == ("/received/?show=late",)


def test_44_the_page_that_a_form_was_sent_from_is_one_of_ours_or_none(city):
    """Attack 44: a form sent too late, or at a locked desk, leads back to the page that the browser names."""
    desk, form = city.desk(city.clerk), reverse("type_size")
    desk.post(reverse("accounts:lock"))

    def lead(elsewhere):
        said = {"Referer": re.sub(r"[\r\n\x00]", "", elsewhere)}
        return leads_to(Client().post(form, headers=said)), leads_to(desk.post(form, headers=said))

    assert led_away(lead, f"{reverse('login')}?next=/", f"{LOCKED}?next=%2F") == []


def test_44_no_other_module_reads_where_to_go_on_to():
    reads = re.compile(
        r"""(?:GET|POST)(?:\.get\(|\[)\s*["']next["']|onward_with_query\(request|url_has_allowed_host|get_redirect_url\(|HTTP_REFERER|["']Referer["']"""
    )
    floors = (ROOT / floor for floor in ("cms", "accounts", "circulars", "reports", "site"))
    modules = [path for floor in floors for path in floor.rglob("*.py") if reads.search(path.read_text())]
    assert {path.relative_to(ROOT).as_posix() for path in modules} == READERS
