"""What may hold the text of a blocked paper, listed where it is dealt with: copies, copies of copies, papers that pass it on (Article 5)."""

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from circulars import moderation
from circulars.copying import copy_draft
from circulars.origins import Origin, begun_from
from circulars.pages import CircularPage, Reference
from circulars.passingon import Manner, pass_on
from circulars.purging import block, confirm
from circulars.relatives import relatives_of
from circulars.secrecycases import SecrecyCase
from cms.discards import sweep_discards
from tests.cast import LUNCH, MONDAY
from tests.traces import traces

WORD = "zq7secret"


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture
def sent(city):
    """Sent to the department, which has signed for it."""
    circular = city.sent(
        title=f"关于{WORD}的通知", body=f"一、{WORD}。", primary_units=[city.department, city.attentive]
    )
    delivery = city.delivery(circular, city.department)
    delivery.open(by=city.department_head, at=MONDAY)
    city.sign(delivery, by=city.department_head)
    return circular


def copied(city, page) -> CircularPage:
    return copy_draft(page, key=uuid4(), by=city.drafter, at=MONDAY)


def passed_on(city, circular) -> CircularPage:
    delivery = city.delivery(circular, city.department)
    by = city.department_drafter
    return pass_on(delivery, Manner.FORWARD, issuer=city.department, key=uuid4(), by=by, at=MONDAY)


def blocked(city, page) -> SecrecyCase:
    return block(page, reason="市保密局来函要求封存。", by=city.secretary, at=LUNCH)


def purged(city, page) -> SecrecyCase:
    case = blocked(city, page)
    confirm(case, by=city.secretary, at=LUNCH)
    return confirm(case, by=city.engineer, at=LUNCH)


def shown(city, case) -> str:
    return city.desk(city.secretary).get(reverse("circulars:secrecy_case", args=[case.pk])).content.decode()


def listed(case) -> list[tuple[str, str, str]]:
    return [(row.name, row.how, row.state) for row in relatives_of(case, LUNCH)]


def test_copies_papers_that_pass_it_on_and_papers_that_refer_to_it_are_listed_by_number_with_their_state(city, sent):
    copy = copied(city, sent.page)
    of_the_copy = copied(city, copy)
    onward = passed_on(city, sent)
    referring = city.submitted(references=[Reference(relation="repeals", title="旧通知", circular=sent)])
    city.draft(title="别的通知")
    case = blocked(city, sent.page)
    assert listed(case) == [
        (f"文稿 {copy.pk}", "复制为新稿", "草稿"),
        (f"文稿 {of_the_copy.pk}", "复制为新稿", "草稿"),
        (f"文稿 {onward.pk}", "转发来文", "草稿"),
        (f"文稿 {referring.pk}", "废止", "核稿中"),
    ]
    text = shown(city, case)
    assert WORD not in text
    assert city.department.short_name in text


def test_a_paper_that_passes_it_on_is_listed_though_its_reference_was_taken_out(city, sent):
    onward = passed_on(city, sent)
    Reference.objects.filter(page=onward.pk).delete()
    assert [name for name, *_ in listed(blocked(city, sent.page))] == [f"文稿 {onward.pk}"]


def test_each_is_blocked_from_the_case_and_then_says_so(city, sent):
    copy = copied(city, sent.page)
    case = blocked(city, sent.page)
    address = f"{reverse('circulars:secrecy_block')}?number={copy.pk}"
    assert address in shown(city, case)
    assert f'value="{copy.pk}"' in city.desk(city.secretary).get(address).content.decode()
    blocked(city, copy)
    assert listed(case) == [(f"文稿 {copy.pk}", "复制为新稿", "已封存")]
    assert address not in shown(city, case)


def test_when_all_are_purged_no_word_is_left(city, sent):
    copy = copied(city, sent.page)
    of_the_copy, onward = copied(city, copy), passed_on(city, sent)
    purged(city, sent.page)
    assert WORD not in Origin.objects.get(page=copy.pk).account
    for page in (copy, of_the_copy, onward):
        purged(city, page)
    sweep_discards(LUNCH)
    assert traces(WORD) == []


def test_a_copy_under_another_title_no_longer_names_what_it_was_copied_from(city, sent):
    copy = copied(city, sent.page)
    draft = city.change(copy, title="关于值班的通知", body="一、值班。")
    purged(city, sent.page)
    origin = Origin.objects.get(page=draft.pk)
    assert origin.lines[0] == "来源公文已作涉密处置。"
    assert origin.lines[1].startswith("没有复制")


def test_a_copy_of_a_draft_that_was_thrown_away_is_a_copy_of_what_that_came_from(city, sent):
    middle = copied(city, sent.page)
    last = copied(city, middle)
    CircularPage.objects.get(pk=middle.pk).delete()
    assert begun_from(sent.page.pk) == {last.pk}
    first = city.draft()
    alone = copied(city, first)
    CircularPage.objects.get(pk=first.pk).delete()
    assert Origin.objects.get(page=alone.pk).source is None


def test_the_list_takes_no_more_questions_for_more_papers(city, sent, django_assert_max_num_queries):
    case, counts = blocked(city, sent.page), []
    for _ in range(2):
        page = city.submitted(references=[Reference(relation="repeals", title="旧通知", circular=sent)])
        moderation.decide(page, "return", by=city.reviewer, at=MONDAY, opinion="请改。")
        with django_assert_max_num_queries(20) as asked:
            relatives_of(case, LUNCH)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_drafts_from_before_sources_were_kept_are_given_theirs(city, sent):
    copy, onward, of_a_draft = copied(city, sent.page), passed_on(city, sent), copied(city, city.draft())
    Origin.objects.update(source=None)
    import_module("circulars.migrations.0036_sources_of_earlier_drafts").fill(apps, None)
    assert begun_from(sent.page.pk) == {copy.pk, onward.pk}
    assert Origin.objects.get(page=of_a_draft.pk).source is None
