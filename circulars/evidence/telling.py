"""Who was told of a circular and urged to sign for it, how and when, as its bundle tells it (Articles 20 and 21)."""

from typing import Any

from circulars.chasing import Urge
from circulars.notices import Notice
from circulars.registration import Circular
from circulars.verifier.bundle import canonical_json
from circulars.verifier.ledger import NOTICES, URGES
from cms.ledger import instant
from cms.textmessages import masked


def told_of(circular: Circular, unit: int | None = None) -> dict[str, bytes]:
    """Every text, call and urge to anybody, or to this unit; numbers of telephones keep their ends only."""
    document = str(circular.uuid)
    notices = [_notice(row) for row in _rows(Notice.objects.select_related("caller"), circular, unit)]
    urges = [_urge(row) for row in _rows(Urge.objects.select_related("by"), circular, unit)]
    return {
        NOTICES: canonical_json({"format": "gongwen-notices/1", "document": document, "notices": notices}),
        URGES: canonical_json({"format": "gongwen-urges/1", "document": document, "urges": urges}),
    }


def _rows(rows: Any, circular: Circular, unit: int | None) -> Any:
    rows = rows if unit is None else rows.filter(delivery__unit=unit)
    return rows.filter(delivery__circular=circular.pk).select_related("delivery__unit").order_by("pk")


def _notice(row: Notice) -> dict[str, Any]:
    return _unit(row) | {
        "channel": row.get_channel_display(),
        "name": row.name,
        "number": masked(row.number),
        "by": str(row.caller) if row.caller else None,
        "happened_at": instant(row.happened_at),
        "recorded_at": instant(row.recorded_at),
        "result": row.get_result_display(),
        "reached_at": row.reached_at and instant(row.reached_at),
    }


def _urge(row: Urge) -> dict[str, Any]:
    return _unit(row) | {
        "kind": row.get_kind_display(),
        "level": row.get_level_display(),
        "by": str(row.by) if row.by else None,
        "at": instant(row.at),
        "planned_at": row.planned_at and instant(row.planned_at),
        "means": row.get_means_display(),
        "text": row.text,
        "told_above": row.told_above,
    }


def _unit(row: Any) -> dict[str, Any]:
    return {"unit": {"code": row.delivery.unit.code, "name": row.delivery.unit_name}, "round": row.round}
