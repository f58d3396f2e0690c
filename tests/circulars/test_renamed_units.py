"""A unit that is renamed or moved in the register changes nothing that was approved: the names stand as they were (regulation arts. 22 and 25)."""

import pytest
from django.urls import reverse

from accounts.units import Unit
from circulars.corrections import correct
from circulars.moderation import submit, void_if_changed
from circulars.pages import CircularPage
from circulars.progress import progress_of
from circulars.registration import Circular
from circulars.versions import Version, approval_of
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY


@pytest.fixture
def approved(city):
    return city.approved(cc_units=[city.county], countersign_units=[city.department])


def url(name, page):
    return reverse(f"circulars:{name}", args=[page.pk])


def fresh(page) -> CircularPage:
    return CircularPage.objects.get(pk=page.pk)


def renamed(city) -> None:
    """Recipients and the issuing office bear other names, and the list has another order."""
    for place, unit in enumerate((city.office, city.late, city.attentive, city.county, city.department)):
        Unit.objects.filter(pk=unit.pk).update(name=f"新名{place}局", short_name=f"新名{place}", sort_order=900 - place)


def test_an_approved_paper_is_registered_with_the_names_that_were_approved(city, approved):
    version = approval_of(approved)
    names = version.snapshot["issuer_names"], version.snapshot["primary"]["text"], version.snapshot["cc"]["text"]
    renamed(city)
    assert approval_of(fresh(approved)) == version
    desk = city.desk(city.registrar)
    shown = desk.get(url("register", approved))
    assert "与签发时一致" in shown.content.decode()
    form = {"digest": shown.context["form"].initial["digest"], "originals": "1", "rechecked": "on"}
    assert "已登记" in desk.post(url("register", approved), form, follow=True).content.decode()
    snapshot = Circular.objects.get().snapshot
    assert (snapshot["issuer_names"], snapshot["primary"]["text"], snapshot["cc"]["text"]) == names
    assert Circular.objects.get().distribution.count() == 4


def test_putting_the_draft_away_unchanged_after_a_renaming_voids_nothing(city, approved):
    renamed(city)
    fresh(approved).get_latest_revision_as_object().save_revision(user=city.drafter)
    assert not void_if_changed(fresh(approved), by=city.drafter, at=MONDAY)
    with pytest.raises(OutOfOrder, match="没有改动"):
        submit(fresh(approved), by=city.drafter, at=MONDAY)
    assert "还没有送审" not in city.desk(city.drafter).get(url("versions", approved)).content.decode()


@pytest.mark.parametrize("change", ["body", "primary_text", "primary_units", "cc_units", "countersign_units"])
def test_what_the_drafter_changes_voids_the_approval_after_a_renaming_as_before(city, approved, change):
    renamed(city)
    elements = {
        "body": "一、改过的正文。",
        "primary_text": "各有关单位：",
        "primary_units": [city.attentive],
        "cc_units": [],
        "countersign_units": [],
    }
    city.change(approved, **{change: elements[change]})
    assert approval_of(fresh(approved)) is None
    assert void_if_changed(fresh(approved), by=city.drafter, at=MONDAY)


def test_a_correction_after_a_renaming_keeps_the_approval_and_the_approved_names(city):
    page = city.approved(body="现将值班有关事项通知如下：\n一、严格落实值班制渡。")
    before = approval_of(page).snapshot
    renamed(city)
    body = before["body"].replace("制渡", "制度")
    correct(fresh(page), title=before["title"], body=body, reason="渡改为度。", by=city.registrar, at=MONDAY)
    approval = approval_of(fresh(page))
    assert approval.snapshot == before | {"body": body}


def before_typing_was_kept() -> None:
    Version.objects.update(typed="")


def test_an_earlier_version_is_compared_as_a_whole_and_the_registrar_can_send_it_back(city, approved):
    before_typing_was_kept()
    assert approval_of(fresh(approved))
    renamed(city)
    assert approval_of(fresh(approved)) is None
    desk = city.desk(city.registrar)
    shown = desk.get(url("register", approved)).content.decode()
    assert "请在下面退回拟稿人" in shown
    assert "登记编号" not in shown
    answer = desk.post(url("recheck_return", approved), {"reason": "单位已更名，请核对。", "to_step": ""}, follow=True)
    assert "已退回" in answer.content.decode()
    assert not Version.objects.to_register().exists()
    assert progress_of(fresh(approved)).word == "returned"


def test_what_no_longer_is_what_was_approved_is_not_registered_from_an_old_page(city, approved):
    desk = city.desk(city.registrar)
    digest = desk.get(url("register", approved)).context["form"].initial["digest"]
    city.change(approved, body="一、改过的正文。")
    form = {"digest": digest, "originals": "1", "rechecked": "on"}
    assert "不能登记" in desk.post(url("register", approved), form, follow=True).content.decode()
    assert not Circular.objects.exists()
