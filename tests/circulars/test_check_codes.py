"""The check code: at the foot of each copy that is printed, and looked up by anybody signed in, who learns no title by it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import segno
from django.db import DatabaseError, transaction
from django.urls import reverse

from circulars.amending import Amendment
from circulars.checkcodes import ALPHABET, CheckCode, code_for, code_typed, grouped
from circulars.copychecks import MOST, WITHIN
from circulars.pages import Relation
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.sealing import Manifest, seal
from circulars.secrecycases import SecrecyCase
from cms.accesslog import Access, Look
from tests import qrcodes
from tests.cast import MONDAY
from tests.sealedpapers import office_seal, tampered

TITLE = "国庆假期值班"


def answer_to(city, who, code):
    return city.desk(getattr(city, who)).get(reverse("circulars:checked_copy", args=[code]))


def code_of(circular):
    return grouped(CheckCode.objects.get(circular=circular).code)


def test_a_code_is_derived_from_paper_and_manifest_and_fits_its_alphabet():
    uuid, digest = uuid4(), "ab" * 32
    code = code_for(uuid, digest)
    assert code == code_for(uuid, digest) == code_typed(code) == code_typed(f" {grouped(code).lower()} ")
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert not set("01OIL") & set(ALPHABET)
    assert code != code_for(uuid4(), digest)
    assert code != code_for(uuid, "cd" * 32)


def test_another_installation_makes_other_codes(settings):
    uuid = uuid4()
    code = code_for(uuid, "ab" * 32)
    settings.SECRET_KEY = "another secret"
    assert code_for(uuid, "ab" * 32) != code


def test_every_single_slip_and_every_swap_is_noticed():
    code = code_for(uuid4(), "ab" * 32)
    for place, right in enumerate(code):
        assert not any(code_typed(code[:place] + wrong + code[place + 1 :]) for wrong in ALPHABET if wrong != right)
    for first in range(12):
        for second in range(first + 1, 12):
            swapped = list(code)
            swapped[first], swapped[second] = code[second], code[first]
            assert code[first] == code[second] or code_typed("".join(swapped)) is None


@pytest.mark.parametrize("typed", ["", "甲" * 12, "A" * 11, "A" * 500, "\0", "ＡＢＣ", "1" * 12])
def test_what_is_no_code_is_none(typed):
    assert code_typed(typed) is None


def test_sealing_fixes_the_code_for_good(city):
    registered = city.registered()
    key, opened = office_seal(city)
    assert not CheckCode.objects.filter(circular=registered).exists()
    seal(registered, key, opened, by=city.keeper, at=MONDAY)
    code = CheckCode.objects.get(circular=registered)
    assert code.code == code_for(registered.uuid, Manifest.objects.get(circular=registered).digest)
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckCode.objects.filter(pk=code.pk).update(code="2" * 12)


def test_each_page_for_a_receiving_unit_bears_code_and_address_and_the_sealed_file_does_not_change(city, circular):
    delivery, desk = city.delivery(circular), city.desk(city.clerk)
    shown = desk.get(reverse("circulars:received_pages", args=[delivery.pk])).content.decode()
    code = code_of(circular)
    assert shown.count(f"核验码 {code}</text>") == shown.count("<img ") > 0
    drawn = segno.make(f"http://testserver/check/{code}/", error="m", micro=False)
    assert shown.count(f'viewBox="0 0 {drawn.symbol_size(border=4)[0]} ') == shown.count("<img ")
    row, column = next(
        (y, x) for y, row in enumerate(drawn.matrix_iter(border=4)) for x, dark in enumerate(row) if dark
    )
    assert f'd="M{column} {row}h1v1h-1z' in shown
    sealed = b"".join(desk.get(reverse("circulars:received_pdf", args=[delivery.pk])).streaming_content)
    assert sealed.startswith(b"%PDF")
    assert code.encode() not in sealed


def test_the_qr_code_of_a_printed_copy_leads_to_the_page_that_tells_of_this_paper(city, circular):
    """Read by a reader of our own, at a desk where nobody knows the paper."""
    pages = reverse("circulars:received_pages", args=[city.delivery(circular).pk])
    shown = city.desk(city.clerk).get(pages).content.decode()
    (foot, *others) = re.findall(r'viewBox="0 0 (\d+) \1".*?<path d="([^"]*)"', shown)
    assert set(others) <= {foot}
    address = qrcodes.read(qrcodes.drawn(foot[1], int(foot[0])))
    assert address == f"http://testserver{reverse('circulars:checked_copy', args=[code_of(circular)])}"
    answer = city.desk(city.stranger).get(urlsplit(address).path).content.decode()
    for fact in (circular.number, circular.manifest.pdf_digest, "有效，印章验证通过"):
        assert fact in answer
    recall(circular, reason="附件有误。", by=city.sender, at=MONDAY + timedelta(minutes=5))
    again = city.desk(city.stranger).get(urlsplit(address).path).content.decode()
    assert "已撤回" in again
    assert "有效，" not in again


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("version", range(1, 7))
def test_the_reader_reads_what_the_maker_of_codes_makes_in_every_mask(version, level):
    text = "http://10.20.30.40/check/"[: 7 * version]
    for mask in range(8):
        rows = segno.make(text, error=level, version=version, mask=mask, mode="byte", boost_error=False).matrix
        assert qrcodes.read([[bool(dark) for dark in row] for row in rows]) == text


def test_a_draft_and_the_issuers_own_pages_bear_no_code(city, circular):
    own = city.desk(city.sender).get(reverse("circulars:own_pages", args=[circular.uuid]))
    draft = city.desk(city.drafter).get(reverse("circulars:draft_pages", args=[city.draft().pk]))
    assert "sheets__foot" not in own.content.decode() + draft.content.decode()


@pytest.mark.parametrize("who", ["clerk", "stranger", "secretary", "engineer"])
def test_anybody_signed_in_learns_which_paper_it_is_and_not_what_it_says(city, circular, who):
    shown = answer_to(city, who, code_of(circular)).content.decode()
    for fact in (circular.number, city.office.name, "有效", Manifest.objects.get(circular=circular).pdf_digest):
        assert fact in shown
    assert TITLE not in shown
    look = Access.objects.get(look=Look.CHECKED)
    assert (look.person, look.circular, look.subject) == (
        getattr(city, who),
        circular.uuid,
        f"核验码 {code_of(circular)}",
    )


def test_who_is_not_signed_in_is_asked_to(client, city, circular):
    answer = client.get(reverse("circulars:checked_copy", args=[code_of(circular)]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_the_form_leads_to_the_answer_and_takes_the_code_as_people_type_it(city, circular):
    desk, code = city.desk(city.clerk), code_of(circular)
    answer = desk.get(reverse("circulars:check"), {"code": code.lower().replace("-", " ")}, follow=True)
    assert answer.redirect_chain == [(reverse("circulars:checked_copy", args=[code]), 302)]
    assert circular.number in answer.content.decode()
    assert desk.post(reverse("circulars:check"), {"code": code}).status_code == 405
    assert desk.post(reverse("circulars:checked_copy", args=[code])).status_code == 405


def test_a_slip_says_so_and_asks_nothing(city, circular):
    code = code_of(circular)
    wrong = code[:-1] + next(c for c in ALPHABET if c != code[-1])
    assert "抄错了" in answer_to(city, "clerk", wrong).content.decode()
    assert "抄错了" in city.desk(city.clerk).get(reverse("circulars:check"), {"code": "甲乙"}).content.decode()
    assert not Access.objects.filter(look=Look.CHECKED).exists()


def test_a_code_of_nothing_of_something_not_sent_and_of_a_blocked_paper_are_told_alike(city, circular):
    sealed = city.registered(title="尚未发出的通知")
    key, opened = office_seal(city)
    seal(sealed, key, opened, by=city.keeper, at=MONDAY)
    SecrecyCase.objects.create(
        page_id=circular.page_id,
        circular=circular,
        issuer=circular.issuer,
        issuer_name=circular.issuer_name,
        reason="疑似涉密",
        blocked_by=city.secretary,
        blocked_at=MONDAY,
    )
    for code in (code_for(uuid4(), "ab" * 32), code_of(sealed), code_of(circular)):
        shown = answer_to(city, "clerk", code).content.decode()
        assert "没有查到" in shown
        assert circular.number not in shown
        assert sealed.number not in shown
    assert not Access.objects.filter(look=Look.CHECKED, circular__isnull=False).exists()


def test_a_recalled_paper_says_so(city, circular):
    recall(circular, reason="附件有误。", by=city.sender, at=MONDAY + timedelta(minutes=5))
    assert "已撤回" in answer_to(city, "stranger", code_of(circular)).content.decode()


@pytest.mark.parametrize(("kind", "said"), [(Relation.CORRECTS, "已被更正"), (Relation.ANNULS, "已作废")])
def test_a_corrected_and_an_annulled_paper_say_so(city, circular, kind, said):
    notice = city.sent(title="关于更正的通知")
    Amendment.objects.create(circular=circular, by_circular=Circular.objects.get(pk=notice.pk), kind=kind, at=MONDAY)
    assert said in answer_to(city, "stranger", code_of(circular)).content.decode()


def test_a_paper_whose_file_was_changed_does_not_pass(city, circular):
    tampered(Manifest.objects.get(circular=circular).pdf_digest, lambda pdf: pdf + b" ")
    shown = answer_to(city, "stranger", code_of(circular)).content.decode()
    assert "印章验证没有通过" in shown
    assert "印章验证通过" not in shown


def test_one_person_asks_so_often_and_no_more_until_some_time_has_passed(city, circular, week):
    code = code_of(circular)
    for _ in range(MOST):
        assert answer_to(city, "stranger", code).status_code == 200
    refused = answer_to(city, "stranger", code)
    assert refused.status_code == 429
    assert circular.number not in refused.content.decode()
    assert "10 分钟" in refused.content.decode()
    assert answer_to(city, "clerk", code).status_code == 200
    week.shift(WITHIN)
    assert answer_to(city, "stranger", code).status_code == 200
