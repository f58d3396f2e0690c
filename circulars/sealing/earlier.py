"""What the other bodies sealed before: nobody sets a seal on a file that is not theirs (Articles 4 and 10).

The file is found by a row. Whoever owns the database can have the row name another file, of other words or of another paper of the same bodies.
"""

from circulars.deeds import Deed
from circulars.registration import Circular
from circulars.sealing.insides import flaw_of_seals
from circulars.sealing.manifests import issuers_of
from circulars.sealing.records import Rendition, Seal, listed
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import trust


def refuse_replaced(circular: Circular, rendition: Rendition, seals: list[Seal], pdf: bytes) -> None:
    """Raises ``OutOfOrder`` unless the ledger names each of these seals and the file bears exactly them, each of them good."""
    entered = Entry.objects.of(circular).filter(deed=Deed.CIRCULAR_STAMPED).order_by("pk")
    if [entry.said.get("pdf") for entry in entered] != [seal.digest for seal in seals]:
        raise OutOfOrder("已用印的版式文件不是台账登记的那一份，不能继续，请联系网信办。")
    facts = {
        "kind": circular.document_type,
        "pdf": {"pages": rendition.pages},
        "issuers": issuers_of(circular.snapshot),
        "seals": listed(seals),
    }
    if flaw := flaw_of_seals(pdf, facts, trust()):
        raise OutOfOrder(f"此前所盖的印章没有通过验证（{flaw}），不能继续，请联系网信办。")
