"""Accounts are found, closed and reopened by the network office; a closed one is out at once and for good (Article 7)."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.closing import close_account, reopen_account
from accounts.people import User
from accounts.slips import Slip, request_slip
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

PASSWORD = "a-long-enough-word-26"


@pytest.fixture
def clerk(city):
    city.clerk.set_password(PASSWORD)
    city.clerk.save()
    return city.clerk


def sign_in(password=PASSWORD):
    desk = Client()
    desk.post(reverse("login"), {"username": "clerk", "password": password, "next": ""})
    return desk


def is_in(desk):
    return desk.get(reverse("notices")).status_code == 200


def test_a_closed_account_is_out_at_once_and_reopened_no_old_session_goes_on(clerk, city):
    office, desk = city.desk(city.engineer), sign_in()
    path = reverse("accounts:person", args=[clerk.pk])
    assert "停用账户" in office.get(path).content.decode()
    answer = office.post(reverse("accounts:close_account", args=[clerk.pk]), {"closing_reason": "调离"}, follow=True)
    assert "已停用孙早的账户" in answer.content.decode()
    assert not is_in(desk)
    assert not is_in(sign_in())
    assert "已停用" in office.get(reverse("accounts:people"), {"q": "孙早"}).content.decode()
    office.post(reverse("accounts:reopen_account", args=[clerk.pk]))
    assert not is_in(desk)
    assert is_in(sign_in())
    deeds = Entry.objects.filter(subject=f"accounts.user:{clerk.pk}", deed__startswith="account.").order_by("pk")
    assert [(entry.deed, entry.person) for entry in deeds] == [
        ("account.closed", city.engineer),
        ("account.reopened", city.engineer),
    ]
    assert deeds[0].facts["reason"] == "调离"


def test_no_account_is_closed_without_a_reason(clerk, city):
    answer = city.desk(city.engineer).post(reverse("accounts:close_account", args=[clerk.pk]), {"closing_reason": " "})
    assert "请写明停用的原因" in answer.content.decode()
    with pytest.raises(OutOfOrder, match="原因"):
        close_account(clerk, reason=" ", by=city.engineer, at=MONDAY)
    assert User.objects.get(pk=clerk.pk).is_active


def test_the_posts_stand_beside_the_name(clerk, city):
    office = city.desk(city.engineer)
    for page in (
        office.get(reverse("accounts:people"), {"q": "孙早"}),
        office.get(reverse("accounts:person", args=[clerk.pk])),
    ):
        assert f"{city.attentive} 收发员" in page.content.decode()


def test_twice_is_once_and_the_second_is_told(clerk, city):
    close_account(clerk, reason="调离", by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已经停用"):
        close_account(clerk, reason="调离", by=city.engineer, at=MONDAY)
    reopen_account(clerk, by=city.engineer, at=MONDAY)
    answer = city.desk(city.engineer).post(reverse("accounts:reopen_account", args=[clerk.pk]), follow=True)
    assert "没有停用" in answer.content.decode()
    assert Entry.objects.filter(deed__startswith="account.").count() == 2


def test_a_slip_that_was_lying_about_opens_nothing_after_reopening(clerk, city):
    code = request_slip(clerk, reason="忘记", by=city.engineer, at=MONDAY).confirm(by=city.secretary, at=MONDAY)
    close_account(clerk, reason="调离", by=city.engineer, at=MONDAY)
    reopen_account(clerk, by=city.engineer, at=MONDAY)
    assert Slip.objects.get().state == Slip.State.VOID
    assert not is_in(sign_in(code))


def test_nobody_closes_their_own_account(city):
    with pytest.raises(OutOfOrder, match="本人的账户"):
        close_account(city.engineer, reason="调离", by=city.engineer, at=MONDAY)
    page = city.desk(city.engineer).get(reverse("accounts:person", args=[city.engineer.pk])).content.decode()
    assert "停用账户</button>" not in page


@pytest.mark.parametrize("who", ["clerk", "leader", "secretary", "nobody", "superuser"])
def test_nobody_else_closes_or_reopens_or_sees_accounts(city, who):
    person, desk = getattr(city, who), city.desk(getattr(city, who))
    for name in ("close_account", "reopen_account"):
        assert desk.post(reverse(f"accounts:{name}", args=[city.late_clerk.pk])).status_code == 404
    assert desk.get(reverse("accounts:person", args=[city.late_clerk.pk])).status_code == 404
    for act in (partial(close_account, reason="调离"), reopen_account):
        with pytest.raises(PermissionDenied):
            act(city.late_clerk, by=person, at=MONDAY)
    assert User.objects.get(pk=city.late_clerk.pk).is_active
