"""The authority of this installation, and the certificates it takes no longer (Articles 10, 14 and 15).

A certificate is revoked once and for good; every revocation makes a new list at once, and a list is made anew before it runs out.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import models, transaction

from cms.areas import Area
from cms.signing.authority import Authority, AuthorityMissing, Revoked, certificates_of, open_authority
from cms.signing.certificates import is_demo
from cms.signing.keys import KeyRefused
from cms.signing.trust import Trust

# A list of an office where nothing was revoked is made anew after a week: three weeks before readers must doubt it.
LIST_RENEWED_AFTER = timedelta(days=7)


class DemoKeyRefused(KeyRefused):
    """A key or an authority of a demo, where no demo runs."""

    def __init__(self) -> None:
        super().__init__(
            "这是演示专用的密钥，正式运行不能使用。请用 manage.py make_ca 建立正式的证书机构，重新制发密钥。"
        )


class Reason(models.TextChoices):
    """Why a certificate is revoked, as lists of revocations say it (RFC 5280)."""

    KEY_COMPROMISE = "keyCompromise", "密钥可能泄露"
    AFFILIATION_CHANGED = "affiliationChanged", "单位或人员变动"
    SUPERSEDED = "superseded", "已换发新证书"
    CESSATION = "cessationOfOperation", "停止使用"


class RevokedCertificate(models.Model):
    """That one certificate is revoked since a moment; takes INSERT only."""

    serial = models.CharField("证书序列号", max_length=40, unique=True)  # hexadecimal
    revoked_at = models.DateTimeField("吊销时间")
    reason = models.CharField("原因", max_length=30, choices=Reason.choices)

    class Meta:
        verbose_name = "已吊销证书"
        verbose_name_plural = "已吊销证书"

    def __str__(self) -> str:
        return self.serial


class RevocationList(models.Model):
    """A signed list as it was given out; takes INSERT only."""

    number = models.PositiveIntegerField("期号", unique=True)
    issued_at = models.DateTimeField("签发时间")
    content = models.BinaryField("内容")

    class Meta:
        verbose_name = "吊销列表"
        verbose_name_plural = "吊销列表"

    def __str__(self) -> str:
        return f"第 {self.number} 期吊销列表"

    @property
    def parsed(self) -> x509.CertificateRevocationList:
        return x509.load_der_x509_crl(bytes(self.content))


def the_authority() -> Authority:
    """The authority of this installation, open.

    Raises ``AuthorityMissing``, ``KeyRefused`` under another key-encryption key, and ``DemoKeyRefused`` for a demo's where no demo runs.
    """
    authority = open_authority(settings.CA_FOLDER, settings.KEY_ENCRYPTION_KEY)
    if authority.is_demo:
        refuse_demo(authority.root)
    return authority


def refuse_demo(certificate: x509.Certificate) -> None:
    """Raises ``DemoKeyRefused`` for a certificate that is good for a demo only, where no demo runs."""
    if is_demo(certificate) and not (settings.DEMO or settings.DEBUG):
        raise DemoKeyRefused


def root_fingerprint() -> str:
    """The SHA-256 of the root's certificate, as it is published for others to compare; nothing where there is no authority."""
    try:
        return certificates_of(settings.CA_FOLDER).root.fingerprint(SHA256()).hex(":").upper()
    except AuthorityMissing:
        return ""


def trust() -> Trust:
    """What this installation believes: its own root, with the newest list of revocations; needs no key."""
    known = certificates_of(settings.CA_FOLDER)
    newest = RevocationList.objects.order_by("-number").first()
    lists = (newest.parsed, known.root_list) if newest else (known.root_list,)
    return Trust((known.root,), (known.issuing,), lists)


def revoke_certificate(serial: int, reason: Reason, *, at: datetime) -> None:
    """The certificate is revoked since ``at``, and a new list says so; one revoked before stays as it was."""
    with transaction.atomic():
        _one_at_a_time()
        RevokedCertificate.objects.get_or_create(serial=f"{serial:x}", defaults={"revoked_at": at, "reason": reason})
        _publish(the_authority(), at)


def current_list(at: datetime) -> RevocationList:
    """The newest list; the first one is made when somebody asks."""
    newest = RevocationList.objects.order_by("-number").first()
    return newest or renew_list(at)


def renew_list(at: datetime) -> RevocationList:
    """A new list is out, whether or not anything was revoked."""
    with transaction.atomic():
        _one_at_a_time()
        return _publish(the_authority(), at)


def sweep_lists(at: datetime) -> None:
    """No list gets old; an installation without an authority has none to renew."""
    newest = RevocationList.objects.order_by("-number").first()
    if newest is not None and newest.issued_at <= at - LIST_RENEWED_AFTER:
        renew_list(at)


def _publish(authority: Authority, at: datetime) -> RevocationList:
    number = (RevocationList.objects.aggregate(top=models.Max("number"))["top"] or 0) + 1
    revoked = [
        Revoked(int(row.serial, 16), row.revoked_at, x509.ReasonFlags(row.reason))
        for row in RevokedCertificate.objects.order_by("pk")
    ]
    signed = authority.revocation_list(revoked, number=number, at=at)
    return RevocationList.objects.create(number=number, issued_at=at, content=signed.public_bytes(Encoding.DER))


def _one_at_a_time() -> None:
    """Nobody else makes a list until this transaction ends: numbers follow one another, and no list misses a revocation."""
    Area.objects.select_for_update(no_key=True).get(code=settings.AREA)
