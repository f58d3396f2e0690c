"""二次验证: an authenticator and codes on paper, registered and shown at every sign-in (Articles 10 and 23)."""

import base64
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import totp
from accounts.factors import has_factor, show_code
from accounts.people import User, take_post
from accounts.recoverycodes import COUNT, RecoveryCode, make_codes
from accounts.roles import Role
from cms.accesslog import Access, Look
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.signins import (
    FIRST,
    PASSWORD,
    SECOND,
    browser,
    code,
    give_code,
    is_in,
    known_by_password,
    leads_to,
    secret_on,
    type_password,
)
from tests.walking import everything

SAFETY, OWN_CODE = reverse("accounts:safety"), reverse("accounts:own_code")


@pytest.fixture
def engineer(city, settings):
    settings.SECOND_FACTOR_ROLES = ["network_office"]
    known_by_password(city.engineer, city.clerk)
    return city.engineer


def deeds(person):
    entries = Entry.objects.filter(subject=f"accounts.user:{person.pk}", deed__regex="factor|recovery").order_by("pk")
    return [entry.deed for entry in entries]


def papers_on(answer):
    return re.findall(r"</span>([2-9A-Z]{5}-[2-9A-Z]{5})<", answer.content.decode())


# --- the code itself ---


@pytest.mark.parametrize(
    "at, code_then",
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_the_code_is_that_of_rfc_6238(at, code_then):
    assert totp.code_of(b"12345678901234567890", at // 30) == code_then


@pytest.mark.parametrize("later, taken", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_that_is_half_a_minute_off_is_forgiven(city, later, taken):
    secret = give_code(city.engineer)
    if taken:
        assert show_code(city.engineer, code(secret, MONDAY, later), MONDAY) == "code"
    else:
        with pytest.raises(OutOfOrder, match="不对或者已经用过"):
            show_code(city.engineer, code(secret, MONDAY, later), MONDAY)


# --- the first one ---


def test_from_the_password_to_the_authenticator_to_the_codes_on_paper_to_the_desk(engineer, week):
    desk = Client(REMOTE_ADDR="10.61.5.7")
    assert leads_to(type_password("engineer", client=desk, onward=reverse("accounts:people"))) == SECOND
    assert leads_to(desk.get(SECOND)) == FIRST
    page = desk.get(FIRST)
    secret = secret_on(page)
    assert "登记二次验证" in page.content.decode()
    assert secret_on(desk.get(FIRST)) == secret, "a page asked for anew shows the same"
    wrong = desk.post(FIRST, {"code": code(secret, MONDAY, 5)})
    assert "动态口令不对" in wrong.content.decode()
    assert not has_factor(engineer)
    answer = desk.post(FIRST, {"code": code(secret, MONDAY)})
    papers = papers_on(answer)
    assert len(set(papers)) == COUNT
    assert answer["Cache-Control"] == "no-store"
    assert reverse("accounts:people") in answer.content.decode()
    assert desk.get(reverse("accounts:people")).status_code == 200
    assert deeds(engineer) == ["factor.added"]
    assert "登记了动态口令" in Message.objects.get(person=engineer, key__startswith="factor:").text
    assert leads_to(browser("engineer").get(FIRST)) == SECOND, "who has one adds none by the password alone"


def test_the_secret_and_the_codes_on_paper_stand_nowhere_as_they_are(engineer):
    desk = browser("engineer")
    secret = secret_on(desk.get(FIRST))
    in_session = str(dict(desk.session))
    papers = papers_on(desk.post(FIRST, {"code": code(secret, MONDAY)}))
    desk.get(SAFETY)
    kept = str(everything()) + str(list(Access.objects.values())) + in_session + str(dict(desk.session))
    for hidden in (
        secret.hex(),
        base64.b64encode(secret).decode(),
        base64.b32encode(secret).decode(),
        str(secret)[2:-1],
    ):
        assert hidden not in kept
    for paper in papers:
        assert paper not in kept
        assert paper.replace("-", "") not in kept


def test_whose_role_asks_for_none_is_in_by_the_password_until_they_register_one(engineer, city):
    desk = browser("clerk")
    assert is_in(desk)
    secret = secret_on(desk.get(OWN_CODE))
    answer = desk.post(OWN_CODE, {"password": PASSWORD, "code": code(secret, MONDAY)})
    assert len(papers_on(answer)) == COUNT
    assert is_in(desk)
    other = browser("clerk")
    assert not is_in(other)
    assert leads_to(other.get(FIRST)) == SECOND


# --- at the sign-in ---


@pytest.fixture
def secret(engineer):
    return give_code(engineer)


def show(desk, typed):
    return desk.post(SECOND, {"code": typed})


def test_a_right_code_is_the_way_in_and_lands_where_one_wanted_to_go(engineer, secret):
    desk = Client(REMOTE_ADDR="10.61.5.7")
    type_password("engineer", client=desk, onward="/sign-in/people/")
    assert not is_in(desk)
    assert leads_to(show(desk, code(secret, MONDAY))) == "/sign-in/people/"
    assert is_in(desk)
    assert Access.objects.filter(look=Look.SIGNED_IN, person=engineer).count() == 1


def test_a_code_with_blanks_is_read_and_one_in_other_digits_is_not(engineer, secret):
    typed = code(secret, MONDAY)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in typed)
    assert "不对" in show(browser("engineer"), wide).content.decode()
    assert leads_to(show(browser("engineer"), f" {typed[:3]} {typed[3:]} ")) == "/"


def test_a_code_on_paper_opens_once_and_the_person_is_told(engineer, secret, week):
    desk = browser("engineer")
    papers = make_codes(engineer, MONDAY)
    assert leads_to(show(desk, papers[3].lower())) == "/"
    assert is_in(desk)
    assert "不对" in show(browser("engineer"), papers[3]).content.decode()
    assert leads_to(show(browser("engineer"), papers[4].replace("-", " "))) == "/"
    assert deeds(engineer) == ["recovery_code.used"] * 2
    assert "还剩 9 个" in Message.objects.filter(person=engineer, key__startswith="factor:").earliest("pk").text


def test_codes_on_paper_are_kept_as_slowly_as_passwords(engineer, settings):
    settings.PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
    make_codes(engineer, MONDAY)
    digests = RecoveryCode.objects.values_list("digest", flat=True)
    assert {digest.split(",p=")[0] for digest in digests} == {"argon2$argon2id$v=19$m=19456,t=2"}
    assert len(set(digests)) == COUNT


def test_ten_minutes_after_the_password_it_is_asked_for_again(engineer, secret, week):
    desk = browser("engineer")
    week.move_to(MONDAY + timedelta(minutes=9, seconds=59), tick=False)
    assert desk.get(SECOND).status_code == 200
    week.move_to(MONDAY + timedelta(minutes=10, seconds=1), tick=False)
    assert leads_to(desk.get(SECOND)).startswith("/login/")
    assert leads_to(show(desk, code(secret, MONDAY + timedelta(minutes=10)))).startswith("/login/")
    assert not is_in(desk)


def test_what_ends_the_sessions_ends_a_sign_in_half_way(engineer, secret, city):
    desk = browser("engineer")
    take_post(city.engineer, city.late, Role.CLERK, by=None, at=MONDAY)
    assert leads_to(show(desk, code(secret, MONDAY))).startswith("/login/")
    other = browser("engineer")
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    assert leads_to(show(other, code(secret, MONDAY))).startswith("/login/")


def test_who_gets_a_role_that_asks_for_it_shows_one_before_the_next_page(engineer, settings, city):
    settings.SECOND_FACTOR_ROLES = []
    desk = browser("engineer")
    assert is_in(desk)
    settings.SECOND_FACTOR_ROLES = ["network_office"]
    answer = desk.get(reverse("notices"), follow=True)
    assert answer.redirect_chain[0][0].startswith("/login/")
    assert "您的职责要求二次验证" in answer.content.decode()
    assert not is_in(desk)
