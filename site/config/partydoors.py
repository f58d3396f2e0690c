"""The doors of the parties and their means: posts, keys, units, people, faults, lines, kit, networks and the ledger."""

from accounts.concerned import CONCERNED, OFFICES
from accounts.roles import Right
from circulars.turns import SEAT_RIGHTS
from config.audience import KEEPING, KEY_SERVICE, LINES, Audience, Door

# Of a desk without any post there remain the own handovers (Article 26): whoever has left sees these and nothing else.
HANDOVERS = frozenset(
    {
        f"accounts:{name}"
        for name in (
            "handovers",
            "handover",
            "handover_sheet",
            "put_down_item",
            "strike_item",
            "give_handover",
            "accept_handover",
            "send_back_handover",
            "name_receiver",
            "countersign_handover",
        )
    }
)

PARTY_DOORS: dict[str, Door] = {
    # absence
    "accounts:stand_ins": frozenset(SEAT_RIGHTS),
    "accounts:take_back_stand_in": frozenset(SEAT_RIGHTS),
    # leaving a post
    **dict.fromkeys(sorted(HANDOVERS), Audience.SIGNED_IN),
    "accounts:new_handover": frozenset({Right.MANAGE_STAFF, Right.MANAGE_UNITS}),
    # keys
    "accounts:keys": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SEE_KEYS}),
    "accounts:key": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SEE_KEYS}),
    "accounts:new_key": frozenset({Right.MANAGE_KEYS}),
    "accounts:give_picture": frozenset({Right.MANAGE_KEYS}),
    "accounts:key_picture": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SEE_KEYS}) | KEEPING,
    "accounts:issue_key": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY}),
    "accounts:refuse_key": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY}),
    "accounts:replace_key": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY}),
    "accounts:accept_damage": frozenset({Right.MANAGE_KEYS}),
    "accounts:revoke_key": frozenset({Right.MANAGE_KEYS}),
    "accounts:take_back_key": frozenset({Right.MANAGE_KEYS}),
    "accounts:revocation_list": Audience.SIGNED_IN,
    "accounts:add_letter_scan": frozenset({Right.MANAGE_KEYS}),
    "accounts:letter_scan": frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SEE_KEYS}),
    "accounts:key_service": KEY_SERVICE - {Right.SERVE},
    "accounts:fees": KEY_SERVICE | {Right.SEE_KEYS},
    "accounts:take_back_fee": frozenset({Right.MANAGE_KEYS, Right.SERVE}),
    "accounts:vendor_tasks": frozenset({Right.SERVE}),
    "accounts:renewals": KEY_SERVICE | {Right.SEE_KEYS},
    "accounts:renewal_round": KEY_SERVICE | {Right.SEE_KEYS},
    "accounts:start_renewals": frozenset({Right.MANAGE_KEYS}),
    "accounts:renewal": KEY_SERVICE | {Right.SEE_KEYS},
    "accounts:start_renewal": frozenset({Right.MANAGE_KEYS}),
    "accounts:serve_renewal": frozenset({Right.MANAGE_KEYS, Right.SERVE}),
    "accounts:send_back_renewal": frozenset({Right.MANAGE_KEYS}),
    "accounts:drop_renewal": frozenset({Right.MANAGE_KEYS}),
    "accounts:pay_renewal": frozenset({Right.MANAGE_KEYS, Right.SERVE}),
    "accounts:backups": KEY_SERVICE,
    "accounts:backup": KEY_SERVICE,
    "accounts:restore_backup": frozenset({Right.MANAGE_KEYS, Right.SERVE}),
    "accounts:void_backup": frozenset({Right.MANAGE_KEYS}),
    "accounts:deductions": KEY_SERVICE,
    "accounts:deduction": KEY_SERVICE,
    "accounts:own_keys": KEEPING,
    "accounts:lock_key": KEEPING,
    "accounts:activate_key": KEEPING,
    "accounts:change_pin": KEEPING,
    "accounts:report_damage": KEEPING,
    "accounts:unlock_key": frozenset({Right.RECEIVE}),
    # units
    "accounts:units": frozenset({Right.MANAGE_UNITS, Right.INSPECT, Right.MANAGE_STAFF}),
    "accounts:unit": frozenset({Right.MANAGE_UNITS, Right.INSPECT, Right.MANAGE_STAFF}),
    "accounts:handbacks": frozenset({Right.MANAGE_UNITS, Right.INSPECT}),
    **dict.fromkeys(
        [
            f"accounts:{act}"
            for act in (
                "new_unit",
                "import_units",
                "end_unit",
                "close_unit",
                "move_unit",
                "serve_unit",
                "pay_unit",
                "receive_seal",
            )
        ],
        frozenset({Right.MANAGE_UNITS}),
    ),
    **dict.fromkeys(
        [f"accounts:{act}" for act in ("rename_unit", "new_division", "close_division")],
        frozenset({Right.MANAGE_UNITS, Right.MANAGE_STAFF}),
    ),
    **dict.fromkeys(
        [
            f"accounts:{act}"
            for act in ("connections", "connection", "ask_connection", "connect_unit", "withdraw_connection")
        ],
        frozenset({Right.MANAGE_UNITS}),
    ),
    # on duty
    "accounts:roster": frozenset({Right.ARRANGE_DUTY}),
    # staff
    "accounts:own_staff": frozenset({Right.MANAGE_STAFF}),
    **dict.fromkeys(
        [f"accounts:{name}" for name in ("staff", "file_arrival", "file_leaving", "renew_declaration")],
        frozenset({Right.MANAGE_STAFF, Right.CONFIRM_STAFF}),
    ),
    "accounts:staffing": frozenset({Right.CONFIRM_STAFF}),
    "accounts:filings": frozenset({Right.CONFIRM_STAFF}),
    "accounts:filing": frozenset({Right.MANAGE_STAFF, Right.CONFIRM_STAFF}),
    "accounts:filing_scan": frozenset({Right.MANAGE_STAFF, Right.CONFIRM_STAFF}),
    "accounts:acknowledge_filing": frozenset({Right.CONFIRM_STAFF}),
    "accounts:refuse_filing": frozenset({Right.CONFIRM_STAFF}),
    "accounts:account_letter": frozenset({Right.HELP_SIGN_IN}),
    "accounts:contacts": Audience.SIGNED_IN,
    "accounts:contact_card": Audience.SIGNED_IN,  # whose numbers are whole there is decided for each person
    "accounts:unit_duty": frozenset({Right.MANAGE_STAFF, Right.RECEIVE}),
    "accounts:change_contact": frozenset({Right.MANAGE_STAFF, Right.RECEIVE}),
    "accounts:check_contact": frozenset({Right.INSPECT, Right.CONFIRM_STAFF}),
    "accounts:reachability": frozenset({Right.INSPECT, Right.CONFIRM_STAFF}),
    # faults and stops
    "accounts:faults": frozenset({*OFFICES.values(), *CONCERNED}),
    "accounts:report_fault": frozenset(CONCERNED),
    "accounts:fault": frozenset({*OFFICES.values(), *CONCERNED}),
    "accounts:acknowledge_fault": frozenset(OFFICES.values()),
    "accounts:confirm_fault": frozenset({Right.OPERATE}),
    "accounts:assign_repair": frozenset({Right.OPERATE}),
    "accounts:repairs": frozenset({Right.SERVE, *OFFICES.values()}),
    "accounts:repair": frozenset({Right.SERVE, *OFFICES.values()}),
    "accounts:accept_repair": frozenset({Right.SERVE}),
    "accounts:repair_done": frozenset({Right.SERVE}),
    "accounts:judge_repair": frozenset({Right.OPERATE, *CONCERNED}),
    "accounts:call_off_repair": frozenset({Right.OPERATE}),
    "accounts:outages": frozenset({Right.OPERATE}),
    "accounts:outage": frozenset({Right.OPERATE}),
    "accounts:call_off_outage": frozenset({Right.OPERATE}),
    # lines
    "accounts:lines": LINES,
    "accounts:line": LINES,
    "accounts:new_line": frozenset({Right.OPERATE}),
    "accounts:end_line": frozenset({Right.OPERATE}),
    "accounts:report_line_outage": frozenset({Right.OPERATE, Right.SERVE, Right.RECEIVE}),
    "accounts:line_outage": LINES,
    "accounts:correct_line_outage": frozenset({Right.OPERATE}),
    "accounts:strike_out_line_outage": frozenset({Right.OPERATE}),
    "accounts:inspections": LINES,
    "accounts:correct_line_inspection": frozenset({Right.OPERATE, Right.SERVE}),
    "accounts:inspection_file": LINES,
    "reports:line_months": LINES - {Right.READ},
    "reports:line_workbook": LINES - {Right.READ},
    # kit
    "accounts:kit": frozenset({Right.KEEP_KIT, Right.OVERSEE_KIT}),
    "accounts:new_device": frozenset({Right.KEEP_KIT}),
    "accounts:device": frozenset({Right.KEEP_KIT, Right.OVERSEE_KIT, Right.INSPECT_KIT}),
    "accounts:hand_device": frozenset({Right.KEEP_KIT, Right.OVERSEE_KIT}),
    "accounts:state_device": frozenset({Right.KEEP_KIT}),
    "accounts:retire_device": frozenset({Right.KEEP_KIT}),
    "accounts:check_kit": frozenset({Right.KEEP_KIT}),
    "accounts:kit_problem": frozenset({Right.KEEP_KIT, Right.OVERSEE_KIT, Right.INSPECT_KIT}),
    "accounts:acknowledge_problem": frozenset({Right.OVERSEE_KIT}),
    "accounts:report_kit_problem": frozenset({Right.KEEP_KIT}),
    "accounts:fix_problem": frozenset({Right.KEEP_KIT}),
    "accounts:kit_register": frozenset({Right.INSPECT_KIT}),
    "accounts:kit_missing": frozenset({Right.INSPECT_KIT}),
    "accounts:old_browsers": frozenset({Right.INSPECT_KIT}),
    "reports:register_workbook": frozenset({Right.READ}),
    "reports:kit_workbook": frozenset({Right.INSPECT_KIT}),
    # isolation
    "accounts:isolation": frozenset({Right.SET_NETWORKS}),
    "accounts:end_network": frozenset({Right.SET_NETWORKS}),
    # back-ups of the platform
    "accounts:drills": frozenset({Right.SEE_BACKUPS}),
    # the ledger
    "accounts:ledger_heads": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
    "accounts:ledger_head": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
    "accounts:ledger_sheet": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
}
