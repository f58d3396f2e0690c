"""Every act of the desk tried by those whose it is not, with the keys of real papers (Articles 6, 20 and 23).

A post that does something for the one does nothing for another: a clerk or an editor of another unit, a leader of the own unit, an auditor,
the network office, an administrator. What is on record afterwards decides, row by row.
"""

import re
from copy import copy, deepcopy
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from time_machine import travel

from accounts.people import User, take_posts
from accounts.roles import Role
from config.doors import DOORS
from tests.addresses import BY_FORM, BY_POST_ONLY, OURS
from tests.cast import MONDAY
from tests.hostile import answeracts, archiveacts, handlingacts, handoveracts, lineacts, officeacts, registeracts  # noqa: F401  their acts are kept with the others
from tests.hostile.deskacts import ACTS, door_of
from tests.walking import everything

# Who is no party to the acts of the office and its recipients, as far as an act does not name them.
BYSTANDERS = {
    "office_leader": ("office", Role.LEADER),
    "attentive_reader": ("attentive", Role.READER),
    "auditor": ("office", Role.AUDIT_ADMIN),
    "system_admin": ("network_office", Role.SYSTEM_ADMIN),
    "security_admin": ("office", Role.SECURITY_ADMIN),
    "duty_officer": ("office", Role.DUTY_OFFICER),
    "provider": ("network_office", Role.PROVIDER),
    "archivist": ("attentive", Role.ARCHIVIST),
}
OTHERS = (
    *BYSTANDERS, "late_clerk", "county_clerk", "stranger", "department_drafter", "department_reviewer", "department_head",
    "leader", "office_clerk", "keeper", "secretary", "engineer", "superuser", "nobody",
)  # fmt: skip
# What changes nothing but the own session, password or letter box, and what has scenes of its own with real keys.
ONES_OWN = {"login", "logout", "messages_read", "type_size", "accounts:password", "accounts:lock", "accounts:here"}
ONES_OWN |= {"accounts:locked", "keyboard"}
# The own second factor, by the own password (tests/accounts/test_second_factor.py).
ONES_OWN |= {"accounts:second_factor", "accounts:first_factor", "accounts:step_up"}
ONES_OWN |= {f"accounts:{name}" for name in ("own_code", "own_passkey", "drop_factor", "new_recovery_codes")}
ONES_OWN |= {"circulars:save_search", "circulars:delete_search"}  # kept for oneself (tests/circulars/test_search.py)
ELSEWHERE = {
    name for name in DOORS if name.startswith("accounts:") and ("key" in name or name.endswith(("_pin", "damage")))
}
ELSEWHERE |= {"accounts:slip", "accounts:reopen_account", "accounts:lift_lock", "circulars:import_draft"}
ELSEWHERE |= {"circulars:evidence"}  # who inspects and who audits take it as well
ELSEWHERE |= {"accounts:office_hours", "accounts:new_rules"}
ELSEWHERE |= {"circulars:receipts_to_sign", "circulars:seal"}  # with a PIN, or a key that the log-in has open
# Key service has its own table of acts (tests/accounts/test_key_service_desk.py).
ELSEWHERE |= {f"accounts:{act}_renewal" for act in ("start", "serve", "send_back", "drop", "pay")}
ELSEWHERE |= {f"accounts:{page}" for page in ("renewals", "backups", "backup", "deductions", "deduction")}
ELSEWHERE |= {"accounts:start_renewals", "accounts:take_back_fee", "accounts:add_letter_scan"}
ELSEWHERE |= {"accounts:restore_backup", "accounts:void_backup"}
# Pictures of keys, kit and the networks that may come in have theirs (tests/accounts/test_key_pictures.py, test_kit_desk.py, Article 11).
ELSEWHERE |= {f"accounts:{act}_device" for act in ("new", "hand", "state", "retire")} | {"accounts:give_picture"}
ELSEWHERE |= {
    "accounts:check_kit",
    "accounts:acknowledge_problem",
    "accounts:report_kit_problem",
    "accounts:fix_problem",
}
ELSEWHERE |= {"accounts:isolation", "accounts:end_network"}
# A month is published when it is over (tests/reports/test_snapshots.py).
ELSEWHERE |= {"reports:publish_month"}
# Walls have a page that nobody signs in to (tests/reports/test_walls.py).
ELSEWHERE |= {"reports:walls", "reports:revoke_wall"}
ELSEWHERE |= {"reports:books"}  # an order is the person's own (tests/reports/test_long_books.py)
ELSEWHERE |= {"reports:import_earlier"}  # only an Excel sheet does something (tests/reports/test_earlier.py)
# So is its bulletin (tests/reports/test_bulletins_desk.py).
ELSEWHERE |= {f"reports:{act}_bulletin" for act in ("new", "lengthen", "drop", "approve", "draft")}
ELSEWHERE |= {"reports:ask_units", "reports:explain", "reports:rule_explanation"}
# A case of delay goes through the hands of three, each refused to the others (tests/reports/test_accountability.py).
ELSEWHERE |= {
    f"reports:{act}" for act in ("open_delay_case", "state_in_case", "decide_case", "appeal_case", "settle_case")
}
# Packages are made, checked and signed for in scenes with real keys (tests/circulars/test_archive_screens.py).
ELSEWHERE |= {f"circulars:{act}" for act in ("check_package", "take_package", "new_transfer", "receive_transfer")}


