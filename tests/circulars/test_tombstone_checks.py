"""``manage.py verify`` names the tombstone that is not what was raised, or of which the ledger knows other people (Articles 4, 27 and 28)."""

import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from circulars.archive.destruction import approve, witness
from circulars.archive.destructionlists import DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.stonechecks import check_destroyed, check_tombstones
from circulars.archive.tombstones import Tombstone
from circulars.deeds import Deed
from circulars.purging import block, confirm
from circulars.registration import Circular
from cms.ledger import Entry, canonical
from tests.archives import LONG_AFTER, destroyed, filed, listed, received, staffed
from tests.dbowner import as_its_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(standing_circular, city):
    return Circular.objects.get(pk=standing_circular)


@pytest.fixture
def kept(city, paper, week):
    """What the attentive unit filed for ten years, which are over now."""
    row = filed(staffed(city), received(city, paper))
    week.move_to(LONG_AFTER)
    return row


@pytest.fixture
def stone(city, kept):
    destroyed(city, kept)
    assert found() == []
    return Tombstone.objects.get()


def found(since=None):
    return [str(fault) for check in (check_tombstones, check_destroyed) for fault in check(since, LONG_AFTER)]


def rewritten(stone, **told):
    """Its owner writes another text upon the stone, and the digest that fits it."""
    content = canonical(stone.facts | told).replace("'", "''")
    digest = hashlib.sha256(content.encode()).hexdigest()
    as_its_owner(
        f"UPDATE circulars_tombstone SET content = '{content}', digest = '{digest}' WHERE holding_id = {stone.pk}"
    )


def test_an_edited_text_is_named_and_the_command_fails(stone, city):
    Tombstone.objects.filter(pk=stone.pk).update(content=stone.content.replace("高建业", "高建国"))
    told = f"销毁存根 {stone.holding}：内容与摘要不符，存根被改动过。"
    assert found() == found(since=LONG_AFTER) == [told]
    said = StringIO()
    with pytest.raises(CommandError, match="发现"):
        call_command("verify", stdout=said)
    assert f"✗ {told}" in said.getvalue()


@pytest.mark.parametrize("part", ["approvals", "witnesses", "list", "appraisal"])
def test_other_people_whose_digest_was_put_right_are_named(stone, city, part):
    somebody = {"username": city.nobody.username, "name": "闲人", "at": "2037-01-04T09:00:00.000000+08:00"}
    one = stone.facts[part]
    rewritten(stone, **{part: [one[0], somebody] if isinstance(one, list) else one | somebody})
    assert any("鉴定、批准或者监销的人和时间与台账登记的不一致。" in fault for fault in found())
    assert any("台账没有这样登记销毁" in fault for fault in found())
    assert any("台账登记过，现在没有这份存根" in fault for fault in found())


@pytest.mark.parametrize("content", ["no text of ours", "[]", '{"format":"gongwen-tombstone/1"}', '{"digests":[]}'])
def test_a_text_that_no_stone_has_is_named_and_breaks_nothing(stone, content):
    digest = hashlib.sha256(content.encode()).hexdigest()
    as_its_owner(
        f"UPDATE circulars_tombstone SET content = '{content}', digest = '{digest}' WHERE holding_id = {stone.pk}"
    )
    assert f"销毁存根 {stone.holding}：内容残缺，不是系统写的存根。" in found()


def test_the_digests_of_another_paper_are_named(stone):
    rewritten(stone, digests=stone.facts["digests"] | {"pdf": "0" * 64})
    assert any("不是这件公文的" in fault for fault in found())


def test_a_list_whose_rows_say_that_two_approved_while_the_ledger_knows_of_one_is_named(city, kept):
    sheet = listed(city, kept)
    approve(sheet, by=city.leader, at=LONG_AFTER)
    moment = "2037-01-04 01:00:00"
    as_its_owner(
        f"UPDATE circulars_destructionlist SET state = 'approved', second_by_id = {city.second_leader.pk},"
        f" second_at = '{moment}' WHERE id = {sheet.pk}",
        f"UPDATE circulars_holding SET state = 'approved' WHERE id = {kept.pk}",
    )
    for person in (city.filer, city.clerk):
        witness(DestructionList.objects.get(pk=sheet.pk), by=person, at=LONG_AFTER)
    assert found() == [f"销毁存根 {kept}：鉴定、批准或者监销的人和时间与台账登记的不一致。"]
    page = city.desk(city.filer).get(reverse("circulars:tombstone", args=[kept.pk])).content.decode()
    assert "批准或者监销的人和时间与台账登记的不一致" in page
    assert "与台账一致" not in page


def test_a_stone_that_was_taken_away_is_missed_and_so_is_a_paper_without_one(stone, city):
    as_its_owner(f"DELETE FROM circulars_tombstone WHERE holding_id = {stone.pk}")
    assert found() == [
        f"销毁存根 {stone.holding}：台账登记过，现在没有这份存根，已被删除或者换过。",
        f"存档公文 {stone.holding}：写着已销毁，却没有销毁存根，记录被改动过。",
    ]


def test_a_paper_that_came_back_past_its_stone_is_named(stone):
    Holding.objects.filter(pk=stone.pk).update(state="filed")
    assert found() == [f"销毁存根 {stone.holding}：公文却是“已归档”，记录被改动过。"]


def test_a_stone_emptied_by_a_purge_stands_and_one_emptied_by_hand_does_not(stone, city, paper):
    Tombstone.objects.filter(pk=stone.pk).update(content="")
    assert found() == [f"销毁存根 {stone.holding}：内容与摘要不符，存根被改动过。"]
    Tombstone.objects.filter(pk=stone.pk).update(content=stone.content)
    case = block(paper.page, reason="发现涉密", by=city.secretary, at=LONG_AFTER)
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=LONG_AFTER)
    assert Tombstone.objects.get().content == ""
    assert found() == []


def test_many_stones_take_no_more_questions_than_one(city, week, django_assert_num_queries):
    kept = [filed(staffed(city) if not n else city, received(city, city.sent())) for n in range(3)]
    week.move_to(LONG_AFTER)
    destroyed(city, *kept)
    assert Entry.objects.filter(deed=Deed.HOLDING_DESTROYED).count() == 3
    with django_assert_num_queries(8):
        assert found() == []
