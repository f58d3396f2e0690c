"""下发: the circular by which a bulletin is made known, drafted from the published figures (Article 28; 2012 regulation art. 8(10)).

From the draft on it goes the way of every circular: reviewed, signed off, registered, sealed, sent and signed for.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.units import Category, Unit, UnitQuerySet
from circulars.access import drafting_units
from circulars.beginnings import begin
from circulars.layouts import Direction, DocumentType
from circulars.liability import Liability
from circulars.origins import Origin
from circulars.pages import CircularPage, DraftAttachment
from circulars.registration import Circular
from circulars.renditions import faces
from circulars.typesetting.barpress import Bar, set_bars
from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from cms import ledger
from cms.attachments import ALLOWED, clean_name, keep_own
from cms.lifecycles import OutOfOrder
from cms.sheetsteps import XLSX
from cms.workdays import local
from reports.bulletins import Bulletin
from reports.deeds import Deed
from reports.figures import UnitFigures
from reports.monthly import MonthReport, report_of
from reports.named import times_named
from reports.receipts import Issuers, issuing_units
from reports.templatetags.figures import percent as percent_of
from reports.templatetags.figures import thousandths
from reports.workbooks import write_month

PDF = ALLOWED["pdf"][0]
# A circular that came to nothing leaves the bulletin to be drafted anew.
_CAME_TO_NOTHING = (Circular.State.VOIDED, Circular.State.RECALLED)
_HEADS = ("单位", "应签收", "按时签收", "逾期签收", "未签收", "免责", "按时签收率")


def draft_of(bulletin: Bulletin) -> CircularPage | None:
    """The draft or circular that stands for the bulletin; None where there is none, or what there was came to nothing."""
    page = bulletin.page
    circular = getattr(page, "circular", None)
    return None if circular and circular.state in _CAME_TO_NOTHING else page


def issuers_for(person: Any, bulletin: Bulletin) -> UnitQuerySet:
    """The units by which the person may make the bulletin known: the area's government and its office, as far as the person drafts for them."""
    return drafting_units(person).filter(pk__in=issuing_units(Issuers.GOVERNMENT, bulletin.area))


