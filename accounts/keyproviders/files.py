"""Keys in the database, under their PIN and the installation's key-encryption key."""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.keyproviders.provider import Chain, Made
from accounts.seals import SealKey
from cms.signing import certificates, filekeys
from cms.signing.keys import OpenKey, SigningKey
from cms.signing.profile import ECDSA_P256


@sensitive_variables("pin", "private")
def make(key: SealKey, pin: str, name: x509.Name) -> Made:
    private = ECDSA_P256.new_private_key()
    locked = filekeys.lock_up(private, pin, settings.KEY_ENCRYPTION_KEY, bound_to=key.bound_to)
    return Made(certificates.request(private, name), {"locked_key": locked})


@sensitive_variables("pin", "private")
def open_with(key: SealKey, pin: str, chain: Chain) -> OpenKey:
    private = filekeys.unlock(bytes(key.locked_key), pin, settings.KEY_ENCRYPTION_KEY, bound_to=key.bound_to)
    return OpenKey(private, key.certificate, chain)


@sensitive_variables("opened", "pin")
def set_pin(key: SealKey, opened: SigningKey, pin: str) -> dict[str, Any]:
    assert isinstance(opened, OpenKey)
    return {
        "locked_key": filekeys.lock_up(opened.private, pin, settings.KEY_ENCRYPTION_KEY, bound_to=key.bound_to),
    }


@sensitive_variables("opened")
def ticket(opened: SigningKey) -> bytes:
    """The private key itself."""
    assert isinstance(opened, OpenKey)
    return opened.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@sensitive_variables("ticket")
def open_again(key: SealKey, ticket: bytes, chain: Chain) -> OpenKey:
    return OpenKey(filekeys.private_key(ticket), key.certificate, chain)
