"""The drafter's and the deciders' screens on the desk: my drafts, what waits for my opinion, the decision, taking back."""

import pytest
from django.test import Client
from django.urls import reverse

from circulars.decisions import Decision
from circulars.moderation import submit, withdraw
from circulars.numbering import Series
from circulars.pages import CircularPage, SectionPage
from circulars.snapshots import digest_of, snapshot_of
from tests.cast import MONDAY, attached
from tests.draftform import add_address, edit_address, filled


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def read(page) -> dict[str, str]:
    """What the decision form says of the text that was read and of the seat that waits."""
    digest = digest_of(snapshot_of(page.get_latest_revision_as_object()))
    return {"digest": digest, "seat": str(page.turns.latest("pk").pk)}


@pytest.fixture
def submitted(city):
    return city.submitted()


# My drafts


def test_a_drafter_sees_the_own_drafts_and_where_each_stands(city, submitted):
    city.draft(title="关于放假的通知")
    rows = city.desk(city.drafter).get(url("drafts")).context["rows"]
    assert [(page.title, progress.label) for page, progress in rows] == [
        ("关于放假的通知", "草稿"),
        ("关于做好国庆假期值班工作的通知", "核稿中"),
    ]
    assert not list(city.desk(city.department_drafter).get(url("drafts")).context["rows"])


def test_a_new_draft_opens_in_this_years_section_of_the_unit(city):
    answer = city.desk(city.drafter).post(url("new", "YA-ZF"))
    section = SectionPage.objects.get(unit=city.government)
    assert section.year == 2026
    assert answer.url == reverse("wagtailadmin_pages:add", args=["circulars", "circularpage", section.pk])
    city.desk(city.drafter).post(url("new", "YA-ZF"))
    assert SectionPage.objects.filter(unit=city.government).count() == 1


@pytest.mark.parametrize("who", ["stranger", "department_drafter", "reviewer", "clerk", "superuser", "nobody"])
def test_nobody_starts_a_draft_for_a_unit_that_is_not_ones_own(city, who):
    assert city.desk(getattr(city, who)).post(url("new", "YA-ZF")).status_code == 404
    assert not SectionPage.objects.exists()


def test_looking_at_the_address_of_a_new_draft_opens_no_section(city):
    assert city.desk(city.drafter).get(url("new", "YA-ZFB")).status_code == 405
    assert not SectionPage.objects.exists()


def test_a_unit_without_the_right_to_issue_has_no_drafts(city):
    type(city.office).objects.filter(code="YA-ZFB").update(can_issue=False)
    assert city.desk(city.drafter).post(url("new", "YA-ZFB")).status_code == 404


# What the reviewer will ask

ASKED = "正文提到了附件，但没有添加附件，请核对是否漏附。"


def test_a_drafter_reads_before_handing_over_what_the_reviewer_will_be_asked(city):
    page = city.draft(body="现将值班表印发给你们，详见附件。")
    read = body(city.desk(city.drafter).get(edit_address(page)))
    assert "核稿提示 1 条" in read
    assert ASKED in read
    assert "核稿提示" not in body(city.desk(city.drafter).get(edit_address(city.draft())))


def test_a_drafter_who_hands_over_at_once_reads_it_then_and_need_not_answer(city):
    form = filled(city, body="现将值班表印发给你们，详见附件。", declared="on", **{"action-submit": "submit"})
    answer = city.desk(city.drafter).post(add_address(city), form, follow=True)
    assert ASKED in body(answer)
    page = CircularPage.objects.get()
    assert page.workflow_in_progress
    assert ASKED in body(city.desk(city.drafter).get(edit_address(page)))
    assert ASKED in body(city.desk(city.reviewer).get(url("decide", page.pk)))


@pytest.mark.parametrize("draft", ["new", "old"])
def test_the_drafters_word_comes_back_with_the_text_it_was_given_for_unless_that_text_is_marked(city, draft):
    desk = city.desk(city.drafter)
    path = add_address(city) if draft == "new" else edit_address(city.draft())
    ticked = '<input type="checkbox" name="declared" checked>'
    press = {"action-submit": "1", "declared": "on"}
    assert ticked not in desk.get(path).content.decode()
    assert ticked in desk.post(path, filled(city, title="") | press).content.decode()
    assert ticked not in desk.post(path, filled(city, title="") | {"action-submit": "1"}).content.decode()
    assert ticked not in desk.post(path, filled(city, body="机密★10年") | press).content.decode()


# Taking back


def test_the_mark_follows_the_series_while_it_is_the_usual_one(city):
    office, desk = "延安市人民政府办公室", city.desk(city.drafter)
    letters = Series.objects.get(prefix="延政办函").pk
    answer = desk.post(add_address(city), filled(city, series=letters), follow=True)
    page = CircularPage.objects.get()
    assert page.get_latest_revision_as_object().issuer_mark == office
    assert f"发文机关标志已按“信函格式”改为“{office}”" in body(answer)
    general = Series.objects.get(prefix="延政办发").pk
    for typed, kept in ((office, f"{office}文件"), ("市政府办文件", "市政府办文件")):
        desk.post(edit_address(page), filled(city, series=general, issuer_mark=typed))
        assert fresh(page).get_latest_revision_as_object().issuer_mark == kept


def test_brackets_typed_around_the_annotation_are_not_printed_twice(city):
    city.desk(city.drafter).post(add_address(city), filled(city, annotation="（此件公开发布）", openness="public"))
    draft = CircularPage.objects.get().get_latest_revision_as_object()
    assert draft.annotation == "此件公开发布"
    assert (
        "（此件公开发布）"
        in city.desk(city.drafter).get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk])).content.decode()
    )


