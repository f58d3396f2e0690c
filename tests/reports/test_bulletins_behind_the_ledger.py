"""What was put into or taken out of a bulletin behind the ledger's back: refused, or named by ``verify`` (Article 28)."""

import pytest
from django.db import DatabaseError, transaction

from circulars.decidedrelief import RoundRelief
from circulars.deliveries import Delivery, Relief
from cms.verifying import faults
from reports.bulletins import Bulletin
from reports.explanations import AskedReceipt, Ruling
from reports.named import NamedUnit
from tests.dbowner import as_its_owner
from tests.reports.bulletins import AFTER


def told():
    return {str(fault) for fault in faults(None, AFTER)}


def asked_too(bulletin):
    delivery = Delivery.objects.exclude(pk__in=bulletin.asked.values("delivery")).first()
    AskedReceipt.objects.create(
        bulletin=bulletin, delivery=delivery, round=1, unit=delivery.unit, unit_name=delivery.unit_name,
        sent_at=delivery.sent_at, due_at=delivery.due_at or AFTER, lateness="late",
    )  # fmt: skip


def relieved_beside(desk):
    """A relief beside a closed round that nobody decided on."""
    records = desk.records
    delivery = records.deliver(
        records.issue("2026-11-17 09:00"), "QX01", returned="2026-11-17 10:00", acknowledged_at=AFTER
    )
    closed = records.close_round(delivery, AFTER)
    RoundRelief.objects.create(closed_round=closed, decision="reports.ruling:99", given_by=desk.second, given_at=AFTER)


OF_A_BULLETIN = {
    "a unit named": (
        lambda desk, bulletin: NamedUnit.objects.create(bulletin=bulletin, unit=desk.records.units["QX01"]),
        "{bulletin}：点名的单位与审定时台账登记的不一致",
    ),
    "a unit spared": (
        lambda desk, bulletin: as_its_owner("DELETE FROM reports_namedunit"),
        "{bulletin}：点名的单位与审定时台账登记的不一致",
    ),
    "a receipt asked about": (
        lambda desk, bulletin: asked_too(bulletin),
        "{bulletin}：请单位说明的收文台账登记了 3 件，现在有 4 件",
    ),
    "another mark": (
        lambda desk, bulletin: Bulletin.objects.update(named_percent=50),
        "{bulletin}：公布的统计或者点名的比例与台账登记的不一致",
    ),
    "another time to explain": (
        lambda desk, bulletin: Bulletin.objects.update(explain_until=AFTER),
        "{bulletin}：请各单位说明的时间或者说明截止与台账登记的不一致",
    ),
    "a relief taken away": (
        lambda desk, bulletin: Delivery.objects.filter(relief=Relief.DECIDED).update(relief=Relief.NONE),
        "台账登记了说明免责，数据库里没有，记录被删除",
    ),
    "a relief beside a round": (
        lambda desk, bulletin: relieved_beside(desk),
        "第 1 轮）的说明免责：台账没有登记，是后来加入的",
    ),
    "whose decision it was": (
        lambda desk, bulletin: as_its_owner(f"UPDATE reports_ruling SET by_id = {desk.clerk.pk}"),
        "不采纳：内容与台账登记的不一致",
    ),
}


@pytest.mark.parametrize("harm", OF_A_BULLETIN)
def test_verify_names_what_a_bulletin_did_not_do(desk, harm, settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    bulletin = desk.approved()
    assert Ruling.objects.filter(is_accepted=False).exists()
    before = told()
    assert not [line for line in before if str(bulletin) in line or "说明免责" in line]
    do, named = OF_A_BULLETIN[harm]
    do(desk, bulletin)
    after = told() - before
    assert any(named.format(bulletin=bulletin) in line for line in after), after


def test_a_bulletin_keeps_its_month_and_who_began_it(desk):
    desk.open()
    for harm in (lambda: Bulletin.objects.update(month=10), lambda: Bulletin.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
