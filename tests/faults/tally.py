"""What clerks were told compared with what was kept, scene by scene, in ``var/faults.json`` for whoever keeps the score."""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Count

from circulars.deliveries import Delivery
from circulars.receipts import Receipt
from cms import ledger
from cms.ledger import Entry
from tests.databases import ROOT

KEPT = ROOT / "var" / "faults.json"
# Long repetitions are for ``make faults``, which says 1; 3 is three times as long, with over ten thousand sign-fors.
WHOLE = int(os.environ.get("FAULTS_WHOLE") or 0)


def times(few: int, many: int) -> int:
    """How often a scene repeats itself: a few times in an ordinary run, many times in ``make faults``."""
    return many * WHOLE if WHOLE else few


@dataclass(frozen=True)
class Tally:
    """How many sign-fors were acknowledged, and of these how many were lost or stand twice."""

    acknowledged: int
    lost: int
    doubled: int
    repeated: int = 0  # presses that had to be made again

    @property
    def is_clean(self) -> bool:
        return bool(self.acknowledged) and not self.lost and not self.doubled


def tally(told: dict[int, UUID], *, repeated: int = 0) -> Tally:
    """What became of the deliveries whose clerks were told that this press signed for them."""
    kept = dict(Delivery.objects.filter(pk__in=told, state="signed_for").values_list("pk", "signing_key"))
    subjects = [ledger.subject_of(row) for row in Delivery.objects.filter(pk__in=told)]
    entries = Entry.objects.filter(deed="delivery.signed_for", subject__in=subjects)
    receipts = Receipt.objects.filter(delivery__in=told)
    return Tally(
        acknowledged=len(told),
        lost=sum(kept.get(pk) != key for pk, key in told.items()),
        doubled=max(_more_than_once(entries, "subject"), _more_than_once(receipts, "delivery")),
        repeated=repeated,
    )


def note(scene: str, found: Tally) -> None:
    """The figures of a scene are on record."""
    _write("scenes", scene, asdict(found))


def note_twin(scene: str, found: Tally) -> None:
    """A careless variant was caught losing or doubling something."""
    assert not found.is_clean, "The careless variant was not caught: the scene would see nothing."
    _write("twins", scene, asdict(found))


def _more_than_once(rows: Iterable, column: str) -> int:
    return rows.order_by().values(column).annotate(times=Count("pk")).filter(times__gt=1).count()  # type: ignore[attr-defined]


def _write(part: str, scene: str, figures: dict) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = json.loads(file.read() or "{}")
        kept.setdefault(part, {})[scene] = figures
        scenes = kept.get("scenes", {}).values()
        kept |= {name: sum(each[name] for each in scenes) for name in ("acknowledged", "lost", "doubled", "repeated")}
        kept["twins_caught"] = len(kept.get("twins", {}))
        file.truncate(0)
        file.write(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
