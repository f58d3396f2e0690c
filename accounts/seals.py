"""电子印章密钥: each key of a unit or a person from its request to its end, and who holds it (Articles 10, 12, 14, 15 and 17).

A key has one keeper, who alone knows its PIN; its private part is made when the keeper sets the PIN and never lies open. A key that ends
is revoked and its private part is gone; what it signed before stays good. ``sealpins`` opens a key, ``sealissue`` makes it, ``sealends``
ends it, ``sealuses`` keeps what it was used for, ``keyproviders`` know where the private part is.
"""

from datetime import date, datetime, timedelta
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.people import User
from accounts.roles import Right, may, units_where
from accounts.units import Unit
from cms.signing import certificates

# Days before the end at which a warning goes out, each once (Article 17: renewal every year).
WARNINGS = (60, 30, 7, 1)
# So many digits of a serial number at least name a certificate; fewer are in too many of them.
SERIAL_DIGITS = 4


class KeyKind(models.TextChoices):
    UNIT_SEAL = "unit_seal", "单位电子印章"
    LEADERS_STAMP = "leaders_stamp", "签名章"
    CLERK = "clerk", "个人证书"


class Provider(models.TextChoices):
    """What holds the private part of a key."""

    FILE = "file", "文件"
    TOKEN = "pkcs11", "令牌"


# Who may keep a key of this kind: whoever holds one of the rights for its unit.
KEEPERS: dict[str, frozenset[Right]] = {
    KeyKind.UNIT_SEAL: frozenset({Right.SEAL}),
    KeyKind.LEADERS_STAMP: frozenset({Right.APPROVE, Right.APPROVE_IMPORTANT}),
    KeyKind.CLERK: frozenset({Right.RECEIVE}),
}


class SealKeyQuerySet(models.QuerySet["SealKey"]):
    def for_person(self, person: Any) -> "SealKeyQuerySet":
        """Who manages or confirms keys sees all; a leader those of the own unit; everybody the own ones."""
        if may(person, Right.MANAGE_KEYS) or may(person, Right.CONFIRM_KEY):
            return self.all()
        return self.filter(Q(unit__in=units_where(person, Right.SEE_KEYS)) | Q(keeper=person.pk))

    def matching(self, words: str) -> "SealKeyQuerySet":
        """Those of a unit of that name, code or initials, of a keeper of that name, or whose certificate's serial number has these digits."""
        if not words:
            return self
        names = ("unit__name", "unit__short_name", "unit__pinyin", "unit__code", "keeper__name", "keeper__username")
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": words})
        digits = words.lower().replace(":", "").replace(" ", "").removeprefix("0x").lstrip("0")
        return self.filter(found | Q(serial__contains=digits) if len(digits) >= SERIAL_DIGITS else found)

    def kept_by(self, person: Any) -> "SealKeyQuerySet":
        return self.filter(keeper=person.pk)

    def alive(self) -> "SealKeyQuerySet":
        """Those on their way to use or in use."""
        return self.filter(state__in=(SealKey.State.REQUESTED, SealKey.State.ISSUED, SealKey.State.IN_FORCE))

    def in_force(self, at: datetime) -> "SealKeyQuerySet":
        return self.filter(state=SealKey.State.IN_FORCE, valid_until__gt=at)

    def ending(self, at: datetime, days: int = WARNINGS[0]) -> "SealKeyQuerySet":
        """Those in force whose certificate ends within so many days."""
        return self.in_force(at).filter(valid_until__lte=at + timedelta(days=days))

    def run_out(self, at: datetime) -> "SealKeyQuerySet":
        """Those that are over and have not been said to be."""
        return self.filter(state=SealKey.State.IN_FORCE, valid_until__lte=at)

    def without_keeper(self, on: Any) -> "SealKeyQuerySet":
        """Those in force whose keeper's account is closed or who serves the unit, or the one that serves it, no more (Article 10)."""
        from accounts.people import Post

        here = Q(unit=models.OuterRef("unit")) | Q(unit__serves=models.OuterRef("unit"))
        posts = Post.objects.in_force(on).filter(here, person=models.OuterRef("keeper"), person__is_active=True)
        return self.filter(state=SealKey.State.IN_FORCE).exclude(models.Exists(posts))


