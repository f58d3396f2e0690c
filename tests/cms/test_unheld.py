"""Files that nobody holds: looked for a day after they came in, once, and never while somebody brings them in again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.attachments import Attachment, keep
from cms.discards import Discard, discard, is_discarded, sweep_discards
from cms.sweep import sweep
from cms.unheld import BATCH, sweep_incoming, sweep_unheld

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


def kept(content: bytes = b"list") -> Attachment:
    return keep("值班表.csv", SimpleUploadedFile("值班表.csv", content))


def in_a_day():
    return timezone.now() + timedelta(hours=25)


def test_the_row_goes_first_and_the_bytes_follow_and_nothing_is_left_to_do():
    file = kept()
    sweep_unheld(in_a_day())
    assert not Attachment.objects.exists()
    assert file.path.exists()
    for _ in range(2):
        sweep_discards(in_a_day())
        assert not file.path.exists()
    assert not Discard.objects.exists()


def test_a_file_that_comes_in_again_before_its_bytes_went_keeps_them():
    kept()
    sweep_unheld(in_a_day())
    again = kept()
    sweep_discards(in_a_day())
    assert again.is_intact()


def test_a_file_that_comes_in_again_before_its_day_is_over_waits_a_day_more():
    Attachment.objects.filter(pk=kept().pk).update(recheck_at=timezone.now())
    again = kept()
    sweep_unheld(timezone.now() + timedelta(hours=23))
    assert Attachment.objects.get() == again


def test_a_file_that_is_purged_while_its_bytes_wait_is_barred():
    file = kept()
    sweep_unheld(in_a_day())
    discard([file.digest], at=in_a_day())
    sweep_discards(in_a_day())
    assert not file.path.exists()
    assert is_discarded(file.digest)


def test_no_more_than_a_batch_is_looked_at_in_one_minute_with_as_many_questions(django_assert_max_num_queries):
    Attachment.objects.create(digest="f" * 64, size=1, media_type="text/csv")
    with CaptureQueriesContext(connection) as of_one:
        sweep_unheld(in_a_day())
    for number in range(BATCH + 1):
        Attachment.objects.create(digest=f"{number:064}", size=1, media_type="text/csv")
    with django_assert_max_num_queries(len(of_one)):
        sweep_unheld(in_a_day())
    assert Attachment.objects.count() == 1
    sweep_unheld(in_a_day())
    assert not Attachment.objects.exists()


def test_what_an_upload_that_was_cut_off_left_behind_is_gone_after_a_day_and_nothing_else_is(tmp_path):
    file = kept()
    left, strange = tmp_path / "incoming-x1", tmp_path / "another"
    for path in (left, strange):
        path.write_bytes(b"half a file")
    sweep_incoming(timezone.now() + timedelta(hours=23))
    assert left.exists()
    sweep(in_a_day())
    assert not left.exists()
    assert strange.exists()
    assert file.path.exists()
    sweep_incoming(in_a_day())


def test_a_sweep_without_a_store_does_nothing(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "none"
    sweep_incoming(in_a_day())
    assert not settings.ATTACHMENTS_ROOT.exists()
