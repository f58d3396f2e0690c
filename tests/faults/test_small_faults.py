"""Faults that need no server of their own: a failing act, a full disk, a clock that goes back, flipped bits, no cache."""

import errno
import os
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from circulars.deliveries import Delivery
from circulars.dispatch import dispatch
from cms.attachmentfield import AttachmentUpload
from cms.attachments import Attachment, FileChanged, keep, serve
from cms.ledger import Entry
from cms.messages import Message
from cms.quotes import cited
from cms.textmessages import TextMessage
from tests.cast import MONDAY
from tests.faults.tally import times
from tests.queued import queued


@pytest.fixture
def store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path / "attachments"
    return settings.ATTACHMENTS_ROOT


def files(store):
    return [path for path in store.rglob("*") if path.is_file()]


# F3


def test_a_sending_that_fails_at_its_end_leaves_no_task_and_tells_nobody(city):
    """All was done and queued; only the act itself did not come to its end."""
    circular = city.sealed()
    before = queued("circulars.tasks.announce")

    def send_and_fail():
        with transaction.atomic():
            dispatch(circular, by=city.sender, at=MONDAY)
            assert queued("circulars.tasks.announce") == [*before, (circular.pk,)]
            raise RuntimeError("at the very end")

    with pytest.raises(RuntimeError):
        send_and_fail()
    assert queued("circulars.tasks.announce") == before
    assert not Delivery.objects.filter(circular=circular).exists()
    assert not Message.objects.filter(key__startswith="delivery:").exists()
    assert not TextMessage.objects.exists()


# F8


def test_on_a_full_disk_an_upload_leaves_nothing_and_units_go_on_signing(city, store, monkeypatch):
    delivery = city.opened(city.sent())
    before = Attachment.objects.count(), files(store)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        upload = SimpleUploadedFile("值班表.txt", "张三".encode())
        with pytest.raises(ValidationError) as refused:
            AttachmentUpload().clean((upload, ""))
        city.sign(delivery)
    assert refused.value.messages == [f"{cited('值班表.txt')}没有存下来（磁盘已满），请联系网信办处理后重新上传。"]
    assert (Attachment.objects.count(), files(store)) == before
    assert Delivery.objects.get(pk=delivery.pk).state == "signed_for"


# F10


@pytest.mark.parametrize("back", [timedelta(seconds=3), timedelta(minutes=10), timedelta(hours=8)], ids=str)
def test_signed_by_a_clock_that_went_back_no_time_taken_is_negative(city, week, back):
    """Order is that of the ledger's rows: the sending stands before the signing whatever the clock said."""
    delivery = city.opened(city.sent())
    desk = city.desk(city.clerk)
    week.move_to(MONDAY - back)
    desk.post(f"/received/{delivery.pk}/sign/", {"key": uuid4(), "checked": ["all"]})
    signed = Delivery.objects.get(pk=delivery.pk)
    assert (signed.state, signed.taken_minutes) == ("signed_for", 0)
    order = list(
        Entry.objects.filter(deed__in=["circular.sent", "delivery.signed_for"])
        .order_by("pk")
        .values_list("deed", flat=True)
    )
    assert order == ["circular.sent", "delivery.signed_for"]


# F13


@pytest.mark.django_db
def test_no_file_with_a_flipped_bit_is_ever_handed_out(store):
    chance = Random(13)
    for n in range(times(100, 1000)):
        content = chance.randbytes(chance.randint(1, 3000)).replace(b"\x00", b"0")
        kept = keep(f"{n}.txt", SimpleUploadedFile(f"{n}.txt", content))
        flipped = bytearray(content)
        bit = chance.randrange(len(content) * 8)
        flipped[bit // 8] ^= 1 << bit % 8
        kept.path.chmod(0o640)
        kept.path.write_bytes(flipped)
        with pytest.raises(FileChanged):
            serve(kept, f"{n}.txt")


@pytest.mark.django_db
def test_a_store_that_looks_at_the_length_alone_is_caught(store, monkeypatch):
    """The twin: a flipped bit changes no length."""
    monkeypatch.setattr(Attachment, "is_intact", lambda kept: kept.path.stat().st_size == kept.size)
    kept = keep("1.txt", SimpleUploadedFile("1.txt", b"content"))
    kept.path.chmod(0o640)
    kept.path.write_bytes(b"Content")
    assert b"".join(serve(kept, "1.txt").streaming_content) == b"Content"


# F19


def test_without_any_cache_a_unit_reads_and_signs(city, settings):
    """No server of a cache is asked for anything: each process keeps its own, and where that keeps nothing all is as it was."""
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    delivery = city.opened(city.sent())
    desk = city.desk(city.clerk)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert desk.get(f"/received/{delivery.pk}/").status_code == 200
    desk.post(f"/received/{delivery.pk}/sign/", {"key": uuid4(), "checked": ["all"]})
    assert Delivery.objects.get(pk=delivery.pk).state == "signed_for"
