"""One sign-in for the desk and the admin (Articles 10 and 18)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

from accounts.people import User
from accounts.slips import use_slip
from cms.accesslog import Look, note


class OfficeArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


class NamedPersonBackend(ModelBackend):
    """Password sign-in for people in service; invented demo people only where a demo is running."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo))


class SlipBackend(NamedPersonBackend):
    """The code of a slip, typed where the password goes, opens the account once."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """The person, whose slip is now used up; asked only after the password was not right."""
        if username is None or password is None:
            return None
        person = User.objects.filter(username=username).first()
        if person is None or not self.user_can_authenticate(person):
            return None
        return person if use_slip(person, password, timezone.now()) else None


def note_sign_in(sender, user, **kwargs) -> None:
    note(Look.SIGNED_IN, at=timezone.now(), person=user)


def note_sign_out(sender, user, **kwargs) -> None:
    note(Look.SIGNED_OUT, at=timezone.now(), person=user)


def note_failure(sender, credentials, **kwargs) -> None:
    note(Look.SIGN_IN_FAILED, at=timezone.now(), subject=str(credentials.get("username", ""))[:150])
