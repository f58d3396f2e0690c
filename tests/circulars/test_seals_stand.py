"""Nothing is sent or signed for whose seal does not stand, and a reader is told in so many words (Articles 3, 4 and 10)."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from accounts.units import Unit
from circulars.dispatch import dispatch
from circulars.registration import Circular
from circulars.sealing import Manifest, SealBroken, flaw_of, seal
from circulars.sealing.checks import check_sealed
from circulars.sealing.manifests import manifest_of
from circulars.sealing.verdicts import flaw_inside, verdict_of
from cms.attachments import keep_own, place_of
from cms.ledger import Entry, canonical
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.revocations import Reason, revoke_certificate, the_authority, trust
from cms.signing.detached import sign_detached
from tests.cast import MONDAY, attached
from tests.certificates import needs_openssl, openssl_agrees
from tests.dbowner import as_its_owner
from tests.sealedpapers import needs_pdfsig, office_seal, pdfsig, tampered

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(city):
    return city.registered(attachments=attached())


@pytest.fixture
def sealed(city):
    return city.sealed(attachments=attached())


class TestBeforeSending:
    def test_nothing_is_sent_without_its_seal(self, city, registered):
        with pytest.raises(OutOfOrder, match="还没有用印"):
            dispatch(registered, by=city.sender, at=MONDAY)
        assert not registered.deliveries.exists()

    def test_what_is_sealed_is_sent(self, city, sealed):
        city.dispatch(sealed)
        assert sealed.state == "sent"

    FLAWS = {
        "a changed file": (lambda c: tampered(c.manifest.pdf_digest, lambda b: b[:-1] + b"X"), "版式文件被改动过"),
        "an addition at its end": (lambda c: tampered(c.manifest.pdf_digest, lambda b: b + b"\n"), "版式文件被改动过"),
        "a lost file": (lambda c: place_of(c.manifest.pdf_digest).unlink(), "找不到"),
        "a changed attachment": (
            lambda c: tampered(c.snapshot["attachments"][0]["digest"], lambda b: b + b" "),
            "附件",
        ),
        "a changed manifest": (
            lambda c: Manifest.objects.update(content=c.manifest.content.replace("值班工作", "值班")),
            "清单被改动过",
        ),
        "another number": (
            lambda c: Circular.objects.filter(pk=c.pk).update(number="延政办发〔2026〕99号"),
            "清单被改动过",
        ),
    }

    @pytest.mark.parametrize("flaw", FLAWS)
    def test_a_broken_seal_stops_sending_and_both_sides_and_the_network_office_know(self, city, sealed, flaw):
        harm, sentence = self.FLAWS[flaw]
        harm(sealed)
        fresh = Circular.objects.get(pk=sealed.pk)
        with pytest.raises(SealBroken, match=sentence):
            dispatch(fresh, by=city.sender, at=MONDAY)
        assert not fresh.deliveries.exists()
        told = set(Message.objects.filter(key__startswith="seal-broken:").values_list("person__username", flat=True))
        assert {"sender", "engineer"} <= told
        assert Entry.objects.filter(deed="seal.broken").count() == 1
        with pytest.raises(SealBroken):
            dispatch(fresh, by=city.sender, at=MONDAY)
        assert Entry.objects.filter(deed="seal.broken").count() == 1

    def test_a_key_revoked_before_the_seal_stops_it_and_one_revoked_after_does_not(self, city, week):
        first = city.sealed()
        revoke_certificate(int(first.manifest.serial, 16), Reason.KEY_COMPROMISE, at=MONDAY + timedelta(hours=1))
        assert flaw_of(first) == ""
        city.dispatch(first)
        second = city.registered()
        key, opened = office_seal(city)
        at = MONDAY + timedelta(hours=2)
        seal(second, key, opened, by=city.keeper, at=at)
        second.refresh_from_db()
        with pytest.raises(SealBroken, match="吊销"):
            dispatch(second, by=city.sender, at=at)


class TestBeforeSigning:
    def test_a_broken_seal_stops_signing_and_the_clerk_knows_why(self, city):
        circular = city.sent()
        delivery = city.opened(circular)
        tampered(circular.manifest.pdf_digest, lambda content: content.replace(b"/Type", b"/Tpye", 1))
        with pytest.raises(SealBroken, match="版式文件被改动过"):
            city.sign(delivery)
        delivery.refresh_from_db()
        assert delivery.signed_at is None
        assert Message.objects.filter(key__startswith="seal-broken:", person=city.clerk).exists()

    def test_the_reading_page_says_what_is_wrong_and_shows_no_changed_file(self, city):
        circular = city.sent()
        delivery = city.delivery(circular)
        tampered(circular.manifest.pdf_digest, lambda content: content + b" ")
        desk = city.desk(city.clerk)
        assert "没有通过：盖章的版式文件被改动过" in desk.get(f"/received/{delivery.pk}/").content.decode()
        assert "被改动过" in desk.get(f"/received/{delivery.pk}/pages/").content.decode()
        assert desk.get(f"/received/{delivery.pk}/sealed.pdf").status_code == 409

    @pytest.mark.parametrize("content", ["no text of ours", "[]", '{"pdf":[]}'])
    def test_a_manifest_that_is_none_of_ours_is_a_flaw_and_no_error(self, city, content):
        delivery = city.opened(city.sent())
        digest = hashlib.sha256(content.encode()).hexdigest()
        as_its_owner(f"UPDATE circulars_manifest SET content = '{content}', digest = '{digest}'")
        page = city.desk(city.clerk).get(f"/received/{delivery.pk}/").content.decode()
        assert "没有通过：公文清单被改动过。" in page
        with pytest.raises(SealBroken, match="清单被改动过"):
            city.sign(delivery)
        assert city.desk(city.sender).get(f"/evidence/{delivery.circular.uuid}/").status_code == 200
        assert any("公文清单" in str(fault) for fault in list(check_sealed(None, MONDAY)))

    def test_without_an_authority_a_reader_is_told_and_nothing_is_signed_or_held_against_the_circular(
        self, city, settings, tmp_path
    ):
        delivery = city.opened(city.sent())
        settings.CA_FOLDER = tmp_path / "nothing"
        desk = city.desk(city.clerk)
        page = desk.get(f"/received/{delivery.pk}/").content.decode()
        assert "没有通过：证书机构的目录缺失，签名无法核对。" in page
        press = {"key": uuid4(), "checked": list(delivery.checks())}
        answer = desk.post(f"/received/{delivery.pk}/sign/", press, follow=True).content.decode()
        assert f"签名无法核对，{delivery.circular.number} 暂时不能发送和签收" in answer
        delivery.refresh_from_db()
        assert delivery.signed_at is None
        assert not Message.objects.filter(key__startswith="seal-broken:").exists()
        assert not Entry.objects.filter(deed="seal.broken").exists()


class TestVerdict:
    def test_each_answer_has_its_line(self, city, week):
        circular = city.sealed(attachments=attached())
        verdict = verdict_of(circular, MONDAY)
        assert (verdict.stands, verdict.pages, verdict.attachments, verdict.is_demo) == (True, 1, 1, False)
        (stamp,) = verdict.seals
        assert (stamp.unit, stamp.by, stamp.at, stamp.was_in_force, stamp.key_now) == (
            city.office.name,
            city.keeper.name,
            MONDAY,
            True,
            "在有效期内",
        )

    def test_a_seal_that_was_broken_before_the_manifest_was_signed_is_found_inside_the_file(self, city):
        circular = city.sealed()
        whole = place_of(circular.manifest.pdf_digest).read_bytes()
        broken = whole.replace(b"/CreationDate", b"/CreationDote", 1)
        assert broken != whole
        key, opened = office_seal(city)
        kept = keep_own(ContentFile(broken), media_type="application/pdf")
        facts = manifest_of(
            circular,
            pdf_digest=kept.digest,
            pdf_size=len(broken),
            pages=1,
            seals=circular.manifest.facts["seals"],
        )
        content = canonical(facts)
        other = city.registered()
        forged = Manifest.objects.create(
            circular=other,
            content=content,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            signature=sign_detached(content.encode(), opened, MONDAY, stamping=the_authority().stamping),
            pdf_digest=kept.digest,
            pdf_size=len(broken),
            pages=1,
            key=key,
            serial=key.serial,
            signed_by=city.keeper,
            signed_at=MONDAY,
        )
        assert flaw_inside(forged, trust()) == "签名与内容不符，内容或签名被改动过"

    def test_it_stays_true_after_expiry_revocation_and_renaming(self, city, week):
        circular = city.sent()
        name = city.office.name
        Unit.objects.filter(pk=city.office.pk).update(name="延安市人民政府办公厅")
        later = MONDAY + timedelta(days=500)
        assert verdict_of(circular, later).seals[0].key_now == "已到期"
        revoke_certificate(int(circular.manifest.serial, 16), Reason.SUPERSEDED, at=MONDAY + timedelta(days=1))
        verdict = verdict_of(circular, later)
        assert (verdict.stands, verdict.seals[0].unit, verdict.seals[0].was_in_force, verdict.seals[0].key_now) == (
            True,
            name,
            True,
            "已停用",
        )


class TestStrangers:
    """Programs that know nothing of us agree."""

    @needs_pdfsig
    def test_pdfsig_finds_the_seal_valid_and_a_changed_file_not(self, city, sealed, tmp_path, authority):
        pdf = place_of(sealed.manifest.pdf_digest).read_bytes()
        said = pdfsig(tmp_path, pdf)
        assert "Signature is Valid" in said
        assert city.office.name in said
        assert "Signature is Valid" not in pdfsig(tmp_path, pdf.replace(b"(", b")", 1))

    @needs_openssl
    def test_openssl_takes_the_manifest_and_no_other_text(self, city, sealed, tmp_path, authority):
        manifest, root = sealed.manifest, authority.root
        data, signature = manifest.content.encode(), bytes(manifest.signature)
        assert openssl_agrees(tmp_path, data, signature, root, at=MONDAY)
        assert not openssl_agrees(tmp_path, data + b" ", signature, root, at=MONDAY)


class TestDesk:
    def test_the_sealed_file_goes_out_byte_for_byte(self, city):
        circular = city.sent()
        delivery = city.delivery(circular)
        for person, path in (
            (city.clerk, f"/received/{delivery.pk}/sealed.pdf"),
            (city.sender, f"/sent/{circular.uuid}/sealed.pdf"),
        ):
            answer = city.desk(person).get(path)
            assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == circular.manifest.pdf_digest
        assert city.desk(city.stranger).get(f"/received/{delivery.pk}/sealed.pdf").status_code == 404
