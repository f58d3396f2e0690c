"""The forms of the texts in a bundle: whoever wrote one may have put anything anywhere (docs/evidence.md names every field)."""

from typing import Any

# A type stands for itself, a set for any of its members, a tuple for any of its shapes, a list for any number of what it
# holds, a dict for exactly these keys.
TEXT_OR_NONE = frozenset({str, type(None)})
UNIT = {"code": str, "name": str}
PERSON = {"username": str, "name": str}
FILE = {"name": str, "sha256": str, "size": int}

INDEX = {"format": {"gongwen-evidence/1"}, "files": [FILE]}
MANIFEST = {
    "format": {"gongwen-manifest/1"},
    "document": str,
    "number": str,
    "title": str,
    "kind": str,
    "urgency": str,
    "issuers": [UNIT],
    "signer": TEXT_OR_NONE,
    "issued_on": str,
    "registered_at": str,
    "revision_digest": str,
    "pdf": {"sha256": str, "size": int, "pages": int},
    "seals": [{"field": str, "unit": str, "certificate": str}],
    "recipients": {"count": int, "sha256": str, "list": [UNIT | {"role": str}]},
    "attachments": [FILE],
}
# What stands in the place of a manifest where a circular is older than the seals; nobody of its issuers signed it.
UNSEALED = {
    "format": {"gongwen-unsealed/1"},
    "document": str,
    "number": str,
    "title": str,
    "issuers": [UNIT],
    "issued_on": str,
    "registered_at": str,
    "revision_digest": str,
    "attachments": [FILE],
}
RECEIPT = {
    "format": {"gongwen-receipt/1"},
    "document": str,
    "number": str,
    "pdf_sha256": TEXT_OR_NONE,
    "manifest_sha256": TEXT_OR_NONE,
    "unit": UNIT,
    "person": PERSON,
    "round": int,
    "signed_at": str,
    "due_at": TEXT_OR_NONE,
    "stand_in": (PERSON, type(None)),
    "previous": TEXT_OR_NONE,
}
TIMELINE = {
    "format": {"gongwen-timeline/1"},
    "document": str,
    "entries": [{"index": int, "happened_at": str, "deed": str, "words": str}],
}
NOTICES = {"format": {"gongwen-notices/1"}, "document": str, "notices": [dict]}
URGES = {"format": {"gongwen-urges/1"}, "document": str, "urges": [dict]}
ENTRIES = {"format": {"gongwen-entries/1"}, "document": str, "entries": [{"index": int, "text": str}]}
PROOFS = {"format": {"gongwen-proofs/1"}, "size": int, "proofs": [{"index": int, "path": [str]}]}
SIGNED_LATER = {
    "format": {"gongwen-signed-later/1"},
    "document": str,
    "presses": [{"index": int, "receipts": [str]}],
}
CHECKPOINT = {"format": {"gongwen-checkpoint/1"}, "size": int, "root": str, "made_at": str}


def has_shape(facts: Any, shape: Any) -> bool:
    """Whether the facts have this form."""
    match shape:
        case type():
            return type(facts) is shape
        case set() | frozenset():
            return any(has_shape(facts, one) if isinstance(one, type) else facts == one for one in shape)
        case tuple():
            return any(has_shape(facts, one) for one in shape)
        case list():
            return isinstance(facts, list) and all(has_shape(one, shape[0]) for one in facts)
        case dict():
            is_it = isinstance(facts, dict) and facts.keys() == shape.keys()
            return is_it and all(has_shape(facts[key], shape[key]) for key in shape)
    raise TypeError(f"{shape!r} is no shape")
