"""A person's own password: set by the person alone."""

from datetime import datetime

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.db import transaction

from accounts.deeds import Deed
from accounts.people import User
from accounts.slips import void_slips
from cms import ledger


class LongEnough(MinimumLengthValidator):
    """Says in Chinese how long a password must be; Django's own catalogue lacks the sentence."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 个字符。"


def set_own_password(person: User, password: str, *, at: datetime) -> None:
    """The password is new, nothing is due any more, a slip in force is void, and browsers signed in with the old one are out."""
    with transaction.atomic():
        person.set_password(password)
        person.password_due = False
        person.save(update_fields=["password", "password_due"])
        void_slips(person, by=person, at=at)
        ledger.enter(Deed.PASSWORD_SET, subject=ledger.subject_of(person), by=person, at=at)
