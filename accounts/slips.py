"""密码单: a printed one-time password for who cannot get in, asked for by one person and confirmed by another.

There is no e-mail to send a link to. The code is shown once, to be printed; what is kept is a keyed digest. It opens the account
once, within its time, and only to set a new password; until then it replaces nothing. A first account opens by a letter of the same kind.
"""

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.deeds import Deed
from accounts.people import Post, User
from accounts.roles import Right, Role, may
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell

# Twelve of these are 59 bits; none is mistaken for another on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
LONGEST_TYPED = 40  # with whatever somebody puts between the groups


class SlipQuerySet(models.QuerySet["Slip"]):
    def for_person(self, person: Any) -> "SlipQuerySet":
        """Those who ask for slips and those who confirm them see every slip; nobody else sees one."""
        works_with_them = may(person, Right.HELP_SIGN_IN) or may(person, Right.CONFIRM_SLIP)
        return self.all() if works_with_them else self.none()

    def waiting(self) -> "SlipQuerySet":
        return self.filter(state=Slip.State.REQUESTED)

    def usable(self, at: datetime) -> "SlipQuerySet":
        return self.filter(state=Slip.State.ISSUED, valid_until__gt=at)


class Slip(models.Model):
    """One slip for one person: who asked, who confirmed, until when it opens, when it did."""

    class State(models.TextChoices):
        REQUESTED = "requested", "待复核"
        ISSUED = "issued", "已制发"
        USED = "used", "已使用"
        REFUSED = "refused", "未同意"
        VOID = "void", "已作废"

    class Occasion(models.TextChoices):
        FORGOTTEN = "forgotten", "忘记密码"
        FIRST = "first", "首次启用"

    MOVES = {
        State.REQUESTED: {State.ISSUED, State.REFUSED},
        State.ISSUED: {State.USED, State.VOID},
    }

    person = models.ForeignKey(User, models.PROTECT, related_name="slips", verbose_name="使用人")
    occasion = models.CharField("事由", max_length=20, choices=Occasion.choices, default=Occasion.FORGOTTEN)
    reason = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="复核人")
    decided_at = models.DateTimeField("复核时间", null=True)
    code_digest = models.CharField("一次性密码摘要", max_length=64, blank=True)
    valid_until = models.DateTimeField("有效期至", null=True)
    used_at = models.DateTimeField("使用时间", null=True)

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = "密码单"
        verbose_name_plural = "密码单"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="requested"), name="slip_requested_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(state="issued"), name="slip_one_in_force"),
            models.CheckConstraint(
                condition=Q(state="requested") | Q(occasion="first") | Q(decided_by__isnull=False),
                name="slip_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "used")) | Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="slip_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(requested_by=F("person")) & (Q(decided_by=None) | ~Q(decided_by=F("person"))),
                name="slip_not_for_oneself",
            ),
        ]
        indexes = [models.Index(fields=["-requested_at"], name="slip_latest")]

    def __str__(self) -> str:
        return f"{self.person}的密码单"

    def is_expired(self, at: datetime) -> bool:
        return self.state == self.State.ISSUED and self.valid_until is not None and self.valid_until <= at

    def confirm(self, *, by: Any, at: datetime) -> str:
        """The slip opens the account once until its time is over; returns the code, which is written nowhere."""
        if not may(by, Right.CONFIRM_SLIP):
            raise PermissionDenied("您没有复核密码单的权限。")
        if by.pk == self.requested_by_id:
            raise OutOfOrder("申请人不能复核自己的申请，请另一位同志复核。")
        if by.pk == self.person_id:
            raise OutOfOrder("不能复核本人的密码单，请另一位同志复核。")
        if not self.person.is_active:
            raise OutOfOrder(f"{self.person}的账户已停用，不能制发密码单。")
        code, valid_until = new_code(), at + timedelta(hours=settings.SLIP_HOURS)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.person_id)
            void_slips(self.person, by=by, at=at)
            move(
                self,
                self.State.ISSUED,
                Deed.SLIP_ISSUED,
                by=by,
                at=at,
                facts={"person": self.person_id, "valid_until": valid_until},
                decided_by=by,
                decided_at=at,
                code_digest=_digest(self.person, code),
                valid_until=valid_until,
            )
            self._announce(at)
        return code

    def refuse(self, *, by: Any, at: datetime) -> None:
        """No slip is made; whoever asked may take it back like this as well."""
        if by.pk != self.requested_by_id and not may(by, Right.CONFIRM_SLIP):
            raise PermissionDenied("您没有复核密码单的权限。")
        facts = {"person": self.person_id}
        changes = {"decided_by": by, "decided_at": at}
        move(self, self.State.REFUSED, Deed.SLIP_REFUSED, by=by, at=at, facts=facts, **changes)

    def _announce(self, at: datetime) -> None:
        until = f"{timezone.localtime(self.valid_until):%Y-%m-%d %H:%M}"
        told = {self.person_id, *leaders_of(self.person, timezone.localdate(at))}
        tell(
            told,
            key=f"slip:{self.pk}",
            text=f"已为{self.person}制发一次性密码单（申请人{self.requested_by}，复核人{self.decided_by}），"
            f"{until} 前有效。如果不是本人要求的，请立即告诉市网信办。",
            at=at,
        )


