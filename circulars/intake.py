"""Circulars from a file, taken in by the verbs that people use, at the times the file says (a demo, tests, a first filling)."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from accounts.units import GROUPS, Unit
from circulars.answers.building import ask_for_answers
from circulars.deadlines import Urgency
from circulars.demands.drafting import DraftField
from circulars.demands.fields import fields_in
from circulars.dispatch import announce, dispatch
from circulars.layouts import Direction, DocumentType, Openness, Retention
from circulars.moderation import NotReady, decide, submit
from circulars.numbering import NO_YEAR, NumberFormatWrong, Series, parse
from circulars.pages import CircularPage, CoIssuer, DraftAttachment, Reference, Relation
from circulars.registration import Circular, register
from circulars.sealing import sealed_on_paper
from circulars.sections import open_section
from circulars.snapshots import digest_of, snapshot_of
from circulars.steps import warnings_of
from circulars.turns import Turn
from cms.attachments import keep
from cms.reach import within_reach

Row = dict[str, Any]
Sealing = Callable[..., object]  # of a circular, by whom and at what time
_TYPES = {label: value for value, label in DocumentType.choices}
_RETENTIONS = {label: value for value, label in Retention.choices}


class CircularsRefused(Exception):
    """The file was not taken in, and nothing of it was; ``faults`` are sentences that name the circular."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


