"""A paper that a secrecy case has shut is in the index no more, from the same act on (Article 5)."""

from circulars.registration import Circular
from circulars.searchindex.engines import pack
from circulars.searchindex.parts import IndexedPart
from circulars.searchindex.passages import Passage, drop


def take_out(circular: Circular) -> None:
    """Nothing of the circular is in the index, neither its words nor what would tell of them."""
    drop(Passage.objects.filter(circular=circular.pk))
    IndexedPart.objects.filter(circular=circular.pk).delete()
    pack()
