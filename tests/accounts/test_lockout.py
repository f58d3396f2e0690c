"""Five wrong passwords: what is locked, what is not, what the person is told, and how it ends."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from accounts.lockout import lift_lock, standing_locks
from accounts.units import Unit
from cms.accesslog import Access, Look
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

PASSWORD = "a-long-enough-word-26"
HERE, THERE = "10.61.5.7", "10.61.5.8"


@pytest.fixture
def clerk(city):
    city.clerk.set_password(PASSWORD)
    city.clerk.save()
    return city.clerk


def try_at(address, username="clerk", password="wrong", **headers):
    """The answer to one try from a fresh browser at this address."""
    return Client(REMOTE_ADDR=address, **headers).post(
        reverse("login"), {"username": username, "password": password, "next": ""}
    )


def lock_out(address=HERE, username="clerk", **headers):
    return [try_at(address, username, **headers).status_code for _ in range(5)]


def test_the_fifth_wrong_password_locks_and_the_page_says_what_to_do(clerk, city):
    Unit.objects.filter(pk=city.network_office.pk).update(duty_phone="0911-7000000")
    assert lock_out() == [200, 200, 200, 200, 429]
    answer = try_at(HERE, password=PASSWORD)
    assert answer.status_code == 429
    page = answer.content.decode()
    for words in (
        "登录已锁定",
        "请等 30 分钟",
        "一次性密码单",
        "市网信办",
        "可以提前解除锁定",
        "值班电话 0911-7000000",
    ):
        assert words in page
    assert answer["Cache-Control"] == "no-store"


def test_another_address_still_gets_in_and_so_does_another_name_at_this_one(clerk, city):
    city.leader.set_password(PASSWORD)
    city.leader.save()
    lock_out()
    assert try_at(THERE, password=PASSWORD).status_code == 302
    assert try_at(HERE, "leader", PASSWORD).status_code == 302


def test_a_name_that_nobody_has_is_locked_alike_with_the_same_words(clerk):
    def page(username):
        answers = [try_at(HERE, username) for _ in range(5)]
        return [(a.status_code, a.content.decode().replace(username, "")) for a in answers]

    known, unknown = page("clerk"), page("nobody-at-all")
    assert [status for status, _ in known] == [status for status, _ in unknown]
    assert known[-1] == unknown[-1]


def test_the_lock_passes_after_half_an_hour_even_if_one_tried_meanwhile(clerk, week):
    lock_out()
    week.shift(timedelta(minutes=29))
    assert try_at(HERE, password=PASSWORD).status_code == 429
    week.shift(timedelta(minutes=1, seconds=1))
    assert try_at(HERE, password=PASSWORD).status_code == 302


def test_the_right_password_clears_what_was_counted(clerk):
    for _ in range(2):
        assert [try_at(HERE).status_code for _ in range(4)] == [200] * 4
        assert try_at(HERE, password=PASSWORD).status_code == 302


def test_another_browser_at_the_address_is_no_way_around(clerk):
    answers = [try_at(HERE, HTTP_USER_AGENT=f"browser {n}").status_code for n in range(5)]
    assert answers[-1] == 429


def test_an_address_that_the_browser_made_up_is_not_believed(clerk, settings):
    settings.BEHIND_PROXY = False
    answers = [try_at(HERE, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code for n in range(5)]
    assert answers[-1] == 429


def test_behind_our_own_proxy_the_last_hop_counts_and_what_stands_before_it_does_not(clerk, settings):
    settings.BEHIND_PROXY = True
    answers = [try_at("127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, {HERE}").status_code for n in range(5)]
    assert answers[-1] == 429
    assert try_at("127.0.0.1", password=PASSWORD, HTTP_X_FORWARDED_FOR=THERE).status_code == 302


def test_a_hop_that_is_no_address_breaks_nothing(clerk, settings):
    settings.BEHIND_PROXY = True
    answers = [try_at("127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.1, rubbish {n}").status_code for n in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def test_the_lock_is_written_down_once_and_no_password_anywhere(clerk):
    for _ in range(7):
        try_at(HERE, password="secret-word-of-somebody")
    assert list(Access.objects.filter(look=Look.LOCKED_OUT).values_list("subject", "address")) == [("clerk", HERE)]
    assert Access.objects.filter(look=Look.SIGN_IN_FAILED).count() == 7
    kept = "".join(str(row) for model in (AccessAttempt, Access, Entry) for row in model.objects.values())
    assert "secret-word-of-somebody" not in kept


# --- lifting ---


def test_the_network_office_lifts_a_lock_and_the_ledger_says_who(clerk, city):
    lock_out()
    desk = city.desk(city.engineer)
    page = desk.get(reverse("accounts:locks")).content.decode()
    assert "clerk" in page
    assert HERE in page
    answer = desk.post(reverse("accounts:lift_lock"), {"username": "clerk", "address": HERE}, follow=True)
    assert "已解除" in answer.content.decode()
    assert try_at(HERE, password=PASSWORD).status_code == 302
    entry = Entry.objects.get(deed="lock.lifted")
    assert (entry.person, entry.subject) == (city.engineer, f"accounts.user:{clerk.pk}")
    assert entry.facts == {"address": HERE, "tries": 5}


def test_a_lifted_lock_is_not_lifted_again(clerk, city):
    lock_out()
    lift_lock("clerk", HERE, by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已经到期"):
        lift_lock("clerk", HERE, by=city.engineer, at=MONDAY)
    desk = city.desk(city.engineer)
    answer = desk.post(reverse("accounts:lift_lock"), {"username": "clerk", "address": HERE}, follow=True)
    assert "已经到期" in answer.content.decode()
    assert Entry.objects.filter(deed="lock.lifted").count() == 1


def test_what_was_typed_for_a_name_that_nobody_has_does_not_enter_the_ledger(city):
    lock_out(username="my-password-by-mistake")
    lift_lock("my-password-by-mistake", HERE, by=city.engineer, at=MONDAY)
    entry = Entry.objects.get(deed="lock.lifted")
    assert "my-password-by-mistake" not in f"{entry.subject}{entry.payload}"


def test_the_list_holds_locks_and_not_every_slip_of_the_finger(clerk, week):
    assert not standing_locks(MONDAY)
    try_at(HERE)
    assert not standing_locks(MONDAY)
    lock_out()
    assert [(lock.username, lock.address, lock.person) for lock in standing_locks(MONDAY)] == [("clerk", HERE, clerk)]
    assert not standing_locks(MONDAY + timedelta(minutes=31))


@pytest.mark.parametrize("who", ["clerk", "leader", "secretary", "nobody", "superuser"])
def test_nobody_else_sees_or_lifts_a_lock(clerk, city, who):
    lock_out()
    desk = city.desk(getattr(city, who))
    assert desk.get(reverse("accounts:locks")).status_code == 404
    assert desk.post(reverse("accounts:lift_lock"), {"username": "clerk", "address": HERE}).status_code == 404
    assert try_at(HERE, password=PASSWORD).status_code == 429
