"""夜间核查: what the disk lost or changed is found at night and told once (Articles 3 and 28)."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from circulars.scrubbing import DamagedFile, Scrub, last_scrub, sweep_scrub
from cms.attachments import Attachment, keep, place_of
from cms.discards import discard
from cms.ledger import Entry
from cms.messages import Message
from cms.sweep import sweep
from tests.cast import MONDAY, attached
from tests.dbowner import as_its_owner
from tests.offices import beijing
from tests.sealedpapers import tampered

pytestmark = pytest.mark.django_db

NIGHT = beijing("2026-09-29 02:00")
DAY = timedelta(days=1)


@pytest.fixture
def paper(city):
    return city.sent(title="关于夜间的通知", attachments=attached(b"night,0911\nzq9\n", "night.csv"))


def told():
    return list(Message.objects.filter(key__startswith="file-damaged:").order_by("pk").values_list("text", flat=True))


def of_the_attachment(paper):
    return paper.manifest.facts["attachments"][0]["sha256"]


def test_a_quiet_night_reads_every_file_once(city, paper):
    for minute in range(4):
        sweep_scrub(NIGHT + timedelta(minutes=minute))
    scrub = Scrub.objects.get()
    assert (scrub.files, scrub.damaged, scrub.finished_at) == (Attachment.objects.count(), 0, NIGHT)
    assert scrub.size == sum(Attachment.objects.values_list("size", flat=True))
    assert not told()
    sweep_scrub(NIGHT + DAY)
    assert Scrub.objects.count() == 2


@pytest.mark.parametrize("hour", ["2026-09-29 01:59", "2026-09-29 06:00", "2026-09-29 14:00"])
def test_nothing_is_read_by_day(city, paper, hour):
    sweep_scrub(beijing(hour))
    assert not Scrub.objects.exists()


def test_it_is_one_of_the_jobs_of_the_sweep(city, paper):
    assert sweep(NIGHT) == []
    assert last_scrub() is not None


def test_a_changed_and_a_lost_file_are_in_the_ledger_and_the_network_office_knows_once(city, paper):
    tampered(paper.manifest.pdf_digest, lambda content: content + b" ")
    place_of(of_the_attachment(paper)).unlink()
    for night in (NIGHT, NIGHT + timedelta(minutes=1), NIGHT + DAY, NIGHT + 2 * DAY):
        sweep_scrub(night)
    entries = Entry.objects.filter(deed="file.damaged").order_by("pk")
    assert {(entry.circular, entry.facts["digest"], entry.facts["flaw"]) for entry in entries} == {
        (paper.uuid, paper.manifest.pdf_digest, "changed"),
        (paper.uuid, of_the_attachment(paper), "lost"),
    }
    assert len(entries) == len(told()) == 2
    assert any(f"{paper.number} 的盖章文件内容被改动" in text for text in told())
    assert any(f"{paper.number} 的附件缺失" in text for text in told())
    assert set(Message.objects.filter(key__startswith="file-damaged:").values_list("person", flat=True)) == {
        city.engineer.pk
    }
    assert [scrub.damaged for scrub in Scrub.objects.order_by("night")] == [2, 2, 2]


def test_a_file_put_back_is_whole_again_and_told_anew_when_it_is_lost_again(city, paper):
    path = place_of(of_the_attachment(paper))
    content = path.read_bytes()
    path.unlink()
    sweep_scrub(NIGHT)
    path.write_bytes(content)
    sweep_scrub(NIGHT + DAY)
    assert DamagedFile.objects.get().mended_at == NIGHT + DAY
    path.unlink()
    sweep_scrub(NIGHT + 2 * DAY)
    assert len(told()) == 2


def test_a_sealed_file_whose_row_was_taken_out_is_missed(city, paper):
    as_its_owner(f"DELETE FROM cms_attachment WHERE digest = '{paper.manifest.pdf_digest}'")
    sweep_scrub(NIGHT)
    (text,) = told()
    assert f"{paper.number} 的盖章文件缺失" in text


def test_what_was_thrown_away_by_right_is_not_missed(city, paper):
    spare = keep("spare.txt", ContentFile(b"spare zq9", "spare.txt"))
    discard([spare.digest], at=MONDAY)
    sweep_scrub(NIGHT)
    assert not told()


def test_a_damaged_file_that_is_thrown_away_by_right_is_nobodys_trouble_any_more(city, paper):
    spare = keep("spare.txt", ContentFile(b"spare zq9", "spare.txt"))
    place_of(spare.digest).unlink()
    sweep_scrub(NIGHT)
    assert DamagedFile.objects.get().mended_at is None
    discard([spare.digest], at=MONDAY)
    Attachment.objects.filter(pk=spare.pk).delete()
    sweep_scrub(NIGHT + DAY)
    assert DamagedFile.objects.get().mended_at == NIGHT + DAY


def test_a_minute_has_its_bound_and_the_next_goes_on_where_it_stopped(city, paper):
    files = Attachment.objects.count()
    for minute in range(files):
        assert last_scrub() is None
        sweep_scrub(NIGHT + timedelta(minutes=minute), budget=0)
    assert Scrub.objects.get().files == files
    sweep_scrub(NIGHT + DAY)  # the end of the first reading, not another one
    assert (Scrub.objects.count(), Scrub.objects.get().files) == (1, files)


def test_the_first_screen_of_the_network_office_says_how_it_stands(city, paper):
    desk = city.desk(city.engineer)
    assert "还没有完成过" in desk.get("/").content.decode()
    sweep_scrub(NIGHT)
    page = desk.get("/").content.decode()
    assert f"{Attachment.objects.count()} 个文件" in page
    assert "全部完好" in page
    place_of(of_the_attachment(paper)).unlink()
    sweep_scrub(NIGHT + DAY)
    assert "现有 1 个文件缺失或者被改动" in desk.get("/").content.decode()
