"""The registrar's screen: the approved text is rechecked, and the system draws the number."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people import Post, take_post
from accounts.roles import Role
from circulars.pages import CircularPage
from circulars.registration import Circular
from tests.cast import MONDAY


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture(scope="module")
def standing_approved(beforehand):
    return beforehand("approved")


@pytest.fixture
def approved(standing_approved, city):
    """A draft that only needs registering."""
    return CircularPage.objects.get(pk=standing_approved)


def rechecked(desk, page, **changes):
    """The registration form as the registrar sends it, from the page he was shown."""
    digest = desk.get(url("register", page.pk)).context["form"].initial["digest"]
    return {"digest": digest, "originals": "1", "rechecked": "on"} | changes


def test_an_approved_draft_waits_in_the_registrars_list_until_it_is_registered(city, approved):
    desk = city.desk(city.registrar)
    assert [row.page_id for row in desk.get(url("outbox")).context["to_register"]] == [approved.pk]
    city.register(approved)
    outbox = desk.get(url("outbox")).context
    assert (list(outbox["to_register"]), len(outbox["to_send"])) == ([], 1)


def test_the_registrar_sees_who_will_get_it_and_where_nobody_is_there(city, approved):
    Post.objects.get(person=city.late_clerk).leave(by=None, at=MONDAY)
    page = city.desk(city.registrar).get(url("register", approved.pk))
    destinations = page.context["destinations"]
    assert [row.unit for row in destinations.rows] == [city.attentive, city.late, city.paper]
    assert [row.unit for row in destinations.vacant] == [city.late]
    assert "电子 2 · 纸质 1" in body(page)


def test_registering_draws_the_number_and_fixes_the_originals(city, approved):
    desk = city.desk(city.registrar)
    answer = desk.post(url("register", approved.pk), rechecked(desk, approved, originals="3"), follow=True)
    circular = Circular.objects.get()
    assert (circular.number, circular.originals) == ("延政办发〔2026〕23号", 3)
    assert "已登记，发文字号 延政办发〔2026〕23号" in body(answer)


@pytest.mark.parametrize("seals_as_well, next_page", [(False, "board"), (True, "seal")])
def test_after_registering_one_is_led_to_sealing_who_keeps_the_seal(city, approved, seals_as_well, next_page):
    if seals_as_well:
        take_post(city.registrar, city.office, Role.SEAL_KEEPER, by=None, at=MONDAY)
    desk = city.desk(city.registrar)
    answer = desk.post(url("register", approved.pk), rechecked(desk, approved))
    assert answer.url == url(next_page, Circular.objects.get().uuid)


@pytest.mark.parametrize(
    "form",
    [
        {"rechecked": ""},
        {"originals": "0"},
        {"originals": "21"},
        {"originals": "两份"},
        {"originals": ""},
        {"digest": ""},
    ],
    ids=str,
)
def test_a_form_not_filled_in_registers_nothing(city, approved, form):
    desk = city.desk(city.registrar)
    answer = desk.post(url("register", approved.pk), rechecked(desk, approved, **form))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Circular.objects.exists()


def test_a_text_changed_while_the_registrar_looked_at_it_is_not_registered(city, approved):
    desk = city.desk(city.registrar)
    form = rechecked(desk, approved)
    city.change(approved, body="改过的正文。")
    answer = desk.post(url("register", approved.pk), form, follow=True)
    assert "重新送审" in body(answer)
    assert not Circular.objects.exists()


def test_registering_twice_draws_one_number_and_says_which(city, approved):
    desk = city.desk(city.registrar)
    form = rechecked(desk, approved)
    desk.post(url("register", approved.pk), form)
    answer = desk.post(url("register", approved.pk), form, follow=True)
    assert "已登记为 延政办发〔2026〕23号" in body(answer)
    assert Circular.objects.count() == 1


def test_nobody_else_registers(city, approved):
    form = rechecked(city.desk(city.registrar), approved)
    for who in ("stranger", "drafter", "sender", "department_reviewer", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(url("register", approved.pk), form).status_code == 404
    assert not Circular.objects.exists()


def test_looking_at_the_registration_registers_nothing(city, approved):
    city.desk(city.registrar).get(url("register", approved.pk), {"rechecked": "on", "originals": "1"})
    assert not Circular.objects.exists()


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_what_was_not_approved_is_not_offered_for_registration(city, stage):
    page = getattr(city, stage)()
    answer = city.desk(city.registrar).get(url("register", page.pk))
    assert answer.status_code in {302, 404}


def test_a_form_from_another_site_is_refused(city, approved):
    form = rechecked(city.desk(city.registrar), approved)
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(city.registrar, backend="accounts.signin.NamedPersonBackend")
    assert desk.post(url("register", approved.pk), form).status_code == 403
    assert not Circular.objects.exists()
