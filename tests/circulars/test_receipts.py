"""签收回执: the signed proof that a unit signed for a circular, one in a line of its unit's (Articles 10 and 20)."""

import hashlib
import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.sealends import revoke
from accounts.seals import SealKey
from accounts.sealuses import SealUse
from accounts.standins import arrange
from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.purging import block, confirm
from circulars.receipts import Receipt, ReceiptSignature, draw_up, issue
from circulars.receipts.checks import check_receipts
from circulars.receipts.signing import sign_outstanding
from circulars.receipts.standing import flaw_of, standing_of, verdict_on
from circulars.registration import CircularText
from circulars.returns import acknowledge
from circulars.sealing import sealed_on_paper
from cms.canonical import canonical
from cms.ledger import Entry
from cms.revocations import Reason, revoke_certificate, trust
from tests.cast import MONDAY
from tests.certificates import needs_openssl, openssl_agrees
from tests.dbowner import as_its_owner
from tests.sealkeys import clerk_key, seal_key

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def certificate(city):
    """The attentive clerk's own, its key open."""
    return clerk_key(city.attentive, city.clerk, at=MONDAY)


@pytest.fixture
def signed(city, circular, certificate):
    """A receipt that was signed in the act."""
    return city.sign(city.opened(circular), signing=certificate).receipts.get()


@pytest.fixture
def unsigned(city, circular):
    """A receipt of a clerk whose certificate was not open."""
    return city.sign(city.opened(circular)).receipts.get()


def fresh(receipt):
    return Receipt.objects.select_related("signed_by").get(pk=receipt.pk)


