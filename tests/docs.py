"""The parts of docs/ that are drawn from tables in the code; ``python -m tests.docs`` writes them, a test keeps them true."""

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def permissions() -> str:
    """docs/permissions.md: role → rights, right → roles, address → who comes in."""
    from accounts.roles import RIGHTS, Right, Role, roles_with
    from config.doors import DOORS, Audience

    lines = [
        "# Who may do what",
        "",
        "Drawn from `accounts/roles.py` and `site/config/doors.py` by `make docs`; a test keeps it true.",
        "",
        "| role | 职责 | rights |",
        "|---|---|---|",
    ]
    for role in Role:
        rights = "、".join(right.label for right in Right if right in RIGHTS[role]) or "—"
        lines.append(f"| `{role.value}` | {role.label} | {rights} |")
    lines += ["", "| right | 权限 | roles |", "|---|---|---|"]
    for right in Right:
        roles = "、".join(role.label for role in Role if role in roles_with(right)) or "—"
        lines.append(f"| `{right.value}` | {right.label} | {roles} |")
    lines += ["", "| view | who comes in by the outer door |", "|---|---|"]
    for name, audience in DOORS.items():
        said = audience.value if isinstance(audience, Audience) else "、".join(sorted(r.label for r in audience))
        lines.append(f"| `{name}` | {said} |")
    lines += [
        "",
        "Everything under `/cms/` needs the right to enter the Wagtail admin, which the holders of 拟稿、核稿、签发 and 发布通知公告 have. A role is",
        "held for a unit through a dated post; the people of a unit act for the units that it serves as well. Being a superuser gives none of these.",
        "",
    ]
    return "\n".join(lines)


def lifecycles() -> str:
    """docs/lifecycles.md: a diagram for every table of moves."""
    from accounts.backups import BackupRun
    from accounts.connections import Connection
    from accounts.faults import Fault
    from accounts.filings import Filing
    from accounts.handovers import Handover
    from accounts.lineoutages import LineOutage
    from accounts.renewals import Renewal
    from accounts.repairs import Repair
    from accounts.seals import SealKey
    from accounts.slips import Slip
    from accounts.units import Unit
    from circulars.archive.destructionlists import DestructionList
    from circulars.archive.holdings import Holding
    from circulars.archive.transferrecords import Transfer
    from circulars.deliveries import Delivery
    from circulars.incoming import Incoming
    from circulars.problems import DeliveryProblem
    from circulars.registration import Circular
    from reports.accountability.record import DelayCase
    from reports.bulletins import Bulletin
    from reports.rectifications import Rectification
    from reports.spotchecks.record import SpotCheck

    lines = [
        "# Lifecycles",
        "",
        "Drawn from the `MOVES` tables by `make docs`; `cms/lifecycles.py` is the only writer of a state. A state without an arrow out is final.",
        "Overdue, late and 将超时 are not states: they are asked of times.",
        "",
    ]
    models: list[Any] = [
        Circular,
        Delivery,
        DeliveryProblem,
        Holding,
        Transfer,
        DestructionList,
        BackupRun,
        Bulletin,
        Connection,
        DelayCase,
        Fault,
        Filing,
        Handover,
        Incoming,
        LineOutage,
        Rectification,
        Renewal,
        Repair,
        SealKey,
        Slip,
        SpotCheck,
        Unit,
    ]
    for model in models:
        lines += [f"## {model._meta.verbose_name} `{model.__name__}`", "", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {state.value}: {state.label}" for state in model.State]
        lines += [
            f"    {source.value} --> {target.value}"
            for source in model.State
            for target in model.State
            if target in model.MOVES.get(source, ())
        ]
        lines += ["```", ""]
    lines += [
        "A draft goes 草稿 → 核稿 → 签发 in Wagtail's workflow; every opinion is a row of `circulars/decisions.py`, a return begins again at 草稿.",
        "",
    ]
    return "\n".join(lines)


def elements() -> str:
    """docs/elements.md: code → what it asks → where that is written."""
    from circulars.elements.rules import RULES

    lines = [
        "# What is checked before a draft is handed over",
        "",
        "Drawn from `circulars/elements/rules.py` by `make docs`; a test keeps it true. 条例 is the 党政机关公文处理工作条例 of 2012. What a",
        "machine can decide keeps the draft back; what it cannot is asked of the reviewer.",
        "",
        "| code | 要求 | 依据 |",
        "|---|---|---|",
    ]
    lines += [f"| `{code}` | {rule.asks} | {rule.article} |" for code, rule in RULES.items()]
    return "\n".join([*lines, ""])


def attacks() -> str:
    """docs/attacks.md: number → what is tried → the scenes that refuse it."""
    from tests.hostile.scenes import document

    return document()


def faults() -> str:
    """docs/faults.md: what breaks → what holds → the scenes that show it."""
    from tests.faults.faultlist import FAULTS, WITHOUT_A_SCENE

    lines = [
        "# What breaks, and what holds all the same",
        "",
        "Drawn from `tests/faults/faultlist.py` by `make docs`; a test keeps it true and every scene there. `make faults` runs the long form; scenes",
        "called careless, early or caught show that what they guard would be noticed. `var/faults.json` has the figures of the last run.",
        "",
        "| fault | what breaks | what holds | scenes |",
        "|---|---|---|---|",
    ]
    for number, fault in FAULTS.items():
        scenes = " ".join(f"`tests/{scene}`" for scene in fault.scenes)
        lines.append(f"| {number} | {fault.breaks} | {fault.holds} | {scenes} |")
    lines += [f"| {number} | {breaks} | no scene yet | — |" for number, breaks in WITHOUT_A_SCENE.items()]
    return "\n".join([*lines, ""])


GENERATED = {
    "permissions.md": permissions,
    "lifecycles.md": lifecycles,
    "elements.md": elements,
    "attacks.md": attacks,
    "faults.md": faults,
}


def main() -> None:
    for name, draw in GENERATED.items():
        (ROOT / "docs" / name).write_text(draw())


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main()
