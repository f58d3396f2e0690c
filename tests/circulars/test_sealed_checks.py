"""``verify`` re-reads every sealed circular, in few questions and as far back as it is asked (Articles 3, 4 and 10)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.keychecks import check_certificates
from accounts.seals import SealKey
from circulars.deeds import Deed
from circulars.layouts import Layout
from circulars.numbering import Series
from circulars.purging import block, confirm
from circulars.registration import Circular, CircularText
from circulars.sealing.checks import check_sealed, check_texts
from circulars.sealing.records import Manifest
from cms import ledger
from cms.attachments import Attachment
from cms.ledger import Entry
from tests.cast import MONDAY, attached
from tests.dbowner import as_its_owner
from tests.sealedpapers import tampered

pytestmark = pytest.mark.django_db

CHECKS = (check_texts, check_sealed, check_certificates)


def found(since=None):
    return [str(fault) for check in CHECKS for fault in check(since, MONDAY)]


def questions():
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert found() == []
    return len(asked)


def test_it_asks_as_little_of_many_circulars_as_of_one(city):
    city.sealed(attachments=attached())
    before = questions()
    for _ in range(3):
        city.sealed(attachments=attached())
    assert questions() == before


def test_since_a_day_only_what_was_registered_and_sealed_then_is_read(city):
    circular = city.sealed()
    tampered(circular.manifest.pdf_digest, lambda content: content + b" ")
    as_its_owner(f"UPDATE circulars_circular SET digest = '{'0' * 64}' WHERE id = {circular.pk}")
    assert found(MONDAY + timedelta(hours=1)) == []
    assert len(found(MONDAY - timedelta(hours=1))) == 3  # text, binding, file


def test_minutes_that_bear_no_seal_are_whole_and_named_when_their_file_is_not(city):
    series = Series.objects.create(
        unit=city.office, prefix="市政府专题会议纪要", layout=Layout.MINUTES, numbering="yearly", opening_number=1
    )
    minutes = city.sealed(
        series=series, title="市政府专题会议纪要", is_sealed=False, signatures="", document_type="minutes"
    )
    assert found() == []
    tampered(minutes.manifest.pdf_digest, lambda content: content + b" ")
    (line,) = found()
    assert line.startswith(f"{minutes.number} 版式文件：内容与用印时不一致")


def test_a_text_that_was_taken_out_is_named_and_one_that_was_purged_is_not(city):
    circular, purged = city.sealed(), city.sent()
    case = block(purged.page, reason="涉密。", by=city.secretary, at=MONDAY)
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=MONDAY)
    assert not Circular.objects.filter(pk=purged.pk, text__isnull=False).exists()
    assert found() == []
    as_its_owner(f"DELETE FROM circulars_circulartext WHERE circular_id = {circular.pk}")
    assert any(f"{circular.number} 正文：已被删除" in line for line in found())
    assert any("清单却没有清除" in line for line in found())


def test_a_rendition_that_was_changed_or_a_file_without_its_row_is_named(city):
    circular = city.sealed()
    as_its_owner(f"UPDATE circulars_rendition SET pages = 9 WHERE circular_id = {circular.pk}")
    assert any(f"{circular.number} 版式记录" in line for line in found())
    as_its_owner(f"DELETE FROM cms_attachment WHERE digest = '{circular.manifest.pdf_digest}'")
    assert not Attachment.objects.filter(digest=circular.manifest.pdf_digest).exists()
    assert any(f"{circular.number} 版式文件：没有登记" in line for line in found())


def test_a_certificate_that_is_none_or_anothers_is_named(city):
    circular = city.sealed()
    key = SealKey.objects.get(pk=circular.manifest.key_id)
    SealKey.objects.filter(pk=key.pk).update(
        certificate_pem="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    assert any(line.startswith(f"密钥 {key.pk}") and "已损坏" in line for line in found())
    for change in ({"serial": "1"}, {"serial": key.serial, "kind": "leaders_stamp"}):
        SealKey.objects.filter(pk=key.pk).update(certificate_pem=key.certificate_pem, **change)
        assert any(line.startswith(f"密钥 {key.pk}") and "被换过" in line for line in found())


def test_odd_texts_in_the_rows_end_no_run(city):
    circular = city.sealed()
    as_its_owner(
        f"UPDATE circulars_manifest SET content = '[]' WHERE circular_id = {circular.pk}",
        f"UPDATE circulars_circulartext SET content = 'x' WHERE circular_id = {circular.pk}",
        "UPDATE cms_entry SET payload = '[' WHERE deed = 'circular.sealed'",
    )
    lines = found()
    assert any(f"{circular.number} 公文清单：内容被改动过" in line for line in lines)
    assert any(f"{circular.number} 正文" in line for line in lines)
    assert Manifest.objects.count() + CircularText.objects.count() == 2


def test_another_hand_or_time_written_beside_a_seal_is_named(city):
    circular = city.sealed()
    for table, word in (("seal", "sealed"), ("manifest", "signed")):
        kept = (
            f"UPDATE circulars_{table} SET {word}_by_id = {{by}}, {word}_at = {{at}} WHERE circular_id = {circular.pk}"
        )
        as_its_owner(kept.format(by=city.leader.pk, at=f"{word}_at"))
        (line,) = found()
        assert line.startswith(circular.number)
        assert "用印人或用印时间与台账登记的不一致" in line
        as_its_owner(kept.format(by=city.keeper.pk, at="'2026-09-01 01:00:00+00:00'"))
        assert len(found()) == 1
        as_its_owner(kept.format(by=city.keeper.pk, at="(SELECT MAX(used_at) FROM accounts_sealuse)"))
        assert found() == []
    as_its_owner(f"UPDATE circulars_seal SET sealed_by_id = {city.leader.pk} WHERE circular_id = {circular.pk}")
    said = Entry.objects.of(circular).get(deed=Deed.CIRCULAR_STAMPED)
    ledger.enter(said.deed, subject=said.subject, by=city.leader, at=said.happened_at, facts=said.facts)
    assert len(found()) == 1, "an entry that was added later makes nothing good"
