"""更正登记: what was mistyped of a paper is put right with a reason, what stood there stays on record, and the number never changes (Article 19)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from circulars.deliveries import Delivery
from circulars.handling.opening import propose
from circulars.incoming import Incoming, Outside, enter, enter_outside
from circulars.incoming.correcting import CorrectedField, EntryCorrection, correct_entry
from circulars.papercopies import PaperCopy
from circulars.purging import confirm
from circulars.reasons import Marked, digest_of_reason
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import LUNCH, MONDAY
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff, work
from tests.secretpapers import blocked

WORDS = {"sender": "省应急厅", "title": "关于检查的函", "number": "", "urgency": "normal", "received_at": MONDAY}
COUNTS = {"kind": "action", "copies": 1, "pages": None, "note": ""}


@pytest.fixture
def mail(city):
    paper = Outside(sender="省应急厅", title="关于检查的函")
    return enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=city.clerk, at=AT_TEN)


@pytest.fixture
def on_paper(city, circular):
    """The copy on paper of a circular of this system, as it is registered."""
    copy = PaperCopy.objects.create(delivery=city.delivery(circular), owed_from=MONDAY)
    copy.deliver(MONDAY, "钱门卫", by=city.sender, at=MONDAY)
    return enter(city.delivery(circular), note="附件缺页", by=city.clerk, at=AT_TEN)


def put_right(city, entry, reason="笔误", *, by=None, seen=None, **typed):
    return correct_entry(entry, WORDS | COUNTS | typed, reason, seen=seen, by=by or city.clerk, at=AT_ELEVEN)


def on_record():
    models = (Incoming, Delivery, EntryCorrection, CorrectedField, Entry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(what, why, act):
    before = on_record()
    with pytest.raises(what, match=why):
        act()
    assert on_record() == before


def test_mail_from_outside_is_put_right_and_says_what_it_said_before(city, mail):
    put_right(city, mail, title="关于安全检查的函", urgency="urgent", copies=3, number="陕应急函〔2026〕5号")
    mail.refresh_from_db()
    assert (mail.number, mail.title, mail.urgency, mail.copies) == ("收〔2026〕1号", "关于安全检查的函", "urgent", 3)
    assert mail.document_number == "陕应急函〔2026〕5号"
    assert [str(each) for each in CorrectedField.objects.all()] == [
        "份数：1 → 3",
        "标题：关于检查的函 → 关于安全检查的函",
        "来文字号：（空） → 陕应急函〔2026〕5号",
        "紧急程度：普通 → 加急",
    ]
    entered = Entry.objects.get(deed="incoming.corrected")
    assert (entered.person, entered.unit) == (city.clerk, city.attentive.pk)
    assert entered.facts["number"] == "收〔2026〕1号"
    assert entered.facts["text_digest"] == digest_of_reason("笔误")
    assert "检查" not in entered.payload
    for table, change in ((EntryCorrection, {"by": city.leader}), (CorrectedField, {"field": "pages"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.update(**change)


def test_of_a_copy_on_paper_only_what_was_typed_is_put_right_and_a_clean_up_empties_it(city, circular, on_paper):
    put_right(city, on_paper, title="另一个标题", copies=2, note="附件齐全")
    on_paper.refresh_from_db()
    assert (on_paper.copies, on_paper.note, on_paper.title) == (2, "附件齐全", circular.title)
    assert on_paper.outside_title == ""
    assert Entry.objects.get(deed="incoming.corrected").circular == circular.uuid
    case = blocked(city, circular.page)
    refused(OutOfOrder, "已封存", lambda: put_right(city, on_paper, copies=3, seen=EntryCorrection.objects.get().pk))
    assert city.desk(city.clerk).get(reverse("circulars:correct_entry", args=[on_paper.pk])).status_code == 404
    for person in (city.secretary, city.engineer):
        case = confirm(case, by=person, at=LUNCH)
    assert not EntryCorrection.objects.exclude(reason="").exists()
    assert not CorrectedField.objects.exclude(before="", after="").exists()


def test_what_cannot_be_put_right_is_refused_with_a_sentence_and_nothing_changes(city, mail, circular):
    electronic = registered(staff(city), circular)
    refused(OutOfOrder, "电子收文照公文原样", lambda: put_right(city, electronic, copies=2))
    refused(PermissionDenied, "收发员", lambda: put_right(city, mail, copies=2, by=city.leader))
    refused(PermissionDenied, "收发员", lambda: put_right(city, mail, copies=2, by=city.late_clerk))
    refused(ValidationError, "更正原因", lambda: put_right(city, mail, " ", copies=2))
    refused(ValidationError, "没有改动", lambda: put_right(city, mail, received_at=MONDAY.replace(second=12)))
    refused(ValidationError, "请填写标题", lambda: put_right(city, mail, title=" "))
    refused(ValidationError, "晚于登记时间", lambda: put_right(city, mail, received_at=AT_ELEVEN))
    refused(Marked, "密级标志", lambda: put_right(city, mail, title="机密★一年"))
    propose(mail, "建议办。", work(city.order), by=city.clerk, at=AT_TEN)
    refused(ValidationError, "类别不再改动", lambda: put_right(city, mail, kind="information"))
    put_right(city, mail, copies=2)
    refused(OutOfOrder, "已由孙早于9月28日 11:00更正", lambda: put_right(city, mail, copies=4))


def test_on_the_desk_the_form_holds_what_stands_there_and_the_page_shows_what_stood(city, mail):
    path, page = (reverse(f"circulars:{name}", args=[mail.pk]) for name in ("correct_entry", "entry"))
    clerk = city.desk(city.clerk)
    assert path in clerk.get(page).content.decode()
    assert path not in city.desk(city.leader).get(page).content.decode()
    form = clerk.get(path).context["form"]
    given = {field.html_name: field.value() or "" for field in form} | {"received_at": "2026-09-28 09:00"}
    assert (given["title"], given["sender"], given["copies"]) == ("关于检查的函", "省应急厅", 1)
    bad = clerk.post(path, given | {"title": "关于安全检查的函"}).content.decode()
    assert "请写明更正原因" in bad
    assert "关于安全检查的函" in bad
    for person in (city.leader, city.late_clerk, city.sender):
        assert city.desk(person).post(path, given | {"title": "别的", "reason": "别的"}).status_code == 404
    clerk.get(path, given)
    assert not EntryCorrection.objects.exists()
    for _ in range(2):
        clerk.post(path, given | {"title": "关于安全检查的函", "reason": "漏字"})
    assert EntryCorrection.objects.count() == 1
    seen = clerk.get(page).content.decode()
    for said in ("关于检查的函", "关于安全检查的函", "漏字"):
        assert said in seen
