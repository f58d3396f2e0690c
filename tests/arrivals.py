"""Somebody comes to the office and signs in at a browser of their own, over the network, as at eight in the morning."""

import re
import time
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def arrive(address: str, username: str, password: str, *, patience: float = 60) -> float:
    """Seconds from the press of 登录 until the first screen of the desk has come; raises ``OSError`` or ``NotLetIn``."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{address}/login/", timeout=patience) as page:
        token = _TOKEN.search(page.read().decode())
    if token is None:
        raise NotLetIn(f"no form for {username}")
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
    press = Request(f"{address}/login/", urlencode(form).encode(), {"Referer": f"{address}/login/"})  # noqa: S310
    began = time.monotonic()
    with browser.open(press, timeout=patience) as first:
        text = first.read().decode()
    took = time.monotonic() - began
    if "masthead__who" not in text:
        raise NotLetIn(f"{username} came to {first.geturl()}")
    return took


class NotLetIn(Exception):
    """What came is not the desk."""
