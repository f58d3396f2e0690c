"""Who gets in where: every role through every deed and every address, and words that no stranger may read (Articles 5, 6 and 23).

The city is raised once, with the papers of ``tests/hiddenwords.py`` in it.
"""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import resolve, reverse

from accounts.grants import sweep_grants
from accounts.people import Post, User, take_post
from accounts.roles import ADMIN_RIGHTS, RIGHTS, Right, Role, may, units_where
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.pages import CircularPage
from circulars.registration import Circular
from config.doorkeeper import ADMIN_VIEWS
from config.doors import DOORS, Audience
from config.networks import written_down
from tests.addresses import ADMIN, BY_FORM, BY_POST_ONLY, OURS, ROUTES, SHUT, addresses_of, admin_addresses, dummy, fill
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.hiddenwords import UNSENT, WORDS, word, words
from tests.walking import AJAX, PLAIN, desk, everything, is_admitted, refusals, shown

pytestmark = pytest.mark.usefixtures("still_rail")

# --- every role through every deed ---


@pytest.mark.parametrize("role", Role)
def test_one_post_gives_its_deeds_for_its_unit_and_nothing_for_another(city, holders, role):
    person = User.objects.get(pk=holders[role])
    assert {right for right in Right if may(person, right, city.elsewhere.pk)} == RIGHTS[role]
    others = Unit.objects.exclude(pk=city.elsewhere.pk)
    assert not [(str(unit), right) for unit in others for right in Right if may(person, right, unit.pk)]


