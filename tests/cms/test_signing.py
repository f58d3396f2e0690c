"""Signatures and their checks: each thing that can be wrong has its own sentence, and openssl says the same (Article 10)."""

import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
import typst
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from cms.canonical import canonical
from cms.signing import certificates, filekeys
from cms.signing.authority import AuthorityExists, Revoked, make_authority, open_authority
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused, OpenKey, WrongPin
from cms.signing.pdfsigning import PdfSigner, PdfTimeStamper
from cms.signing.profile import ECDSA_P256
from cms.signing.refusals import Refusal
from cms.signing.timestamps import check_time_stamp, time_stamp
from cms.signing.trust import Trust
from tests.cast import MONDAY
from tests.certificates import MADE, PASSPHRASE, needs_openssl, openssl_agrees

TEXT = '{"title":"关于做好国庆假期值班工作的通知"}'.encode()
KEY = "the key around all keys of a scene"


@pytest.fixture
def trust(authority) -> Trust:
    return Trust((authority.root,))


def foreign(tmp_path):
    make_authority(tmp_path / "foreign", "延安市", passphrase=PASSPHRASE, key_encryption_key=KEY, at=MADE)
    return open_authority(tmp_path / "foreign", KEY)


@needs_openssl
@pytest.mark.parametrize("is_stamped", [False, True])
def test_a_good_signature_stands_here_and_with_openssl(authority, certified, trust, tmp_path, is_stamped):
    signature = sign_detached(TEXT, certified(), MONDAY, stamping=authority.stamping if is_stamped else None)
    verdict = verify_detached(TEXT, signature, trust, code="BM05")
    assert verdict.stands
    assert verdict.problem == ""
    assert (verdict.signer.organisation, verdict.signer.code) == ("延安市教育局", "BM05")
    assert verdict.stamped_at == (MONDAY if is_stamped else None)
    assert openssl_agrees(tmp_path, TEXT, signature, authority.root, at=MONDAY)


@needs_openssl
def test_a_changed_byte_is_seen_here_and_by_openssl(authority, certified, trust, tmp_path):
    signature = sign_detached(TEXT, certified(), MONDAY)
    verdict = verify_detached(TEXT + b" ", signature, trust)
    assert not verdict.intact
    assert verdict.trusted
    assert verdict.in_force
    assert verdict.problem == "签名与内容不符，内容或签名被改动过。"
    assert not openssl_agrees(tmp_path, TEXT + b" ", signature, authority.root, at=MONDAY)


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_signature_is_said_to_be_none(trust, junk):
    assert verify_detached(TEXT, junk, trust).problem == "签名数据无法识别。"


def test_no_flipped_bit_anywhere_makes_another_signature_of_it(certified, trust):
    signature = sign_detached(TEXT, certified(), MONDAY)
    for place in range(0, len(signature), 7):
        changed = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        verdict = verify_detached(TEXT, changed, trust, at=MONDAY)
        # What lies outside the signed part, an unused certificate among it, may change and harms nobody.
        assert not verdict.stands or verdict.signer.code == "BM05"


@needs_openssl
def test_a_foreign_authority_of_the_same_name_is_not_believed(authority, trust, tmp_path):
    from tests.certificates import key_of

    other = foreign(tmp_path)
    signature = sign_detached(TEXT, key_of(other), MONDAY)
    verdict = verify_detached(TEXT, signature, trust)
    assert verdict.intact
    assert not verdict.trusted
    assert verdict.problem == "签名证书不是本系统证书机构签发的。"
    assert not openssl_agrees(tmp_path, TEXT, signature, authority.root, at=MONDAY)


def test_a_certificate_that_its_owner_signed_is_not_believed(trust):
    private = ECDSA_P256.new_private_key()
    own = certificates.self_signed(
        private, certificates.subject(organisation="延安市教育局", common_name="自签"), at=MADE
    )
    verdict = verify_detached(TEXT, sign_detached(TEXT, OpenKey(private, own), MONDAY), trust)
    assert verdict.problem == "签名证书不是本系统证书机构签发的。"


def test_a_seal_holder_cannot_issue_certificates(authority, certified, trust):
    """A seal's key signs a certificate for another unit: the way up to the root is not one of issuers."""
    seal, private = certified(), ECDSA_P256.new_private_key()
    name = certificates.subject(organisation="延安市人民政府", common_name="延安市人民政府电子印章", code="YA-ZF")
    forged = certificates.issue(certificates.UNIT_SEAL, private.public_key(), name, issuer=seal, at=MADE)
    key = OpenKey(private, forged, (seal.certificate, *authority.chain))
    assert (
        verify_detached(TEXT, sign_detached(TEXT, key, MONDAY), trust).problem == "签名证书不是本系统证书机构签发的。"
    )


