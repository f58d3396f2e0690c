"""恢复代码: ten codes on paper that stand in for a lost authenticator or passkey, each once (ASVS 6.5)."""

import secrets
import unicodedata
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import models

from accounts.people import User
from accounts.slips import ALPHABET

COUNT = 10
# Ten of these are 49 bits.
LENGTH = 10
LONGEST_TYPED = 30


class RecoveryCode(models.Model):
    """The digest of one code; a used one stays, so that the person sees when it was."""

    person = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name="人员")
    digest = models.CharField("摘要", max_length=128)
    made_at = models.DateTimeField("生成时间")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复代码"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person}的恢复代码"


def make_codes(person: User, at: datetime) -> list[str]:
    """Ten new codes, shown once and written nowhere; those before count no more."""
    person.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(person=person, digest=make_password(code), made_at=at) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def take_code(person: User, typed: str, at: datetime) -> bool:
    """Whether what was typed is one of the codes that are left; then it is used up, and of two at once one alone has used it."""
    code = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper().replace("-", "").replace(" ", "")
    if len(code) != LENGTH:
        return False
    for left in person.recovery_codes.filter(used_at=None):
        if check_password(code, left.digest):
            return bool(RecoveryCode.objects.filter(pk=left.pk, used_at=None).update(used_at=at))
    return False


def codes_left(person: User) -> int:
    return person.recovery_codes.filter(used_at=None).count()