def test_every_role_has_its_row_and_no_administrator_of_the_machinery_reads():
    assert set(RIGHTS) == set(Role)
    machinery = {Role.NETWORK_OFFICE, Role.PROVIDER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    papers = {Right.READ, Right.TRACK, Right.RECEIVE, Right.INSPECT, Right.REPORT} | ADMIN_RIGHTS
    assert not [role for role in machinery if RIGHTS[role] & papers]


def test_people_of_the_office_act_for_the_government_that_has_none_of_its_own(city):
    assert units_where(city.drafter, Right.DRAFT) == {city.office.pk, city.government.pk}
    assert units_where(city.department_drafter, Right.DRAFT) == {city.department.pk}


@pytest.mark.parametrize(
    "flags", [{"is_superuser": True}, {"is_staff": True}, {"is_superuser": True, "is_staff": True}]
)
def test_flags_give_no_deed_at_all(city, flags):
    person = User.objects.create(username="flagged", name="旗号", **flags)
    assert not [right for right in Right if may(person, right)]


def test_a_disabled_account_may_nothing_and_is_out_at_once(city, everybody):
    client = city.desk(everybody)
    assert client.get(reverse("circulars:inbox")).status_code == 200
    User.objects.filter(pk=everybody.pk).update(is_active=False)
    assert not [right for right in Right if may(User.objects.get(pk=everybody.pk), right)]
    for name in ("home", "circulars:inbox", "wagtailadmin_home"):
        assert client.get(reverse(name))["Location"].startswith("/login/")


def test_a_post_that_has_ended_opens_nothing_any_more(city, papers, week):
    path = reverse("circulars:reading", args=[papers.deliveries["sent", "attentive"]])
    assert city.desk(city.clerk).get(path).status_code == 200
    week.move_to(EVE_OF_THE_HOLIDAY, tick=False)
    client = city.desk(city.clerk)
    assert client.get(path).status_code == 200
    Post.objects.get(person=city.clerk).leave(by=None, at=EVE_OF_THE_HOLIDAY)
    assert client.get(path)["Location"].startswith("/login/")  # the session has ended with the post
    assert city.desk(city.clerk).get(path).status_code == 404


def test_a_post_gives_nothing_before_its_first_day_or_after_its_last(city, week):
    person = User.objects.create(username="later", name="后任")
    Post.objects.create(person=person, unit=city.late, role=Role.CLERK, held_from="2026-09-30", held_to="2026-09-30")
    held = []
    for day in ("2026-09-29", "2026-09-30", "2026-10-01"):
        week.move_to(f"{day}T00:05:00+08:00", tick=False)
        sweep_grants(MONDAY.replace(month=int(day[5:7]), day=int(day[8:])))
        held.append(may(User.objects.get(pk=person.pk), Right.RECEIVE))
    assert held == [False, True, False]


# --- every address through every role ---


def test_every_address_of_ours_has_its_door_and_every_door_its_address():
    assert set(OURS) - set(DOORS) == set(), "give these a row in config.doors"
    assert set(DOORS) - set(OURS) == set(), "these doors lead nowhere"
    for name in OURS:
        assert resolve(dummy(name)).view_name == name
    assert ADMIN_VIEWS - {name for name, _ in ROUTES} == set(), "these doors of the admin lead nowhere"


def test_who_is_not_signed_in_sees_the_sign_in_page_and_the_pulse_and_nothing_else(city):
    assert {name for name, door in DOORS.items() if door is Audience.EVERYBODY} == {
        "login",
        "healthz",
        "metrics",
        "accounts:locked",
        "accounts:second_factor",
        "accounts:first_factor",
        "circulars:locked_alarm",
        "reports:wall",
    }
    stranger, before = Client(), everything()
    paths = [dummy(name) for name in OURS if DOORS[name] is not Audience.EVERYBODY]
    for path in [*paths, *map(fill, ADMIN)]:
        for answer in (stranger.get(path), stranger.post(path)):
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/"), path
    assert everything() == before


@pytest.mark.parametrize("role", [*Role, "superuser", "nobody"])
def test_a_door_opens_to_its_roles_and_is_not_found_by_the_others(city, holders, role):
    person = User.objects.get(pk=holders.get(role) or getattr(city, role).pk)
    client, rights = desk(person.pk), RIGHTS.get(role, frozenset())
    wrong = []
    for name in OURS:
        door = DOORS[name]
        by_the_table = door in (Audience.EVERYBODY, Audience.SIGNED_IN) or bool(rights & door)
        admitted = is_admitted(person, dummy(name))
        before = len(refusals(person))
        status, refused = client.get(dummy(name)).status_code, refusals(person)[before:]
        expected = [written_down(dummy(name))] * (status == 404)
        if admitted is not by_the_table or refused != expected or not (admitted or refused):
            wrong.append(
                f"{name}: the table says {by_the_table}, the door {admitted}; {status}, written down {refused}"
            )
    assert not wrong, "\n".join(wrong)


def test_showing_changes_nothing_and_what_changes_something_does_not_answer_a_get(city, papers, everybody):
    client, before = city.desk(everybody), everything()
    for name, path in addresses_of(papers):
        status = client.get(path).status_code
        assert status in ({405} if name in BY_POST_ONLY else {200, 302, 404}), f"GET {path} was answered {status}"
    assert everything() == before


def test_what_only_shows_takes_no_post(city, papers, everybody, holders):
    """What the security administrator alone may see is asked for by that one: nobody is all three administrators."""
    client, guard, before = city.desk(everybody), desk(holders[Role.SECURITY_ADMIN]), everything()
    for name, path in addresses_of(papers):
        if name not in BY_POST_ONLY | BY_FORM:
            asked = client if is_admitted(everybody, path) else guard
            assert asked.post(path).status_code == 405, path
    assert everything() == before


def test_nothing_changes_without_the_token_of_our_own_form(city, papers, everybody):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=everybody.pk), backend="accounts.signin.NamedPersonBackend")
    before = everything()
    for name, path in addresses_of(papers):
        if name in BY_POST_ONLY | BY_FORM:
            assert client.post(path, {"action": "agree", "originals": 1, "rechecked": "on"}).status_code == 403, path
    assert everything() == before


def test_a_first_look_by_the_clerk_opens_the_circular_and_a_leaders_look_does_not(city):
    delivery = city.delivery(city.sent())
    path = reverse("circulars:reading", args=[delivery.pk])
    for person, state in ((city.leader, Delivery.State.SENT), (city.clerk, Delivery.State.OPENED)):
        assert city.desk(person).get(path).status_code == 200
        delivery.refresh_from_db()
        assert delivery.state == state


# --- the admin ---


