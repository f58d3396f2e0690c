"""When the last unit has destroyed a circular its text goes for good, and its bytes follow (Articles 4 and 27).

Nothing goes while anybody keeps it: another unit, a draft or a text that names the same file, a package that was handed over. What the rows
no longer name, the sweep of files that nobody holds throws away (``cms.unheld``).
"""

from datetime import datetime

from circulars.archive.births import bear_of
from circulars.archive.holdings import Holding
from circulars.clearing import clear_content, digests_of
from circulars.deeds import Deed
from circulars.deliveries import Channel
from circulars.pages import CircularPage
from circulars.registration import Circular, CircularText
from cms import ledger
from cms.attachments import Attachment


def release(circular: Circular, *, at: datetime) -> bool:
    """The text of a circular that no unit keeps any more is gone, and its files are looked at next; returns whether. Twice is once.

    Call it inside the destruction's transaction.
    """
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    if not CircularText.objects.filter(circular=circular.pk).exists() or is_kept(circular, at):
        return False
    page = CircularPage.objects.get(pk=circular.page_id)
    digests = digests_of(page, circular)
    clear_content(page, circular)
    Attachment.objects.filter(digest__in=digests).update(recheck_at=at)
    ledger.enter(
        Deed.TEXT_DESTROYED,
        subject=ledger.subject_of(circular),
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"number": circular.number, "digest": circular.digest, "files": sorted(digests)},
    )
    return True


def is_kept(circular: Circular, at: datetime) -> bool:
    """Whether some unit keeps the circular, or may still sign for it."""
    bear_of(circular, at)
    living = Holding.objects.living().filter(circular=circular.pk)
    waiting = circular.deliveries.filter(channel=Channel.ELECTRONIC, recalled_at=None, returned_at=None, signed_at=None)
    return living.exists() or waiting.exists()
