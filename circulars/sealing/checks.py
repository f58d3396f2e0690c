"""Whether everything that was sealed is still what was sealed: text, rendition, seals, manifest, files (Articles 3, 4 and 10).

What ``manage.py verify`` asks of them all, and what is asked of one circular before evidence of it is given away.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from circulars.deeds import Deed
from circulars.registration import Circular, CircularText, IssuerLine
from circulars.sealing.hands import foreign_stamps
from circulars.sealing.records import Manifest, Rendition, Seal
from circulars.sealing.rowchecks import changed_in
from circulars.sealing.standing import binds
from circulars.secrecycases import SecrecyCase
from circulars.snapshots import digest_of
from circulars.verifier.bundle import Unreadable
from circulars.verifier.findings import Remark
from circulars.verifier.pdf import opened
from circulars.verifier.reading import seals_on
from circulars.verifier.seals import judged
from cms.attachments import Attachment, place_of
from cms.entered import entries_of, looked_up
from cms.ledger import Entry
from cms.quotes import cited
from cms.revocations import trust
from cms.signing.authority import AuthorityMissing
from cms.signing.detached import verify_detached
from cms.signing.trust import Trust
from cms.verifying import CHUNK, Fault, in_chunks, register

# With which key (serial number), by whom and when.
_Given = tuple[str, int, datetime]
# A manifest of a paper to three hundred units has some 20 kB, and its text as much.
AT_ONCE = 100


@register
def check_texts(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every registered circular has the text that was approved; only what was purged has none."""
    rows = Circular.objects.order_by("pk")
    rows = rows if since is None else rows.filter(registered_at__gte=since)
    named = rows.values_list("pk", "number", "digest").iterator(CHUNK)
    for chunk in in_chunks(named, AT_ONCE):
        yield from _texts(chunk)


