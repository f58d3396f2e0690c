"""Attack 35: one part of a file asked for, or ten thousand; none gets around who may read it and whether it is what came in (Articles 3 and 5)."""

import pytest
from django.urls import reverse

from cms.attachments import Attachment, place_of, serve
from tests.cast import attached
from tests.uploads import kept, little_memory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


# --- 35: parts of a file ---


@pytest.fixture
def file_at(city):
    """The address of a clerk's attachment of ten bytes, and the desk of that clerk."""
    circular = city.sent(attachments=attached(b"0123456789", "名单.txt"))
    return reverse("circulars:attachment", args=[city.delivery(circular).pk, 1]), city.desk(city.clerk)


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=0-", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=8-100", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-100", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-0,2-3", 200, b"0123456789", ""),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(10_000)), 200, b"0123456789", ""),
        ("bytes=4-2", 200, b"0123456789", ""),
        ("bytes=-", 200, b"0123456789", ""),
        ("bytes=" + "9" * 5000 + "-", 200, b"0123456789", ""),
        ("bytes=１-２", 200, b"0123456789", ""),
        ("lines=1-2", 200, b"0123456789", ""),
    ],
)
def test_35_one_part_is_handed_out_and_of_several_the_whole(file_at, asked, status, body, said):
    path, desk = file_at
    answer = desk.get(path, headers={"Range": asked})
    assert answer.status_code == status
    assert b"".join(answer) == body
    assert answer.headers.get("Content-Range", "") == said
    assert int(answer.headers.get("Content-Length", 0)) == len(body)
    assert (answer["Accept-Ranges"], answer["Cache-Control"]) == ("bytes", "no-store")
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == ("sandbox", "nosniff")


def test_35_neither_a_part_nor_a_mark_gets_around_permission_and_digest(city, file_at):
    path, desk = file_at
    asking = {"Range": "bytes=0-1", "If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert city.desk(city.stranger).get(path, headers=asking).status_code == 404
    assert desk.get(path, headers=asking).status_code == 206
    assert desk.get(path, headers={"If-None-Match": "*"}).status_code == 200
    assert desk.get(path, headers={"Range": "bytes=0-1", "If-Range": '"a"'}).status_code == 200
    digest = Attachment.objects.get(media_type__startswith="text/plain").digest
    place_of(digest).chmod(0o640)
    place_of(digest).write_bytes(b"0123456780")
    answer = desk.get(path, headers={"Range": "bytes=0-1"})
    assert answer.status_code == 409
    assert b"01" not in answer.content[:1]


def test_35_a_part_of_a_large_file_takes_no_more_memory_than_a_piece_of_it():
    large = kept("名单.txt", b"x" * 8 * 1024**2)
    with little_memory(2 * 1024**2):
        answer = serve(large, "名单.txt", part="bytes=1-7000000")
        assert sum(map(len, answer.streaming_content)) == 7_000_000
