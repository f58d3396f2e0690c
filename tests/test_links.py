"""Nobody is shown a link that leads nowhere: from each role's home every page of the desk is walked, link by link."""

from collections import Counter, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.seals import KeyKind
from circulars.deliveries import ReturnCode
from circulars.problems import report_problem
from circulars.purging import block
from tests.accounts.keys import in_force
from tests.cast import MONDAY
from tests.walking import desk

pytestmark = pytest.mark.usefixtures("still_rail")

# Pages of one kind that a walk opens; the third of a kind has no link that the first two had not.
OF_A_KIND = 2
CAST = ("drafter", "reviewer", "approver", "principal", "registrar", "sender", "keeper", "secretary", "engineer")
RECEIVING = ("office_clerk", "clerk", "second_clerk", "leader", "late_clerk", "department_head", "stranger", "nobody")
ADDED = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.DUTY_OFFICER)


class Links(HTMLParser):
    """Where the page leads, with one press of the mouse."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (href := dict(attrs).get("href")):
            self.found.append(href)


def walk(person):
    """Links from the person's home on that are answered neither with a page nor with a way on, and how many were tried."""
    client, dead, seen, kinds = desk(person.pk), [], {"/"}, Counter()
    ahead = deque([("", "/")])
    while ahead:
        here, path = ahead.popleft()
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            dead.append(f"{here} leads to {path}: {answer.status_code}")
        if answer.streaming or "html" not in answer["Content-Type"] or path.startswith("/cms/"):
            continue
        stands = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        for href in Links(answer.content.decode()).found:
            target = urlsplit(urljoin(stands, href))
            onward = target.path + (f"?{target.query}" if target.query else "")
            if target.netloc or target.path in ("", "/logout/") or onward in seen:
                continue
            seen.add(onward)
            kind = resolve(target.path).view_name, target.query.partition("=")[0]
            kinds[kind] += 1
            if kinds[kind] <= OF_A_KIND:
                ahead.append((path, onward))
    return dead, len(seen)


@pytest.fixture
def busy_city(city, circular):
    """Papers at every stage, trouble with one of them, another shut, and keys."""
    city.submitted()
    city.approved()
    city.registered()
    city.sign(city.opened(circular))
    report_problem(city.delivery(circular), "unreadable", "打不开", by=city.clerk, at=MONDAY)
    returned = city.sent(title="关于另一件事情的通知")
    city.opened(returned).send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    shut = city.sent(title="关于不该发送的事情的通知")
    block(shut.page, reason="内容涉密", by=city.secretary, at=MONDAY)
    in_force(city, KeyKind.CLERK)
    for role in ADDED:
        person = User.objects.create(username=role.value, name=role.label)
        take_post(person, city.network_office, role, by=None, at=MONDAY)
        setattr(city, role.value, person)
    return city


def test_every_link_that_somebody_sees_can_be_followed(busy_city):
    dead = []
    for who in (*CAST, *RECEIVING, *(role.value for role in ADDED)):
        found, tried = walk(getattr(busy_city, who))
        dead += [f"{who}: {link}" for link in found]
        assert tried > 3, who
    assert not dead, "\n".join(dead)


def test_the_network_office_begins_at_a_page_of_its_own_with_what_waits_for_it(busy_city):
    answer = busy_city.desk(busy_city.engineer).get("/")
    page = answer.content.decode()
    assert reverse("reports:overview") not in page
    waiting = page[page.index("现在要办") : page.index("平台运行")]
    for name in ("accounts:faults", "circulars:problems", "circulars:secrecy_cases"):
        assert f'href="{reverse(name)}"' in waiting
    assert "现在没有要办的事" in busy_city.desk(busy_city.system_admin).get("/").content.decode()


def test_a_page_leads_back_in_one_way_by_an_arrow_and_the_page_above_it():
    templates = Path(settings.SITE / "templates").rglob("*.html")
    assert not [path.name for path in templates if 'class="crumbs"' in path.read_text()]