@pytest.fixture(scope="module")
def bystanders(standing_city, django_db_blocker) -> dict[str, User]:
    """At their posts, for all scenes of the module."""
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        people = {name: User.objects.create(username=name.replace("_", "-"), name="旁人") for name in BYSTANDERS}
        posts = ((people[name], getattr(standing_city, unit), role) for name, (unit, role) in BYSTANDERS.items())
        take_posts(posts, by=None, at=MONDAY)
        return people


@pytest.fixture(scope="module")
def signed_in(standing_city, bystanders, django_db_blocker) -> dict[str, tuple[int, SimpleCookie]]:
    """Of each of the others the stamp of their sessions and the cookies of a browser in which they signed in beforehand."""
    found = {}
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        for who in OTHERS:
            person = bystanders.get(who) or getattr(standing_city, who)
            cookies = standing_city.desk(person).cookies
            found[who] = User.objects.get(pk=person.pk).session_stamp, cookies
    return found


@pytest.fixture
def city(city, bystanders):
    for name, person in bystanders.items():
        setattr(city, name, copy(person))
    return city


def browsers(city, signed_in, people) -> dict[str, Client]:
    """Each one's browser, signed in; whose sessions the making of the act has ended, or who is none of the others, signs in now."""
    stamps, found = dict(User.objects.values_list("pk", "session_stamp")), {}
    for who in people:
        person = getattr(city, who)
        stamp, cookies = signed_in.get(who, (None, None))
        if stamps[person.pk] == stamp:
            found[who] = Client()
            found[who].cookies = deepcopy(cookies)
        else:
            found[who] = city.desk(person)
    return found


def test_every_act_of_the_desk_is_tried_here_or_has_its_own_scenes():
    assert {door_of(name) for name in ACTS} | ONES_OWN | ELSEWHERE >= BY_FORM | BY_POST_ONLY


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_by_whose_it_is_and_by_nobody_else(city, signed_in, name):
    act, answers = ACTS[name](city), {}
    # Where the form alone names the record, the form is shown anew.
    refused = (403, 404) if re.search(r"<(int|uuid|slug)", OURS[door_of(name)]) else (200, 403, 404)
    desks = browsers(city, signed_in, {act.who, *OTHERS}.difference(act.also))
    before = everything()
    for who in desks.keys() - {act.who}:
        answers[who] = desks[who].post(act.path, act.posted).status_code
    assert not {who: status for who, status in answers.items() if status not in refused}
    assert everything() == before
    answer = desks[act.who].post(act.path, act.posted)
    assert answer.status_code in (200, 302)
    assert everything() != before, "the post that should work did nothing"
