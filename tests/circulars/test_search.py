"""检索: who finds what, who finds nothing, and what the page shows of it (Articles 5 and 20)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ
from openpyxl import load_workbook

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.homeblocks import platform_health
from circulars.purging import block, release
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.savedsearches import MOST, SavedSearch
from circulars.search import finding
from circulars.search.finding import Mark, find
from circulars.search.question import Question
from circulars.searchindex import indexing
from circulars.searchindex.indexing import SETTLING, sweep_unindexed, take_in
from circulars.searchindex.parts import IndexedPart
from circulars.searchindex.passages import Passage
from circulars.tasks import index
from tests import archives, inhand
from tests.cast import LUNCH, MONDAY, attached
from tests.queued import queued
from tests.secretpapers import purged

WORD = "防汛抗旱储备"


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _index_is_asked(monkeypatch):
    """In a city with so few papers nothing else than the first look would be needed."""
    monkeypatch.setattr(finding, "GLANCE", 1)


@pytest.fixture
def sent(city):
    """A circular of the office to the attentive and the late unit, the word in its body alone, and an attachment."""
    circular = city.sent(body=f"现通知如下：\n一、做好{WORD}。", attachments=attached("姓名,高建军\n".encode()))
    take_in(circular, at=MONDAY)
    return circular


def numbers(person, words, **filters):
    return [circular.number for circular in find(person, Question(words=words, **filters), most=25).circulars]


def test_receiver_and_sender_find_it_by_its_words_and_others_find_nothing(city, sent):
    for person in (city.clerk, city.leader, city.late_clerk, city.drafter, city.sender):
        assert numbers(person, WORD) == numbers(person, "高建军") == [sent.number], person
    for person in (city.stranger, city.county_clerk, city.department_head, city.engineer, city.nobody, city.superuser):
        assert numbers(person, WORD) == numbers(person, "国庆") == numbers(person, "gqjq") == [], person


def test_of_a_division_who_works_on_it_finds_it_and_nobody_else_there(city, sent):
    inhand.staff(city)
    paper = inhand.registered(city, sent)
    propose(paper, "建议治安科办。", inhand.work(city.order), by=city.clerk, at=MONDAY)
    assert numbers(city.handler, WORD) == numbers(city.head, WORD) == []
    instruct(paper, "同意。", inhand.work(city.order), seen=None, by=city.leader, at=MONDAY)
    found = {key: numbers(getattr(city, key), WORD) for key in ("handler", "head", "reader")}
    assert found == {"handler": [sent.number], "head": [sent.number], "reader": []}
    page = city.desk(city.handler).get(reverse("circulars:search"), {"q": WORD}).content.decode()
    assert reverse("circulars:reading", args=[city.delivery(sent).pk]) in page


def test_what_a_unit_has_destroyed_its_people_find_no_more_by_its_words_and_others_do(city, sent):
    archives.staffed(city)
    archives.destroyed(city, archives.filed(city, archives.received(city, sent)))
    assert numbers(city.clerk, WORD) == []
    assert numbers(city.clerk, "国庆") == numbers(city.late_clerk, WORD) == [sent.number]


def test_who_inspects_finds_it_by_its_head_alone(city, sent):
    assert numbers(city.secretary, "国庆") == numbers(city.secretary, "23号") == [sent.number]
    assert numbers(city.secretary, WORD) == numbers(city.secretary, f"国庆 {WORD}") == []
    page = city.desk(city.secretary).get(reverse("circulars:search"), {"q": "国庆"}).content.decode()
    assert sent.number in page
    assert WORD not in page


def test_a_division_finds_nothing_of_its_unit(city, sent):
    """A person of the unit without a post that reads its papers."""
    handler = User.objects.create(username="handler", name="科员")
    take_post(handler, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    assert numbers(User.objects.get(pk=handler.pk), WORD) == []


def test_a_hit_among_others_papers_costs_no_query_more_than_none(city, sent):
    asked = {}
    find(city.stranger, Question(words="先问一次，职责就在手边"), most=25)
    for words in (WORD, "并无此事"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find(city.stranger, Question(words=words), most=25)
        asked[words] = len(queries)
    assert asked[WORD] == asked["并无此事"]


def test_before_it_is_sent_only_the_sender_finds_it(city):
    circular = city.registered(body=f"现通知如下：\n一、{WORD}。")
    take_in(circular, at=MONDAY)
    assert numbers(city.drafter, WORD) == [circular.number]
    assert numbers(city.clerk, WORD) == numbers(city.secretary, "国庆") == []


def test_a_draft_is_not_found(city):
    city.approved(body=f"现通知如下：\n一、{WORD}。")
    assert Passage.objects.count() == 0
    assert numbers(city.drafter, WORD) == []


def test_a_recalled_one_is_found_by_its_head_as_the_list_shows_it(city, sent):
    recall(sent, reason="附件有误。", by=city.sender, at=LUNCH)
    assert numbers(city.clerk, "国庆") == [sent.number]
    assert numbers(city.clerk, WORD) == []
    assert numbers(city.drafter, WORD) == [sent.number]


def test_a_blocked_one_is_out_of_the_index_in_the_same_act_and_back_when_it_is_released(city, sent):
    case = block(sent.page, reason="市保密局来函要求封存。", by=city.secretary, at=LUNCH)
    assert not Passage.objects.exists()
    assert _terms() == 0
    assert numbers(city.clerk, WORD) == numbers(city.drafter, "国庆") == []
    index(sent.pk)
    assert not Passage.objects.exists()
    OrmQ.objects.all().delete()
    release(case, reason="不涉密。", by=city.engineer, at=LUNCH)
    assert queued("circulars.tasks.index") == [(sent.pk,)]
    index(sent.pk)
    assert numbers(city.clerk, WORD) == [sent.number]


def test_nothing_of_a_purged_one_is_left_in_the_index_nor_its_title_in_a_question(city, sent):
    SavedSearch.objects.create(person=city.clerk, name="值班", words=sent.title, saved_at=MONDAY)
    purged(city, sent.page)
    index(sent.pk)
    assert not Passage.objects.exists()
    assert _terms() == 0
    assert not SavedSearch.objects.exists()


def _terms() -> int:
    """How many pairs the index of SQLite still knows; PostgreSQL's follows its table."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.pairs_known USING fts5vocab(main, circulars_passage_pairs, row)")
        cursor.execute("SELECT count(*) FROM temp.pairs_known")
        (found,) = cursor.fetchone()
        cursor.execute("DROP TABLE temp.pairs_known")
    return found


