"""Who has an authenticator: its secret under the key-encryption key, and which of its codes were used (ASVS 6.5.1, Article 10).

The secret of an enrolment that is not finished lies in the session alone, under the same key, and becomes a row with the first right code.
"""

from base64 import b64decode, b64encode
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from accounts import totp
from accounts.people import User
from cms.lifecycles import OutOfOrder
from cms.signing import filekeys
from cms.signing.keys import KeyRefused

KEPT = "new_code_secret"
# After so many wrong codes without a right one between them no code counts any more, from whatever address they came.
MOST_WRONG = 50


class WrongCode(OutOfOrder):
    """What was typed is not the code of this moment, or was used before."""

    def __init__(self) -> None:
        super().__init__("动态口令不对或者已经用过，请等下一个口令再输。")


class TooManyWrong(OutOfOrder):
    """The authenticator is of no use any more until it is replaced."""

    def __init__(self) -> None:
        super().__init__("动态口令连续输错太多，已不能再用。请用恢复代码登录后重新登记，或者请安全管理员撤换。")


class CodeSecret(models.Model):
    """The authenticator of one person; the last half minute whose code was taken, and how many were wrong since."""

    person = models.OneToOneField(User, models.CASCADE, related_name="code_secret", verbose_name="人员")
    locked = models.BinaryField("加密的密钥")
    last_step = models.BigIntegerField("已用到的时间步", default=0)
    wrong = models.PositiveIntegerField("连续输错次数", default=0)
    added_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person}的动态口令"

    @sensitive_variables()
    def take(self, typed: str, at: datetime) -> None:
        """The code was right and is used up, for everybody; raises ``WrongCode``, which counts, or ``TooManyWrong``.

        Of two who hand in the same code at once one is refused: the row remembers the half minute, and only a later one passes.
        """
        if self.wrong >= MOST_WRONG:
            raise TooManyWrong
        step = totp.step_of(unwrapped(bytes(self.locked), self.person), typed, at)
        mine = CodeSecret.objects.filter(pk=self.pk)
        if step is None or not mine.filter(last_step__lt=step).update(last_step=step, wrong=0):
            mine.update(wrong=F("wrong") + 1)
            raise WrongCode


@sensitive_variables()
def secret_to_add(session: SessionBase, person: User) -> bytes:
    """The secret that the enrolment page shows; the same until the enrolment is over."""
    if kept := session.get(KEPT):
        try:
            return unwrapped(b64decode(kept), person)
        except KeyRefused:
            pass  # begun by another person at this browser
    secret = totp.new_secret()
    session[KEPT] = b64encode(_wrapped(secret, person)).decode()
    return secret


@sensitive_variables()
def add_secret(session: SessionBase, person: User, typed: str, at: datetime) -> CodeSecret:
    """The authenticator is the person's from now on, instead of one before; raises ``WrongCode``."""
    secret = secret_to_add(session, person)
    step = totp.step_of(secret, typed, at)
    if step is None:
        raise WrongCode
    session.pop(KEPT, None)
    CodeSecret.objects.filter(person=person).delete()
    return CodeSecret.objects.create(person=person, locked=_wrapped(secret, person), last_step=step, added_at=at)


def _bound_to(person: User) -> str:
    return f"accounts.codesecret:{person.pk}"


@sensitive_variables()
def _wrapped(secret: bytes, person: User) -> bytes:
    return filekeys.wrap(secret, settings.KEY_ENCRYPTION_KEY, bound_to=_bound_to(person))


@sensitive_variables()
def unwrapped(kept: bytes, person: User) -> bytes:
    """The secret again; raises ``KeyRefused`` under another key-encryption key or for another person."""
    return filekeys.unwrap(kept, settings.KEY_ENCRYPTION_KEY, bound_to=_bound_to(person))
