"""A title in a sentence and on the sheet: inner marks turned, lines that end by their meaning."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from circulars.copying import copy_draft
from circulars.deliveries import ReturnCode
from circulars.dispatch import announce
from circulars.elements import errors
from circulars.insisting import insist
from circulars.moderation import decide
from circulars.pages import DraftAttachment
from circulars.paper import phrases
from circulars.purging import block, confirm
from circulars.recalling import recall
from circulars.returns import acknowledge
from circulars.snapshots import facts_about, snapshot_of
from circulars.supplementing import supplement
from circulars.titles import quoted, says
from cms.messages import Message, tell
from cms.quotes import cited
from tests.cast import MONDAY


def test_marks_within_marks_are_turned():
    assert quoted("关于印发《办法》的通知") == "《关于印发〈办法〉的通知》"
    assert quoted("关于值班的通知") == "《关于值班的通知》"


def test_a_message_is_found_by_the_title_it_quotes_in_either_way(city):
    title = "关于印发《办法》的通知"
    for key, text in enumerate((f"请核稿：{quoted(title)}", f"请核稿：《{title}》", "请核稿：《关于值班的通知》")):
        tell([city.reviewer.pk], key=str(key), text=text, at=MONDAY)
    assert Message.objects.filter(says(title)).count() == 2


def test_words_that_are_cited_have_their_own_marks_turned():
    assert cited("缺“附件2”的说明") == "“缺‘附件2’的说明”"
    assert cited(23) == "“23”"


def nested(text: str) -> list[str]:
    """Marks that stand inside marks of the same kind."""
    return re.findall(r"“[^”\n]*“[^”\n]*”|《[^》\n]*《[^》\n]*》", text)


def test_no_message_about_a_title_with_marks_nests_the_same_marks(city):
    circular = city.sent(title="延安市人民政府办公室关于印发《值班办法》的通知")
    announce(circular, at=MONDAY)
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="见“三定方案”", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    insist(delivery, why="由“牵头单位”办理", by=city.sender, at=MONDAY)
    supplement(circular, [city.county], reason="漏列", consent="张志远同意", by=city.sender, at=MONDAY)
    recall(circular, reason="附件发错", by=city.sender, at=MONDAY)
    texts = list(Message.objects.values_list("text", flat=True))
    assert any("〈值班办法〉" in text for text in texts)
    assert [found for text in texts for found in nested(text)] == []


def test_no_check_and_no_screen_nests_the_marks_of_what_was_typed(city):
    attachments = [DraftAttachment(title="“一张表”填报说明。")]
    page = city.draft(attachments=attachments)
    snapshot = snapshot_of(page.get_latest_revision_as_object())
    said = [problem.sentence for problem in errors(snapshot, facts_about(snapshot))]
    assert any("‘一张表’" in sentence for sentence in said)
    assert [found for sentence in said for found in nested(sentence)] == []
    approved = city.submitted()
    decide(approved, "return", by=city.reviewer, at=MONDAY, opinion="请写明“一张表”由谁填。")
    shown = city.desk(city.drafter).get(reverse("circulars:versions", args=[approved.pk])).content.decode()
    assert "“请写明‘一张表’由谁填。”" in shown


def test_a_purge_finds_the_account_of_a_copy_whose_title_has_marks(city):
    circular = city.sent(title="延安市人民政府办公室关于印发《zq7办法》的通知")
    copy = copy_draft(circular.page, key=uuid4(), by=city.drafter, at=MONDAY)
    assert "zq7办法" in copy.origin.account
    case = block(circular.page, reason="市保密局来函要求封存。", by=city.secretary, at=MONDAY)
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=MONDAY)
    copy.origin.refresh_from_db()
    assert "zq7办法" not in copy.origin.account


@pytest.mark.parametrize(
    "cut",
    [
        "延安市人民政府办公室|关于开展冬季供暖安全检查的通知",
        "关于开展冬季供暖安全检查的通知",
        "延安市人民政府|关于印发|《办法》的通知",
        "关于加强防火、|防汛工作的意见",
        "延安市人民政府关于洛川县苹果产业数字化示范园区建设方案的批复",  # the second piece is longer than a line
        "",
    ],
)
def test_a_line_of_a_title_ends_by_its_meaning(cut):
    assert phrases(cut.replace("|", "")) == cut.split("|")
