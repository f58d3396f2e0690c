"""A stranger checks a bundle of evidence on a computer of their own (Articles 3, 20 and 28)."""

import json
import random
import resource
import subprocess
import sys
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from circulars.verifier.bundle import INDEX, INDEX_SIGNATURE, Unreadable
from circulars.verifier.checking import first_fault
from cms.signing import certificates
from cms.signing.authority import Revoked
from tests.bundlecases import MANIFEST, MANIFEST_P7S, PDF
from tests.bundles import HANDED_OUT, HOUR, JOINT, LEAD, READER, SEALED, SIGNED, Office, packed

FIRST, SECOND = f"receipts/{READER[0]}-1", f"receipts/{READER[0]}-2"
ALONE = """
import runpy, sys
sys.modules["django"] = None
sys.argv = ["verifier", sys.argv[1]]
runpy.run_module("circulars.verifier", run_name="__main__")
"""


def test_a_whole_bundle_is_whole_and_its_root_is_left_to_the_reader(case, verified):
    answer, lines = verified(case.path(is_indexed=False))
    assert answer == 0
    (line,) = lines
    assert line.startswith("证据包完好，但未核对根证书")
    assert case.office.certificates.root.fingerprint(SHA256()).hex(":").upper() in line


@pytest.mark.parametrize("form", ["pem", "der"])
def test_with_the_root_given_nothing_is_left_open(case, verified, form):
    root, file = case.office.certificates.root, case.folder / "root"
    file.write_bytes(certificates.pem(root).encode() if form == "pem" else root.public_bytes(Encoding.DER))
    assert verified(case.path(), "--root", str(file)) == (0, ["核验通过。"])


