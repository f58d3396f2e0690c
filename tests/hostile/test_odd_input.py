"""Nonsense at every address: no server error, and nothing on record but the refusal.

The same few odd values everywhere: in the keys of an address, in its query, and in each field of each form while all other fields
hold what the page itself would send. Every request is taken back afterwards, so that the next meets the same papers.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.pages import HomePage, NoticePage
from tests.addresses import ADMIN, BY_FORM, BY_POST_ONLY, OURS, addresses_of, fill

pytestmark = pytest.mark.usefixtures("still_rail")

LONG = "公" * 10**6
ODD = ("", "\0", "x\0y", "-1", "9" * 19, "9" * 40, "٣", "not-a-uuid", "\ud7ff\U0001f600\u202e")
ODD_KEYS = {
    "pk": ("0", "9" * 18, "9" * 19, "9" * 40),
    "number": ("0", "9" * 19, "9" * 40),
    "code": ("x" * 5000, "-", "YA-NO"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
}
_NAMES = re.compile(r'<(?:input|textarea|select|button)[^>]*? name="([^"]+)"')
_QUERY = ("page", "q", "show", "month", "category", "issuers", "next", "size", "_", "p", "ordering")


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def desk(city, everybody):
    client = city.desk(everybody)
    client.raise_request_exception = False
    return client


def wrong_answers(requests) -> list[str]:
    """Those of these requests that were answered with a server error."""
    wrong = []
    for label, send in requests:
        with taken_back():
            try:
                status = send().status_code
            except UnicodeEncodeError:
                continue  # the test's own client cannot say this
            if status >= 500:
                wrong.append(f"{label} was answered {status}")
    return wrong


def test_odd_keys_lead_nowhere(papers, desk):
    asked = []
    for route in [*OURS.values(), *ADMIN]:
        holes = set(re.findall(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>", route))
        for hole in {a or b for a, b in holes}:
            for odd in ODD_KEYS.get(hole, ("9" * 19, "9" * 40)):
                asked += [fill(route, **{"uuid": papers.uuids["sent"], hole: odd})]
    asked += [
        "/received/%00/",
        "/cms/%00/",
        "/cms/pages/%00/edit/",
        "/drafts/new/%00/",
        "/received/٣/",
        "/sent/%FF/",
        "/" + "x" * 10**5,
    ]
    assert len(asked) > 200
    requests = [
        (f"{method} {path[:80]}", lambda m=method, p=path: getattr(desk, m)(p))
        for path in asked
        for method in ("get", "post")
    ]
    assert not wrong_answers(requests)


def test_odd_questions_are_answered(papers, desk):
    requests = [
        (f"{path} {odd[:20]!r}", lambda p=path, o=odd: desk.get(p, dict.fromkeys(_QUERY, o)))
        for path in dict(addresses_of(papers)).values()
        for odd in ("\0", "9" * 40, LONG[:5000])
    ]
    assert not wrong_answers(requests)


def test_odd_fields_are_refused_or_kept_as_they_are(city, papers, desk):
    """Each field of each form in turn, then all at once; a form is what its page would send."""
    requests = []
    for _, path in first_addresses(papers):
        fields = shown_fields(desk, path)
        forms = [{**fields, field: odd} for field in fields for odd in ("\0", "9" * 40)]
        forms += [dict.fromkeys([*fields, "next", "key", "checked"], odd) for odd in ODD]
        forms += [{**fields, field: LONG} for field in [*fields, "next"][:1]]
        requests += [(f"{path} {str(form)[:90]}", lambda p=path, f=form: desk.post(p, f)) for form in forms]
    assert len(requests) > 150
    assert not wrong_answers(requests)


def first_addresses(papers) -> list[tuple[str, str]]:
    """Of every form of ours one address, with the paper on which it can be used."""
    keys = {
        "circulars:decide": papers.pages["submitted"],
        "circulars:register": papers.pages["approved"],
        "circulars:send": papers.uuids["registered"],
        "circulars:sign": papers.deliveries["sent", "attentive"],
        "circulars:send_back": papers.deliveries["sent", "attentive"],
        "circulars:withdraw": papers.pages["submitted"],
        "circulars:new": "YA-ZFB",
    }
    any_of = dict(addresses_of(papers))
    return [
        (name, reverse(name, args=[keys[name]]) if name in keys else any_of[name])
        for name in sorted(BY_POST_ONLY | BY_FORM)
        if name != "logout"
    ]


def shown_fields(desk, path) -> dict[str, str]:
    """The fields of the form at this address, or of the page that leads to it, with the values shown there."""
    with taken_back():
        for page in (path, re.sub(r"[\w-]+/$", "", path)):
            answer = desk.get(page)
            if answer.status_code == 200 and not answer.streaming:
                text = answer.content.decode()
                return {name: _value(text, name) for name in _NAMES.findall(text) if name != "csrfmiddlewaretoken"}
    return {}


def _value(text: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', text)
    return found[1] if found else "1"


def test_odd_fields_in_the_editor(city, papers, desk):
    """The form of a draft and of a notice: all their fields at once, then those that count rows or name a record one by one."""
    home = HomePage.objects.get()
    home.add_child(instance=NoticePage(title="通知", published_on="2026-09-28", text="<p>无</p>"))
    requests = []
    for person, page in ((city.drafter, papers.pages["draft"]), (city.secretary, NoticePage.objects.get().pk)):
        client, path = city.desk(person), reverse("wagtailadmin_pages:edit", args=[page])
        client.raise_request_exception = False
        fields = {name: value for name, value in shown_fields(client, path).items() if "__prefix__" not in name}
        texts = [name for name in fields if not name.endswith("_FORMS") and "action" not in name]
        forms = [{**fields, **dict.fromkeys(texts, odd)} for odd in ("\0", "9" * 40, "٣", LONG[:5000])]
        forms += [{**fields, name: "\0"} for name in fields if name.endswith("-TOTAL_FORMS")]
        forms += [{**fields, name: "9" * 40} for name in fields if name.endswith(("series", "_units", "-id"))]
        assert texts
        requests += [(f"{path} {n}", lambda c=client, p=path, f=form: c.post(p, f)) for n, form in enumerate(forms)]
    assert not wrong_answers(requests)
    assert Page.objects.filter(pk=papers.pages["draft"]).exists()


def test_a_body_that_is_no_form_is_refused(papers, desk):
    bodies = [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"a=%ff%00", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"{", "application/json"),
        (b"--x\r\n", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"<x/>", "text/xml"),
        (b"&".join(b"a%d=1" % n for n in range(6000)), "application/x-www-form-urlencoded"),
    ]
    requests = [
        (f"{path} {kind}", lambda p=path, b=body, k=kind: desk.generic("POST", p, b, content_type=k))
        for _, path in first_addresses(papers)
        for body, kind in bodies
    ]
    assert not wrong_answers(requests)
    answer = desk.post(reverse("type_size"), bodies[-1][0], content_type=bodies[-1][1])
    assert (answer.status_code, "不能受理" in answer.content.decode()) == (400, True)


def test_odd_cookies_and_headers_are_no_way_in(city, papers):
    for name, value in (
        ("sessionid", "x" * 5000),
        ("sessionid", "\0"),
        ("type_size", "9" * 400),
        ("messages", '[["__json'),
        ("csrftoken", "%E5%80%BC"),
    ):
        client = Client(raise_request_exception=False)
        client.cookies[name] = value
        assert client.get("/")["Location"].startswith("/login/"), name
        assert client.get("/login/").status_code == 200, name
    headers = {"Accept-Language": "x" * 10**4, "X-Forwarded-For": "x, \0", "Referer": "\0", "User-Agent": "x" * 1000}
    client = city.desk(city.clerk)
    client.raise_request_exception = False
    for name, value in headers.items():
        assert client.get("/received/", headers={name: value}).status_code == 200, name
    assert connection.is_usable()


def test_a_password_made_to_take_long_keeps_nobody_waiting(city):
    """A heap of signs upon one letter takes the square of its height to be put in order, and anybody can type it."""
    begun = time.process_time()
    typed = "e" + "\u0301\u0323" * 40_000
    answer = Client().post(reverse("login"), {"username": city.clerk.username, "password": typed})
    assert answer.status_code == 200
    assert time.process_time() - begun < 1.5
