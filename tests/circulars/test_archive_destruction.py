"""鉴定、销毁: nobody destroys alone, nothing goes before its time, and a tombstone proves what went (Articles 4 and 27; 2012 regulation art. 35)."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from circulars.archive.appraisal import Appraisal, appraise
from circulars.archive.destruction import approve, draw_up, refuse, witness
from circulars.archive.destructionlists import DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.tombstones import Tombstone, standing_of
from circulars.deeds import Deed
from circulars.purging import block, confirm
from circulars.registration import Circular, CircularText, TextGone
from circulars.sealing import Manifest
from circulars.sealing.checks import check_sealed, check_texts
from circulars.searchindex.indexing import take_in
from circulars.versions import Version
from cms.attachments import Attachment, place_of
from cms.discards import sweep_discards
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.unheld import sweep_unheld
from tests.archives import LONG_AFTER, anew, approved, destroyed, filed, holding, left, listed, received, said, staffed
from tests.cast import MONDAY, attached
from tests.offices import beijing
from tests.traces import traces

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standing(beforehand):
    return beforehand("sent", attachments=attached())


@pytest.fixture
def city(city, week):
    return staffed(city)


@pytest.fixture
def paper(standing, city):
    return Circular.objects.get(pk=standing)


@pytest.fixture
def kept(city, paper, week):
    """What the attentive unit filed for ten years, which are over now."""
    row = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    return row


def test_what_was_not_appraised_and_whose_time_has_not_ended_is_not_destroyed(city, paper, week):
    kept = filed(city, received(city, paper))
    with pytest.raises(OutOfOrder) as early:
        appraise(kept, "destroy", "没有价值", by=city.filer, at=MONDAY)
    assert said(early) == "本件保管至2036年12月31日，期满以后再鉴定。"
    with pytest.raises(OutOfOrder) as unasked:
        draw_up(city.attentive, [kept], "期满", by=city.filer, at=LONG_AFTER)
    assert "没有作出销毁鉴定" in said(unasked)
    for_good = filed(city, holding(paper, city.office), "Y")
    with pytest.raises(OutOfOrder) as never:
        appraise(for_good, "destroy", "没有价值", by=city.office_archivist, at=LONG_AFTER)
    assert said(never) == "本件永久保管，不作销毁鉴定。"
    assert not Appraisal.objects.exists()
    assert not DestructionList.objects.exists()


def test_what_is_still_worth_keeping_is_kept_longer_and_asked_again_then(city, kept):
    for wrong in ({"opinion": " "}, {"result": "burn"}, {"result": "keep", "years": 0}):
        given = {"result": "destroy", "opinion": "没有价值"} | wrong
        with pytest.raises(ValidationError):
            appraise(kept, by=city.filer, at=LONG_AFTER, **given)
    with pytest.raises(PermissionDenied):
        appraise(kept, "destroy", "没有价值", by=city.leader, at=LONG_AFTER)
    appraise(kept, "keep", "涉及在办事项", 5, by=city.filer, at=LONG_AFTER)
    now = anew(kept)
    assert (now.state, now.kept_until.year) == (Holding.State.FILED, 2042)
    with pytest.raises(OutOfOrder):
        appraise(now, "destroy", "没有价值", by=city.filer, at=LONG_AFTER)


def test_papers_that_were_not_filed_may_be_appraised_after_two_years(city, paper):
    row = left(city, received(city, paper))
    with pytest.raises(OutOfOrder):
        appraise(row, "destroy", "没有价值", by=city.filer, at=beijing("2028-09-28 09:00"))
    appraise(row, "destroy", "没有价值", by=city.filer, at=beijing("2028-09-29 09:00"))
    assert anew(row).state == Holding.State.APPRAISED


def test_two_leaders_approve_and_neither_is_the_proposer_nor_the_other(city, kept):
    sheet = listed(city, kept)
    assert str(sheet) == "销毁清册〔2037〕1号"
    for person in (city.filer, city.clerk, city.stranger, city.principal):
        with pytest.raises(PermissionDenied):
            approve(sheet, by=person, at=LONG_AFTER)
    approve(sheet, by=city.leader, at=LONG_AFTER)
    with pytest.raises(PermissionDenied) as again:
        approve(sheet, by=city.leader, at=LONG_AFTER)
    assert said(again) == "您已经批准过，须由另一位领导批准。"
    with pytest.raises(OutOfOrder):
        witness(sheet, by=city.clerk, at=LONG_AFTER)
    approve(sheet, by=city.second_leader, at=LONG_AFTER)
    assert anew(kept).state == Holding.State.APPROVED
    with pytest.raises(OutOfOrder):
        approve(sheet, by=city.leader, at=LONG_AFTER)


def test_who_proposed_does_not_approve_even_as_a_leader_and_the_database_says_the_same(city, kept):
    from accounts.people import User, take_post
    from accounts.roles import Role

    take_post(city.leader, city.attentive, Role.ARCHIVIST, by=None, at=LONG_AFTER)
    both = User.objects.get(pk=city.leader.pk)
    appraise(kept, "destroy", "没有价值", by=both, at=LONG_AFTER)
    sheet = draw_up(city.attentive, [kept], "期满", by=both, at=LONG_AFTER)
    with pytest.raises(PermissionDenied) as own:
        approve(sheet, by=both, at=LONG_AFTER)
    assert said(own) == "清册是您编制的，须由其他领导批准。"
    wrong = (
        {"first_by": both, "first_at": LONG_AFTER},
        {"first_by": city.second_leader, "second_by": city.second_leader, "second_at": LONG_AFTER},
        {"first_by": city.second_leader, "second_by": both, "second_at": LONG_AFTER},
        {"witness": both, "done_by": both, "done_at": LONG_AFTER},
        {"state": "approved"},
        {"state": "done"},
    )
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            DestructionList.objects.filter(pk=sheet.pk).update(**changes)


def test_a_refusal_gives_every_paper_back_to_where_it_was(city, kept):
    sheet = listed(city, kept)
    with pytest.raises(ValidationError):
        refuse(sheet, " ", by=city.leader, at=LONG_AFTER)
    refuse(sheet, "其中有仍在执行的文件", by=city.leader, at=LONG_AFTER)
    assert anew(kept).state == Holding.State.FILED
    for late in (
        lambda: approve(sheet, by=city.second_leader, at=LONG_AFTER),
        lambda: refuse(sheet, "同上", by=city.leader, at=LONG_AFTER),
    ):
        with pytest.raises(OutOfOrder):
            late()


def test_one_witness_destroys_nothing_and_the_same_person_is_not_two(city, kept):
    sheet = approved(city, kept)
    for person in (city.stranger, city.office_archivist):
        with pytest.raises(PermissionDenied):
            witness(sheet, by=person, at=LONG_AFTER)
    assert witness(sheet, by=city.filer, at=LONG_AFTER) is False
    told = Message.objects.filter(key=f"destruction:{sheet.pk}:witnessed")
    assert {city.clerk, city.leader} <= {message.person for message in told}
    with pytest.raises(PermissionDenied):
        witness(sheet, by=city.filer, at=LONG_AFTER)
    assert not Tombstone.objects.exists()
    assert witness(sheet, by=city.clerk, at=LONG_AFTER) is True
    assert anew(kept).state == Holding.State.DESTROYED
    with pytest.raises(OutOfOrder):
        witness(sheet, by=city.second_clerk, at=LONG_AFTER)


def test_the_tombstone_says_who_decided_and_the_ledger_has_its_digest(city, kept, paper):
    destroyed(city, kept)
    stone = Tombstone.objects.get(holding=kept)
    told = stone.facts
    assert (told["number"], told["title"], told["code"]) == (paper.number, paper.title, kept.code)
    assert [one["name"] for one in told["approvals"]] == ["高建国", "高建业"]
    assert [one["name"] for one in told["witnesses"]] == ["档守文", "孙早"]
    assert told["digests"]["pdf"] == Manifest.objects.get(circular=paper.pk).pdf_digest
    assert "body" not in json.dumps(told)
    found = standing_of(stone)
    assert found.stands
    assert found.entry.person == city.clerk
    Tombstone.objects.filter(pk=stone.pk).update(content=stone.content.replace("高建业", "高建国"))
    assert not standing_of(Tombstone.objects.get(pk=stone.pk)).stands


def test_what_another_unit_still_holds_stays_whole_and_goes_with_the_last(city, kept, paper):
    files = {
        Manifest.objects.get(circular=paper.pk).pdf_digest,
        *(f["sha256"] for f in Manifest.objects.get(circular=paper.pk).facts["attachments"]),
    }
    paths = [place_of(digest) for digest in files]
    destroyed(city, kept)
    sweep_unheld(LONG_AFTER)
    assert all(path.exists() for path in paths)
    assert paper.snapshot
    for delivery in paper.deliveries.filter(unit=city.late):
        delivery.open(by=city.late_clerk, at=MONDAY)
        delivery.send_back(code="not_ours", reason="不属本单位", by=city.late_clerk, at=MONDAY)
    _destroy_the_issuers(city, paper)
    gone = Circular.objects.get(pk=paper.pk)
    assert not CircularText.objects.filter(circular=paper.pk).exists()
    with pytest.raises(TextGone):
        _ = gone.snapshot
    assert not Version.objects.filter(page=paper.page_id).exclude(content="").exists()
    assert gone.title == paper.title  # the register says which it was
    sweep_unheld(LONG_AFTER)
    assert not Attachment.objects.filter(digest__in=files).exists()
    assert Entry.objects.filter(deed=Deed.TEXT_DESTROYED, circular=paper.uuid).count() == 1
    assert not list(check_texts(None, LONG_AFTER))
    assert not list(check_sealed(None, LONG_AFTER))


def test_of_a_text_that_the_last_unit_destroyed_no_word_is_left_and_its_title_is_still_found(
    city, week, settings, tmp_path
):
    settings.ATTACHMENTS_ROOT = tmp_path
    words = {"body": "一、zq7body。", "attachments": attached(b"zq7file", name="表.txt")}
    paper = city.sent(title="关于zq7title的通知", primary_units=[city.attentive], **words)
    take_in(paper, at=MONDAY)
    row = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    destroyed(city, row)
    assert "circulars_passage" in traces("zq7body")
    _destroy_the_issuers(city, paper)
    sweep_unheld(LONG_AFTER)
    sweep_discards(LONG_AFTER)
    assert traces("zq7body") == []
    assert traces("zq7file") == []
    for reader in (city.clerk, city.sender):
        page = city.desk(reader).get(reverse("circulars:search"), {"q": "zq7title"}).content.decode()
        assert paper.number in page


def test_a_text_that_was_deleted_by_hand_is_still_told_from_one_that_was_destroyed(city, paper):
    CircularText.objects.filter(circular=paper.pk).delete()
    assert any("已被删除" in str(fault) for fault in check_texts(None, MONDAY))


def test_a_blocked_paper_is_not_destroyed_and_a_purge_empties_the_tombstone(city, kept, paper):
    sheet = approved(city, kept)
    witness(sheet, by=city.filer, at=LONG_AFTER)
    case = block(paper.page, reason="发现涉密", by=city.secretary, at=LONG_AFTER)
    with pytest.raises(OutOfOrder):
        witness(sheet, by=city.clerk, at=LONG_AFTER)
    assert anew(kept).state == Holding.State.APPROVED
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=LONG_AFTER)
    assert not Appraisal.objects.exclude(opinion="（已清除）").exists()


def test_a_purged_paper_keeps_no_other_of_its_list_from_being_decided_on(city, kept, paper, week):
    week.move_to(MONDAY)
    others = [filed(city, received(city, city.sent(title=f"关于第{n}件事项的通知"))) for n in "一二"]
    week.move_to(LONG_AFTER)
    refused, done = listed(city, others[0]), approved(city, kept, others[1])
    say_no = lambda: refuse(refused, "仍要用", by=city.leader, at=LONG_AFTER)  # noqa: E731
    stand_by = lambda: witness(done, by=city.filer, at=LONG_AFTER)  # noqa: E731
    for each, act in ((others[0].circular, say_no), (paper, stand_by)):
        case = block(each.page, reason="发现涉密", by=city.secretary, at=LONG_AFTER)
        with pytest.raises(OutOfOrder, match="封存"):
            act()
        for person in (city.secretary, city.engineer):
            confirm(case, by=person, at=LONG_AFTER)
    say_no()
    stand_by()
    witness(done, by=city.clerk, at=LONG_AFTER)
    assert anew(others[1]).state == Holding.State.DESTROYED
    assert anew(kept).state == Holding.State.APPROVED
    assert [stone.holding_id for stone in Tombstone.objects.all()] == [others[1].pk]


def _destroy_the_issuers(city, paper):
    from accounts.people import User, take_post
    from accounts.roles import Role

    second = User.objects.create(username="office-leader", name="副职")
    take_post(second, city.office, Role.LEADER, by=None, at=MONDAY)
    own = filed(city, holding(paper, city.office, at=LONG_AFTER), at=LONG_AFTER)
    appraise(own, "destroy", "没有价值", by=city.office_archivist, at=LONG_AFTER)
    sheet = draw_up(city.office, [own], "期满", by=city.office_archivist, at=LONG_AFTER)
    for leader in (city.principal, second):
        approve(sheet, by=leader, at=LONG_AFTER)
    for person in (city.office_archivist, city.office_clerk):
        witness(sheet, by=person, at=LONG_AFTER)
