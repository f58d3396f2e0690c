"""Every address of ours and who may come in by it: the one table that the site obeys and the tests walk.

A view whose name has no row here is answered 404 and fails the build. A row is the outer door only: inside, every record is
fetched through a queryset that knows the person.
"""

from enum import Enum

from accounts.concerned import CONCERNED, OFFICES
from accounts.roles import Right
from circulars.turns import SEAT_RIGHTS


class Audience(Enum):
    """Who comes in without a particular right."""

    EVERYBODY = "不必登录"
    SIGNED_IN = "已登录"
    ADMIN = "有权进入内容管理后台"


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

# Who may keep a key at all.
KEEPING = frozenset({Right.SEAL, Right.RECEIVE, Right.APPROVE, Right.APPROVE_IMPORTANT})

# Who may keep a seal or a leader's stamp.
SEALING = KEEPING - {Right.RECEIVE}

# Who manages or confirms keys, or serves a vendor of them.
KEY_SERVICE = frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SERVE})
# Whom a line concerns: who runs or inspects, the carrier's people, the unit's own.
LINES = frozenset({Right.OPERATE, Right.INSPECT, Right.SERVE, Right.READ})

# Who has a hand in what a unit has received, from the proposal to the last reader.
HANDS = frozenset({Right.HANDLE_INCOMING, Right.INSTRUCT, Right.DO_WORK, Right.READ_CIRCULATED})
# Who presses for it, circulates it and sets by which steps it goes.
MANAGING = frozenset({Right.HANDLE_INCOMING, Right.INSTRUCT})
# Who finds papers: who reads them, works on them, follows them or inspects.
SEARCHING = frozenset({Right.READ, Right.TRACK, Right.INSPECT, Right.DO_WORK, Right.READ_CIRCULATED})