class SealKey(models.Model):
    """One key of one unit in the hands of one keeper."""

    class State(models.TextChoices):
        REQUESTED = "requested", "待制发"
        REFUSED = "refused", "未同意"
        ISSUED = "issued", "待启用"
        IN_FORCE = "in_force", "在用"
        EXPIRED = "expired", "已到期"
        DAMAGED = "damaged", "已损坏停用"
        REVOKED = "revoked", "已吊销"
        RETURNED = "returned", "已交回"

    MOVES = {
        State.REQUESTED: {State.ISSUED, State.REFUSED},
        State.ISSUED: {State.IN_FORCE, State.DAMAGED, State.REVOKED, State.RETURNED},
        State.IN_FORCE: {State.EXPIRED, State.DAMAGED, State.REVOKED, State.RETURNED},
        # A key that may be used no more is still to be handed in.
        State.EXPIRED: {State.RETURNED},
        State.DAMAGED: {State.RETURNED},
        State.REVOKED: {State.RETURNED},
    }

    class Occasion(models.TextChoices):
        FIRST = "first", "首次制发"
        RENEWAL = "renewal", "到期换发"
        DAMAGED = "damaged", "损坏重新制发"
        RENAMED = "renamed", "单位更名换发"
        FORGOTTEN = "forgotten", "忘记 PIN 或 PIN 已锁定"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="seal_keys", verbose_name="单位")
    kind = models.CharField("种类", max_length=20, choices=KeyKind.choices)
    keeper = models.ForeignKey(User, models.PROTECT, related_name="seal_keys", verbose_name="保管人")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.REQUESTED)
    occasion = models.CharField("事由", max_length=20, choices=Occasion.choices, default=Occasion.FIRST)
    reason = models.CharField("说明", max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", verbose_name="所替换的密钥"
    )
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    # Article 14; unknown while a year's calendar is missing, and for keys that no damage made necessary.
    due_at = models.DateTimeField("应制发时间", null=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="制发人")
    issued_at = models.DateTimeField("制发时间", null=True)
    in_force_at = models.DateTimeField("启用时间", null=True)
    valid_until = models.DateTimeField("有效期至", null=True)
    serial = models.CharField("证书序列号", max_length=40, blank=True)  # hexadecimal
    certificate_pem = models.TextField("证书", blank=True)
    provider = models.CharField("存放", max_length=10, choices=Provider.choices, default=Provider.FILE)
    locked_key = models.BinaryField("加密的私钥", default=bytes)  # empty of a key in a token
    token = models.CharField("令牌", max_length=32, blank=True)  # its label
    token_key = models.CharField("令牌内的密钥标识", max_length=32, blank=True)
    pins_set = models.PositiveIntegerField("设定 PIN 的次数", default=0)
    # None: it is drawn from the name (``accounts.keypictures``).
    picture = models.ForeignKey(
        "accounts.KeyPicture", models.PROTECT, null=True, related_name="keys", verbose_name="图样"
    )
    wrong_pins = models.PositiveSmallIntegerField("连续输错次数", default=0)
    reported_at = models.DateTimeField("报告损坏时间", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)
    end_note = models.CharField("停用说明", max_length=200, blank=True)
    returned_at = models.DateTimeField("交回时间", null=True)

    objects = SealKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "电子印章密钥"
        verbose_name_plural = "电子印章密钥"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(kind="unit_seal", state="in_force"), name="seal_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "keeper"], condition=Q(state="in_force"), name="key_one_in_force_each"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "keeper"], condition=Q(state__in=("requested", "issued")), name="key_asked_once"
            ),
            models.UniqueConstraint(fields=["serial"], condition=~Q(serial=""), name="key_serial_once"),
            # A forgotten PIN is got around by two people, and nobody issues to oneself.
            models.CheckConstraint(
                condition=~Q(occasion="forgotten") | Q(issued_by=None) | ~Q(issued_by=F("requested_by")),
                name="forgotten_pin_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(issued_by=None) | ~Q(issued_by=F("keeper")), name="key_not_issued_to_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(in_force_at__isnull=False, valid_until__isnull=False),
                name="key_in_force_has_times",
            ),
            models.CheckConstraint(
                condition=Q(provider="file", token="") | (Q(provider="pkcs11", locked_key=b"") & ~Q(token="")),
                name="key_lies_in_one_place",
            ),
            models.CheckConstraint(
                condition=~Q(provider="pkcs11", state="in_force", token_key=""), name="token_key_in_force_is_named"
            ),
            # The PIN is the token's, so two keys on one would share it.
            models.UniqueConstraint(
                fields=["token"],
                condition=Q(provider="pkcs11", state__in=("issued", "in_force")),
                name="token_bears_one_key",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "valid_until"], name="key_state_until"),
            models.Index(fields=["keeper", "state"], name="key_keeper"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}的{self.get_kind_display()}密钥"

    @property
    def bound_to(self) -> str:
        """What the encryption of the private part names: moved to another row, it does not open."""
        return f"seal:{self.pk}"

    @property
    def place(self) -> str:
        """Where the private part lies, as people call it; nothing of a key that was not issued."""
        if self.state in (self.State.REQUESTED, self.State.REFUSED):
            return ""
        return f"{self.get_provider_display()} {self.token}".rstrip()

    @property
    def is_in_token(self) -> bool:
        return self.provider == Provider.TOKEN

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate_pem.encode())

    @property
    def is_demo(self) -> bool:
        return bool(self.certificate_pem) and certificates.is_demo(self.certificate)

    @property
    def last_day(self) -> date:
        """The day, in the time of the city, on which the certificate ends; only of a key that was issued."""
        assert self.valid_until is not None
        return timezone.localdate(self.valid_until)

    def days_left(self, at: datetime) -> int:
        """Whole days from this one to the last, 0 on the last itself."""
        return (self.last_day - timezone.localdate(at)).days

    def is_run_out(self, at: datetime) -> bool:
        return self.valid_until is not None and self.valid_until <= at


class Custody(models.Model):
    """That somebody holds a key from a moment on, until the next row of the key; takes INSERT only. No holder: it was handed in."""

    key = models.ForeignKey(SealKey, models.PROTECT, related_name="custody", verbose_name="密钥")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="持有人"
    )
    since = models.DateTimeField("持有时间")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人"
    )

    class Meta:
        verbose_name = "密钥保管记录"
        verbose_name_plural = "密钥保管记录"
        default_permissions = ()
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.key} {self.holder or '市网信办'}"
