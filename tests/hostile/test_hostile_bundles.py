"""Bundles made to harm whoever checks them: each is put aside at once, in little memory, as none that was ever handed out."""

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding

from circulars.verifier import bundle as bounds
from circulars.verifier.bundle import INDEX, Unreadable
from tests.bundlecases import MANIFEST, PDF, Case
from tests.bundles import HANDED_OUT, packed
from tests.certificates import MADE

QUICK, LITTLE = 5.0, 160 << 20  # seconds, bytes: the worst text within the bounds, not more


@pytest.fixture
def put_aside(verified, tmp_path):
    """``put_aside(content)``: the one line that the program says of the file, which it does not read on."""

    def check(content):
        path = tmp_path / "hostile.zip"
        if isinstance(content, bytes):
            path.write_bytes(content)
        tracemalloc.start()
        begun = time.monotonic()
        answer, lines = verified(path)
        taken, (_, most) = time.monotonic() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert answer == 2, lines
        assert taken < QUICK
        assert most < LITTLE
        return lines[-1]

    return check


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18), bytes(1 << 20)])
def test_a_file_that_is_no_bundle(put_aside, content):
    assert put_aside(content).startswith("无法核验：")


def test_a_file_that_is_not_there(verified, tmp_path):
    assert verified(tmp_path / "gone.zip")[0] == 2
    assert verified(tmp_path)[0] == 2


def test_a_root_that_is_none(case, verified, tmp_path):
    (tmp_path / "root").write_bytes(b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    for root in ("root", "gone"):
        answer, lines = verified(case.path(), "--root", str(tmp_path / root))
        assert answer == 2
        assert "根证书文件" in lines[-1]


def archived(files, packing=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def test_a_packed_bomb(put_aside):
    assert "不是本系统写成" in put_aside(archived([(INDEX, bytes(50 << 20))], zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("name", ["../index.json", "/etc/passwd", "C:\\x", "a/../../b", "附件.txt", "a" * 3 + "/"])
def test_a_name_that_leads_elsewhere(put_aside, name):
    assert "不是本系统写成" in put_aside(archived([(name, b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name(put_aside):
    assert "重名" in put_aside(archived([(INDEX, b"{}"), (INDEX, b"[]")]))


def _named(name, checksum, size):
    facts = (20, 20, 0, 0, 0, 33, checksum, size, size, len(name), 0, 0, 0, 0, 0, 0)
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *facts) + name


def overlapping(count):
    """Many names for the same megabyte: small as a file, endless to read."""
    content = bytes(1 << 20)
    checksum, size = zlib.crc32(content), len(content)
    whole = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, checksum, size, size, 1, 0) + b"a" + content
    directory = b"".join(_named(b"n%07d" % number, checksum, size) for number in range(count))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(whole), 0)
    return whole + directory + end


def test_files_that_lie_over_one_another(put_aside):
    assert "重叠" in put_aside(overlapping(1_000))


def test_more_files_than_a_circular_can_have(put_aside):
    assert "过多" in put_aside(overlapping(bounds.MOST_MEMBERS + 1))


def test_an_archive_in_the_form_for_large_ones(put_aside):
    plain = packed({INDEX: b"{}"})
    locator = b"PK\x06\x07" + bytes(16)
    assert "不是本系统写成" in put_aside(plain[:-22] + locator + plain[-22:])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[" * 200_000 + b"]" * 200_000, "层次过深"),
        (b'{"a":' * 100_000, "层次过深"),
        (b"[" + b"[]," * 2_000_000 + b"[]]", "内容过多"),
        (b'"' + b"x" * (bounds.LARGEST_TEXT + 1) + b'"', "过大"),
        (b"1" * 100_000, "不是 JSON"),
        (b'"\\ud800"', "不是 JSON"),
        (b"NaN", "字段与约定不一致"),
        (b"\xff\xfe", "不是 JSON"),
    ],
    ids=["deep", "open", "many", "large", "long", "half a sign", "no number", "no text"],
)
def test_an_index_made_to_exhaust_its_reader(put_aside, text, said):
    assert said in put_aside(packed({INDEX: text}))


@pytest.mark.parametrize("name", [MANIFEST, "ledger/entries.json", "timeline.json", "receipts/QX01-1.json"])
def test_any_other_text_made_so(put_aside, case, name):
    case.files[name] = b"[" * 200_000 + b"]" * 200_000
    assert "层次过深" in put_aside(packed(case.office.indexed(case.files)))


def test_a_signature_larger_than_any(put_aside, case):
    case.files["circular/manifest.p7s"] = bytes(bounds.LARGEST_SIGNATURE + 1)
    assert "过大" in put_aside(packed(case.office.indexed(case.files)))


@pytest.mark.parametrize("depth", [10, 400, 5_000])
def test_a_signature_in_boxes_within_boxes(verified, case, depth):
    nested = b"\x04\x01x"
    for _ in range(depth):
        size = len(nested)
        length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
        nested = b"\x24" + length + nested
    whole = case.files["circular/manifest.p7s"]
    for signature in (nested, whole + nested, whole[:40] + nested[: len(whole) - 40]):
        case.files["circular/manifest.p7s"] = signature
        begun = time.monotonic()
        assert verified(case.path())[0] == 1
        assert time.monotonic() - begun < QUICK


def test_issuers_without_end(put_aside, case):
    for number in range(20):
        case.files[f"certificates/{number}.der"] = case.files["certificates/issuing.der"]
    assert "签发机构证书过多" in put_aside(packed(case.office.indexed(case.files)))


def looping(first_to, second_to):
    """A PDF whose tables of objects, or pages, lead back to themselves."""
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>\nendobj\n",
        b"3 0 obj\n<</FT/Sig/T(a)/Kids[3 0 R]/Parent 3 0 R/V 3 0 R>>\nendobj\n",
    ]
    body, places = b"", []
    for part in parts:
        places.append(len(body))
        body += part
    start = len(body)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places[1:])
    return body + table + b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        start if first_to else 0, start,
    )  # fmt: skip


