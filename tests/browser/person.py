"""A person of the city at a browser: presses, ticks and reads, and every screen they come to is examined for barriers (WCAG 2.2 AA)."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Download, Locator, Page, expect

from accounts.people import User

PASSWORD = "one-for-the-scene"
BARRIERS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


class Person:
    """Remembers how often they pressed or ticked something since they signed in."""

    def __init__(self, page: Page, user: User) -> None:
        self.page = page
        self.user = user
        self.presses = 0

    def sign_in(self) -> None:
        """On the first screen that the desk has for them."""
        self.page.goto("/")
        self.examine()
        self.page.fill("[name=username]", self.user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.locator(".masthead__who")).to_contain_text(self.user.name)
        self.examine()
        self.presses = 0

    def press(self, name: str, role: Any = "button") -> None:
        """Press the one button (or link) of this name; the screen that follows has no barriers."""
        self.open(self._one(name, role))

    def follow(self, name: str) -> None:
        self.press(name, "link")

    def open(self, target: Locator) -> None:
        """Press this; the screen that follows, and not the one that is left, has no barriers."""
        self.presses += 1
        with self.page.expect_navigation():
            target.click()
        self.examine()

    def tick(self, *labels: str) -> None:
        """Each of these boxes, empty until now, is ticked."""
        for label in labels:
            self.presses += 1
            box = self.page.get_by_label(label)
            assert not box.is_checked()
            box.check()

    def download(self, name: str) -> Download:
        """What the link of this name gives to keep."""
        with self.page.expect_download() as coming:
            self._one(name, "link").click()
        return coming.value

    def reads(self, *sentences: str) -> None:
        """All of this stands on the screen."""
        for sentence in sentences:
            expect(self.page.locator("body")).to_contain_text(sentence)

    def examine(self) -> None:
        """Fails with the first element of each barrier."""
        found = Axe().run(self.page, options=BARRIERS).response["violations"]
        assert not found, (self.page.url, [(barrier["id"], barrier["nodes"][0]["html"]) for barrier in found])

    def _one(self, name: str, role: Any) -> Locator:
        return self.page.get_by_role(role, name=name, exact=True)
