"""第五条 涉及国家秘密的公文不得使用延安市电子公文传输系统传发。"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from circulars import moderation
from circulars.pages import CircularPage
from circulars.screenings import Screening
from circulars.secrecyhits import SecrecyHit
from cms.attachments import Attachment
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import MONDAY, attached
from tests.draftform import add_address, attachment, edit_address, filled
from tests.smallfiles import png
from tests.traces import traces
from tests.worddrafts import docx, p

# A line that stands nowhere else, and a word of it that is no mark.
WORD = "zq7secret"
LINE = f"{WORD}机密★10年"


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def csv(content: str, name: str = "值班表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    """Files of earlier scenes lie elsewhere."""
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture
def desk(city):
    return city.desk(city.drafter)


# --- the gate ---


def test_the_search_for_traces_finds_what_is_kept(city):
    city.draft(title=f"关于{WORD}的通知", attachments=attached(WORD.encode()))
    assert {"wagtailcore_page", "wagtailcore_revision"} <= set(traces(WORD))
    assert len([trace for trace in traces(WORD) if len(trace) == 64]) == 1


MARKED = {
    "title": {"title": f"关于{LINE}的通知"},
    "body": {"body": f"现通知如下：\n{LINE}\n一、落实值班。"},
    "signers": {"signers": LINE},
    "annotation": {"annotation": LINE},
    "special_reason": {"special_reason": LINE},
    "attachments-0-title": attachment(title=LINE, text="值班安排"),
    "attachments-0-text": attachment(text=LINE),
    "attachments-0-file": attachment(file=csv(f"姓名,{LINE}\n")),
}


@pytest.mark.parametrize("field", MARKED)
@pytest.mark.parametrize("act", ["save", "submit"])
@pytest.mark.parametrize("draft", ["new", "old"])
def test_what_bears_a_mark_is_turned_away_at_its_field_and_leaves_no_trace(city, desk, field, act, draft):
    path = add_address(city) if draft == "new" else edit_address(city.draft())
    for file in (value for value in MARKED[field].values() if hasattr(value, "seek")):
        file.seek(0)
    acts = {"action-submit": "1", "declared": "on"} if act == "submit" else {}
    answer = desk.post(path, filled(city, **MARKED[field]) | acts)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "请改走机要渠道" in shown
    assert traces(WORD) == []
    hit = SecrecyHit.objects.get()
    assert (hit.unit, hit.person, hit.field, hit.at) == (city.office, city.drafter, field, MONDAY)
    assert bool(hit.digest) is field.endswith("file")
    entry = Entry.objects.get(deed="secrecy.refused")
    assert entry.person == city.drafter
    assert Message.objects.filter(person=city.reviewer, key=f"secrecy:{hit.pk}").exists()


def test_the_first_word_on_the_page_is_why_it_was_turned_away(city, desk):
    for path in (add_address(city), edit_address(city.draft())):
        answer = desk.post(path, filled(city, body=LINE, issuer_mark=""))
        (said,) = (str(message) for message in answer.context["messages"])
        assert "第五条" in said
        assert "正文中有密级标志（密级加星号）" in said
        assert "有几处要改正" not in answer.content.decode()


def test_the_name_of_a_file_is_looked_at_as_well(city, desk):
    answer = desk.post(add_address(city), filled(city, **attachment(file=csv("值班", f"{WORD}机密★.csv"))))
    assert "附件 1 的文件名中有密级标志" in answer.content.decode()
    assert SecrecyHit.objects.get().field == "attachments-0-file"
    listed = city.desk(city.reviewer).get(url("secrecy_hits")).content.decode()
    assert "附件 1 的文件名" in listed
    assert traces(WORD) == []
    assert not Attachment.objects.exists()


def test_what_was_typed_stays_on_the_drafters_screen(city, desk):
    answer = desk.post(add_address(city), filled(city, body=LINE))
    assert LINE in answer.content.decode()


def test_what_is_in_a_file_is_told_from_its_name(city, desk):
    answer = desk.post(add_address(city), filled(city, **attachment(file=csv(LINE))))
    assert "附件 1 的文件内容中有密级标志" in answer.content.decode()
    assert SecrecyHit.objects.get().where == "附件 1 的文件内容"


def test_the_preview_beside_the_form_keeps_nothing_of_it(city, desk):
    page = city.draft()
    answer = desk.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), filled(city, body=LINE))
    assert answer.json()["is_valid"] is False
    assert traces(WORD) == []
    assert not SecrecyHit.objects.exists()


def test_pressing_again_adds_nothing(city, desk):
    for _ in range(2):
        desk.post(add_address(city), filled(city, body=LINE))
    assert SecrecyHit.objects.count() == Entry.objects.filter(deed="secrecy.refused").count() == 1


def test_a_row_that_is_being_deleted_is_not_held_against_the_draft(city, desk):
    desk.post(add_address(city), filled(city, **attachment(title=LINE, text="值班", DELETE="on")))
    assert not SecrecyHit.objects.exists()
    assert CircularPage.objects.exists()


def test_the_line_of_a_word_file_is_judged_as_it_is_seen_and_as_it_was(city, desk):
    """A level put in for another: neither the old one nor the new one is covered by the other as a scale."""
    struck = '<w:del w:id="1"><w:r><w:delText>秘密</w:delText></w:r></w:del>'
    file = SimpleUploadedFile("方案.docx", docx(p(struck, "机密"), p(f"{WORD}。")))
    desk.post(add_address(city), filled(city, **attachment(file=file)))
    assert {hit.field for hit in SecrecyHit.objects.all()} == {"attachments-0-file"}
    assert SecrecyHit.objects.count() == 2
    assert not Attachment.objects.exists()
    assert traces(WORD) == []


@pytest.mark.parametrize("no", ["false", "False", ""])
def test_a_row_counts_as_deleted_only_where_the_form_deletes_it(city, desk, no):
    desk.post(add_address(city), filled(city, **attachment(title=LINE, text="值班", DELETE=no)))
    assert SecrecyHit.objects.get().field == "attachments-0-title"
    assert traces(WORD) == []


def test_a_row_that_the_form_does_not_read_is_never_a_deleted_one(city, desk):
    beyond = attachment(7, title=LINE, text="值班", DELETE="on")
    rows = beyond | attachment(text="值班")
    desk.post(add_address(city), filled(city, **rows))
    assert SecrecyHit.objects.exists()
    assert traces(WORD) == []


def test_the_file_of_a_deleted_row_is_not_kept(city, desk):
    desk.post(add_address(city), filled(city, **attachment(file=csv(LINE), DELETE="on")))
    assert CircularPage.objects.exists()
    assert not Attachment.objects.exists()
    assert traces(WORD) == []


def test_a_name_that_the_form_does_not_have_is_kept_nowhere(city, desk):
    desk.post(add_address(city), filled(city, **{f"{WORD}涉密内容" * 8: "机密★", f"{WORD}-file": csv(LINE)}))
    assert {hit.where for hit in SecrecyHit.objects.all()} == {"稿纸上没有的栏目"}
    assert traces(WORD) == []
    assert "请改走机要渠道" in desk.post(add_address(city), filled(city, **{WORD: "机密★"})).content.decode()


def test_words_about_secrets_and_clean_files_pass(city, desk):
    rows = attachment(file=csv("姓名,保守国家秘密\n"))
    desk.post(add_address(city), filled(city, body="一、严格遵守保守国家秘密的规定。", **rows))
    draft = CircularPage.objects.get().get_latest_revision_as_object()
    assert draft.attachments.get().file_name == "值班表.csv"
    assert not SecrecyHit.objects.exists()


def test_a_file_is_searched_once(city, desk):
    for _ in range(2):
        desk.post(add_address(city), filled(city, **attachment(file=csv("姓名\n"))))
    assert Screening.objects.count() == 1


def test_no_verb_hands_over_what_bears_a_mark(city):
    """A draft that came in another way than by the form is stopped at the next act."""
    for elements in ({"body": LINE}, {"attachments": attached(f"姓名,{LINE}\n".encode())}):
        with pytest.raises(moderation.NotReady, match="机要渠道"):
            city.submitted(**elements)


# --- a file that no program reads ---


@pytest.mark.parametrize("what", ["picture", "picture in a document"])
def test_a_file_that_could_not_be_read_is_a_warning_for_the_reviewer(city, what):
    from circulars.elements import problems
    from circulars.snapshots import facts_about, snapshot_of

    content, name = {
        "picture": (png(), "图.png"),
        "picture in a document": (docx(p("见下图。"), parts={"word/media/image1.png": png()}), "方案.docx"),
    }[what]
    page = city.draft(attachments=attached(content, name))
    snapshot = snapshot_of(page)
    (warning,) = [each for each in problems(snapshot, facts_about(snapshot)) if each.code == "A5-UNREAD"]
    assert not warning.is_error
    assert "第 1 个附件" in warning.sentence


# --- the drafter's word ---


def test_handing_over_needs_the_drafters_word_and_keeps_it(city, desk):
    page = city.draft()
    submit = filled(city) | {"action-submit": "1"}
    refused = desk.post(edit_address(page), submit)
    assert "不涉及国家秘密，不含密级标志" in refused.content.decode()
    assert not page.versions.exists()
    assert "已送审" in desk.post(edit_address(page), submit | {"declared": "on"}, follow=True).content.decode()
    version = page.versions.get()
    assert (version.is_declared, version.by, version.at) == (True, city.drafter, MONDAY)
    entry = Entry.objects.get(deed="draft.submitted")
    assert (entry.person, entry.facts["declared"]) == (city.drafter, True)


def test_the_word_is_asked_for_together_with_everything_else(city, desk):
    owed, wrong = "送审前请在下方勾选", "后面不加标点"
    answer = desk.post(
        add_address(city), filled(city, **attachment(title="值班表。", text="一、值班。")) | {"action-submit": "1"}
    )
    shown = answer.content.decode()
    assert owed in shown
    assert wrong in shown
    answer = desk.post(add_address(city), filled(city) | {"action-submit": "1"})
    (said,) = (str(message) for message in answer.context["messages"])
    assert "没有送审，也没有保存" in said
    assert owed in said
    assert "draft-acts__word--owed" in answer.content.decode()


def test_putting_away_needs_no_word(city, desk):
    desk.post(add_address(city), filled(city))
    assert CircularPage.objects.exists()