@register
def check_sealed(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every manifest, rendition, seal and sealed file says the same, and what the ledger says was sealed is there."""
    try:
        trusted = trust()
    except AuthorityMissing:
        yield Fault("证书机构", "目录缺失，用印的签名无法核对。")
        return
    rows = Manifest.objects.order_by("pk")
    rows = rows if since is None else rows.filter(signed_at__gte=since)
    for chunk in in_chunks(rows.iterator(AT_ONCE), AT_ONCE):
        yield from faults_of(chunk, trusted)
    yield from _named_in_the_ledger(since)


def faults_about(circular: Circular) -> Iterator[Fault]:
    """What is wrong with one sealed circular; raises ``AuthorityMissing``."""
    yield from _texts([(circular.pk, circular.number, circular.digest)])
    yield from changed_in([circular])
    yield from faults_of(Manifest.objects.filter(circular=circular.pk), trust())


@dataclass(frozen=True)
class _Sealed:
    """One sealed circular with all that belongs to it."""

    manifest: Manifest
    circular: Circular
    rendition: Rendition | None
    seals: list[Seal]
    has_text: bool
    is_destroyed: bool
    known: set[str]  # digests of files that have their row
    signers: dict[int, int | None]  # who signed off for each body, by primary keys

    @property
    def where(self) -> str:
        return self.circular.number


def faults_of(manifests: Iterable[Manifest], trusted: Trust) -> Iterator[Fault]:
    """What is wrong with these circulars; the same few questions to the database however many they are."""
    for one in _gathered(list(manifests)):
        if one.has_text:
            yield from _records(one)
            yield from _manifest(one, trusted)
            yield from _files(one)
            yield from _seals(one, trusted)
        elif one.manifest.content and not one.is_destroyed:
            yield Fault(f"{one.where} 公文清单", "公文的正文已不在，清单却没有清除。")


def _texts(circulars: list[tuple[int, str, str]]) -> Iterator[Fault]:
    keys = [key for key, _, _ in circulars]
    texts = dict(CircularText.objects.filter(circular__in=keys).values_list("circular", "content"))
    gone = _purged(keys) | destroyed(keys)
    for key, number, digest in circulars:
        if key not in texts:
            if key not in gone:
                yield Fault(f"{number} 正文", "已被删除，而公文没有作过涉密清除，也没有按归档规定销毁。")
        elif _text_digest(texts[key]) != digest:
            yield Fault(f"{number} 正文", "与签发、登记时的摘要不一致，正文或摘要被改动过。")


def _gathered(manifests: list[Manifest]) -> Iterator[_Sealed]:
    keys = [row.pk for row in manifests]
    circulars, renditions = Circular.objects.in_bulk(keys), Rendition.objects.in_bulk(keys)
    texts = set(CircularText.objects.filter(circular__in=keys).values_list("circular", flat=True))
    seals: dict[int, list[Seal]] = {}
    for seal in Seal.objects.filter(circular__in=keys).select_related("key", "unit").order_by("pk"):
        seals.setdefault(seal.circular_id, []).append(seal)
    named = {row.pdf_digest for row in manifests} | {seal.digest for rows in seals.values() for seal in rows}
    named |= {file["sha256"] for row in manifests for file in row.facts.get("attachments", ())}
    known = set(Attachment.objects.filter(digest__in=named).values_list("digest", flat=True))
    signers: dict[int, dict[int, int | None]] = {}
    lines = IssuerLine.objects.filter(circular__in=keys).values_list("circular", "unit", "approver")
    for circular, unit, person in lines:
        signers.setdefault(circular, {})[unit] = person
    gone = destroyed([key for key in keys if key not in texts])
    for row in manifests:
        yield _Sealed(
            row,
            circulars[row.pk],
            renditions.get(row.pk),
            seals.get(row.pk, []),
            row.pk in texts,
            row.pk in gone,
            known,
            signers.get(row.pk, {}),
        )


def _records(one: _Sealed) -> Iterator[Fault]:
    """The rows beside the manifest say what it says."""
    said, rendition = one.manifest.facts, one.rendition
    if rendition is None:
        yield Fault(f"{one.where} 版式记录", "已被删除。")
    elif (rendition.pages, len(rendition.places)) != (one.manifest.pages, len(said.get("seals", ()))):
        yield Fault(f"{one.where} 版式记录", "页数或者用印位置与清单不一致，记录被改动过。")
    listed = {seal["field"]: seal for seal in said.get("seals", ())}
    here = {seal.field: seal for seal in one.seals}
    for field in sorted(listed.keys() | here.keys()):
        where, seal = f"{one.where} 印章 {field}", here.get(field)
        if seal is None:
            yield Fault(where, "用印记录已被删除。")
        elif field not in listed:
            yield Fault(where, "清单没有列出此印章，用印记录是后来加入的。")
        elif seal.unit.code != listed[field]["unit"] or seal.serial != seal.key.serial:
            yield Fault(where, "用印单位或密钥与清单不一致，用印记录被改动过。")
        elif _fingerprint(seal) != listed[field]["certificate"]:
            yield Fault(where, "密钥登记的证书不是用印时的那一张，证书被换过。")
    for stamp in foreign_stamps(one.seals, one.signers):
        where = f"{one.where} 印章 {stamp.field}"
        yield Fault(where, "签名章不是该单位签发人本人的，用印记录或者签发人被改动过。")
    if one.seals and one.seals[-1].digest != one.manifest.pdf_digest:
        yield Fault(f"{one.where} 印章 {one.seals[-1].field}", "用印后的文件不是清单写明的文件，用印记录被改动过。")


def _manifest(one: _Sealed, trusted: Trust) -> Iterator[Fault]:
    manifest, where = one.manifest, f"{one.where} 公文清单"
    if hashlib.sha256(manifest.content.encode()).hexdigest() != manifest.digest:
        yield Fault(where, "内容被改动过。")
        return
    if not binds(manifest, one.circular):
        yield Fault(where, "与公文的标识、文号、文稿摘要或版式文件不一致，记录被改动过。")
    code = (manifest.facts.get("issuers") or [{}])[0].get("code")
    use = seals_on(one.circular.document_type)
    verdict = verify_detached(
        manifest.content.encode(), bytes(manifest.signature), trusted, use=use, code=code, is_stamped=True
    )
    if verdict.problem:
        yield Fault(where, verdict.problem)
    elif verdict.signer is not None and f"{verdict.signer.serial:x}" != manifest.serial:
        yield Fault(where, "登记的证书不是签名所用的那一张，记录被改动过。")


def _files(one: _Sealed) -> Iterator[Fault]:
    """Every file has its row; whether its bytes are those, ``cms.verifying.check_files`` asks of all rows."""
    for seal in one.seals[:-1]:
        if seal.digest not in one.known:
            yield Fault(f"{one.where} 印章 {seal.field}", "用印后的文件没有登记，已被删除。")
    if one.manifest.pdf_digest not in one.known:
        yield Fault(f"{one.where} 版式文件", "没有登记，已被删除。")
    for file in one.manifest.facts.get("attachments", ()):
        if file["sha256"] not in one.known:
            yield Fault(f"{one.where} 附件{cited(file['name'])}", "没有登记，已被删除或者换过。")


def _seals(one: _Sealed, trusted: Trust) -> Iterator[Fault]:
    """The file is the sealed one, and each seal in it stands."""
    where = f"{one.where} 版式文件"
    try:
        content = place_of(one.manifest.pdf_digest).read_bytes()
    except OSError:
        yield Fault(where, "找不到。")
        return
    if hashlib.sha256(content).hexdigest() != one.manifest.pdf_digest:
        yield Fault(where, "内容与用印时不一致，文件被改动过或者后来加了内容。")
        return
    said = one.manifest.facts
    if not said or hashlib.sha256(one.manifest.content.encode()).hexdigest() != one.manifest.digest:
        return  # told already, and nothing to measure by
    try:
        for found in judged(opened(content, where), said, trusted):
            if not isinstance(found, Remark):
                yield Fault(one.where, str(found))
    except Unreadable as broken:
        yield Fault(where, str(broken))


def _named_in_the_ledger(since: datetime | None) -> Iterator[Fault]:
    """A manifest or a seal that was taken out with all its traces is still in the ledger, and who gave it when."""
    for deed, fact, kept, what, row in (
        (Deed.CIRCULAR_SEALED, "manifest", _manifests_kept, "公文清单", "这份清单"),
        (Deed.CIRCULAR_STAMPED, "pdf", _seals_kept, "印章", "这条用印记录"),
    ):
        for _, entry, given in looked_up(entries_of(deed, since=since), _fact(fact), kept):
            where = f"{entry.said.get('number')} {what}"
            if given is None:
                yield Fault(where, f"台账登记过，现在没有{row}。")
            elif given != (entry.said.get("serial"), entry.person_id, entry.happened_at):
                yield Fault(where, "密钥、用印人或用印时间与台账登记的不一致，用印记录被改动过。")


def _fact(name: str) -> Callable[[Entry], str]:
    return lambda entry: str(entry.said.get(name))


def _manifests_kept(digests: Collection[str]) -> dict[str, _Given]:
    rows = Manifest.objects.filter(digest__in=digests).values_list("digest", "serial", "signed_by", "signed_at")
    return {digest: (serial, by, at) for digest, serial, by, at in rows}


def _seals_kept(digests: Collection[str]) -> dict[str, _Given]:
    rows = Seal.objects.filter(digest__in=digests).values_list("digest", "serial", "sealed_by", "sealed_at")
    return {digest: (serial, by, at) for digest, serial, by, at in rows}


def _purged(circulars: list[int]) -> set[int]:
    cases = SecrecyCase.objects.filter(circular__in=circulars, state=SecrecyCase.State.PURGED)
    return {circular for circular in cases.values_list("circular", flat=True) if circular}


def destroyed(circulars: list[int]) -> set[int]:
    """Those of which the ledger says that the text was destroyed after its time (Article 27)."""
    uuids = dict(Circular.objects.filter(pk__in=circulars).values_list("uuid", "pk")) if circulars else {}
    entries = entries_of(Deed.TEXT_DESTROYED).filter(circular__in=uuids)
    return {uuids[uuid] for uuid in entries.values_list("circular", flat=True) if uuid}


def _text_digest(content: str) -> str:
    try:
        return digest_of(json.loads(content))
    except ValueError:
        return ""


def _fingerprint(seal: Seal) -> str:
    try:
        certificate: x509.Certificate = seal.key.certificate
    except ValueError:
        return ""
    return certificate.fingerprint(SHA256()).hex()
