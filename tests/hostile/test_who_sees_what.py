"""Attacks 1 to 14: seeing what is not one's own (Articles 5, 6 and 23).

A refusal is judged by four things: the answer is the one for a thing that does not exist, no word of the hidden paper is in it,
nothing on record has changed, and the access log has one line naming the address. Attack 4 is ``test_crawl.py``.
"""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from wagtail.models import Collection

from accounts.people import Post, User, take_post
from accounts.roles import Role
from circulars.deliveries import Delivery
from circulars.pages import CircularPage
from circulars.recalling import recall
from circulars.registration import Circular
from cms.attachments import Attachment
from cms.messages import Message
from config.doors import DOORS, Audience
from tests.addresses import ADMIN, OURS, addresses_of, admin_addresses, dummy
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.hiddenwords import PLACES, WORDS, word
from tests.walking import AJAX, everything, refusals, shown

pytestmark = pytest.mark.usefixtures("still_rail")

MANNERS: tuple[dict[str, str], ...] = ({}, {"Accept": "application/json"}, {"Accept": "application/pdf"}, AJAX)


def turned_away(client, person, path, *, posted=None, manners=({},)) -> None:
    """The person gets nothing at this address, in whatever manner they ask, and it is written down each time."""
    before = everything()
    for headers in manners:
        known = len(refusals(person))
        answer = client.post(path, posted, headers=headers) if posted is not None else client.get(path, headers=headers)
        body = answer.content.decode()
        assert (answer.status_code, "没有找到这一页" in body) == (404, True), path
        assert not [found for found in WORDS if found in body + str(answer.headers)], path
        assert refusals(person)[known:] == [path], path
    assert everything() == before, path


def test_1_a_unit_does_not_open_the_circular_of_another_unit(city, papers):
    """Attack 1: by its number, as HTML, JSON, PDF and as a script would."""
    clerk = city.desk(city.clerk)
    for key in (papers.deliveries["sent", "late"], papers.deliveries["elsewhere", "late"]):
        for name in ("reading", "slip"):
            turned_away(clerk, city.clerk, reverse(f"circulars:{name}", args=[key]), manners=MANNERS)
    stranger = city.desk(city.stranger)
    for uuid in papers.uuids.values():
        for name in ("board", "own_text", "send"):
            turned_away(stranger, city.stranger, reverse(f"circulars:{name}", args=[uuid]), manners=MANNERS)


def test_2_a_unit_does_not_fetch_the_attachment_of_another_unit(city, papers):
    """Attack 2: by its number, its name, its place in the store, an old version of the draft."""
    clerk = city.desk(city.clerk)
    for number in (1, 2, 3, 10**6):
        turned_away(
            clerk, city.clerk, reverse("circulars:attachment", args=[papers.deliveries["elsewhere", "late"], number])
        )
    stranger = city.desk(city.stranger)
    turned_away(stranger, city.stranger, reverse("circulars:own_attachment", args=[papers.uuids["sent"], 1]))
    page = CircularPage.objects.get(pk=papers.pages["draft"])
    turned_away(stranger, city.stranger, reverse("circulars:draft_attachment", args=[page.pk, 1]))
    turned_away(
        stranger, city.stranger, reverse("wagtailadmin_pages:revisions_view", args=[page.pk, page.latest_revision_id])
    )


def test_2_no_address_leads_into_the_store(city, papers, everybody):
    clients = Client(), city.desk(everybody), city.desk(city.drafter)
    kept = Attachment.objects.order_by("pk").last()
    name = f"{word('sent', 'file')}.txt"
    for root in (
        "/",
        "/media/",
        settings.MEDIA_URL,
        "/attachments/",
        "/static/",
        "/static/../attachments/",
        "/documents/1/",
    ):
        for end in (
            name,
            kept.digest,
            f"{kept.digest[:2]}/{kept.digest}",
            f"..%2fattachments/{kept.digest[:2]}/{kept.digest}",
        ):
            for client in clients:
                status, text = shown(client, root + end)
                assert status == 404 or "/login/" in text, root + end
                assert word("sent", "file") not in text.replace(name, ""), root + end


def test_3_who_is_not_signed_in_gets_to_the_sign_in_page_and_no_further(city, papers):
    """Attack 3: every address with the keys of real papers; those open to everybody are named here one by one."""
    assert {name for name, door in DOORS.items() if door is Audience.EVERYBODY} == {
        "login",
        "healthz",
        "metrics",
        "accounts:locked",
        "accounts:second_factor",
        "accounts:first_factor",
        "circulars:locked_alarm",
        "reports:wall",
    }
    nobody, before = Client(), everything()
    paths = [path for name, path in addresses_of(papers) if DOORS[name] is not Audience.EVERYBODY]
    for path in {*paths, *admin_addresses(papers, "sent")}:
        for headers in ({}, AJAX):
            answer = nobody.get(path, headers=headers)
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/"), path
            assert not [found for found in WORDS if found in str(answer.headers) + answer.content.decode()], path
    assert everything() == before


