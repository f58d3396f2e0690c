"""Whoever owns the database may change anything in it; ``verify`` finds and names it (Articles 3 and 28)."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cms.checkpoints import Checkpoint, LedgerRewritten, sweep_checkpoints, written
from cms.ledger import Entry, Leaf, enter
from cms.ledgertree import leaf_of, number_leaves, size_now
from cms.merkle import Frontier
from cms.verifying import faults
from tests.cast import MONDAY
from tests.cms.entries import entries
from tests.dbowner import as_its_owner

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path, authority):
    """Checkpoints are written to a disk of their own."""
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture
def ledger():
    """Nine hundred entries, signed twice; nothing is wrong with them."""
    for count, at in ((600, MONDAY), (300, MONDAY + HOUR)):
        entries(count)
        number_leaves(at)
        sweep_checkpoints(at)
    assert found() == []
    return list(Entry.objects.order_by("pk"))


def found(since=None, now=MONDAY + HOUR):
    return [str(fault) for fault in faults(since, now)]


def test_a_changed_entry_is_named(ledger):
    row = ledger[5]
    as_its_owner(f"UPDATE cms_entry SET payload = '{{\"late\":false}}' WHERE id = {row.pk}")
    assert any(f"台账记录 {row.pk}" in fault and "内容被改动过" in fault for fault in found())


def test_a_changed_entry_whose_hash_was_put_right_is_named(ledger):
    row = ledger[5]
    row.payload = '{"late":false}'
    as_its_owner(f"UPDATE cms_entry SET payload = '{row.payload}', hash = '{row.computed_hash()}' WHERE id = {row.pk}")
    assert any(f"台账记录 {row.pk}" in fault and "与第" in fault for fault in found())


def test_an_entry_changed_with_its_leaf_is_caught_by_the_signed_root(ledger):
    row = ledger[5]
    row.payload = '{"late":false}'
    row.hash = row.computed_hash()
    as_its_owner(
        f"UPDATE cms_entry SET payload = '{row.payload}', hash = '{row.hash}' WHERE id = {row.pk}",
        f"UPDATE cms_leaf SET hash = '{leaf_of(row).hex()}' WHERE entry_id = {row.pk}",
    )
    problems = found()
    assert sum("此前的记录被改写过" in fault for fault in problems) == 4  # two checkpoints, here and outside
    assert any("台账子树" in fault for fault in problems)


def test_a_removed_entry_is_named(ledger):
    row = ledger[700]
    as_its_owner(f"DELETE FROM cms_entry WHERE id = {row.pk}")
    assert found() == [f"台账记录 {row.pk}：已被删除（第 {Leaf.objects.get(entry=row.pk).index} 号叶）。"]
    as_its_owner(
        f"DELETE FROM cms_leaf WHERE entry_id = {row.pk}"
    )  # so that the database is whole again for its own checks
    assert any("缺失，其后的记录不能再核对次序" in fault for fault in found())


def test_a_tail_that_was_cut_off_is_told_by_what_lies_outside(ledger):
    first = Checkpoint.objects.order_by("size").first()
    as_its_owner(
        f'DELETE FROM cms_leaf WHERE "index" >= {first.size}',
        f"DELETE FROM cms_tile WHERE number >= {first.size // 256}",
        f"DELETE FROM cms_entry WHERE id > {ledger[first.size - 1].pk}",
        f"DELETE FROM cms_checkpoint WHERE size > {first.size}",
    )
    problems = found()
    assert any("台账尾部被截去" in fault for fault in problems)
    assert any("数据库里没有这个检查点" in fault for fault in problems)


def test_a_whole_tree_that_was_written_anew_does_not_fit_what_lies_outside(ledger):
    tree, last = Frontier(), Checkpoint.objects.order_by("-size").first()
    row = ledger[0]
    row.payload = '{"units":8}'
    row.hash = row.computed_hash()
    for entry in [row, *ledger[1:]]:
        tree.append(leaf_of(entry))
    as_its_owner(
        f"UPDATE cms_entry SET payload = '{row.payload}', hash = '{row.hash}' WHERE id = {row.pk}",
        f"UPDATE cms_leaf SET hash = '{leaf_of(row).hex()}' WHERE entry_id = {row.pk}",
        f"DELETE FROM cms_checkpoint WHERE size < {last.size}",
        f"UPDATE cms_checkpoint SET root = '{tree.root.hex()}' WHERE size = {last.size}",
    )
    problems = found()
    assert any(fault.startswith("检查点文件") and "被改写过" in fault for fault in problems)
    assert any("签名与内容不符" in fault for fault in problems)


def test_a_checkpoint_changed_in_the_database_or_on_disk_is_named(ledger):
    one = Checkpoint.objects.order_by("size").first()
    path = one.path
    kept = json.loads(path.read_text())
    kept["checkpoint"]["root"] = "0" * 64
    path.write_text(json.dumps(kept))
    assert any(fault.startswith(f"检查点文件 {path.parent.name}/{path.name}") for fault in found())
    path.write_text("{")
    assert any("文件已损坏" in fault for fault in found())


def test_a_checkpoint_signed_by_another_key_is_named(ledger, certified):
    from cms.signing.detached import sign_detached

    one = Checkpoint.objects.order_by("size").first()
    forged = sign_detached(one.text, certified(), one.made_at)
    as_its_owner("DELETE FROM cms_checkpoint")
    Checkpoint.objects.create(size=one.size, root=one.root, made_at=one.made_at, signature=forged)
    assert any("不是台账的签名" in fault for fault in found())


def test_an_entry_put_in_past_the_sealer_is_named(ledger):
    late = enter("units.loaded", subject="accounts.unit", at=MONDAY)
    assert found() == []  # its leaf is awaited
    day = late.recorded_at + timedelta(days=2)
    assert found(now=day) == [f"台账记录 {late.pk}：没有编入台账树。"]


def test_no_other_history_is_signed(ledger):
    row = ledger[5]
    row.payload = "{}!"
    row.hash = row.computed_hash()
    as_its_owner(
        f"UPDATE cms_entry SET payload = '{row.payload}', hash = '{row.hash}' WHERE id = {row.pk}",
        f"UPDATE cms_leaf SET hash = '{leaf_of(row).hex()}' WHERE entry_id = {row.pk}",
        f"UPDATE cms_tile SET hash = '{'1' * 64}' WHERE number = 0",
    )
    entries(30)
    number_leaves(MONDAY + 2 * HOUR)
    with pytest.raises(LedgerRewritten, match="verify"):
        sweep_checkpoints(MONDAY + 2 * HOUR)


def test_no_other_history_is_signed_where_the_checkpoints_were_taken_out_of_the_database_as_well(ledger):
    row = ledger[5]
    row.payload = "{}!"
    row.hash = row.computed_hash()
    as_its_owner(
        f"UPDATE cms_entry SET payload = '{row.payload}', hash = '{row.hash}' WHERE id = {row.pk}",
        f"UPDATE cms_leaf SET hash = '{leaf_of(row).hex()}' WHERE entry_id = {row.pk}",
        f"UPDATE cms_tile SET hash = '{'1' * 64}' WHERE number = 0",
        "DELETE FROM cms_checkpoint",
    )
    entries(30)
    number_leaves(MONDAY + 2 * HOUR)
    with pytest.raises(LedgerRewritten, match="verify"):
        sweep_checkpoints(MONDAY + 2 * HOUR)
    assert not Checkpoint.objects.exists()


def test_the_ledger_is_signed_when_it_has_grown_and_ten_minutes_have_passed():
    entries(3)
    number_leaves(MONDAY)
    for minutes in (0, 5, 9):
        sweep_checkpoints(MONDAY + timedelta(minutes=minutes))
        entries(1)
        number_leaves(MONDAY)
    assert Checkpoint.objects.count() == 1
    sweep_checkpoints(MONDAY + timedelta(minutes=10))
    sweep_checkpoints(MONDAY + timedelta(minutes=30))  # nothing new
    assert Checkpoint.objects.order_by("-size").first().size == size_now()
    assert Checkpoint.objects.count() == len(list(written())) == 2


def test_a_file_that_was_lost_is_written_again(ledger):
    path = Checkpoint.objects.order_by("size").first().path
    before = path.read_bytes()
    path.unlink()
    sweep_checkpoints(MONDAY + HOUR)
    assert path.read_bytes() == before


def test_since_a_day_only_what_was_recorded_then_is_read_whole_but_the_tree_is_walked(ledger):
    row = ledger[5]
    as_its_owner(f"UPDATE cms_entry SET payload = '{{}}!' WHERE id = {row.pk}")
    assert found(since=ledger[-1].recorded_at + HOUR) == []
    assert found(since=row.recorded_at - HOUR) != []


def test_the_command_says_it_is_whole_or_names_what_is_not(ledger):
    out = StringIO()
    call_command("verify", stdout=out)
    assert f"完好：台账 {size_now()} 条" in out.getvalue()
    as_its_owner(f"UPDATE cms_entry SET payload = '{{}}!' WHERE id = {ledger[0].pk}")
    out = StringIO()
    with pytest.raises(CommandError, match="发现 1 处问题"):
        call_command("verify", stdout=out)
    assert f"✗ 台账记录 {ledger[0].pk}" in out.getvalue()
    for wrong in ("昨天", "0001-01-01", "9999-12-31"):
        with pytest.raises(CommandError, match="不是日期"):
            call_command("verify", since=wrong)


def test_without_an_authority_nothing_is_signed_and_nothing_fails(settings, tmp_path):
    settings.CA_FOLDER = tmp_path / "none"
    entries(2)
    number_leaves(MONDAY)
    sweep_checkpoints(MONDAY)
    assert not Checkpoint.objects.exists()
