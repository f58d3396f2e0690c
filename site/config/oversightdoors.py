"""The doors of oversight: spot checks and what follows from them, visits, accountability, what a person did (Articles 6 and 28)."""

from accounts.roles import Right
from config.audience import Door

# Who is asked to put something right, and who asks.
ANSWERING = frozenset({Right.RECEIVE, Right.MANAGE_STAFF, Right.INSPECT})
# Who sees what a person saw and did, and who held which roles.
REVIEWING = frozenset({Right.AUDIT, Right.REPORT})

OVERSIGHT_DOORS: dict[str, Door] = {
    "reports:spot_checks": frozenset({Right.INSPECT}),
    "reports:new_spot_check": frozenset({Right.INSPECT}),
    "reports:spot_check": frozenset({Right.INSPECT}),
    "reports:spot_workbook": frozenset({Right.INSPECT}),
    "reports:call_off_spot_check": frozenset({Right.INSPECT}),
    "reports:spot_finding": frozenset({Right.INSPECT}),
    "reports:demand_rectification": frozenset({Right.INSPECT}),
    "reports:rectifications": ANSWERING,
    "reports:rectification": ANSWERING,
    "reports:answer_rectification": ANSWERING - {Right.INSPECT},
    "reports:send_back_rectification": frozenset({Right.INSPECT}),
    "reports:close_rectification": frozenset({Right.INSPECT}),
    "reports:guidance": frozenset({Right.INSPECT, Right.MANAGE_STAFF}),
    "reports:guidance_workbook": frozenset({Right.INSPECT}),
    "reports:new_guidance": frozenset({Right.INSPECT}),
    "reports:delay_cases": frozenset({Right.REPORT, Right.MANAGE_STAFF}),
    "reports:delay_case": frozenset({Right.REPORT, Right.MANAGE_STAFF}),
    "reports:answerable_delays": frozenset({Right.REPORT}),
    "reports:open_delay_case": frozenset({Right.REPORT}),
    "reports:decide_case": frozenset({Right.REPORT}),
    "reports:settle_case": frozenset({Right.REPORT}),
    "reports:state_in_case": frozenset({Right.MANAGE_STAFF}),
    "reports:appeal_case": frozenset({Right.MANAGE_STAFF}),
    "reports:people_to_review": REVIEWING,
    "reports:person_trail": REVIEWING,
    "reports:trail_workbook": REVIEWING,
    "reports:roles_then": REVIEWING,
    "reports:roles_workbook": REVIEWING,
}
