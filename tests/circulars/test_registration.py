"""复核登记: an approved text becomes a circular that says everything by itself."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from circulars.registration import ApprovalMissing, Circular, CircularText, register
from circulars.snapshots import digest_of, snapshot_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY


def test_a_registered_circular_says_who_made_it_and_what_it_is(city):
    page = city.approved()
    circular = city.register(page)
    assert (circular.drafter, circular.approver, circular.registrar) == (city.drafter, city.approver, city.registrar)
    assert (circular.approved_at, circular.registered_at, circular.sent_at) == (MONDAY, MONDAY, None)
    assert (circular.number, circular.year, circular.sequence) == ("延政办发〔2026〕23号", 2026, 23)
    assert (circular.issuer, circular.issuer_name, circular.layout) == (city.office, "市政府办", "general")
    assert circular.digest == digest_of(circular.snapshot) == digest_of(snapshot_of(page))


def test_the_ledger_names_number_digest_recipients_and_approval(city):
    circular = city.registered()
    facts = Entry.objects.get(deed="circular.registered").facts
    assert (facts["number"], facts["digest"], facts["recipients"]) == (circular.number, circular.digest, 3)
    assert facts["approved_by"] == city.approver.pk


@pytest.mark.parametrize(
    "elements, written, printed",
    [
        ({}, date(2026, 9, 28), None),
        ({"printing_office": "延安市人民政府办公室"}, date(2026, 9, 28), date(2026, 9, 28)),
        (
            {"written_date": date(2026, 9, 20), "printing_office": "印发处", "printing_date": date(2026, 9, 21)},
            date(2026, 9, 20),
            date(2026, 9, 21),
        ),
    ],
)
def test_dates_left_open_are_those_of_approval_and_registration(city, elements, written, printed):
    circular = city.registered(**elements)
    assert (circular.written_date, circular.printing_date) == (written, printed)


def test_what_was_registered_stays_when_the_draft_is_written_over(city):
    circular = city.registered()
    city.change(circular.page, title="关于取消值班的通知", body="改过的正文。")
    kept = Circular.objects.get()
    assert kept.title == "关于做好国庆假期值班工作的通知"
    assert digest_of(kept.snapshot) == kept.digest


def test_nobody_registers_without_the_post(city):
    page = city.approved()
    for who in ("stranger", "superuser", "drafter", "approver", "sender", "secretary", "nobody"):
        with pytest.raises(PermissionDenied):
            city.register(page, by=getattr(city, who))
    assert not Circular.objects.exists()


def test_a_circular_is_registered_once(city):
    page = city.approved()
    city.register(page)
    with pytest.raises(OutOfOrder, match="已登记为 延政办发〔2026〕23号"):
        city.register(page)
    assert Circular.objects.count() == 1


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_what_nobody_approved_is_not_registered(city, stage):
    with pytest.raises(ApprovalMissing):
        city.register(getattr(city, stage)())


def test_a_registrar_who_rechecked_another_text_registers_nothing(city):
    page = city.approved()
    with pytest.raises(ApprovalMissing):
        register(page, digest="0" * 64, by=city.registrar, at=MONDAY)
    assert not Circular.objects.exists()


def test_the_text_lies_apart_from_the_record(city):
    assert CircularText.objects.get(circular=city.registered()).content.startswith("{")


def test_two_circulars_cannot_bear_one_number(city):
    first, second = city.registered(), city.registered()
    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.filter(pk=second.pk).update(sequence=first.sequence)


def test_a_circular_cannot_be_called_sent_without_a_time(city):
    circular = city.registered()
    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.filter(pk=circular.pk).update(state="sent")


def test_neither_a_circular_nor_its_page_nor_its_people_can_be_deleted(city):
    circular = city.sent()
    for thing in (circular, circular.page, city.approver, city.office):
        with pytest.raises(ProtectedError):
            thing.delete()
