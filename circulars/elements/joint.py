"""Who may issue, alone and together (2012 regulation art. 17)."""

from collections.abc import Iterator
from itertools import combinations

from accounts.relations import Relation, is_above, relation
from circulars.elements.names import bears_name
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Layout


def only_bodies_issue(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 17: a division issues nothing, nor does a unit without an account for issuing (发文立户)."""
    for place, unit in enumerate(facts.of(draft["issuers"])):
        field = "co_issuers" if place else "issuer_mark"
        if unit.is_division:
            yield Problem("R17-2", field, f"“{unit}”是内设机构，不能对外正式行文，请以其所属机关名义行文。")
        elif not unit.can_issue:
            yield Problem("R17-2", field, f"“{unit}”没有发文立户，不能发文，请先向{unit.area.secretariat}申请。")


def joint_issuers_are_of_one_level(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 17: a body issues jointly with bodies of its own level."""
    uneven = []
    for one, other in combinations(facts.of(draft["issuers"]), 2):
        if one == other:
            yield Problem("R17-1", "co_issuers", f"“{one}”在发文机关中写了两次，请去掉一处。")
        elif is_above(one, other) or is_above(other, one):
            yield Problem("R17-1", "co_issuers", f"“{one}”与“{other}”是上下级，不能联合行文。")
        elif relation(one, other) is not Relation.SAME_LEVEL:
            uneven.append(f"“{one}”与“{other}”")
    if uneven:
        yield Problem("R17-1", "co_issuers", f"同级机关才能联合行文，请核对{uneven[0]}是否同级。", is_error=False)


def every_joint_issuer_signs(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Arts. 9(13) and 17: a name, and where the paper is sealed a seal, of every issuing body, the lead body first."""
    issuers, signatures = draft["issuers"], draft["signatures"]
    if len(issuers) < 2 or not signatures or draft["layout"] == Layout.MINUTES:
        return
    if len(signatures) != len(issuers):
        yield Problem(
            "R17-3", "signatures", f"联合行文 {len(issuers)} 个机关，署名有 {len(signatures)} 个，每个机关署名一行。"
        )
    elif draft["layout"] != Layout.ORDER and not all(
        bears_name(line, unit) for line, unit in zip(signatures, facts.of(issuers), strict=False)
    ):
        yield Problem("R17-3", "signatures", "联合行文的署名应按发文机关的顺序，每个机关一行，主办机关在前。")
