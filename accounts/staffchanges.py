"""The act by which a unit reports that its leader, a clerk or another of its staff changes (Articles 23 and 24).

Article 24 speaks of leaders and clerks; who reviews, registers, sends or handles for the unit is filed alike, without the conditions of
Article 25 and with a number where there is one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.acknowledgements import Office
from accounts.declarations import STAFF
from accounts.deeds import Deed
from accounts.filings import Filing, letter_facts
from accounts.handovers import open_handover
from accounts.overseeing import overseers
from accounts.people import Post, User
from accounts.roles import Right, Role
from accounts.staffing import OF_A_DIVISION, OF_A_UNIT, divisions_of, files_on_paper, may_file, too_many
from accounts.units import Unit
from cms import ledger
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.phonewords import mobile_of


class FilingRefused(OutOfOrder):
    """The change cannot be filed like this; the sentence says why, ``field`` what to put right, if it is one thing."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Letter:
    """The letter by which a unit reports: its number, its day, and the scan if there is one."""

    number: str
    day: date
    scan: Attachment | None = None
    scan_name: str = ""


@dataclass(frozen=True)
class Newcomer:
    """Who comes: a person with an account, or a name for which one is opened; the number, and the three conditions as declared."""

    name: str
    mobile: str
    office_phone: str = ""
    person: User | None = None
    no_violation: bool = False
    competent: bool = False
    on_staff: bool = False

    @property
    def is_fit(self) -> bool:
        return self.no_violation and self.competent and self.on_staff


@transaction.atomic
def file_change(
    unit: Unit,
    role: Role,
    *,
    division: Unit | None = None,
    letter: Letter,
    leaver: User | None = None,
    why: str = "",
    newcomer: Newcomer | None = None,
    by: Any,
    at: datetime,
) -> Filing:
    """The change is filed with both offices: who leaves has no right any more, who comes waits for their acknowledgements.

    The post may be held for a ``division`` of the unit. Who retires or is transferred leaves every post at the unit and its divisions, who is
    reassigned this one alone. Raises ``PermissionDenied`` for who may
    not file it and ``FilingRefused`` for a change that is incomplete or leaves the unit with too many people.
    """
    about = {person.pk for person in (leaver, newcomer and newcomer.person) if person}
    if role not in OF_A_UNIT or not may_file(by, unit, about=about):
        raise PermissionDenied(
            f"您不能报备“{unit}”的这项变动：由本单位分管领导或主要负责人报备，本人的变动由另一位负责人报备。"
        )
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _check_letter(letter, at)
    place = _place(unit, role, division)
    post = _post_to_leave(place, role, leaver, why, at)
    if newcomer:
        _check_newcomer(unit, place, role, newcomer, going=post is not None, at=at)
    elif post is None:
        raise FilingRefused("请选择离任的人，或者填写到任的人。")
    filing = Filing.objects.create(
        unit=unit,
        division=None if place == unit else place,
        kind=_kind(post, newcomer),
        role=role,
        leaver=leaver,
        why=why if leaver else "",
        letter_number=letter.number,
        letter_date=letter.day,
        letter=letter.scan,
        letter_name=letter.scan_name,
        filed_by=by,
        filed_at=at,
        **_as_filed(newcomer),
    )
    facts = {
        "kind": filing.kind,
        "role": role,
        "division": filing.division_id,
        "leaver": leaver.pk if leaver else None,
        "name": filing.name,
    }
    ledger.enter(
        Deed.CHANGE_FILED,
        subject=ledger.subject_of(filing),
        by=by,
        at=at,
        unit=unit.pk,
        facts=facts | letter_facts(letter.number, letter.day),
    )
    if files_on_paper(by, unit, about=about):
        filing.enter_acknowledgement(Office.NETWORK_OFFICE, by=by, at=at)
    if post:
        _let_go(filing, post, newcomer, by=by, at=at)
    _tell_offices(filing, by=by, at=at)
    return filing


def _kind(post: Post | None, newcomer: Newcomer | None) -> Filing.Kind:
    if post and newcomer:
        return Filing.Kind.REPLACING
    return Filing.Kind.LEAVING if post else Filing.Kind.ARRIVING


def _as_filed(newcomer: Newcomer | None) -> dict[str, Any]:
    if newcomer is None:
        return {}
    return {
        "person": newcomer.person,
        "name": newcomer.name.strip(),
        "mobile": mobile_of(newcomer.mobile),
        "office_phone": newcomer.office_phone.strip(),
        "no_violation": newcomer.no_violation,
        "competent": newcomer.competent,
        "on_staff": newcomer.on_staff,
    }


def _place(unit: Unit, role: Role, division: Unit | None) -> Unit:
    """The unit, or the division of it for which the post is held."""
    if division is None:
        return unit
    if role not in OF_A_DIVISION or not divisions_of(unit).filter(pk=division.pk).exists():
        raise FilingRefused("科室负责人、承办人、传阅人才能分到本单位的科室。", "division")
    return division