def test_registering_queues_it_and_taking_it_in_twice_changes_nothing(city):
    circular = city.registered(attachments=attached())
    assert queued("circulars.tasks.index") == [(circular.pk,)]
    index(circular.pk)
    before = list(Passage.objects.values_list("pk", "folded"))
    index(circular.pk)
    assert list(Passage.objects.values_list("pk", "folded")) == before
    assert IndexedPart.objects.done().count() == 2


def test_one_whose_task_was_lost_is_queued_again_by_the_sweep(city):
    circular = city.registered()
    OrmQ.objects.all().delete()
    sweep_unindexed(MONDAY)
    assert not OrmQ.objects.exists()
    sweep_unindexed(MONDAY + 2 * SETTLING)
    assert queued("circulars.tasks.index") == [(circular.pk,)]
    index(circular.pk)
    OrmQ.objects.all().delete()
    sweep_unindexed(MONDAY + 2 * SETTLING)
    assert not OrmQ.objects.exists()


def test_papers_from_before_the_index_are_taken_in_by_themselves_and_health_says_how_many_wait(city, monkeypatch):
    old = [city.registered(attachments=attached()) for _ in range(2)]
    OrmQ.objects.all().delete()
    years_on = MONDAY + timedelta(days=900)
    waits = "还有 {} 件公文在等收入"
    assert waits.format(2) in str(platform_health(city.engineer, years_on))
    sweep_unindexed(years_on)
    assert queued("circulars.tasks.index") == [(circular.pk,) for circular in reversed(old)]
    # While the queue is as long as one round, no more is put there.
    monkeypatch.setattr(indexing, "SWEPT_AT_ONCE", 2)
    sweep_unindexed(years_on)
    assert OrmQ.objects.count() == 2
    OrmQ.objects.all().delete()
    # A task that was killed between two files leaves one to be found.
    take_in(old[0], at=MONDAY, within=0)
    index(old[1].pk)
    assert waits.format(1) in str(platform_health(city.engineer, years_on))
    sweep_unindexed(years_on)
    assert queued("circulars.tasks.index") == [(old[0].pk,)]
    index(old[0].pk)
    OrmQ.objects.all().delete()
    sweep_unindexed(years_on)
    assert not OrmQ.objects.exists()
    assert "登记的公文都已收入" in str(platform_health(city.engineer, years_on))


