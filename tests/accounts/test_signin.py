"""One sign-in for the desk and the admin: who gets in, what the refused are told, and where one lands."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people import User
from accounts.units import Unit
from cms.accesslog import Access, Look

PASSWORD = "a-long-enough-word-26"
REFUSAL = "用户名或密码不对"


@pytest.fixture
def clerk(city):
    city.clerk.set_password(PASSWORD)
    city.clerk.save()
    return city.clerk


def sign_in(username, password=PASSWORD, onward="", client=None):
    client = client or Client()
    return client.post(reverse("login"), {"username": username, "password": password, "next": onward})


def refused(answer):
    return answer.status_code == 200 and REFUSAL in answer.content.decode()


def test_a_clerk_signs_in_and_lands_on_the_own_list(clerk):
    desk = Client()
    assert sign_in("clerk", client=desk).url == "/"
    assert desk.get("/").url == reverse("circulars:inbox")


@pytest.mark.parametrize(
    "who, lands",
    [
        ("clerk", "circulars:inbox"),
        ("secretary", "reports:overview"),
        ("drafter", "circulars:drafts"),
        ("reviewer", "circulars:in_hand"),
        ("approver", "circulars:in_hand"),
        ("registrar", "circulars:outbox"),
        ("sender", "circulars:outbox"),
    ],
)
def test_everybody_lands_where_the_own_work_waits(city, who, lands):
    desk = city.desk(getattr(city, who))
    assert desk.get("/").url == reverse(lands)
    assert desk.get(reverse(lands)).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "superuser"])
def test_who_has_no_list_lands_on_a_plain_page(city, who):
    assert city.desk(getattr(city, who)).get("/").status_code == 200


@pytest.mark.parametrize(
    "username, password",
    [
        ("clerk", "wrong"),
        ("Clerk", PASSWORD),
        ("nobody-at-all", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_the_refusal_is_the_same_whatever_was_wrong(clerk, username, password):
    assert refused(sign_in(username, password))
    assert not Access.objects.filter(look=Look.SIGNED_IN).exists()


def test_a_closed_account_is_refused_with_the_same_sentence(clerk):
    clerk.is_active = False
    clerk.save()
    assert refused(sign_in("clerk"))


def test_an_account_without_a_password_lets_nobody_in(city):
    for password in ("", "!", " "):
        assert sign_in("drafter", password).status_code == 200
    assert not Access.objects.filter(look=Look.SIGNED_IN).exists()


@pytest.mark.parametrize("demo", [True, False])
def test_invented_people_get_in_only_where_a_demo_runs(clerk, settings, demo):
    settings.DEMO = demo
    User.objects.filter(pk=clerk.pk).update(is_demo=True)
    answer = sign_in("clerk")
    assert (answer.status_code == 302) is demo
    assert refused(answer) is not demo


def test_the_sign_in_page_of_a_demo_names_who_can_sign_in_and_no_other_page_does(city, settings):
    keeper, clerk = city.keeper, city.clerk
    Unit.objects.filter(pk=city.office.pk).update(code="YA-ZFB")
    User.objects.filter(pk=keeper.pk).update(is_demo=True)
    named = f">{keeper.username}<"
    settings.DEMO = True
    page = Client().get(reverse("login")).content.decode()
    assert named in page
    assert "PIN 都是 246810" in page
    assert f">{clerk.username}<" not in page, "who is real is named nowhere"
    settings.DEMO = False
    page = Client().get(reverse("login")).content.decode()
    assert named not in page
    assert "246810" not in page


def test_an_invented_person_is_out_as_soon_as_the_demo_ends(clerk, settings):
    User.objects.filter(pk=clerk.pk).update(is_demo=True)
    settings.DEMO = True
    desk = Client()
    sign_in("clerk", client=desk)
    settings.DEMO = False
    assert desk.get(reverse("circulars:inbox")).url.startswith("/login/")


def test_the_admin_has_no_sign_in_of_its_own(city):
    answer = Client().get("/cms/login/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/login/")
    assert Client().get("/cms/").url == "/login/?next=/cms/"


def test_one_comes_back_to_where_one_wanted_to_go(clerk):
    wanted = reverse("circulars:inbox") + "?show=late"
    assert sign_in("clerk", onward=wanted).url == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "///example.org",
        "http:///example.org",
        "\\\\example.org",
        "/\\example.org",
        "javascript:alert(1)",
        "https:example.org",
        "http://testserver@example.org/",
        "\thttps://example.org",
        "https:\texample.org",
        "/\t/example.org",
        "\\\\example.org\\received",
        "%0d%0ahttps://example.org",
        "\r\nLocation: https://example.org",
        "/%0d%0aLocation:%20https://example.org",
        "/%2fexample.org",
        "%252f%252fexample.org",
        "/%255cexample.org",
        "@example.org",
        "data:text/html,x",
        "／／example.org",
    ],
)
def test_no_address_outside_is_ever_led_to(clerk, elsewhere):
    assert sign_in("clerk", onward=elsewhere).url == "/"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_the_size_of_type_leads_nowhere_else_either(clerk, elsewhere):
    desk = Client()
    sign_in("clerk", client=desk)
    answer = desk.post(reverse("type_size"), {"size": "150", "next": elsewhere})
    assert answer.url == "/"
    assert answer.cookies["type_size"].value == "150"


@pytest.mark.parametrize("size", ["99", "", "abc", "-1", "1e3", "²"])
def test_a_size_of_type_that_is_not_offered_is_not_kept(clerk, size):
    desk = Client()
    sign_in("clerk", client=desk)
    assert "type_size" not in desk.post(reverse("type_size"), {"size": size}).cookies


def test_a_new_session_begins_with_the_sign_in(clerk):
    desk = Client()
    desk.get(reverse("login"))
    desk.session["planted"] = True
    before = desk.session.session_key
    sign_in("clerk", client=desk)
    assert desk.session.session_key != before


def test_signing_out_takes_a_post_and_ends_the_session(clerk):
    desk = Client()
    sign_in("clerk", client=desk)
    assert desk.get(reverse("logout")).status_code == 405
    desk.post(reverse("logout"))
    assert desk.get("/").url.startswith("/login/")


def test_signing_in_out_and_failing_are_written_down_without_the_password(clerk):
    desk = Client(REMOTE_ADDR="10.61.5.7")
    sign_in("clerk", "wrong-word", client=desk)
    sign_in("clerk", client=desk)
    desk.post(reverse("logout"))
    looks = Access.objects.order_by("pk")
    assert list(looks.values_list("look", "person__username", "subject", "address")) == [
        ("sign_in_failed", None, "clerk", "10.61.5.7"),
        ("signed_in", "clerk", "", "10.61.5.7"),
        ("signed_out", "clerk", "", "10.61.5.7"),
    ]


@pytest.mark.parametrize("username", ["x" * 5000, "clerk\x00", ""])
def test_a_name_that_can_be_nobodys_is_refused_like_any_other(clerk, username):
    assert sign_in(username).status_code == 200
    assert not Access.objects.filter(subject__regex=".{201}").exists()


def test_a_session_ends_after_two_hours_without_a_new_sign_in(clerk, week):
    """However busy the person is; without anybody there the desk is locked long before."""
    desk = Client()
    sign_in("clerk", client=desk)
    for seconds in (*[20 * 60] * 5, 20 * 60 - 1):
        week.shift(seconds)
        assert desk.get(reverse("circulars:inbox")).status_code == 200
    week.shift(2)
    assert desk.get(reverse("circulars:inbox"))["Location"].startswith("/login/")


@pytest.mark.parametrize("who", ["clerk", "secretary", "drafter"])
def test_who_is_signed_in_is_not_asked_again(city, who):
    assert city.desk(getattr(city, who)).get(reverse("login")).url == "/"


def test_a_form_sent_after_the_session_has_ended_leads_back_to_its_page(city, circular):
    page = reverse("circulars:reading", args=[city.delivery(circular).pk])
    sign = reverse("circulars:sign", args=[city.delivery(circular).pk])
    answer = Client().post(sign, {}, headers={"Referer": f"http://testserver{page}"})
    assert answer["Location"] == f"/login/?next={page}"
