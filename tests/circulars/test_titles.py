"""A title in a sentence and on the sheet: inner marks turned, lines that end by their meaning."""

import pytest

from circulars.paper import phrases
from circulars.titles import quoted, says
from cms.messages import Message, tell
from tests.cast import MONDAY


def test_marks_within_marks_are_turned():
    assert quoted("关于印发《办法》的通知") == "《关于印发〈办法〉的通知》"
    assert quoted("关于值班的通知") == "《关于值班的通知》"


def test_a_message_is_found_by_the_title_it_quotes_in_either_way(city):
    title = "关于印发《办法》的通知"
    for key, text in enumerate((f"请核稿：{quoted(title)}", f"请核稿：《{title}》", "请核稿：《关于值班的通知》")):
        tell([city.reviewer.pk], key=str(key), text=text, at=MONDAY)
    assert Message.objects.filter(says(title)).count() == 2


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
