"""Units beside circulars for the whole area: the figures are those of the lists they lead to, whoever asks and however much there is."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.deadlines import Urgency
from cms.accesslog import Access, Look
from cms.areas import Area
from tests.offices import beijing

MATRIX, BOOK = reverse("reports:matrix"), reverse("reports:matrix_workbook")


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)


@pytest.fixture
def desk(november, client):
    client.force_login(november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00")))
    return client


def rows(shown):
    return {row.unit.short_name: row.words for row in shown.context["matrix"].rows}


def test_each_unit_has_a_word_for_each_circular_and_totals_are_those_of_the_boards(desk):
    shown = desk.get(MATRIX)
    assert rows(shown) == {
        "宝塔区": ["pending", "signed", "signed", "signed", "signed"],
        "市财政局": ["signed", "late", "signed", "signed", "signed"],
        "市气象局": ["pending", "signed", "signed", "late", "signed"],
    }
    matrix, page = shown.context["matrix"], shown.content.decode()
    assert matrix.open_count == sum(row.open_count for row in matrix.rows) == 4
    for circular, count in zip(matrix.circulars, matrix.open_counts, strict=True):
        address = f"{reverse('circulars:board', args=[circular.uuid])}?show=open"
        assert (address in page) is bool(count)
        assert sum(len(group.lines) for group in desk.get(address).context["groups"]) == count
    for row in matrix.rows:
        assert f'<a href="{reverse("accounts:unit", args=[row.unit.pk])}">{row.unit.short_name}</a>' in page
    assert '<td class="mark mark--late">超时</td>' in page


def test_it_is_narrowed_to_what_is_asked_for_and_odd_wishes_are_none(desk, november):
    other = november.issue("2026-11-30 10:00", issuer="BM08")
    november.deliver(other, "QX01")
    everything = rows(desk.get(MATRIX))
    assert len(everything["宝塔区"]) == 6
    office, department = november.units["YA-ZFB"].pk, november.units["BM08"].pk
    assert rows(desk.get(MATRIX, {"issuer": department})) == {"宝塔区": ["pending"]}
    assert len(rows(desk.get(MATRIX, {"issuer": office}))["宝塔区"]) == 5
    assert len(rows(desk.get(MATRIX, {"urgency": Urgency.URGENT}))["市财政局"]) == 2
    assert list(rows(desk.get(MATRIX, {"category": "department"}))) == ["市财政局"]
    assert rows(desk.get(MATRIX, {"reach": "7"}))["宝塔区"] == ["pending", "pending"]
    still_open = desk.get(MATRIX, {"reach": "open"}).context["matrix"].circulars
    assert [circular.pk for circular in desk.get(MATRIX, {"show": "open"}).context["matrix"].circulars] == [
        circular.pk for circular in still_open
    ]
    assert len(still_open) == 4
    for odd in ({"reach": "x"}, {"issuer": "1 or 1"}, {"issuer": "²"}, {"urgency": "\x00"}, {"category": "'"}):
        assert rows(desk.get(MATRIX, odd)) == everything, odd
    assert "换一个期间" in desk.get(MATRIX, {"issuer": 10**8}).content.decode()
    assert "各单位都签收了" in desk.get(MATRIX, {"show": "open", "category": "zone"}).content.decode()


def test_a_circular_of_another_area_is_not_here(desk, november):
    county = Area.objects.create(code="baota", name="宝塔区")
    unit = november.units["BM08"]
    november.deliver(november.issue("2026-11-30 10:00", issuer="BM08"), "QX01")
    type(unit).objects.filter(pk=unit.pk).update(area=county)
    assert len(rows(desk.get(MATRIX))["宝塔区"]) == 5


def test_the_workbook_says_what_the_page_says_and_is_on_record(desk):
    sheet = load_workbook(BytesIO(desk.get(BOOK, {"show": "open"}).content)).active
    head = [sheet.cell(4, column).value for column in range(1, 9)]
    assert head[:4] == ["序号", "单位", "类别", "未签收"]
    assert head[4].startswith("延政办发〔2026〕")
    told = [[sheet.cell(row, column).value for column in (2, 4, 5)] for row in (6, 7, 8)]
    assert told == [["宝塔区", 1, "待签"], ["市财政局", 1, "已签"], ["市气象局", 2, "待签"]]
    assert "未签收 4 件次" in sheet["A2"].value
    assert Access.objects.filter(look=Look.EXPORTED, subject__startswith="签收矩阵").count() == 1


def test_it_asks_the_same_few_questions_however_much_there_is(desk, november):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            desk.get(MATRIX)
        return len(asked)

    few = questions()
    for sent_at in ("2026-11-19 09:00", "2026-11-20 09:00", "2026-12-01 08:40"):
        another = november.issue(sent_at)
        for to in ("QX01", "BM08", "ZX05"):
            november.deliver(another, to)
    assert questions() == few


@pytest.mark.parametrize("page", [MATRIX, BOOK])
def test_who_inspects_gets_in_and_clerk_and_sender_do_not(november, client, page):
    for name, role, unit, status in (
        ("duty", Role.DUTY_OFFICER, "YA-ZFB", 200),
        ("clerk", Role.CLERK, "QX01", 404),
        ("sender", Role.SENDER, "YA-ZFB", 404),
    ):
        client.force_login(november.person(name, role, at=beijing("2026-11-01 09:00"), unit=unit))
        assert client.get(page).status_code == status, name
    assert client.post(page).status_code in (404, 405)
