"""久未使用: accounts that nobody used for ninety days are closed in the night, told of and opened again with a reason (Articles 7 and 23)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.closing import close_account, reopen_account
from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.unused import sweep_unused
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.signins import browser, is_in, known_by_password

DAY = timedelta(days=1)
# Three in the night after the ninetieth day.
THEN = (MONDAY + 91 * DAY).replace(hour=3, minute=0)
USED = THEN - DAY


@pytest.fixture
def guard(city):
    person = User.objects.create(username="guard", name="安守")
    take_post(person, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    return person


@pytest.fixture
def clerk(city, guard):
    """The one person who has not come in since Monday."""
    User.objects.exclude(pk=city.clerk.pk).update(last_login=USED)
    known_by_password(city.clerk)
    User.objects.filter(pk=city.clerk.pk).update(last_login=MONDAY)
    return city.clerk


def is_open(person):
    return User.objects.get(pk=person.pk).is_active


def test_in_the_night_after_ninety_days_the_account_is_closed_and_the_security_administrator_told(clerk, guard, city):
    desk = city.desk(clerk)
    User.objects.filter(pk=clerk.pk).update(last_login=MONDAY)
    for at in (THEN - DAY, THEN - timedelta(minutes=1), THEN.replace(hour=4)):
        sweep_unused(at)
        assert is_open(clerk), at
    sweep_unused(THEN)
    assert not is_open(clerk)
    assert not is_in(desk)
    assert not is_in(browser("clerk"))
    entry = Entry.objects.get(deed="account.closed")
    assert (entry.person, entry.subject) == (None, f"accounts.user:{clerk.pk}")
    assert entry.facts["reason"] == "90 天没有使用"
    assert Post.objects.filter(person=clerk, held_to=None).exists()
    told = Message.objects.filter(key__startswith="unused:")
    assert [message.person for message in told] == [guard]
    assert "孙早的账户 90 天没有使用，已停用" in told[0].text
    page = city.desk(guard).get(told[0].link).content.decode()
    assert "孙早" in page
    User.objects.filter(pk=guard.pk).update(last_login=USED)
    sweep_unused(THEN + timedelta(minutes=1))
    assert Entry.objects.filter(deed="account.closed").count() == told.count() == 1


def test_signing_in_counts_as_use(clerk, week):
    week.move_to(MONDAY + 30 * DAY, tick=False)
    assert is_in(browser("clerk"))
    sweep_unused(THEN)
    assert is_open(clerk)


def test_it_is_opened_again_with_a_reason_and_counted_from_then(clerk, city):
    sweep_unused(THEN)
    office, path = city.desk(city.engineer), reverse("accounts:reopen_account", args=[clerk.pk])
    assert "因 90 天没有使用停用" in office.get(reverse("accounts:person", args=[clerk.pk])).content.decode()
    for reason in ("", "  "):
        assert "请写明恢复的原因" in office.post(path, {"reason": reason}, follow=True).content.decode()
    assert not is_open(clerk)
    office.post(path, {"reason": "学习归来，仍任收发员"})
    assert is_open(clerk)
    assert Entry.objects.get(deed="account.reopened").facts == {"reason": "学习归来，仍任收发员"}
    assert User.objects.get(pk=clerk.pk).unused_from == MONDAY
    User.objects.filter(pk=clerk.pk).update(unused_from=USED)  # the scene's clock stands at Monday
    sweep_unused(THEN + 89 * DAY)
    assert is_open(clerk)
    User.objects.exclude(pk=clerk.pk).update(last_login=THEN + 89 * DAY)
    sweep_unused(THEN + 90 * DAY)
    assert not is_open(clerk)


def test_one_that_was_closed_by_somebody_is_opened_without_a_reason_as_before(clerk, city):
    close_account(clerk, reason="调离", by=city.engineer, at=MONDAY)
    reopen_account(clerk, by=city.engineer, at=MONDAY)
    sweep_unused(THEN)
    with pytest.raises(OutOfOrder, match="写明恢复的原因"):
        reopen_account(clerk, by=city.engineer, at=THEN)


def test_an_account_that_nobody_ever_used_counts_from_its_first_day(clerk, city):
    newcomer = User.objects.create(username="newcomer", name="新来", date_joined=MONDAY)
    sweep_unused(THEN)
    assert not is_open(newcomer)


def test_invented_people_are_left_alone(clerk):
    User.objects.filter(pk=clerk.pk).update(is_demo=True)
    sweep_unused(THEN)
    assert is_open(clerk)


def test_the_last_who_can_open_accounts_stays(clerk, city):
    second = User.objects.create(username="second-engineer", name="吴二", last_login=MONDAY + DAY)
    take_post(second, city.network_office, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    User.objects.filter(pk=city.engineer.pk).update(last_login=MONDAY)
    sweep_unused(THEN)
    assert not is_open(city.engineer)
    assert is_open(second)
    sweep_unused(THEN + DAY)
    assert is_open(second)


def test_without_a_security_administrator_the_network_office_is_told(clerk, guard, city):
    Post.objects.get(person=guard).leave(by=None, at=MONDAY)
    sweep_unused(THEN)
    told = Message.objects.filter(key__startswith="unused:")
    assert [message.person for message in told] == [city.engineer]
    assert told[0].link == reverse("accounts:people")