# View name → audience, or the rights of which one is enough (held for any unit).
DOORS: dict[str, Audience | frozenset[Right]] = {
    "login": Audience.EVERYBODY,
    "healthz": Audience.EVERYBODY,
    "logout": Audience.SIGNED_IN,
    "home": Audience.SIGNED_IN,
    "network_home": frozenset({Right.OPERATE}),
    "leader_home": frozenset({Right.MANAGE_STAFF}),
    "provider_home": frozenset({Right.SERVE}),
    "notices": Audience.SIGNED_IN,
    "notice": Audience.SIGNED_IN,
    "messages": Audience.SIGNED_IN,
    "messages_read": Audience.SIGNED_IN,
    "keyboard": Audience.SIGNED_IN,
    "type_size": Audience.SIGNED_IN,
    # signing in
    "accounts:password": Audience.SIGNED_IN,
    "accounts:locked": Audience.EVERYBODY,  # whose session has ended has a token; the view looks at it
    "accounts:lock": Audience.SIGNED_IN,
    "accounts:here": Audience.SIGNED_IN,
    "accounts:slips": frozenset({Right.HELP_SIGN_IN, Right.CONFIRM_SLIP}),
    "accounts:slip": frozenset({Right.HELP_SIGN_IN, Right.CONFIRM_SLIP}),
    "accounts:people": frozenset({Right.HELP_SIGN_IN}),
    "accounts:import_people": frozenset({Right.HELP_SIGN_IN}),
    "accounts:account_letters": frozenset({Right.HELP_SIGN_IN}),
    "accounts:person": frozenset({Right.HELP_SIGN_IN}),
    "accounts:close_account": frozenset({Right.HELP_SIGN_IN}),
    "accounts:reopen_account": frozenset({Right.HELP_SIGN_IN}),
    "accounts:locks": frozenset({Right.HELP_SIGN_IN}),
    "accounts:lift_lock": frozenset({Right.HELP_SIGN_IN}),
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
    # the ledger
    "accounts:ledger_heads": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
    "accounts:ledger_head": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
    "accounts:ledger_sheet": frozenset({Right.AUDIT, Right.RUN, Right.OPERATE}),
    # searching
    **dict.fromkeys(
        ("circulars:search", "circulars:save_search", "circulars:delete_search", "reports:search_book"), SEARCHING
    ),
    # receiving
    "circulars:inbox": frozenset({Right.READ}),
    "circulars:reading": frozenset({Right.READ, Right.DO_WORK, Right.READ_CIRCULATED}),
    "circulars:attachment": frozenset({Right.READ, Right.DO_WORK, Right.READ_CIRCULATED}),
    **dict.fromkeys(
        [f"circulars:{name}" for name in ("slip", "round_slip", "slip_pdf", "receipt_json", "receipt_p7s")],
        frozenset({Right.READ, Right.TRACK, Right.INSPECT}),
    ),
    "circulars:register_incoming": frozenset({Right.HANDLE_INCOMING}),
    "circulars:register_book": frozenset({Right.READ}),
    "circulars:register_sheet": frozenset({Right.READ}),
    "circulars:to_register": frozenset({Right.HANDLE_INCOMING}),
    "circulars:register_outside": frozenset({Right.HANDLE_INCOMING}),
    "circulars:left_lying": frozenset({Right.READ}),
    "circulars:lying_by_unit": frozenset({Right.INSPECT}),
    "circulars:entry": frozenset({Right.READ}),
    "circulars:return_outside": frozenset({Right.HANDLE_INCOMING}),
    "circulars:receipts_to_sign": frozenset({Right.RECEIVE}),
    "circulars:received_pages": frozenset({Right.READ, Right.DO_WORK, Right.READ_CIRCULATED}),
    "circulars:received_pdf": frozenset({Right.READ, Right.DO_WORK, Right.READ_CIRCULATED}),
    "circulars:sign": frozenset({Right.RECEIVE}),
    "circulars:send_back": frozenset({Right.RECEIVE}),
    "circulars:sign_batch": frozenset({Right.RECEIVE}),
    "circulars:print_batch": frozenset({Right.PRINT_COPIES}),
    # printing
    "circulars:print": frozenset({Right.READ}),
    "circulars:ask_originals": frozenset({Right.PRINT_COPIES}),
    "circulars:print_ledger": frozenset({Right.READ}),
    "reports:print_workbook": frozenset({Right.READ}),
    "circulars:printed": frozenset({Right.PRINT_COPIES}),
    "circulars:printed_file": frozenset({Right.PRINT_COPIES}),
    "circulars:spoil": frozenset({Right.PRINT_COPIES}),
    "circulars:spoilt_copies": frozenset({Right.CONFIRM_SPOILT}),
    "circulars:decide_spoilt": frozenset({Right.CONFIRM_SPOILT}),
    "circulars:originals_asked": frozenset({Right.REGISTER}),
    "circulars:answer_originals": frozenset({Right.REGISTER}),
    "circulars:copies_of": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:alarm": frozenset({Right.RECEIVE}),
    "circulars:locked_alarm": Audience.EVERYBODY,  # by a token that the view looks at
    # in the unit's hands
    "circulars:to_handle": frozenset({Right.HANDLE_INCOMING, Right.DO_WORK}),
    "circulars:to_instruct": frozenset({Right.INSTRUCT}),
    "circulars:to_read": frozenset({Right.READ_CIRCULATED}),
    "circulars:all_handling_levels": MANAGING,
    "circulars:handling_levels": MANAGING,
    "circulars:handling": HANDS | {Right.READ},
    "circulars:propose": frozenset({Right.HANDLE_INCOMING}),
    "circulars:instruct": frozenset({Right.INSTRUCT}),
    "circulars:assign": frozenset({Right.HANDLE_INCOMING}),
    "circulars:report_work": frozenset({Right.DO_WORK}),
    "circulars:pass_work_on": frozenset({Right.DO_WORK, Right.HANDLE_INCOMING}),
    "circulars:finish_handling": frozenset({Right.DO_WORK, Right.HANDLE_INCOMING}),
    "circulars:urge_inside": MANAGING,
    "circulars:circulate": MANAGING,
    "circulars:add_readers": MANAGING,
    "circulars:mark_read": frozenset({Right.READ_CIRCULATED}),
    "circulars:skip_reader": MANAGING,
    "reports:handling_workbook": HANDS,
    # trouble with a circular
    "circulars:report_problem": frozenset({Right.RECEIVE}),
    "circulars:report_missing": frozenset({Right.RECEIVE}),
    "circulars:problems": frozenset({Right.READ, Right.TRACK, Right.INSPECT, Right.OPERATE}),
    "circulars:problem": frozenset({Right.READ, Right.TRACK, Right.INSPECT, Right.OPERATE}),
    "circulars:close_problem": frozenset({Right.RECEIVE, Right.SEND}),
    # drafting and deciding
    "circulars:drafts": frozenset({Right.DRAFT}),
    "circulars:new": frozenset({Right.DRAFT}),
    "circulars:import_draft": frozenset({Right.DRAFT}),
    "circulars:copy": frozenset({Right.DRAFT}),
    "circulars:pass_on": frozenset({Right.DRAFT}),
    "circulars:withdraw": frozenset({Right.DRAFT}),
    # answers
    "circulars:demand": frozenset({Right.DRAFT}),
    "circulars:reply": frozenset({Right.DRAFT}),
    "circulars:owed_answers": frozenset({Right.READ}),
    "circulars:answer": frozenset({Right.READ}),
    "circulars:answer_file": frozenset({Right.READ}),
    "circulars:demanded": frozenset({Right.TRACK}),
    "circulars:answers": frozenset({Right.TRACK}),
    "circulars:answers_file": frozenset({Right.TRACK}),
    "circulars:answers_files": frozenset({Right.TRACK}),
    "circulars:press_answers": frozenset({Right.SEND}),
    "circulars:let_answer_late": frozenset({Right.SEND}),
    "reports:answers_workbook": frozenset({Right.TRACK}),
    "circulars:draft_attachment": frozenset({Right.DRAFT, Right.REGISTER, *SEAT_RIGHTS}),
    "circulars:draft_pages": frozenset({Right.DRAFT, Right.REGISTER, *SEAT_RIGHTS}),
    "circulars:recipient_lists": frozenset({Right.DRAFT}),
    "circulars:new_recipient_list": frozenset({Right.DRAFT}),
    "circulars:recipient_list": frozenset({Right.DRAFT}),
    "circulars:delete_recipient_list": frozenset({Right.DRAFT}),
    "circulars:selection": frozenset({Right.DRAFT}),
    "circulars:in_hand": frozenset(SEAT_RIGHTS),
    "circulars:decide": frozenset(SEAT_RIGHTS),
    "circulars:versions": frozenset({Right.DRAFT, Right.REGISTER, Right.TRACK, *SEAT_RIGHTS}),
    "circulars:marked": frozenset({Right.DRAFT, Right.REGISTER, Right.TRACK, *SEAT_RIGHTS}),
    # secrecy
    "circulars:secrecy_hits": frozenset({Right.REVIEW}),
    "circulars:secrecy_lift": frozenset({Right.REVIEW}),
    "circulars:secrecy_uphold": frozenset({Right.REVIEW}),
    "circulars:secrecy_cases": frozenset({Right.BLOCK, Right.PURGE}),
    "circulars:secrecy_case": frozenset({Right.BLOCK, Right.PURGE}),
    "circulars:secrecy_block": frozenset({Right.BLOCK}),
    "circulars:secrecy_confirm": frozenset({Right.PURGE}),
    "circulars:secrecy_release": frozenset({Right.PURGE}),
    # registering and sending
    "circulars:outbox": frozenset({Right.TRACK}),
    "circulars:register": frozenset({Right.REGISTER}),
    "circulars:correct": frozenset({Right.REGISTER}),
    "circulars:recheck_return": frozenset({Right.REGISTER}),
    "circulars:check": Audience.SIGNED_IN,
    "circulars:checked_copy": Audience.SIGNED_IN,
    "circulars:sealing": SEALING,
    "circulars:seal": SEALING,
    "circulars:seal_pages": SEALING,
    "circulars:send": frozenset({Right.SEND}),
    "circulars:unschedule": frozenset({Right.SEND}),
    "circulars:to_notify": frozenset({Right.SEND}),
    "circulars:notices": frozenset({Right.SEND}),
    "circulars:call": frozenset({Right.SEND}),
    "circulars:no_number": frozenset({Right.SEND}),
    "circulars:board": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:matrix": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:urge": frozenset({Right.SEND}),
    "circulars:urge_log": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:checked": frozenset({Right.SEND}),
    "circulars:unchecked": frozenset({Right.SEND, Right.INSPECT}),
    "circulars:own_pages": frozenset({Right.TRACK}),
    "circulars:own_pdf": frozenset({Right.TRACK}),
    "circulars:own_text": frozenset({Right.TRACK}),
    "circulars:own_attachment": frozenset({Right.TRACK}),
    "circulars:find_evidence": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:evidence": frozenset({Right.TRACK, Right.INSPECT}),
    # what came back, and what is mended after sending
    "circulars:returns": frozenset({Right.TRACK}),
    "circulars:returned": frozenset({Right.TRACK}),
    "circulars:returned_round": frozenset({Right.TRACK}),
    "circulars:acknowledge": frozenset({Right.SEND}),
    "circulars:insist": frozenset({Right.SEND}),
    "circulars:leave_return": frozenset({Right.SEND}),
    "circulars:correct_return": frozenset({Right.DRAFT}),
    "circulars:recall": frozenset({Right.SEND}),
    "circulars:supplement": frozenset({Right.SEND}),
    "circulars:amend": frozenset({Right.DRAFT}),
    # on paper
    "circulars:paper": frozenset({Right.SEND, Right.REGISTER, Right.INSPECT}),
    "circulars:paper_sheet": frozenset({Right.SEND, Right.REGISTER, Right.INSPECT}),
    "circulars:hand_over": frozenset({Right.SEND, Right.REGISTER, Right.HAND_OVER}),
    "circulars:fault_paper": frozenset({Right.SEND, Right.REGISTER, Right.INSPECT}),
    # what papers look like
    "circulars:issuing": frozenset({Right.REGISTER}),
    "circulars:issuing_template": frozenset({Right.REGISTER}),
    # numbers
    "circulars:numbers": frozenset({Right.TRACK, Right.INSPECT}),
    "circulars:void": frozenset({Right.REGISTER}),
    "circulars:void_missing": frozenset({Right.REGISTER}),
    # the numbers of the rule and the calendar
    "accounts:rules": frozenset({Right.SET_RULES}),
    "accounts:new_rules": frozenset({Right.SET_RULES}),
    "accounts:rule_version": frozenset({Right.SET_RULES}),
    "accounts:calendar": frozenset({Right.SET_RULES}),
    "accounts:load_calendar": frozenset({Right.SET_RULES}),
    "accounts:office_hours": frozenset({Right.SET_RULES}),
    "accounts:calendar_year": frozenset({Right.SET_RULES}),
    "accounts:correct_day": frozenset({Right.SET_RULES}),
    # oversight
    "reports:overview": frozenset({Right.INSPECT}),
    "reports:month": frozenset({Right.REPORT}),
    "reports:month_workbook": frozenset({Right.REPORT}),
    "reports:key_service_workbook": KEY_SERVICE - {Right.SERVE},
    "reports:fees_workbook": KEY_SERVICE,
    "reports:deductions_workbook": KEY_SERVICE,
    "reports:deduction_workbook": KEY_SERVICE,
    "reports:scorecard": frozenset({Right.SERVE, *OFFICES.values()}),
    "reports:scorecard_workbook": frozenset({Right.SERVE, *OFFICES.values()}),
    "reports:presence": frozenset({Right.INSPECT, Right.OPERATE}),
    "reports:presence_workbook": frozenset({Right.REPORT}),
    "reports:presence_today": frozenset({Right.INSPECT, Right.OPERATE}),
    "reports:presence_unit": frozenset({Right.INSPECT, Right.OPERATE, Right.MANAGE_STAFF}),
    # the archive
    **{
        f"circulars:{name}": frozenset({Right.KEEP_ARCHIVE})
        for name in (
            "to_file",
            "file_papers",
            "check_package",
            "take_package",
            "appraise",
            "to_appraise",
            "new_destruction",
            "transfers",
            "new_transfer",
            "transfer",
            "transfer_package",
            "receive_transfer",
            "call_off_transfer",
            "scopes",
            "scope",
            "new_scope_line",
            "end_scope_line",
        )
    },
    **{
        f"circulars:{name}": frozenset({Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION})
        for name in ("filed", "holding", "tombstone")
    },
    **{
        f"circulars:{name}": frozenset({Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION, Right.RECEIVE})
        for name in ("destructions", "destruction", "destruction_protocol", "witness_destruction")
    },
    "circulars:approve_destruction": frozenset({Right.APPROVE_DESTRUCTION}),
    "circulars:refuse_destruction": frozenset({Right.APPROVE_DESTRUCTION}),
    "reports:filed_workbook": frozenset({Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION}),
}
