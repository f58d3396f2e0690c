"""旧浏览器: what is known of the browsers of a unit, and what is not (Articles 7, 9 and 11)."""

from datetime import timedelta

import pytest

from accounts.browsers import Make, UnitBrowser, browser_of, note_browser, old_browsers
from tests.cast import MONDAY

CHROME_86 = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "agent, found",
    [
        (CHROME_86, (Make.CHROMIUM, 86)),
        (CHROME_86 + " Edg/86.0.622.69", (Make.CHROMIUM, 86)),
        (CHROME_86 + " QIHU 360SE", (Make.CHROMIUM, 86)),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:87.0) Gecko/20100101 Firefox/87.0", (Make.FIREFOX, 87)),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", (Make.IE, 11)),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)", (Make.IE, 8)),
        ("Chrome/99999999", None),
        ("curl/8.5.0", None),
        ("", None),
    ],
)
def test_a_browser_says_its_make_and_version(agent, found):
    assert browser_of(agent) == found


def test_signing_in_notes_the_browser_for_each_unit_once_a_day_and_nobody_by_name(city, week, client):
    city.clerk.set_password("yansuan-lianluo-26")
    city.clerk.save()
    typed = {"username": city.clerk.username, "password": "yansuan-lianluo-26"}
    for _ in range(2):
        assert client.post("/login/", typed, headers={"User-Agent": CHROME_86}).status_code == 302
    noted = UnitBrowser.objects.get()
    assert (noted.unit, str(noted), noted.seen_on) == (city.attentive, "谷歌内核 86", MONDAY.date())
    assert {field.name for field in UnitBrowser._meta.fields} == {"id", "unit", "make", "version", "seen_on"}


def test_the_list_names_old_browsers_of_the_last_thirty_days(city, django_assert_num_queries):
    for person, agent, days in (
        (city.county_clerk, "MSIE 8.0", 0),
        (city.late_clerk, "Firefox/87.0", 1),
        (city.office_clerk, CHROME_86.replace("86", "90"), 1),
        (city.clerk, CHROME_86, 5),
        (city.nobody, CHROME_86, 5),
    ):
        note_browser(person, agent, (MONDAY + days * DAY).date())
    with django_assert_num_queries(1):
        said = {(browser.unit, str(browser)) for browser in old_browsers(MONDAY + 31 * DAY)}
    assert said == {(city.attentive, "谷歌内核 86"), (city.late, "火狐 87")}


def test_the_day_moves_on_when_the_same_version_signs_in_again(city):
    for days in (0, 2, 2):
        note_browser(city.clerk, CHROME_86, (MONDAY + days * DAY).date())
    assert UnitBrowser.objects.get().seen_on == (MONDAY + 2 * DAY).date()