SIDE_VIEWS = {
    "edit", "delete", "history", "history_results", "view_draft", "preview_on_edit", "revisions_view", "revisions_compare",
    "revisions_revert", "unpublish", "copy", "move", "move_confirm", "set_privacy", "lock", "unlock", "usage",
    "workflow_history", "workflow_history_detail", "workflow_preview", "workflow_action", "confirm_workflow_cancellation",
    "revisions_unschedule", "set_page_position", "convert_alias",
}  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "department_drafter", "secretary", "superuser"])
@pytest.mark.parametrize("stage", ["draft", "submitted", "sent"])
def test_5_the_side_views_of_a_draft_are_not_there_for_who_has_no_hand_in_it(city, papers, who, stage):
    """Attack 5: preview, compare, history, revert, copy, move, lock, privacy, usage, workflow, however asked for."""
    client, person = city.desk(getattr(city, who)), getattr(city, who)
    asked = {path for path in admin_addresses(papers, stage) if f"/{papers.pages[stage]}/" in path}
    asked = {path for path in asked if "?" not in path and resolve(path).url_name in SIDE_VIEWS}
    assert len({resolve(path).url_name for path in asked}) == len(SIDE_VIEWS)
    before = everything()
    for path in sorted(asked):
        for answer in (client.get(path), client.get(path, headers=AJAX), client.post(path, {"title": "改了"})):
            assert (answer.status_code, "没有找到这一页" in answer.content.decode()) == (404, True), path
        assert refusals(person)[-3:] == [path] * 3
    assert everything() == before


def test_6_the_interfaces_for_programs_are_not_there(city, papers, everybody):
    """Attack 6: the admin's own interface is shut for whoever asks, and there is no public one."""
    for person in (city.drafter, everybody, city.superuser):
        client = city.desk(person)
        for path in (
            "/cms/api/main/pages/?fields=*",
            f"/cms/api/main/pages/{papers.pages['draft']}/?fields=*",
            "/cms/api/main/pages/find/?html_path=/",
            "/cms/api/main/images/",
            "/cms/api/main/documents/",
            "/cms/api/v3/pages/",
            "/api/v2/pages/",
            "/api/v3/pages/",
        ):
            assert client.get(path).status_code == 404, path


def test_7_there_are_no_collections_to_have_rights_on(city, everybody):
    """Attack 7: files hang on their circular alone; the one collection that Wagtail brings holds nothing and has no screen."""
    assert Collection.objects.count() == 1
    assert not {
        field.related_model for field in Collection._meta.related_objects if field.related_model.objects.exists()
    }
    for person in (everybody, city.superuser):
        assert city.desk(person).get(f"/cms/collections/{Collection.objects.get().pk}/").status_code == 404


def _without_token(answer) -> str:
    """The page but for its token and its form's key; a workbook carries the second in which it was packed, and takes no words."""
    if "html" not in answer.headers.get("Content-Type", ""):
        return ""
    return re.sub(r' value="(?:\w{64}|[0-9a-f-]{36})"', "", answer.content.decode())


@pytest.mark.parametrize("who", ["clerk", "late_clerk", "leader", "stranger", "department_head", "secretary"])
def test_8_a_search_tells_nothing_of_what_one_may_not_see(city, papers, who):
    """Attack 8: the page for a hidden word is, but for the word, the page for a word that nobody wrote; counts included."""
    client = city.desk(getattr(city, who))
    for stage in ("draft", "registered"):
        hidden = word(stage, "title")
        nonsense = hidden.replace("zq7", "qz7")
        for name, path in ((name, reverse(name)) for name in OURS if "<" not in OURS[name] and name != "logout"):
            answers = [client.get(path, {"q": asked, "show": "open"}, follow=True) for asked in (hidden, nonsense)]
            pages = [_without_token(answer) for answer in answers]
            assert pages[0].replace(hidden, nonsense) == pages[1], name


def test_9_no_act_is_done_in_bulk(city, papers):
    """Attack 9: own drafts together with a foreign one; the whole request is refused and no title is echoed."""
    foreign = city.draft(by=city.department_drafter, issuer=city.department, title="zq7foreign")
    client = city.desk(city.drafter)
    for act in ("delete", "move", "publish", "unpublish"):
        path = f"/cms/bulk/wagtailcore/page/{act}/"
        query = f"?id={papers.pages['draft']}&id={foreign.pk}"
        before = everything()
        for answer in (client.get(path + query), client.post(path + query)):
            assert answer.status_code == 404
            assert not [found for found in (*WORDS, "zq7foreign") if found in answer.content.decode()]
        assert everything() == before
        assert refusals(city.drafter)[-2:] == [path, path]


def test_10_no_browser_keeps_a_document(city, papers, everybody):
    """Attack 10: nothing is left on the clerk's machine that a recall would have to reach."""
    client, seen = city.desk(everybody), 0
    for _, path in addresses_of(papers):
        answer = client.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        if any(found.encode() in body for found in WORDS):
            assert "no-store" in answer["Cache-Control"], path
            seen += 1
    assert seen > 20