class TestWhatAReceiptSays:
    def test_who_signed_for_what_when_by_when_and_in_which_round(self, city, circular, signed):
        delivery = signed.delivery
        assert json.loads(signed.content) == {
            "format": "gongwen-receipt/1",
            "document": str(circular.uuid),
            "number": circular.number,
            "pdf_sha256": circular.manifest.pdf_digest,
            "manifest_sha256": circular.manifest.digest,
            "unit": {"code": city.attentive.code, "name": delivery.unit_name},
            "person": {"username": "clerk", "name": "孙早"},
            "round": 1,
            "signed_at": "2026-09-28T09:00:00.000000+08:00",
            "due_at": "2026-09-29T18:00:00.000000+08:00",
            "stand_in": None,
            "previous": None,
        }
        assert signed.content == canonical(json.loads(signed.content))
        assert signed.digest == hashlib.sha256(signed.content.encode()).hexdigest()

    def test_the_ledger_names_its_digest(self, signed):
        assert Entry.objects.get(deed="delivery.signed_for").facts["receipt"] == signed.digest

    def test_a_circular_from_before_the_seals_has_no_digests(self, city, circular, certificate):
        old = city.registered()
        sealed_on_paper(old, by=city.engineer, at=MONDAY)
        city.dispatch(old)
        receipt = city.sign(city.opened(old), signing=certificate).receipts.get()
        assert (receipt.facts["pdf_sha256"], receipt.facts["manifest_sha256"]) == (None, None)
        assert flaw_of(receipt) == ""

    def test_who_signs_in_anothers_place_says_in_whose(self, city, circular):
        helper = User.objects.create(username="handler", name="钱助理")
        take_post(helper, city.attentive, Role.HANDLER, by=None, at=MONDAY)
        day = MONDAY.date()
        arrange(
            city.clerk,
            helper,
            city.attentive,
            Role.CLERK,
            first=day,
            last=day,
            reason="培训",
            by=city.leader,
            at=MONDAY,
        )
        delivery = city.delivery(circular)
        delivery.open(by=helper, at=MONDAY)
        receipt = city.sign(delivery, by=User.objects.get(pk=helper.pk)).receipts.get()
        assert receipt.facts["person"] == {"username": "handler", "name": "钱助理"}
        assert receipt.facts["stand_in"] == {"username": "clerk", "name": "孙早"}

    def test_each_names_the_one_before_it_of_the_same_unit(self, city, signed, certificate):
        second = city.sign(city.opened(city.sent()), signing=certificate).receipts.get()
        elsewhere = city.delivery(signed.delivery.circular, city.late)
        elsewhere.open(by=city.late_clerk, at=MONDAY)
        other = city.sign(elsewhere, by=city.late_clerk).receipts.get()
        assert (second.place, second.previous, second.facts["previous"]) == (2, signed.digest, signed.digest)
        assert (other.place, other.previous, other.facts["previous"]) == (1, "", None)

    def test_a_second_round_has_its_own_and_the_first_is_kept(self, city, signed, certificate):
        delivery = Delivery.objects.get(pk=signed.delivery_id)
        delivery.send_back(code=ReturnCode.NOT_OURS, reason="应由住建局办理", by=city.clerk, at=LATER)
        acknowledge(delivery, by=city.sender, at=LATER)
        delivery.refresh_from_db()
        insist(delivery, why="三定方案第五条写明由贵局牵头", by=city.sender, at=LATER)
        delivery.refresh_from_db()
        delivery.open(by=city.clerk, at=LATER)
        city.sign(delivery, at=LATER, signing=certificate)
        first, second = delivery.receipts.order_by("round")
        assert (first.pk, first.round, second.round, second.previous) == (signed.pk, 1, 2, first.digest)
        assert [flaw_of(first), flaw_of(second)] == ["", ""]

    def test_one_press_twice_makes_one(self, city, circular, certificate):
        delivery, key = city.opened(circular), uuid4()
        for _ in range(2):
            delivery.sign_for(checked=set(delivery.checks()), key=key, by=city.clerk, at=MONDAY, signing=certificate)
        assert (
            Receipt.objects.count(),
            ReceiptSignature.objects.count(),
            SealUse.objects.filter(key=certificate[0]).count(),
        ) == (1, 1, 1)

    @pytest.mark.parametrize("of", [Receipt, ReceiptSignature])
    def test_it_takes_no_change(self, signed, of):
        fields = {Receipt: {"digest": "0" * 64}, ReceiptSignature: {"der": b"x"}}[of]
        for change in (lambda: of.objects.update(**fields), lambda: of.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


class TestTheSignature:
    def test_the_clerks_own_certificate_signs_in_the_act_with_a_time_stamp(self, city, signed, certificate):
        assert signed.is_signed_at_once
        verdict = verdict_on(signed, trust())
        assert (verdict.problem, verdict.stamped_at, verdict.signer.person) == ("", MONDAY, "clerk")
        assert standing_of(fresh(signed), MONDAY).word == "已签名"
        use = SealUse.objects.get(key=certificate[0])
        assert (use.used_by, use.used_at, use.digest) == (city.clerk, MONDAY, signed.digest)
        assert use.purpose == f"签收回执 {signed.delivery.circular.number}"

    @needs_openssl
    def test_a_stranger_checks_it_with_openssl_and_the_root_alone(self, signed, tmp_path):
        root, data = trust().roots[0], signed.content.encode()
        der = bytes(signed.signature.der)
        assert openssl_agrees(tmp_path, data, der, root, at=MONDAY)
        assert not openssl_agrees(tmp_path, data.replace("孙早".encode(), "孙晚".encode()), der, root, at=MONDAY)

    def test_without_an_open_certificate_it_is_signed_for_all_the_same(self, city, circular, unsigned):
        delivery = city.delivery(circular)
        assert (delivery.state, delivery.signed_by) == ("signed_for", city.clerk)
        assert not unsigned.is_signed_at_once
        assert not ReceiptSignature.objects.exists()

    def test_anothers_certificate_or_that_of_another_unit_signs_nothing(self, city, circular):
        of_a_colleague = clerk_key(city.attentive, city.second_clerk, at=MONDAY)
        assert not city.sign(city.opened(circular), signing=of_a_colleague).receipts.get().is_signed_at_once
        take_post(city.clerk, city.late, Role.CLERK, by=None, at=MONDAY)
        of_another_unit = clerk_key(city.late, city.clerk, at=MONDAY)
        assert not city.sign(city.opened(city.sent()), signing=of_another_unit).receipts.get().is_signed_at_once
        seal = seal_key(city.attentive, city.clerk, at=MONDAY)
        assert not city.sign(city.opened(city.sent()), signing=seal).receipts.get().is_signed_at_once

    def test_without_an_authority_it_is_signed_for_all_the_same(self, city, certificate, circular, settings, tmp_path):
        delivery = city.opened(circular)
        drawn = draw_up(delivery, by=city.clerk, at=MONDAY, in_place_of=None)
        settings.CA_FOLDER = tmp_path / "nowhere"
        with transaction.atomic():
            assert not issue(drawn, certificate, by=city.clerk, at=MONDAY).is_signed_at_once

    def test_a_certificate_that_ends_afterwards_leaves_it_standing_and_a_remark(self, signed, certificate):
        revoke_certificate(int(certificate[0].serial, 16), Reason.SUPERSEDED, at=LATER)
        standing = standing_of(fresh(signed), LATER)
        assert standing.word == "已签名"
        assert "此前的签名仍然有效" in standing.sentence


class TestSigningLater:
    def test_one_press_signs_all_that_the_person_signed_for_with_its_own_later_time(self, city, unsigned, certificate):
        second = city.sign(city.opened(city.sent())).receipts.get()
        assert sign_outstanding(certificate, by=city.clerk, at=LATER) == 2
        for receipt in (fresh(unsigned), fresh(second)):
            assert (receipt.signature.signed_at, verdict_on(receipt, trust()).stamped_at) == (LATER, LATER)
            standing = standing_of(receipt, LATER)
            assert standing.word == "已补签"
            assert "2026-09-28 11:00 补签" in standing.sentence
        entry = Entry.objects.get(deed="receipts.signed")
        assert (entry.facts["count"], entry.facts["serial"]) == (2, certificate[0].serial)
        assert SealUse.objects.filter(key=certificate[0]).count() == 2

    def test_twice_is_once(self, city, unsigned, certificate):
        assert sign_outstanding(certificate, by=city.clerk, at=LATER) == 1
        assert sign_outstanding(certificate, by=city.clerk, at=LATER) == 0
        assert Entry.objects.filter(deed="receipts.signed").count() == 1

    def test_a_colleague_signs_nothing_of_it(self, city, unsigned, certificate):
        with pytest.raises(PermissionDenied):
            sign_outstanding(certificate, by=city.second_clerk, at=LATER)
        own = clerk_key(city.attentive, city.second_clerk, at=MONDAY)
        assert sign_outstanding(own, by=city.second_clerk, at=LATER) == 0

    def test_while_it_waits_it_says_for_what(self, city, unsigned, certificate):
        assert standing_of(fresh(unsigned), LATER).sentence.endswith("等待孙早补签。")
        SealKey.objects.filter(pk=certificate[0].pk).update(state="revoked")
        assert "没有在用的本单位个人证书" in standing_of(fresh(unsigned), LATER).sentence
        Post.objects.get(person=city.clerk).leave(by=None, at=LATER)
        gone = standing_of(fresh(unsigned), LATER)
        assert (gone.word, gone.is_proven) == ("待补签", False)
        assert "孙早已不在岗，不能补签" in gone.sentence


class TestVerify:
    """``manage.py verify`` names the receipt that is not what was signed for."""

    @pytest.fixture
    def three(self, city, signed, certificate):
        rest = [city.sign(city.opened(city.sent()), signing=certificate).receipts.get() for _ in range(2)]
        assert found() == []
        return [signed, *rest]

    def test_an_edited_text(self, three):
        as_its_owner(
            f"UPDATE circulars_receipt SET content = REPLACE(content, '孙早', '孙晚') WHERE id = {three[1].pk}"
        )
        assert found() == ["签收回执 市公安局第 2 份：回执内容被改动过。"]

    def test_the_command_itself_names_it(self, three):
        as_its_owner(f"DELETE FROM circulars_receiptsignature WHERE receipt_id = {three[0].pk}")
        said = StringIO()
        with pytest.raises(CommandError, match="发现"):
            call_command("verify", stdout=said)
        assert "✗ 签收回执 市公安局第 1 份：回执的签名缺失。" in said.getvalue()

    def test_an_edited_text_whose_digest_was_put_right(self, three):
        content = three[1].content.replace("孙早", "孙晚")
        digest = hashlib.sha256(content.encode()).hexdigest()
        as_its_owner(
            f"UPDATE circulars_receipt SET content = '{content}', digest = '{digest}' WHERE id = {three[1].pk}"
        )
        said = found()
        assert "签收回执 市公安局第 3 份：与上一份回执接不上，回执被改动或换过。" in said
        assert any(fault.startswith("签收回执 市公安局第 2 份：") and "签名" in fault for fault in said)
        assert any("台账登记过" in fault and three[1].digest[:12] in fault for fault in said)

    @pytest.mark.parametrize("content", ["no text of ours", "[]", '{"format":"gongwen-receipt/1"}'])
    def test_another_text_than_one_of_ours_whose_digest_was_put_right(self, city, unsigned, content):
        digest = hashlib.sha256(content.encode()).hexdigest()
        as_its_owner(
            f"UPDATE circulars_receipt SET content = '{content}', digest = '{digest}' WHERE id = {unsigned.pk}"
        )
        assert "签收回执 市公安局第 1 份：回执内容无法识别。" in found()
        page = city.desk(city.clerk).get(f"/received/{unsigned.delivery_id}/slip/")
        assert "没有通过：回执内容无法识别。" in page.content.decode()

    def test_one_taken_from_the_middle(self, three):
        take_out(three[1])
        assert "市公安局的签收回执：缺第 2 份，已被删除。" in found()

    def test_the_last_one_taken(self, three):
        take_out(three[2])
        (fault,) = found()
        assert f"签收回执 {three[2].digest[:12]}：台账登记过" in fault

    def test_two_signatures_changed_for_one_another(self, three):
        first, second = three[:2]
        as_its_owner(
            f"UPDATE circulars_receiptsignature SET der = (SELECT der FROM circulars_receiptsignature WHERE "
            f"receipt_id = {second.pk}) WHERE receipt_id = {first.pk}"
        )
        (fault,) = found()
        assert fault.startswith("签收回执 市公安局第 1 份：")

    def test_a_signature_taken_away(self, three):
        as_its_owner(f"DELETE FROM circulars_receiptsignature WHERE receipt_id = {three[0].pk}")
        assert found() == ["签收回执 市公安局第 1 份：回执的签名缺失。"]

    def test_a_delivery_that_says_otherwise(self, city, three):
        Delivery.objects.filter(pk=three[2].delivery_id).update(signed_at=LATER)
        assert found() == ["签收回执 市公安局第 3 份：与签收记录不一致（签收时间）。"]

    def test_a_due_time_that_was_settled_afterwards_is_no_difference(self, city, circular):
        Delivery.objects.filter(circular=circular).update(due_at=None, due_pending=True)
        city.sign(city.opened(circular))
        Delivery.objects.filter(circular=circular).update(due_at=LATER, due_pending=False)
        assert found() == []

    def test_the_text_emptied_without_a_secrecy_case(self, three):
        Receipt.objects.filter(pk=three[0].pk).update(content="")
        assert found() == ["签收回执 市公安局第 1 份：内容被清空，而公文没有作过涉密处置。"]
        CircularText.objects.filter(circular=three[0].delivery.circular_id).delete()
        assert found() == []

    def test_a_purge_empties_the_text_and_the_line_is_still_whole(self, city, three):
        case = block(three[1].delivery.circular.page, reason="正文有密级标志", by=city.secretary, at=LATER)
        confirm(case, by=city.secretary, at=LATER)
        confirm(case, by=city.engineer, at=LATER)
        emptied = fresh(three[1])
        assert (emptied.content, emptied.digest, bytes(emptied.signature.der)) == (
            "",
            three[1].digest,
            bytes(three[1].signature.der),
        )
        assert standing_of(emptied, LATER).word == "已清除"
        assert found() == []


def found():
    return [str(fault) for fault in check_receipts(None, LATER)]


def take_out(receipt):
    as_its_owner(
        f"DELETE FROM circulars_receiptsignature WHERE receipt_id = {receipt.pk}",
        f"DELETE FROM circulars_receipt WHERE id = {receipt.pk}",
    )


def test_a_certificate_that_was_revoked_since_the_desk_looked_signs_nothing(city, circular, certificate):
    revoke(SealKey.objects.get(pk=certificate[0].pk), "证书介质遗失。", by=city.engineer, at=MONDAY)
    receipt = city.sign(city.opened(circular), signing=certificate).receipts.get()
    assert not receipt.has_signature
    assert sign_outstanding(certificate, by=city.clerk, at=LATER) == 0
