"""What people write beside a paper, an opinion, a reason, a number or a name, and what they say of faults and kit: it stays on record and in messages, so it bears no mark of secrecy (Article 5)."""

from django.core.exceptions import ValidationError

from cms.lifecycles import OutOfOrder
from cms.secrecymarks import marks_in


class Marked(OutOfOrder):
    """What somebody wrote repeats a mark of secrecy."""


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


def refuse_marked_fields(**texts: str) -> None:
    """Raises ``ValidationError`` beside each of the named texts that bears a mark of secrecy."""
    wrong: dict[str, ValidationError] = {}
    for field, text in texts.items():
        try:
            unmarked(text)
        except ValidationError as marked:
            wrong[field] = marked
    if wrong:
        raise ValidationError(wrong)