def test_every_address_of_the_admin_can_be_walked():
    assert len(ADMIN) > 100
    for route in ADMIN:
        resolve(fill(route))


@pytest.mark.parametrize("role", [role for role in Role if not RIGHTS[role] & ADMIN_RIGHTS])
def test_who_drafts_and_decides_nothing_has_no_way_into_the_admin(city, holders, role):
    client = desk(holders[role])
    walked = ADMIN if role in (Role.CLERK, Role.LEADER) else ["/cms/", "/cms/pages/", "/cms/users/", "/cms/login/"]
    for path in map(fill, walked):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "没有找到这一页" in answer.content.decode(), path
        assert client.post(path).status_code == 404, path


def test_what_this_site_does_not_use_of_the_admin_is_there_for_nobody(city, papers, everybody):
    client, before = city.desk(everybody), everything()
    for path in map(fill, SHUT):
        assert {client.get(path).status_code, client.post(path).status_code} == {404}, path
    assert everything() == before


def tried_in_the_admin(person: User, paths: list[str], forbidden: set[str]) -> list[str]:
    """What went wrong when the person asked for these addresses and posted to them."""
    client, before, wrong = desk(person.pk), _drafts(), []
    for path in paths:
        for headers in (PLAIN, AJAX):
            status, text = shown(client, path, **headers)
            seen = sorted(found for found in forbidden if found in text)
            if seen or status >= 500:
                wrong.append(f"GET {path} was answered {status} and showed {seen}")
        if (status := client.post(path).status_code) >= 500:
            wrong.append(f"POST {path} was answered {status}")
    after = _drafts()
    return wrong + [f"{label} changed" for label in before if before[label] != after[label]]


def _drafts() -> dict[str, list[Any]]:
    return {
        label: rows
        for label, rows in everything().items()
        if label.startswith("circulars.") or (label.startswith("wagtailcore.") and "Group" not in label)
    }


# --- records ---


def secrets_in(client: Client, papers: SimpleNamespace, forbidden: set[str], *manners: dict[str, str]) -> list[str]:
    """Where one of these words came to light."""
    found = []
    reader = User.objects.get(pk=client.session[SESSION_KEY])
    for _, path in addresses_of(papers):
        if not is_admitted(reader, path):
            continue  # the door is shut, no view runs
        for headers in manners or (PLAIN,):
            status, text = shown(client, path, **headers)
            found += [f"{path} ({status}) shows {secret}" for secret in forbidden if secret in text]
    return found


def test_a_recipient_reads_nothing_before_it_is_sent(city, papers):
    for person in (city.clerk, city.leader, city.late_clerk):
        assert not secrets_in(city.desk(person), papers, words(*UNSENT))


def test_who_inspects_sees_every_board_and_no_text(city, papers):
    client = city.desk(city.secretary)
    for stage, uuid in papers.uuids.items():
        answer = client.get(reverse("circulars:board", args=[uuid]))
        assert answer.status_code == (404 if stage in UNSENT else 200), stage
        assert (Circular.objects.get(uuid=uuid).title in answer.content.decode()) is (stage not in UNSENT)
        for name, numbers in (("own_text", ()), ("own_attachment", (1,)), ("own_attachment", (2,)), ("send", ())):
            assert client.get(reverse(f"circulars:{name}", args=[uuid, *numbers])).status_code == 404, (stage, name)
    assert not secrets_in(client, papers, WORDS - {word("sent", "title"), word("signed", "title")})


