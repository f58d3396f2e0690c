"""Signing in with a second factor at a real screen: an authenticator in the hand, and a passkey that Chromium itself holds (Article 10)."""

import base64
import os
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import totp
from accounts.passkeys import Passkey
from accounts.people import User, take_post
from accounts.roles import Role
from tests.browser.person import PASSWORD as SCENES
from tests.browser.person import Person
from tests.browsing import Watched
from tests.cast import MONDAY
from tests.signins import PASSWORD, known_by_password

# Where screens are kept for whoever wants to look at them.
SHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def asked(town, settings, desk_server):
    """The network office shows a second factor; the desk is known under a name, as passkeys want it."""
    settings.SECOND_FACTOR_ROLES = ["network_office"]
    port = desk_server.url.rpartition(":")[2]
    settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID = f"http://localhost:{port}", "localhost"
    known_by_password(town.engineer)
    return town.engineer


@pytest.fixture
def desk(asked, browser, settings):
    """A browser at the desk's name; what goes wrong in it fails the scene."""
    watched = Watched(browser, settings.PASSKEY_ORIGIN)
    yield Person(watched.open(), asked)
    watched.context.close()
    assert not watched.complaints


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def type_password(desk: Person) -> None:
    page = desk.page
    page.goto("/login/")
    keep(page, "login")
    page.fill("[name=username]", "engineer")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="登录").click()
    desk.examine()


def is_in(desk: Person) -> None:
    expect(desk.page.locator(".masthead__who")).to_contain_text("吴宏伟")


def code_now(secret: bytes, later: int = 0) -> str:
    return totp.code_of(secret, totp.step_at(timezone.now()) + later)


def register_code(desk: Person) -> bytes:
    shown = desk.page.locator("#code-secret").input_value().replace(" ", "")
    secret = base64.b32decode(shown)
    desk.page.get_by_label("显示的 6 位数字").fill(code_now(secret))
    desk.press("登记动态口令")
    return secret


def sign_out(desk: Person) -> None:
    desk.press("退出")


def test_an_authenticator_is_registered_by_its_picture_and_opens_the_desk_afterwards(desk: Person, clock) -> None:
    type_password(desk)
    page = desk.page
    expect(page.get_by_role("img", name="动态口令二维码")).to_be_visible()
    keep(page, "first-factor")
    secret = register_code(desk)
    desk.reads("恢复代码", "只显示这一次", "10.")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    keep(page, "recovery-codes")
    page.emulate_media(media="print")
    keep(page, "recovery-codes-printed")
    page.emulate_media(media="screen")
    paper = page.locator(".recovery__code").first.inner_text().split(".")[-1].strip()
    desk.follow("已经打印，继续")
    is_in(desk)
    page.goto("/safety/")
    desk.examine()
    keep(page, "safety")
    sign_out(desk)
    type_password(desk)
    keep(page, "second-factor")
    page.get_by_label("动态口令或恢复代码").fill("000000")
    desk.press("验证")
    desk.reads("动态口令不对或者已经用过")
    keep(page, "second-factor-wrong")
    page.get_by_label("动态口令或恢复代码").fill(code_now(secret, 1))
    desk.press("验证")
    is_in(desk)
    sign_out(desk)
    type_password(desk)
    page.get_by_label("动态口令或恢复代码").fill(paper)
    desk.press("验证")
    is_in(desk)


def test_a_passkey_is_registered_and_opens_the_desk_afterwards(desk: Person) -> None:
    page = desk.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    held = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )["authenticatorId"]  # fmt: skip
    type_password(desk)
    desk.press("登记通行密钥")
    desk.reads("恢复代码", "二次验证已登记")
    desk.follow("已经打印，继续")
    is_in(desk)
    assert Passkey.objects.get().person.username == "engineer"
    sign_out(desk)
    type_password(desk)
    keep(page, "second-factor-passkey")
    desk.press("用通行密钥验证")
    is_in(desk)
    assert Passkey.objects.get().sign_count > 0
    page.goto("/safety/")
    keep(page, "safety-passkey")
    sign_out(desk)
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": False})
    type_password(desk)
    page.get_by_role("button", name="用通行密钥验证").click()
    expect(page.locator("[data-passkey-said]")).to_contain_text("没有完成", timeout=70_000)
    keep(page, "second-factor-refused")


def test_the_page_for_a_new_password_ticks_what_was_typed(town, sit_down) -> None:
    clerk = sit_down(town.clerk)
    page = clerk.page
    page.goto("/password/")
    clerk.examine()
    keep(page, "password")
    page.fill("[name=old_password]", SCENES)
    page.fill("[name=new_password1]", "password1")
    page.fill("[name=new_password2]", "password1")
    clerk.press("修改密码")
    keep(page, "password-refused")
    marks = [line[0] for line in page.locator("#password-rules li").all_inner_texts()]
    assert marks == ["✗", "✗", "✗", "✓", "·", "·"]


def test_the_page_of_the_security_administrator(town, sit_down) -> None:
    guard = User.objects.create(username="guard", name="安守", password=make_password(SCENES))
    take_post(guard, town.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    care = sit_down(guard)
    care.page.goto("/sign-in/care/?q=吴")
    care.examine()
    keep(care.page, "care")