def test_the_index_is_rebuilt_and_taken_up_where_it_stopped(city, sent, capsys):
    second = city.sent(title="关于另一件事的通知")
    call_command("index_circulars")
    assert numbers(city.clerk, "另一件事") == [second.number]
    keys = set(Passage.objects.values_list("pk", flat=True))
    call_command("index_circulars")
    assert set(Passage.objects.values_list("pk", flat=True)) == keys
    call_command("index_circulars", "--rebuild")
    assert not keys & set(Passage.objects.values_list("pk", flat=True))
    assert numbers(city.clerk, WORD) == [sent.number]
    assert "2 份公文都在索引里" in capsys.readouterr().out


def test_the_page_marks_the_hit_and_leads_to_the_paper(city, sent):
    page = city.desk(city.clerk).get(reverse("circulars:search"), {"q": f"值班 {WORD}"}).content.decode()
    assert f"<mark>{WORD}</mark>" in page
    assert "国庆假期<mark>值班</mark>工作" in page
    assert reverse("circulars:reading", args=[city.delivery(sent).pk]) in page
    assert (
        reverse("circulars:board", args=[sent.uuid])
        in city.desk(city.drafter).get(reverse("circulars:search"), {"q": WORD}).content.decode()
    )
    beside = city.desk(city.clerk).get(reverse("circulars:search"), {"q": "高建军"}).content.decode()
    assert "附件“值班表”" in beside
    assert "<mark>高建军</mark>" in beside


def test_what_a_paper_says_is_text_on_the_page(city):
    title, body = "关于<script>alert(1)</script>的通知", "现通知如下：\n一、<img src=x onerror=alert(2)>防风。"
    take_in(city.sent(title=title, body=body), at=MONDAY)
    page = city.desk(city.clerk).get(reverse("circulars:search"), {"q": "<img 防风 alert"}).content.decode()
    assert "<mark>防风</mark>" in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_filters_narrow_what_is_found_and_find_without_words(city, sent):
    other = city.sent(
        issuer=city.department,
        by=city.department_drafter,
        title="关于演练报告的通知",
        primary_units=[city.attentive],
        document_type="notice",
    )
    take_in(other, at=MONDAY)
    both = [other.number, sent.number]
    assert numbers(city.clerk, "", side="received") == both
    assert numbers(city.clerk, "", side="issued") == []
    assert numbers(city.clerk, "", sender="BM20") == [other.number]
    assert numbers(city.clerk, f"演练 {WORD}") == []
    assert numbers(city.clerk, "", stand="unsigned") == both
    city.sign(city.opened(sent))
    assert numbers(city.clerk, "", stand="unsigned") == [other.number]
    assert numbers(city.clerk, "", stand="signed", year="2026") == [sent.number]
    assert numbers(city.clerk, "", stand="signed", year="2025") == []
    assert numbers(city.drafter, "", side="issued", stand="sent") == [sent.number]
    assert numbers(city.clerk, "", urgency="normal") == both
    assert numbers(city.clerk, "", urgency="urgent") == []
    asked = {"urgency": "urgent", "sender": "BM20"}
    assert Question.asked_by(asked).filters == "sender=BM20&urgency=urgent"
    assert Question.asked_by({"urgency": "soon"}).is_empty


