"""联合令: under a joint order stands the stamp of each issuing body's own signer, and nobody else's (GB/T 9704-2012, 7.3.5.3; Articles 4 and 10)."""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from accounts.people import take_post
from accounts.roles import Role
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import SealUse
from circulars.layouts import Layout
from circulars.moderation import decide
from circulars.numbering import Numbering, Series
from circulars.pages import CoIssuer
from circulars.registration import Circular
from circulars.sealing import Seal, flaw_of, seal
from circulars.sealing.checks import faults_of
from circulars.sealing.records import Manifest
from circulars.sealing.rowchecks import changed_in
from circulars.sealing.verdicts import verdict_of
from cms.attachments import place_of
from cms.canonical import canonical
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import trust
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.sealedpapers import needs_pdfsig, pdfsig
from tests.sealkeys import seal_key

pytestmark = pytest.mark.django_db


def stamp(circular, unit, leader):
    """The leader's own stamp for the unit is put on the order."""
    key, opened = seal_key(unit, leader, kind=KeyKind.LEADERS_STAMP, at=MONDAY)
    return seal(circular, key, opened, by=leader, at=MONDAY)


def write_another_signer(circular, unit, person):
    """Whoever owns the database has the record say that another person signed off for the unit."""
    line = circular.issuers.get(unit=unit)
    as_its_owner(f"UPDATE circulars_issuerline SET approver_id = {person.pk} WHERE id = {line.pk}")


@pytest.fixture
def order(city):
    """The office and two more bodies issue an order together; the leader of each has signed it off."""
    take_post(city.leader, city.attentive, Role.APPROVER, by=None, at=MONDAY)
    series = Series.objects.create(
        unit=city.office, prefix="令", layout=Layout.ORDER, numbering=Numbering.RUNNING, opening_number=7
    )
    page = city.submitted(
        series=series,
        title="延安市值班工作管理办法",
        document_type="order",
        co_issuers=[CoIssuer(unit=unit, sort_order=n) for n, unit in enumerate((city.department, city.attentive))],
        signatures="主任 张志远\n副局长 谢明\n局长 高建国",
        primary_units=[city.late, city.paper],
    )
    city.reviewed(page)
    for leader in (city.approver, city.department_head, city.leader):
        decide(page, "agree", by=leader, at=MONDAY, opinion="同意。")
    return city.register(page)


class TestSigners:
    def test_the_registration_says_who_signed_off_for_each_body(self, city, order):
        signers = {line.unit: line.approver for line in order.issuers.select_related("unit", "approver")}
        assert signers == {
            city.office: city.approver,
            city.department: city.department_head,
            city.attentive: city.leader,
        }
        entry = Entry.objects.of(order).get(deed="circular.registered")
        assert entry.facts["signers"] == {unit.code: person.pk for unit, person in signers.items()}

    def test_another_signer_written_into_the_record_stops_the_seal_and_is_named(self, city, order):
        write_another_signer(order, city.department, city.drafter)
        assert [str(fault) for fault in changed_in([order])] == [
            f"{order.number}：各单位签发人与签发、登记时不一致，记录被改动过。"
        ]
        with pytest.raises(OutOfOrder, match="各单位签发人与登记时不一致"):
            stamp(order, city.attentive, city.leader)

    def test_of_what_was_registered_before_signers_were_kept_the_lead_bodys_is_still_the_one_in_the_ledger(
        self, city, order
    ):
        entry = Entry.objects.of(order).get(deed="circular.registered")
        earlier = canonical({name: fact for name, fact in entry.facts.items() if name != "signers"})
        as_its_owner(f"UPDATE cms_entry SET payload = '{earlier}' WHERE id = {entry.pk}")
        assert not list(changed_in([order]))
        write_another_signer(order, city.office, city.drafter)
        assert [fault.what for fault in changed_in([order])] == ["各单位签发人与签发、登记时不一致，记录被改动过。"]


