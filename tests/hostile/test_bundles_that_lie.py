"""Bundles that the installation itself falsified, all signatures its own: what of that a stranger finds, and what nobody can (docs/evidence.md)."""

import json
from datetime import timedelta
from functools import partial

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from circulars.verifier.__main__ import FAULTY, UNREADABLE, WHOLE
from cms.signing import certificates
from cms.signing.authority import make_authority, open_authority
from tests import bundles
from tests.bundlecases import MANIFEST
from tests.bundles import HANDED_OUT, JOINT, KEY, LEAD, Office, packed
from tests.certificates import MADE, PASSPHRASE, key_of


def without_receipts(case):
    for name in [name for name in case.files if name.startswith("receipts/")]:
        del case.files[name]


def test_a_ledger_that_says_nothing_of_the_paper_proves_nothing(case, verified):
    without_receipts(case)
    case.change("ledger/entries.json", entries=[])
    case.change("ledger/proofs.json", proofs=[])
    case.change("timeline.json", entries=[])
    answer, said = verified(case.path())
    assert answer == FAULTY
    assert any("台账登记的不是这份清单" in line for line in said)


def test_a_second_manifest_of_the_same_number_is_not_the_one_that_was_sealed(case, verified):
    without_receipts(case)
    case.enter()
    assert verified(case.path())[0] == WHOLE
    case.change(MANIFEST, urgency="urgent", signer="别人")
    case.sign(MANIFEST, case.office.keys[LEAD[0]])
    answer, said = verified(case.path())
    assert answer == FAULTY
    assert any(line.startswith(f"问题：{MANIFEST}：台账登记的不是这份清单") for line in said)


def test_the_ledger_entry_of_another_paper_does_not_name_this_ones_manifest(case, verified):
    entries = json.loads(case.files["ledger/entries.json"])["entries"]
    other = entries[0]["text"].replace('"circular":"0f6b6f0e', '"circular":"1f6b6f0e')
    case.change("ledger/entries.json", entries=[entries[0] | {"text": other}, entries[1]])
    assert verified(case.path())[0] == FAULTY


def test_a_body_that_is_said_to_have_issued_it_and_set_no_seal(case, verified):
    """The lead body seals alone and names another beside itself."""
    pdf = case.office.sealed({"seal-1": case.office.keys[LEAD[0]]})
    case.files = case.office.contents(pdf)
    seals = [seal for seal in json.loads(case.files[MANIFEST])["seals"] if seal["unit"] == LEAD[0]]
    without_receipts(case)
    case.sign_manifest(seals=seals)
    answer, said = verified(case.path())
    assert answer == FAULTY
    assert said[0] == f"问题：{MANIFEST}：“{JOINT[1]}”列为发文机关，却没有用印。"
    assert sum(line.startswith("问题") for line in said) == 1


def test_a_leaders_stamp_in_the_place_of_the_bodys_seal(case, verified):
    """A stamp is good on an order; a leader's own key makes no notice the government's."""
    name = {"code": LEAD[0], "organisation": LEAD[1], "common_name": "高延河（签名章）", "person": "gaoyh"}
    stamp = key_of(case.office.authority, kind=certificates.STAMP, **name)
    pdf = case.office.sealed({"seal-2": case.office.keys[JOINT[0]], "seal-1": stamp})
    case.files = case.office.contents(pdf)
    own = {LEAD[0]: stamp.certificate.fingerprint(SHA256()).hex()}
    seals = [
        seal | {"certificate": own.get(seal["unit"], seal["certificate"])}
        for seal in json.loads(case.files[MANIFEST])["seals"]
    ]
    without_receipts(case)
    for kind, expected in (("order", WHOLE), ("notice", FAULTY)):
        case.change(MANIFEST, seals=seals, kind=kind)
        case.sign(MANIFEST, stamp)
        case.enter()
        answer, said = verified(case.path())
        assert answer == expected, said
    assert sum("签名章" in line for line in said) == 2


@pytest.mark.parametrize("signer", ["tsa", "clerk", "seal"])
def test_an_index_that_another_key_than_the_ledgers_signed(case, verified, signer):
    keys = {
        "tsa": case.office.authority.stamping,
        "clerk": case.office.keys["clerk"],
        "seal": case.office.keys[LEAD[0]],
    }
    case.files = case.office.indexed(case.files, by=keys[signer])
    answer, said = verified(case.path(is_indexed=False))
    assert answer == FAULTY
    assert any(line.startswith("问题：index.p7s：") for line in said)


def test_a_list_of_revocations_that_was_over_when_the_bundle_was_made(case, verified):
    old = case.office.list_of_revoked(at=HANDED_OUT - timedelta(days=60))
    case.files["crls/issuing.crl"] = old.public_bytes(Encoding.DER)
    answer, said = verified(case.path())
    assert answer == FAULTY
    assert any("在制包时有效的吊销列表" in line for line in said)


class TestRoots:
    """``--root`` is what the reader trusts, whatever the bundle brings along."""

    @pytest.fixture
    def root(self, tmp_path):
        return tmp_path / "root.der"

    def test_the_right_one(self, case, verified, root):
        root.write_bytes(case.files["certificates/root.der"])
        assert verified(case.path(), "--root", str(root))[0] == WHOLE

    @pytest.mark.parametrize("what", ["issuing", "seal", "of another installation of the same name"])
    def test_a_certificate_that_is_not_it(self, case, verified, root, what, tmp_path):
        others = {
            "issuing": case.files["certificates/issuing.der"],
            "seal": case.office.keys[LEAD[0]].certificate.public_bytes(Encoding.DER),
        }
        if what not in others:
            make_authority(tmp_path / "ca", "延安市", passphrase=PASSPHRASE, key_encryption_key=KEY, at=MADE)
            others[what] = open_authority(tmp_path / "ca", KEY).root.public_bytes(Encoding.DER)
        root.write_bytes(others[what])
        answer, said = verified(case.path(), "--root", str(root))
        assert answer == FAULTY
        assert "问题：certificates：包内的根证书不是所给的根证书。" in said

    @pytest.mark.parametrize("content", [b"", b"root", b"-----BEGIN CERTIFICATE-----\nMII\n", b"\x30\x82" * 2000])
    def test_a_file_that_is_no_certificate(self, case, verified, root, content):
        root.write_bytes(content)
        assert verified(case.path(), "--root", str(root))[0] == UNREADABLE

    def test_no_file_and_a_folder(self, case, verified, tmp_path):
        for place in (tmp_path / "nowhere", tmp_path):
            assert verified(case.path(), "--root", str(place))[0] == UNREADABLE

    def test_the_bundle_itself(self, case, verified):
        path = case.path()
        assert verified(path, "--root", str(path))[0] == UNREADABLE


def test_a_demos_bundle_says_that_it_is_worth_nothing(tmp_path, verified, monkeypatch):
    """Its signatures stand; nobody may take it for evidence."""
    monkeypatch.setattr(bundles, "make_authority", partial(make_authority, demo=True))
    demo = Office(tmp_path / "ca")
    assert demo.authority
    pdf = demo.sealed({"seal-2": demo.keys[JOINT[0]], "seal-1": demo.keys[LEAD[0]]})
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(demo.indexed(demo.contents(pdf))))
    answer, said = verified(path)
    assert answer == WHOLE
    assert any(line.startswith("说明：certificates：") and certificates.DEMO_ONLY in line for line in said)
