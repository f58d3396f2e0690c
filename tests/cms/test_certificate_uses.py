"""What a certificate is for and whose it is: a key that is good for one thing is good for nothing else (Article 10)."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from cms.signing import certificates
from cms.signing.certificates import Use, use_of
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256
from cms.signing.refusals import Refusal
from cms.signing.timestamps import check_time_stamp, time_stamp
from cms.signing.trust import Trust
from tests.cast import MONDAY
from tests.certificates import MADE

TEXT = '{"title":"关于做好国庆假期值班工作的通知"}'.encode()


@pytest.fixture
def trust(authority) -> Trust:
    return Trust((authority.root,))


class TestWhatAKeyIsFor:
    """Seal, person and ledger carry the same usages: the OU that the issuer gives keeps them apart."""

    def test_every_kind_says_its_use_whatever_was_asked(self, authority, certified):
        assert use_of(certified(kind=certificates.UNIT_SEAL).certificate) is Use.SEAL
        assert use_of(certified(kind=certificates.STAMP).certificate) is Use.STAMP
        assert use_of(certified(kind=certificates.CLERK).certificate) is Use.PERSON
        assert use_of(authority.checkpoints.certificate) is Use.LEDGER
        assert use_of(authority.stamping.certificate) is Use.TIME_STAMPS
        assert use_of(authority.issuing.certificate) is None
        assert use_of(authority.root) is None

    def test_a_name_that_brings_a_use_of_its_own_loses_it(self, authority):
        private = ECDSA_P256.new_private_key()
        parts = [*certificates.subject(organisation="甲", common_name="乙", demo=True)]
        name = x509.Name([*parts, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "seal")])
        certificate = certificates.issue(
            certificates.CLERK, private.public_key(), name, issuer=authority.issuing, at=MADE
        )
        assert use_of(certificate) is Use.PERSON
        assert certificates.is_demo(certificate)

    @pytest.mark.parametrize(
        ("kind", "wanted", "said"),
        [
            (certificates.UNIT_SEAL, Use.PERSON, "签名证书是“单位电子印章”证书，不是“个人签名”证书。"),
            (certificates.CLERK, Use.SEAL, "签名证书是“个人签名”证书，不是“单位电子印章”证书。"),
            (certificates.CLERK, Use.LEDGER, "签名证书是“个人签名”证书，不是“台账”证书。"),
            (certificates.CLERK, (Use.SEAL, Use.STAMP), "签名证书是“个人签名”证书，不是“单位电子印章或签名章”证书。"),
            (certificates.CHECKPOINTS, Use.SEAL, "签名证书是“台账”证书，不是“单位电子印章”证书。"),
        ],
    )
    def test_it_is_good_for_nothing_else(self, certified, trust, kind, wanted, said):
        signature = sign_detached(TEXT, certified(kind=kind), MONDAY)
        verdict = verify_detached(TEXT, signature, trust, code="BM05", use=wanted)
        assert verdict.refused.refusal is Refusal.WRONG_USE
        assert verdict.problem == said

    def test_a_certificate_that_names_no_use_is_good_for_none(self, authority, trust):
        kind = certificates.Kind(days=9, usages=certificates.CLERK.usages)
        private, name = ECDSA_P256.new_private_key(), certificates.subject(organisation="甲", common_name="乙")
        certificate = certificates.issue(kind, private.public_key(), name, issuer=authority.issuing, at=MADE)
        signature = sign_detached(TEXT, OpenKey(private, certificate, authority.chain), MADE)
        assert verify_detached(TEXT, signature, trust).stands
        assert "未注明用途" in verify_detached(TEXT, signature, trust, use=Use.SEAL).problem

    def test_a_person_is_known_by_the_user_name(self, certified, trust):
        key = certified(kind=certificates.CLERK, common_name="王小华（收发员）", person="wangxh")
        signature = sign_detached(TEXT, key, MONDAY)
        assert verify_detached(TEXT, signature, trust, use=Use.PERSON, code="BM05", person="wangxh").stands
        other = verify_detached(TEXT, signature, trust, use=Use.PERSON, code="BM05", person="lixm")
        assert other.refused.refusal is Refusal.WRONG_PERSON
        assert other.problem == "签名证书属于“王小华（收发员）”，不是应签名的人。"

    def test_a_stamp_by_another_key_is_none(self, certified, trust):
        assert not check_time_stamp(time_stamp(ECDSA_P256.digest_of(TEXT), certified(), at=MONDAY), TEXT, trust).stands

    def test_where_a_stamp_is_asked_for_the_signers_word_is_not_enough(self, certified, trust):
        verdict = verify_detached(TEXT, sign_detached(TEXT, certified(), MONDAY), trust, is_stamped=True)
        assert verdict.refused.refusal is Refusal.NO_STAMP
