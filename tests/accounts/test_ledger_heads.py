"""台账每日摘要: each day's head of the ledger, compared with it now, on a sheet for the safe; for who audits and who runs the platform."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from cms.accesslog import Access, Look
from cms.checkpoints import Checkpoint, sweep_checkpoints
from cms.dailyheads import days, head_of
from cms.ledgertree import number_leaves
from tests.cast import MONDAY
from tests.cms.entries import entries

DAY = timedelta(days=1)
MON, TUE = "2026-09-28", "2026-09-29"


@pytest.fixture
def signed(city, settings, tmp_path, authority):
    """Two checkpoints on Monday, one a minute before midnight, and one on Tuesday."""
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    for at in (MONDAY, MONDAY.replace(hour=23, minute=59), MONDAY + DAY):
        entries(300)
        number_leaves(at)
        sweep_checkpoints(at)
    return list(Checkpoint.objects.order_by("size"))


def shown(city, name, *args, who="engineer"):
    return city.desk(getattr(city, who)).get(reverse(f"accounts:{name}", args=args))


def text(city, name, *args):
    return shown(city, name, *args).content.decode()


def test_each_day_has_its_last_checkpoint_by_the_clock_of_the_city(city, signed):
    assert [(str(row["day"]), row["count"], row["last"]) for row in days()] == [
        (TUE, 1, signed[2].size),
        (MON, 2, signed[1].size),
    ]
    page = text(city, "ledger_heads")
    assert page.index(reverse("accounts:ledger_head", args=[TUE])) < page.index(
        reverse("accounts:ledger_head", args=[MON])
    )


def test_a_day_shows_size_root_in_groups_time_and_signer_and_agrees_with_the_ledger_now(city, signed):
    page = text(city, "ledger_head", MON)
    root = signed[1].root
    for fact in ("与台账一致", str(signed[1].size), "23:59:00", root[:4], root[-4:]):
        assert fact in page
    head = head_of(MONDAY.date())
    assert head is not None
    assert "".join(head.groups) == root
    assert {len(group) for group in head.groups} == {4}
    assert head.stamped_at is not None
    assert head.signer is not None
    assert head.signer.name in page
    assert head.serial in page


def test_the_sheet_has_lines_to_sign_on_and_its_print_is_written_down(city, signed):
    page = text(city, "ledger_sheet", MON)
    for line in ("台账摘要封存单", "监交人签字", "data-print", signed[1].root[:4]):
        assert line in page
    assert Access.objects.filter(look=Look.PRINTED, subject=f"台账摘要 {MON}", person=city.engineer).exists()


def as_its_owner(statement, *values):
    """What a superuser of the database can do: the guard of the checkpoints is put aside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cms_checkpoint'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)


def test_a_rewritten_root_does_not_agree_and_is_not_printed(city, signed):
    other = hashlib.sha256(b"another history").hexdigest()
    as_its_owner("UPDATE cms_checkpoint SET root = %s WHERE size = %s", other, signed[1].size)
    assert "此前的记录被改写过" in text(city, "ledger_head", MON)
    sheet = text(city, "ledger_sheet", MON)
    assert "不能封存" in sheet
    assert other[:4] not in sheet
    assert "与台账一致" in text(city, "ledger_head", TUE)


def test_a_changed_time_breaks_the_signature(city, signed):
    as_its_owner("UPDATE cms_checkpoint SET made_at = %s WHERE size = %s", MONDAY + timedelta(hours=2), signed[1].size)
    assert "与台账不一致" in text(city, "ledger_head", MON)


def test_a_cut_tail_is_named(city, signed):
    as_its_owner("UPDATE cms_checkpoint SET size = %s WHERE size = %s", signed[2].size + 50, signed[2].size)
    assert "台账尾部被截去" in text(city, "ledger_head", TUE)


def test_without_the_authority_nothing_is_said_to_agree(city, signed, settings, tmp_path):
    settings.CA_FOLDER = tmp_path / "gone"
    assert "证书机构的目录缺失" in text(city, "ledger_head", MON)


@pytest.mark.parametrize("day", ["2026-09-27", "1", "0001-01-01", "9999-12-31", "2026-13-01", "甲"])
@pytest.mark.parametrize("name", ["ledger_head", "ledger_sheet"])
def test_a_day_without_a_checkpoint_or_no_day_at_all_is_not_found(city, signed, name, day):
    assert shown(city, name, day).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "clerk", "secretary", "keeper"])
def test_nobody_else_finds_them(city, signed, who):
    for name, args in (("ledger_heads", ()), ("ledger_head", (MON,)), ("ledger_sheet", (MON,))):
        assert shown(city, name, *args, who=who).status_code == 404


def test_who_audits_finds_them_and_a_form_cannot_be_sent(city, signed):
    auditor = city.nobody
    take_post(auditor, city.network_office, Role.AUDIT_ADMIN, by=None, at=MONDAY)
    desk = city.desk(auditor)
    assert desk.get("/").url == reverse("accounts:ledger_heads")
    for name, args in (("ledger_heads", ()), ("ledger_head", (MON,)), ("ledger_sheet", (MON,))):
        assert desk.get(reverse(f"accounts:{name}", args=args)).status_code == 200
        assert desk.post(reverse(f"accounts:{name}", args=args)).status_code == 405


def test_before_anything_was_signed_the_list_says_so(city):
    assert "还没有签署过" in text(city, "ledger_heads")
