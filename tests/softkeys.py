"""A device that holds passkeys, as far as a server can tell: it answers as WebAuthn says, or in one way that it should not."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN, RP_ID = "http://localhost:8000", "localhost"
_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One key pair, how often it signed, and where its holder is."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    verifies: bool = True
    count: int = 0
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identity: bytes = field(default_factory=lambda: os.urandom(32))

    def create(self, options: str) -> str:
        """The answer to ``navigator.credentials.create``."""
        asked = json.loads(options)
        public = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        key = bytes(16) + struct.pack(">H", len(self.identity)) + self.identity + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(_WITH_KEY) + key}
        said = {
            "clientDataJSON": _text(self._client("webauthn.create", asked)),
            "attestationObject": _text(cbor2.dumps(attestation)),
        }
        return self._answer(said)

    def get(self, options: str, *, signed: bytes | None = None) -> str:
        """The answer to ``navigator.credentials.get``; the signature is over something else where ``signed`` says so."""
        self.count += 1
        client = self._client("webauthn.get", json.loads(options))
        data = self._data()
        over = data + hashlib.sha256(client).digest() if signed is None else signed
        said = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(self.private.sign(over, ec.ECDSA(hashes.SHA256()))),
        }
        return self._answer(said)

    def _data(self, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        named = _text(self.identity)
        return json.dumps(
            {"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )


def _text(data: bytes) -> str:
    text = bytes_to_base64url(data)
    assert base64url_to_bytes(text) == data
    return text
