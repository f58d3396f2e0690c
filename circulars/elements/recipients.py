"""Who is addressed, and who is not (2012 regulation arts. 9(8), 13, 15(1))."""

from collections.abc import Iterator

from accounts.units import Unit
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import TRAITS, Direction, DocumentType
from circulars.recipients import said_of_gone
from cms.quotes import cited


def primary_recipients_fit_the_type(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(1): upward to one superior; art. 9(8): types that must name whom they are for."""
    primary = draft["primary"]
    named = len(primary["units"]) + len(primary["groups"])
    kind = DocumentType(draft["document_type"])
    if draft["direction"] == Direction.UPWARD and (len(primary["units"]) != 1 or primary["groups"]):
        yield Problem(
            "R15-1",
            "primary_units",
            f"上行文只主送一个上级机关，现在主送了 {named} 个，请只保留一个，需要告知的机关改为抄送。"
            if named
            else "上行文应主送一个上级机关，请选择。",
        )
    elif TRAITS[kind].needs_primary and not named:
        yield Problem("E-PRIMARY", "primary_units", f"“{kind.label}”应有主送机关，请勾选单位或类别。")


def somebody_is_addressed(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """R-CC2: only what is made public may be addressed to nobody."""
    lines = draft["primary"], draft["cc"]
    needs_primary = TRAITS[DocumentType(draft["document_type"])].needs_primary
    is_answered = needs_primary or draft["direction"] in {Direction.PUBLIC, Direction.UPWARD}
    if not is_answered and not any(line["units"] or line["groups"] for line in lines):
        yield Problem("R-CC2", "primary_units", "没有任何收文单位。除公布性公文外，请勾选主送或抄送的单位。")


def nobody_is_addressed_twice(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """R-CC1: no unit in both lines, and no issuer among the recipients."""
    primary, cc = draft["primary"], draft["cc"]
    for unit in facts.of(sorted(set(primary["units"]) & set(cc["units"]))):
        yield Problem("R-CC1", "cc_units", f"“{unit}”既在主送又在抄送，请去掉一处。")
    for unit in facts.of(cc["units"]):
        if is_meant_by_group(unit, primary):
            yield Problem("R-CC1", "cc_units", f"“{unit}”已包括在主送的类别里，请不要再抄送。")
    for field, units in (("primary_units", primary["units"]), ("cc_units", cc["units"])):
        for unit in facts.of(sorted(set(units) & set(draft["issuers"]))):
            yield Problem("R-CC1", field, f"“{unit}”是发文机关，不能同时是收文机关。")


def who_is_printed_is_ticked(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(8), (15): a body of the register that the paper names gets it, unless the reviewer knows better."""
    told = {"primary_units": facts.unticked.get("primary", ()), "cc_units": facts.unticked.get("cc", ())}
    if names := [name for line in told.values() for name in line]:
        said = "”、“".join(names)
        yield Problem(
            "E-PRINTED",
            next(field for field, line in told.items() if line),
            f"主送、抄送写了{cited(said)}，但没有勾选，系统不会发给它们。请勾选，或者改正这一行的文字。",
            is_error=False,
        )


def no_dissolved_unit_is_named(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Article 15: who was merged or dissolved gets nothing new; its successor is named instead."""
    fields = {"primary_units": draft["primary"]["units"], "cc_units": draft["cc"]["units"]}
    for field, codes in (fields | {"countersign_units": draft.get("countersign", ())}).items():
        for unit in facts.of(codes):
            if not unit.is_active:
                yield Problem("E-GONE", field, f"{said_of_gone(unit)}，请改选。")


def exclusions_are_from_the_groups(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(8): who is left out is a unit of a group that is named, and whom a group means is not named again."""
    primary = draft["primary"]
    for unit in facts.of(primary.get("excluded", ())):
        if unit.code in primary["units"]:
            yield Problem("E-EXCLUDED", "excluded_units", f"“{unit}”既单独列为主送，又列为不发，请去掉一处。")
        elif unit.group not in primary["groups"]:
            yield Problem("E-EXCLUDED", "excluded_units", f"“{unit}”不在勾选的主送类别里，本来就不发，请不要列为不发。")
    for unit in facts.of(primary["units"]):
        if is_meant_by_group(unit, primary):
            yield Problem("E-EXCLUDED", "primary_units", f"“{unit}”已包括在主送的类别里，请不要再单独勾选。")


def is_meant_by_group(unit: Unit, primary: Snapshot) -> bool:
    """Whether the unit is addressed by a group that is named."""
    return unit.group in primary["groups"] and unit.code not in primary.get("excluded", ())
