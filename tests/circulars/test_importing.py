"""导入 Word 文稿 at the desk: a draft with its account, once however often it is posted, and nothing for whom it is not."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from circulars.layouts import Direction, DocumentType
from circulars.origins import Origin
from circulars.pages import CircularPage, SectionPage
from circulars.secrecygate import lift
from circulars.secrecyhits import SecrecyHit
from cms.messages import Message
from tests.cast import MONDAY
from tests.traces import traces
from tests.worddrafts import docx, level, numbering, p, run, whole_draft

WHERE = reverse("circulars:import_draft")


def posted(unit, content: bytes | None = None, name: str = "汛期值班.docx", key=None):
    return {
        "unit": unit.pk,
        "key": key or uuid4(),
        "file": SimpleUploadedFile(name, whole_draft() if content is None else content),
    }


def test_a_word_file_becomes_a_draft_and_opens_in_the_editor(city):
    desk = city.desk(city.drafter)
    answer = desk.post(WHERE, posted(city.office))
    page = CircularPage.objects.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert SectionPage.objects.get(unit=city.office, year=2026) == page.get_parent().specific
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.owner, draft.live) == ("延安市应急管理局关于做好汛期值班工作的通知", city.drafter, False)
    assert (draft.document_type, draft.direction) == (DocumentType.NOTICE, Direction.DOWNWARD)
    assert draft.body.startswith("现将有关事项通知如下：\n一、落实责任\n（一）领导带班。\n1.每日一名。\n（1）")
    assert draft.signatures == "延安市应急管理局"
    assert draft.issuer_mark == "延安市人民政府办公室文件"
    assert draft.series is None
    assert [(row.title, row.text) for row in draft.attachments.all()] == [("值班安排表", "|姓名|电话|\n|王文静|8888|")]
    editor = desk.get(answer.url).content.decode()
    for said in ("已导入为草稿", "导入自“汛期值班.docx”", "没有带入：字体、字号、颜色等样式。", "请另外勾选主送单位"):
        assert said in editor
    assert "导入自“汛期值班.docx”" in desk.get(answer.url).content.decode(), "the panel keeps it"


def test_who_drafts_for_several_units_chooses_one(city):
    desk = city.desk(city.drafter)
    shown = desk.get(WHERE).content.decode()
    assert "发文单位" in shown
    assert "不超过 20 MB" in shown
    desk.post(WHERE, posted(city.government))
    assert CircularPage.objects.get().issuer == city.government
    assert f'name="unit" value="{city.department.pk}"' in city.desk(city.department_drafter).get(WHERE).content.decode()


def test_the_same_form_and_file_twice_is_one_draft_and_another_file_another(city):
    desk, key = city.desk(city.drafter), uuid4()
    answers = [desk.post(WHERE, posted(city.office, key=key)) for _ in range(2)]
    assert answers[0].url == answers[1].url
    desk.post(WHERE, posted(city.office, docx(p("另一份通知"), p("正文。")), key=key))
    assert CircularPage.objects.count() == 2
    assert Origin.objects.count() == 2


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("旧.doc", b"x", "另存为 .docx"),
        ("旧.wps", b"x", "另存为 .docx"),
        ("坏.docx", b"PK\x03\x04", "已损坏"),
        ("空.docx", b"", "空文件"),
        ("扫描.docx", docx(p()), "没有文字"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_nothing_is_kept(city, name, content, sentence):
    answer = city.desk(city.drafter).post(WHERE, posted(city.office, content, name))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not CircularPage.objects.exists()
    assert not SectionPage.objects.exists()


def test_nobody_imports_for_a_unit_that_is_not_ones_own(city):
    for who in ("stranger", "department_drafter"):
        answer = city.desk(getattr(city, who)).post(WHERE, posted(city.office))
        assert "您不为这个单位拟稿" in answer.content.decode()
    for who in ("reviewer", "clerk", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(WHERE, posted(city.office)).status_code == 404
    assert not CircularPage.objects.exists()


def test_looking_at_the_form_makes_nothing_and_a_form_without_a_key_is_spent(city):
    desk = city.desk(city.drafter)
    assert desk.get(WHERE).status_code == 200
    answer = desk.post(WHERE, posted(city.office) | {"key": "nonsense"})
    assert "这个页面已经失效" in answer.content.decode()
    assert not SectionPage.objects.exists()


def test_anothers_key_begins_nothing_and_shows_nothing(city):
    key = uuid4()
    city.desk(city.drafter).post(WHERE, posted(city.office, key=key))
    take_post(city.reviewer, city.office, Role.DRAFTER, by=None, at=MONDAY)
    answer = city.desk(city.reviewer).post(WHERE, posted(city.office, key=key))
    assert "已经用过，请重新打开" in answer.content.decode()
    assert CircularPage.objects.count() == 1


def test_a_paper_with_a_mark_of_secrecy_is_turned_away_and_the_reviewer_knows(city):
    content = docx(p("秘密★1年"), p("关于放假的通知", jc="center"), p("zq7secret。"))
    answer = city.desk(city.drafter).post(WHERE, posted(city.office, content))
    assert "涉及国家秘密的公文不得使用本系统传发" in answer.content.decode()
    assert not CircularPage.objects.exists()
    hit = SecrecyHit.objects.get()
    assert (hit.where, hit.person, hit.unit) == ("导入的 Word 文稿的文件内容", city.drafter, city.office)
    assert Message.objects.filter(person=city.reviewer, text__contains="导入的 Word 文稿").exists()
    lift(hit, reason="核看过，是误报。", by=city.reviewer, at=MONDAY)
    assert city.desk(city.drafter).post(WHERE, posted(city.office, content)).status_code == 302
    assert CircularPage.objects.get().get_latest_revision_as_object().body == "秘密★1年\nzq7secret。"


def deleted(text: str) -> str:
    return f'<w:del w:id="1"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DOCPROPERTY mj </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
MARKED = {
    "a level put in for words struck out": [p("密级：", deleted("无"), f'<w:ins w:id="2">{run("机密")}</w:ins>')],
    "a level alone but for words struck out": [p(deleted("内部资料"), "机密")],
    "a level put in for another": [p(deleted("秘密"), "机密")],
    "two paragraphs made one": [p("以下机", mark='<w:del w:id="3"/>'), p("密★10年")],
    "signs said beside the characters": [
        p("<w:r><w:ruby><w:rt><w:r><w:t>jī</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>机</w:t></w:r></w:rubyBase></w:ruby></w:r>", "密")
    ],
    "the code of a field": [p(FIELD, "机密")],
    "hidden words": [p(run("工作", "<w:vanish/>"), "机密")],
    "the number of a list": [p("内容", num=(1, 0))],
    "the number of a list and the text": [p("密★10年", num=(2, 0))],
}  # fmt: skip
LISTS = numbering((level(0, "decimal", "机密★%1年", start=10),), (level(0, "none", "以下机"),))


@pytest.mark.parametrize("how", MARKED)
def test_what_would_be_kept_bears_no_mark_however_the_file_hides_it(city, how):
    content = docx(p("关于值班的通知", jc="center"), *MARKED[how], p("请落实zq7secret。"), numbering=LISTS)
    answer = city.desk(city.drafter).post(WHERE, posted(city.office, content))
    assert "涉及国家秘密的公文不得使用本系统传发" in answer.content.decode()
    assert not CircularPage.objects.exists()
    assert traces("zq7secret") == []
    hits = SecrecyHit.objects.all()
    assert {(hit.where, hit.person, hit.unit) for hit in hits} == {
        ("导入的 Word 文稿的文件内容", city.drafter, city.office)
    }
    assert all(hit.digest for hit in hits)
    for _ in range(2):
        for hit in SecrecyHit.objects.standing():
            lift(hit, reason="核看过，是误报。", by=city.reviewer, at=MONDAY)
        city.desk(city.drafter).post(WHERE, posted(city.office, content))
    assert CircularPage.objects.exists()
