"""锁定: a desk with nobody at it locks, keeps counting, and opens for the same person's password alone (Articles 10 and 18)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.alarmtokens import alarm_token, person_of
from accounts.checks import desk_locks_within_a_session
from accounts.lookins import last_look_in
from accounts.people import Post, User, end_sessions, take_post
from accounts.roles import Role
from cms.accesslog import Access, Look
from tests.addresses import BY_POST_ONLY, OURS, dummy
from tests.cast import MONDAY
from tests.walking import everything

PASSWORD = "one-for-the-scene"
LOCKED = reverse("accounts:locked")
INBOX = reverse("circulars:inbox")
LEFT_OPEN = {
    "accounts:locked", "accounts:lock", "circulars:alarm", "circulars:locked_alarm", "logout", "login", "healthz", "metrics", "reports:wall",
}  # fmt: skip


def minutes(count):
    return MONDAY + timedelta(minutes=count)


@pytest.fixture
def clerk(city):
    User.objects.filter(pk=city.clerk.pk).update(password=make_password(PASSWORD))
    return User.objects.get(pk=city.clerk.pk)


@pytest.fixture
def desk(city, clerk):
    return city.desk(clerk)


@pytest.fixture
def locked(desk):
    desk.post(reverse("accounts:lock"), {"next": INBOX})
    return desk


def leads_to(answer):
    return answer.headers.get("Location", "")


def is_shut(client, path=INBOX):
    return leads_to(client.get(path)).startswith(LOCKED)


def unlock(client, password=PASSWORD, **more):
    return client.post(LOCKED, {"password": password, "next": INBOX, **more})


# When it locks


def test_half_an_hour_without_anybody_locks_the_desk_and_not_a_minute_less(city, desk, week):
    week.move_to(minutes(30), tick=False)
    assert desk.get(INBOX).status_code == 200
    week.move_to(minutes(60) + timedelta(seconds=1), tick=False)
    assert is_shut(desk)


def test_who_reads_and_types_is_said_to_be_there_and_not_locked_out(city, desk, week):
    for count in (20, 40, 60):
        week.move_to(minutes(count), tick=False)
        assert desk.post(reverse("accounts:here")).status_code == 204
    week.move_to(minutes(85), tick=False)
    assert not is_shut(desk)


def test_a_page_that_asks_by_itself_is_nobody(city, desk, week):
    for count in range(1, 31):
        week.move_to(minutes(count), tick=False)
        assert desk.get(reverse("circulars:alarm")).json()["locked"] is False
    week.move_to(minutes(31), tick=False)
    assert desk.get(reverse("circulars:alarm")).json()["locked"] is True
    assert is_shut(desk)


def test_a_board_that_renews_itself_is_nobody_and_leads_to_the_lock_when_the_desk_is_locked(city, circular, week):
    sender, address = city.desk(city.sender), reverse("circulars:board", args=[circular.uuid])
    for count in range(1, 31):
        week.move_to(minutes(count), tick=False)
        assert sender.get(address, {"show": "open"}, headers={"X-Fragment": "board"}).status_code == 200
    week.move_to(minutes(31), tick=False)
    answer = sender.get(address, {"show": "open"}, headers={"X-Fragment": "board"})
    assert (answer.status_code, answer.content) == (205, b"")
    assert leads_to(sender.get(address)) == f"{LOCKED}?next={address.replace('/', '%2F')}"


def test_a_list_that_renews_itself_is_no_look_in(city, desk, week):
    desk.get(INBOX)
    last = last_look_in(desk.session)
    week.move_to(minutes(20), tick=False)
    desk.get(INBOX, headers={"X-Fragment": "inbox"})
    assert last_look_in(desk.session) == last
    desk.get(INBOX)
    assert last_look_in(desk.session).at == minutes(20)


def test_whoever_opens_the_board_is_here(city, circular, week):
    sender, address = city.desk(city.sender), reverse("circulars:board", args=[circular.uuid])
    for count in (20, 40, 60):
        week.move_to(minutes(count), tick=False)
        assert sender.get(address).status_code == 200


@override_settings(DESK_IDLE_MINUTES=5)
def test_the_limit_is_the_installations(city, desk, week):
    week.move_to(minutes(5) + timedelta(seconds=1), tick=False)
    assert is_shut(desk)


@pytest.mark.parametrize("limit, found", [(30, 0), (120, 0), (121, 1)])
def test_no_desk_stands_open_for_longer_than_a_session_lasts(limit, found):
    with override_settings(DESK_IDLE_MINUTES=limit):
        assert len(desk_locks_within_a_session(None)) == found


def test_a_session_ends_two_hours_after_the_password_however_busy_the_person_is(city, desk, week):
    for count in range(0, 120, 20):
        week.move_to(minutes(count), tick=False)
        assert desk.get(INBOX).status_code == 200
    week.move_to(minutes(120), tick=False)
    assert leads_to(desk.get(INBOX)).startswith("/login/")


# What a locked desk does


def test_a_locked_desk_opens_nothing_but_the_lock_the_alarm_and_the_way_out(city, locked):
    before = everything()
    for name in OURS.keys() - LEFT_OPEN:
        for method in (locked.get, locked.post):
            answer = method(dummy(name))
            refused_at_the_door = answer.status_code == 404
            assert refused_at_the_door or leads_to(answer).startswith(LOCKED), name
    assert everything() == before


def test_the_admin_is_locked_too(city):
    client = city.desk(city.drafter)
    client.post(reverse("accounts:lock"))
    assert is_shut(client, "/cms/")


def test_a_form_sent_from_a_locked_desk_does_nothing_and_says_so_afterwards(city, circular, locked, clerk):
    delivery = city.opened(circular)
    page = reverse("circulars:reading", args=[delivery.pk])
    answer = locked.post(
        reverse("circulars:sign", args=[delivery.pk]), {"key": uuid4(), "checked": "all"},
        headers={"Referer": f"http://testserver{page}"},
    )  # fmt: skip
    assert leads_to(answer) == f"{LOCKED}?next={page.replace('/', '%2F')}"
    assert city.delivery(circular).is_open
    after = locked.post(LOCKED, {"password": PASSWORD, "next": page}, follow=True)
    assert after.redirect_chain[-1][0] == page
    assert "刚才提交的没有办理" in after.content.decode()


def test_the_lock_says_whose_desk_it_is_and_names_no_paper(city, circular, locked):
    shown = locked.get(f"{LOCKED}?next={INBOX}").content.decode()
    assert "孙早" in shown
    for secret in (circular.title, circular.number, "市政府办"):
        assert secret not in shown


def test_signing_out_is_always_possible(city, locked):
    locked.post(reverse("logout"))
    assert leads_to(locked.get(INBOX)).startswith("/login/")


def test_a_get_locks_nothing(city, desk):
    assert desk.get(reverse("accounts:lock")).status_code == 405
    assert not is_shut(desk)
    assert leads_to(desk.get(f"{LOCKED}?next={INBOX}")) == INBOX
    assert "accounts:lock" in BY_POST_ONLY


# Opening it


def test_the_password_opens_it_where_the_person_was_and_counts_as_a_sign_in(city, locked, week):
    week.move_to(minutes(5), tick=False)
    assert leads_to(unlock(locked)) == INBOX
    assert not is_shut(locked)
    assert Access.objects.filter(look=Look.SIGNED_IN, person=city.clerk, at=minutes(5)).exists()
    week.move_to(minutes(34), tick=False)
    assert not is_shut(locked)


@pytest.mark.parametrize("password", ["", "wrong-for-the-scene"])
def test_another_password_does_not_open_it(city, locked, password):
    answer = unlock(locked, password)
    assert answer.status_code == 200
    assert ("请填写密码。" if not password else "密码不对") in answer.content.decode()
    assert is_shut(locked)


def test_another_persons_password_does_not_open_it(city, locked):
    User.objects.filter(pk=city.second_clerk.pk).update(password=make_password("another-ones-word"))
    unlock(locked, "another-ones-word")
    assert is_shut(locked)


def test_five_wrong_passwords_lock_the_name_as_at_the_door(city, locked, clerk):
    answers = [unlock(locked, "wrong-for-the-scene").status_code for _ in range(6)]
    assert answers[-1] == 429
    assert unlock(locked).status_code == 429
    at_the_door = Client().post("/login/", {"username": clerk.username, "password": PASSWORD})
    assert at_the_door.status_code == 429


@pytest.mark.parametrize(
    "wanted, found",
    [
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/nowhere/", "/"),
        ("javascript:alert(1)", "/"),
        ("/locked/", "/"),
        ("/received/?show=late&q=word", "/received/"),
    ],
)
def test_one_lands_on_this_site_only(city, locked, wanted, found):
    assert leads_to(locked.post(LOCKED, {"password": PASSWORD, "next": wanted})) == found


def test_a_desk_whose_session_has_ended_opens_by_its_token_and_the_password(city, locked, clerk, week):
    token = alarm_token(clerk, MONDAY)
    week.move_to(minutes(600), tick=False)
    Session.objects.all().delete()
    assert "孙早" in unlock(locked, "wrong-for-the-scene", token=token).content.decode()
    assert leads_to(unlock(locked, token=token)) == INBOX
    assert not is_shut(locked)


def test_without_session_and_token_there_is_only_the_sign_in_page(city):
    for answer in (Client().get(LOCKED), unlock(Client()), unlock(Client(), token="forged")):
        assert leads_to(answer).startswith("/login/")


# The token


def asked(token):
    return Client().get(reverse("circulars:locked_alarm"), headers={"X-Alarm-Token": token})


def test_a_locked_desk_is_told_numbers_and_the_highest_urgency_and_nothing_else(city, circular, clerk):
    normal, urgent = circular, city.sent(urgency="extra_urgent")
    answer = asked(alarm_token(clerk, MONDAY))
    assert set(answer.json()) == {"open", "urgency", "newest", "fresh", "freshUrgency", "freshOfUrgency"}
    assert (answer.json()["open"], answer.json()["urgency"]) == (2, "特急")
    for circular in (normal, urgent):
        assert circular.number not in answer.content.decode()


def test_a_token_is_good_for_a_day(city, clerk, week):
    token = alarm_token(clerk, MONDAY)
    week.move_to(minutes(24 * 60), tick=False)
    assert asked(token).status_code == 200
    week.move_to(minutes(24 * 60) + timedelta(seconds=1), tick=False)
    assert asked(token).status_code == 404


def test_a_token_ends_with_the_password(city, clerk):
    token = alarm_token(clerk, MONDAY)
    clerk.set_password("another-long-word-27")
    clerk.save()
    assert asked(token).status_code == 404


def test_a_token_ends_with_the_sessions_and_with_the_account(city, clerk):
    token = alarm_token(clerk, MONDAY)
    end_sessions([clerk.pk])
    assert person_of(token, MONDAY) is None
    token = alarm_token(User.objects.get(pk=clerk.pk), MONDAY)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert person_of(token, MONDAY) is None


def test_a_token_ends_when_the_person_signs_out_elsewhere(city, clerk, week):
    token = alarm_token(clerk, MONDAY)
    week.move_to(minutes(10), tick=False)
    elsewhere = city.desk(clerk)
    elsewhere.post(reverse("logout"))
    assert asked(token).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "x:y:z"])
def test_a_forged_token_finds_nothing(city, token):
    assert asked(token).status_code == 404


def test_a_token_shows_what_its_person_may_see_now(city, clerk, circular):
    Post.objects.get(person=clerk).leave(by=None, at=minutes(1))
    take_post(clerk, city.elsewhere, Role.CLERK, by=None, at=minutes(1))
    assert asked(alarm_token(User.objects.get(pk=clerk.pk), MONDAY)).json()["open"] == 0
