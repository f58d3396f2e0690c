"""批复、复函、报告: a draft of the receiving unit that answers a received circular, tied to it from the start (2012 regulation arts. 8(9), 8(12), 8(14))."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import models

from accounts.relations import is_above
from accounts.units import Unit
from circulars.beginnings import begin
from circulars.deliveries import Delivery
from circulars.layouts import Direction, DocumentType, Layout
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import CircularPage, Reference, Relation
from circulars.registration import Circular
from circulars.titles import quoted, within
from cms.lifecycles import OutOfOrder

# 关于调整机构的请示 → 调整机构
_MATTER = re.compile(r"关于(?P<matter>.+?)的(?:请示|函|通知|通报|意见|报告|决定)$")


class ReplyKind(models.TextChoices):
    """By which type of paper a circular is answered."""

    REPLY = "reply", "批复"
    LETTER = "letter", "复函"
    REPORT = "report", "报告"


def reply_kinds(circular: Circular, issuer: Unit) -> list[ReplyKind]:
    """How this unit may answer: a 请示 by 批复, or 复函 where an office answers for its government; a superior by 报告 as well."""
    if circular.document_type == DocumentType.REQUEST:
        return [ReplyKind.REPLY, ReplyKind.LETTER]
    if circular.document_type != DocumentType.LETTER and is_above(circular.issuer, issuer):
        return [ReplyKind.REPORT, ReplyKind.LETTER]
    return [ReplyKind.LETTER, ReplyKind.REPORT]


def refusal_to_reply(delivery: Delivery) -> str:
    """Why the unit may not begin an answer to what was delivered to it; empty when it may."""
    if delivery.returned_at:
        return "本件已退回发文单位，不用再答复。"
    return "" if delivery.signed_at else "请先签收，再起草答复。"


def begin_reply(delivery: Delivery, kind: ReplyKind, *, issuer: Unit, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A draft of the unit to the sender that answers the circular; raises ``OutOfOrder`` where that is not possible."""
    circular = delivery.circular
    if reason := refusal_to_reply(delivery):
        raise OutOfOrder(reason)
    if kind not in reply_kinds(circular, issuer):
        raise OutOfOrder("不能用这种文种答复，请重新选择。")
    elements: dict[str, Any] = {
        "title": _title(kind, circular, issuer),
        "document_type": _TYPES[kind],
        "direction": _DIRECTIONS[kind],
        "body": _opening(kind, circular),
    }
    if kind == ReplyKind.LETTER and (series := Series.objects.of(issuer).filter(layout=Layout.LETTER).first()):
        elements |= {"series": series, "issuer_mark": issuer.name}
    return begin(
        issuer,
        kind=Origin.Kind.REPLYING,
        key=uuid5(key, f"reply {delivery.pk} {kind} {issuer.code}"),
        by=by,
        at=at,
        elements=elements,
        rows={
            "primary_units": [circular.issuer],
            "references": [
                Reference(
                    relation=Relation.REPLIES_TO, title=circular.title[:200], number=circular.number, circular=circular
                )
            ],
        },
        source=circular.page,
        account=[
            f"答复{circular.issuer_name}{quoted(circular.title)}（{circular.number}）。登记以后，来文和答复自动关联。"
        ],
    )


_TYPES = {
    ReplyKind.REPLY: DocumentType.REPLY,
    ReplyKind.LETTER: DocumentType.LETTER,
    ReplyKind.REPORT: DocumentType.REPORT,
}
_DIRECTIONS = {
    ReplyKind.REPLY: Direction.DOWNWARD,
    ReplyKind.LETTER: Direction.PARALLEL,
    ReplyKind.REPORT: Direction.UPWARD,
}
_CLOSING = {
    ReplyKind.REPLY: "现批复如下：",
    ReplyKind.LETTER: "现函复如下：",
    ReplyKind.REPORT: "现将有关情况报告如下：",
}


def _title(kind: ReplyKind, circular: Circular, issuer: Unit) -> str:
    found = _MATTER.search(circular.title)
    matter = found["matter"] if found else f"《{within(circular.title)}》"
    ending = {ReplyKind.REPLY: "的批复", ReplyKind.LETTER: "的复函", ReplyKind.REPORT: "的报告"}[kind]
    return f"{issuer.name}关于{matter[:190]}{ending}"


def _opening(kind: ReplyKind, circular: Circular) -> str:
    who = "" if kind == ReplyKind.REPORT else "你单位"
    return f"{who}{quoted(circular.title)}（{circular.number}）收悉。{_CLOSING[kind]}"
