"""密码单: asked for by one, confirmed by another, shown once, good once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.people import User
from accounts.slips import ALPHABET, Slip, new_code, request_slip, use_slip
from cms.accesslog import Access
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from config.doorkeeper import BEFORE_A_PASSWORD
from config.doors import DOORS, Audience
from tests.addresses import OURS, dummy
from tests.cast import MONDAY

OLD, NEW = "a-long-enough-word-26", "another-long-word-27"


@pytest.fixture
def clerk(city):
    User.objects.filter(pk=city.clerk.pk).update(password=make_password(OLD))
    return city.clerk


@pytest.fixture
def asked(clerk, city):
    return request_slip(clerk, reason="本人持工作证提出", by=city.engineer, at=MONDAY)


@pytest.fixture
def code(asked, city):
    return asked.confirm(by=city.secretary, at=MONDAY)


def sign_in(password, client=None, address="10.61.5.7"):
    client = client or Client(REMOTE_ADDR=address)
    return client.post(reverse("login"), {"username": "clerk", "password": password, "next": ""})


def code_on(answer):
    return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", answer.content.decode())[0]


def everything_kept():
    rows = [model.objects.values() for model in (Slip, Entry, Access, Message)]
    return str([list(row) for row in rows])


# --- asking and confirming on the desk ---


def test_from_the_search_to_the_printed_slip_to_a_new_password(clerk, city):
    office, second = city.desk(city.engineer), city.desk(city.secretary)
    found = office.get(reverse("accounts:people"), {"q": "孙早"}).content.decode()
    path = reverse("accounts:person", args=[clerk.pk])
    assert path in found
    assert office.post(path, {"reason": "本人持工作证提出"}).url == reverse("accounts:slips")
    slip = Slip.objects.get()
    assert str(clerk) in second.get(reverse("accounts:slips")).content.decode()
    answer = second.post(reverse("accounts:slip", args=[slip.pk]), {"action": "confirm"})
    page = answer.content.decode()
    for words in ("密码单", "孙早", "市公安局", "2026-10-01 09:00", "有效期至"):
        assert words in page
    assert answer["Cache-Control"] == "no-store"
    desk = Client()
    assert sign_in(code_on(answer), desk).status_code == 302
    assert desk.get("/").url == reverse("accounts:password")
    desk.post(reverse("accounts:password"), {"new_password1": NEW, "new_password2": NEW})
    assert desk.get("/").url == reverse("circulars:inbox")
    assert sign_in(NEW).status_code == 302
    assert [entry.deed for entry in Entry.objects.filter(deed__regex="slip|password").order_by("pk")] == [
        "slip.requested",
        "slip.issued",
        "slip.used",
        "password.set",
    ]


@pytest.mark.parametrize("asked_for", ["孙早", "clerk", "市公安局"])
def test_a_person_is_found_by_name_user_name_and_unit(clerk, city, asked_for):
    page = city.desk(city.engineer).get(reverse("accounts:people"), {"q": asked_for}).content.decode()
    assert reverse("accounts:person", args=[clerk.pk]) in page


def test_the_code_is_shown_once_and_not_again(asked, city):
    second, path = city.desk(city.secretary), reverse("accounts:slip", args=[asked.pk])
    code = code_on(second.post(path, {"action": "confirm"}))
    for answer in (second.post(path, {"action": "confirm"}, follow=True), second.get(path, follow=True)):
        assert answer.redirect_chain
        assert code not in answer.content.decode()
    assert Entry.objects.filter(deed="slip.issued").count() == 1


def test_the_code_stands_in_no_row_entry_log_or_message(code, clerk):
    sign_in(code)
    kept = everything_kept()
    assert code not in kept
    assert code.replace("-", "") not in kept


@pytest.mark.parametrize("who", ["clerk", "leader", "secretary", "nobody", "superuser"])
def test_only_the_network_office_asks_for_a_slip(clerk, city, who):
    desk = city.desk(getattr(city, who))
    path = reverse("accounts:person", args=[city.late_clerk.pk])
    assert desk.post(path, {"reason": "x"}).status_code == 404
    assert desk.get(reverse("accounts:people"), {"q": "孙"}).status_code == 404
    with pytest.raises(PermissionDenied):
        request_slip(city.late_clerk, reason="x", by=getattr(city, who), at=MONDAY)
    assert not Slip.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "leader", "drafter", "nobody", "superuser"])
def test_nobody_else_confirms_one(asked, city, who):
    path = reverse("accounts:slip", args=[asked.pk])
    assert city.desk(getattr(city, who)).post(path, {"action": "confirm"}).status_code == 404
    with pytest.raises(PermissionDenied):
        asked.confirm(by=getattr(city, who), at=MONDAY)
    assert Slip.objects.get().state == Slip.State.REQUESTED


def test_who_asked_does_not_confirm_but_may_take_it_back(asked, city):
    desk, path = city.desk(city.engineer), reverse("accounts:slip", args=[asked.pk])
    assert "须由另一位同志复核" in desk.get(path).content.decode()
    answer = desk.post(path, {"action": "confirm"}, follow=True)
    assert "申请人不能复核自己的申请" in answer.content.decode()
    assert Slip.objects.get().state == Slip.State.REQUESTED
    desk.post(path, {"action": "refuse"})
    assert Slip.objects.get().state == Slip.State.REFUSED


def test_nobody_asks_for_or_confirms_a_slip_of_their_own(city):
    with pytest.raises(OutOfOrder, match="修改密码"):
        request_slip(city.engineer, reason="x", by=city.engineer, at=MONDAY)
    slip = request_slip(city.secretary, reason="x", by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="不能复核本人的密码单"):
        slip.confirm(by=city.secretary, at=MONDAY)


def test_the_database_itself_wants_two_people(asked, city):
    for changes in (
        {"state": "issued", "decided_by": city.engineer},
        {"decided_by": city.clerk},
        {"requested_by": city.clerk},
        {"state": "issued", "decided_by": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Slip.objects.filter(pk=asked.pk).update(**changes)


def test_one_request_at_a_time_and_none_for_a_closed_account(asked, clerk, city):
    with pytest.raises(OutOfOrder, match="待复核的申请"):
        request_slip(clerk, reason="x", by=city.engineer, at=MONDAY)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    asked.person.refresh_from_db()
    with pytest.raises(OutOfOrder, match="已停用"):
        asked.confirm(by=city.secretary, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已停用"):
        request_slip(clerk, reason="x", by=city.engineer, at=MONDAY)


def test_a_reason_must_be_given(clerk, city):
    answer = city.desk(city.engineer).post(reverse("accounts:person", args=[clerk.pk]), {"reason": " "})
    assert "怎样核实了身份" in answer.content.decode()
    assert not Slip.objects.exists()


def test_the_person_and_the_leader_are_told_and_nobody_else(code, city):
    told = Message.objects.filter(key__startswith="slip:")
    assert {message.person for message in told} == {city.clerk, city.leader}
    assert "吴宏伟" in told[0].text
    assert "周慧" in told[0].text


# --- using it ---


def test_until_it_is_used_the_old_password_stays_and_afterwards_it_is_gone(code, clerk):
    assert sign_in(OLD).status_code == 302
    assert sign_in(code).status_code == 302
    assert sign_in(OLD).status_code == 200


def test_the_password_of_before_cannot_be_set_again(code, clerk):
    desk = Client()
    sign_in(code, desk)
    answer = desk.post(reverse("accounts:password"), {"new_password1": OLD, "new_password2": OLD})
    assert "新密码不能与原来的密码相同" in answer.content.decode()
    assert User.objects.get(pk=clerk.pk).password_due
    desk.post(reverse("accounts:password"), {"new_password1": NEW, "new_password2": NEW})
    assert User.objects.get(pk=clerk.pk).check_password(NEW)


def test_it_opens_once(code):
    assert sign_in(code).status_code == 302
    assert sign_in(code).status_code == 200


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "]
)
def test_it_may_be_typed_as_people_type(code, typed):
    assert sign_in(typed(code)).status_code == 302


def test_after_its_time_it_opens_nothing(code, week):
    week.shift(timedelta(hours=72, seconds=1))
    assert sign_in(code).status_code == 200
    assert sign_in(OLD).status_code == 302


def test_a_newer_slip_voids_the_one_before(code, clerk, city):
    newer = request_slip(clerk, reason="又丢了", by=city.engineer, at=MONDAY).confirm(by=city.secretary, at=MONDAY)
    assert sign_in(code).status_code == 200
    assert sign_in(newer).status_code == 302


def test_the_code_of_one_person_is_nothing_to_another(code, city):
    assert not use_slip(city.late_clerk, code, MONDAY)


def test_a_closed_account_is_not_opened_by_a_slip(code, clerk):
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert sign_in(code).status_code == 200
    assert Slip.objects.get().state == Slip.State.ISSUED


def test_wrong_codes_count_for_the_lock(code):
    assert [sign_in(new_code()).status_code for _ in range(5)] == [200] * 4 + [429]
    assert sign_in(code).status_code == 429
    assert sign_in(code, address="10.61.5.8").status_code == 302


def test_before_a_new_password_nothing_else_opens(code, city, circular):
    desk = Client()
    sign_in(code, desk)
    open_to_all = {name for name, door in DOORS.items() if door is Audience.EVERYBODY}
    for path in ["/cms/", *(dummy(name) for name in OURS if name not in open_to_all | BEFORE_A_PASSWORD)]:
        assert desk.get(path).url == desk.post(path).url == reverse("accounts:password"), path
    delivery = city.delivery(circular)
    answer = desk.post(reverse("circulars:sign", args=[delivery.pk]), {"checked": "text"})
    assert answer.url == reverse("accounts:password")
    assert "设定新密码" in desk.get(reverse("accounts:password")).content.decode()
    for new, again in (("short", "short"), (NEW, NEW + "x")):
        desk.post(reverse("accounts:password"), {"new_password1": new, "new_password2": again})
        assert desk.get("/").url == reverse("accounts:password")
    desk.post(reverse("logout"))
    assert desk.get("/").url.startswith("/login/")


def test_using_it_ends_the_sessions_of_the_old_password(code, clerk):
    desk = Client()
    sign_in(OLD, desk)
    sign_in(code)
    assert desk.get(reverse("notices")).url.startswith("/login/")


def test_codes_hold_no_sign_that_is_mistaken_for_another():
    assert not set("01ILO") & set(ALPHABET)
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", code) for code in codes)
