"""Writing upward: no level skipped, no subordinate copied in, no person addressed (2012 regulation arts. 14, 15(1), (2), (5), (6))."""

import re
from collections.abc import Iterator

from accounts.relations import Relation, between, direct_superior, is_of_higher_level, is_superior, relation
from accounts.units import Category, Unit
from circulars.elements.names import is_person_addressed
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Direction

_NAMES = re.compile(r"[、，,；;。：:\n\s]+")


def no_level_is_skipped(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 14: a special case says its reason and goes to the skipped superior as well."""
    if draft["direction"] != Direction.UPWARD:
        return
    for superior in facts.of(draft["primary"]["units"]):
        skipped: dict[str, Unit] = {}
        for issuer in facts.of(draft["issuers"]):
            if is_superior(superior, issuer):
                skipped |= {unit.code: unit for unit in between(issuer, superior, facts.above)}
        if not skipped:
            continue
        names = "、".join(map(str, skipped.values()))
        if not draft.get("special_reason"):
            yield Problem(
                "R14-1",
                "special_reason",
                f"越过“{names}”向“{superior}”行文属于越级。请改送直接上级机关；"
                "确属特殊情况的，写明特殊情况说明，并抄送被越过的机关。",
            )
        if missing := [str(unit) for code, unit in skipped.items() if code not in draft["cc"]["units"]]:
            yield Problem("R14-1", "cc_units", f"越级行文应同时抄送被越过的机关，请抄送“{'、'.join(missing)}”。")


def no_subordinate_is_copied_in(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(1): superiors and bodies of the same level may get a copy, subordinates not."""
    if draft["direction"] != Direction.UPWARD:
        return
    issuers = facts.of(draft["issuers"])
    copied = facts.of(draft["cc"]["units"])
    below = [str(unit) for unit in copied if any(relation(i, unit) is Relation.SUPERIOR for i in issuers)]
    if below:
        yield Problem("R15-2", "cc_units", f"上行文不抄送下级机关，请去掉“{'、'.join(below)}”。")


def major_matters_have_the_governments_consent(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(2): a department that asks or reports to a higher department; what is major no machine can say."""
    if draft["direction"] != Direction.UPWARD or draft.get("consent_reference"):
        return
    for issuer in facts.of(draft["issuers"]):
        own = direct_superior(issuer, facts.above)
        if own and issuer.category == Category.DEPARTMENT and _writes_to_another_line(draft, facts, issuer):
            yield Problem(
                "R15-3",
                "consent_reference",
                f"向上级主管部门请示、报告重大事项，应经“{own}”同意或者授权，并填写同意依据；"
                "属于本部门职权范围内的事项可以直接报送，请核对。",
                is_error=False,
            )
            return


def no_person_is_addressed(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(5): unless a leader of the superior body asked for it himself, which is written down as the special case."""
    if draft["direction"] != Direction.UPWARD or draft.get("special_reason"):
        return
    for field, line in (("primary_text", draft["primary"]), ("cc_text", draft["cc"])):
        if persons := [name for name in _NAMES.split(line["text"]) if is_person_addressed(name)]:
            yield Problem(
                "R15-6",
                field,
                f"不得向上级机关负责人个人报送公文，请把“{'、'.join(persons)}”改为其机关；"
                "属于上级机关负责人直接交办的，写明特殊情况说明。",
            )


def the_other_superior_is_thought_of(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(6): a unit under two superiors copies the other one in where needed."""
    if draft["direction"] != Direction.UPWARD:
        return
    addressed = facts.of([*draft["primary"]["units"], *draft["cc"]["units"]])
    for issuer in facts.of(draft["issuers"]):
        own = direct_superior(issuer, facts.above)
        if own is None:
            is_thought_of = issuer.category != Category.CENTRAL_PROVINCIAL or bool(draft["cc"]["text"])
        else:
            is_thought_of = any(is_superior(unit, issuer) for unit in addressed)
        if is_thought_of or not (own is None or _writes_to_another_line(draft, facts, issuer)):
            continue
        other = f"“{own}”" if own else "其上级主管部门"
        yield Problem(
            "R15-7",
            "cc_units" if own else "cc_text",
            f"“{issuer}”受双重领导，向一个上级机关行文，必要时抄送另一个上级机关：请核对是否抄送{other}。",
            is_error=False,
        )
        return


def _writes_to_another_line(draft: Snapshot, facts: Facts, issuer: Unit) -> bool:
    """To a body of a higher level that is not above the issuer in the tree: the department that guides its work."""
    return any(
        is_of_higher_level(unit, issuer) and not is_superior(unit, issuer)
        for unit in facts.of(draft["primary"]["units"])
    )
