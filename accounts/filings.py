"""人员报备: the change of a unit's leader, clerk or other staff that it reports by letter to secretariat and network office (Articles 23 and 24).

Who leaves has left when the change is filed; who comes serves when both offices have acknowledged it, in whatever order
(docs/decisions/2026-11-27-changes-of-staff-are-filed.md). ``accounts.staffchanges`` files one.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.acknowledgements import Acknowledgement, Office, offices_of
from accounts.declarations import STAFF, enter_declaration
from accounts.deeds import Deed
from accounts.handovers import Handover
from accounts.holders import people_with
from accounts.letters import without_letter
from accounts.newcomers import open_account
from accounts.overseeing import overseen, oversees
from accounts.people import User, take_post
from accounts.roles import Right, Role, units_where
from accounts.staffing import OF_A_UNIT, too_many
from accounts.units import Unit
from cms import ledger
from cms.attachmentfield import AttachmentKey
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell


class FilingQuerySet(models.QuerySet["Filing"]):
    def for_person(self, user: Any) -> "FilingQuerySet":
        """Those of their area for the two offices, and those of the own unit for who leads it."""
        confirmed = overseen(user, Right.CONFIRM_STAFF)
        if confirmed.every:
            return self.all()
        return self.filter(confirmed.units() | Q(unit__in=units_where(user, Right.MANAGE_STAFF)))

    def open(self) -> "FilingQuerySet":
        return self.filter(state=Filing.State.FILED)

    def arriving(self) -> "FilingQuerySet":
        return self.filter(kind__in=(Filing.Kind.ARRIVING, Filing.Kind.REPLACING))

    def waiting_for(self, user: Any) -> "FilingQuerySet":
        """Those that an office of the person has not acknowledged yet."""
        missing = self.none()
        for office in offices_of(user):
            given = Acknowledgement.objects.filter(office=office).values("filing")
            missing = missing | self.exclude(pk__in=given)
        return missing.filter(overseen(user, Right.CONFIRM_STAFF).units()).open()


class Filing(models.Model):
    """One change that a unit has reported: who leaves, who comes, by which letter, and what became of it."""

    class State(models.TextChoices):
        FILED = "filed", "待确认"
        ON_FILE = "on_file", "已备案"
        REFUSED = "refused", "已退回"

    MOVES = {State.FILED: {State.ON_FILE, State.REFUSED}}

    class Kind(models.TextChoices):
        ARRIVING = "arriving", "到任"
        LEAVING = "leaving", "离任"
        REPLACING = "replacing", "接替"

    class Why(models.TextChoices):
        RETIRED = "retired", "退休"
        TRANSFERRED = "transferred", "调离本单位"
        REASSIGNED = "reassigned", "仍在本单位，岗位调整"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="filings", verbose_name="单位")
    # The post is held for this division of the unit; none: for the unit itself.
    division = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="科室")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    role = models.CharField("职责", max_length=20, choices=[(role.value, role.label) for role in OF_A_UNIT])
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.FILED)
    leaver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="离任人"
    )
    why = models.CharField("离任原因", max_length=12, choices=Why.choices, blank=True)
    # Who comes: a person who has an account, or one for whom it is opened when the filing takes effect.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="到任人"
    )
    name = models.CharField("到任人姓名", max_length=40, blank=True)
    mobile = models.CharField("移动号码", max_length=20, blank=True)
    office_phone = models.CharField("办公电话", max_length=30, blank=True)
    no_violation = models.BooleanField("无违法违纪记录", default=False)
    competent = models.BooleanField("能够胜任本职工作", default=False)
    on_staff = models.BooleanField("本单位在编在岗", default=False)
    letter_number = models.CharField("函件文号", max_length=60)
    letter_date = models.DateField("函件日期")
    letter = AttachmentKey("函件扫描件")
    letter_name = models.CharField("扫描件名称", max_length=120, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报备人")
    filed_at = models.DateTimeField("报备时间")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办结人"
    )
    closed_at = models.DateTimeField("办结时间", null=True)
    refusal = models.CharField("退回原因", max_length=200, blank=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员报备"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="leaving", leaver__isnull=False, name="")
                | Q(kind="arriving", leaver=None, name__gt="")
                | Q(kind="replacing", leaver__isnull=False, name__gt=""),
                name="filing_names_who_comes_and_goes",
            ),
            models.CheckConstraint(
                condition=Q(kind="leaving")
                | ~Q(role__in=STAFF)
                | Q(mobile__gt="", no_violation=True, competent=True, on_staff=True),
                name="filing_of_arrival_is_whole",
            ),
            models.CheckConstraint(condition=Q(leaver=None) | Q(why__gt=""), name="filing_says_why_one_leaves"),
            models.CheckConstraint(condition=Q(letter_number__gt=""), name="filing_by_letter"),
            models.CheckConstraint(
                condition=Q(state="filed", closed_at=None)
                | Q(state="on_file", closed_at__isnull=False)
                | Q(state="refused", closed_at__isnull=False, refusal__gt=""),
                name="filing_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="on_file") | Q(kind="leaving") | Q(person__isnull=False),
                name="filing_on_file_has_person",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state="filed", role="leader", kind__in=("arriving", "replacing")),
                name="filing_one_leader_to_come",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-filed_at"], name="filing_unit"),
            models.Index(fields=["filed_at"], name="filing_open", condition=Q(state="filed")),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.division or ''}{self.get_role_display()}{self.get_kind_display()}报备"

    @property
    def place(self) -> Unit:
        """For which unit, or division of it, the post is held."""
        return self.division or self.unit

    @property
    def sentence(self) -> str:
        """Who goes and who comes, in one line."""
        gone = f"{self.leaver}{self.get_why_display()}" if self.leaver else ""
        come = f"{self.name}{'接替' if self.leaver else '到任'}" if self.name else ""
        return "，".join(filter(None, (gone, come)))

    def missing_offices(self) -> list[Office]:
        """The offices that have not acknowledged it, in their order."""
        given = {each.office for each in self.acknowledgements.all()}
        return [office for office in Office if office not in given] if self.state == self.State.FILED else []

    @transaction.atomic
    def acknowledge(self, office: str, *, by: Any, at: datetime) -> None:
        """The office knows of the change; when both do, it is on file and who comes serves from now on.

        Raises ``PermissionDenied`` for who is not of that office, ``OutOfOrder`` for who filed it or is concerned, for an office that has
        acknowledged, for a filing that is closed, and where the unit has no place for who would come.
        """
        self._refuse_stranger(by, office)
        Unit.objects.select_for_update().get(pk=self.unit_id)
        self.refresh_from_db()
        if Office(office) not in self.missing_offices():
            raise OutOfOrder(f"{self}{Office(office).label}已经确认过，或者已经办结。")
        if by.pk in {each.given_by_id for each in self.acknowledgements.all()}:
            raise OutOfOrder("您已代另一家确认，两家须由两位同志分别确认。")
        self.enter_acknowledgement(office, by=by, at=at)
        if not self.missing_offices():
            self._put_on_file(by=by, at=at)

    @transaction.atomic
    def refuse(self, *, reason: str, by: Any, at: datetime) -> None:
        """Nobody comes by this filing, and the unit knows why; who has left by it stays away."""
        self._refuse_stranger(by, None)
        if not (reason := " ".join(reason.split())[:200]):
            raise OutOfOrder("请写明退回的原因。")
        move(
            self,
            self.State.REFUSED,
            Deed.FILING_REFUSED,
            by=by,
            at=at,
            unit=self.unit_id,
            facts={"reason": reason},
            closed_by=by,
            closed_at=at,
            refusal=reason,
        )
        gone = f"{self.leaver}已经离任，不受影响。" if self.leaver else ""
        self._tell_unit(f"{self}（{self.sentence}）已退回：{reason}。{gone}请改正后重新报备。", at=at)

    def enter_acknowledgement(self, office: str, *, by: Any, at: datetime) -> None:
        """The office is on record; call it inside the act that has checked who acknowledges."""
        Acknowledgement.objects.create(filing=self, office=office, given_by=by, given_at=at)
        facts = {"office": office}
        ledger.enter(
            Deed.FILING_ACKNOWLEDGED, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id, facts=facts
        )

    def needs_letter(self) -> bool:
        """Whether an account was opened for who came, and nobody has made its letter."""
        is_in_effect = self.state == self.State.ON_FILE and self.person_id is not None
        return is_in_effect and without_letter().filter(pk__in=[self.person_id]).exists()

    def _put_on_file(self, *, by: Any, at: datetime) -> None:
        if self.name:
            self._refuse_what_cannot_be()
            others = Filing.objects.open().arriving().filter(unit=self.unit_id, role=self.role).exclude(pk=self.pk)
            if full := too_many(self.unit, self.role, coming=others.count(), going=0, at=at):
                raise OutOfOrder(f"{full}请退回这份报备，或者先办完另一份。")
            self._admit(by=by, at=at)
        move(
            self,
            self.State.ON_FILE,
            Deed.FILING_ON_FILE,
            by=by,
            at=at,
            unit=self.unit_id,
            facts={"person": self.person_id, "leaver": self.leaver_id},
            person=self.person,
            closed_by=by,
            closed_at=at,
        )
        self._tell_unit(f"{self}（{self.sentence}）秘书科和网信办都已确认，已经备案。", at=at)

    def _refuse_what_cannot_be(self) -> None:
        """Between letter and acknowledgement the unit may have been dissolved and the account closed."""
        if not (self.unit.is_active and self.place.is_active):
            gone = self.place if self.unit.is_active else self.unit
            raise OutOfOrder(f"“{gone}”{gone.get_state_display()}，不能再有人到任，请退回这份报备。")
        if self.person is not None and not self.person.is_active:
            raise OutOfOrder(f"{self.person}的账户已停用，请先恢复账户，或者退回这份报备。")

    def _admit(self, *, by: Any, at: datetime) -> None:
        """Who comes has an account with these numbers, a leader or clerk the declaration of the unit, and the post."""
        if self.person is None:
            self.person = open_account(self.unit, self.name, by=by, at=at)
        person: User = self.person
        person.mobile, person.office_phone = self.mobile or person.mobile, self.office_phone or person.office_phone
        person.save(update_fields=["mobile", "office_phone"])
        if self.role in STAFF:
            enter_declaration(person, self.unit, by=self.filed_by, at=at)
        take_post(person, self.place, Role(self.role), by=by, at=at)
        handovers = Handover.objects.open().filter(filing=ledger.subject_of(self), role=self.role, receiver=None)
        for handover in handovers.with_people():
            handover.meet_newcomer(person, by=self.filed_by, at=at)

    def _refuse_stranger(self, by: Any, office: str | None) -> None:
        offices = self.offices_for(by)
        if not offices or (office is not None and office not in offices):
            raise PermissionDenied(f"人员报备由{self.unit.area.secretariat}和市网信办确认。")
        if by.pk in (self.filed_by_id, self.leaver_id, self.person_id):
            raise OutOfOrder("报备人和本人不能确认这份报备，请另一位同志办理。")

    def offices_for(self, person: Any) -> list[Office]:
        """For which of the two offices of the unit's area the person may acknowledge it."""
        return offices_of(person) if oversees(person, Right.CONFIRM_STAFF, self.unit) else []

    def _tell_unit(self, text: str, *, at: datetime) -> None:
        key, link = f"filing:{self.pk}:{self.state}", reverse("accounts:filing", args=[self.pk])
        told = people_with(Right.MANAGE_STAFF, self.unit_id) | {self.filed_by_id}
        tell(told - {self.leaver_id, self.person_id}, key=key, text=text, link=link, at=at)
        if self.person_id and self.state == self.State.ON_FILE:
            tell(
                {self.person_id},
                key=key,
                text=f"您自即日起担任{self.unit}{self.division or ''}{self.get_role_display()}。",
                at=at,
            )


def letter_facts(number: str, day: date) -> dict[str, str]:
    """How the ledger names a letter."""
    return {"letter": number, "letter_date": f"{day}"}
