"""The algorithms that signatures of this installation use; state cryptography (国密) will be a second profile beside this one."""

import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed


@dataclass(frozen=True)
class SigningProfile:
    """One choice of curve and digest, with the names that CMS structures give them."""

    name: str
    digest_name: str
    signature_name: str
    curve: ec.EllipticCurve
    hash: hashes.SHA256

    def digest_of(self, data: bytes) -> bytes:
        return hashlib.new(self.digest_name, data).digest()

    def new_private_key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(self.curve)

    def sign(self, private: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
        """The signature over a digest, DER."""
        return private.sign(digest, ec.ECDSA(Prehashed(self.hash)))

    def verifies(self, public: Any, signature: bytes, digest: bytes) -> bool:
        """Whether this public key's owner signed the digest; a key of another kind did not."""
        if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != self.curve.name:
            return False
        try:
            public.verify(signature, digest, ec.ECDSA(Prehashed(self.hash)))
        except InvalidSignature:
            return False
        return True


ECDSA_P256 = SigningProfile("ECDSA P-256 / SHA-256", "sha256", "sha256_ecdsa", ec.SECP256R1(), hashes.SHA256())
