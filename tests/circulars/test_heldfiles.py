"""A file stays while a draft, one of its earlier states, a handed-over or a registered text names it; an upload given up goes after a day."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from circulars.pages import CircularPage, DraftAttachment
from cms.attachments import Attachment
from cms.discards import sweep_discards
from cms.unheld import LOOKED_AT_EVERY, sweep_unheld
from tests.cast import MONDAY, attached
from tests.draftform import add_address, attachment, edit_address, filled
from tests.traces import traces

WORD = "zq7secret"
NEXT_DAY = MONDAY + timedelta(hours=25)
NEXT_MONTH = NEXT_DAY + LOOKED_AT_EVERY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("值班表.csv", f"姓名,{WORD}\n".encode())


def swept(at) -> None:
    for _ in range(2):
        sweep_unheld(at)
        sweep_discards(at)


def test_the_file_of_a_form_that_was_given_up_is_gone_after_a_day(city):
    desk = city.desk(city.drafter)
    desk.post(add_address(city), filled(city, title="", **attachment(file=upload())))
    assert not CircularPage.objects.exists()
    swept(MONDAY + timedelta(hours=23))
    assert traces(WORD)
    swept(NEXT_DAY)
    assert not Attachment.objects.exists()
    assert traces(WORD) == []


def test_the_file_is_free_to_come_in_again(city):
    desk = city.desk(city.drafter)
    desk.post(add_address(city), filled(city, title="", **attachment(file=upload())))
    swept(NEXT_DAY)
    desk.post(add_address(city), filled(city, **attachment(file=upload())))
    swept(NEXT_DAY)
    row = CircularPage.objects.get().get_latest_revision_as_object().attachments.get()
    assert row.file.is_intact()


def test_a_form_that_is_sent_later_still_says_that_its_file_is_gone_and_keeps_what_was_typed(city):
    desk = city.desk(city.drafter)
    answer = desk.post(add_address(city), filled(city, title="", **attachment(file=upload())))
    token = answer.content.decode().partition('name="attachments-0-file-kept" value="')[2].partition('"')[0]
    swept(NEXT_DAY)
    late = filled(city, body="一、值班。", **attachment(**{"file-kept": token}))
    shown = desk.post(add_address(city), late).content.decode()
    assert "“值班表.csv”已不在系统里" in shown
    assert "一、值班。" in shown
    assert not CircularPage.objects.exists()


@pytest.mark.parametrize("stage", ["draft", "submitted", "approved", "registered", "sent"])
def test_what_a_paper_holds_stays(city, stage):
    getattr(city, stage)(attachments=attached())
    for at in (NEXT_DAY, NEXT_MONTH):
        swept(at)
        kept = Attachment.objects.all()
        assert len(kept) == 1 + (stage == "sent")  # the sealed file as well
        assert all(file.is_intact() for file in kept)


def without_its_file(city, page) -> None:
    city.change(page, attachments=[])
    DraftAttachment.objects.filter(page=page.pk).delete()


def test_what_stands_only_in_an_earlier_state_of_the_draft_stays_as_long_as_the_draft(city):
    page = city.draft(attachments=attached())
    without_its_file(city, page)
    swept(NEXT_DAY)
    assert Attachment.objects.get().is_intact()
    CircularPage.objects.get(pk=page.pk).delete()
    swept(NEXT_MONTH)
    assert not Attachment.objects.exists()


def test_what_stands_only_in_a_version_that_was_handed_over_stays(city):
    page = city.submitted(attachments=attached())
    without_its_file(city, page)
    page.revisions.all().delete()
    swept(NEXT_DAY)
    assert Attachment.objects.get().is_intact()


def test_a_key_that_begins_like_another_holds_no_other_file(city):
    first = attached()[0].file
    longer = Attachment.objects.create(pk=first.pk * 10, digest="d" * 64, size=1, media_type="text/csv")
    without_its_file(city, city.draft(attachments=[DraftAttachment(title="表", file=longer, file_name="表.csv")]))
    swept(NEXT_DAY)
    assert [file.pk for file in Attachment.objects.all()] == [longer.pk]


def test_a_form_sent_again_and_again_keeps_its_file(city, week):
    desk, fields = city.desk(city.drafter), filled(city, title="")
    answer = desk.post(add_address(city), fields | attachment(file=upload()))
    token = answer.content.decode().partition('name="attachments-0-file-kept" value="')[2].partition('"')[0]
    week.move_to(MONDAY + timedelta(hours=20), tick=False)
    city.desk(city.drafter).post(add_address(city), fields | attachment(**{"file-kept": token}))
    swept(NEXT_DAY)
    page = city.draft()
    city.desk(city.drafter).post(edit_address(page), filled(city, **attachment(**{"file-kept": token})))
    assert CircularPage.objects.get(pk=page.pk).get_latest_revision_as_object().attachments.get().file.is_intact()
