"""The one way in: whoever typed a right password is asked for what else the account shows, and only then signed in (Articles 10 and 18).

Until then the request is nobody's: the session remembers whose turn it is, for ten minutes, and no page but the two of the sign-in looks at
it. Sign-in page, slip, first letter and the lock of an ended session all come through here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts import desklock, passwordrules
from accounts.factors import has_factor, is_required
from accounts.passwords import ask_for_another
from accounts.people import User

PENDING, SHOWN = "sign_in_pending", "second_factor_shown"
GOOD_FOR = timedelta(minutes=10)
BACKEND = "accounts.signin.NamedPersonBackend"


@dataclass(frozen=True)
class Pending:
    """A person whose password was right and who has yet to show the second factor, and where they want to go."""

    person: User
    backend: str
    wanted: str


def enter(request: HttpRequest, person: User, *, wanted: str, at: datetime, backend: str = BACKEND) -> str:
    """The person is signed in, or owes the second factor; returns the address of what comes next."""
    if not (has_factor(person) or is_required(person)):
        finish(request, Pending(person, backend, wanted), at, shown=False)
        return wanted or "/"
    _leave_whoever_is_here(request)
    request.session[PENDING] = {
        "person": person.pk,
        "backend": backend,
        "wanted": wanted,
        "stamp": person.get_session_auth_hash(),
        "at": at.timestamp(),
    }
    request.session.set_expiry(GOOD_FOR)
    return reverse("accounts:second_factor")


def pending(request: HttpRequest, at: datetime) -> Pending | None:
    """Whose turn it is; nobody's after ten minutes, another password, a closed account or any other end of the person's sessions."""
    kept = request.session.get(PENDING)
    if kept is None or not 0 <= at.timestamp() - kept["at"] <= GOOD_FOR.total_seconds():
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or not constant_time_compare(kept["stamp"], person.get_session_auth_hash()):
        return None
    return Pending(person, kept["backend"], kept["wanted"])


def finish(request: HttpRequest, waiting: Pending, at: datetime, *, shown: bool) -> None:
    """The person is signed in, in a session of a new name whose hours run from now; a password that has had its time is asked anew."""
    person = User.objects.get(
        pk=waiting.person.pk
    )  # as it is by now: showing a factor for the first time ended all sessions
    _leave_whoever_is_here(request)
    for kept in (PENDING, desklock.BEGUN):
        request.session.pop(kept, None)
    ask_for_another(person, at)
    login(request, person, backend=waiting.backend)
    request.session[SHOWN] = shown
    left = passwordrules.days_left(person, at)
    if left is not None and not person.password_due:
        messages.warning(
            request,
            f"您的密码还有 {left} 天到期，请在“修改密码”中更换。"
            if left
            else "您的密码今天到期，请在“修改密码”中更换。",
        )


def come_back(request: HttpRequest, person: User, *, wanted: str, at: datetime) -> str:
    """A locked desk is open again for the same person, who showed the second factor when this session began; else it is a sign-in like any other.

    Of a session whose hours are all but over nothing is left to come back to.
    """
    if request.user.pk == person.pk and not desklock.is_spent(request.session, at):
        ask_for_another(person, at)
        login(request, person, backend=BACKEND)
        return wanted
    return enter(request, person, wanted=wanted, at=at)


def still_owed(request: HttpRequest) -> bool:
    """Whether who is signed in holds a role by now that asks for what this session was not shown."""
    return not request.session.get(SHOWN) and is_required(request.user)


def _leave_whoever_is_here(request: HttpRequest) -> None:
    """Nothing of a session before goes over into the next, its name least of all."""
    if SESSION_KEY in request.session:
        request.session.flush()
    else:
        request.session.cycle_key()
