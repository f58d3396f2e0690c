"""签收回执: the signed proof that a unit signed for a circular (Articles 10 and 20).

``record`` keeps receipts and their signatures, ``drawing`` makes one within the act of signing for, ``signing`` lets a clerk sign later what
bears no signature yet, ``standing`` judges one, ``checks`` re-reads them all for ``manage.py verify``.
"""

from circulars.receipts.drawing import Drawn, Signing, draw_up, issue
from circulars.receipts.record import Receipt, ReceiptSignature

__all__ = ["Drawn", "Receipt", "ReceiptSignature", "Signing", "draw_up", "issue"]
