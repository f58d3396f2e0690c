"""转发、批转、印发、转报: a received circular passed on by a new draft, as far as its issuer allows (2012 regulation arts. 8(8), 15(4) and 31)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import models

from accounts.units import Unit
from circulars.archive.gone import gone_from
from circulars.beginnings import begin
from circulars.deliveries import Delivery
from circulars.layouts import Direction, DocumentType, Redistribution
from circulars.origins import Origin
from circulars.pages import CircularPage, DraftAttachment, Reference, Relation
from circulars.paper import chinese_date
from circulars.registration import Circular
from circulars.titles import quoted, within
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder

LIMITED = "{number} 限发至收文单位，不得转发。确需转发的，先征得发文机关同意，另行起草并填写同意依据。"
_LONGEST_NAME = 150


class Manner(models.TextChoices):
    """How a paper is passed on."""

    FORWARD = "forward", "转发"
    ENDORSE = "endorse", "批转"
    ISSUE = "issue", "印发"
    SUBMIT = "submit", "转报"


def manners_for(circular: Circular) -> list[Manner]:
    """How this paper may be passed on: a request may go up as well."""
    return [each for each in Manner if each != Manner.SUBMIT or circular.document_type == DocumentType.REQUEST]


def may_be_forwarded(circular: Circular) -> bool:
    """Whether its issuer lets those who received it pass it on."""
    return circular.redistribution != Redistribution.UNIT


def refusal(delivery: Delivery) -> str:
    """Why the unit may not pass on what was delivered to it; empty when it may."""
    if not may_be_forwarded(delivery.circular):
        return LIMITED.format(number=delivery.circular.number)
    if delivery.returned_at:
        return "本件已退回发文单位，不能转发。"
    if gone_from(delivery.circular, delivery.unit_id):
        return "本件保管期满已销毁，不能转发。"
    return "" if delivery.signed_at else "请先签收，再转发。"


def pass_on(delivery: Delivery, manner: Manner, *, issuer: Unit, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A draft of the unit that passes the circular on, the original with it; raises ``OutOfOrder`` where that is not allowed."""
    if reason := refusal(delivery):
        raise OutOfOrder(reason)
    circular = delivery.circular
    kind = DocumentType.REQUEST if manner == Manner.SUBMIT else DocumentType.NOTICE
    inner = within(circular.title)
    return begin(
        issuer,
        kind=Origin.Kind.PASSED_ON,
        key=uuid5(key, f"{delivery.pk} {manner} {issuer.code}"),
        by=by,
        at=at,
        elements={
            "title": f"{issuer.name}关于{manner.label}《{inner[:190]}》的{kind.label}",
            "document_type": kind,
            "direction": Direction.UPWARD if manner == Manner.SUBMIT else Direction.DOWNWARD,
            "body": _opening(manner, circular.title, circular.number),
        },
        rows={
            "attachments": _original(circular),
            "references": [
                Reference(
                    relation=Relation.FORWARDS, title=circular.title[:200], number=circular.number, circular=circular
                )
            ],
        },
        source=circular.page,
        account=_account(manner, circular),
    )


def _opening(manner: Manner, title: str, number: str) -> str:
    """The sentence that passes a paper on; what goes up needs the unit's own words, so nothing is said for it."""
    if manner == Manner.SUBMIT:
        return ""
    return f"现将{quoted(title)}（{number}）{manner.label}给你们，请结合实际认真贯彻执行。"


def _account(manner: Manner, circular: Circular) -> list[str]:
    lines = [
        f"{manner.label}{circular.issuer_name}{quoted(circular.title)}（{circular.number}），原文和原附件已列为附件。"
    ]
    if manner == Manner.SUBMIT:
        lines.append("下级的请示不得原文转报：请在正文写明本单位的倾向性意见（《条例》第十五条）。")
    return lines


def _original(circular: Circular) -> list[DraftAttachment]:
    """The circular as it reads, then its attachments, files as the same files."""
    snapshot = circular.snapshot
    files = {
        kept.digest: kept
        for kept in Attachment.objects.filter(digest__in=[row["digest"] for row in snapshot["attachments"]])
    }
    text = "\n".join(
        [
            circular.number,
            *([circular.title] if len(circular.title) > _LONGEST_NAME else []),
            *filter(None, [snapshot["primary"]["text"]]),
            snapshot["body"],
            *snapshot["signatures"],
            chinese_date(circular.written_date),
        ]
    )
    rows = [DraftAttachment(title=circular.title[:_LONGEST_NAME], text=text)]
    rows += [
        DraftAttachment(
            title=row["title"], file=files.get(row["digest"]), file_name=row["name"] or "", text=row["text"] or ""
        )
        for row in snapshot["attachments"]
    ]
    for place, row in enumerate(rows):
        row.sort_order = place
    return rows
