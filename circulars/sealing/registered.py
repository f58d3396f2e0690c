"""Whether a circular is still what was registered: its columns and lists say what the approved text and the ledger said then (Articles 3 and 4).

The digest covers the text alone. Number, title, kind, signer and distribution stand beside it, and the seal is given to all of them: so they are
compared with the text and with the ledger's entry of the registration before it is given, before the circular is sent, and by ``verify``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from circulars.deeds import Deed
from circulars.registration import Circular, IssuerLine, listing_digest
from circulars.secrecycases import PURGED, WITHHELD
from cms import ledger
from cms.ledger import Entry

# What stands in the approved text and again in a column.
_COLUMNS = ("document_type", "layout", "urgency", "direction", "openness", "retention", "redistribution")
WORDS = {
    "title": "标题",
    "issuers": "发文机关",
    "issuer_names": "发文机关名称",
    "document_type": "文种",
    "layout": "版式",
    "urgency": "紧急程度",
    "direction": "行文方向",
    "openness": "公开属性",
    "retention": "保管期限",
    "redistribution": "转发范围",
    "written_date": "成文日期",
    "printing_date": "印发日期",
    "number": "文号",
    "digest": "文稿摘要",
    "originals": "正本份数",
    "originals_of": "个别单位的正本份数",
    "approved_by": "签发人",
    "approved_at": "签发时间",
    "list_digest": "收文单位",
    "signers": "各单位签发人",
}


@dataclass(frozen=True)
class IssuingBody:
    """An issuing body as its line says: the unit's code, its name of that day, who signed it off there (a primary key)."""

    code: str
    name: str
    signer: int | None


def changes_of(circular: Circular) -> list[str]:
    """What of a circular that was not sent yet is otherwise than it was registered, in single words; nothing where all is the same."""
    recipients = dict(circular.distribution.values_list("unit__code", "originals"))
    entry, bodies = entered_for([circular]).get(circular.pk), bodies_of([circular])[circular.pk]
    return changes(circular, circular.snapshot, entry, recipients, bodies)


def bodies_of(circulars: Iterable[Circular]) -> dict[int, list[IssuingBody]]:
    """The issuing bodies of each, by its primary key, the lead body first."""
    found: dict[int, list[IssuingBody]] = defaultdict(list)
    lines = IssuerLine.objects.filter(circular__in=circulars).order_by("circular", "place", "pk")
    for circular, code, name, signer in lines.values_list("circular", "unit__code", "name", "approver"):
        found[circular].append(IssuingBody(code, name, signer))
    return found


def entered_for(circulars: Iterable[Circular]) -> dict[int, Entry]:
    """The ledger's entry of the registration of each, by its primary key."""
    subjects = {ledger.subject_of(circular): circular.pk for circular in circulars}
    entries = Entry.objects.filter(deed=Deed.CIRCULAR_REGISTERED, subject__in=subjects).order_by("-pk")
    return {subjects[entry.subject]: entry for entry in entries}


def changes(
    circular: Circular,
    snapshot: dict[str, Any],
    entry: Entry | None,
    recipients: Mapping[str, int | None],
    bodies: Sequence[IssuingBody],
) -> list[str]:
    """What is otherwise than it was registered.

    ``recipients`` are the codes of the units to which it was to go then, with the number of originals where theirs is not the circular's;
    ``bodies`` who issues it.
    """
    if entry is None:
        return ["登记记录"]
    written, printed = circular.written_date.isoformat(), circular.printing_date and circular.printing_date.isoformat()
    of_the_text: dict[str, Any] = {
        "title": circular.title,
        "written_date": written,
        "printing_date": printed,
        "issuers": [body.code for body in bodies],
        "issuer_names": [body.name for body in bodies],
    } | {name: getattr(circular, name) for name in _COLUMNS}
    of_the_entry = {
        "number": circular.number,
        "digest": circular.digest,
        "originals": circular.originals,
        "approved_by": circular.approver_id,
        "approved_at": ledger.instant(circular.approved_at),
        "list_digest": listing_digest(recipients),
        "signers": {body.code: body.signer for body in bodies},
    }
    if (str(circular.uuid), circular.issuer_id) != (str(entry.circular), entry.unit):
        return ["公文标识或者发文单位"]
    if circular.title in (WITHHELD, PURGED):  # a secrecy case has shut it
        del of_the_text["title"]
    there = {name: snapshot[name] for name in of_the_text if snapshot.get(name) is not None}
    found = [name for name, then in there.items() if then and of_the_text[name] != then]
    said = entry.said
    # Of an entry from before it named each body's signer, the lead body's is the circular's own.
    if "signers" not in said and any(body.signer != circular.approver_id for body in bodies[:1]):
        found.append("signers")
    # An entry that names no exceptions had none.
    if said.get("originals_of", {}) != {code: number for code, number in recipients.items() if number is not None}:
        found.append("originals_of")
    found += [name for name, here in of_the_entry.items() if name in said and said[name] != here]
    return [WORDS[name] for name in found]
