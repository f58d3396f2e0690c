"""用印: the paper gets its seals, one manifest is signed, and nothing is sent or signed for whose seal does not stand (Articles 3, 4, 10)."""

import hashlib
import io
from itertools import pairwise
from shutil import which

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from pyhanko.pdf_utils.reader import PdfFileReader

from accounts.people import take_post
from accounts.roles import Role
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import SealUse
from circulars.layouts import Layout
from circulars.moderation import decide
from circulars.numbering import Series
from circulars.pages import CoIssuer
from circulars.paper import paper_of
from circulars.registration import Circular
from circulars.sealing import Manifest, Rendition, Seal, flaw_of, seal
from circulars.typesetting.copytext import seals_asked
from cms.attachments import place_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import trust
from cms.signing.detached import verify_detached
from cms.signing.keys import KeyRefused
from tests.cast import MONDAY, attached
from tests.sealedpapers import by_hand, office_seal, pdfsig, tampered
from tests.sealkeys import seal_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(city):
    return city.registered(attachments=attached())


@pytest.fixture
def sealed(city):
    return city.sealed(attachments=attached())


class TestSealing:
    def test_the_keeper_seals_a_registered_circular_and_it_is_sealed_for_good(self, city, registered):
        key, opened = office_seal(city)
        assert seal(registered, key, opened, by=city.keeper, at=MONDAY) is True
        registered.refresh_from_db()
        assert registered.state == Circular.State.SEALED
        stamp = registered.seals.get()
        assert (stamp.unit, stamp.unit_name, stamp.sealed_by, stamp.sealed_at) == (
            city.office,
            city.office.name,
            city.keeper,
            MONDAY,
        )
        manifest = registered.manifest
        pdf = place_of(manifest.pdf_digest).read_bytes()
        assert (hashlib.sha256(pdf).hexdigest(), len(pdf)) == (stamp.digest, manifest.pdf_size)
        assert [field.field_name for field in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures] == ["seal-1"]

    def test_the_manifest_binds_file_number_text_recipients_and_every_attachment(self, city, sealed):
        said = sealed.manifest.facts
        assert sealed.manifest.digest == hashlib.sha256(sealed.manifest.content.encode()).hexdigest()
        assert (said["number"], said["title"], said["document"], said["revision_digest"]) == (
            sealed.number,
            sealed.title,
            str(sealed.uuid),
            sealed.digest,
        )
        assert said["pdf"] == {
            "sha256": sealed.manifest.pdf_digest,
            "size": sealed.manifest.pdf_size,
            "pages": sealed.manifest.pages,
        }
        assert [line["code"] for line in said["recipients"]["list"]] == sorted(
            unit.code for unit in (city.attentive, city.late, city.paper)
        )
        assert [(row["name"], row["sha256"]) for row in said["attachments"]] == [
            (row["name"], row["digest"]) for row in sealed.snapshot["attachments"]
        ]
        signature = bytes(sealed.manifest.signature)
        verdict = verify_detached(sealed.manifest.content.encode(), signature, trust(), code=city.office.code)
        assert (verdict.problem, verdict.stamped_at) == ("", MONDAY)

    def test_every_use_is_in_the_register_with_who_why_and_on_whose_approval(self, city, sealed):
        use = SealUse.objects.get()
        assert (use.used_by, use.used_at, use.approved_by, use.purpose, use.digest) == (
            city.keeper,
            MONDAY,
            city.approver,
            sealed.number,
            sealed.manifest.pdf_digest,
        )

    def test_the_ledger_names_file_manifest_and_certificate(self, city, sealed):
        entry = Entry.objects.get(deed="circular.sealed")
        assert entry.facts == {
            "number": sealed.number,
            "manifest": sealed.manifest.digest,
            "pdf": sealed.manifest.pdf_digest,
            "serial": sealed.manifest.serial,
        }
        assert Entry.objects.get(deed="circular.stamped").facts["field"] == "seal-1"

    @pytest.mark.parametrize("who", ["sender", "registrar", "secretary", "engineer", "stranger", "superuser"])
    def test_nobody_but_a_keeper_of_that_unit_seals(self, city, registered, who):
        key, opened = office_seal(city)
        with pytest.raises(PermissionDenied):
            seal(registered, key, opened, by=getattr(city, who), at=MONDAY)
        assert not Seal.objects.exists()

    def test_a_key_that_ended_since_it_was_opened_seals_nothing(self, city, registered):
        key, opened = office_seal(city)
        SealKey.objects.filter(pk=key.pk).update(state=SealKey.State.REVOKED)
        with pytest.raises(KeyRefused, match="不能使用"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)
        assert not Seal.objects.exists()
        assert not SealUse.objects.exists()

    def test_the_seal_of_another_unit_does_not_go_on_it(self, city, registered):
        key, opened = seal_key(city.department, city.keeper_of(city.department), at=MONDAY)
        with pytest.raises(OutOfOrder, match="不用“市应急局”的单位电子印章"):
            seal(registered, key, opened, by=key.keeper, at=MONDAY)

    def test_it_is_sealed_once(self, city, sealed):
        key, opened = office_seal(city)
        with pytest.raises(OutOfOrder, match="已用印"):
            seal(sealed, key, opened, by=city.keeper, at=MONDAY)
        stale = Circular.objects.get(pk=sealed.pk)
        stale.state = Circular.State.REGISTERED
        with pytest.raises(OutOfOrder, match=r"已用印|已在"):
            seal(stale, key, opened, by=city.keeper, at=MONDAY)
        assert (Seal.objects.count(), Manifest.objects.count(), SealUse.objects.count()) == (1, 1, 1)

    @pytest.mark.parametrize("of", [Rendition, Seal, Manifest])
    def test_what_was_sealed_takes_no_change(self, city, sealed, of):
        row = of.objects.get()
        fields = {Rendition: {"pages": 9}, Seal: {"digest": "0" * 64}, Manifest: {"signature": b"x"}}[of]
        for change in (lambda: of.objects.filter(pk=row.pk).update(**fields), lambda: of.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_a_voided_or_blocked_or_unregistered_circular_is_not_sealed(self, city, registered):
        Circular.objects.filter(pk=registered.pk).update(state="voided")
        registered.refresh_from_db()
        key, opened = office_seal(city)
        with pytest.raises(OutOfOrder, match="已作废"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)

    def test_a_damaged_attachment_stops_the_seal(self, city, registered):
        tampered(registered.snapshot["attachments"][0]["digest"], lambda content: content + b" ")
        key, opened = office_seal(city)
        with pytest.raises(OutOfOrder, match=r"附件.*与上传时不一致"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)
        assert not SealUse.objects.exists()


@pytest.fixture
def joint(city):
    """The office, the department and the attentive unit issue together; all have agreed, and it is registered."""
    take_post(city.leader, city.attentive, Role.APPROVER, by=None, at=MONDAY)
    issuers = [city.office, city.department, city.attentive]
    page = city.submitted(
        co_issuers=[CoIssuer(unit=unit, sort_order=place) for place, unit in enumerate(issuers[1:])],
        signatures="\n".join(unit.name for unit in issuers),
        primary_units=[city.late, city.paper],
    )
    city.reviewed(page)
    for approver in (city.approver, city.department_head, city.leader):
        decide(page, "agree", by=approver, at=MONDAY, opinion="同意。")
    return city.register(page)


def asked(circular):
    """Whose seals the paper asks for, as the keepers' page says it without setting it in type."""
    return seals_asked(paper_of(circular.snapshot, number=circular.number))


def set_places(circular):
    """Where seals stand in the file, as it was set."""
    return [(place["issuer"], place["kind"]) for place in Rendition.objects.get(circular=circular.pk).places]


class TestJointIssue:
    def test_three_bodies_seal_the_lead_body_last_and_all_three_seals_are_valid(self, city, joint, tmp_path):
        with pytest.raises(OutOfOrder, match="请先由市应急局、市公安局用印"):
            by_hand(city, joint, city.office)
        assert by_hand(city, joint, city.attentive) is False
        with pytest.raises(OutOfOrder, match="已在"):
            by_hand(city, joint, city.attentive)
        with pytest.raises(OutOfOrder, match="请先由市应急局用印"):
            by_hand(city, joint, city.office)
        assert by_hand(city, joint, city.department) is False
        assert Circular.objects.get(pk=joint.pk).state == "registered"
        assert by_hand(city, joint, city.office) is True
        joint.refresh_from_db()
        assert [row.unit for row in joint.seals.all()] == [city.attentive, city.department, city.office]
        pdf = place_of(joint.manifest.pdf_digest).read_bytes()
        assert len(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures) == 3
        if which("pdfsig"):
            assert pdfsig(tmp_path, pdf).count("Signature is Valid") == 3
        assert {row["unit"] for row in joint.manifest.facts["seals"]} == {
            unit.code for unit in (city.attentive, city.department, city.office)
        }
        assert joint.manifest.key.unit == city.office
        assert asked(joint) == set_places(joint)

    def test_what_one_body_sealed_is_in_every_later_file_byte_for_byte(self, city, joint):
        city.seal(joint)
        files = [place_of(row.digest).read_bytes() for row in joint.seals.order_by("pk")]
        assert all(later.startswith(earlier) for earlier, later in pairwise(files))

    def test_a_file_changed_between_two_seals_takes_no_second_one(self, city, joint):
        by_hand(city, joint, city.attentive)
        tampered(joint.seals.get().digest, lambda content: content + b" ")
        with pytest.raises(OutOfOrder, match="与登记的摘要不一致"):
            by_hand(city, joint, city.department)

    def test_each_keeper_finds_it_and_sees_whose_turn_it_is(self, city, joint):
        by_hand(city, joint, city.attentive)
        seal_key(city.office, city.keeper, at=MONDAY)
        page = city.desk(city.keeper).get(f"/sealing/{joint.uuid}/").content.decode()
        assert "用印次序" in page

    def test_minutes_are_signed_by_their_manifest_alone(self, city):
        minutes = Series.objects.create(
            unit=city.office, prefix="市政府专题会议纪要", layout=Layout.MINUTES, numbering="yearly", opening_number=1
        )
        circular = city.sealed(
            series=minutes, title="市政府专题会议纪要", is_sealed=False, signatures="", document_type="minutes"
        )
        assert (circular.state, circular.seals.count()) == ("sealed", 0)
        assert circular.manifest.facts["seals"] == []
        assert "清单签名" in SealUse.objects.get().purpose
        assert asked(circular) == set_places(circular) == []
        assert flaw_of(circular) == ""

    def test_an_order_bears_its_signers_own_stamp(self, city):
        series = Series.objects.get(prefix="令")
        circular = city.sealed(
            issuer=city.government,
            series=series,
            title="延安市公共数据共享管理办法",
            document_type="order",
            signatures="市长 秦卫东",
            is_important=True,
        )
        stamp = circular.seals.get()
        assert (stamp.key.kind, stamp.key.keeper) == (KeyKind.LEADERS_STAMP, circular.approver)
        assert flaw_of(circular) == ""
        assert asked(circular) == set_places(circular)
