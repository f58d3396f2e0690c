"""涉密处置 of a paper that was taken in, asked for and listed: what was written of it there goes with it, and nothing else (Article 5)."""

import pytest

from circulars.archive.appraisal import appraise
from circulars.archive.destruction import draw_up, refuse
from circulars.archive.destructionlists import DestructionList
from circulars.purging import block, confirm
from circulars.savedsearches import SavedSearch, save
from circulars.searchindex.indexing import take_in
from cms.discards import sweep_discards
from cms.messages import Message
from tests.archives import LONG_AFTER, filed, received, staffed
from tests.cast import MONDAY, attached
from tests.traces import traces

pytestmark = pytest.mark.django_db
WORD = "zq7word"


def test_what_was_written_on_lists_and_asked_by_a_part_of_its_title_goes_too(city, week, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    staffed(city)
    words = {"body": f"一、{WORD}。", "attachments": attached(WORD.encode(), name="表.txt")}
    paper, other = city.sent(title=f"关于{WORD}值班的通知", **words), city.sent(title="关于做好值班工作的通知")
    for circular in (paper, other):
        take_in(circular, at=MONDAY)
    asked = {"一": WORD, "二": f"{WORD}值班 通知", WORD: "防汛", "四": "值班", "五": "值班工作", "六": "的通知"}
    for name, said in asked.items():
        save(name=name, words=said, filters="", by=city.clerk, at=MONDAY)
    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    for answer in ("refused", "drawn"):
        appraise(kept, "destroy", f"{WORD}没有保存价值", by=city.filer, at=LONG_AFTER)
        sheet = draw_up(city.attentive, [kept], f"{WORD}期满", by=city.filer, at=LONG_AFTER)
        if answer == "refused":
            refuse(sheet, f"{WORD}仍要用", by=city.leader, at=LONG_AFTER)
    case = block(paper.page, reason="发现涉密", by=city.secretary, at=LONG_AFTER)
    assert not Message.objects.filter(person=city.filer.pk, text__contains=WORD, instead="").exists()
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=LONG_AFTER)
    for _ in range(2):
        sweep_discards(LONG_AFTER)
    assert traces(WORD) == []
    assert set(SavedSearch.objects.values_list("name", flat=True)) == {"四", "五", "六"}
    assert set(DestructionList.objects.values_list("reason", flat=True)) == {"（已清除）"}
    assert Message.objects.filter(key=f"destruction:{sheet.pk}:drawn", text__contains="等您审批").exists()
