"""更正、作废通知: a notice reaches every unit that holds the original, and the original bears the fact once it is sent (Article 20)."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from circulars import moderation
from circulars.amending import Amendment, HoldersMissing, holders
from circulars.amendmentdrafts import begin_amendment
from circulars.deliveries import ReturnCode
from circulars.elements import errors
from circulars.layouts import Direction, DocumentType
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import Reference, Relation
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.snapshots import facts_about, snapshot_of
from circulars.supplementing import supplement
from circulars.turns import Step, Turn
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY


def begun(city, circular, relation=Relation.CORRECTS, by=None):
    return begin_amendment(circular, relation, key=uuid4(), by=by or city.drafter, at=MONDAY)


def approved(city, page):
    moderation.submit(page, by=page.owner, at=MONDAY)
    city.reviewed(page)
    turn = Turn.objects.open().get(page=page.pk, step=Step.APPROVE)
    moderation.decide(page, "agree", by=city.holder(turn), at=MONDAY, opinion="同意。")
    return page


def sent(city, page):
    notice = city.register(approved(city, page))
    city.dispatch(notice)
    return Circular.objects.get(pk=notice.pk)


def found(page):
    snapshot = snapshot_of(page.get_latest_revision_as_object())
    return [problem for problem in errors(snapshot, facts_about(snapshot)) if problem.code == "E-HOLDERS"]


def shown(desk, name, *args, **query):
    return desk.get(reverse(f"circulars:{name}", args=args), query).content.decode()


# The draft


@pytest.mark.parametrize("relation, word", [(Relation.CORRECTS, "更正"), (Relation.ANNULS, "作废")])
def test_the_draft_names_the_original_and_goes_to_all_who_hold_it(city, circular, relation, word):
    page = begun(city, circular, relation)
    draft = page.get_latest_revision_as_object()
    assert draft.title == f"延安市人民政府办公室关于{word}《关于做好国庆假期值班工作的通知》的通知"
    assert (draft.document_type, draft.direction) == (DocumentType.NOTICE, Direction.DOWNWARD)
    assert set(draft.primary_units.all()) == {city.attentive, city.late, city.paper}
    (reference,) = draft.references.all()
    assert (reference.relation, reference.circular, reference.number) == (relation, circular, circular.number)
    assert word in draft.body
    assert page.origin.kind == Origin.Kind.AMENDING
    snapshot = snapshot_of(draft)
    assert not errors(snapshot, facts_about(snapshot))


def test_groups_stay_groups_and_leave_out_only_who_never_held_it(city):
    original = city.sent(
        primary_groups="department", excluded_units=[city.late], primary_units=[], cc_units=[city.county]
    )
    supplement(original, [city.late], reason="漏发", consent="张志远同意", by=city.sender, at=MONDAY)
    draft = begun(city, original).get_latest_revision_as_object()
    assert draft.primary_groups == "department"
    assert (list(draft.excluded_units.all()), list(draft.cc_units.all())) == ([], [city.county])


def test_what_came_back_was_held_and_what_was_recalled_was_not(city, circular):
    city.opened(circular).send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    assert set(holders(circular)) == {city.attentive, city.late, city.paper}
    other = city.sent()
    recall(other, reason="发错", by=city.sender, at=MONDAY)
    other.refresh_from_db()
    assert not holders(other)
    with pytest.raises(OutOfOrder, match="已撤回，不需要"):
        begun(city, other)


def test_what_was_asked_of_a_superior_is_corrected_by_a_report_to_it(city):
    original = city.sent(
        by=city.department_drafter, issuer=city.department, direction="upward", document_type="report",
        title="关于国庆假期值守情况的报告", signers="谢明远", primary_units=[city.government],
    )  # fmt: skip
    draft = begun(city, original, by=city.department_drafter).get_latest_revision_as_object()
    assert (draft.document_type, draft.direction, draft.signers) == ("report", "upward", "谢明远")
    assert list(draft.primary_units.all()) == [city.government]


def test_the_same_press_is_one_draft_and_who_does_not_draft_there_begins_none(city, circular):
    key = uuid4()
    first, second = (begin_amendment(circular, Relation.ANNULS, key=key, by=city.drafter, at=MONDAY) for _ in range(2))
    assert first == second
    for who in (city.sender, city.department_drafter):
        with pytest.raises(PermissionDenied):
            begun(city, circular, by=who)
    assert Origin.objects.count() == 1


# Nobody is left out


def test_a_notice_that_leaves_a_holder_out_is_not_handed_over(city, circular):
    page = begun(city, circular)
    assert not found(page)
    page = city.change(page, primary_units=[city.attentive])
    assert "还缺“市住建局、" in found(page)[0].sentence
    with pytest.raises(moderation.NotReady, match="每个单位"):
        moderation.submit(page, by=city.drafter, at=MONDAY)


def test_a_number_typed_in_binds_like_the_record(city, circular):
    reference = Reference(relation="annuls", title=circular.title, number=circular.number)
    page = city.draft(title="关于作废旧通知的通知", references=[reference], primary_units=[city.late])
    assert len(found(page)) == 1
    others = Reference(relation="annuls", title="来文", number=circular.number)
    theirs = city.draft(
        by=city.department_drafter, issuer=city.department, references=[others], direction="parallel",
        series=Series.objects.of(city.department).get(), primary_units=[city.late],
    )  # fmt: skip
    assert "不是本机关的公文" in found(theirs)[0].sentence


def test_who_came_to_hold_it_during_approval_keeps_the_notice_from_being_registered_or_sent(city, circular):
    page = approved(city, begun(city, circular))
    registered = city.register(approved(city, begun(city, circular, Relation.ANNULS)))
    supplement(circular, [city.county], reason="漏发", consent="张志远同意", by=city.sender, at=MONDAY)
    with pytest.raises(HoldersMissing, match="还缺宝塔区"):
        city.register(page)
    with pytest.raises(HoldersMissing, match="还缺宝塔区"):
        city.dispatch(registered)
    assert not Amendment.objects.exists()
    assert city.registered().sequence == registered.sequence + 1


# What the original bears


@pytest.fixture
def notice(city, circular):
    city.sign(city.opened(circular))
    return sent(city, begun(city, circular))


def test_the_original_bears_the_fact_from_the_sending_on(city, circular):
    registered = city.register(approved(city, begun(city, circular)))
    assert not circular.amendments.exists()
    city.dispatch(registered)
    amendment = circular.amendments.get()
    assert (amendment.by_circular, amendment.kind, amendment.at) == (registered, "corrects", MONDAY)
    entry = Entry.objects.get(deed="circular.amended")
    assert (entry.circular, entry.facts["by_number"]) == (circular.uuid, registered.number)
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.update(kind="annuls")


def test_every_holder_reads_it_on_the_paper_the_list_and_the_slip_with_a_way_to_the_notice(city, circular, notice):
    desk, delivery = city.desk(city.clerk), city.delivery(circular)
    link = reverse("circulars:reading", args=[city.delivery(notice).pk])
    for page in (
        shown(desk, "reading", delivery.pk),
        shown(desk, "slip", delivery.pk),
        shown(desk, "inbox", show="signed"),
    ):
        assert f'<a href="{link}">{notice.number}</a>' in page
    assert "已更正" in shown(desk, "reading", delivery.pk)


def test_the_issuer_reads_it_on_its_own_text_board_and_list(city, circular, notice):
    link = reverse("circulars:own_text", args=[notice.uuid])
    desk = city.desk(city.sender)
    for page in (
        shown(desk, "own_text", circular.uuid),
        shown(desk, "board", circular.uuid),
        shown(desk, "outbox"),
    ):
        assert f'<a href="{link}">{notice.number}</a>' in page


def test_who_may_not_read_the_notice_sees_its_number_alone(city, circular, notice):
    page = shown(city.desk(city.secretary), "board", circular.uuid)
    assert notice.number in page
    assert f">{notice.number}</a>" not in page


def test_a_notice_that_was_itself_recalled_counts_no_more(city, circular, notice):
    recall(notice, reason="更正有误", by=city.sender, at=MONDAY)
    assert notice.number not in shown(city.desk(city.clerk), "reading", city.delivery(circular).pk)


# The screen


def test_the_board_leads_the_drafter_to_the_notice(city, circular):
    desk, where = city.desk(city.drafter), reverse("circulars:amend", args=[circular.uuid])
    assert where in shown(desk, "board", circular.uuid)
    page = desk.get(where)
    assert "市公安局" in page.content.decode()
    form = {"kind": "annuls", "key": page.context["form"].initial["key"]}
    first, second = desk.post(where, form), desk.post(where, form)
    assert first.url == second.url
    assert "/cms/pages/" in first.url
    assert Origin.objects.filter(kind="amending").count() == 1


def test_a_form_without_a_choice_or_its_key_begins_nothing(city, circular):
    desk, where = city.desk(city.drafter), reverse("circulars:amend", args=[circular.uuid])
    assert "请选择更正或者作废" in desk.post(where, {"key": uuid4()}).content.decode()
    assert "已经失效" in desk.post(where, {"kind": "annuls"}).content.decode()
    assert not Origin.objects.exists()


@pytest.mark.parametrize("who", ["sender", "clerk", "stranger", "department_drafter", "secretary", "superuser"])
def test_nobody_else_finds_it(city, circular, who):
    desk, where = city.desk(getattr(city, who)), reverse("circulars:amend", args=[circular.uuid])
    assert desk.get(where).status_code == 404
    assert desk.post(where, {"kind": "annuls", "key": uuid4()}).status_code == 404
