"""请示 ↔ 批复, 函 ↔ 复函: the answer is begun from the paper, tied to it when it is registered, and shown to those who may read it (regulation arts. 8(11), 8(12), 24(7))."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from circulars.answers.replying import ReplyKind, begin_reply, reply_kinds
from circulars.answers.standing import owed_by, standings
from circulars.demands.links import PaperReply
from circulars.elements import errors
from circulars.layouts import Direction, DocumentType, Layout
from circulars.numbering import Numbering, Series
from circulars.origins import Origin
from circulars.pages import CircularPage, Reference
from circulars.purging import block
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.snapshots import facts_about, snapshot_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.answers import ask
from tests.cast import MONDAY

TITLE = "延安市应急管理局关于调整值班机构的请示"


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def request_sent(city):
    """A 请示 of the department to the city's government, whose office has signed for it; its drafter reads what comes in."""
    take_post(city.department_drafter, city.department, Role.CLERK, by=None, at=MONDAY)
    take_post(city.drafter, city.office, Role.CLERK, by=None, at=MONDAY)
    take_post(city.drafter, city.government, Role.CLERK, by=None, at=MONDAY)
    for person, role in ((city.drafter, Role.DRAFTER), (city.reviewer, Role.REVIEWER), (city.approver, Role.APPROVER),
                         (city.principal, Role.PRINCIPAL), (city.registrar, Role.REGISTRAR), (city.sender, Role.SENDER)):  # fmt: skip
        take_post(person, city.government, role, by=None, at=MONDAY)
    circular = city.sent(
        issuer=city.department,
        by=city.department_drafter,
        title=TITLE,
        document_type=DocumentType.REQUEST,
        direction=Direction.UPWARD,
        signers="谢明远",
        primary_units=[city.government],
        annotation="联系人：郑子谦，电话 0911-2110000",
        body="现就调整值班机构请示如下：\n一、调整的理由。\n妥否，请批示。",
    )
    delivery = circular.deliveries.get()
    delivery.open(by=city.drafter, at=MONDAY)
    city.sign(delivery, by=city.drafter)
    return circular


def letters(city):
    """The department's series for letters."""
    return Series.objects.create(
        unit=city.department, prefix="延应急函", layout=Layout.LETTER, numbering=Numbering.YEARLY, opening_number=1
    )


def begun(city, delivery, kind=ReplyKind.REPLY, key=None):
    page = begin_reply(delivery, kind, issuer=city.government, key=key or uuid4(), by=city.drafter, at=MONDAY)
    draft = page.get_latest_revision_as_object()
    series = draft.series or Series.objects.of(city.government).earliest("pk")
    return city.change(page, series=series, signatures=city.government.name)


def test_a_request_is_answered_by_a_paper_that_is_tied_to_it_at_registration(city, request_sent):
    delivery = request_sent.deliveries.get()
    assert [row.pk for row in owed_by([city.government.pk])] == [delivery.pk]  # nobody had to say 须答复
    page = begun(city, delivery)
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.document_type) == ("延安市人民政府关于调整值班机构的批复", DocumentType.REPLY)
    assert not errors(snapshot_of(draft), facts_about(snapshot_of(draft)))
    assert not PaperReply.objects.exists()
    reply = city.register(city.put_through(page))
    tie = PaperReply.objects.get()
    assert (tie.delivery, tie.circular) == (delivery, reply)
    assert Entry.objects.get(deed="circular.registered", circular=reply.uuid).facts["answers"] == [request_sent.number]
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperReply.objects.all().delete()
    assert owed_by([city.government.pk]).exists()  # it has not gone out yet
    desk = city.desk(city.department_drafter)
    assert "已由" not in body(desk.get(url("own_text", request_sent.uuid)))
    city.dispatch(reply)
    assert not owed_by([city.government.pk])
    (standing,) = standings(request_sent, request_sent.demand, MONDAY)
    assert (standing.label, [each.circular for each in standing.replies]) == ("已答复", [reply])
    # Those who may read the answer are told of it on the request, and the other way round.
    answer = reply.deliveries.get(unit=city.department)
    for place in ("own_text", "board"):
        shown = body(desk.get(url(place, request_sent.uuid)))
        assert f'<a href="{url("reading", answer.pk)}">{reply.number}</a> 批复' in shown
    assert request_sent.number in body(desk.get(url("reading", answer.pk)))
    assert f'<a href="{url("own_text", reply.uuid)}">{reply.number}</a> 批复' in body(
        city.desk(city.drafter).get(url("reading", delivery.pk))
    )
    assert reply.number in body(desk.get(url("answers", request_sent.uuid)))
    assert "1/1" in body(desk.get(url("demanded")))
    # Who only inspects reads neither.
    assert reply.number not in body(city.desk(city.secretary).get(url("board", request_sent.uuid)))
    recall(reply, reason="发错了", by=city.sender, at=MONDAY)
    assert owed_by([city.government.pk]).exists()
    assert "已由" not in body(desk.get(url("own_text", request_sent.uuid)))


