"""A bulletin that is dropped, one whose time is lengthened, papers that are shut meanwhile, and who may not approve (Article 28)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.people import Post, User, take_post
from accounts.roles import Role
from circulars.deliveries import Delivery, Relief
from circulars.purging import block
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.unmarked import Marked
from cms.verifying import faults
from reports.approvers import barred_as_named
from reports.approving import approve
from reports.asking import ask_units, sweep_bulletins
from reports.bulletins import LONGEST, Bulletin, Lengthening
from reports.deeds import Deed
from reports.explanations import AskedReceipt, Explanation
from reports.snapshots import MonthlySnapshot
from tests.offices import beijing
from tests.reports.bulletins import AFTER, OPENED, REASON, SINCE, UNTIL

WHY = "数字有误"
LATER = beijing("2026-12-10 18:00")


def told(person, step):
    return Message.objects.filter(person=person.pk, key__contains=f":{step}").count()


def again(person):
    """The person as the next request has them: posts taken meanwhile count."""
    return User.objects.get(pk=person.pk)


def faults_of_bulletins():
    words = ("通报", "说明")
    return [fault for fault in faults(None, AFTER) if any(word in fault.where for word in words)]


# Who may not approve


def test_who_asked_the_units_does_not_approve_though_another_opened_it(desk):
    third = desk.records.person("third", Role.SECRETARIAT, at=SINCE, unit="YA-ZFB")
    bulletin = desk.open()
    ask_units(bulletin, until=UNTIL, by=desk.second, at=OPENED)
    bulletin.refresh_from_db()
    assert (bulletin.opened_by, bulletin.asked_by) == (desk.secretary, desk.second)
    for person, said in ((desk.secretary, "通报由您办理"), (desk.second, "各单位由您请其说明")):
        with pytest.raises(OutOfOrder, match=said):
            approve(bulletin, by=person, at=AFTER)
    approve(bulletin, by=third, at=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(approved_by=desk.second)


def test_of_two_people_one_opens_asks_and_decides_and_the_other_approves(desk):
    bulletin = desk.open()
    with pytest.raises(OutOfOrder, match="没有人可以审定"):
        ask_units(bulletin, until=UNTIL, by=desk.second, at=OPENED)
    ask_units(bulletin, until=UNTIL, by=desk.secretary, at=OPENED)
    desk.explained(Bulletin.objects.get())
    assert approve(bulletin, by=desk.second, at=AFTER).approved_by == desk.second


def test_who_is_alone_or_goes_on_for_one_who_left_may_ask(desk):
    bulletin = desk.open()
    Post.objects.filter(person=desk.secretary).update(held_to=OPENED.date() - timedelta(days=1))
    User.objects.filter(pk=desk.secretary.pk).update(is_active=False)
    assert ask_units(bulletin, until=UNTIL, by=desk.second, at=OPENED)


def test_who_wrote_an_explanation_that_was_decided_on_does_not_approve(desk):
    take_post(desk.second, desk.records.units["BM08"], Role.CLERK, by=None, at=SINCE)
    bulletin, writer = desk.ask(), again(desk.second)
    desk.asked(bulletin)[0].explain(text="网络中断", by=writer, at=OPENED)
    Explanation.objects.get().rule(is_accepted=False, reason=REASON, by=desk.secretary, at=OPENED)
    with pytest.raises(OutOfOrder, match="没有写过说明的另一人"):
        approve(bulletin, by=writer, at=AFTER)


def test_whose_own_unit_is_excused_or_named_does_not_approve(desk):
    take_post(desk.second, desk.records.units["BM08"], Role.READER, by=None, at=SINCE)
    third = desk.records.person("third", Role.SECRETARIAT, at=SINCE, unit="YA-ZFB")
    bulletin, own = desk.explained(desk.ask(), accepted=1), again(desk.second)
    with pytest.raises(OutOfOrder, match="采纳了您单位（市财政局）的说明"):
        approve(bulletin, by=own, at=AFTER)
    given = Explanation.objects.filter(rulings__is_accepted=True).get()
    given.rule(is_accepted=False, reason="没有故障记录", by=desk.secretary, at=OPENED)
    with pytest.raises(OutOfOrder, match="点名您单位（市财政局）"):
        approve(bulletin, by=own, at=AFTER)
    assert not MonthlySnapshot.objects.exists()
    assert Bulletin.objects.get().state == Bulletin.State.EXPLAINING
    approve(bulletin, by=third, at=AFTER)


def test_an_office_that_is_named_itself_has_its_bulletin_approved(desk):
    """What it explained came to nothing, and its figures name it whoever approves."""
    desk.records.deliver(desk.records.issue("2026-11-20 09:00", issuer="YA-ZF"), "YA-ZFB")
    take_post(desk.second, desk.records.units["YA-ZFB"], Role.CLERK, by=None, at=SINCE)
    bulletin, second = desk.ask(), again(desk.second)
    (own,) = desk.asked(bulletin, "YA-ZFB")
    own.explain(text="值班人员外出", by=second, at=OPENED)
    office = desk.records.units["YA-ZFB"]
    assert barred_as_named(bulletin, second, [office.pk]) == ""
    approve(bulletin, by=second, at=AFTER)
    assert bulletin.named.filter(unit=office).exists()


# Dropped


def test_a_bulletin_is_dropped_with_its_reason_and_the_month_is_begun_anew(desk):
    bulletin = desk.ask()
    first, second, _ = desk.asked(bulletin)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=OPENED)
    for stranger in (desk.clerk, desk.sender, desk.engineer):
        with pytest.raises(PermissionDenied):
            bulletin.drop(WHY, by=stranger, at=OPENED)
    for words, refused in ((" ", ValidationError), ("字" * 301, ValidationError), ("绝密★一件", Marked)):
        with pytest.raises(refused):
            bulletin.drop(words, by=desk.second, at=OPENED)
    bulletin.drop(WHY, by=desk.second, at=OPENED)
    assert (bulletin.state, bulletin.dropped_by, bulletin.dropped_why) == (Bulletin.State.DROPPED, desk.second, WHY)
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        bulletin.drop(WHY, by=desk.second, at=OPENED)
    assert Entry.objects.of(bulletin).filter(deed=Deed.BULLETIN_DROPPED).count() == 1
    for person, times in ((desk.clerk, 1), (desk.leader, 1), (desk.secretary, 1), (desk.second, 0), (desk.sender, 0)):
        assert told(person, "dropped") == times
    assert WHY in Message.objects.filter(person=desk.clerk, key__endswith=":dropped").get().text
    with pytest.raises(OutOfOrder, match="不用再说明"):
        second.explain(text="网络中断", by=desk.clerk, at=OPENED)
    with pytest.raises(OutOfOrder, match="取消办理"):
        given.rule(is_accepted=False, reason=REASON, by=desk.secretary, at=OPENED)
    with pytest.raises(OutOfOrder, match="已取消"):
        approve(bulletin, by=desk.second, at=AFTER)
    with pytest.raises(OutOfOrder, match="已取消"):
        bulletin.lengthen(LATER, WHY, by=desk.secretary, at=OPENED)
    assert not AskedReceipt.objects.waiting(OPENED).exists()
    sweep_bulletins(AFTER)
    assert not told(desk.second, "over")
    assert not Delivery.objects.filter(relief=Relief.DECIDED).exists()
    assert not faults_of_bulletins()

    anew = desk.explained(desk.ask())
    assert approve(anew, by=desk.second, at=AFTER).snapshot.version == 1
    assert not faults_of_bulletins()


def test_what_nobody_was_asked_about_yet_may_be_dropped_and_what_is_approved_may_not(desk):
    bulletin = desk.open()
    bulletin.drop(WHY, by=desk.secretary, at=OPENED)
    assert not told(desk.clerk, "dropped")
    done = desk.approved()
    with pytest.raises(OutOfOrder, match="重新通报"):
        done.drop(WHY, by=desk.secretary, at=AFTER)
    assert not faults_of_bulletins()


# Lengthened


def test_time_is_lengthened_with_a_reason_and_units_are_told_and_reminded_anew(desk):
    bulletin = desk.ask()
    sweep_bulletins(beijing("2026-12-07 09:00"))
    sweep_bulletins(AFTER)
    assert (told(desk.clerk, "reminder"), told(desk.second, "over")) == (1, 1)
    with pytest.raises(PermissionDenied):
        bulletin.lengthen(LATER, WHY, by=desk.clerk, at=AFTER)
    for until, said in ((UNTIL, "晚于"), (AFTER, "晚于"), (OPENED + LONGEST + timedelta(minutes=1), "60天")):
        with pytest.raises(ValidationError, match=said):
            bulletin.lengthen(until, WHY, by=desk.secretary, at=AFTER)
    with pytest.raises(ValidationError, match="写明延长的理由"):
        bulletin.lengthen(LATER, "", by=desk.secretary, at=AFTER)
    with pytest.raises(Marked):
        bulletin.lengthen(LATER, "绝密★一件", by=desk.secretary, at=AFTER)
    bulletin.lengthen(LATER, WHY, by=desk.secretary, at=AFTER)
    row = Lengthening.objects.get()
    assert (row.was, row.until, row.reason, row.by) == (UNTIL, LATER, WHY, desk.secretary)
    assert Bulletin.objects.get().explain_until == bulletin.explain_until == LATER
    assert (told(desk.clerk, "lengthened"), told(desk.leader, "lengthened"), told(desk.second, "lengthened")) == (
        1,
        1,
        1,
    )
    assert not told(desk.secretary, "lengthened")
    desk.asked(bulletin)[0].explain(text="网络中断", by=desk.clerk, at=AFTER)
    sweep_bulletins(beijing("2026-12-10 09:00"))
    sweep_bulletins(LATER)
    assert (told(desk.clerk, "reminder"), told(desk.second, "over")) == (2, 2)
    assert not faults_of_bulletins()
    with pytest.raises(DatabaseError), transaction.atomic():
        Lengthening.objects.update(reason="别的")
    bulletin.lengthen(OPENED + LONGEST, WHY, by=desk.second, at=LATER)
    assert Lengthening.objects.count() == 2
    assert not faults_of_bulletins()


def test_nothing_is_lengthened_where_nobody_is_asked(desk):
    with pytest.raises(OutOfOrder, match="不能延长"):
        desk.open().lengthen(LATER, WHY, by=desk.secretary, at=OPENED)
    Bulletin.objects.get().drop(WHY, by=desk.secretary, at=OPENED)
    Delivery.objects.update(relief=Relief.FAULT)
    with pytest.raises(OutOfOrder, match="不用延长"):
        desk.ask().lengthen(LATER, WHY, by=desk.secretary, at=OPENED)


def test_verify_tells_of_a_bulletin_changed_behind_the_ledger(desk):
    bulletin = desk.ask()
    assert not faults_of_bulletins()
    with pytest.raises(DatabaseError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(opened_by=desk.second)
    for change in ({"explain_until": LATER}, {"asked_by": desk.second}):
        before = {name: getattr(bulletin, name) for name in change}
        Bulletin.objects.filter(pk=bulletin.pk).update(**change)
        assert len(faults_of_bulletins()) == 1, change
        Bulletin.objects.filter(pk=bulletin.pk).update(**before)
    bulletin.lengthenings.create(was=UNTIL, until=LATER, reason=WHY, by=desk.secretary, at=OPENED)
    assert len(faults_of_bulletins()) == 2
    bulletin.drop(WHY, by=desk.secretary, at=OPENED)
    Bulletin.objects.filter(pk=bulletin.pk).update(dropped_why="别的")
    assert len(faults_of_bulletins()) == 3


# Papers that are shut


def test_what_is_said_of_a_paper_that_is_shut_is_neither_read_nor_answered_nor_waited_for(desk):
    bulletin = desk.ask()
    first, second, _ = desk.asked(bulletin)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    for asked in (first, second):
        block(asked.delivery.circular.page, reason="疑似涉密", by=desk.engineer, at=OPENED)
    assert not {first, second} & set(AskedReceipt.objects.for_person(desk.clerk))
    assert not Explanation.objects.readable().exists()
    assert not Explanation.objects.to_rule().exists()
    with pytest.raises(OutOfOrder, match="已封存"):
        second.explain(text="网络中断", by=desk.clerk, at=OPENED)
    with pytest.raises(OutOfOrder, match="已封存"):
        given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=OPENED)
    approve(bulletin, by=desk.second, at=AFTER)
