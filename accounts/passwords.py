"""A person's own password: set by the person alone, and another when it has had its time (``accounts.passwordrules``)."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts import passwordrules
from accounts.deeds import Deed
from accounts.pastpasswords import keep_past
from accounts.people import User
from accounts.slips import void_slips
from cms import ledger
from cms.messages import tell


def set_own_password(person: User, password: str, *, at: datetime) -> None:
    """The password is new, nothing is due any more, a slip in force is void, and browsers signed in with the old one are out."""
    with transaction.atomic():
        keep_past(person, at)
        person.set_password(password)
        person.password_due, person.password_set_at = False, at
        person.save(update_fields=["password", "password_due", "password_set_at"])
        void_slips(person, by=person, at=at)
        ledger.enter(Deed.PASSWORD_SET, subject=ledger.subject_of(person), by=person, at=at)


def ask_for_another(person: User, at: datetime) -> None:
    """Of who has come in by a password that has had its time nothing else is taken before a new one is set."""
    if not person.password_due and passwordrules.is_expired(person, at):
        User.objects.filter(pk=person.pk).update(password_due=True)
        person.password_due = True


def warn_of_passwords(at: datetime) -> None:
    """Whose password ends within a week finds a message that says when, once for each password."""
    lasts = passwordrules.in_force().lasts
    if lasts is None:
        return
    since, until = at - lasts, at - lasts + passwordrules.WARNED_BEFORE
    in_use = User.objects.filter(is_active=True, password_due=False).alias(
        since=Coalesce("password_set_at", "date_joined")
    )
    for person in in_use.filter(since__gt=since, since__lte=until):
        ends = passwordrules.expires_at(person)
        if ends is not None:
            tell(
                [person.pk],
                key=f"password:{ends:%Y%m%d%H%M}",
                text=f"您的密码 {timezone.localtime(ends):%Y-%m-%d %H:%M} 到期，请在此之前更换；到期后登录，须先设定新密码。",
                link=reverse("accounts:password"),
                at=at,
            )
