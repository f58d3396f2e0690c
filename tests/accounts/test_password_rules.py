"""口令策略: what a password must be in either profile, which of the earlier ones are barred, and what an old one still opens (Article 10)."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.demo import PASSWORD as DEMO_PASSWORD
from accounts.passwordrules import PROFILES, in_force, rules
from accounts.passwords import set_own_password, warn_of_passwords
from accounts.pastpasswords import KEPT, PastPassword
from accounts.people import User
from cms.messages import Message
from config.doorkeeper import BEFORE_A_PASSWORD
from config.doors import DOORS, Audience
from config.environment import choice
from tests.addresses import OURS, dummy
from tests.cast import MONDAY
from tests.signins import PASSWORD, browser, is_in, known_by_password, leads_to, type_password
from tests.walking import everything

CHANGE, LOCKED = reverse("accounts:password"), reverse("accounts:locked")
DAY = timedelta(days=1)


@pytest.fixture
def clerk(city):
    User.objects.filter(pk=city.clerk.pk).update(mobile="13812345678", office_phone="2167287")
    known_by_password(city.clerk)
    return User.objects.get(pk=city.clerk.pk)


def change(desk, new, old=PASSWORD):
    return desk.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    "profile, typed, said",
    [
        ("dengbao-3", "Longer-1x", "至少要 10 个字符"),
        ("dengbao-3", "onlylowerletters", "密码只包含小写字母"),
        ("dengbao-3", "lowerand12345digits", "密码只包含小写字母和数字"),
        ("dengbao-3", "83625417904", "密码只包含数字"),
        ("dengbao-3", "My-clerk-word-1", "密码里不能有用户名"),
        ("dengbao-3", "孙早-Good-2026", "密码里不能有姓名"),
        ("dengbao-3", "13812345678-Go", "移动号码"),
        ("dengbao-3", "Tel-2167287-now", "密码里不能有办公电话"),
        ("dengbao-3", "lowerand-12345", ""),
        ("dengbao-3", "UPPERand12345", ""),
        ("dengbao-3", "汉字也是 Sign12", ""),
        ("asvs", "Longer-1xyz", "至少要 12 个字符"),
        ("asvs", "password1234", "密码太常见"),
        ("asvs", "onlylowerletters", ""),
        ("asvs", "902604770051", ""),
        ("asvs", "my-clerk-word-1", "密码里不能有用户名"),
    ],
)  # fmt: skip
def test_what_a_password_must_be(clerk, settings, profile, typed, said):
    settings.PASSWORD_PROFILE = profile
    refused = [sentence for rule in rules(in_force()) if (sentence := rule.refused(typed, clerk))]
    assert bool(refused) is bool(said)
    assert said in "".join(refused)
    if refused:
        with pytest.raises(ValidationError):
            validate_password(typed, clerk)
    else:
        validate_password(typed, clerk)


def test_the_printed_password_of_a_demo_is_one():
    validate_password(DEMO_PASSWORD, User(username="bm05-clerk", name="孙早"))


def test_an_installation_says_which_profile_or_does_not_start(monkeypatch):
    assert choice("PASSWORD_PROFILE", "dengbao-3", "asvs") == "dengbao-3"
    monkeypatch.setenv("PASSWORD_PROFILE", "asvs")
    assert choice("PASSWORD_PROFILE", "dengbao-3", "asvs") == "asvs"
    monkeypatch.setenv("PASSWORD_PROFILE", "none")
    with pytest.raises(ImproperlyConfigured, match="PASSWORD_PROFILE"):
        choice("PASSWORD_PROFILE", "dengbao-3", "asvs")
    assert set(PROFILES) == {"dengbao-3", "asvs"}


# --- what the page says ---


def lines(answer):
    """The sentences of the page, each with what the server found of it."""
    return answer.context["form"].asked


def test_the_page_says_what_is_asked_and_ticks_what_was_typed(clerk):
    desk = browser("clerk")
    before = desk.get(CHANGE)
    assert {judged for _, judged in lines(before)} == {""}
    for sentence, _ in lines(before):
        assert sentence in before.content.decode()
    assert "每 90 天更换一次，到期前 7 天提醒" in before.content.decode()
    after = dict(lines(change(desk, "password1")))
    assert after == {
        "至少 10 个字符": "broken",
        "大写字母、小写字母、数字、其他字符中至少有 3 种": "broken",
        "不是常见的密码": "broken",
        "不含姓名、用户名、电话号码，也不与它们相近": "kept",
        "不是最近 5 次用过的密码": "",  # asked of the others first
    }
    page = change(desk, PASSWORD).content.decode()
    assert page.count("✗") == 1
    assert page.count("✓") == 4


def test_the_page_of_the_other_profile_asks_for_no_kinds_and_no_change(clerk, settings):
    settings.PASSWORD_PROFILE = "asvs"
    answer = browser("clerk").get(CHANGE)
    assert [sentence for sentence, _ in lines(answer)] == [
        "至少 12 个字符",
        "不是常见的密码",
        "不含姓名、用户名、电话号码，也不与它们相近",
        "不与现在的密码相同",
    ]
    assert "更换一次" not in answer.content.decode()


# --- the last five ---


def numbered(number):
    return f"Number-{number}-of-many"


def test_none_of_the_last_five_is_taken_again_and_the_sixth_is(clerk):
    for number in range(5):
        set_own_password(clerk, numbered(number), at=MONDAY + number * DAY)
    desk = browser("clerk", numbered(4))
    for number in range(5):
        answer = change(desk, numbered(number), old=numbered(4))
        assert "不能" in answer.content.decode(), number
    assert "新密码不能是最近 5 次用过的" in change(desk, numbered(0), old=numbered(4)).content.decode()
    assert change(desk, PASSWORD, old=numbered(4)).status_code == 302
    assert PastPassword.objects.filter(person=clerk).count() == KEPT - 1


def test_earlier_passwords_are_answered_for_to_nobody_who_does_not_know_the_present_one(clerk):
    set_own_password(clerk, numbered(1), at=MONDAY)
    desk = browser("clerk", numbered(1))
    right, wrong = (change(desk, PASSWORD, old=old).content.decode() for old in (numbered(1), "Wrong-word-26"))
    assert "最近 5 次用过的。" in right
    assert "最近 5 次用过的。" not in wrong
    assert dict(lines(change(desk, PASSWORD, old="Wrong-word-26")))["不是最近 5 次用过的密码"] == ""


def test_what_is_kept_of_them_are_digests_as_slow_as_that_of_the_present_one(clerk, settings):
    settings.PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
    User.objects.filter(pk=clerk.pk).update(password=make_password(PASSWORD))
    set_own_password(User.objects.get(pk=clerk.pk), numbered(1), at=MONDAY)
    kept = PastPassword.objects.get(person=clerk)
    assert kept.digest.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in str(everything())


def test_a_code_that_a_machine_made_is_no_password_of_before(clerk):
    clerk.set_unusable_password()
    set_own_password(clerk, numbered(1), at=MONDAY)
    assert not PastPassword.objects.exists()


# --- its time ---


def test_a_password_that_has_had_its_ninety_days_opens_nothing_but_the_page_for_a_new_one(clerk, week):
    week.move_to(MONDAY + 90 * DAY, tick=False)
    desk = Client(REMOTE_ADDR="10.61.5.7")
    type_password("clerk", client=desk)
    open_to_all = {name for name, door in DOORS.items() if door is Audience.EVERYBODY}
    before = everything()
    for path in ["/cms/", *(dummy(name) for name in OURS if name not in open_to_all | BEFORE_A_PASSWORD)]:
        assert leads_to(desk.get(path)) == leads_to(desk.post(path)) == CHANGE, path
    assert everything() == before
    assert "初始密码或者已经到期" in desk.get(CHANGE).content.decode()
    again = desk.post(CHANGE, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert "不能与原来的密码相同" in again.content.decode()
    desk.post(CHANGE, {"new_password1": numbered(1), "new_password2": numbered(1)})
    assert is_in(desk)
    assert User.objects.get(pk=clerk.pk).password_set_at == MONDAY + 90 * DAY
    assert is_in(browser("clerk", numbered(1)))


def test_a_day_before_it_opens_the_desk_and_says_so(clerk, week):
    week.move_to(MONDAY + 90 * DAY - timedelta(minutes=1), tick=False)
    desk = browser("clerk")
    assert "密码今天到期" in desk.get(reverse("notices")).content.decode()
    week.move_to(MONDAY + 84 * DAY, tick=False)
    assert "还有 6 天到期" in browser("clerk").get(reverse("notices")).content.decode()
    week.move_to(MONDAY + 82 * DAY, tick=False)
    assert "到期" not in browser("clerk").get(reverse("notices")).content.decode()


def test_a_locked_desk_is_no_way_around_its_end(clerk, week):
    week.move_to(MONDAY + 90 * DAY - timedelta(minutes=10), tick=False)
    desk = browser("clerk")
    desk.post(reverse("accounts:lock"))
    week.move_to(MONDAY + 90 * DAY, tick=False)
    desk.post(LOCKED, {"password": PASSWORD})
    assert leads_to(desk.get(reverse("notices"))) == CHANGE


def test_a_password_whose_age_nobody_knows_is_as_old_as_the_account(clerk, week):
    User.objects.filter(pk=clerk.pk).update(password_set_at=None, date_joined=MONDAY - 91 * DAY)
    assert leads_to(browser("clerk").get("/")) == CHANGE


def test_the_other_profile_asks_for_no_change(clerk, week, settings):
    settings.PASSWORD_PROFILE = "asvs"
    week.move_to(MONDAY + 900 * DAY, tick=False)
    assert is_in(browser("clerk"))
    warn_of_passwords(MONDAY + 89 * DAY)
    assert not Message.objects.filter(key__startswith="password:").exists()


@pytest.mark.parametrize("demo, invented, expired", [(True, True, False), (True, False, True), (False, False, True)])
def test_a_demo_forgives_its_printed_password_the_age_and_nothing_else(clerk, week, settings, demo, invented, expired):
    settings.DEMO = demo
    User.objects.filter(pk=clerk.pk).update(is_demo=invented)
    week.move_to(MONDAY + 90 * DAY, tick=False)
    assert (leads_to(browser("clerk").get(reverse("notices"))) == CHANGE) is expired
    with pytest.raises(ValidationError):
        validate_password("short-1", clerk)


def test_one_is_warned_a_week_before_once_for_each_password(clerk):
    for day in (82, 83, 84, 89, 90):
        warn_of_passwords(MONDAY + day * DAY)
        told = Message.objects.filter(person=clerk, key__startswith="password:").count()
        assert told == (0 if day < 83 else 1), day
    assert "2026-12-27 09:00 到期" in Message.objects.get(person=clerk, key__startswith="password:").text
    User.objects.filter(pk=clerk.pk).update(password_set_at=MONDAY + 90 * DAY)
    warn_of_passwords(MONDAY + 175 * DAY)
    assert Message.objects.filter(person=clerk, key__startswith="password:").count() == 2