def test_a_time_stamping_key_cannot_seal(authority, trust):
    verdict = verify_detached(TEXT, sign_detached(TEXT, authority.stamping, MONDAY), trust)
    assert verdict.trusted
    assert not verdict.fit
    assert verdict.problem == "签名证书不能用于公文签名。"


def test_another_units_seal_is_named(certified, trust):
    verdict = verify_detached(TEXT, sign_detached(TEXT, certified(), MONDAY), trust, code="BM12")
    assert not verdict.belongs
    assert verdict.problem == "签名证书属于“延安市教育局”，不是应签名的单位。"


@needs_openssl
def test_a_certificate_is_good_for_a_year(authority, certified, trust, tmp_path):
    key = certified()
    for at, said in (
        (MADE + timedelta(days=366), "签名时证书已过有效期（2027-09-01 09:00 到期）。"),
        (MADE - timedelta(seconds=1), None),
    ):
        signature = sign_detached(TEXT, key, at, stamping=authority.stamping)
        verdict = verify_detached(TEXT, signature, trust)
        assert not verdict.stands
        assert said is None or verdict.problem == said
        assert not openssl_agrees(tmp_path, TEXT, signature, authority.root, at=at)


def test_a_seal_stays_good_after_its_certificate_has_expired(authority, certified, trust):
    signature = sign_detached(TEXT, certified(), MONDAY, stamping=authority.stamping)
    verdict = verify_detached(TEXT, signature, trust, at=MONDAY + timedelta(days=4000))
    assert verdict.stands
    assert verdict.judged_at == MONDAY


def test_revocation_bites_from_its_moment_and_leaves_what_was_before(authority, certified):
    key = certified()
    noon = MONDAY + timedelta(hours=3)
    revoked = Revoked(key.certificate.serial_number, noon, x509.ReasonFlags.key_compromise)
    knowing = Trust((authority.root,), lists=(authority.revocation_list([revoked], number=1, at=noon),))
    before, after = (sign_detached(TEXT, key, at, stamping=authority.stamping) for at in (MONDAY, noon))
    assert verify_detached(TEXT, before, knowing).stands
    assert verify_detached(TEXT, before, knowing).revoked_at == noon
    late = verify_detached(TEXT, after, knowing)
    assert late.revoked
    assert late.problem == "签名证书在签名之前已吊销（2026-09-28 12:00）。"


def test_a_list_that_somebody_else_signed_revokes_nothing(authority, certified, tmp_path):
    key, other = certified(), foreign(tmp_path)
    revoked = Revoked(key.certificate.serial_number, MADE, x509.ReasonFlags.key_compromise)
    misled = Trust((authority.root,), lists=(other.revocation_list([revoked], number=9, at=MADE),))
    assert verify_detached(TEXT, sign_detached(TEXT, key, MONDAY), misled).stands


def test_a_time_stamp_of_a_stranger_is_not_taken_for_the_time(certified, trust, tmp_path):
    signature = sign_detached(TEXT, certified(), MONDAY, stamping=foreign(tmp_path).stamping)
    assert verify_detached(TEXT, signature, trust).problem == "时间戳无效，不能确定签名时间。"


