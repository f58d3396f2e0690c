"""Workbooks as downloads: under their Chinese name and a plain one, and kept by no cache on the way (Article 5)."""

from urllib.parse import quote

from django.http import HttpResponse

from cms.sheetsteps import XLSX


def workbook_answer(content: bytes, *, plain: str, name: str) -> HttpResponse:
    """The workbook is saved as ``name``, by an old program as ``plain``; both come with their ending."""
    names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": f"attachment; {names}", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
