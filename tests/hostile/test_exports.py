"""What leaves the desk as a file: text stays text, names stay names, and each gets only what they may see (Articles 6 and 28)."""

import json
import re
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.people import User, take_post
from accounts.roles import RIGHTS, Right, Role
from accounts.units import Unit
from cms.areas import Area
from tests.cast import MONDAY, attached
from tests.offices import beijing

WORKBOOK = reverse("reports:month_workbook")
HOSTILE = ("=1+1", '@HYPERLINK("http://x","点")', "-1+左\u202e右")
FIRST_OF_DECEMBER = beijing("2026-12-01 09:00")


@pytest.fixture
def month(city, week):
    """A month in which every name and title that a person can set begins a formula; all of it late."""
    for cell in HOSTILE:
        city.sent(title=f"{cell}关于值班的通知", primary_units=[city.attentive, city.late])
    for number, unit in enumerate((city.attentive, city.late)):
        Unit.objects.filter(pk=unit.pk).update(name=HOSTILE[number], short_name=HOSTILE[number])
    User.objects.filter(pk=city.clerk.pk).update(name=HOSTILE[0])
    week.move_to(FIRST_OF_DECEMBER, tick=False)
    return city


def workbook(city, who="secretary", month="2026-09"):
    answer = city.desk(getattr(city, who)).get(WORKBOOK, {"month": month, "issuers": "all"})
    assert answer.status_code == 200
    assert "spreadsheetml" in answer["Content-Type"]
    return answer


def test_no_name_or_title_becomes_a_formula(month):
    content = workbook(month).content
    book = load_workbook(BytesIO(content))
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert all(re.match(r"=(IF|SUM|SUMIFS|COUNTIF)\(", formula) for formula in formulas)
    assert all(len(sheet.title) <= 31 for sheet in book)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or "hyperlink" in name.lower()]
        assert not [
            name
            for name in parts.namelist()
            if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", parts.read(name)) and name.endswith(".xml")
        ]


@pytest.mark.parametrize("name", ['延安"市', "延安\r\nX-Evil: 1", "../../延安", "延" * 200, "延;filename=x.exe"])
def test_the_name_of_the_file_stays_one_header_whatever_the_city_is_called(month, name):
    Area.objects.filter(pk=Area.objects.home().pk).update(name=name[:40])
    answer = workbook(month)
    said = answer["Content-Disposition"]
    assert "X-Evil" not in answer.headers
    assert re.fullmatch(r"attachment; filename=\"receipts-2026-09\.xlsx\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", said)


@pytest.mark.parametrize(
    "name",
    [
        '值"班.csv',
        "值班\r\nX-Evil: 1.csv",
        "../../etc/值班.csv",
        "值班;x=.exe.csv",
        "\u202evsc.值班.csv",
        "值" * 300 + ".csv",
    ],
)
def test_the_name_of_an_attachment_stays_one_header(city, name):
    delivery = city.opened(city.sent(attachments=attached(name="值班.csv")))
    circular = delivery.circular
    text = circular.text
    snapshot = circular.snapshot
    snapshot["attachments"][0]["name"] = name
    type(text).objects.filter(pk=text.pk).update(content=json.dumps(snapshot, ensure_ascii=False))
    answer = city.desk(city.clerk).get(reverse("circulars:attachment", args=[delivery.pk, 1]))
    said = answer["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert "X-Evil" not in answer.headers
    assert not re.search(r"[\r\n/\\]|%2F|%0D|%0A|%E2%80%AE", said)
    assert len(said) < 1500


@pytest.mark.parametrize("role", Role)
def test_the_figures_of_all_units_leave_only_with_who_may_export_them(circular, city, role):
    person = User.objects.create(username="exporting", name="导出")
    take_post(person, city.office, role, by=None, at=MONDAY)
    answer = city.desk(person).get(WORKBOOK, {"month": "2026-09"})
    assert answer.status_code == (200 if Right.REPORT in RIGHTS[role] else 404)
    assert Right.REPORT in RIGHTS[role] or circular.title not in answer.content.decode()