def read_circulars(path: Path) -> list[Row]:
    """The rows of the file, in order of sending, every one checked; raises ``CircularsRefused``."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CircularsRefused([f"读不到文件“{path}”：{error.strerror}。"]) from error
    except UnicodeDecodeError as error:
        raise CircularsRefused(["文件编码不是 UTF-8。"]) from error
    except json.JSONDecodeError as error:
        raise CircularsRefused([f"第 {error.lineno} 行第 {error.colno} 列不是有效的 JSON。"]) from error
    rows = content.get("circulars") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CircularsRefused(["文件应有“circulars”列表，每项是一份公文。"])
    faults = [
        f"第 {n} 份（{row.get('identifier', '无标识')}）：{fault}"
        for n, row in enumerate(rows, 1)
        for fault in _faults(row)
    ]
    numbers: dict[str, int] = {}
    for n, row in enumerate(rows, 1):
        key = f"{row.get('series')} {row.get('document_number')}"
        if key in numbers:
            faults.append(f"第 {n} 份：文号“{row.get('document_number')}”与第 {numbers[key]} 份重复。")
        numbers.setdefault(key, n)
    if faults:
        raise CircularsRefused(faults)
    return sorted(rows, key=lambda row: row["sent_at"])


def _faults(row: Row) -> Iterable[str]:
    required = ("genre", "direction", "issuing_units", "issuer_mark", "document_number", "urgency", "title", "body",
                "series", "sent_at", "written_date")  # fmt: skip
    missing = [name for name in required if not row.get(name)]
    if missing:
        yield f"缺少 {'、'.join(missing)}。"
        return
    if row.get("classification") or row.get("classification_period"):
        yield "标有密级。涉及国家秘密的公文不得使用本系统传发（第五条）。"
    for name, known in (("genre", _TYPES), ("direction", Direction.values), ("urgency", Urgency.values)):
        if row[name] not in known:
            yield f"{name}“{row[name]}”不认识。"
    if row.get("publicity", "internal") not in Openness.values:
        yield f"publicity“{row['publicity']}”不认识。"
    if row.get("retention", "10年") not in _RETENTIONS:
        yield f"retention“{row['retention']}”不认识。"
    try:
        parse(row["document_number"])
    except NumberFormatWrong as wrong:
        yield str(wrong)
    yield from _time_faults(row)
    yield from _address_faults(row)


_READERS: dict[str, Callable[[str], date]] = {
    "sent_at": datetime.fromisoformat,
    "written_date": date.fromisoformat,
    "printing_date": date.fromisoformat,
}


def _time_faults(row: Row) -> Iterable[str]:
    for name, reader in _READERS.items():
        if name == "printing_date" and not row.get(name):
            continue
        try:
            given = reader(row[name])
            within_reach(given)
        except (TypeError, ValueError):
            yield f"{name}“{row[name]}”不是有效的时间。"
        except ValidationError as far:
            yield f"{name}“{row[name]}”：{far.messages[0]}"
        else:
            if isinstance(given, datetime) and given.tzinfo is None:
                yield "sent_at 应带时区，如 2026-11-11T09:30:00+08:00。"


def _address_faults(row: Row) -> Iterable[str]:
    named = [*row["issuing_units"], *row.get("primary_units", ()), *row.get("cc_units", ())]
    known = set(Unit.objects.filter(code__in=named).values_list("code", flat=True))
    for code in dict.fromkeys(code for code in named if code not in known):
        yield f"单位代码“{code}”不在使用单位名册。"
    for name in ("primary_units", "cc_units"):
        codes = row.get(name, [])
        for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
            yield f"{name} 中“{code}”写了两次。"
    for code in row.get("primary_groups", ()):
        if code not in GROUPS:
            yield f"类别“{code}”不认识。"


@transaction.atomic
def load_circulars(rows: list[Row], *, sealed: Sealing = sealed_on_paper) -> list[Circular]:
    """Every circular of the rows that is not there yet has been drafted, reviewed, approved, registered, sealed and sent at its times.

    All or none: raises ``CircularsRefused`` when one cannot go its way, and the database is as before.
    """
    loaded = []
    for row in rows:
        try:
            circular = _load(row, sealed)
        except NotReady as not_ready:
            raise CircularsRefused(
                [f"{row.get('identifier', row['title'])}：{p.sentence}（{p.code}）" for p in not_ready.problems]
            ) from not_ready
        except CircularsRefused:
            raise
        except Exception as error:
            if type(error).__module__.partition(".")[0] in {"circulars", "cms", "django"} and str(error):
                raise CircularsRefused([f"{row.get('identifier', row['title'])}：{error}"]) from error
            raise
        if circular is not None:
            loaded.append(circular)
    return loaded


def _load(row: Row, sealed: Sealing) -> Circular | None:
    issuer = Unit.objects.get(code=row["issuing_units"][0])
    series = Series.objects.filter(unit=issuer, prefix=row["series"]).first()
    if series is None:
        raise CircularsRefused([f"{row['title']}：“{issuer}”没有文号系列“{row['series']}”，请先载入文号系列。"])
    number = parse(row["document_number"])
    if Circular.objects.filter(series=series, year=number.year, sequence=number.sequence).exists():
        return None
    people = {right: _holder(issuer, right) for right in (Right.DRAFT, Right.REVIEW, Right.REGISTER, Right.SEND)}
    sent_at = datetime.fromisoformat(row["sent_at"])
    begun = min(
        timezone.make_aware(datetime.combine(date.fromisoformat(row["written_date"]), time(8, 30))),
        sent_at - timedelta(minutes=60),
    )
    page = _draft(row, issuer, series, people[Right.DRAFT])
    if said := row.get("reply"):
        due_on = date.fromisoformat(said["due_on"]) if said["due_on"] else None
        fields = fields_in(said, DraftField)
        ask_for_answers(page, required=True, due_on=due_on, fields=fields, by=people[Right.DRAFT], at=begun)
    submit(page, by=people[Right.DRAFT], at=begun)
    answered = [problem.key for problem in warnings_of(page.versions.latest("number"))]
    decide(page, "agree", by=people[Right.REVIEW], at=begun + timedelta(minutes=15), answered=answered)
    while turn := Turn.objects.open().filter(page=page.pk).select_related("unit").first():
        decide(page, "agree", by=_taker(turn), at=begun + timedelta(minutes=30), opinion="同意。")
    circular = register(
        page,
        digest=digest_of(snapshot_of(page.get_latest_revision_as_object())),
        by=people[Right.REGISTER],
        at=begun + timedelta(minutes=45),
    )
    if circular.number != row["document_number"]:
        raise CircularsRefused(
            [f"{row['title']}：应编为“{row['document_number']}”，系列“{row['series']}”现在轮到“{circular.number}”。"]
        )
    _date_the_draft(page, begun)
    sealed(circular, by=people[Right.REGISTER], at=begun + timedelta(minutes=50))
    dispatch(circular, by=people[Right.SEND], at=sent_at, off_hours_reason=row.get("off_hours_reason") or "")
    announce(circular, at=sent_at)
    return circular


def _holder(issuer: Unit, right: Right) -> User:
    holders = people_with(right, issuer.pk)
    if not holders:
        raise CircularsRefused([f"“{issuer}”没有人担任“{right.label}”，请先登记任职。"])
    return User.objects.get(pk=min(holders))


def _taker(turn: Turn) -> User:
    """Somebody whom the seat does not refuse."""
    for person in User.objects.filter(pk__in=people_with(Right(turn.right), turn.unit_id)).order_by("pk"):
        if not turn.refusal(person):
            return person
    raise CircularsRefused([f"“{turn.unit}”没有人能{Right(turn.right).label}，请先登记任职。"])


def _draft(row: Row, issuer: Unit, series: Series, drafter: User) -> CircularPage:
    year = parse(row["document_number"]).year
    section = open_section(issuer, datetime.fromisoformat(row["sent_at"]).year if year == NO_YEAR else year)
    page = CircularPage(
        title=row["title"],
        owner=drafter,
        live=False,
        document_type=_TYPES[row["genre"]],
        direction=row["direction"],
        series=series,
        urgency=row["urgency"],
        issuer_mark=row["issuer_mark"],
        signers="、".join(row.get("signers") or ()),
        primary_text=row.get("primary_text") or "",
        primary_groups=",".join(row.get("primary_groups") or ()),
        cc_text=row.get("cc_text") or "",
        body=row["body"].replace("\n\n", "\n"),
        signatures="\n".join(row.get("signature") or ()),
        written_date=date.fromisoformat(row["written_date"]),
        annotation=row.get("annotation") or "",
        printing_office=row.get("printing_office") or "",
        printing_date=date.fromisoformat(row["printing_date"]) if row.get("printing_date") else None,
        openness=row.get("publicity", Openness.INTERNAL),
        retention=_RETENTIONS[row.get("retention", "10年")],
        is_sealed=row.get("sealed", True) is True,
    )
    page.primary_units = Unit.objects.filter(code__in=row.get("primary_units") or ())
    page.cc_units = Unit.objects.filter(code__in=row.get("cc_units") or ())
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=row["issuing_units"])}
    page.co_issuers = [CoIssuer(unit=units[code], sort_order=n) for n, code in enumerate(row["issuing_units"][1:])]
    page.references = [
        Reference(
            relation=reference["relation"] if reference["relation"] in Relation.values else Relation.REPLIES_TO,
            title=reference["title"],
            number=reference.get("document_number") or "",
            sort_order=n,
        )
        for n, reference in enumerate(row.get("references") or ())
    ]
    page.attachments = [_attachment(n, note) for n, note in enumerate(row.get("attachment_notes") or ())]
    section.add_child(instance=page)
    page.save_revision(user=drafter, log_action=True)
    return page


def _date_the_draft(page: CircularPage, at: datetime) -> None:
    """The draft was last changed when it was handed over, not when the file was read."""
    CircularPage.objects.filter(pk=page.pk).update(latest_revision_created_at=at)
    page.revisions.update(created_at=at)


def _attachment(position: int, note: str) -> DraftAttachment:
    """A small real file for an attachment note: a workbook for tables, a text for everything else."""
    if note.endswith(("表", "台账")):
        book = openpyxl.Workbook()
        book.active.append(["序号", "项目", "内容", "备注"])  # type: ignore[union-attr]
        book.active.append([1, note, "示例内容", ""])  # type: ignore[union-attr]
        stream = io.BytesIO()
        book.save(stream)
        name, content = f"{note}.xlsx", stream.getvalue()
    else:
        name, content = f"{note}.txt", f"{note}\n\n（示例附件，内容为演示编写。）\n".encode()
    kept = keep(name, SimpleUploadedFile(name, content))
    return DraftAttachment(title=note, file=kept, file_name=name, sort_order=position)
