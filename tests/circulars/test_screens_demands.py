"""The screen of a demand: the drafter builds the form by rows, and who judges the draft reads it (2012 regulation art. 24(7))."""

from django.urls import reverse

from circulars import moderation
from circulars.demands.drafting import DraftDemand
from circulars.pages import CircularPage
from circulars.secrecyhits import SecrecyHit
from circulars.snapshots import snapshot_of
from tests.answers import ask
from tests.cast import MONDAY

ROWS = {"field-INITIAL_FORMS": "0", "field-MIN_NUM_FORMS": "0", "field-MAX_NUM_FORMS": "20"}


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


def posted(*fields, **changes):
    """What a browser posts of the form builder with these rows."""
    rows = {f"field-{n}-{name}": value for n, row in enumerate(fields) for name, value in row.items()}
    return ROWS | {"field-TOTAL_FORMS": str(len(fields)), "required": "on", "due_on": "2026-09-30"} | rows | changes


CHOICE = {"kind": "choice", "label": "是否参加", "options": "参加\r\n\r\n 不参加 ", "is_required": "on"}
TEXT = {"kind": "text", "label": "意见", "hint": "不超过百字"}


def test_a_drafter_puts_rows_in_moves_and_takes_them_out_without_a_script_and_saves(city):
    page = city.draft()
    desk, where = city.desk(city.drafter), url("demand", page.pk)
    assert "没有设定" in body(desk.get(where))
    added = desk.post(where, posted(CHOICE, act="add"))
    assert body(added).count('class="card asked-field"') == 2
    assert 'value="是否参加"' in body(added)
    moved = body(desk.post(where, posted(CHOICE, TEXT, act="up-1")))
    assert moved.index('value="意见"') < moved.index('value="是否参加"')
    left = body(desk.post(where, posted(CHOICE, TEXT, act="drop-0")))
    assert "是否参加" not in left
    assert 'value="意见"' in left
    assert not DraftDemand.objects.filter(pk=page.pk).exists()
    saved = desk.post(where, posted(CHOICE, {"kind": "text", "label": ""}, TEXT, act="save"), follow=True)
    assert "已保存" in body(saved)
    said = snapshot_of(page)["reply"]
    assert said["due_on"] == "2026-09-30"
    assert [(row["label"], row["options"], row["required"]) for row in said["fields"]] == [
        ("是否参加", ["参加", "不参加"], True),
        ("意见", [], False),
    ]
    assert 'value="是否参加"' in body(desk.get(where))
    assert "答复要求和回执表" in body(desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


def test_what_is_wrong_in_the_builder_is_said_and_nothing_is_lost(city):
    page = city.draft()
    desk, where = city.desk(city.drafter), url("demand", page.pk)
    for wrong, said in (
        (posted({"kind": "choice", "label": "是否参加"}), "每行写一个选项"),
        (posted(TEXT, TEXT), "名称相同"),
        (posted(TEXT, due_on="2026-09-27"), "已经过了"),
        (posted(TEXT, required=""), "请勾选"),
        (posted({"kind": "text", "label": "机密★3年"}), "涉及国家秘密"),
        (posted(TEXT, **{"field-TOTAL_FORMS": "100000"}), "最多 20 项"),
    ):
        refused = desk.post(where, wrong | {"act": "save"})
        assert said in body(refused)
        assert refused.status_code == 200
    assert not DraftDemand.objects.filter(pk=page.pk).exists()
    assert SecrecyHit.objects.count() == 1
    assert desk.post(where, {"act": "save"}).status_code == 200
    for stranger in (city.stranger, city.department_drafter):
        assert city.desk(stranger).post(where, posted(TEXT)).status_code == 404


def test_the_demand_is_shown_to_who_judges_the_draft_and_stays_shut_meanwhile(city):
    page = city.draft()
    ask(city, page)
    moderation.submit(page, by=city.drafter, at=MONDAY)
    shown = body(city.desk(city.reviewer).get(url("decide", page.pk)))
    assert "须答复，期限 2026-09-30" in shown
    assert "盖章的报名表" in shown
    assert "正在审签" in body(city.desk(city.drafter).get(url("demand", page.pk), follow=True))
    assert CircularPage.objects.filter(pk=page.pk).exists()
