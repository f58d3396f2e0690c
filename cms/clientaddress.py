"""From which address the request now being served came; the ledger and the access log write it down."""

from contextvars import ContextVar

_address: ContextVar[str] = ContextVar("client_address", default="")


def address_now() -> str:
    """The client's address of the request in hand, or nothing outside a request."""
    return _address.get()


def remember_address(request) -> None:
    """``address_now`` answers for this request until the next one is remembered."""
    _address.set(request.META.get("REMOTE_ADDR", "")[:45] if request is not None else "")