def request_slip(person: User, *, reason: str, by: Any, at: datetime) -> Slip:
    """A slip for the person waits for a second person's confirmation."""
    if not may(by, Right.HELP_SIGN_IN):
        raise PermissionDenied("您没有申请密码单的权限。")
    if by.pk == person.pk:
        raise OutOfOrder("本人的密码请在“修改密码”中更改；确实忘记的，请另一位同志申请。")
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            raise OutOfOrder(f"{person}的账户已停用，不能制发密码单。")
        if person.slips.waiting().exists():
            raise OutOfOrder(f"{person}已有一份待复核的申请，请先办完那一份。")
        slip = Slip.objects.create(person=person, reason=reason, requested_by=by, requested_at=at)
        ledger.enter(Deed.SLIP_REQUESTED, subject=ledger.subject_of(slip), by=by, at=at, facts={"person": person.pk})
    return slip


def open_by_letter(person: User, *, by: Any, at: datetime) -> tuple[Slip, str]:
    """The slip of a new account, and its code; the register of people that came with it was the application."""
    code = new_code()
    slip = Slip.objects.create(
        person=person,
        occasion=Slip.Occasion.FIRST,
        state=Slip.State.ISSUED,
        requested_by=by,
        requested_at=at,
        code_digest=_digest(person, code),
        valid_until=at + timedelta(hours=settings.LETTER_HOURS),
    )
    facts = {"person": person.pk, "valid_until": slip.valid_until}
    ledger.enter(Deed.SLIP_ISSUED, subject=ledger.subject_of(slip), by=by, at=at, facts=facts)
    return slip, code


def use_slip(person: User, typed: str, at: datetime) -> bool:
    """Whether what was typed opened the account: then the slip is used up, and a new password must be set before anything else."""
    if len(typed) > LONGEST_TYPED:
        return False
    slip = person.slips.usable(at).filter(code_digest=_digest(person, typed)).first()
    if slip is None:
        return False
    try:
        with transaction.atomic():
            move(slip, Slip.State.USED, Deed.SLIP_USED, by=person, at=at, facts={"person": person.pk}, used_at=at)
            person.forget_password()
            person.password_due = True
            person.save(update_fields=["password", "password_due"])
    except OutOfOrder:
        return False
    return True


def void_slips(person: User, *, by: Any, at: datetime) -> None:
    """No slip made for the person before opens anything any more."""
    for slip in person.slips.filter(state=Slip.State.ISSUED):
        move(slip, Slip.State.VOID, Deed.SLIP_VOIDED, by=by, at=at, facts={"person": person.pk})


def new_code() -> str:
    """A code in groups of four."""
    signs = [secrets.choice(ALPHABET) for _ in range(LENGTH)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, LENGTH, 4))


def units_of(person: User, on: Any) -> list[Unit]:
    """The units that the person serves on this day."""
    posts = Post.objects.in_force(on).filter(person=person).values("unit")
    return list(Unit.objects.filter(pk__in=posts).in_order())


def leaders_of(person: User, on: Any) -> set[int]:
    """The leaders of the units that the person serves."""
    leaders = Post.objects.in_force(on).filter(role=Role.LEADER, unit__in=units_of(person, on), person__is_active=True)
    return set(leaders.values_list("person_id", flat=True))


def _digest(person: User, typed: str) -> str:
    """Chance of 59 bits needs no slow hash; the site's key keeps the digest from being tried out elsewhere."""
    code = unicodedata.normalize("NFKC", typed).upper().replace("-", "").replace(" ", "")
    return salted_hmac("accounts.slips", f"{person.pk}:{code}", algorithm="sha256").hexdigest()
