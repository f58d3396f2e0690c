"""Whatever happened, the figures are what somebody counts who goes through the receipts one by one (Articles 22 and 28)."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circulars.deadlines import Urgency
from circulars.deliveries import Channel, Delivery, Relief
from reports.breakdowns import Side, broken_down
from reports.figures import by_category, totals
from reports.months import Month, YearToDate
from reports.receiptlist import COLUMNS, ReceiptList
from reports.receipts import Issuers, month_figures
from tests.offices import beijing
from tests.reports.november import NOVEMBER

# Around every edge: the first and the last second of a month and a year, midnight, and the middle.
SENT = [
    *("2025-12-31 23:59:59", "2026-01-01 00:00", "2026-10-31 23:59:59", "2026-11-01 00:00", "2026-11-10 10:00"),
    *("2026-11-14 21:00", "2026-11-30 23:59:59", "2026-12-01 00:00"),
]
AS_OF = [beijing(text) for text in ("2026-11-10 12:00", "2026-12-01 00:00", "2026-12-05 09:00")]
UNITS = ["QX01", "BM08", "ZX05"]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class Undone(Exception):
    """Takes back the rows of one history."""


# What became of a receipt: nothing, signed or returned, so far from its due time.
ENDS = st.one_of(
    st.just((None, None)),
    st.tuples(st.sampled_from(["signed_at", "returned_at"]), st.sampled_from([-SECOND, 0 * SECOND, SECOND, DAY])),
)
RECEIPTS = st.lists(
    st.tuples(
        st.sampled_from(range(len(SENT))),
        st.sampled_from(UNITS),
        ENDS,
        st.sampled_from([Relief.NONE, Relief.NONE, Relief.NONE, Relief.FAULT]),
        st.sampled_from(["", "", "", "recalled", "paper", "copy", "pending"]),
        st.sampled_from([None, -SECOND, SECOND]),
        st.integers(0, 3),
    ),
    max_size=25,
)


@pytest.fixture
def circulars(records):
    """One circular at each instant and of each urgency; the last is another unit's."""
    kinds = [Urgency.NORMAL, Urgency.URGENT, Urgency.EXTRA_URGENT]
    sent = [records.issue(at, kinds[place % 3]) for place, at in enumerate(SENT)]
    return [*sent, records.issue("2026-11-10 10:00", issuer="BM08")]


def laid_down(records, circulars, history):
    """The rows of a history; a unit gets a circular once."""
    seen = set()
    for place, unit, (end, offset), relief, oddity, registered, urges in history:
        circular = circulars[place]
        if (place, unit) in seen:
            continue
        seen.add((place, unit))
        row = records.deliver(circular, unit, relief=relief, urges=urges)
        changes = {}
        if end == "signed_at":
            changes = {"state": "signed_for", "signed_by": records.clerk, "taken_minutes": 7 + len(seen)}
        elif end:
            changes = {"state": "returned", "returned_by": records.clerk, "return_code": "not_ours"}
        if end:
            changes[end] = max(row.due_at + offset, row.sent_at)
        if registered is not None and end == "signed_at":
            changes["registered_at"] = max(row.due_at + registered, changes[end])
        if oddity == "recalled" and not end:
            changes |= {"state": "recalled", "recalled_at": row.sent_at + SECOND}
        if oddity == "paper":
            changes["channel"] = Channel.PAPER
        if oddity == "copy":
            changes["must_sign"] = False
        if oddity == "pending" and not end:
            changes |= {"due_at": None, "warn_at": None, "due_pending": True}
        Delivery.objects.filter(pk=row.pk).update(**changes)


def counted_by_hand(rows, span, as_of):
    """The nine counts of one list of receipts, one by one, from the words of the definitions."""
    found = dict.fromkeys(
        ("on_time", "late", "unsigned", "relief", "not_due", "returned", "urges", "registered", "taken"), 0
    )
    for row in rows:
        if not (span.starts_at <= row.sent_at < span.ends_at and row.sent_at <= as_of):
            continue
        if row.recalled_at or row.channel == Channel.PAPER or not row.must_sign:
            continue
        signed = row.signed_at if row.signed_at and row.signed_at <= as_of else None
        returned = row.returned_at if row.returned_at and row.returned_at <= as_of else None
        closed = signed or returned
        if row.relief:
            verdict = "relief"
        elif row.due_at is None or (closed is None and row.due_at > as_of):
            verdict = "not_due"
        elif closed is None:
            verdict = "unsigned"
        else:
            verdict = "on_time" if closed <= row.due_at else "late"
        found[verdict] += 1
        found["returned"] += returned is not None
        found["urges"] += row.urges
        if verdict in ("on_time", "late", "unsigned") and returned is None:
            found["registered"] += row.registered_at is not None and row.registered_at <= min(row.due_at, as_of)
        if signed and verdict != "relief":
            found["taken"] += row.taken_minutes
    return found


def told(figures):
    return {name: getattr(figures, name) for name in ("on_time", "late", "unsigned", "relief", "not_due")} | {
        "returned": figures.returned,
        "urges": figures.urges,
        "registered": figures.registered,
        "taken": figures.normal_taken + figures.urgent_taken,
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=RECEIPTS, as_of=st.sampled_from(AS_OF))
def test_totals_equal_a_recount_over_any_history(records, circulars, history, as_of):
    spans = [NOVEMBER, YearToDate(NOVEMBER), Month(2025, 12)]
    try:
        with transaction.atomic():
            laid_down(records, circulars, history)
            rows = list(Delivery.objects.select_related("unit").filter(issuer=records.units["YA-ZFB"]))
            for span in spans:
                units = month_figures(span, as_of=as_of, area=records.area)
                assert told(totals(units)) == counted_by_hand(rows, span, as_of), span
                for one in units:
                    mine = [row for row in rows if row.unit_id == one.unit_id]
                    assert told(one) == counted_by_hand(mine, span, as_of), (span, one.name)
                    assert one.on_time_rate is None or 0 <= one.on_time_rate <= one.signed_rate <= Fraction(1)
                assert totals(by_category(units).values()) == totals(units)
                side = Side.CIRCULAR if as_of == AS_OF[0] else Side.MONTH
                lines = broken_down(side, span, as_of=as_of, area=records.area)
                assert totals(line.figures for line in lines) == totals(units)
                listed = ReceiptList(span=span, issuers=Issuers.GOVERNMENT, area=records.area, as_of=as_of)
                states = [row[STATE] for row in listed.rows()]
                assert (
                    len(states)
                    == listed.count()
                    == totals(units).required + totals(units).relief + totals(units).not_due
                )
                assert states.count("未签收") == totals(units).unsigned
                assert states.count("免责") == totals(units).relief
            raise Undone
    except Undone:
        pass


STATE = [column.head for column in COLUMNS].index("状态")
