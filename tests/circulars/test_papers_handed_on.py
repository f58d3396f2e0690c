"""承接: what a unit that ends has registered and not finished, and what it has not filed (Articles 15 and 27; regulation art. 35)."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.dissolving import NotClosable, close, dissolve, missing_before_closing
from accounts.handbacks import Handback
from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.unitchanges import UnitChange
from accounts.units import Unit
from circulars.archive.appraisal import appraise
from circulars.archive.births import bear
from circulars.archive.destruction import approve, draw_up, witness
from circulars.archive.filing import file, leave
from circulars.archive.fonds import Fonds
from circulars.archive.gone import Gone, gone_from
from circulars.archive.handedon import HoldingHandedOn
from circulars.archive.holdings import Holding
from circulars.archive.packaging import make
from circulars.archive.tombstones import Tombstone
from circulars.archive.transfers import draw_up as list_for_transfer
from circulars.circulation.acts import circulate
from circulars.handling.closing import finish
from circulars.handling.hands import Hand
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment
from circulars.handling.working import pass_on, report
from circulars.incoming import Incoming, Kind, Outside, enter_outside
from circulars.incoming.handedon import EntryHandedOn
from circulars.registration import Circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.archives import LONG_AFTER, anew, filed, received, said, staffed
from tests.cast import MONDAY
from tests.inhand import AT_ELEVEN, AT_TEN, FRIDAY, registered, staff, work

NOON = MONDAY + timedelta(hours=3)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def city(city):
    return staff(staffed(city))


def fresh(person):
    """The person with the rights of now."""
    return User.objects.get(pk=person.pk)


def ended(city, successor=None, at=NOON):
    return dissolve(city.attentive, successor, on_day=at.date(), ground="延编发〔2026〕8号", by=city.engineer, at=at)


def missing(city):
    """What keeps the unit from being closed, of papers."""
    found = missing_before_closing(Unit.objects.get(pk=city.attentive.pk), LATER.date())
    return [each for each in found if "交回" not in each and "任职" not in each]


def posts_end(city):
    """Everybody has left the unit and seal and key are back: papers alone may keep it open."""
    for post in Post.objects.in_force(LATER.date()).filter(unit__path__startswith=city.attentive.path):
        post.leave(by=None, at=LATER)
    for owed in Handback.objects.owed():
        owed.receive_seal(on_day=LATER.date(), to_whom="市公安局", by=city.engineer, at=LATER)


def shut(city):
    return close(city.attentive, ground="延编发〔2026〕9号", by=city.engineer, at=LATER)


def test_open_work_goes_on_at_the_successor_under_its_number_and_the_old_book_says_where(city, circular):
    paper = registered(city, circular)
    propose(paper, "建议由治安科主办。", work(city.order, city.law), by=city.clerk, at=AT_TEN)
    instruct(paper, "同意。", work(city.order, city.law, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    mail = enter_outside(
        city.attentive.pk, Outside("市民", "来信"), received_at=MONDAY, kind=Kind.INFORMATION, by=city.clerk, at=AT_TEN
    )
    done = enter_outside(city.attentive.pk, Outside("某局", "函"), received_at=MONDAY, by=city.clerk, at=AT_TEN)
    done.step(Incoming.State.HANDLED, "incoming.registered", by=city.clerk, at=AT_TEN)
    change = ended(city, city.county)

    moved = Incoming.objects.get(pk=paper.pk)
    assert (moved.unit, moved.number, moved.state) == (city.county, "收〔2026〕1号", "in_handling")
    assert Incoming.objects.get(pk=mail.pk).number == "收〔2026〕2号"
    book = Incoming.objects.filter(unit=city.attentive).order_by("sequence")
    assert [(line.number, line.state) for line in book] == [
        ("收〔2026〕1号", "handed_on"),
        ("收〔2026〕2号", "handed_on"),
        ("收〔2026〕3号", "handled"),
    ]
    row = EntryHandedOn.objects.get(entry=paper)
    assert (row.line.unit, row.number, row.to_unit, row.change, row.by) == (
        city.attentive,
        "收〔2026〕1号",
        city.county,
        change,
        city.engineer,
    )
    entry = Entry.objects.filter(deed="incoming.handed_on").order_by("pk").first()
    assert (entry.unit, entry.circular, entry.said["to"]) == (city.attentive.pk, None, city.county.code)
    for act in (EntryHandedOn.objects.all().delete, lambda: EntryHandedOn.objects.update(at=MONDAY)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    for person in (city.clerk, city.county_clerk):
        desk = city.desk(fresh(person))
        listed = desk.get(reverse("circulars:register_book"), {"unit": city.attentive.code}).content.decode()
        assert listed.count("转承接单位") >= 3  # a tab and two lines
        line = desk.get(reverse("circulars:handling", args=[row.line_id])).content.decode()
        assert "由宝塔区承接，收文号收〔2026〕1号" in line
    page = city.desk(fresh(city.county_clerk)).get(reverse("circulars:handling", args=[paper.pk])).content.decode()
    assert "由市公安局转来，原收文号收〔2026〕1号" in page
    assert "同意。" in page

    # The divisions' work stands in the way of closing until the successor gives it to its own, who finishes it.
    assert "本单位和科室还有 2 件承办没有办完，请承接单位改派。" in missing(city)
    county_clerk, worker = fresh(city.county_clerk), User.objects.create(username="county-worker", name="庚办")
    take_post(worker, city.county, Role.HANDLER, by=None, at=NOON)
    lead = Assignment.objects.get(handling=paper.pk, part="lead", state="open")
    assist = Assignment.objects.get(handling=paper.pk, part="assist", state="open")
    report(assist, "没有意见。", by=fresh(city.law_head), at=LATER)
    pass_on(lead, Hand(city.county), "单位合并", by=county_clerk, at=LATER)
    finish(moved, "已落实。", by=fresh(worker), at=LATER)
    assert Incoming.objects.get(pk=paper.pk).state == "handled"
    assert city.delivery(circular).handled_at == LATER
    assert not [each for each in missing(city) if "承办" in each or "办结" in each]


def test_what_goes_round_goes_on_and_readers_of_the_old_unit_are_named_before_it_is_closed(city, circular):
    paper = registered(city, circular, kind=Kind.INFORMATION)
    circulate(paper, [city.reader], in_order=False, purpose="请阅。", by=city.clerk, at=AT_TEN)
    ended(city, city.county)
    assert Incoming.objects.get(pk=paper.pk).unit == city.county
    assert "还有 1 人次的传阅没有阅完。" in missing(city)


def test_a_unit_is_not_closed_while_something_is_unregistered_or_unfinished(city, circular):
    city.sign(city.opened(circular))
    ended(city)
    assert "还有 1 件收文没有登记。" in missing(city)
    with pytest.raises(NotClosable, match="还有 1 件收文没有登记"):
        shut(city)
    registered(city, circular, at=LATER)
    assert "收文登记簿里还有 1 件没有办结。" in missing(city)
    # What nobody can finish any more stands in no way.
    Circular.objects.filter(pk=circular.pk).update(state="recalled", recalled_at=LATER, recall_reason="内容有误")
    assert missing(city) == []


def test_what_is_not_filed_is_the_successors_to_file_and_what_is_filed_keeps_its_code(city, circular):
    old = filed(city, received(city, circular), "D30")
    waiting = received(city, city.sent(title="关于汛期值班的通知"))
    ended(city, city.county)
    waiting.refresh_from_db()
    assert (waiting.unit, waiting.state) == (city.county, "held")
    row = HoldingHandedOn.objects.get(holding=waiting)
    assert (row.from_unit, row.to_unit) == (city.attentive, city.county)
    with pytest.raises(DatabaseError), transaction.atomic():
        HoldingHandedOn.objects.all().delete()
    bear(LATER)
    bear(LATER, since=MONDAY - timedelta(days=9))
    assert Holding.objects.filter(circular=waiting.circular, part="received").count() == 1
    keeper = User.objects.create(username="county-keeper", name="辛存")
    take_post(keeper, city.county, Role.ARCHIVIST, by=None, at=NOON)
    keeper = fresh(keeper)
    Fonds.objects.create(unit=city.county, number="0300", office="BGS", set_by=keeper, set_at=NOON)
    file(waiting, "D10", "BGS", by=keeper, at=LATER)
    assert anew(waiting).code == "0300-WS·2026-D10·BGS-0001"
    assert (anew(old).unit, anew(old).code) == (city.attentive, "0105-WS·2026-D30·BGS-0001")
    # The package of what another keeps now bears the receipt of who signed for it.
    content = io.BytesIO()
    make(anew(waiting), content, at=LATER)
    assert [name for name in zipfile.ZipFile(content).namelist() if f"receipts/{city.attentive.code}" in name]
    posts_end(city)
    assert missing(city) == []
    shut(city)
    keeper = fresh(keeper)
    assert old in Holding.objects.kept_by(keeper)
    kept = city.desk(keeper).get(reverse("circulars:holding", args=[old.pk]))
    assert kept.status_code == 200


def test_what_the_successor_destroyed_is_gone_from_the_unit_that_had_it_too(city, circular):
    waiting = received(city, circular)
    ended(city, city.county)
    Holding.objects.filter(pk=waiting.pk).update(state="destroyed", kept_until=MONDAY.date())
    Tombstone.objects.create(
        holding=waiting, unit=city.county, content="{}", digest="a" * 64, at=LATER, by=city.county_clerk
    )
    assert gone_from(circular, city.county.pk) == gone_from(circular, city.attentive.pk) == Gone(LATER, waiting.pk)
    assert gone_from(circular, city.late.pk) is None
    page = city.desk(fresh(city.clerk)).get(reverse("circulars:reading", args=[city.delivery(circular).pk]))
    assert "已销毁" in page.content.decode()


def test_of_what_both_keep_the_units_own_stays_and_is_filed_or_left_out_before_it_is_closed(city, circular):
    kept = received(city, circular)
    theirs = {"part": "copy", "year": 2026, "since": MONDAY, "file_by": MONDAY.date()}
    Holding.objects.create(unit=city.county, circular=circular, **theirs)
    ended(city, city.county)
    kept.refresh_from_db()
    assert kept.unit == city.attentive
    assert "还有 1 件公文没有归档，也没有定为不归档。" in missing(city)
    leave(kept, by=fresh(city.filer), at=LATER)
    assert missing(city) == []


def test_without_a_successor_what_is_filed_is_handed_over_and_the_archive_office_keeps_the_rest(city, circular):
    old = filed(city, received(city, circular))
    out = received(city, city.sent(title="关于会务的通知"))
    leave(out, by=city.filer, at=MONDAY)
    ended(city)
    assert missing(city) == ["没有承接单位，还有 1 件档案没有移交档案馆。"]
    Fonds.objects.filter(pk=city.attentive.pk).update(archive=None)
    assert "也没有在用的接收档案馆" in missing(city)[-1]
    Fonds.objects.filter(pk=city.attentive.pk).update(archive=city.archive_office)
    Holding.objects.filter(pk=old.pk).update(state="transferred")
    posts_end(city)
    shut(city)
    unit = Unit.objects.get(pk=city.attentive.pk)
    assert unit.served_by == city.archive_office
    assert UnitChange.objects.filter(unit=unit, kind="served", became=city.archive_office.name).exists()
    keeper = fresh(city.archive_keeper)
    assert out in Holding.objects.kept_by(keeper)
    assert Incoming.objects.for_person(keeper).filter(unit=unit).count() == 2


def test_lists_that_are_open_keep_a_unit_from_being_closed(city, circular, week):
    kept = filed(city, received(city, circular))
    week.move_to(LONG_AFTER)
    appraise(kept, "destroy", "保管期满。", by=city.filer, at=LONG_AFTER)
    sheet = draw_up(city.attentive, [kept], "保管期满", by=city.filer, at=LONG_AFTER)
    ended(city, city.county, at=LONG_AFTER)
    assert "还有 1 份销毁清册没有办完。" in missing(city)
    for leader in (city.leader, city.second_leader):
        approve(sheet, by=fresh(leader), at=LONG_AFTER)
    for person in (city.filer, city.clerk):
        witness(sheet, by=fresh(person), at=LONG_AFTER)
    assert not [each for each in missing(city) if "清册" in each]


def test_an_archive_office_that_ends_hands_on_what_others_hand_over_to_it(city, circular):
    kept = filed(city, received(city, circular))
    at = NOON
    other = Unit.objects.get(pk=city.county.pk)
    dissolve(city.archive_office, other, on_day=at.date(), ground="文", by=city.engineer, at=at)
    assert Fonds.objects.get(pk=city.attentive.pk).archive == other
    Fonds.objects.filter(pk=city.attentive.pk).update(archive=city.archive_office)
    with pytest.raises(OutOfOrder) as refused:
        list_for_transfer(city.attentive, [kept], by=city.filer, at=at)
    assert "不能接收" in said(refused)