def _check_letter(letter: Letter, at: datetime) -> None:
    if not letter.number.strip():
        raise FilingRefused("请填写函件文号，例如“延发改函〔2026〕12号”。", "letter_number")
    if letter.day > timezone.localdate(at):
        raise FilingRefused("函件日期不能晚于今天。", "letter_date")


def _post_to_leave(unit: Unit, role: Role, leaver: User | None, why: str, at: datetime) -> Post | None:
    """The post that ends by the filing; refused for who does not hold it, or holds it no more."""
    if leaver is None:
        return None
    if why not in Filing.Why.values:
        raise FilingRefused("请选择离任原因。", "why")
    post = Post.objects.in_force(timezone.localdate(at)).filter(person=leaver, unit=unit, role=role).first()
    if post is None:
        raise FilingRefused(f"{leaver}现在不是“{unit}”的{role.label}，可能已经报备离任。", "leaver")
    return post


def _check_newcomer(unit: Unit, place: Unit, role: Role, newcomer: Newcomer, *, going: bool, at: datetime) -> None:
    if gone := next((each for each in (unit, place) if not each.is_active), None):
        raise FilingRefused(f"“{gone}”{gone.get_state_display()}，只能报备离任，不能有人到任。")
    if not newcomer.name.strip() or len(newcomer.name.strip()) > 40:
        raise FilingRefused("请填写到任人的姓名，不超过 40 个字。", "name")
    is_staff = role in STAFF
    if not mobile_of(newcomer.mobile) and (is_staff or newcomer.mobile.strip()):
        raise FilingRefused("请填写到任人的移动号码（11 位），紧急公文要用它通知。", "mobile")
    if is_staff and not newcomer.is_fit:
        raise FilingRefused("三项任职条件须全部符合才能报备到任。", "conditions")
    person = newcomer.person
    if person and person.name != newcomer.name.strip():
        raise FilingRefused("用户名与姓名对不上，请核对；没有账户的不填。", "username")
    if person and not person.is_active:
        raise FilingRefused(f"{person}的账户已停用，请先请网信办恢复。", "username")
    held = Post.objects.in_force(timezone.localdate(at)).filter(unit=place, role=role)
    if person and held.filter(person=person).exists():
        raise FilingRefused(f"{person}已经是“{place}”的{role.label}。", "username")
    waiting = Filing.objects.open().arriving().filter(unit=unit, role=role)
    if (
        waiting.filter(division=None if place == unit else place)
        .filter(name=newcomer.name.strip(), mobile=mobile_of(newcomer.mobile))
        .exists()
    ):
        raise FilingRefused(f"{newcomer.name}到任已经报备，正在等待确认，不必再报。")
    if full := too_many(unit, role, coming=waiting.count(), going=int(going), at=at):
        raise FilingRefused(full)


def _let_go(filing: Filing, post: Post, newcomer: Newcomer | None, *, by: Any, at: datetime) -> None:
    """The leaver's rights end now and what the post put in their hands is to be handed over; for who leaves the unit that of every post there
    and in its divisions.

    Who comes with an account takes over; somebody new is named when the filing takes effect, and without a successor the other clerk is.
    """
    leaver, today = post.person, timezone.localdate(at)
    posts = [post]
    if filing.why != Filing.Why.REASSIGNED:
        places = [filing.unit_id, *divisions_of(filing.unit).values_list("pk", flat=True)]
        others = Post.objects.in_force(today).filter(person=leaver, unit__in=places).exclude(pk=post.pk)
        posts += others.select_related("unit", "person").order_by("pk")
    receiver = newcomer.person if newcomer else _other_clerk(post, today)
    for each in posts:
        open_handover(each, receiver if each == post else None, filing=filing, by=by, at=at)


def _other_clerk(post: Post, on: date) -> User | None:
    """Who goes on receiving for the unit when one of its clerks leaves."""
    if post.role != Role.CLERK:
        return None
    staying = Post.objects.in_force(on).filter(unit=post.unit_id, role=Role.CLERK, person__is_active=True)
    other = staying.exclude(person=post.person_id).select_related("person").order_by("held_from", "pk").first()
    return other.person if other else None


def _tell_offices(filing: Filing, *, by: Any, at: datetime) -> None:
    told = overseers(Right.CONFIRM_STAFF, filing.unit.area_id) - {by.pk}
    text = f"{filing.unit}报备{filing.division or ''}{filing.get_role_display()}变动：{filing.sentence}。函件 {filing.letter_number}，请核对后确认。"
    link = reverse("accounts:filing", args=[filing.pk])
    tell(told, key=f"filing:{filing.pk}:filed", text=text, link=link, at=at)
