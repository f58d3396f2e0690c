"""“已由〔…〕号批复”: what a person is told of a paper's answers, and of what a paper answers, with a way there where they may read it (regulation art. 24(7))."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from circulars.access import legible
from circulars.demands.links import PaperReply
from circulars.layouts import DocumentType
from circulars.registration import Circular

_VERBS = {DocumentType.REPLY: "批复", DocumentType.LETTER: "复函", DocumentType.REPORT: "报告答复"}


@dataclass(frozen=True)
class ReplyNote:
    """One tie: the other paper's number and unit, how it answers, and where it is read; ``url`` is empty for who may not read it."""

    number: str
    unit: str
    verb: str
    url: str


def reply_notes(user: Any, circular: Circular) -> tuple[list[ReplyNote], list[ReplyNote]]:
    """The papers that answer this one, as far as the person may read them, and those that this one answers, by number; one question."""
    related = PaperReply.objects.select_related("circular", "delivery__circular").order_by("circular__sent_at", "pk")
    in_force = PaperReply.objects.in_force().filter(delivery__circular=circular)
    ties = list(related.filter(Q(circular=circular) | Q(pk__in=in_force.order_by().values("pk"))))
    answers = [tie for tie in ties if tie.circular_id != circular.pk]
    answered = [tie for tie in ties if tie.circular_id == circular.pk]
    others = [tie.circular for tie in answers] + [tie.delivery.circular for tie in answered]
    urls = ways_to(user, others)
    told = [_note(tie.circular, tie.circular, urls) for tie in answers if tie.circular_id in urls]
    return told, [_note(tie.delivery.circular, circular, urls) for tie in answered]


def ways_to(user: Any, circulars: Collection[Circular]) -> dict[int, str]:
    """Where this person reads each of these circulars; those that they may not read are not in it."""
    if not circulars:
        return {}
    keys = [circular.pk for circular in circulars]
    urls = {}
    for circular in Circular.objects.issued_for(user).unblocked().filter(pk__in=keys):
        urls[circular.pk] = reverse("circulars:own_text", args=[circular.uuid])
    for circular_pk, delivery in legible(user).filter(circular__in=keys).values_list("circular", "pk"):
        urls[circular_pk] = reverse("circulars:reading", args=[delivery])
    return urls


def _note(other: Circular, reply: Circular, urls: dict[int, str]) -> ReplyNote:
    verb = _VERBS.get(DocumentType(reply.document_type), "答复")
    return ReplyNote(other.number, other.issuer_name, verb, urls.get(other.pk, ""))