@pytest.mark.parametrize("is_looping", [True, False])
def test_a_pdf_that_leads_back_to_itself(case, verified, is_looping):
    case.files[PDF] = looping(is_looping, False)
    begun = time.monotonic()
    answer, lines = verified(case.path())
    assert answer == 1
    assert any(PDF in line for line in lines)
    assert time.monotonic() - begun < QUICK


def test_a_pdf_that_unpacks_to_more_than_the_computer_has(case):
    """A gibibyte of nothing in five megabytes: the program says that it could not read the file."""
    packer, sixteen = zlib.compressobj(1), bytes(16 << 20)
    stream = b"".join(packer.compress(sixteen) for _ in range(64)) + packer.flush()
    head = b"%PDF-1.7\n"
    xref = b"1 0 obj\n<</Type/XRef/Size 2/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    content = head + xref + stream + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    case.files[PDF] = content
    begun = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-m", "circulars.verifier", str(case.path())],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1, said.stderr
    assert f"问题：{PDF} 不是完好的 PDF 文件（" in said.stdout
    assert not said.stderr
    assert time.monotonic() - begun < 60


def test_a_bundle_that_cannot_be_written_says_so():
    with pytest.raises(ValueError, match="no name"):
        packed({"../x": b""})
    assert issubclass(bounds.TooMuch, Unreadable)


def test_certificates_and_lists_that_only_break_when_they_are_asked(case, verified):
    """They parse as structures; their names do not."""
    for name, said in (("certificates/issuing.der", "无法识别"), ("crls/issuing.crl", "无法识别")):
        spoilt = Case(case.office, dict(case.files), case.folder)
        spoilt.files[name] = case.files[name].replace("延安市签发证书".encode(), b"\xff" * 21)
        assert spoilt.files[name] != case.files[name]
        answer, lines = verified(spoilt.path())
        assert answer == 1
        assert f"问题：{name}：{said}。" in lines


def test_an_issuer_whose_key_signs_nothing(case, verified):
    known, owner = case.office.certificates.issuing, ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(known.subject).issuer_name(known.subject).serial_number(1)
    builder = builder.not_valid_before(MADE).not_valid_after(HANDED_OUT)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    odd = builder.public_key(x25519.X25519PrivateKey.generate().public_key()).sign(owner, hashes.SHA256())
    case.files["certificates/odd.der"] = odd.public_bytes(Encoding.DER)
    root = case.folder / "root.der"
    root.write_bytes(case.files["certificates/root.der"])
    for more in ((), ("--root", str(root))):
        answer, lines = verified(case.path(), *more)
        assert answer == 1
        assert "问题：certificates：应当恰好有一张根证书。" in lines


def test_nothing_but_findings_is_printed(case):
    """A damaged PDF makes the library that reads it talk; its reader is told one sentence."""
    case.files[PDF] = case.files[PDF].replace(b"/Type /Catalog", b"/Type /Catamog", 1)
    assert b"Catamog" in case.files[PDF]
    said = subprocess.run(
        [sys.executable, "-m", "circulars.verifier", str(case.path())],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert not said.stderr
