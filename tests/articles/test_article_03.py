"""第三条: an electronic circular is what this system made; its making, sending, receiving and printing are on record.

本办法所称的电子公文，是指由延安市政府办公室统一配置的电子公文传输系统处理后形成的具有规范格式的公文电子数据。
本办法所称的电子公文传输，是指电子公文的生成、发送、接收和打印等过程。
"""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from circulars.clocks import NotSendable
from circulars.deliveries import Check
from circulars.moderation import NotReady, decide, submit
from circulars.printing import PrintedCopy
from circulars.registration import Circular, CircularText
from cms.accesslog import Access, Look
from cms.ledger import Entry
from tests.cast import MONDAY, attached
from tests.smallfiles import pdf


def deeds(**about):
    return list(Entry.objects.filter(**about).order_by("pk").values_list("deed", "person__name"))


def test_a_finished_file_alone_is_no_circular(city):
    page = city.draft(attachments=attached(pdf("a scanned circular"), "通知.pdf"))
    with pytest.raises(NotReady) as refused:
        submit(city.change(page, body=""), by=city.drafter, at=MONDAY)
    assert [problem.code for problem in refused.value.problems] == ["E-BODY"]


def test_a_circular_bears_the_number_the_system_gave_it_and_the_elements_of_the_standard(circular):
    assert circular.number == "延政办发〔2026〕23号"
    assert {"title", "document_type", "issuer_mark", "urgency", "primary", "body", "signatures"} <= set(
        circular.snapshot
    )


def test_a_circular_whose_text_is_not_what_was_registered_is_not_sent(city):
    circular = city.sealed()
    tampered = json.dumps({**circular.snapshot, "body": "另有通知。"})
    CircularText.objects.filter(circular=circular).update(content=tampered)
    with pytest.raises(NotSendable, match="摘要不一致"):
        city.dispatch(Circular.objects.get(pk=circular.pk))
    assert not circular.deliveries.exists()


def test_the_making_of_a_circular_is_on_record_with_everybody_who_took_part(city):
    circular = city.registered()
    assert deeds(subject=f"circulars.circularpage:{circular.page_id}") == [
        ("draft.submitted", "王文静"),
        ("draft.reviewed", "李正明"),
        ("draft.approved", "张志远"),
    ]
    assert deeds(circular=circular.uuid) == [("circular.registered", "刘晓燕")]


def test_the_sending_of_a_circular_is_one_deed_with_count_and_digest_of_its_list(city, circular):
    entry = Entry.objects.get(deed="circular.sent")
    assert (entry.person, entry.happened_at, entry.circular) == (city.sender, MONDAY, circular.uuid)
    assert entry.facts["recipients"] == 3
    assert len(entry.facts["list_digest"]) == 64
    assert entry.facts["digest"] == circular.digest


def test_the_receiving_of_a_circular_is_on_record_with_person_unit_time_and_address(city, circular, week):
    delivery = city.delivery(circular)
    desk = city.desk(city.clerk)
    desk.get(reverse("circulars:reading", args=[delivery.pk]), REMOTE_ADDR="10.61.5.7")
    week.move_to(MONDAY.replace(minute=20))
    signing = {"key": uuid4(), "checked": [check.value for check in Check if check != Check.ATTACHMENTS]}
    desk.post(reverse("circulars:sign", args=[delivery.pk]), signing, REMOTE_ADDR="10.61.5.8")
    opened, signed = Entry.objects.filter(subject=f"circulars.delivery:{delivery.pk}").order_by("pk")
    for entry, deed, at, address in (
        (opened, "delivery.opened", MONDAY, "10.61.5.7"),
        (signed, "delivery.signed_for", MONDAY.replace(minute=20), "10.61.5.8"),
    ):
        assert (entry.deed, entry.happened_at, entry.address) == (deed, at, address)
        assert (entry.person, entry.unit) == (city.clerk, city.attentive.pk)


def test_the_printing_of_a_circular_is_on_record_copy_by_copy_with_person_unit_time_and_address(city, circular, week):
    delivery = city.sign(city.opened(circular))
    week.move_to(MONDAY.replace(minute=30))
    pressed = {"key": uuid4(), "copies": 1, "purpose": "archive", "original": "1"}
    page = reverse("circulars:print", args=[delivery.pk])
    city.desk(city.clerk).post(page, pressed, REMOTE_ADDR="10.61.5.8")
    entry = Entry.objects.get(deed="originals.printed")
    assert (entry.person, entry.unit, entry.address) == (city.clerk, city.attentive.pk, "10.61.5.8")
    assert (entry.happened_at, entry.facts["serials"]) == (MONDAY.replace(minute=30), [1])
    copy = PrintedCopy.objects.get()
    assert (copy.word, copy.unit, copy.printed_by, copy.purpose) == ("第 1/1 份", city.attentive, city.clerk, "archive")


def test_no_more_originals_are_printed_than_were_sanctioned(city, circular):
    delivery, desk = city.sign(city.opened(circular)), city.desk(city.clerk)
    for _ in range(3):
        pressed = {"key": uuid4(), "copies": 1, "purpose": "handling", "original": "1"}
        desk.post(reverse("circulars:print", args=[delivery.pk]), pressed)
    assert PrintedCopy.objects.count() == Entry.objects.filter(deed="originals.printed").count() == 1


def test_whoever_reads_it_again_is_written_down(city, circular):
    delivery = city.opened(circular)
    city.desk(city.leader).get(reverse("circulars:reading", args=[delivery.pk]), REMOTE_ADDR="10.61.5.9")
    look = Access.objects.get(look=Look.OPENED)
    assert (look.person, look.circular, look.address) == (city.leader, delivery.circular.uuid, "10.61.5.9")


def test_a_deed_done_by_a_program_says_that_it_came_from_no_address(city, circular):
    assert set(Entry.objects.filter(circular=circular.uuid).values_list("address", flat=True)) == {""}


def test_every_text_on_the_way_to_a_circular_is_kept_and_can_be_laid_beside_the_next(city):
    page = city.submitted()
    decide(page, "return", by=city.reviewer, at=MONDAY, opinion="请补充带班领导。")
    first = page.versions.get().content
    page = city.change(page, body="一、严格落实值班和领导带班制度。")
    submit(page, by=city.drafter, at=MONDAY)
    assert [version.number for version in page.versions.all()] == [1, 2]
    assert page.versions.get(number=1).content == first
    marked = city.desk(city.drafter).get(reverse("circulars:marked", args=[page.pk])).content.decode()
    assert "<ins>" in marked
    assert "<del>" in marked