def test_it_runs_on_a_computer_without_the_product(case):
    said = subprocess.run(
        [sys.executable, "-c", ALONE, str(case.path())],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "证据包完好，但未核对根证书" in said.stdout


@pytest.mark.parametrize("key", [LEAD[0], "clerk"])
def test_nobody_but_the_ledger_signs_an_index(case, verified, key):
    case.files = case.office.indexed(case.files, by=case.office.keys[key])
    answer, lines = verified(case.path(is_indexed=False))
    assert answer == 1
    assert any(line.startswith(f"问题：{INDEX_SIGNATURE}：签名证书是“") for line in lines)


def test_every_receipt_without_a_signature_is_said_to_await_it(case, verified):
    del case.files[f"{SECOND}.p7s"]
    answer, lines = verified(case.path())
    assert answer == 0
    assert f"说明：{SECOND}.json：“{READER[1]}”的回执待补签。" in lines


def test_a_paper_without_seals_is_bound_by_its_manifest(case, verified, office):
    case.files = office.contents(office.sealed({}))
    case.sign_manifest(seals=[])
    for number, previous in ((1, None), (2, None)):
        digest = previous or (sha256(case.files[f"{FIRST}.json"]).hexdigest() if number == 2 else None)
        text = office.receipt(case.files[MANIFEST], case.files[PDF], number, digest)
        case.files[f"receipts/{READER[0]}-{number}.json"] = text
        case.sign(f"receipts/{READER[0]}-{number}.json", office.keys["clerk"], SIGNED)
    case.enter()
    assert verified(case.path())[0] == 0


class TestAKeyThatWasRevoked:
    @pytest.fixture
    def revoked(self, office, case):
        def revoke(at):
            serial = office.keys[LEAD[0]].certificate.serial_number
            known = office.authority.revocation_list(
                [Revoked(serial, at, x509.ReasonFlags.key_compromise)], number=2, at=HANDED_OUT
            )
            case.files["crls/issuing.crl"] = known.public_bytes(Encoding.DER)
            return case.path()

        return revoke

    def test_before_it_sealed_spoils_what_it_sealed(self, revoked, verified):
        answer, lines = verified(revoked(SEALED))
        assert answer == 1
        assert f"问题：{PDF} seal-1：签名证书在签名之前已吊销（2026-09-28 09:00）。" in lines
        assert f"问题：{MANIFEST_P7S}：签名证书在签名之前已吊销（2026-09-28 09:00）。" in lines

    def test_after_it_sealed_is_only_told(self, revoked, verified):
        answer, lines = verified(revoked(SEALED + HOUR))
        assert answer == 0
        assert f"说明：{PDF} seal-1：签名证书在签名之后吊销（2026-09-28 10:00），此前的签名仍然有效。" in lines


def test_a_bundle_signed_anew_by_somebody_else_is_refused_by_the_root(case, verified, tmp_path):
    other = Office(tmp_path / "other")
    assert other.authority
    pdf = other.sealed({"seal-2": other.keys[JOINT[0]], "seal-1": other.keys[LEAD[0]]})
    forged = tmp_path / "forged.zip"
    forged.write_bytes(packed(other.indexed(other.contents(pdf))))
    root = tmp_path / "root.pem"
    root.write_text(certificates.pem(case.office.certificates.root))
    assert verified(forged)[0] == 0  # it is whole in itself: the root is the reader's to compare
    answer, lines = verified(forged, "--root", str(root))
    assert answer == 1
    assert "问题：certificates：包内的根证书不是所给的根证书。" in lines
    for name in (INDEX_SIGNATURE, MANIFEST_P7S, f"{PDF} seal-1", f"{FIRST}.p7s", "ledger/checkpoint.p7s"):
        assert any(line.startswith(f"问题：{name}：") for line in lines), name


class TestPackedAgain:
    """Somebody unpacked the bundle, and packed the folder with the program of their computer."""

    @pytest.fixture
    def again(self, case, verified):
        def again(folder="", packing=zipfile.ZIP_DEFLATED, bound=lambda: None, **changed):
            root, path = case.folder / "root.der", case.folder / "again.zip"
            root.write_bytes(case.office.certificates.root.public_bytes(Encoding.DER))
            files = case.files | {name.replace("_", "."): content for name, content in changed.items()}
            with zipfile.ZipFile(path, "w", packing) as archive:
                for place in filter(None, [folder, f"{folder}circular/"]):
                    archive.writestr(place, b"")
                for name, content in files.items():
                    archive.writestr(folder + name, content)
            bound()
            return verified(path, "--root", str(root))

        return again

    @pytest.mark.parametrize("folder", ["", "证据包/"])
    def test_its_files_are_still_those_of_the_signed_list(self, again, case, folder):
        assert again(folder) == (
            1,
            [
                "问题：这个 ZIP 是用别的程序重新打包的，不是原来的文件；以下按解开后的内容核验。",
                f"说明：索引列出的 {len(case.files) - 2} 个文件，有 {len(case.files) - 2} 个与签了名的索引一致。",
                "核验未通过，共 1 处问题。",
            ],
        )

    @pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
    def test_a_readme_of_their_own_takes_nothing_from_the_evidence(self, again, packing):
        answer, lines = again(packing=packing, README_txt="请看\n".encode())
        assert answer == 1
        assert "问题：README.txt：内容与索引不符，文件被改动过或者已损坏。" in lines
        assert "不一致的只有 README.txt，它是说明，不是证据。" in lines[-2]

    @pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    def test_a_packed_file_that_was_damaged_is_refused_in_words(self, again, case, verified, packing):
        again(packing=packing)
        path = case.folder / "again.zip"
        with zipfile.ZipFile(path) as archive:
            head = archive.getinfo(INDEX)
        content = bytearray(path.read_bytes())
        begins = head.header_offset + 30 + len(INDEX)
        content[begins : begins + head.compress_size] = b"\xff" * head.compress_size
        path.write_bytes(content)
        answer, lines = verified(path)
        assert (answer, len(lines)) == (2, 1)
        assert lines[0].startswith("无法核验：这个 ZIP 不是本系统写成的证据包")

    def test_a_packed_file_without_a_name_is_none_of_a_bundle(self, again, case, verified):
        again(nameless=b"x")
        path = case.folder / "again.zip"
        path.write_bytes(path.read_bytes().replace(b"nameless", b"\0ameless"))
        answer, lines = verified(path)
        assert (answer, len(lines)) == (2, 1)

    def test_a_computer_without_room_to_unpack_it_is_not_the_fault_of_the_file(self, again):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            answer, lines = again(bound=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert answer == 2
        assert lines[0].startswith("无法核验：临时目录写不下")

    def test_of_a_list_that_nobody_signed_nothing_is_said_to_hold(self, again, case):
        _, lines = again(index_json=case.files[INDEX].replace(b"README", b"REEDME"))
        assert not any("一致。" in line for line in lines)


def test_a_file_that_is_not_there_and_a_folder(verified, tmp_path):
    assert verified(tmp_path / "gone.zip") == (2, [f"无法核验：打不开 {tmp_path}/gone.zip：没有这个文件或者目录。"])
    assert verified(tmp_path) == (2, [f"无法核验：打不开 {tmp_path}：这是目录，不是文件。"])


def test_no_name_in_the_bundle_can_write_lines_of_its_own(case, verified):
    files = json.loads(case.files[MANIFEST])["attachments"]
    case.sign_manifest(attachments=[files[0] | {"name": "a\n核验通过。\x1b[2K"}])
    del case.files["circular/attachments/01-attachment.txt"]
    answer, lines = verified(case.path())
    assert answer == 1
    assert "核验通过。" not in lines
    assert not any("\x1b" in line for line in lines)


def test_a_thousand_flipped_bits_are_all_seen(case, tmp_path):
    """One bit of the file as it lies on a disk or passes a line; the first thing that is wrong is enough."""
    path, chance = case.path(), random.Random(20)
    content = bytearray(path.read_bytes())
    for place in chance.sample(range(len(content) * 8), 1_000):
        content[place // 8] ^= 1 << place % 8
        path.write_bytes(content)
        content[place // 8] ^= 1 << place % 8
        with suppress(Unreadable):
            assert first_fault(path) is not None, place


def test_bits_flipped_by_somebody_who_packs_the_archive_anew_are_all_seen(case):
    """The archive's own checksums are right again; only the signed index and the signatures can tell."""
    chance = random.Random(21)
    names = sorted(case.files.keys() - {INDEX_SIGNATURE})
    for _ in range(100):
        name = chance.choice(names)
        content = bytearray(case.files[name])
        place = chance.randrange(len(content) * 8)
        content[place // 8] ^= 1 << place % 8
        path = case.folder / "anew.zip"
        path.write_bytes(packed(case.files | {name: bytes(content)}))
        try:
            assert first_fault(path) is not None, (name, place)
        except Unreadable:
            assert name == INDEX


def test_another_programs_archive_of_the_same_files_is_not_the_one_handed_out(case, verified):
    path = case.folder / "again.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(case.files):
            archive.writestr(name, case.files[name])
    answer, lines = verified(path)
    assert answer == 1
    assert "问题：这个 ZIP 不是原来的文件：是重新打包的，或者夹有多余的字节。" in lines