def test_10_a_recalled_circular_gives_its_units_a_notice_and_no_content(city, papers):
    """Attack 10: by every address of it, the link of the message and of the attachment among them; its title may be read, its text not."""
    client = city.desk(city.clerk)
    hidden = {word("sent", place).encode() for place in PLACES if place != "title"}
    reading = reverse("circulars:reading", args=[papers.deliveries["sent", "attentive"]])
    assert word("sent", "body").encode() in client.get(reading).content
    recall(Circular.objects.get(uuid=papers.uuids["sent"]), reason="附件发错", by=city.sender, at=MONDAY)
    assert "附件发错" in client.get(reading).content.decode()
    for _, path in addresses_of(papers):
        for answer in (client.get(path), client.post(path, {"key": "x", "checked": ["all"]})):
            body = b"".join(answer) if answer.streaming else answer.content
            assert not [found for found in hidden if found in body], path


def test_11_who_moves_to_another_unit_loses_the_old_papers_with_the_next_request(city, papers, week):
    """Attack 11: signed in all the while; the same for an account that is closed."""
    week.move_to(EVE_OF_THE_HOLIDAY, tick=False)
    client, path = city.desk(city.clerk), reverse("circulars:reading", args=[papers.deliveries["sent", "attentive"]])
    assert word("sent", "title") in client.get(path).content.decode()
    Post.objects.get(person=city.clerk).leave(by=None, at=EVE_OF_THE_HOLIDAY)
    take_post(city.clerk, city.elsewhere, Role.CLERK, by=None, at=EVE_OF_THE_HOLIDAY)
    assert client.get(path)["Location"].startswith("/login/")
    client = city.desk(city.clerk)
    turned_away(client, city.clerk, path)
    assert not [found for found in WORDS if found in client.get(reverse("circulars:inbox")).content.decode()]
    User.objects.filter(pk=city.clerk.pk).update(is_active=False)
    for name in ("home", "circulars:inbox", "messages"):
        assert client.get(reverse(name))["Location"].startswith("/login/")


def test_12_a_unit_that_is_not_on_the_list_gets_nothing_and_none_is_taken_off_it(city, papers):
    """Attack 12, as far as there is something to attack: the list is fixed when the circular is sent.

    Adding a recipient later and taking one off are not built; whoever builds them gives this attack its scene.
    """
    assert not [name for name in DOORS if name.endswith((":add_recipients", ":resend", ":remove_recipient"))]
    client = city.desk(city.county_clerk)
    turned_away(client, city.county_clerk, reverse("circulars:reading", args=[papers.deliveries["sent", "late"]]))
    mine = reverse("circulars:reading", args=[papers.deliveries["elsewhere", "county"]])
    assert word("sent", "title") in client.get(mine).content.decode()
    assert not Delivery.objects.filter(circular__uuid=papers.uuids["sent"], unit=city.county).exists()


def test_13_the_figures_of_a_month_take_no_key_of_a_unit_and_are_for_the_secretariat(city, papers):
    """Attack 13: one secretariat oversees one city; nothing in the address widens what anybody else sees."""
    clerk = city.desk(city.clerk)
    for name in ("reports:month", "reports:month_workbook", "reports:overview"):
        for query in ("", f"?unit={city.late.pk}", "?month=2026-09&issuers=all", "?month=2026-09&category=county"):
            answer = clerk.get(reverse(name) + query)
            assert answer.status_code == 404
        assert refusals(city.clerk)[-4:] == [reverse(name)] * 4
    secretary = city.desk(city.secretary)
    asked = {"month": "2026-09"}, {"month": "2026-09", "unit": city.late.pk}
    plain, narrowed = (secretary.get(reverse("reports:month"), query).context for query in asked)
    assert plain["figures"]
    assert plain["figures"] == narrowed["figures"]
    for odd in ("2026-13", "0000-00", "9999-99", "2026-9", "٢٠٢٦-٠٩", "\0", "2026-09' OR 1=1", "9" * 10**4):
        assert secretary.get(reverse("reports:month"), {"month": odd}).status_code == 200, odd


def test_14_a_message_reaches_only_those_whose_step_or_delivery_it_is(city, papers):
    """Attack 14: who was told of a hidden paper is its drafter, who has a step of it, or a unit that it went to."""
    of_papers = Message.objects.exclude(
        key__startswith="isolation:"
    )  # what the machine's own network is like concerns its office
    told = User.objects.filter(pk__in=of_papers.values("person"))
    concerned = {city.office.pk, city.attentive.pk, city.late.pk, city.county.pk}
    assert {unit for person in told for unit in person.posts.values_list("unit", flat=True)} == concerned
    for person in (city.stranger, city.department_head, city.secretary, city.engineer, city.superuser):
        page = city.desk(person).get(reverse("messages")).content.decode()
        assert not [found for found in WORDS if found in page]


def test_the_list_of_attacks_walks_the_whole_site():
    """Otherwise the scenes above would be about a part of it."""
    assert len(ADMIN) > 100
    assert {dummy(name) for name in OURS} >= {"/received/1/", "/drafts/1/withdraw/"}