@transaction.atomic
def begin_draft(bulletin: Bulletin, *, issuer: Unit, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A draft of the unit with the published figures, whom they name, and the month's workbook attached; a second press has the same one.

    Raises ``PermissionDenied`` for who does not draft for the unit and ``OutOfOrder`` before the approval or where somebody has begun it.
    """
    if not Bulletin.objects.for_person(by).filter(pk=bulletin.pk).exists():
        raise PermissionDenied("您不能起草这份通报。")
    if not issuers_for(by, bulletin).filter(pk=issuer.pk).exists():
        raise PermissionDenied("通报由本辖区的政府或其办公室起草，请另选发文单位。")
    bulletin = bulletin.locked()
    if bulletin.snapshot is None:
        raise OutOfOrder(f"{bulletin}还没有审定，不能起草。")
    if begun := draft_of(bulletin):
        if begun.owner_id == by.pk:
            return begun
        raise OutOfOrder(f"{bulletin}已由{begun.owner}起草，没有重复办理。")
    report = report_of(bulletin.snapshot)
    named = set(bulletin.named.values_list("unit", flat=True))
    attached, missing = _attached(report, named, bulletin.named_percent or 0)
    page = begin(
        issuer,
        kind=Origin.Kind.BULLETIN,
        key=uuid5(key, f"{bulletin.pk} {issuer.code}"),
        by=by,
        at=at,
        elements={
            "title": f"{issuer.name}关于{report.month.label}电子公文签收情况的通报",
            "document_type": DocumentType.BULLETIN,
            "direction": Direction.DOWNWARD,
            "body": body_of(report, named=named, percent=bulletin.named_percent or 0),
            **_groups(report.figures),
        },
        rows={"attachments": attached, "primary_units": _singly(report.figures, issuer)},
        account=[
            f"由{bulletin}生成，数字取自公布的第{bulletin.snapshot.version}版，公布后的签收不改变它。",
            "统计表和统计图列为附件，主送按当月收文的单位列出。请选定文号系列，核对正文，再送审。",
            *missing,
        ],
    )
    Bulletin.objects.filter(pk=bulletin.pk).update(page=page)
    facts = {"page": page.pk, "version": bulletin.snapshot.version}
    ledger.enter(Deed.BULLETIN_DRAFTED, subject=ledger.subject_of(bulletin), by=by, at=at, unit=issuer.pk, facts=facts)
    return page


def body_of(report: MonthReport, *, named: Iterable[int], percent: int) -> str:
    """The text from the figures: the whole, who is below the mark, every unit that was late, and what is asked of them."""
    total, chosen = report.totals, set(named)
    low = sorted((one for one in report.figures if one.unit_id in chosen), key=_rate)
    late = [one for one in report.figures if one.late or one.unsigned]
    summary = (
        f"{report.month.period}发送的公文，{len(report.figures)}家单位应签收{total.required}件次，按时签收{total.on_time}件次，"
        f"按时签收率{percent_of(total.on_time_rate)}；逾期签收{total.late}件次，未签收{total.unsigned}件次，免责{total.relief}件次。"
    )
    lines = [
        f"现将{report.month.label}电子公文签收情况通报如下：",
        "一、总体情况",
        summary,
        f"二、按时签收率低于{percent}%的单位",
    ]
    if low:
        names = "、".join(f"{one.name}（{percent_of(one.on_time_rate)}）" for one in low)
        lines.append(f"{names}。")
    else:
        lines.append("没有。")
    if any(row.liability == Liability.SENDER for row in report.late):
        lines.append("紧急公文应当短信或电话通知而没有通知的，责任在发送单位，不作为点名的依据。")
    lines.append("三、有逾期的单位")
    if late:
        lines.append(f"|{'|'.join(_HEADS)}|")
        lines += [f"|{'|'.join(_cells(one))}|" for one in late]
    else:
        lines.append("没有。")
    if low:
        lines += ["四、有关要求", "请第二项所列单位查明原因，落实专人值守，按规定时限签收公文。"]
    return "\n".join(lines)


def _cells(one: UnitFigures) -> tuple[str, ...]:
    counts = (one.required, one.on_time, one.late, one.unsigned, one.relief)
    return one.name, *map(str, counts), percent_of(one.on_time_rate)


def _rate(one: UnitFigures) -> Fraction:
    return one.on_time_rate or Fraction(0)


def _attached(report: MonthReport, named: Collection[int], percent: int) -> tuple[list[DraftAttachment], list[str]]:
    """The workbook and the chart, and what to say where the chart could not be drawn."""
    book = BytesIO()
    write_month(book, report, times_named(report))
    name, month = clean_name(report.file_name), report.month.label
    title = f"{report.title}（{month}）"
    rows = [DraftAttachment(title=title, file=keep_own(book, media_type=XLSX), file_name=name, sort_order=0)]
    try:
        chart = keep_own(BytesIO(chart_of(report, named=named, percent=percent)), media_type=PDF)
    except (FontMissing, NotTypeset) as refused:
        return rows, [f"没有统计图：{refused}"]
    title = f"各单位按时签收率（{month}）"
    return [*rows, DraftAttachment(title=title, file=chart, file_name=f"{title}.pdf", sort_order=1)], []


def chart_of(report: MonthReport, *, named: Collection[int], percent: int) -> bytes:
    """A bar for each unit of which something was required, the highest rate first; whom the bulletin names is drawn dark."""
    rated = sorted((one for one in report.figures if one.rank is not None), key=lambda one: one.rank or 0)
    bars = [
        Bar(
            one.name,
            thousandths(one.on_time_rate),
            f"{percent_of(one.on_time_rate)}　{one.on_time}/{one.required}",
            one.unit_id in named,
        )
        for one in rated
    ]
    note = f"按时签收件次／应签收件次；深色的为点名单位（低于{percent}%）"
    return set_bars(f"{report.month.label}各单位按时签收率", note, bars, faces(), dated=local(report.as_of).date())


def _groups(figures: Iterable[UnitFigures]) -> dict[str, str]:
    """The groups of bodies in the figures, as a draft keeps them."""
    found = {unit.group for unit in _standing(figures)} - {""}
    return {"primary_groups": ",".join(str(group) for group in Category.values if group in found)}


def _singly(figures: Iterable[UnitFigures], issuer: Unit) -> list[Unit]:
    """Who is in the figures and in no group."""
    return [unit for unit in _standing(figures) if not unit.group and unit.pk != issuer.pk]


def _standing(figures: Iterable[UnitFigures]) -> Iterable[Unit]:
    return Unit.objects.bodies().filter(pk__in=[one.unit_id for one in figures], state=Unit.State.ACTIVE).in_order()