def test_another_units_papers_are_not_found_just_like_those_that_do_not_exist(city, papers):
    """Person, address with the key of a paper that is not theirs; the same answer as for a key that nobody has."""
    theirs = [papers.deliveries["sent", "late"], papers.deliveries["elsewhere", "late"]]
    sent, page = papers.uuids["sent"], papers.pages
    tries = []
    for pk in theirs:
        tries += [(city.clerk, f"circulars:{name}", (pk,), None) for name in ("reading", "slip", "send_back")]
        tries += [
            (city.clerk, "circulars:attachment", (pk, 1), None),
            (city.clerk, "circulars:sign", (pk,), {"key": "6f2c1d3e-1111-4111-8111-111111111111", "checked": "text"}),
            (city.clerk, "circulars:send_back", (pk,), {"code": "wrong_recipient"}),
        ]
    own = papers.deliveries["sent", "attentive"]  # the leader reads it, and neither signs nor returns it
    tries += [
        (city.leader, "circulars:sign", (own,), {"checked": "text"}),
        (city.leader, "circulars:send_back", (own,), None),
    ]
    for person in (city.stranger, city.department_head, city.leader):
        tries += [(person, f"circulars:{name}", (sent,), None) for name in ("board", "own_text")]
        tries += [(person, "circulars:own_attachment", (sent, 1), None)]
    for person in (city.stranger, city.department_reviewer, city.drafter):
        tries += [
            (person, "circulars:send", (papers.uuids["sealed"],), {"off_hours_reason": "急"}),
            (person, "circulars:register", (page["approved"],), {"originals": 1, "rechecked": "on", "digest": "0"}),
            (person, "circulars:decide", (page["submitted"],), {"action": "agree"}),
        ]
    for person in (city.stranger, city.department_drafter):
        tries += [(person, "circulars:withdraw", (page["submitted"],), {})]
        tries += [(person, "circulars:draft_attachment", (page[stage], 1), None) for stage in ("draft", "submitted")]
        tries += [(person, "circulars:new", ("YA-ZFB",), {})]
    clients = {person: city.desk(person) for person, *_ in tries}
    before = everything()
    for person, name, keys, posted in tries:
        client, path = clients[person], reverse(name, args=keys)
        answer = client.get(path) if posted is None else client.post(path, posted)
        assert answer.status_code == 404, (person.username, path)
        missing = fill(OURS[name], pk=10**9, uuid="00000000-0000-4000-8000-000000000000", code="YA-NO", number=1)
        unknown = client.get(missing) if posted is None else client.post(missing, posted)
        assert (unknown.status_code, unknown.content) == (404, answer.content), (person.username, path)
    assert everything() == before


def test_a_colleague_of_the_drafter_has_no_hand_in_the_draft(city, papers):
    colleague = User.objects.create(username="colleague", name="同事")
    take_post(colleague, city.office, Role.DRAFTER, by=None, at=MONDAY)
    client, unregistered = city.desk(colleague), words("draft", "submitted", "approved")
    for stage in ("draft", "submitted", "approved"):
        assert client.post(reverse("circulars:withdraw", args=[papers.pages[stage]])).status_code == 404
        assert client.get(reverse("circulars:draft_attachment", args=[papers.pages[stage], 1])).status_code == 404
    assert not secrets_in(client, papers, unregistered)
    assert not tried_in_the_admin(colleague, admin_addresses(papers, "draft"), unregistered)


@pytest.mark.parametrize("role", [role for role in Role if RIGHTS[role]])
def test_nobody_is_offered_a_link_that_is_not_theirs(city, papers, role):
    """Every link and every form on the pages of a person of the office, who receives as well, leads to something that opens."""
    person = User.objects.create(username="walker", name="行人")
    take_post(person, city.office, role, by=None, at=MONDAY)
    take_post(person, city.attentive, Role.CLERK, by=None, at=MONDAY)
    client, offered, answered = city.desk(person), {}, {}
    for _, path in addresses_of(papers):
        if not is_admitted(person, path):
            continue
        answer = client.get(path)
        answered[path] = answer.status_code
        if answer.status_code == 200 and not answer.streaming and "html" in answer["Content-Type"]:
            links = re.findall(r'(?:href|action)="(/(?!static/|cms/|logout/)[^"#]*)', answer.content.decode())
            offered |= dict.fromkeys(links, path)
    answered |= {link: client.get(link).status_code for link in offered.keys() - answered.keys()}
    dead = {link: path for link, path in offered.items() if answered[link] not in (200, 302, 405)}
    assert not dead, "\n".join(f"{path} offers {link}" for link, path in dead.items())


def test_the_page_of_a_draft_is_served_to_nobody_from_the_tree(city, papers, everybody):
    page = CircularPage.objects.get(pk=papers.pages["sent"])
    assert not page.live
    assert city.desk(everybody).get(page.url_path).status_code == 404
