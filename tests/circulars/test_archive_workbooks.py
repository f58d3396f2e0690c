"""移交清单 and 销毁清册 as workbooks: for whoever sees the list, with those who approved, stood by and received (Article 27)."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from circulars.archive.packagechecks import check
from circulars.archive.transfers import draw_up
from circulars.registration import Circular
from cms.accesslog import Access
from tests.archives import (
    LONG_AFTER,
    destroyed,
    filed,
    handled,
    holding,
    received,
    staffed,
)
from tests.cast import MONDAY, attached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture(scope="module")
def standing(beforehand):
    return beforehand("sent", attachments=attached())


@pytest.fixture
def city(city):
    return staffed(city)


@pytest.fixture
def paper(standing, city):
    return Circular.objects.get(pk=standing)


def test_a_list_of_destruction_is_a_workbook_with_approvals_and_witnesses_for_whoever_sees_it(city, paper, week):
    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    sheet = destroyed(city, kept)
    address = reverse("reports:destruction_workbook", args=[sheet.pk])
    answer = city.desk(city.clerk).get(address)
    assert "destruction-2037-1.xlsx" in answer["Content-Disposition"]
    page = load_workbook(io.BytesIO(answer.content)).active
    cells = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert page["A1"].value == "销毁清册"
    assert {kept.code, paper.number, paper.title, "保管期满，没有继续保存的价值。", "已销毁"} <= set(cells)
    signed = " ".join(cells)
    for person in (city.leader, city.second_leader, city.filer, city.clerk):
        assert person.name in signed
    assert Access.objects.filter(person=city.clerk, subject__startswith=str(sheet)).exists()
    assert page["F6"].number_format == "yyyy-mm-dd"
    for stranger in (city.late_clerk, city.office_archivist, city.archive_keeper):
        assert city.desk(stranger).get(address).status_code == 404


def test_a_list_of_transfer_is_a_workbook_for_both_sides(city, paper):
    handled(city, paper)
    kept = filed(city, holding(paper, city.office), "D30")
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    address = reverse("reports:transfer_workbook", args=[transfer.pk])
    for person in (city.office_archivist, city.archive_keeper):
        page = load_workbook(io.BytesIO(city.desk(person).get(address).content)).active
        cells = {str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None}
        assert {kept.code, paper.title, transfer.lines.get().package} <= cells
        assert any("＿＿＿" in cell and city.archive_office.name in cell for cell in cells)
    assert city.desk(city.filer).get(address).status_code == 404