def test_a_reply_is_begun_once_by_a_drafter_of_the_unit_that_signed(city, request_sent):
    delivery, key = request_sent.deliveries.get(), uuid4()
    desk, form = city.desk(city.drafter), {"kind": "reply", "unit": city.government.pk, "key": key}
    where = url("reply", delivery.pk)
    assert "批复" in body(desk.get(where))
    for _ in range(2):
        assert desk.post(where, form).status_code == 302
    assert Origin.objects.filter(kind=Origin.Kind.REPLYING).count() == 1
    assert Origin.objects.get(kind=Origin.Kind.REPLYING).source_id == request_sent.page_id
    assert "请选择答复的文种" in body(desk.post(where, form | {"kind": "report", "key": uuid4()}))
    for stranger in (city.stranger, city.clerk, city.department_drafter):
        assert city.desk(stranger).post(where, form).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        begin_reply(delivery, ReplyKind.REPLY, issuer=city.government, key=uuid4(), by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder):
        begin_reply(delivery, ReplyKind.REPORT, issuer=city.government, key=uuid4(), by=city.drafter, at=MONDAY)
    assert not CircularPage.objects.filter(owner=city.clerk).exists()


def test_a_demand_without_a_form_is_answered_by_letter_or_report(city):
    page = city.draft(primary_units=[city.department, city.late])
    ask(city, page, fields=[])
    notice = city.register(city.put_through(page))
    city.dispatch(notice)
    delivery = city.delivery(notice, city.department)
    with pytest.raises(OutOfOrder, match="请先签收"):
        begin_reply(
            delivery, ReplyKind.LETTER, issuer=city.department, key=uuid4(), by=city.department_drafter, at=MONDAY
        )
    assert reply_kinds(notice, city.department) == [ReplyKind.LETTER, ReplyKind.REPORT]
    # A number typed in is enough, once the paper came by this system to that unit.
    answer = city.sent(
        issuer=city.department,
        by=city.department_drafter,
        title="延安市应急管理局关于值班工作情况的函",
        document_type=DocumentType.LETTER,
        direction=Direction.PARALLEL,
        series=letters(city),
        primary_units=[city.office],
        references=[Reference(relation="replies_to", title=notice.title, number=notice.number)],
    )
    assert PaperReply.objects.get(circular=answer).delivery == delivery
    words = {each.delivery.unit: each.word for each in standings(notice, notice.demand, MONDAY)}
    assert words == {city.department: "handled", city.late: "pending"}
    assert "1/2" in body(city.desk(city.sender).get(url("demanded")))
    # An answer that is blocked counts no more, on the list as on the board.
    desk = city.desk(city.sender)
    assert "1/2" in body(desk.get(url("demanded")))
    block(answer.page, reason="来函", by=city.secretary, at=MONDAY)
    assert "0/2" in body(desk.get(url("demanded")))


def test_what_never_came_to_the_unit_is_not_tied(city, circular):
    reference = Reference(relation="replies_to", title=circular.title, number=circular.number, circular=circular)
    answer = city.registered(
        issuer=city.department,
        by=city.department_drafter,
        title="延安市应急管理局关于值班工作情况的函",
        document_type=DocumentType.LETTER,
        direction=Direction.PARALLEL,
        series=letters(city),
        primary_units=[city.office],
        references=[reference],
    )
    assert not PaperReply.objects.filter(circular=answer).exists()
    assert "answers" not in Entry.objects.get(deed="circular.registered", circular=answer.uuid).facts
    assert Circular.objects.filter(pk=answer.pk).exists()
