"""The acts about who leads and receives for a unit, and how they are reached, as posts that work."""

import re
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.newcomers import open_account
from accounts.people import Post, User, take_post
from accounts.reorganising import open_division
from accounts.roles import Role
from tests.accounts.filings import confirmed, replaced
from tests.accounts.test_peoplesheet import GOOD, book
from tests.cast import MONDAY, City
from tests.hostile.deskacts import Act, act, url

FITNESS = dict.fromkeys(("no_violation", "competent", "on_staff"), "on")
LETTER = {"letter_number": "延函〔2026〕3号", "letter_date": "2026-09-28"}


@act("accounts:file_arrival")
def _arrival(city: City) -> Act:
    posted = {"role": "clerk", "name": "钱新来", "mobile": "13900000007", **FITNESS, **LETTER}
    return Act("department_head", url("accounts:file_arrival", "BM20"), posted)


@act("accounts:file_arrival", "of a handler to a division")
def _arrival_of_a_handler(city: City) -> Act:
    by = {"ground": "文", "by": city.engineer, "at": MONDAY}
    division = open_division(city.attentive, "办公室", on_day=MONDAY.date(), **by)
    posted = {"role": "handler", "division": division.pk, "name": "钱新来", **LETTER}
    return Act("leader", url("accounts:file_arrival", "BM05"), posted)


@act("accounts:file_leaving", "of a reviewer")
def _leaving_of_a_reviewer(city: City) -> Act:
    post = take_post(city.second_clerk, city.attentive, Role.REVIEWER, by=None, at=MONDAY)
    posted = {"why": "reassigned", "kind": "leaving", **LETTER}
    return Act("leader", url("accounts:file_leaving", "BM05", post.pk), posted)


@act("accounts:file_leaving")
def _leaving(city: City) -> Act:
    post = Post.objects.get(person=city.clerk)
    return Act("leader", url("accounts:file_leaving", "BM05", post.pk), {"why": "retired", "kind": "leaving", **LETTER})


@act("accounts:renew_declaration")
def _declaration(city: City) -> Act:
    return Act("leader", url("accounts:renew_declaration", "BM05", city.clerk.pk), FITNESS)


@act("accounts:acknowledge_filing")
def _acknowledge(city: City) -> Act:
    return Act("secretary", url("accounts:acknowledge_filing", replaced(city).pk), {"office": "secretariat"})


@act("accounts:refuse_filing")
def _refuse(city: City) -> Act:
    path = url("accounts:refuse_filing", replaced(city).pk)
    return Act("secretary", path, {"refusal": "没有收到函件原件"}, also=("engineer",))


@act("accounts:account_letter")
def _letter(city: City) -> Act:
    return Act("engineer", url("accounts:account_letter", confirmed(city, replaced(city)).pk))


@act("accounts:account_letters")
def _letters(city: City) -> Act:
    person = open_account(city.attentive, "新人", by=city.engineer, at=MONDAY)
    return Act("engineer", url("accounts:account_letters"), {"person": [person.pk]})


@act("accounts:import_people")
def _import(city: City) -> Act:
    path, file = url("accounts:import_people"), SimpleUploadedFile("people.xlsx", book(*GOOD))
    page = city.desk(city.engineer).post(path, {"file": file}).content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)
    return Act("engineer", path, {"token": token})


@act("accounts:unit_duty")
def _duty(city: City) -> Act:
    posted = {"day-2026-09-29": city.clerk.pk, "seen-2026-09-29": ""}
    return Act("clerk", url("accounts:unit_duty", "BM05"), posted, also=("leader",))


@act("accounts:change_contact")
def _number(city: City) -> Act:
    path = url("accounts:change_contact", "BM05", city.clerk.pk)
    return Act("clerk", path, {"mobile": "13911112222", "office_phone": ""}, also=("leader",))


@act("accounts:check_contact")
def _check(city: City) -> Act:
    User.objects.filter(pk=city.clerk.pk).update(mobile="13911112222")
    path = url("accounts:check_contact", "BM05", city.clerk.pk)
    return Act("secretary", path, {"key": str(uuid4()), "result": "no_answer"}, also=("engineer", "duty_officer"))
