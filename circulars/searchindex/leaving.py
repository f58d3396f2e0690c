"""What leaves the index in the act that it leaves with: a paper that a secrecy case has shut, a text that its last unit has destroyed (Articles 5 and 27)."""

from circulars.registration import Circular
from circulars.searchindex.engines import pack
from circulars.searchindex.parts import IndexedPart
from circulars.searchindex.passages import HEADS, Passage, drop


def take_out(circular: Circular) -> None:
    """Nothing of the circular is in the index, neither its words nor what would tell of them."""
    drop(Passage.objects.filter(circular=circular.pk))
    IndexedPart.objects.filter(circular=circular.pk).delete()
    pack()


def take_out_text(circular: Circular) -> None:
    """Of the circular only what its register says is in the index: title, number and sender."""
    drop(Passage.objects.filter(circular=circular.pk).exclude(source__in=HEADS))
    pack()
