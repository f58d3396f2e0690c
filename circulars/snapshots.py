"""What exactly is handed over, approved, registered and sent: one canonical text and its digest.

Everything legal binds to this digest, never to a revision id of the draft (Articles 3 and 4).
"""

import hashlib
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.relations import is_above
from accounts.units import Category, Unit
from circulars.demands.drafting import drafted
from circulars.elements import Facts, Referenced
from circulars.numbering import Series
from circulars.pages import AMENDING, CircularPage, Relation
from circulars.recipients import Addressees, printed, unticked
from circulars.screenings import verdicts_on
from circulars.secrecyhits import lifted_for
from cms.ledger import canonical

Snapshot = dict[str, Any]

_BY_NUMBER = (Relation.FORWARDS, *AMENDING)


def snapshot_of(page: CircularPage) -> Snapshot:
    """Every element of the draft as plain data, in the names of GB/T 33480's elements; dates in ISO form.

    What a draft asks to be answered stands there only where it asks, so that no earlier digest is another one.
    """
    said = drafted(page)
    return _elements(page) | ({"reply": said} if said else {})


def _elements(page: CircularPage) -> Snapshot:
    issuers = page.issuers
    primary_units, cc_units = _in_order(page.primary_units.all()), _in_order(page.cc_units.all())
    excluded_units = _in_order(page.excluded_units.all())
    groups = [group for group in page.primary_groups.split(",") if group]
    return {
        "version": 2,
        "document_type": page.document_type,
        "direction": page.direction,
        "layout": page.series.layout if page.series else "",
        "series": page.series.prefix if page.series else "",
        "urgency": page.urgency,
        "important": page.is_important,
        "sealed": page.is_sealed,
        "issuers": [unit.code for unit in issuers],
        "issuer_names": [unit.name for unit in issuers],
        "issuer_mark": page.issuer_mark,
        "signers": _lines(page.signers.replace("、", "\n")),
        "title": page.title,
        "primary": {
            "text": page.primary_text or printed(groups, primary_units, closing="：", excluded=excluded_units),
            "groups": groups,
            "units": [unit.code for unit in primary_units],
            "excluded": [unit.code for unit in excluded_units],
        },
        "cc": {
            "text": page.cc_text or printed((), cc_units, closing="。"),
            "groups": [],
            "units": [unit.code for unit in cc_units],
        },
        "body": page.body,
        "attachments": [
            {
                "title": row.title,
                "name": row.file_name or None,
                "digest": row.file.digest if row.file else None,
                "size": row.file.size if row.file else None,
                "text": row.text or None,
            }
            for row in page.attachments.all()
        ],
        "signatures": _lines(page.signatures),
        "written_date": page.written_date.isoformat() if page.written_date else None,
        "annotation": page.annotation,
        "printing_office": page.printing_office,
        "printing_date": page.printing_date.isoformat() if page.printing_date else None,
        "openness": page.openness,
        "retention": page.retention,
        "redistribution": page.redistribution,
        "countersign": [unit.code for unit in _in_order(page.countersign_units.all())],
        "consent_reference": page.consent_reference,
        "special_reason": page.special_reason,
        "references": [
            {
                "relation": row.relation,
                "title": row.title,
                "number": row.number,
                "circular": str(row.circular.uuid) if row.circular else None,
            }
            for row in page.references.all()
        ],
    }


def typed_in(page: CircularPage) -> Snapshot:
    """What the drafter has typed and ticked: of units their codes alone, so that it is the same whatever the register calls them today."""
    snapshot = snapshot_of(page)
    for said_by_the_register in ("issuer_names", "layout"):
        del snapshot[said_by_the_register]
    primary, cc = snapshot["primary"], snapshot["cc"]
    primary |= {name: sorted(primary[name]) for name in ("units", "excluded")} | {"text": page.primary_text}
    cc |= {"units": sorted(cc["units"]), "text": page.cc_text}
    return snapshot | {"countersign": sorted(snapshot["countersign"])}


def digest_of(snapshot: Snapshot) -> str:
    """SHA-256 of the canonical text of the snapshot, 64 hex digits."""
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()


def addressees(snapshot: Snapshot) -> tuple[Addressees, Addressees]:
    """主送 and 抄送 of a snapshot."""
    primary, cc = snapshot["primary"], snapshot["cc"]
    return (
        Addressees(
            primary["text"], tuple(primary["groups"]), tuple(primary["units"]), tuple(primary.get("excluded", ()))
        ),
        Addressees(cc["text"], tuple(cc["groups"]), tuple(cc["units"])),
    )


