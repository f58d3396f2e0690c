"""通行密钥: a key pair in a person's own device that signs a challenge of ours after checking who holds it (WebAuthn Level 3, ASVS 6.3.2).

We keep the public half and how often the device says it signed; a device that says fewer than before is a copy and is refused. A challenge
is good once, for five minutes, for one purpose.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, models, transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.people import User
from cms.lifecycles import OutOfOrder

CHALLENGE = "passkey_challenge"
GOOD_FOR = timedelta(minutes=5)
# More devices than anybody carries.
MOST = 10
LONGEST_ANSWER = 20_000


class PasskeyRefused(OutOfOrder):
    """What the browser handed in is no answer of a device of this person to the challenge of this page."""

    def __init__(self, said: str = "通行密钥没有通过验证，请重试；仍不行的，换用其他方式。") -> None:
        super().__init__(said)


class Passkey(models.Model):
    """One device of one person."""

    person = models.ForeignKey(User, models.CASCADE, related_name="passkeys", verbose_name="人员")
    credential = models.CharField("凭据标识", max_length=1400, unique=True)
    public_key = models.BinaryField("公钥")
    sign_count = models.PositiveBigIntegerField("签名次数", default=0)
    name = models.CharField("名称", max_length=40)
    added_at = models.DateTimeField("登记时间")
    used_at = models.DateTimeField("最近使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person}的通行密钥“{self.name}”"


def are_offered() -> bool:
    """Whether this installation has an address that browsers accept passkeys for."""
    return bool(settings.PASSKEY_ORIGIN and settings.PASSKEY_RP_ID)


def to_register(session: SessionBase, person: User, at: datetime) -> str:
    """What the browser asks a device for a new key with; devices that the person has registered already stay out."""
    options = generate_registration_options(
        rp_id=settings.PASSKEY_RP_ID,
        rp_name=settings.WAGTAIL_SITE_NAME,
        user_id=f"{person.pk}".encode(),
        user_name=person.username,
        user_display_name=str(person),
        challenge=_new_challenge(session, f"register:{person.pk}", at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_known(person),
    )
    return options_to_json(options)


def register(session: SessionBase, person: User, answer: str, name: str, at: datetime) -> Passkey:
    """The device is the person's; raises ``PasskeyRefused``."""
    challenge = _challenge(session, f"register:{person.pk}", at)
    if person.passkeys.count() >= MOST:
        raise PasskeyRefused(f"最多登记 {MOST} 个通行密钥，请先删去不用的。")
    try:
        verified = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=settings.PASSKEY_RP_ID,
            expected_origin=settings.PASSKEY_ORIGIN,
            require_user_verification=True,
        )
        with transaction.atomic():
            return Passkey.objects.create(
                person=person,
                credential=bytes_to_base64url(verified.credential_id),
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                name=name.strip()[:40] or "通行密钥",
                added_at=at,
            )
    except IntegrityError:
        raise PasskeyRefused("这个通行密钥已经登记过。") from None
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise PasskeyRefused from None


def to_assert(session: SessionBase, person: User, at: datetime) -> str:
    """What the browser asks the person's devices to sign."""
    options = generate_authentication_options(
        rp_id=settings.PASSKEY_RP_ID,
        challenge=_new_challenge(session, f"show:{person.pk}", at),
        allow_credentials=_known(person),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def take(session: SessionBase, person: User, answer: str, at: datetime) -> Passkey:
    """A device of the person has signed the challenge of this page, its holder checked; raises ``PasskeyRefused``."""
    challenge = _challenge(session, f"show:{person.pk}", at)
    said = _read(answer)
    passkey = person.passkeys.filter(credential=str(said.get("id", ""))[:1400]).first()
    if passkey is None:
        raise PasskeyRefused
    try:
        verified = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=settings.PASSKEY_RP_ID,
            expected_origin=settings.PASSKEY_ORIGIN,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise PasskeyRefused from None
    seen = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if not seen.update(sign_count=verified.new_sign_count, used_at=at):
        raise PasskeyRefused  # the same answer, or a copy of the device, was quicker
    return passkey


def _known(person: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential))
        for credential in person.passkeys.order_by("pk").values_list("credential", flat=True)
    ]


def _new_challenge(session: SessionBase, purpose: str, at: datetime) -> bytes:
    challenge = generate_challenge()
    session[CHALLENGE] = {"for": purpose, "is": bytes_to_base64url(challenge), "at": at.timestamp()}
    return challenge


def _challenge(session: SessionBase, purpose: str, at: datetime) -> bytes:
    """The challenge that this session was shown for this purpose; it is none any more."""
    kept = session.pop(CHALLENGE, None)
    if kept is None or kept["for"] != purpose or not 0 <= at.timestamp() - kept["at"] <= GOOD_FOR.total_seconds():
        raise PasskeyRefused("页面停留太久，请重试。")
    return base64url_to_bytes(kept["is"])


def _read(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer[:LONGEST_ANSWER])
    except ValueError:
        raise PasskeyRefused from None
    if not isinstance(said, dict):
        raise PasskeyRefused
    return said