@needs_openssl
def test_a_digest_is_stamped_and_openssl_reads_the_stamp(authority, trust, tmp_path):
    token = time_stamp(ECDSA_P256.digest_of(TEXT), authority.stamping, at=MONDAY)
    assert check_time_stamp(token, TEXT, trust).stands
    assert check_time_stamp(token, TEXT, trust).at == MONDAY
    assert not check_time_stamp(token, TEXT + b" ", trust).fits
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(TEXT)
    (tmp_path / "root.pem").write_text(certificates.pem(authority.root))
    said = subprocess.run(
        [
            "openssl",
            "ts",
            "-verify",
            "-token_in",
            "-in",
            "token",
            "-data",
            "data",
            "-CAfile",
            "root.pem",
            "-attime",
            str(int(MONDAY.timestamp())),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in said.stdout


def test_facts_are_signed_in_their_one_canonical_text(certified, trust):
    signature = sign_detached(canonical({"b": 1, "a": "中"}).encode(), certified(), MONDAY)
    assert verify_detached('{"a":"中","b":1}'.encode(), signature, trust).stands


def test_a_pdf_is_sealed_with_our_key_and_our_time(authority, certified, tmp_path):
    page = tmp_path / "page.typ"
    page.write_text("1")
    sealed = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(typst.compile(str(page)))),
        signers.PdfSignatureMetadata(field_name="seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
        signer=PdfSigner(certified()),
        timestamper=PdfTimeStamper(authority.stamping, MONDAY),
    )
    (tmp_path / "sealed.pdf").write_bytes(sealed.getvalue())
    try:
        said = subprocess.run(["pdfsig", "sealed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("pdfsig is not installed")
    assert "Signature is Valid" in said.stdout
    assert "BM05" in said.stdout


class TestAKeyAtRest:
    private = ECDSA_P256.new_private_key()

    def test_it_opens_with_its_pin_and_the_installations_key(self):
        kept = filekeys.lock_up(self.private, "246810", KEY, bound_to="a")
        opened = filekeys.unlock(kept, "246810", KEY, bound_to="a")
        assert opened.private_numbers() == self.private.private_numbers()

    def test_a_wrong_pin_is_told_from_a_wrong_key_around_it(self):
        kept = filekeys.lock_up(self.private, "246810", KEY, bound_to="a")
        with pytest.raises(WrongPin):
            filekeys.unlock(kept, "246811", KEY, bound_to="a")
        with pytest.raises(KeyRefused, match="已更换"):
            filekeys.unlock(kept, "246810", KEY + "x", bound_to="a")
        with pytest.raises(KeyRefused, match="已更换"):
            filekeys.unlock(kept, "246810", KEY, bound_to="b")

    def test_without_a_key_around_it_nothing_is_kept(self):
        with pytest.raises(KeyRefused, match="KEY_ENCRYPTION_KEY"):
            filekeys.lock_up(self.private, "246810", "", bound_to="a")

    def test_an_open_key_does_not_show_what_it_is_made_of(self, certified):
        assert "private" not in repr(certified())


class TestTheAuthority:
    def test_it_is_made_once(self, authority, tmp_path):
        foreign(tmp_path)
        with pytest.raises(AuthorityExists):
            foreign(tmp_path)

    def test_its_root_opens_with_the_passphrase_only_and_no_key_lies_open(self, tmp_path):
        foreign(tmp_path)
        folder = tmp_path / "foreign"
        with pytest.raises((ValueError, TypeError)):
            load_pem_private_key((folder / "root.key.pem").read_bytes(), b"another passphrase")
        assert load_pem_private_key((folder / "root.key.pem").read_bytes(), PASSPHRASE.encode())
        assert b"ENCRYPTED" in (folder / "root.key.pem").read_bytes()
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        with pytest.raises(KeyRefused):
            open_authority(folder, KEY + "x")

    def test_it_works_with_the_root_carried_away(self, tmp_path):
        foreign(tmp_path)
        (tmp_path / "foreign" / "root.key.pem").unlink()
        assert open_authority(tmp_path / "foreign", KEY).issuing


def test_each_way_to_fail_is_told_from_the_others(authority, certified, trust, tmp_path):
    from tests.certificates import key_of

    def refusal(key, at=MONDAY, judged_by=trust, **what):
        return verify_detached(
            TEXT, sign_detached(TEXT, key, at, stamping=authority.stamping), judged_by, **what
        ).refused

    key, later = certified(), certified(at=MONDAY)
    revoked = Revoked(key.certificate.serial_number, MONDAY, x509.ReasonFlags.key_compromise)
    knowing = Trust((authority.root,), lists=(authority.revocation_list([revoked], number=1, at=MONDAY),))
    assert refusal(key) is None
    assert refusal(key, code="BM12").refusal is Refusal.WRONG_UNIT
    assert refusal(key_of(foreign(tmp_path))).refusal is Refusal.FOREIGN
    assert refusal(later, MONDAY - timedelta(days=1)).refusal is Refusal.NOT_YET_VALID
    assert refusal(key, MONDAY + timedelta(days=400)).refusal is Refusal.EXPIRED
    assert refusal(key, judged_by=knowing).refusal is Refusal.REVOKED
    assert verify_detached(TEXT, b"", trust).refused.refusal is Refusal.UNREADABLE
    before = sign_detached(TEXT, key, MONDAY - timedelta(days=1), stamping=authority.stamping)
    assert verify_detached(TEXT, before, knowing).remark == (
        "签名证书在签名之后吊销（2026-09-28 09:00），此前的签名仍然有效。"
    )
    assert verify_detached(TEXT, before, trust).remark == ""
