"""Private keys at rest without hardware: under a PIN, and under the installation's key-encryption key around that.

The dump of a database holds only the outer layer: without the key-encryption key, which is no part of it, not even a PIN of six digits can
be tried. With it, each try costs 32 MiB and a tenth of a second. Both layers are AES-256-GCM and name what they belong to (``bound_to``): a
key moved to another record does not open. Layout: salt (16) · nonce (12) · ciphertext.
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cms.signing.errorreports import sensitive_variables
from cms.signing.keys import KeyRefused, WrongPin

_SALT, _NONCE, _KEY = 16, 12, 32
# 32 MiB for each try.
_COST, _BLOCK, _LANES = 2**15, 8, 1
SHORTEST_KEY_ENCRYPTION_KEY = 32


class KeyEncryptionKeyMissing(KeyRefused):
    """The installation has no key-encryption key, or one too short to be one."""

    def __init__(self) -> None:
        super().__init__("没有设置密钥加密密钥 KEY_ENCRYPTION_KEY（至少 32 个字符），密钥不能使用。请联系系统管理员。")


@sensitive_variables()
def lock_up(private: ec.EllipticCurvePrivateKey, pin: str, key_encryption_key: str, *, bound_to: str) -> bytes:
    """The private key under the PIN and the key-encryption key: opens with both and for this record only."""
    plain = _pkcs8(private)
    salt = os.urandom(_SALT)
    return wrap(salt + _encrypt(_from_pin(pin, salt), plain, bound_to), key_encryption_key, bound_to=bound_to)


@sensitive_variables()
def lock_up_many(
    keys: Iterable[tuple[ec.EllipticCurvePrivateKey, str]], pin: str, key_encryption_key: str
) -> list[bytes]:
    """Each key with what it is bound to, all under one PIN that is stretched only once: for a demo, whose PIN is printed anyway."""
    salt = os.urandom(_SALT)
    stretched = _from_pin(pin, salt)
    return [
        wrap(salt + _encrypt(stretched, _pkcs8(private), bound_to), key_encryption_key, bound_to=bound_to)
        for private, bound_to in keys
    ]


@sensitive_variables()
def unlock(kept: bytes, pin: str, key_encryption_key: str, *, bound_to: str) -> ec.EllipticCurvePrivateKey:
    """The private key; raises ``WrongPin``, or ``KeyRefused`` for what this installation did not lock up for this record."""
    inner = unwrap(kept, key_encryption_key, bound_to=bound_to)
    try:
        plain = _decrypt(_from_pin(pin, inner[:_SALT]), inner[_SALT:], bound_to)
    except InvalidTag:
        raise WrongPin from None
    return private_key(plain)


@sensitive_variables()
def wrap(secret: bytes, key_encryption_key: str, *, bound_to: str) -> bytes:
    """A secret of the machine itself, under the key-encryption key alone."""
    salt = os.urandom(_SALT)
    return salt + _encrypt(_from_environment(key_encryption_key, salt), secret, bound_to)


@sensitive_variables()
def unwrap(kept: bytes, key_encryption_key: str, *, bound_to: str) -> bytes:
    """The secret again; raises ``KeyRefused`` where another key-encryption key or another record was meant."""
    try:
        return _decrypt(_from_environment(key_encryption_key, kept[:_SALT]), kept[_SALT:], bound_to)
    except InvalidTag:
        raise KeyRefused(
            "密钥打不开：密钥加密密钥 KEY_ENCRYPTION_KEY 已更换，或者密钥数据被改动。请联系系统管理员。"
        ) from None


@sensitive_variables()
def wrap_private(private: ec.EllipticCurvePrivateKey, key_encryption_key: str, *, bound_to: str) -> bytes:
    """A key that the machine uses without anybody's PIN: issuing, time-stamping, checkpoints."""
    return wrap(_pkcs8(private), key_encryption_key, bound_to=bound_to)


@sensitive_variables()
def private_key(pkcs8: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in these bytes; they may have been under another key than ours, so anything unreadable is refused."""
    try:
        key = serialization.load_der_private_key(pkcs8, password=None)
    except ValueError:
        raise KeyRefused("密钥数据已损坏。") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyRefused("密钥的算法与本系统不符。")
    return key


@sensitive_variables()
def _pkcs8(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@sensitive_variables()
def _from_pin(pin: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=_LANES).derive(pin.encode())


@sensitive_variables()
def _from_environment(key_encryption_key: str, salt: bytes) -> bytes:
    if len(key_encryption_key) < SHORTEST_KEY_ENCRYPTION_KEY:
        raise KeyEncryptionKeyMissing
    return HKDF(hashes.SHA256(), _KEY, salt, b"cms.signing.filekeys").derive(key_encryption_key.encode())


@sensitive_variables()
def _encrypt(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


@sensitive_variables()
def _decrypt(key: bytes, kept: bytes, bound_to: str) -> bytes:
    if len(kept) < _NONCE + 16:
        raise InvalidTag
    return AESGCM(key).decrypt(kept[:_NONCE], kept[_NONCE:], bound_to.encode())
