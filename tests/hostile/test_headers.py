"""What every answer tells the browser that it may do, whoever asks and whatever is answered (attacks 25, 35, 45 and 46; Article 11)."""

import pytest
from django.conf import settings as installed
from django.test import Client
from django.urls import reverse

from accounts.people import User
from tests.addresses import addresses_of

pytestmark = pytest.mark.usefixtures("still_rail")

STRICT = {"default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'"}


@pytest.fixture
def answers(city, papers, everybody):
    """Every address of ours as somebody with every role sees it, and a few as nobody does."""
    client = city.desk(everybody)
    found = {path: client.get(path) for path in dict(addresses_of(papers)).values()}
    return found | {
        f"{path} by nobody": Client().get(path) for path in ("/", "/login/", "/healthz", "/nowhere/", "/cms/")
    }


def test_every_answer_bears_its_policy_and_is_kept_by_nobody(answers):
    wrong = []
    for path, answer in answers.items():
        policy = {part.strip() for part in answer.get("Content-Security-Policy", "").split(";")}
        is_download = "sandbox" in policy
        if not is_download and not path.startswith("/cms/") and not policy >= STRICT:
            wrong.append(f"{path}: {policy}")
        if "'unsafe-inline'" in str(policy) and not path.startswith("/cms/") and "script-src" in str(policy):
            wrong.append(f"{path} runs scripts from anywhere in the page")
        for header, value in {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": None,
            "Permissions-Policy": None,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": None,
            "X-Request-Id": None,
        }.items():
            if header not in answer or (value and answer[header] != value):
                wrong.append(f"{path}: {header} is {answer.get(header)}")
        if "no-store" not in answer.get("Cache-Control", ""):
            wrong.append(f"{path} may be kept: {answer.get('Cache-Control')}")
        if "http://" in str(policy) or "https://" in str(policy) or "*" in str(policy):
            wrong.append(f"{path} may load from elsewhere: {policy}")
    assert not wrong, "\n".join(wrong)


def test_a_camera_a_microphone_and_a_place_are_asked_for_by_no_page(city, client):
    said = client.get("/login/")["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"} <= set(said.split(", "))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "a b", "x" * 300]
)
def test_45_a_host_that_is_not_ours_is_answered_400_and_its_name_nowhere(city, host):
    answer = Client().get("/login/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_45_what_a_stranger_says_of_the_way_is_not_believed(city, settings):
    """Without our own proxy before it the site takes neither host nor scheme nor address from headers."""
    told = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "host=evil.example",
    }
    answer = Client().get("/received/", headers=told)
    assert "evil" not in str(answer.headers)
    assert not answer.wsgi_request.is_secure()
    assert not installed.USE_X_FORWARDED_HOST


@pytest.mark.parametrize("secure", [True, False])
def test_with_https_every_cookie_and_every_way_is_secure(city, settings, secure):
    """As production sets it: strict transport for a year, cookies over TLS alone, scripts see no session."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    answer = Client().get(reverse("login"), secure=secure)
    if not secure:
        assert (answer.status_code, answer["Location"]) == (301, "https://testserver/login/")
        return
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.cookies["csrftoken"]["secure"]
    person = User.objects.get(pk=city.clerk.pk)
    person.set_password("one-for-the-scene")
    person.save()
    client = Client()
    client.post(reverse("login"), {"username": person.username, "password": "one-for-the-scene"}, secure=True)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["secure"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
