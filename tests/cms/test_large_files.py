"""A file of a gigabyte goes through in pieces: read again, served, put into a bundle of evidence (Article 3)."""

import hashlib
import resource
import tracemalloc

import pytest

from circulars.verifier.bundle import Bundle, index_of, member_of, write
from cms.attachments import Attachment, FileChanged, place_of, serve

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SIZE = 1 << 30
PIECE = 1 << 20
MOST = 16 << 20  # bytes of memory that Python may take for it, and by which the process may grow


@pytest.fixture
def gigabyte():
    """A stored file of a gigabyte that takes no room on the disk: it is all holes."""
    digest, nothing = hashlib.sha256(), bytes(PIECE)
    for _ in range(SIZE // PIECE):
        digest.update(nothing)
    file = Attachment.objects.create(digest=digest.hexdigest(), size=SIZE, media_type="application/pdf")
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with file.path.open("wb") as stored:
        stored.truncate(SIZE)
    yield file
    place_of(file.digest).unlink()


@pytest.fixture
def flat():
    """What happens in the scene takes little memory, by Python's own count and by the system's."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    yield
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 2 * MOST


def test_it_is_checked_and_served_whole(gigabyte, flat):
    answer = serve(gigabyte, "大文件.pdf")
    answer.block_size = PIECE
    assert sum(map(len, answer.streaming_content)) == SIZE
    answer.close()


def test_one_changed_byte_in_its_middle_stops_it(gigabyte, flat):
    with gigabyte.path.open("r+b") as stored:
        stored.seek(SIZE // 2)
        stored.write(b"x")
    with pytest.raises(FileChanged):
        serve(gigabyte, "大文件.pdf")


def test_a_bundle_takes_it_in_and_is_read_in_pieces(gigabyte, tmp_path, flat):
    path = tmp_path / "bundle.zip"
    with path.open("wb") as target:
        write(target, {"README.txt": b"x", "circular/attachments/01-attachment.pdf": gigabyte.path})
    with Bundle(path) as bundle:
        (large,) = (member for member in bundle.members.values() if member.size == SIZE)
        assert large.sha256 == gigabyte.digest
    path.unlink()
    assert index_of([member_of("a", gigabyte.path)])
