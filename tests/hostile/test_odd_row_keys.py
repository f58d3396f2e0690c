"""Keys of rows as nobody's page sends them: they choose nothing, on lists of the accounts' floor as on those of papers (Articles 6 and 16)."""

import pytest
from django.urls import reverse

from accounts.inspections import LineInspection
from tests import lines

ODD = ["9" * 5000, "9" * 40, "²", "-1", "\0", "１２", "1e3", ""]
FINDING = {"which": "chosen", "inspected_on": "2026-09-20", "result": "good", "number": "巡检〔2026〕3号"}


@pytest.mark.parametrize("key", ODD, ids=range(len(ODD)))
def test_an_odd_key_files_no_inspection_prints_no_letter_and_narrows_no_list(city, circular, key):
    lines.carrier(city)
    line = lines.line(city)
    for lineman_sends in ({"lines": [key]}, {"lines": [line.pk, key]}):
        answer = city.desk(city.lineman).post(reverse("accounts:inspections"), FINDING | lineman_sends)
        assert answer.status_code == 200
    assert not LineInspection.objects.exists()
    letters = city.desk(city.engineer).post(reverse("accounts:account_letters"), {"person": [key]}, follow=True)
    assert letters.status_code == 200
    assert "请先选择要打印的人。" in [str(message) for message in letters.context["messages"]]
    for address in (reverse("circulars:urge_log", args=[circular.uuid]), reverse("circulars:paper_sheet")):
        assert city.desk(city.sender).get(address, {"unit": key}).status_code == 200
    assert city.desk(city.engineer).get(reverse("accounts:lines"), {"carrier": key}).status_code == 200
