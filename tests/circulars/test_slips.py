"""签收凭证 on the desk: who sees it, what it says, its three files, and signing later (Articles 10 and 20)."""

import json
from datetime import timedelta
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from accounts.seals import KeyKind
from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.purging import block
from circulars.receipts import Receipt
from circulars.returns import acknowledge
from circulars.typesetting.pages import embedded_fonts, page_count
from cms.accesslog import Access
from cms.revocations import trust
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.certificates import needs_openssl, openssl_agrees
from tests.dbowner import as_its_owner
from tests.sealkeys import clerk_key

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)
FILES = ("slip_pdf", "receipt_json", "receipt_p7s")


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


@pytest.fixture
def signed(city, circular):
    """The attentive unit's delivery, its receipt signed in the act."""
    return city.sign(city.opened(circular), signing=clerk_key(city.attentive, city.clerk, at=MONDAY))


@pytest.fixture
def unsigned(city, circular):
    return city.sign(city.opened(circular))


def text(answer):
    return answer.content.decode()


def press(delivery):
    return {"key": uuid4(), "checked": ["all"]}


class TestWhoSeesIt:
    @pytest.mark.parametrize("who", ["clerk", "second_clerk", "leader", "sender", "secretary"])
    def test_the_own_unit_the_senders_people_and_the_secretariat(self, city, signed, who):
        desk = city.desk(getattr(city, who))
        for path in (url("slip", signed.pk), url("round_slip", signed.pk, 1)):
            page = text(desk.get(path))
            assert signed.slip_number in page
            assert signed.receipts.get().digest in page
            assert "回执已签名。" in page
        assert [desk.get(url(name, signed.pk, 1)).status_code for name in FILES] == [200] * 3

    @pytest.mark.parametrize("who", ["late_clerk", "county_clerk", "stranger", "engineer", "nobody", "superuser"])
    def test_nobody_else(self, city, signed, who):
        desk = city.desk(getattr(city, who))
        paths = [url("slip", signed.pk), url("round_slip", signed.pk, 1), *(url(name, signed.pk, 1) for name in FILES)]
        assert {desk.get(path).status_code for path in paths} == {404}

    def test_there_is_none_of_what_was_not_signed_for_nor_of_a_round_that_never_was(self, city, circular, signed):
        waiting = city.delivery(circular, city.late)
        desk = city.desk(city.secretary)
        assert desk.get(url("slip", waiting.pk)).status_code == 404
        assert desk.get(url("round_slip", signed.pk, 2)).status_code == 404

    def test_none_of_what_a_secrecy_case_has_shut(self, city, signed):
        block(signed.circular.page, reason="正文有密级标志", by=city.secretary, at=MONDAY)
        for who in (city.clerk, city.sender, city.secretary):
            assert city.desk(who).get(url("slip", signed.pk)).status_code == 404

    def test_what_is_taken_away_is_written_down(self, city, signed):
        city.desk(city.sender).get(url("receipt_json", signed.pk, 1))
        looked = Access.objects.latest("pk")
        assert (looked.look, looked.person, looked.circular) == ("downloaded", city.sender, signed.circular.uuid)

    def test_the_senders_board_leads_to_it(self, city, signed):
        page = text(city.desk(city.sender).get(url("board", signed.circular.uuid)))
        assert f'href="{url("slip", signed.pk)}"' in page


class TestWhatItSays:
    def test_a_receipt_that_waits_says_so_everywhere(self, city, unsigned):
        for who, path in (
            (city.clerk, url("slip", unsigned.pk)),
            (city.clerk, url("reading", unsigned.pk)),
            (city.sender, url("slip", unsigned.pk)),
        ):
            page = text(city.desk(who).get(path))
            assert "待补签" in page
            assert "没有在用的本单位个人证书" in page
        assert city.desk(city.clerk).get(url("receipt_p7s", unsigned.pk, 1)).status_code == 404

    def test_a_receipt_that_was_changed_is_called_broken(self, city, signed):
        as_its_owner("UPDATE circulars_receipt SET content = REPLACE(content, '孙早', '孙晚')")
        page = text(city.desk(city.sender).get(url("slip", signed.pk)))
        assert "没有通过：回执内容被改动过。" in page

    def test_a_delivery_from_before_receipts_has_its_slip_all_the_same(self, city, signed):
        as_its_owner("DELETE FROM circulars_receiptsignature", "DELETE FROM circulars_receipt")
        desk = city.desk(city.clerk)
        page = text(desk.get(url("slip", signed.pk)))
        assert "签收时还没有启用签收回执" in page
        assert desk.get(url("slip_pdf", signed.pk, 1)).status_code == 200
        assert desk.get(url("receipt_json", signed.pk, 1)).status_code == 404

    def test_after_a_second_round_both_slips_are_there(self, city, signed):
        delivery = Delivery.objects.get(pk=signed.pk)
        delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=LATER)
        acknowledge(delivery, by=city.sender, at=LATER)
        delivery.refresh_from_db()
        insist(delivery, why="由贵局牵头", by=city.sender, at=LATER)
        desk = city.desk(city.clerk)
        first = text(desk.get(url("round_slip", signed.pk, 1)))
        assert signed.slip_number in first
        assert "签收后退回" in first
        assert desk.get(url("slip", signed.pk)).status_code == 404
        delivery.refresh_from_db()
        delivery.open(by=city.clerk, at=LATER)
        city.sign(delivery, at=LATER)
        second = text(desk.get(url("slip", signed.pk)))
        assert f"{signed.slip_number}-2" in second
        assert "（第 2 轮）" in second


