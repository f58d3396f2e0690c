"""The archive of evidence: one form of writing, of which no bit can be changed unseen."""

import io
import random
import resource
import zipfile

import pytest

from circulars.verifier.bundle import Bundle, TooMuch, Unreadable, canonical_json, index_of, member_of, write

CONTENTS = {
    "README.txt": "怎样核验本包\n".encode(),
    "circular/document.pdf": b"%PDF-1.7 " + bytes(range(256)),
    "circular/manifest.json": canonical_json({"文号": "延政发〔2026〕1号", "a": [1, None]}),
    "empty": b"",
}


def written(contents=CONTENTS):
    target = io.BytesIO()
    write(target, contents)
    return target.getvalue()


@pytest.fixture
def given(tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(written())
    return path


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come(tmp_path):
    (tmp_path / "pdf").write_bytes(CONTENTS["circular/document.pdf"])
    again = dict(reversed(CONTENTS.items())) | {"circular/document.pdf": tmp_path / "pdf"}
    assert written() == written(again)


def test_a_bundle_gives_back_what_was_written(given):
    with Bundle(given) as bundle:
        assert {name: bundle.read(name) for name in bundle.heads} == CONTENTS
        assert bundle.json("circular/manifest.json") == {"文号": "延政发〔2026〕1号", "a": [1, None]}
        assert bundle.is_as_written()
        assert bundle.members == {name: member_of(name, content) for name, content in CONTENTS.items()}


def test_no_bit_of_the_archive_is_free(given):
    index, whole, chance = index_of(member_of(*pair) for pair in CONTENTS.items()), given.read_bytes(), random.Random(1)
    for place in chance.sample(range(len(whole) * 8), 1_500):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        given.write_bytes(changed)
        try:
            with Bundle(given) as bundle:
                assert not bundle.is_as_written() or index_of(bundle.members.values()) != index
        except Unreadable:
            pass


@pytest.mark.parametrize("more", [b"\x00", b"PK\x05\x06"], ids=["a byte", "a mark"])
def test_nothing_can_be_appended_or_put_in_front(given, more):
    for changed in (given.read_bytes() + more, more + given.read_bytes()):
        given.write_bytes(changed)
        try:
            with Bundle(given) as bundle:
                assert not bundle.is_as_written()
        except Unreadable:
            pass


def test_what_another_program_packed_is_not_as_written(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in CONTENTS.items():
            archive.writestr(name, content)
    with Bundle(path) as bundle:
        assert not bundle.is_as_written()


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "附件", "a\\b", ".hidden", "a/../b"])
def test_a_name_that_could_lead_elsewhere_is_not_written_and_not_read(tmp_path, name):
    with pytest.raises(ValueError, match="no name"):
        written({name: b"x"})
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(Unreadable):
        Bundle(path)


def test_a_packed_bomb_is_not_opened(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", b"0" * 10_000_000)
    with pytest.raises(Unreadable, match="不是本系统写成"):
        Bundle(path)


def test_a_computer_without_room_calls_no_bundle_changed(tmp_path):
    path = tmp_path / "large.zip"
    path.write_bytes(written(CONTENTS | {"large": bytes(1 << 17)}))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Bundle(path) as bundle:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
        try:
            with pytest.raises(TooMuch, match="临时目录写不下"):
                bundle.is_as_written()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert bundle.is_as_written()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + b"\x00" * 40])
def test_a_file_that_is_no_archive_is_unreadable(tmp_path, content):
    path = tmp_path / "none.zip"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        Bundle(path)


def test_a_text_written_otherwise_is_refused(tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(written({"a.json": b'{"b": 1}', "c.json": b"{", "d.json": b'{"a":1,"a":1}'}))
    with Bundle(path) as bundle:
        for name in ("a.json", "c.json", "d.json", "gone.json"):
            with pytest.raises(Unreadable):
                bundle.json(name)


class TestBeyondThePlainForm:
    """Sizes and places that take more than the 31 bits of the plain form; here the bound is forged to be 100 bytes."""

    @pytest.fixture
    def large(self, tmp_path, monkeypatch):
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
        path = tmp_path / "large.zip"
        path.write_bytes(written())
        assert b"PK\x06\x06" in path.read_bytes()
        return path

    def test_are_written_in_the_one_way_too_and_read_back(self, large):
        assert large.read_bytes() == written(dict(reversed(CONTENTS.items())))
        with Bundle(large) as bundle:
            assert bundle.is_as_written()
            assert bundle.members == {name: member_of(name, content) for name, content in CONTENTS.items()}

    def test_leave_no_bit_free(self, large):
        index, whole, chance = (
            index_of(member_of(*pair) for pair in CONTENTS.items()),
            large.read_bytes(),
            random.Random(2),
        )
        places = {*chance.sample(range(len(whole) * 8), 300), *range((len(whole) - 98) * 8, len(whole) * 8)}
        for place in places:
            changed = bytearray(whole)
            changed[place // 8] ^= 1 << place % 8
            large.write_bytes(changed)
            try:
                with Bundle(large) as bundle:
                    assert not bundle.is_as_written() or index_of(bundle.members.values()) != index
            except Unreadable:
                pass

    @pytest.mark.parametrize("field", [slice(32, 40), slice(40, 48)], ids=["files", "bytes"])
    def test_do_not_make_a_list_of_files_endless(self, large, field):
        content = bytearray(large.read_bytes())
        place = content.index(b"PK\x06\x06")
        content[place + field.start : place + field.stop] = (1 << 40).to_bytes(8, "little")
        large.write_bytes(content)
        with pytest.raises(Unreadable, match="包内文件过多"):
            Bundle(large)

    def test_need_an_end_of_their_own(self, large):
        content = large.read_bytes().replace(b"PK\x06\x06", b"PK\x06\x00")
        large.write_bytes(content)
        with pytest.raises(Unreadable, match="不是本系统写成"):
            Bundle(large)