def test_a_drafter_takes_the_draft_back(city, submitted):
    answer = city.desk(city.drafter).post(url("withdraw", submitted.pk), follow=True)
    assert "已撤回" in body(answer)
    assert not fresh(submitted).workflow_in_progress


def test_taking_back_twice_is_refused_with_a_sentence(city, submitted):
    desk = city.desk(city.drafter)
    desk.post(url("withdraw", submitted.pk))
    assert "不在审签中" in body(desk.post(url("withdraw", submitted.pk), follow=True))


def test_nobody_else_takes_it_back(city, submitted):
    for who in ("stranger", "department_drafter", "reviewer", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(url("withdraw", submitted.pk)).status_code == 404
    assert fresh(submitted).workflow_in_progress


def test_looking_at_the_address_of_taking_back_takes_nothing_back(city, submitted):
    assert city.desk(city.drafter).get(url("withdraw", submitted.pk)).status_code == 405
    assert fresh(submitted).workflow_in_progress


# Deciding


def test_the_reviewer_sees_the_draft_as_paper_and_agrees(city, submitted):
    desk = city.desk(city.reviewer)
    assert [turn.page.title for turn, _ in desk.get(url("in_hand")).context["rows"]] == [submitted.title]
    assert "严格落实值班制度" in body(desk.get(url("decide", submitted.pk)))
    answer = desk.post(
        url("decide", submitted.pk), {"action": "agree", "opinion": "可以。", **read(submitted)}, follow=True
    )
    assert "核稿已同意：" in body(answer)
    assert "下一步：签发。" in body(answer)
    decision = submitted.decisions.get()
    assert (decision.by, decision.step, decision.opinion) == (city.reviewer, "review", "可以。")


def test_the_approver_sees_what_the_reviewer_said(city, submitted):
    city.desk(city.reviewer).post(
        url("decide", submitted.pk), {"action": "agree", "opinion": "数据已核对。", **read(submitted)}
    )
    assert "数据已核对。" in body(city.desk(city.approver).get(url("decide", submitted.pk)))


def test_the_reviewer_gives_it_back_with_a_reason(city, submitted):
    desk = city.desk(city.reviewer)
    answer = desk.post(
        url("decide", submitted.pk), {"action": "return", "opinion": "依据不足。", **read(submitted)}, follow=True
    )
    assert "已退回拟稿人" in body(answer)
    assert "依据不足。" in body(city.desk(city.drafter).get(url("drafts")))


@pytest.mark.parametrize(
    "form",
    [
        {"action": "return", "opinion": ""},
        {"action": "return", "opinion": " \n "},
        {"action": "approve", "opinion": ""},
        {"action": "", "opinion": "可以。"},
        {"opinion": "可以。"},
        {"action": "agree", "opinion": "长" * 1001},
    ],
    ids=str,
)
def test_an_incomplete_decision_decides_nothing(city, submitted, form):
    answer = city.desk(city.reviewer).post(url("decide", submitted.pk), {**read(submitted), **form})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Decision.objects.exists()


def test_deciding_twice_counts_once(city, submitted):
    desk = city.desk(city.reviewer)
    pressed = {"action": "agree", **read(submitted)}
    desk.post(url("decide", submitted.pk), pressed)
    answer = desk.post(url("decide", submitted.pk), pressed, follow=True)
    assert "已经办完" in body(answer)
    assert Decision.objects.count() == 1


def test_nobody_decides_on_a_step_that_is_not_theirs(city, submitted):
    for who in ("stranger", "drafter", "approver", "department_reviewer", "superuser", "nobody"):
        desk = city.desk(getattr(city, who))
        assert desk.get(url("decide", submitted.pk)).status_code == 404
        assert desk.post(url("decide", submitted.pk), {"action": "agree", **read(submitted)}).status_code == 404
    assert not Decision.objects.exists()


def test_looking_at_a_draft_decides_nothing(city, submitted):
    city.desk(city.reviewer).get(url("decide", submitted.pk), {"action": "agree"})
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name, form", [("decide", {"action": "agree"}), ("withdraw", {})])
def test_a_form_from_another_site_is_refused(city, submitted, name, form):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(city.reviewer if name == "decide" else city.drafter, backend="accounts.signin.NamedPersonBackend")
    assert desk.post(url(name, submitted.pk), form).status_code == 403
    assert fresh(submitted).workflow_in_progress


# Attachments of a draft


def test_a_drafts_attachment_is_for_the_drafter_and_who_has_the_step_in_hand(city):
    page = city.submitted(attachments=attached("姓名,电话\n".encode()))
    found = {
        who: city.desk(getattr(city, who)).get(url("draft_attachment", page.pk, 1)).status_code
        for who in ("drafter", "reviewer", "approver", "stranger", "clerk", "superuser", "nobody")
    }
    assert {who for who, status in found.items() if status == 200} == {"drafter", "reviewer"}
    assert set(found.values()) == {200, 404}
    assert city.desk(city.drafter).get(url("draft_attachment", page.pk, 2)).status_code == 404


def test_a_decision_on_a_text_that_changed_meanwhile_is_not_taken(city, submitted):
    seen = read(submitted)
    withdraw(submitted, by=city.drafter, at=MONDAY)
    submitted.body += "\n另有一段。"
    submitted.save_revision(user=city.drafter)
    submit(submitted, by=city.drafter, at=MONDAY)
    desk = city.desk(city.reviewer)
    answer = desk.post(url("decide", submitted.pk), {"action": "agree", "opinion": "", **seen}, follow=True)
    assert "改动过，请重新看过再办理" in body(answer)
    assert not Decision.objects.exists()