def facts_about(snapshot: Snapshot) -> Facts:
    """What the registers say of the units and circulars that the snapshot names: all that its checks need to know."""
    codes = {
        *snapshot["issuers"],
        *snapshot["primary"]["units"],
        *snapshot["primary"].get("excluded", ()),
        *snapshot["cc"]["units"],
        *snapshot.get("countersign", ()),
    }
    referenced = _referenced(snapshot)
    codes |= {code for circular in referenced.values() for code in (circular.issuer, *circular.holders)}
    named = Unit.objects.with_standing().select_related("successor")
    found = list(named.filter(Q(code__in=codes) | _above_one_of(snapshot["issuers"])))
    units = {unit.code: unit for unit in found if unit.code in codes}
    issuers = [units[code] for code in snapshot["issuers"] if code in units]
    return Facts(
        units=units,
        above=tuple(unit for unit in found if any(is_above(unit, issuer) for issuer in issuers)),
        beside=_beside(issuers),
        referenced=referenced,
        files=verdicts_on(row["digest"] for row in snapshot.get("attachments", ()) if row["digest"]),
        unticked={name: unticked(line) for name, line in zip(("primary", "cc"), addressees(snapshot), strict=True)},
        series_area=_series_area(issuers, snapshot.get("series", "")),
        lifted=lifted_for(issuers[0]) if issuers else frozenset(),
    )


def _series_area(issuers: list[Unit], prefix: str) -> int | None:
    if not issuers or issuers[0].runs_id is None:
        return None
    return Series.objects.filter(unit=issuers[0], prefix=prefix).values_list("area", flat=True).first()


def _above_one_of(issuers: list[str]) -> Exists:
    """The units in whose branch of the tree one of these stands, and these themselves."""
    return Exists(Unit.objects.filter(code__in=issuers, path__startswith=OuterRef("path")))


def _beside(issuers: list[Unit]) -> tuple[Unit, ...]:
    """Departments and institutions right under the same superior as one of the issuers."""
    siblings = Q(pk__in=[])
    for unit in issuers:
        siblings |= Q(depth=unit.depth, path__startswith=unit.path[: -Unit.steplen])
    return tuple(
        Unit.objects.bodies().filter(siblings, category__in=[Category.DEPARTMENT, Category.INSTITUTION]).in_order()
    )


def _referenced(snapshot: Snapshot) -> dict[str, Referenced]:
    from circulars.registration import Circular

    uuids = [row["circular"] for row in snapshot["references"] if row.get("circular")]
    # A paper that is forwarded, corrected or annulled by a number typed in counts all the same.
    numbers = [row["number"] for row in snapshot["references"] if row["relation"] in _BY_NUMBER and row["number"]]
    if not uuids and not numbers:
        return {}
    named = Circular.objects.filter(Q(uuid__in=uuids) | Q(number__in=numbers)).order_by("redistribution", "pk")
    amends = any(row["relation"] in AMENDING for row in snapshot["references"])
    held = _holders(named) if amends else {}
    found: dict[str, Referenced] = {}
    for circular in named.select_related("issuer"):
        record = Referenced(
            title=circular.title,
            number=circular.number,
            document_type=circular.document_type,
            issuer=circular.issuer.code,
            redistribution=circular.redistribution,
            holders=tuple(held.get(circular.pk, ())),
        )
        found |= {str(circular.uuid): record, circular.number: record}
    return found


def _holders(circulars: QuerySet[Any]) -> dict[int, list[str]]:
    """The codes of the bodies that hold each of the circulars, each once; for one that was dissolved its successor does."""
    from circulars.deliveries import Delivery

    rows = Delivery.objects.filter(circular__in=circulars.order_by(), recalled_at=None, unit__is_division=False)
    fields = "circular", "unit__state", "unit__code", "unit__successor__code"
    held: dict[int, list[str]] = {}
    for circular, state, code, successor in rows.order_by("unit__sort_order", "unit__code").values_list(*fields):
        known = held.setdefault(circular, [])
        code = code if state == Unit.State.ACTIVE else successor
        if code and code not in known:
            known.append(code)
    return held


def _in_order(units: Any) -> list[Unit]:
    return sorted(units, key=lambda unit: (unit.sort_order, unit.code))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