def test_pages_follow_each_other_and_none_is_shown_twice(city, sent):
    for title in ("关于甲事的通知", "关于乙事的通知"):
        take_in(city.sent(title=title), at=MONDAY)
    first = find(city.clerk, Question(words="通知"), most=2)
    assert first.following
    after = Mark.read(str(first.following))
    second = find(city.clerk, Question(words="通知"), after=after, most=2)
    assert [len(first.circulars), len(second.circulars), second.following] == [2, 1, None]
    assert {circular.pk for circular in first.circulars + second.circulars} == set(
        Circular.objects.values_list("pk", flat=True)
    )
    for nonsense in ("", "x", "1", "1.", "9" * 17 + ".1", "-1.2", "1.2.3", "².²"):
        assert (
            city.desk(city.clerk).get(reverse("circulars:search"), {"q": "通知", "after": nonsense}).status_code == 200
        )


def test_a_person_keeps_questions_and_nobody_else_sees_them(city, sent):
    clerk, colleague = city.desk(city.clerk), city.desk(city.second_clerk)
    save, page = reverse("circulars:save_search"), reverse("circulars:search")
    for _ in range(2):
        answer = clerk.post(save, {"q": "值班", "side": "received", "name": "值班通知"}, follow=True)
        assert "已保存常用检索“值班通知”" in answer.content.decode()
    kept = SavedSearch.objects.get()
    assert sent.number in clerk.get(f"{page}?{kept.address}").content.decode()
    assert "值班通知" in clerk.get(page).content.decode()
    assert "值班通知" not in colleague.get(page).content.decode()
    delete = reverse("circulars:delete_search", args=[kept.pk])
    assert colleague.post(delete).status_code == 404
    assert clerk.get(delete).status_code == clerk.get(save).status_code == 405
    assert "已删除" in clerk.post(delete, follow=True).content.decode()
    assert clerk.post(delete).status_code == 404
    assert "没有保存" in clerk.post(save, {"name": "空的"}, follow=True).content.decode()


def test_a_thirty_first_question_and_one_with_a_mark_of_secrecy_are_refused(city):
    SavedSearch.objects.bulk_create(
        SavedSearch(person=city.clerk, name=f"第{n}个", words="值班", saved_at=MONDAY) for n in range(MOST)
    )
    clerk, save = city.desk(city.clerk), reverse("circulars:save_search")
    assert "最多保存 30 个" in clerk.post(save, {"q": "值班", "name": "再一个"}, follow=True).content.decode()
    assert "密级标志" in clerk.post(save, {"q": "机密★10年", "name": "第1个"}, follow=True).content.decode()
    clerk.post(save, {"q": "防汛", "name": "第1个"})
    assert SavedSearch.objects.get(name="第1个").words == "防汛"
    assert SavedSearch.objects.count() == MOST


def test_the_workbook_has_what_the_page_shows(city, sent):
    answer = city.desk(city.clerk).get(reverse("reports:search_book"), {"q": WORD})
    cells = [cell for row in load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True) for cell in row]
    assert {sent.number, sent.title} <= set(cells)
    empty = city.desk(city.county_clerk).get(reverse("reports:search_book"), {"q": WORD})
    cells = [cell for row in load_workbook(BytesIO(empty.content)).active.iter_rows(values_only=True) for cell in row]
    assert sent.number not in cells
    for person in (city.engineer, city.nobody):
        assert city.desk(person).get(reverse("reports:search_book"), {"q": WORD}).status_code == 404


def test_an_empty_page_says_what_to_do_and_who_reads_nothing_has_no_box(city, sent):
    clerk = city.desk(city.clerk)
    assert "怎么查" in clerk.get(reverse("circulars:search")).content.decode()
    assert "没有找到" in clerk.get(reverse("circulars:search"), {"q": "并无此事"}).content.decode()
    assert "data-search" in clerk.get(reverse("notices")).content.decode()
    engineer = city.desk(city.engineer)
    assert "data-search" not in engineer.get(reverse("notices")).content.decode()
    assert engineer.get(reverse("circulars:search")).status_code == 404
