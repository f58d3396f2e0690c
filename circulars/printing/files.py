"""The bytes that go to the printer: originals from the sealed file with their foot, plain copies set anew without red head and seal (Articles 3 and 4).

Nothing is kept of either. The file of a press may be fetched again for a while by who pressed, for a printer that was not ready; the serial on
it stays the one that was given.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from circulars.amending import amendments_of
from circulars.checkcodes import CheckCode, grouped
from circulars.pages import Relation
from circulars.printing.copies import PrintedCopy
from circulars.renditions import faces, set_plain_copy
from circulars.sealing.files import printed
from circulars.typesetting.footpress import Foot, set_foot
from circulars.typesetting.overlay import with_feet

# Our reading: as long as it takes to feed a printer. Whoever failed at it declares the sheet spoilt.
OPEN_FOR = timedelta(minutes=30)


def is_open(copies: Sequence[PrintedCopy], now: datetime) -> bool:
    """Whether the file of this press may still be fetched."""
    return bool(copies) and now <= copies[0].printed_at + OPEN_FOR


def file_of(copies: Sequence[PrintedCopy], address: Callable[[str], str]) -> bytes:
    """One file with the originals among these in their order, every page with its foot; ``address`` is where a check code is looked up.

    A plain copy never gets a page of the sealed file. Raises ``SealBroken`` where the sealed bytes are not those sealed.
    """
    copies = [copy for copy in copies if copy.is_original]
    circulars = {copy.delivery.circular_id: copy.delivery.circular for copy in copies}
    codes = dict(CheckCode.objects.filter(circular__in=circulars).values_list("circular", "code"))
    papers = {key: printed(circular).pdf for key, circular in circulars.items()}
    return with_feet(
        [
            (papers[copy.delivery.circular_id], _foot(copy, codes.get(copy.delivery.circular_id), address))
            for copy in copies
        ]
    )


def plain_file(copy: PrintedCopy) -> bytes:
    """The paper without red head and seal, with who copied it and when across every page; the same bytes for the same row."""
    circular = copy.delivery.circular
    annulled = amendments_of([circular.pk]).filter(kind=Relation.ANNULS, at__lte=copy.printed_at).exists()
    words = ("复印件　已作废" if annulled else "复印件", f"{copy.unit_name}　{minute_of(copy)}")
    return set_plain_copy(circular, words=words).pdf


def minute_of(copy: PrintedCopy) -> str:
    """When it was printed, as the paper says it."""
    return f"{timezone.localtime(copy.printed_at):%Y-%m-%d %H:%M}"


def _foot(copy: PrintedCopy, code: str | None, address: Callable[[str], str]) -> bytes:
    words = f"{copy.unit_name}　{copy.word}　{minute_of(copy)} 打印"
    if settings.DEMO:
        words = f"{words}　演示"
    shown = grouped(code) if code else ""
    return set_foot(Foot(words, shown, address(shown) if shown else ""), faces())
