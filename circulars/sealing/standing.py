"""Whether a sealed circular still stands: asked before it is sent and before it is signed for (Articles 4 and 10).

Quick on purpose: the file's digest, the manifest's signature, and whether a key was revoked before it sealed. The whole verdict, with each
seal in the file, is shown where the circular is read.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.holders import holders, holders_of, people_with
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.layouts import Layout
from circulars.pages import about_paper
from circulars.registration import Circular, refuse_damaged
from circulars.sealing.hands import foreign_stamps
from circulars.sealing.records import Manifest, Seal
from circulars.sealing.registered import changes_of
from circulars.secrecycases import PURGED, WITHHELD
from circulars.verifier.reading import seals_on
from cms import ledger
from cms.attachments import place_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.revocations import DemoKeyRefused, RevokedCertificate, refuse_demo, trust
from cms.signing.authority import UNJUDGED, AuthorityMissing
from cms.signing.detached import verify_detached
from cms.signing.trust import Trust


class SealBroken(OutOfOrder):
    """The seal or what it is on does not stand; the sentence says why."""


def sealed_pdf(circular: Circular) -> bytes | None:
    """The sealed file, byte for byte as it was sealed; None where the circular has none. Raises ``SealBroken`` for any other bytes."""
    manifest = Manifest.objects.filter(circular=circular.pk).only("pdf_digest").first()
    return None if manifest is None else sealed_bytes(manifest.pdf_digest)


def sealed_bytes(digest: str) -> bytes:
    """The file of this digest as it was left by a seal; raises ``SealBroken`` where it is gone or changed."""
    try:
        content = place_of(digest).read_bytes()
    except OSError:
        raise SealBroken("盖章的版式文件找不到了") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise SealBroken("盖章的版式文件被改动过")
    return content


def flaw_of(circular: Circular) -> str:
    """The first thing that is wrong with the seal, in half a sentence; empty where it stands, or the circular was sent before there were seals.

    Raises ``AuthorityMissing`` where nothing can be judged.
    """
    manifest = Manifest.objects.filter(circular=circular.pk).select_related("key__unit").first()
    if manifest is None:
        return _flaw_without_seal(circular)
    return flaw_by(manifest, circular, trust())


def flaw_by(manifest: Manifest, circular: Circular, trusted: Trust) -> str:
    """``flaw_of`` for whoever has the manifest, and what this installation believes, in hand."""
    try:
        refuse_demo(manifest.key.certificate)
        sealed_bytes(manifest.pdf_digest)
    except DemoKeyRefused:
        return "盖的是演示专用印章"
    except SealBroken as broken:
        return str(broken)
    if hashlib.sha256(manifest.content.encode()).hexdigest() != manifest.digest or not binds(manifest, circular):
        return "公文清单被改动过"
    if manifest.key.unit_id != circular.issuer_id:
        return "公文清单不是发文单位的印章签的"
    verdict = verify_detached(
        manifest.content.encode(),
        bytes(manifest.signature),
        trusted,
        code=manifest.key.unit.code,
        use=seals_on(circular.document_type),
        is_stamped=True,
    )
    if not verdict.stands:
        return verdict.problem.rstrip("。")
    return _revoked_before(circular) or _stamped_by_another(circular)


def refuse_broken(circular: Circular, *, at: datetime) -> None:
    """Raises ``SealBroken``, and both sides and the network office have been told why, unless the seal stands and every attachment is whole.

    Where there is no authority to judge by, it is raised as well, and nobody is told: nothing is known against the circular.
    """
    try:
        flaw = flaw_of(circular)
        if not flaw and circular.sent_at is None and (changed := changes_of(circular)):
            flaw = f"{'、'.join(changed)}与登记时不一致"
        if not flaw and circular.state != Circular.State.RECALLED:
            refuse_damaged(circular.snapshot)
    except AuthorityMissing:
        raise SealBroken(f"{UNJUDGED}，{circular.number} 暂时不能发送和签收，请联系网信办。") from None
    except OutOfOrder as damaged:
        flaw = str(damaged).rstrip("。")
    if flaw:
        _tell(circular, flaw, at)
        raise SealBroken(f"印章验证没有通过：{flaw}。{circular.number} 已停止发送和签收，请联系网信办。")


def binds(manifest: Manifest, circular: Circular) -> bool:
    """Whether the manifest is the one of this circular, its text and its file as they are on record."""
    facts = manifest.facts
    said = (
        facts.get("document"),
        facts.get("number"),
        facts.get("kind"),
        facts.get("urgency"),
        facts.get("revision_digest"),
        facts.get("pdf", {}).get("sha256"),
    )
    here = (
        str(circular.uuid),
        circular.number,
        circular.document_type,
        circular.urgency,
        circular.digest,
        manifest.pdf_digest,
    )
    # While a secrecy case shuts a circular, its record names no title.
    return said == here and circular.title in (facts.get("title"), WITHHELD, PURGED)


def _flaw_without_seal(circular: Circular) -> str:
    """A circular predates seals because the ledger says that it was sealed on paper, or sent and never sealed here."""
    if not circular.predates_seals:
        return "没有用印记录"
    sealed = (Deed.CIRCULAR_SEALED, Deed.SEALED_ON_PAPER)
    deeds = set(Entry.objects.of(circular).filter(deed__in=sealed).values_list("deed", flat=True))
    if Deed.CIRCULAR_SEALED in deeds:
        return "用印记录被删除"
    return "" if circular.sent_at or deeds else "没有用印记录"


def _revoked_before(circular: Circular) -> str:
    used = dict(Seal.objects.filter(circular=circular.pk).values_list("serial", "sealed_at"))
    for row in RevokedCertificate.objects.filter(serial__in=used):
        if row.revoked_at <= used[row.serial]:
            return "用印前密钥已吊销"
    return ""


def _stamped_by_another(circular: Circular) -> str:
    """Under an order stands each body's signer's own stamp."""
    if circular.layout != Layout.ORDER:
        return ""
    signers = dict(circular.issuers.values_list("unit", "approver"))
    seals = Seal.objects.filter(circular=circular.pk).select_related("key", "unit").order_by("field")
    foreign = foreign_stamps(seals, signers)
    return f"{foreign[0].unit}的签名章不是签发人本人的" if foreign else ""


def _tell(circular: Circular, flaw: str, at: datetime) -> None:
    """The sending unit's and the receiving units' people and the network office know, once of each flaw of a circular."""
    facts = {"number": circular.number, "flaw": flaw}
    known = Entry.objects.of(circular).filter(deed=Deed.SEAL_BROKEN, payload=ledger.canonical(facts))
    if known.exists():
        return
    told = set(holders(Right.MANAGE_KEYS).values_list("user_id", flat=True)) | people_with(
        Right.SEND, circular.issuer_id
    )
    receiving = list(circular.deliveries.values_list("unit_id", flat=True))
    told |= {person for person, _ in holders_of(Right.RECEIVE, receiving)}
    with transaction.atomic():
        ledger.enter(
            Deed.SEAL_BROKEN,
            subject=ledger.subject_of(circular),
            at=at,
            circular=circular.uuid,
            unit=circular.issuer_id,
            facts=facts,
        )
        tell(
            told,
            key=f"seal-broken:{circular.pk}:{hashlib.sha256(flaw.encode()).hexdigest()[:8]}",
            text=f"{circular.number} 印章验证没有通过（{flaw}），已停止发送和签收。",
            about=about_paper(circular.page_id),
            at=at,
        )
