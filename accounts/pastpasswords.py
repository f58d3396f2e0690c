"""The passwords that a person had before, as digests: none of the last few is taken again (GB/T 22239, profile dengbao-3)."""

from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password, identify_hasher
from django.db import models

from accounts.passwordrules import PROFILES
from accounts.people import User

# As many as the strictest profile asks for, so that another profile may be chosen at any time.
KEPT = max(profile.barred for profile in PROFILES.values())


class PastPassword(models.Model):
    """The digest of a password that opened the account until ``replaced_at``; the oldest go."""

    person = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name="人员")
    digest = models.CharField("密码摘要", max_length=128)
    replaced_at = models.DateTimeField("更换时间")

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        default_permissions = ()
        indexes = [models.Index(fields=["person", "-replaced_at"], name="past_password_latest")]

    def __str__(self) -> str:
        return f"{self.person}用过的密码"


def keep_past(person: User, at: datetime) -> None:
    """The password that the person has now is remembered as one of the past; a code that nobody chose is none."""
    digest = person.password.removeprefix(UNUSABLE_PASSWORD_PREFIX)
    try:
        identify_hasher(digest)
    except ValueError:
        return
    PastPassword.objects.create(person=person, digest=digest, replaced_at=at)
    latest = person.past_passwords.order_by("-replaced_at", "-pk").values_list("pk", flat=True)[: KEPT - 1]
    person.past_passwords.exclude(pk__in=list(latest)).delete()


def was_used(person: User, typed: str, last: int) -> bool:
    """Whether this is the person's present password or one of the ``last - 1`` before it."""
    before = person.past_passwords.order_by("-replaced_at", "-pk").values_list("digest", flat=True)[: last - 1]
    return person.is_or_was_password(typed) or any(check_password(typed, digest) for digest in before)
