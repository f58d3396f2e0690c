"""Whether the rows of every circular say what was registered, and whether what goes without a seal may do so: what ``verify`` asks (Articles 3 and 4)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from circulars.deeds import Deed
from circulars.registration import Circular, DistributionLine, listing_digest
from circulars.sealing.registered import bodies_of, changes, entered_for
from cms import ledger
from cms.entered import entries_of
from cms.verifying import CHUNK, Fault, in_chunks, register

_AT_ONCE = 100
_SEALS = (Deed.CIRCULAR_SEALED, Deed.CIRCULAR_STAMPED, Deed.SEALED_ON_PAPER)
_UNSEALED = (Circular.State.REGISTERED, Circular.State.VOIDED)


@register
def check_registered(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Number, title, signer, distribution and the rest of every circular are those of its approved text and its registration."""
    rows = Circular.objects.select_related("text").order_by("pk")
    rows = rows if since is None else rows.filter(registered_at__gte=since)
    for chunk in in_chunks(rows.iterator(_AT_ONCE), _AT_ONCE):
        yield from changed_in(chunk)


@register
def check_unsealed(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """What went on its way without a seal went before there were any, or the ledger says that it was sealed on paper."""
    rows = Circular.objects.exclude(state__in=_UNSEALED).filter(manifest=None).order_by("pk")
    rows = rows if since is None else rows.filter(registered_at__gte=since)
    for chunk in in_chunks(rows.iterator(CHUNK)):
        yield from without_seal(chunk)


def changed_in(circulars: list[Circular]) -> Iterator[Fault]:
    """What of these circulars is otherwise than it was registered; of what was purged nothing can be said."""
    entries, to, bodies = entered_for(circulars), _first_recipients(circulars), bodies_of(circulars)
    supplements = _supplements(circulars)
    for circular in circulars:
        if not hasattr(circular, "text"):
            continue
        try:
            snapshot: Any = circular.snapshot
        except ValueError:
            continue  # the check of the texts says so
        if wrong := changes(circular, snapshot, entries.get(circular.pk), to[circular.pk], bodies[circular.pk]):
            yield Fault(circular.number, f"{'、'.join(wrong)}与签发、登记时不一致，记录被改动过。")
        if supplements[circular.pk]:
            yield Fault(circular.number, "补发的单位与台账登记的不一致，记录被改动过。")


def _first_recipients(circulars: list[Circular]) -> dict[int, dict[str, int | None]]:
    """The codes of the units to which each was to go when it was registered, with their own numbers of originals."""
    added = _with_supplements(circulars)
    later = set(added.values_list("pk", "supplements__units"))
    found: dict[int, dict[str, int | None]] = defaultdict(dict)
    lines = DistributionLine.objects.filter(circular__in=circulars)
    for circular, unit, code, originals in lines.values_list("circular", "unit", "unit__code", "originals"):
        if (circular, unit) not in later or originals is not None:  # a supplement sets no number of its own
            found[circular][code] = originals
    return found


def _with_supplements(circulars: list[Circular]) -> Any:
    return Circular.objects.filter(pk__in=[circular.pk for circular in circulars], supplements__isnull=False)


def _supplements(circulars: list[Circular]) -> dict[int, bool]:
    """Whether the supplements of each are others than those that the ledger names."""
    listed: dict[tuple[int, int], list[str]] = defaultdict(list)
    named = ("pk", "supplements", "supplements__units__code")
    for circular, supplement, code in _with_supplements(circulars).values_list(*named):
        listed[circular, supplement].append(code)
    here: dict[int, list[str]] = defaultdict(list)
    for (circular, _), codes in listed.items():
        here[circular].append(listing_digest(codes))
    subjects = {ledger.subject_of(circular): circular.pk for circular in circulars}
    there: dict[int, list[str]] = defaultdict(list)
    for entry in entries_of(Deed.CIRCULAR_SUPPLEMENTED).filter(subject__in=subjects):
        there[subjects[entry.subject]].append(str(entry.said.get("list_digest")))
    return {circular.pk: sorted(here[circular.pk]) != sorted(there[circular.pk]) for circular in circulars}


def without_seal(circulars: list[Circular]) -> Iterator[Fault]:
    """Which of these, that bear no seal, should bear one."""
    first = entries_of(*_SEALS).values_list("pk", flat=True).first()
    subjects = [ledger.subject_of(circular) for circular in circulars]
    asked = (*_SEALS, Deed.CIRCULAR_SENT)
    entered = entries_of(*asked).filter(subject__in=subjects).values_list("subject", "deed", "pk")
    of: dict[str, dict[str, int]] = defaultdict(dict)
    for subject, deed, pk in entered:
        of[subject][deed] = pk
    for circular, subject in zip(circulars, subjects, strict=True):
        sent = of[subject].get(Deed.CIRCULAR_SENT)
        is_older = sent is not None and (first is None or sent < first)
        if not (circular.predates_seals and (Deed.SEALED_ON_PAPER in of[subject] or is_older)):
            yield Fault(f"{circular.number} 用印", "没有用印记录，也不是启用电子印章以前的公文，记录被改动过。")
