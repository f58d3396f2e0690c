"""Beginning a draft that is not empty: in this year's section of the unit, owned by who began it, with what is usual there (Article 3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.demands.drafting import ask_alike
from circulars.elements.names import is_telegram
from circulars.issuing import IssuingTemplate
from circulars.layouts import Layout
from circulars.numbering import Series
from circulars.origins import Origin, begun_with
from circulars.pages import CircularPage
from circulars.sections import open_section
from cms.lifecycles import OutOfOrder

_MARK_ENDS = {Layout.GENERAL: "文件", Layout.LETTER: "", Layout.ORDER: "令", Layout.MINUTES: "纪要"}


def usual_mark(issuer: Unit, layout: str = Layout.GENERAL) -> str:
    """The red head that a paper of this unit in this layout usually bears."""
    return f"{issuer.name}{_MARK_ENDS[Layout(layout)]}"


def mark_for(issuer: Unit, series: Series, mark: str) -> str:
    """The mark as it stands, or the usual one of the series' layout where it is still the usual one of another."""
    is_usual = mark in {usual_mark(issuer, layout) for layout in Layout}
    if not is_usual or is_telegram({"series": series.prefix, "issuer_mark": mark}):
        return mark
    return usual_mark(issuer, series.layout)


def usual_elements(issuer: Unit, on: date) -> dict[str, str]:
    """What the papers of this unit usually bear on this day, by its 发文样式 where it has one."""
    template = IssuingTemplate.objects.in_force([issuer.code], on).get(issuer.code)
    usual = {
        "issuer_mark": usual_mark(issuer),
        "signatures": issuer.name,
        "printing_office": (issuer.served_by or issuer).name,
    }
    if template is None:
        return usual
    own = {"issuer_mark": template.mark, "printing_office": template.printing_office, "annotation": template.annotation}
    return usual | {name: text for name, text in own.items() if text}


@transaction.atomic
def begin(
    issuer: Unit,
    *,
    kind: Origin.Kind,
    key: UUID,
    by: Any,
    at: datetime,
    elements: Mapping[str, Any],
    rows: Mapping[str, Iterable[Any]] | None = None,
    account: Sequence[str] = (),
    source: CircularPage | None = None,
    asks_alike: bool = False,
) -> CircularPage:
    """The draft is there, put away unfinished; a second time with the same key it is the first one.

    ``rows`` are the draft's units, attachments, references and further issuers; ``source`` is the paper whose text it has, and
    with ``asks_alike`` its demand for an answer and its form. Raises ``PermissionDenied`` for a unit that the person does not draft for or that
    issues nothing.
    """
    if not may(by, Right.DRAFT, issuer.pk) or not issuer.can_issue:
        raise PermissionDenied(f"您不能为“{issuer}”拟稿。")
    section = open_section(issuer, timezone.localdate(at).year)
    Page.objects.select_for_update().get(pk=section.pk)
    if begun := begun_with(key, by):
        return begun
    if Origin.objects.filter(key=key).exists():
        raise OutOfOrder("这个页面已经用过，请重新打开再办理。")
    page = CircularPage(**(usual_elements(issuer, timezone.localdate(at)) | dict(elements)), owner=by, live=False)
    page.section_unit = issuer
    for name, value in (rows or {}).items():
        setattr(page, name, list(value))
    page.tidy()
    section.add_child(instance=page)
    page.save_revision(user=by, log_action=True, clean=False)
    if source and asks_alike:
        ask_alike(page, source)
    Origin.objects.create(page=page, kind=kind, source=source, key=key, account="\n".join(account), begun_at=at)
    return page
