"""Every address of the site, taken from its own table of routes, with the keys of our papers filled in."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver
from wagtail.models import Page, TaskState

from config.doorkeeper import ADMIN_PREFIX, ADMIN_VIEWS


def routes(resolver: Any, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and route of every view of the site."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route, (*spaces, *filter(None, [pattern.namespace])))
        else:
            yield ":".join((*spaces, pattern.name or pattern.lookup_str)), f"/{route}"


# Name and route of every view; our own, those of the admin, and of these the ones that this site does not use.
ROUTES = list(routes(get_resolver()))
OURS = {name: route for name, route in ROUTES if not route.startswith((ADMIN_PREFIX, settings.STATIC_URL))}
ADMIN = [route for _, route in ROUTES if route.startswith(ADMIN_PREFIX)]
SHUT = [route for name, route in ROUTES if route.startswith(ADMIN_PREFIX) and name not in ADMIN_VIEWS]
# How a view of ours changes something: by POST alone, or by a form of its own. All others only show.
BY_POST_ONLY = {
    "circulars:secrecy_confirm",
    "circulars:secrecy_uphold",
    "logout",
    "messages_read",
    "type_size",
    "circulars:new",
    "circulars:withdraw",
    "circulars:sign",
    "circulars:delete_recipient_list",
    "accounts:lift_lock",
    "accounts:close_account",
    "accounts:reopen_account",
    "accounts:take_back_stand_in",
}
BY_FORM = {
    "circulars:secrecy_lift",
    "circulars:secrecy_block",
    "circulars:secrecy_release",
    "login",
    "circulars:decide",
    "circulars:register",
    "circulars:correct",
    "circulars:recheck_return",
    "circulars:send",
    "circulars:send_back",
    "circulars:new_recipient_list",
    "circulars:recipient_list",
    "circulars:hand_over",
    "circulars:void",
    "circulars:void_missing",
    "accounts:password",
    "accounts:person",
    "accounts:slip",
    "accounts:stand_ins",
}
BY_FORM |= {"accounts:roster", "circulars:urge", "reports:publish_month"}
BY_FORM |= {"accounts:outages", "accounts:outage", "accounts:report_fault", "accounts:confirm_fault"}
BY_FORM |= {f"accounts:{name}" for name in ("assign_repair", "repair_done", "judge_repair", "call_off_repair")}
BY_POST_ONLY |= {"accounts:acknowledge_fault", "accounts:accept_repair"}
BY_POST_ONLY |= {"accounts:call_off_outage"}
BY_FORM |= {"circulars:issuing_template"}
BY_FORM |= {"circulars:import_draft", "circulars:pass_on"}
BY_FORM |= {"accounts:new_rules", "accounts:load_calendar", "accounts:office_hours", "accounts:correct_day"}
BY_POST_ONLY |= {"circulars:unschedule"}
BY_FORM |= {"circulars:call", "circulars:seal"}
BY_POST_ONLY |= {"circulars:no_number"}
BY_POST_ONLY |= {"circulars:copy", "circulars:checked"}
BY_POST_ONLY |= {"circulars:acknowledge", "circulars:correct_return"}
BY_FORM |= {"circulars:insist", "circulars:leave_return", "circulars:recall", "circulars:supplement", "circulars:amend"}
BY_POST_ONLY |= {"accounts:lock", "accounts:here"}
BY_POST_ONLY |= {"circulars:save_search", "circulars:delete_search"}
BY_FORM |= {"accounts:locked", "circulars:report_problem", "circulars:report_missing", "circulars:problem"}
BY_POST_ONLY |= {"circulars:close_problem"}
BY_POST_ONLY |= {f"accounts:{act}_key" for act in ("issue", "refuse", "replace", "revoke", "take_back", "lock")}
BY_POST_ONLY |= {"accounts:accept_damage", "accounts:give_picture"}
BY_FORM |= {f"accounts:{act}" for act in ("new_key", "activate_key", "change_pin", "report_damage", "unlock_key")}
BY_FORM |= {"circulars:receipts_to_sign"}
BY_FORM |= {"accounts:new_handover"}
BY_POST_ONLY |= {"accounts:put_down_item", "accounts:strike_item", "accounts:name_receiver"}
BY_POST_ONLY |= {f"accounts:{act}_handover" for act in ("give", "accept", "send_back", "countersign")}
BY_FORM |= {f"accounts:{page}" for page in ("renewals", "backups", "backup", "deductions", "deduction")}
BY_POST_ONLY |= {f"accounts:{act}_renewal" for act in ("start", "serve", "send_back", "drop", "pay")}
BY_POST_ONLY |= {"accounts:start_renewals", "accounts:take_back_fee", "accounts:add_letter_scan"}
BY_POST_ONLY |= {"accounts:restore_backup", "accounts:void_backup"}
BY_FORM |= {"circulars:evidence"}
BY_FORM |= {f"accounts:{act}_unit" for act in ("rename", "end", "close", "move", "serve", "pay")}
BY_FORM |= {
    "accounts:new_unit",
    "accounts:import_units",
    "accounts:new_division",
    "accounts:close_division",
    "accounts:receive_seal",
}
BY_FORM |= {"accounts:ask_connection", "accounts:connection"}
BY_POST_ONLY |= {"accounts:connect_unit", "accounts:withdraw_connection"}
BY_FORM |= {f"accounts:{name}" for name in ("file_arrival", "file_leaving", "renew_declaration")}
BY_FORM |= {"accounts:import_people", "accounts:account_letters"}
BY_FORM |= {f"accounts:{name}" for name in ("unit_duty", "change_contact", "check_contact")}
BY_POST_ONLY |= {f"accounts:{name}" for name in ("acknowledge_filing", "refuse_filing", "account_letter")}
BY_FORM |= {"accounts:new_line", "accounts:end_line", "accounts:report_line_outage", "accounts:line_outage"}
BY_FORM |= {"accounts:correct_line_outage", "accounts:strike_out_line_outage"}
BY_FORM |= {"accounts:inspections", "accounts:correct_line_inspection"}
BY_FORM |= {"accounts:isolation"}
BY_POST_ONLY |= {"accounts:end_network"}
BY_FORM |= {"accounts:isolation", "accounts:new_device", "accounts:check_kit"}
BY_POST_ONLY |= {"accounts:end_network", "accounts:hand_device", "accounts:state_device", "accounts:retire_device"}
BY_POST_ONLY |= {"accounts:acknowledge_problem", "accounts:report_kit_problem", "accounts:fix_problem"}
BY_FORM |= {"accounts:second_factor", "accounts:first_factor", "accounts:step_up", "accounts:withdraw_factors"}
BY_FORM |= {f"accounts:{name}" for name in ("own_code", "own_passkey", "drop_factor", "new_recovery_codes")}
BY_FORM |= {"keyboard"}
BY_FORM |= {"circulars:register_incoming", "circulars:register_outside", "circulars:return_outside"}
BY_FORM |= {"circulars:handling_levels", "circulars:correct_entry", "circulars:start_book"}
BY_POST_ONLY |= {f"circulars:{act}" for act in ("propose", "instruct", "assign", "report_work", "pass_work_on")}
BY_POST_ONLY |= {f"circulars:{act}" for act in ("finish_handling", "urge_inside", "circulate", "add_readers")}
BY_POST_ONLY |= {"circulars:mark_read", "circulars:skip_reader"}
BY_FORM |= {"circulars:demand", "circulars:reply", "circulars:answer", "circulars:let_answer_late"}
BY_POST_ONLY |= {"circulars:press_answers"}
BY_FORM |= {f"circulars:{name}" for name in ("print", "ask_originals", "spoil", "decide_spoilt", "answer_originals")}
BY_FORM |= {"circulars:sign_batch", "circulars:print_batch"}
BY_POST_ONLY |= {f"circulars:{act}" for act in ("file_papers", "check_package", "take_package", "end_scope_line")}
BY_POST_ONLY |= {f"circulars:{act}" for act in ("receive_transfer", "call_off_transfer", "witness_destruction")}
BY_POST_ONLY |= {"circulars:approve_destruction", "circulars:refuse_destruction"}
BY_FORM |= {f"circulars:{page}" for page in ("holding", "appraise", "new_transfer", "new_destruction", "scope")}
BY_FORM |= {"circulars:new_scope_line"}
BY_FORM |= {"reports:walls", "reports:import_earlier", "reports:books"}
BY_POST_ONLY |= {"reports:revoke_wall"}
BY_FORM |= {"reports:new_bulletin", "reports:explain", "reports:rule_explanation"}
BY_FORM |= {"reports:lengthen_bulletin", "reports:drop_bulletin"}
BY_POST_ONLY |= {"reports:ask_units", "reports:approve_bulletin", "reports:draft_bulletin"}
BY_FORM |= {
    f"reports:{act}" for act in ("new_spot_check", "call_off_spot_check", "spot_finding", "demand_rectification")
}
BY_FORM |= {f"reports:{act}_rectification" for act in ("answer", "send_back", "close")} | {"reports:new_guidance"}
BY_FORM |= {
    f"reports:{act}" for act in ("open_delay_case", "state_in_case", "decide_case", "appeal_case", "settle_case")
}
_HOLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def fill(route: str, **values: Any) -> str:
    """The address with these values in its holes; a hole that nobody names takes 1."""
    path = _HOLE.sub(lambda hole: str(values.get(hole[1] or hole[2], 1)), route)
    return path.replace("\\.", ".").replace(".*", "nowhere").rstrip("$")


def dummy(name: str) -> str:
    """An address of the view that leads to no record."""
    return fill(OURS[name], uuid="00000000-0000-4000-8000-000000000000")


def addresses_of(papers: SimpleNamespace) -> list[tuple[str, str]]:
    """Name and address of every page of ours for every paper there is, both of its attachments, and some searches."""
    found = []
    for name, route in OURS.items():
        values: list[dict[str, Any]] = [{}]
        if "uuid" in route:
            values = [{"uuid": uuid} for uuid in papers.uuids.values()]
        elif "<int:pk>" in route:
            keys = papers.deliveries if route.startswith(("/received/", "/paper/", "/returns/")) else papers.pages
            keys = getattr(papers, "entries", {}) if route.startswith("/incoming/") else keys
            keys = papers.problems if route.startswith("/problems/") else keys
            keys = getattr(papers, "handovers", {}) if route.startswith("/handovers/") else keys
            keys = getattr(papers, "entries", {}) if route.startswith("/handling/") else keys
            values = [{"pk": pk} for pk in keys.values()]
        elif "code" in route:
            values = [{"code": "YA-ZFB"}]
        elif "<int:year>" in route:
            values = [{"year": 2026}]
        numbers = (1, 2) if "<int:number>" in route else (1,)
        found += [(name, fill(route, **value, number=number)) for value in values for number in numbers]
    shows = ("open", "soon", "late", "urged", "signed", "returned", "recalled")
    found += [("circulars:search", "/search/?q=zq7"), ("reports:search_book", "/search/results.xlsx?q=zq7")]
    return found + [("circulars:inbox", f"/received/?q=zq7&show={show}") for show in shows]


def admin_addresses(papers: SimpleNamespace, stage: str) -> list[str]:
    """Every address of the admin with the keys of this paper in it, and the side views that take keys in their query."""
    page = papers.pages[stage]
    state = TaskState.objects.filter(revision__object_id=str(page)).order_by("pk").first()
    revision = Page.objects.get(pk=page).latest_revision_id
    values = dict.fromkeys((a or b for route in ADMIN for a, b in _HOLE.findall(route)), page) | {
        **dict.fromkeys(("revision_id", "revision_id_a", "revision_id_b"), revision),
        "task_state_id": state.pk if state else 1,
        "workflow_state_id": state.workflow_state_id if state else 1,
        "task_id": state.task_id if state else 1,
        "parent_page_id": Page.objects.get(pk=page).get_parent().pk,
        "destination_id": Page.objects.get(pk=page).get_parent().pk,
        **dict.fromkeys(("content_type_app_name", "app_label", "app_name"), "circulars"),
        **dict.fromkeys(("content_type_model_name", "model_name"), "circularpage"),
        "action_name": "agree",
        "uidb64": "MQ",
        "token": "set-password",
    }
    bulk = [f"/cms/bulk/wagtailcore/page/{act}/?id={page}" for act in ("delete", "move", "publish", "unpublish")]
    return [
        *(fill(route, **values) for route in ADMIN if not route.startswith("/cms/logout/")),
        *bulk,
        "/cms/pages/search/?q=zq7",
        "/cms/choose-page/search/?q=zq7",
        "/cms/choose-page/?page_type=circulars.circularpage",
        f"/cms/choose-page/chosen-multiple/?id={page}",
        "/cms/api/main/pages/?fields=*&search=zq7",
        "/cms/api/main/pages/?fields=*&type=circulars.CircularPage",
        "/cms/reports/workflow/?export=csv",
        "/cms/reports/site-history/?export=csv",
    ]
