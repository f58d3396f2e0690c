"""修改密码: the own password, by its owner, who stays signed in here and is out everywhere else."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from accounts.people import User
from accounts.slips import Slip
from cms.ledger import Entry

OLD, NEW = "a-long-enough-word-26", "another-long-word-27"


@pytest.fixture
def clerk(city):
    city.clerk.mobile = "13812345678"
    city.clerk.set_password(OLD)
    city.clerk.save()
    return city.clerk


def browser(password=OLD):
    desk = Client(REMOTE_ADDR="10.61.5.7")
    desk.post(reverse("login"), {"username": "clerk", "password": password, "next": ""})
    return desk


def change(desk, old=OLD, new=NEW, again=None):
    return desk.post(
        reverse("accounts:password"), {"old_password": old, "new_password1": new, "new_password2": again or new}
    )


def is_in(desk):
    return desk.get(reverse("notices")).status_code == 200


def test_nobody_learns_the_present_password_by_trying_it_as_the_new_one(clerk):
    desk = browser()
    for old in ("", "wrong-old-word-26"):
        assert "与现在的密码相同" not in change(desk, old=old, new=OLD).content.decode()


def test_the_password_is_new_here_one_stays_signed_in_and_elsewhere_one_is_out(clerk):
    here, elsewhere = browser(), browser()
    assert "修改密码" in here.get(reverse("notices")).content.decode()
    answer = change(here)
    assert answer.status_code == 302
    assert "密码已修改" in here.get(answer.url).content.decode()
    assert is_in(here)
    assert not is_in(elsewhere)
    assert not is_in(browser(OLD))
    assert is_in(browser(NEW))
    entry = Entry.objects.get(deed="password.set")
    assert (entry.person, entry.subject, entry.facts) == (clerk, f"accounts.user:{clerk.pk}", {})


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"old": ""}, "请填写现在的密码"),
        ({"new": "short-1"}, "密码太短，至少要 10 个字符"),
        ({"new": "password123"}, "密码太常见"),
        ({"new": "83625417904"}, "密码只包含数字"),
        ({"new": "13812345678a"}, "密码跟 移动号码 太相似"),
        ({"new": OLD}, "不能与现在的密码相同"),
        ({"new": NEW, "again": NEW + "x"}, "两次输入的新密码不一样"),
    ],
)
def test_what_cannot_be_is_refused_in_chinese_and_changes_nothing(clerk, typed, said):
    before = User.objects.get(pk=clerk.pk).password
    answer = change(browser(), **typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert NEW not in page
    assert OLD not in page
    assert User.objects.get(pk=clerk.pk).password == before
    assert not Entry.objects.filter(deed="password.set").exists()


def test_twice_is_once(clerk):
    here = browser()
    change(here)
    assert "现在的密码不对" in change(here).content.decode()
    assert Entry.objects.filter(deed="password.set").count() == 1


def test_a_wrong_old_password_counts_like_one_typed_at_the_door(clerk):
    here = browser()
    assert [change(here, old=f"guess-{n}").status_code for n in range(5)] == [200] * 4 + [429]
    assert change(here).status_code == 429
    assert User.objects.get(pk=clerk.pk).check_password(OLD)
    kept = str(list(AccessAttempt.objects.values()))
    assert "guess-" not in kept
    assert NEW not in kept


def test_a_password_set_by_its_owner_voids_a_slip_that_was_lying_about(clerk, city):
    from accounts.slips import request_slip
    from tests.cast import MONDAY

    code = request_slip(clerk, reason="忘记", by=city.engineer, at=MONDAY).confirm(by=city.secretary, at=MONDAY)
    change(browser())
    assert Slip.objects.get().state == Slip.State.VOID
    assert not is_in(browser(code))
