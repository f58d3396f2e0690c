"""What people write beside a paper, an opinion, a reason, a number or a name: it stays on record and in messages, so it bears no mark of secrecy (Article 5)."""

import hashlib

from django.core.exceptions import ValidationError

from circulars.secrecymarks import marks_in
from cms.lifecycles import OutOfOrder


class Marked(OutOfOrder):
    """What somebody wrote beside a paper repeats a mark of secrecy."""


def refuse_marks(*texts: str) -> None:
    """Raises ``Marked`` when one of the texts bears a mark of secrecy."""
    if any(map(marks_in, texts)):
        raise Marked("这里不要照抄密级标志或涉密内容；发现涉密的，请联系秘书科或网信办封存。")


def unmarked(text: str) -> None:
    """The same for a field of a form: what was typed stays in it, with the sentence beside it."""
    try:
        refuse_marks(text)
    except Marked as marked:
        raise ValidationError(str(marked)) from marked


def digest_of_reason(reason: str) -> str:
    """How the ledger names a reason: SHA-256, 64 hex digits; the words themselves can be emptied elsewhere."""
    return hashlib.sha256(reason.encode()).hexdigest()
