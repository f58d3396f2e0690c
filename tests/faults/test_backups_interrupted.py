"""A back-up and a restoring that are killed, and papers signed for meanwhile: whole or absent, released or not to be used (Article 17)."""

import random
import subprocess
import sys
import threading
import time
from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.db import connection, connections
from django.utils import timezone

from circulars.deliveries import Delivery
from circulars.receipts import Receipt
from cms.attachments import Attachment, keep
from cms.backup import copies, engines, looking
from cms.backup.making import make
from cms.backup.marker import is_marked
from cms.discards import discard
from tests.backups import confirmed_by, empty_installation, environment, running_city, said
from tests.cast import attached
from tests.databases import ROOT

TWO = ("security-admin", "audit-admin")
KILLS = 6


@pytest.fixture
def city(raised_city, django_db_setup, django_db_blocker, tmp_path):
    """The city at work on a machine of its own."""
    with django_db_blocker.unblock(), running_city(django_db_setup, deepcopy(raised_city), tmp_path / "var") as city:
        yield city


def restored_elsewhere(django_db_setup, tmp_path, copy, then):
    """The back-up on another machine: what ``then`` sees there."""
    with empty_installation(django_db_setup, tmp_path / "elsewhere"):
        said("restore", copy, confirmed_by(tmp_path / "typed", *TWO))
        return then()


def test_killed_at_any_point_there_is_a_whole_back_up_or_none(city, tmp_path):
    chance = random.Random(20261128)
    place = tmp_path / "copy"
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "backup", str(place)],
            cwd=ROOT,
            env=environment(tmp_path / "var"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and not list(tmp_path.glob(".copy.unfinished-*")):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        process.kill()
        process.wait()
        if place.exists():
            looking.look(place)
            place.rename(tmp_path / f"whole-{time.monotonic_ns()}")
    make(place, at=timezone.now())
    looking.look(place)
    assert not list(tmp_path.glob(".copy.unfinished-*"))  # what the killed ones left is cleared away


@pytest.fixture
def elsewhere(city, django_db_setup, tmp_path):
    """The city's back-up beside an empty machine."""
    make(tmp_path / "copy", at=timezone.now())
    return tmp_path


@pytest.mark.parametrize("step", ["read_in", "put_files", "differences", "release"])
def test_a_restoring_that_stopped_is_not_to_be_used_and_can_be_begun_again(
    elsewhere, django_db_setup, monkeypatch, step
):
    def stop(*_, **__):
        raise KeyboardInterrupt

    command = ("restore", elsewhere / "copy", confirmed_by(elsewhere / "typed", *TWO))
    with empty_installation(django_db_setup, elsewhere / "elsewhere"):
        with monkeypatch.context() as patched:
            where = "cms.backup.engines.load" if step == "read_in" else f"accounts.management.commands.restore.{step}"
            patched.setattr(where, stop)
            with pytest.raises(KeyboardInterrupt):
                said(*command)
        assert is_marked()
        with pytest.raises(CommandError, match="请清空数据库"):
            said(*command)
        connections.close_all()
        django_db_setup.make_empty()
        assert "可以使用" in said(*command)  # the files that are there already are the same


def test_a_restoring_that_is_killed_leaves_no_database_that_is_served(elsewhere, django_db_setup):
    chance = random.Random(5)
    for _ in range(2):
        with empty_installation(django_db_setup, elsewhere / "elsewhere"):
            process = subprocess.Popen(
                [sys.executable, "manage.py", "restore", str(elsewhere / "copy"), "--drill"],
                cwd=ROOT,
                env=environment(elsewhere / "elsewhere"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while process.poll() is None and not engines.tables_there_are():
                connections.close_all()  # the file may be another by now
                time.sleep(0.05)
            connections.close_all()
            time.sleep(chance.uniform(0, 0.6))
            process.kill()
            process.wait()
            assert is_marked()
    with empty_installation(django_db_setup, elsewhere / "elsewhere"):
        assert "可以使用" in said("restore", elsewhere / "copy", confirmed_by(elsewhere / "typed", *TWO))


def test_what_is_signed_for_between_the_dump_and_the_files_is_of_the_next_back_up(
    city, django_db_setup, tmp_path, monkeypatch
):
    signed, really = [], copies.copy

    def copy(*args, **options):
        if not signed:
            signed.append(city.sign(city.opened(city.sent(attachments=attached("新的".encode(), "新.txt")))))
        return really(*args, **options)

    receipts, rows = Receipt.objects.count(), Attachment.objects.count()
    monkeypatch.setattr(copies, "copy", copy)
    made = make(tmp_path / "copy", at=timezone.now())
    monkeypatch.undo()
    assert (Receipt.objects.count(), Attachment.objects.count()) == (receipts + 1, rows + 2)
    assert made.tables["circulars_receipt"].rows == receipts
    assert len([path for path in made.files if path.startswith("files/attachments/")]) == rows

    def seen():
        assert all(file.is_intact() for file in Attachment.objects.all())
        return Receipt.objects.count()

    assert restored_elsewhere(django_db_setup, tmp_path, tmp_path / "copy", seen) == receipts


def test_a_file_that_is_thrown_away_by_right_meanwhile_is_in_no_back_up(city, tmp_path, monkeypatch):
    gone, really = keep("弃.txt", SimpleUploadedFile("弃.txt", "不要了".encode())), copies.copy

    def copy(*args, **options):
        discard([gone.digest], at=timezone.now())
        return really(*args, **options)

    monkeypatch.setattr(copies, "copy", copy)
    made = make(tmp_path / "copy", at=timezone.now())
    assert not [path for path in made.files if gone.digest in path]
    assert made.tables["cms_attachment"].rows == Attachment.objects.count()


def test_while_units_sign_every_row_of_a_back_up_has_its_file_and_its_entry(city, django_db_setup, tmp_path):
    for number in range(4):
        city.sent(attachments=attached(f"{number}".encode(), f"{number}.txt"))
    open_ones = list(Delivery.objects.filter(unit__in=[city.attentive, city.late], state="sent").order_by("pk"))
    started, failed = threading.Event(), []

    def sign():
        try:
            for delivery in open_ones:
                by = city.clerk if delivery.unit_id == city.attentive.pk else city.late_clerk
                delivery.open(by=by, at=timezone.now())
                city.sign(delivery, by=by)
                keep("续.txt", SimpleUploadedFile("续.txt", f"{delivery.pk}".encode()))
                started.set()
        except Exception as wrong:  # told in the scene, not in a thread
            failed.append(wrong)
        finally:
            started.set()
            connection.close()

    signing = threading.Thread(target=sign)
    signing.start()
    started.wait()
    made = make(tmp_path / "copy", at=timezone.now())
    signing.join()
    assert not failed
    assert Delivery.objects.filter(pk__in=[each.pk for each in open_ones], state="sent").count() == 0

    def seen():
        assert all(file.is_intact() for file in Attachment.objects.all())
        return Delivery.objects.filter(signed_at__isnull=False).count(), Receipt.objects.count()

    signed, receipts = restored_elsewhere(django_db_setup, tmp_path, tmp_path / "copy", seen)
    assert signed == receipts == made.tables["circulars_receipt"].rows > 2
