"""Keys in tokens that the installation's PKCS#11 library reaches: the private part is made there and never leaves it.

A token comes to its keeper with the PIN of its delivery. The keeper's own takes that one's place before there is any key, so that the
network office, which prepared the token, never had one to use.
"""

import secrets
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.keyproviders.provider import Chain, Made
from accounts.seals import Provider, SealKey
from cms.signing import pkcs11keys
from cms.signing.keys import SigningKey
from cms.signing.pkcs11keys import TokenKey, TokenPlace, TokenRefused


@sensitive_variables("pin")
def make(key: SealKey, pin: str, name: x509.Name) -> Made:
    """Each time under a name of its own: what an attempt that failed has left on the token is in nobody's way, and certified for nothing."""
    named = f"{key.unit.code[:14]}-{secrets.token_hex(8)}"
    return Made(pkcs11keys.make_token_key(TokenPlace(_module(), key.token, named), pin, name), {"token_key": named})


@sensitive_variables("pin")
def open_with(key: SealKey, pin: str, chain: Chain) -> TokenKey:
    return pkcs11keys.open_token_key(_place(key), pin, key.certificate, chain)


@sensitive_variables("opened", "pin")
def set_pin(key: SealKey, opened: SigningKey, pin: str) -> dict[str, Any]:
    """The token knows its PIN itself; the row has nothing to keep."""
    assert isinstance(opened, TokenKey)
    pkcs11keys.change_token_pin(opened.place.module, key.token, opened.pin, pin)
    return {}


@sensitive_variables("opened")
def ticket(opened: SigningKey) -> bytes:
    """The PIN: there is nothing else that a token would open with."""
    assert isinstance(opened, TokenKey)
    return opened.pin.encode()


@sensitive_variables("ticket")
def open_again(key: SealKey, ticket: bytes, chain: Chain) -> TokenKey:
    """Not tried before it signs; a PIN that is refused then is not tried twice."""
    return TokenKey(_place(key), ticket.decode(), key.certificate, chain)


@sensitive_variables("delivered", "pin")
def take_over(key: SealKey, delivered: str, pin: str) -> None:
    """The token opens with its keeper's PIN and no more with that of its delivery; raises ``WrongPin`` and ``KeyRefused``."""
    pkcs11keys.change_token_pin(_module(), key.token, delivered, pin)


def free_tokens() -> list[str]:
    """Labels of the tokens that are there and bear no key yet; none without a library. Raises ``TokenRefused`` where it does not work."""
    if not settings.PKCS11_MODULE:
        return []
    bearing = set(SealKey.objects.alive().filter(provider=Provider.TOKEN).values_list("token", flat=True))
    return [label for label in pkcs11keys.tokens_of(_module()) if label not in bearing]


def _place(key: SealKey) -> TokenPlace:
    return TokenPlace(_module(), key.token, key.token_key)


def _module() -> Path:
    if not settings.PKCS11_MODULE:
        raise TokenRefused("没有设置令牌的程序库 PKCS11_MODULE，令牌中的密钥不能使用。请联系系统管理员。")
    return Path(settings.PKCS11_MODULE)
