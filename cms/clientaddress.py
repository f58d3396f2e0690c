"""From which address the request now being served came; the ledger and the access log write it down."""

from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings

_address: ContextVar[str] = ContextVar("client_address", default="")


def address_now() -> str:
    """The client's address of the request in hand, or nothing outside a request."""
    return _address.get()


def remember_address(request) -> None:
    """``address_now`` answers for this request until the next one is remembered."""
    if request is None:
        _address.set("")
        return
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last hop is the one our own proxy wrote; what stands before it, anybody may have written.
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    _address.set(address[:45])


def ip_of(address: str) -> IPv4Address | IPv6Address | None:
    """The address as a number: IPv4 that came in the clothes of IPv6 is IPv4, its zone is left out; None for what is no address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip
