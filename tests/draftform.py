"""A draft form filled in as the editor's page sends it."""

from typing import Any

from django.urls import reverse

from circulars.numbering import Series
from circulars.pages import CircularPage
from circulars.sections import open_section
from tests.cast import MONDAY, City


def filled(city: City, **fields: Any) -> dict[str, Any]:
    """What a drafter of the office types, complete, with these fields in place of the usual ones."""
    counts = {
        f"{rows}-{count}": 0
        for rows in ("attachments", "references", "co_issuers")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")
    }
    return counts | {
        "title": "关于做好国庆假期值班工作的通知",
        "document_type": "notice",
        "direction": "downward",
        "urgency": "normal",
        "openness": "internal",
        "retention": "10y",
        "redistribution": "free",
        "is_sealed": "on",
        "series": Series.objects.of(city.office).earliest("pk").pk,
        "issuer_mark": "延安市人民政府办公室文件",
        "primary_units": [city.attentive.pk, city.late.pk],
        "body": "现将国庆假期值班工作有关事项通知如下：\n一、严格落实值班制度。",
        "signatures": "延安市人民政府办公室",
        **fields,
    }


def attachment(number: int = 0, **fields: Any) -> dict[str, Any]:
    """The row of one attachment."""
    row = {"id": "", "ORDER": number + 1, "DELETE": "", "title": "值班表", "text": "", **fields}
    return {
        "attachments-TOTAL_FORMS": number + 1,
        **{f"attachments-{number}-{name}": value for name, value in row.items()},
    }


def add_address(city: City) -> str:
    """Where a new draft of the office is begun."""
    section = open_section(city.office, MONDAY.year)
    return reverse("wagtailadmin_pages:add", args=["circulars", "circularpage", section.pk])


def edit_address(page: CircularPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
