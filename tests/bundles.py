"""A small bundle of evidence of our city, made like the real ones: a joint circular of two bodies with two seals, two receipts, five entries."""

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1crl
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator import ValidationContext

from circulars.verifier.bundle import INDEX, INDEX_SIGNATURE, canonical_json, index_of, member_of, write
from cms.merkle import inclusion_proof, leaf_hash, range_root, root_of
from cms.signing import certificates
from cms.signing.authority import Authority, Certificates, Revoked, certificates_of, make_authority, open_authority
from cms.signing.detached import sign_detached
from cms.signing.envelopes import asn1
from cms.signing.keys import OpenKey
from cms.signing.pdfsigning import PdfSigner, PdfTimeStamper
from tests.cast import MONDAY
from tests.certificates import MADE, PASSPHRASE, key_of

HOUR = timedelta(hours=1)
SEALED, SIGNED, CHECKED, HANDED_OUT = (MONDAY + count * HOUR for count in range(4))
KEY = "the key around the keys of a bundle"
DOCUMENT = "0f6b6f0e-9a55-4a0e-8a53-3f1f7a0d9c11"
NUMBER = "延政发〔2026〕18号"
LEAD, JOINT, READER = ("YA-ZF", "延安市人民政府"), ("BM05", "延安市教育局"), ("QX01", "宝塔区人民政府")
ABOUT = (1, 4)  # leaves of the ledger
ATTACHMENT = "附件一 值班表.txt"