class TestItsFiles:
    def test_the_pdf_is_one_sheet_says_all_of_it_and_is_the_same_twice(self, city, signed):
        desk = city.desk(city.sender)
        one, two = (desk.get(url("slip_pdf", signed.pk, 1)) for _ in range(2))
        assert one["Content-Type"] == "application/pdf"
        assert one.content == two.content
        assert page_count(one.content) == 1
        assert b"pdfaid:part" in one.content
        assert {name.split("-")[0] for name in embedded_fonts(one.content)} <= {"FandolSong", "FandolFang", "FandolHei"}
        said = pypdfium2.PdfDocument(one.content)[0].get_textpage().get_text_bounded()
        joined = "".join(said.split())
        receipt = signed.receipts.get()
        for what in (signed.slip_number, signed.circular.number, "市公安局", "孙早", receipt.digest, "已签名"):
            assert "".join(what.split()) in joined, what

    @needs_openssl
    def test_a_stranger_checks_receipt_and_signature_with_openssl(self, city, signed, tmp_path):
        desk = city.desk(city.sender)
        receipt = desk.get(url("receipt_json", signed.pk, 1)).content
        signature = desk.get(url("receipt_p7s", signed.pk, 1)).content
        assert json.loads(receipt)["format"] == "gongwen-receipt/1"
        assert openssl_agrees(tmp_path, receipt, signature, trust().roots[0], at=MONDAY)
        assert not openssl_agrees(tmp_path, receipt + b" ", signature, trust().roots[0], at=MONDAY)


class TestSigningOnTheDesk:
    @pytest.fixture
    def certificate(self, city):
        return in_force(city, KeyKind.CLERK)

    def unlocked(self, city, certificate):
        desk = city.desk(city.clerk)
        desk.post(reverse("accounts:unlock_key", args=[certificate.pk]), {"pin": PIN})
        return desk

    def test_a_clerk_whose_certificate_is_locked_is_reminded_and_not_stopped(self, city, circular, certificate):
        desk, delivery = city.desk(city.clerk), city.opened(circular)
        page = text(desk.get(url("reading", delivery.pk)))
        assert "个人证书未解锁，签收后回执待补签" in page
        assert f"{reverse('accounts:own_keys')}?next={url('reading', delivery.pk)}" in page
        done = text(desk.post(url("sign", delivery.pk), press(delivery), follow=True))
        assert "已签收 " in done
        assert "等待孙早补签" in done

    def test_a_clerk_without_a_certificate_in_force_is_not_sent_to_unlock_one(self, city, circular):
        desk, delivery = city.desk(city.clerk), city.opened(circular)
        page = text(desk.get(url("reading", delivery.pk)))
        assert "您没有在用的个人证书，签收后回执待补签" in page
        assert "去解锁" not in page
        desk.post(url("sign", delivery.pk), press(delivery))
        page = text(desk.get(url("receipts_to_sign")))
        assert "您没有在用的个人证书" in page
        assert "去解锁" not in page

    def test_with_the_certificate_unlocked_the_receipt_is_signed_in_the_act(self, city, circular, certificate):
        desk, delivery = self.unlocked(city, certificate), city.opened(circular)
        assert "回执待补签" not in text(desk.get(url("reading", delivery.pk)))
        done = text(desk.post(url("sign", delivery.pk), press(delivery), follow=True))
        assert "回执已签名。" in done
        assert "已签名" in text(desk.get(url("reading", delivery.pk)))
        assert Receipt.objects.get().signature.key == certificate

    def test_what_waits_is_on_the_rail_and_one_press_signs_it(self, city, unsigned, certificate):
        path = url("receipts_to_sign")
        desk = city.desk(city.clerk)
        assert f'href="{path}">去补签' in text(desk.get(url("slip", unsigned.pk)))
        assert path not in text(city.desk(city.sender).get(url("slip", unsigned.pk)))  # who did not sign for it
        assert "去补签" not in text(city.desk(city.second_clerk).get(url("slip", unsigned.pk)))
        assert "去解锁个人证书" in text(desk.get(path))
        assert path in text(desk.get(url("inbox")))
        assert "没有补签" in text(desk.post(path, follow=True))
        desk = self.unlocked(city, certificate)
        page = text(desk.get(path))
        assert unsigned.circular.number in page
        assert unsigned.circular.title in page
        assert "补签 1 份" in page
        assert Receipt.objects.to_sign(city.clerk).count() == 1  # looking signs nothing
        assert "已补签 1 份回执。" in text(desk.post(path, follow=True))
        assert "没有可以用" in text(desk.post(path, follow=True))
        assert path not in text(desk.get(url("inbox")))
        slip = text(desk.get(url("slip", unsigned.pk)))
        assert path not in slip
        assert "回执已补签。" in slip
        assert "2026-09-28 09:00 补签" in slip

    def test_an_open_certificate_of_another_unit_is_offered_no_press(self, city, unsigned):
        take_post(city.clerk, city.county, Role.CLERK, by=None, at=MONDAY)
        elsewhere = in_force(city, KeyKind.CLERK, unit=city.county)
        page = text(self.unlocked(city, elsewhere).get(url("receipts_to_sign")))
        assert f"解锁的是{city.county}的个人证书" in page
        assert "去解锁个人证书" in page
        assert '<button class="button">补签' not in page

    @pytest.mark.parametrize("who", ["leader", "sender", "engineer", "nobody", "superuser"])
    def test_who_receives_nothing_has_no_such_list(self, city, who):
        assert city.desk(getattr(city, who)).get(url("receipts_to_sign")).status_code == 404

    def test_a_colleague_sees_none_of_it(self, city, unsigned):
        assert "没有待补签的回执" in text(city.desk(city.second_clerk).get(url("receipts_to_sign")))
