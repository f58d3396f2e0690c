"""What each type is for, in which layout it is written, and whether it goes where its direction says (2012 regulation arts. 8, 14)."""

from collections.abc import Iterator

from accounts.relations import Relation, is_above, is_of_higher_level, relation
from accounts.units import Category, Unit
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import TRAITS, Direction, DocumentType, Layout

_SUPERVISED = {Category.INSTITUTION, Category.ZONE, Category.ENTERPRISE}


def type_fits_direction_and_layout(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 8: what each type is for; GB/T 9704-2012, 10: orders, letters and minutes have layouts of their own."""
    kind, direction = DocumentType(draft["document_type"]), Direction(draft["direction"])
    traits = TRAITS[kind]
    if direction not in traits.directions:
        allowed = "、".join(d.label for d in Direction if d in traits.directions)
        yield Problem("R-DIRECTION", "direction", f"“{kind.label}”的行文方向应为{allowed}。")
    if not draft["layout"]:
        return
    layout = Layout(draft["layout"])
    own = {traits.layout} if traits.layout else {Layout.GENERAL, Layout.LETTER}
    if layout not in own:
        needed = "或".join(each.label for each in Layout if each in own)
        yield Problem("R-LAYOUT", "series", f"“{kind.label}”应用{needed}，请选择这种版式的文号系列。")


def upward_papers_go_to_a_superior(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 14: who writes upward writes to a body above; where the register does not say so, the reviewer does."""
    if draft["direction"] != Direction.UPWARD:
        return
    doubtful = []
    for unit in facts.of(draft["primary"]["units"]):
        stands = [_stands(unit, issuer) for issuer in facts.of(draft["issuers"]) if issuer != unit]
        if False in stands:
            yield Problem(
                "R-DIRECTION",
                "primary_units",
                f"“{unit}”不是发文机关的上级机关，不能用上行文，请改用函或调整主送机关。",
            )
        elif None in stands:
            doubtful.append(str(unit))
    if doubtful:
        yield Problem(
            "R-DIRECTION",
            "primary_units",
            f"名册中没有“{'、'.join(doubtful)}”与发文机关的隶属关系，请核对其是否为上级机关或上级主管部门。",
            is_error=False,
        )


def _stands(unit: Unit, issuer: Unit) -> bool | None:
    """Whether the unit stands above the issuer; nothing where the register does not say.

    Our reading: a department may be the competent one (主管部门) of an institution, zone or enterprise beside it, never of another
    department or of a county government.
    """
    match relation(unit, issuer):
        case Relation.SUPERIOR:
            return True
        case Relation.SUBORDINATE:
            return False
        case Relation.UNRELATED if is_of_higher_level(unit, issuer):
            return True
    are_beside = unit.depth > 1 and unit.path[: -Unit.steplen] == issuer.path[: -Unit.steplen]
    may_be_competent = unit.category == Category.DEPARTMENT and issuer.category in _SUPERVISED
    return False if are_beside and not may_be_competent else None


def other_papers_go_to_no_superior(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Arts. 8 and 14: a body writes to its own superior by request, report, opinion or bill, and by nothing else."""
    if draft["direction"] not in {Direction.DOWNWARD, Direction.PARALLEL} or draft["document_type"] in {
        DocumentType.BILL,
        DocumentType.MINUTES,
    }:
        return
    for unit in facts.of(draft["primary"]["units"]):
        if any(is_above(unit, issuer) for issuer in facts.of(draft["issuers"])):
            yield Problem(
                "R-DIRECTION", "primary_units", f"“{unit}”是发文机关的上级机关，请改用请示、报告等上行文，或改为抄送。"
            )
