"""转发、批转、印发、转报: the original goes along whole, as far as its issuer allows, and once however often it is pressed."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from circulars import moderation
from circulars.elements import errors
from circulars.layouts import Direction, DocumentType, Redistribution
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import CircularPage, DraftAttachment, Reference
from circulars.passingon import may_be_forwarded
from circulars.snapshots import facts_about, snapshot_of
from tests.cast import MONDAY, attached

BODY = "请照此办理。\n|日期|带班|\n|10月1日|王文静|"


def found(page):
    snapshot = snapshot_of(page)
    return errors(snapshot, facts_about(snapshot))


@pytest.fixture
def elements(city):
    """A circular to the department, whose drafter reads what it receives."""
    take_post(city.department_drafter, city.department, Role.CLERK, by=None, at=MONDAY)
    return {
        "primary_units": [city.department, city.attentive],
        "body": BODY,
        "attachments": [*attached(), DraftAttachment(title="联系电话", text="值班室：一部", sort_order=1)],
    }


def delivered(city, *, sign: bool = True, **elements):
    delivery = city.delivery(city.sent(**elements), city.department)
    if sign:
        delivery.open(by=city.department_head, at=MONDAY)
        city.sign(delivery, by=city.department_head)
    return delivery


def where(delivery) -> str:
    return reverse("circulars:pass_on", args=[delivery.pk])


def posted(city, manner: str = "forward", key=None):
    return {"manner": manner, "unit": city.department.pk, "key": key or uuid4()}


def newest():
    return CircularPage.objects.latest("pk").get_latest_revision_as_object()


def test_a_received_circular_is_passed_on_with_its_text_and_its_files(city, elements):
    delivery = delivered(city, **elements)
    circular, desk = delivery.circular, city.desk(city.department_drafter)
    assert where(delivery) in desk.get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    assert circular.title in desk.get(where(delivery)).content.decode()
    answer = desk.post(where(delivery), posted(city))
    draft = newest()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert draft.title == "延安市应急管理局关于转发《关于做好国庆假期值班工作的通知》的通知"
    assert (draft.document_type, draft.direction) == (DocumentType.NOTICE, Direction.DOWNWARD)
    assert draft.issuer_mark == "延安市应急管理局文件"
    assert "延政办发〔2026〕23号）转发给你们" in draft.body
    original, file, typed = draft.attachments.all()
    assert original.title == circular.title
    lines = original.text.split("\n")
    assert lines[0] == circular.number
    assert lines[1].endswith("：")
    assert lines[2:5] == BODY.split("\n")
    assert lines[-2:] == ["延安市人民政府办公室", "2026年9月28日"]
    assert file.file == circular.page.get_latest_revision_as_object().attachments.all()[0].file
    assert (typed.title, typed.text) == ("联系电话", "值班室：一部")
    (reference,) = snapshot_of(draft)["references"]
    assert reference == {
        "relation": "forwards", "title": circular.title, "number": circular.number, "circular": str(circular.uuid),
    }  # fmt: skip
    assert (draft.owner, draft.issuer) == (city.department_drafter, city.department)


@pytest.mark.parametrize("manner, word", [("endorse", "批转"), ("issue", "印发")])
def test_the_title_and_the_text_say_how_it_is_passed_on(city, elements, manner, word):
    delivery = delivered(city, title="关于印发《值班办法》的通知", **elements)
    city.desk(city.department_drafter).post(where(delivery), posted(city, manner))
    assert newest().title == f"延安市应急管理局关于{word}《关于印发〈值班办法〉的通知》的通知"
    assert f"{word}给你们" in newest().body


def test_a_request_goes_up_with_an_empty_sheet_for_ones_own_words(city, elements):
    delivery = delivered(city, **elements)
    desk = city.desk(city.department_drafter)
    assert "转报" not in desk.get(where(delivery)).content.decode()
    assert "请选择" in desk.post(where(delivery), posted(city, "submit")).content.decode()
    type(delivery.circular).objects.filter(pk=delivery.circular_id).update(document_type=DocumentType.REQUEST)
    answer = desk.post(where(delivery), posted(city, "submit"))
    draft = newest()
    assert (draft.document_type, draft.direction, draft.body) == (DocumentType.REQUEST, Direction.UPWARD, "")
    assert "转报《" in draft.title
    assert "倾向性意见" in desk.get(answer.url).content.decode()


def test_the_same_press_twice_is_one_draft_and_another_manner_another(city, elements):
    delivery, desk, key = delivered(city, **elements), city.desk(city.department_drafter), uuid4()
    first, second = (desk.post(where(delivery), posted(city, key=key)) for _ in range(2))
    third = desk.post(where(delivery), posted(city, "endorse", key=key))
    assert first.url == second.url != third.url
    assert Origin.objects.count() == 2


def test_a_circular_kept_to_its_recipients_is_not_passed_on(city, elements):
    delivery = delivered(city, redistribution=Redistribution.UNIT, **elements)
    assert not may_be_forwarded(delivery.circular)
    desk = city.desk(city.department_drafter)
    shown = desk.get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    assert where(delivery) not in shown
    assert "限发至收文单位，不得转发" in shown
    for answer in (desk.get(where(delivery), follow=True), desk.post(where(delivery), posted(city), follow=True)):
        assert "限发至收文单位，不得转发" in answer.content.decode()
    assert not Origin.objects.exists()


def test_a_draft_that_forwards_what_may_not_be_is_not_handed_over(city, elements):
    delivery = delivered(city, redistribution=Redistribution.UNIT, **elements)
    for reference in (
        Reference(relation="forwards", title="来文", circular=delivery.circular),
        Reference(relation="forwards", title="来文", number=delivery.circular.number),
    ):
        page = city.draft(
            by=city.department_drafter, issuer=city.department, references=[reference], direction="parallel",
            title="关于转发的通知", primary_units=[city.late],
            series=Series.objects.of(city.department).get(),
        )  # fmt: skip
        assert [problem.code for problem in found(page)] == ["R-REDIST"]
        with pytest.raises(moderation.NotReady, match="限发至收文单位"):
            moderation.submit(page, by=page.owner, at=MONDAY)
    for relation, who in (("forwards", city.office), ("amends", city.department)):
        reference = Reference(relation=relation, title="来文", circular=delivery.circular)
        page = city.draft(by=city.drafter, issuer=who, references=[reference])
        assert "R-REDIST" not in {problem.code for problem in found(page)}


def test_nothing_is_passed_on_before_it_is_signed_for(city, elements):
    delivery = delivered(city, sign=False, **elements)
    desk = city.desk(city.department_drafter)
    assert "请先签收" in desk.post(where(delivery), posted(city), follow=True).content.decode()
    assert not Origin.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "drafter", "department_head", "clerk", "superuser", "nobody"])
def test_nobody_passes_on_who_does_not_both_read_and_draft_there(city, elements, who):
    """The drafter of the office drafts but does not read there, the head of the department reads but does not draft."""
    delivery = delivered(city, **elements)
    desk = city.desk(getattr(city, who))
    assert desk.get(where(delivery)).status_code == 404
    assert desk.post(where(delivery), posted(city)).status_code == 404
    assert not Origin.objects.exists()


def test_looking_at_the_form_begins_nothing(city, elements):
    delivery = delivered(city, **elements)
    assert city.desk(city.department_drafter).get(where(delivery)).status_code == 200
    assert not Origin.objects.exists()