@dataclass
class Office:
    """An installation with its authority and keys, of which ``contents`` makes the files of a bundle."""

    folder: Path
    revoked: tuple[Revoked, ...] = ()
    keys: dict[str, OpenKey] = field(default_factory=dict)

    @cached_property
    def authority(self) -> Authority:
        make_authority(self.folder, "延安市", passphrase=PASSPHRASE, key_encryption_key=KEY, at=MADE)
        authority = open_authority(self.folder, KEY)
        for code, name in (LEAD, JOINT):
            self.keys[code] = key_of(authority, code=code, organisation=name, common_name=name)
        clerk: dict[str, Any] = {
            "code": READER[0],
            "organisation": READER[1],
            "common_name": "王小华（收发员）",
            "person": "wangxh",
        }
        self.keys["clerk"] = key_of(authority, kind=certificates.CLERK, **clerk)
        return authority

    @property
    def certificates(self) -> Certificates:
        return certificates_of(self.folder)

    def list_of_revoked(self, at: datetime = HANDED_OUT) -> x509.CertificateRevocationList:
        return self.authority.revocation_list(self.revoked, number=1, at=at)

    def signed(self, text: bytes, key: OpenKey, at: datetime) -> bytes:
        return sign_detached(text, key, at, stamping=self.authority.stamping)

    def sealed(self, seals: dict[str, OpenKey]) -> bytes:
        """A blank page with these seals, field by field."""
        writer, target = PdfFileWriter(), io.BytesIO()
        writer.insert_page(PageObject(contents=writer.add_object(_nothing()), media_box=(0, 0, 595, 842)))
        writer.write(target)
        for number, (name, key) in enumerate(seals.items()):
            target = self._sealed(target, name, key, [] if number else list(seals))
        return target.getvalue()

    def _sealed(self, pdf: io.BytesIO, name: str, key: OpenKey, lay: list[str]) -> io.BytesIO:
        writer = IncrementalPdfFileWriter(pdf)
        for each in lay:
            fields.append_signature_field(writer, fields.SigFieldSpec(each, on_page=0, box=(0, 0, 0, 0)))
        known = self.certificates
        lists = [known.root_list, self.authority.revocation_list((), number=1, at=SEALED)]
        claim = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=True,
            validation_context=ValidationContext(
                trust_roots=[asn1(known.root)],
                other_certs=[asn1(known.issuing)],
                crls=[asn1crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in lists],
                allow_fetching=False,
                moment=SEALED,
            ),
        )
        stamping = PdfTimeStamper(self.authority.stamping, SEALED)
        return signers.sign_pdf(writer, claim, PdfSigner(key), timestamper=stamping, existing_fields_only=True)

    def contents(self, pdf: bytes) -> dict[str, bytes]:
        """Every file of a bundle but its index."""
        authority, known = self.authority, self.certificates
        attachment = "值班电话 0911-0000000\n".encode()
        recipients = [{"code": READER[0], "name": READER[1], "role": "primary"}]
        manifest = canonical_json(
            {
                "format": "gongwen-manifest/1",
                "document": DOCUMENT,
                "number": NUMBER,
                "title": "关于做好国庆假期值班工作的通知",
                "kind": "notice",
                "urgency": "normal",
                "issuers": [{"code": code, "name": name} for code, name in (LEAD, JOINT)],
                "signer": "高延河",
                "issued_on": "2026-09-28",
                "registered_at": SEALED.isoformat(timespec="microseconds"),
                "revision_digest": sha256(b"text").hexdigest(),
                "pdf": {"sha256": sha256(pdf).hexdigest(), "size": len(pdf), "pages": 1},
                "seals": [
                    {"field": name, "unit": code, "certificate": self.fingerprint(code)}
                    for name, code in (("seal-1", LEAD[0]), ("seal-2", JOINT[0]))
                ],
                "recipients": {"count": 1, "sha256": sha256(READER[0].encode()).hexdigest(), "list": recipients},
                "attachments": [
                    {"name": ATTACHMENT, "sha256": sha256(attachment).hexdigest(), "size": len(attachment)}
                ],
            }
        )
        files = {
            "README.txt": "怎样核验本包\n".encode(),
            "circular/circular.pdf": pdf,
            "circular/manifest.json": manifest,
            "circular/manifest.p7s": self.signed(manifest, self.keys[LEAD[0]], SEALED),
            "circular/attachments/01-attachment.txt": attachment,
            "certificates/root.der": known.root.public_bytes(Encoding.DER),
            "certificates/issuing.der": known.issuing.public_bytes(Encoding.DER),
            "crls/root.crl": known.root_list.public_bytes(Encoding.DER),
            "crls/issuing.crl": self.list_of_revoked().public_bytes(Encoding.DER),
            "notices.json": canonical_json({"format": "gongwen-notices/1", "document": DOCUMENT, "notices": []}),
            "urges.json": canonical_json({"format": "gongwen-urges/1", "document": DOCUMENT, "urges": []}),
        }
        first = self.receipt(manifest, pdf, 1, None)
        second = self.receipt(manifest, pdf, 2, sha256(first).hexdigest())
        for number, text in ((1, first), (2, second)):
            files[f"receipts/{READER[0]}-{number}.json"] = text
            files[f"receipts/{READER[0]}-{number}.p7s"] = self.signed(text, self.keys["clerk"], SIGNED)
        return files | self.ledger(authority.checkpoints, manifest, [first, second])

    def receipt(self, manifest: bytes, pdf: bytes, number: int, previous: str | None) -> bytes:
        return canonical_json(
            {
                "format": "gongwen-receipt/1",
                "document": DOCUMENT,
                "number": NUMBER,
                "pdf_sha256": sha256(pdf).hexdigest(),
                "manifest_sha256": sha256(manifest).hexdigest(),
                "unit": {"code": READER[0], "name": READER[1]},
                "person": {"username": "wangxh", "name": "王小华"},
                "round": number,
                "signed_at": SIGNED.isoformat(timespec="microseconds"),
                "due_at": None,
                "stand_in": None,
                "previous": previous,
            }
        )

    def ledger(
        self, key: OpenKey, manifest: bytes, receipts: list[bytes], more: dict[int, dict[str, Any]] | None = None
    ) -> dict[str, bytes]:
        """Seven entries are in the tree; the second and the fifth are about the circular; each names a receipt, the second the manifest too.

        ``more`` are other leaves that are told of as well, with what they say; their ``payload`` as facts.
        """
        more = more or {}
        at, note = SEALED.isoformat(timespec="microseconds"), {"note": '他说"好"\n\\n'}
        named = {index: {"receipt": sha256(text).hexdigest()} for index, text in zip(ABOUT, receipts, strict=False)}
        named[ABOUT[0]] = named.get(ABOUT[0], {}) | {"manifest": sha256(manifest).hexdigest()}
        payloads = [canonical_json(note | named.get(index, {})).decode() for index in range(7)]
        texts = [
            canonical_json(
                {
                    "circular": DOCUMENT if index in ABOUT else None,
                    "deed": f"deed.{index}",
                    "happened_at": at,
                    "payload": payloads[index],
                }
                | {name: _text(said) for name, said in more.get(index, {}).items()}
            ).decode()
            for index in range(7)
        ]
        leaves = [leaf_hash(sha256(text.encode()).digest()) for text in texts]

        def full(height: int, number: int) -> bytes:
            return root_of(leaves[number << height : (number + 1) << height])

        checkpoint = canonical_json(
            {
                "format": "gongwen-checkpoint/1",
                "size": len(leaves),
                "root": range_root(0, len(leaves), full).hex(),
                "made_at": CHECKED.isoformat(timespec="microseconds"),
            }
        )
        about = [(index, texts[index]) for index in sorted({*ABOUT, *more})]
        proofs = [
            {"index": index, "path": [step.hex() for step in inclusion_proof(index, len(leaves), full)]}
            for index, _ in about
        ]
        lines = [
            {"index": index, "words": "签收"} | {name: json.loads(text)[name] for name in ("happened_at", "deed")}
            for index, text in about
        ]
        entries = [{"index": index, "text": text} for index, text in about]
        return {
            "ledger/checkpoint.json": checkpoint,
            "ledger/checkpoint.p7s": self.signed(checkpoint, key, CHECKED),
            "ledger/entries.json": _told("entries", document=DOCUMENT, entries=entries),
            "ledger/proofs.json": _told("proofs", size=len(leaves), proofs=proofs),
            "timeline.json": _told("timeline", document=DOCUMENT, entries=lines),
        }

    def fingerprint(self, code: str) -> str:
        return self.keys[code].certificate.fingerprint(SHA256()).hex()

    def indexed(self, contents: dict[str, bytes], *, by: OpenKey | None = None, at: datetime = HANDED_OUT) -> dict:
        """The files with an index over them, signed by the ledger's key."""
        files = {name: content for name, content in contents.items() if name not in (INDEX, INDEX_SIGNATURE)}
        index = index_of(member_of(*pair) for pair in files.items())
        return files | {INDEX: index, INDEX_SIGNATURE: self.signed(index, by or self.authority.checkpoints, at)}


def packed(contents: dict[str, bytes]) -> bytes:
    """The archive of these files."""
    target = io.BytesIO()
    write(target, contents)
    return target.getvalue()


def _text(said: Any) -> Any:
    return canonical_json(said).decode() if isinstance(said, dict) else said


def _told(kind: str, **facts: Any) -> bytes:
    return canonical_json({"format": f"gongwen-{kind}/1", **facts})


def _nothing() -> Any:
    from pyhanko.pdf_utils.generic import StreamObject

    return StreamObject(stream_data=b"")