class TestStamping:
    @needs_pdfsig
    def test_a_stranger_finds_three_valid_stamps(self, city, order, tmp_path):
        city.seal(order)
        said = pdfsig(tmp_path, place_of(order.manifest.pdf_digest).read_bytes())
        assert said.count("Signature is Valid") == 3

    def test_each_bodys_signer_stamps_in_his_own_field_the_lead_bodys_last(self, city, order):
        with pytest.raises(OutOfOrder, match="请先由市应急局、市公安局用印"):
            stamp(order, city.office, city.approver)
        assert stamp(order, city.attentive, city.leader) is False
        with pytest.raises(OutOfOrder, match="已在"):
            stamp(order, city.attentive, city.leader)
        assert stamp(order, city.department, city.department_head) is False
        assert stamp(order, city.office, city.approver) is True
        assert all(use.approved_by == use.used_by for use in SealUse.objects.all()), "each body's own approval"
        order.refresh_from_db()
        assert order.state == Circular.State.SEALED
        assert [(row.field, row.unit, row.key.keeper) for row in order.seals.order_by("field")] == [
            ("seal-1", city.office, city.approver),
            ("seal-2", city.department, city.department_head),
            ("seal-3", city.attentive, city.leader),
        ]
        pdf = PdfFileReader(io.BytesIO(place_of(order.manifest.pdf_digest).read_bytes()))
        assert len(pdf.embedded_regular_signatures) == 3
        assert [row["unit"] for row in order.manifest.facts["seals"]] == [
            unit.code for unit in (city.office, city.department, city.attentive)
        ]
        verdict = verdict_of(order, MONDAY)
        assert verdict.stands
        assert [one.whose for one in verdict.seals] == [
            "延安市人民政府办公室　张志远",
            "延安市应急管理局　谢明远",
            "延安市公安局　高建国",
        ]
        assert [(one.unit, one.what, one.by) for one in verdict.seals] == [
            (unit.name, "签名章", leader.name)
            for unit, leader in (
                (city.office, city.approver),
                (city.department, city.department_head),
                (city.attentive, city.leader),
            )
        ]
        assert not list(faults_of([order.manifest], trust()))

    def test_a_colleague_who_did_not_sign_it_off_stamps_nothing(self, city, order):
        take_post(city.second_clerk, city.attentive, Role.APPROVER, by=None, at=MONDAY)
        with pytest.raises(OutOfOrder, match="在市公安局由高建国签发，只能加盖其本人的签名章"):
            stamp(order, city.attentive, city.second_clerk)
        # The lead body's signer with a stamp for another body is no signer of that body.
        take_post(city.approver, city.attentive, Role.APPROVER, by=None, at=MONDAY)
        with pytest.raises(OutOfOrder, match="在市公安局由高建国签发"):
            stamp(order, city.attentive, city.approver)
        assert not Seal.objects.exists()

    def test_a_stamp_of_somebody_else_that_is_there_all_the_same_does_not_stand(self, city, order):
        city.seal(order)
        write_another_signer(order, city.department, city.drafter)
        assert flaw_of(order) == "市应急局的签名章不是签发人本人的"
        said = [str(fault) for fault in faults_of(Manifest.objects.filter(circular=order), trust())]
        assert said == [f"{order.number} 印章 seal-2：签名章不是该单位签发人本人的，用印记录或者签发人被改动过。"]


class TestTheDesk:
    def test_the_page_names_each_signer_and_who_has_no_stamp(self, city, order):
        seal_key(city.attentive, city.leader, kind=KeyKind.LEADERS_STAMP, at=MONDAY)
        page = city.desk(city.leader).get(f"/sealing/{order.uuid}/").content.decode()
        for leader in ("张志远", "谢明远"):
            assert f"{leader}没有在用的签名章，请联系市网信办制发。" in page
        assert "高建国没有在用" not in page
        assert "文稿署名是“谢明”，签发人是谢明远" in page
        assert page.count("文稿署名是") == 1
        assert "加盖签名章" in page

    def test_whoever_has_no_stamp_is_told_so_and_by_whom_it_is_made(self, city, order):
        page = city.desk(city.leader).get(f"/sealing/{order.uuid}/").content.decode()
        assert "高建国没有在用的签名章" in page
        assert 'name="pin"' not in page
        assert not SealKey.objects.exists()

    def test_another_leader_of_the_body_is_not_asked_for_a_pin(self, city, order):
        take_post(city.second_clerk, city.attentive, Role.APPROVER, by=None, at=MONDAY)
        seal_key(city.attentive, city.second_clerk, kind=KeyKind.LEADERS_STAMP, at=MONDAY)
        page = city.desk(city.second_clerk).get(f"/sealing/{order.uuid}/").content.decode()
        assert 'name="pin"' not in page
