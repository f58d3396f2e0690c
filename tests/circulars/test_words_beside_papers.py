"""Whatever anybody writes beside a paper bears no mark of secrecy: every text column of a paper, and every verb that fills it (Article 5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from circulars import moderation
from circulars.chasing import urge
from circulars.corrections import correct
from circulars.dispatch import dispatch
from circulars.insisting import insist
from circulars.issuing import IssuingTemplate
from circulars.moderation import decide
from circulars.numbering import parse
from circulars.papercopies import PaperCopy
from circulars.problems import DeliveryProblem, report_missing, report_problem
from circulars.purging import block, release
from circulars.recalling import recall
from circulars.recipientlists import RecipientList
from circulars.returns import acknowledge, leave
from circulars.scheduling import schedule
from circulars.secrecygate import MarkFound, lift
from circulars.secrecyhits import SecrecyHit
from circulars.supplementing import supplement
from circulars.voiding import declare_void, void
from cms.lifecycles import OutOfOrder
from tests.cast import MIDNIGHT, MONDAY, City
from tests.circulars import wordsinhand
from tests.circulars.notices import called
from tests.traces import traces

MARK = "绝密★zq7secret"
LATER = MONDAY + timedelta(minutes=20)
EVENING = MONDAY.replace(hour=22)


def _returned(city: City) -> Any:
    delivery = city.opened(city.sent())
    delivery.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    return delivery


def _copy(city: City) -> PaperCopy:
    return PaperCopy.objects.get(delivery__circular=city.sent())


def _handed_over(city: City) -> PaperCopy:
    copy = _copy(city)
    copy.deliver(MONDAY, "钱门卫", by=city.sender, at=LATER)
    return copy


def _case(city: City) -> Any:
    return block(city.sent().page, reason="市保密局来函。", by=city.secretary, at=MONDAY)


def _hit(city: City) -> SecrecyHit:
    facts = {"field": "body", "kind": "STAR", "fingerprint": "f" * 64, "at": MONDAY}
    return SecrecyHit.objects.create(unit=city.office, person=city.drafter, **facts)


def _list(city: City, name: str) -> None:
    nobody: dict[str, Any] = dict.fromkeys(("primary", "excluded", "cc"), ())
    RecipientList(unit=city.office).hold(name=name, groups="", **nobody, by=city.drafter, at=MONDAY)


def _template(city: City, **words: str) -> None:
    IssuingTemplate(unit=city.office, start_on=MONDAY.date(), seal_diameter=42, **words).enter(
        by=city.registrar, at=MONDAY
    )


def _correct(city: City, **words: str) -> None:
    page = city.approved()
    said = {"title": page.title, "body": page.body.replace("值班", "植班", 1), "reason": "改错字"} | words
    correct(page, **said, by=city.registrar, at=MONDAY)


def _supplement(city: City, *, at: datetime = LATER, **words: str) -> None:
    said: dict[str, Any] = {"reason": "漏发", "consent": "李秘书长"} | words
    supplement(city.sent(), [city.county], **said, by=city.sender, at=at)


def _urgent(city: City) -> Any:
    return city.delivery(city.sent(urgency="extra_urgent"))


Act = Callable[[City, str], Any]
# Which column, by which verb, in which of its arguments.
ACTS: dict[str, Act] = {
    "Urge.text by urge": lambda c, t: urge(c.sent(), text=t, by=c.sender, at=MONDAY),
    "Decision.opinion by decide": lambda c, t: decide(c.submitted(), "return", opinion=t, by=c.reviewer, at=MONDAY),
    "Decision.opinion by send_back": lambda c, t: moderation.send_back(
        c.approved(), reason=t, by=c.registrar, at=MONDAY
    ),
    "Version.correction_reason by correct": lambda c, t: _correct(c, reason=t),
    "Notice.name by log_call": lambda c, t: called(c, _urgent(c), name=t),
    "Notice.number by log_call": lambda c, t: called(c, _urgent(c), number=f"{t}13800000001"),
    "PaperCopy.taken_by by deliver": lambda c, t: _copy(c).deliver(MONDAY, t, by=c.sender, at=LATER),
    "PaperCopy.taken_by by correct": lambda c, t: _handed_over(c).correct(
        MONDAY, t, reason="写错", by=c.sender, at=LATER
    ),
    "reason in the ledger by PaperCopy.correct": lambda c, t: _handed_over(c).correct(
        MONDAY, "赵门卫", reason=t, by=c.sender, at=LATER
    ),
    "DeliveryProblem.text by report_problem": lambda c, t: report_problem(
        c.opened(c.sent()), "unreadable", t, by=c.clerk, at=MONDAY
    ),
    "DeliveryProblem.text by report_missing": lambda c, t: report_missing(
        c.attentive, c.office, "", t, by=c.clerk, at=MONDAY
    ),
    "DeliveryProblem.number by report_missing": lambda c, t: report_missing(
        c.attentive, c.office, t, "没有收到", by=c.clerk, at=MONDAY
    ),
    "DeliveryProblem.answer by reply": lambda c, t: report_problem(
        c.opened(c.sent()), "damaged", "", by=c.clerk, at=MONDAY
    ).reply(t, by=c.sender, at=MONDAY),
    "RecipientList.name by hold": _list,
    "IssuingTemplate.mark by enter": lambda c, t: _template(c, mark=t),
    "IssuingTemplate.printing_office by enter": lambda c, t: _template(c, printing_office=t),
    "IssuingTemplate.annotation by enter": lambda c, t: _template(c, annotation=t),
    "Circular.off_hours_reason by dispatch": lambda c, t: dispatch(
        c.sealed(), off_hours_reason=t, by=c.sender, at=MIDNIGHT
    ),
    "Circular.off_hours_reason by schedule": lambda c, t: schedule(
        c.sealed(), EVENING, off_hours_reason=t, by=c.sender, at=MONDAY
    ),
    "Circular.recall_reason by recall": lambda c, t: recall(c.sent(), reason=t, by=c.sender, at=MONDAY),
    "Delivery.return_reason by send_back": lambda c, t: c.opened(c.sent()).send_back(
        code="other", reason=t, by=c.clerk, at=MONDAY
    ),
    "DeliveryRound.insisted_why by insist": lambda c, t: insist(_returned(c), why=t, by=c.sender, at=LATER),
    "DeliveryRound.insisted_why by insist off duty": lambda c, t: insist(
        _returned(c), why="应由贵局办理", off_hours_reason=t, by=c.sender, at=EVENING
    ),
    "ReturnOutcome.reason by leave": lambda c, t: leave(_returned(c), why=t, by=c.sender, at=LATER),
    "Supplement.reason by supplement": lambda c, t: _supplement(c, reason=t),
    "Supplement.consent by supplement": lambda c, t: _supplement(c, consent=t),
    "Supplement.off_hours_reason by supplement": lambda c, t: _supplement(c, off_hours_reason=t, at=EVENING),
    "VoidedNumber.reason by void": lambda c, t: void(c.registered(), reason=t, by=c.registrar, at=MONDAY),
    "VoidedNumber.reason by declare_void": lambda c, t: declare_void(
        c.registered().series, parse("延政办发〔2026〕26号"), reason=t, by=c.registrar, at=MONDAY
    ),
    "SecrecyCase.reason by block": lambda c, t: block(c.sent().page, reason=t, by=c.secretary, at=MONDAY),
    "SecrecyCase.release_reason by release": lambda c, t: release(_case(c), reason=t, by=c.engineer, at=MONDAY),
    "SecrecyLift.reason by lift": lambda c, t: lift(_hit(c), reason=t, by=c.reviewer, at=MONDAY),
    **wordsinhand.ACTS,
}

# Nobody types these beside a paper: they come out of a draft, whose form is the gate, out of other columns, or are made by the system.
OUT_OF_THE_DRAFT = {
    "CircularPage.*",
    "DraftAttachment.*",
    "Reference.*",
    "Circular.title",
    "CircularText.content",
    "Version.content",
    "SecrecyCase.withheld_title",
    *wordsinhand.OUT_OF_THE_DRAFT,
}
MADE = {
    *wordsinhand.MADE,
    "SectionPage.*",
    "Answer.code",
    "Answer.sentence",
    "Circular.digest",
    "Circular.issuer_name",
    "CheckCode.code",
    "DamagedFile.digest",
    "IssuerLine.name",
    "Manifest.*",
    "Receipt.*",
    "ReceiptSignature.*",
    "Rendition.*",
    "Seal.*",
    "Circular.number",
    "CaseFile.digest",
    "CaseReader.person_name",
    "CaseReader.unit_name",
    "Decision.digest",
    "Delivery.unit_name",
    "DeliveryRound.return_reason",
    "Origin.account",
    "RecipientList.groups",
    "Screening.digest",
    "Screening.unread",
    "ScreenedMark.fingerprint",
    "SecrecyCase.approver_name",
    "SecrecyCase.confirmed_role",
    "SecrecyCase.digest",
    "SecrecyCase.drafter_name",
    "SecrecyCase.issuer_name",
    "SecrecyCase.number",
    "SecrecyCase.purged_role",
    "SecrecyCase.sender_name",
    "SecrecyHit.digest",
    "SecrecyHit.field",
    "SecrecyHit.fingerprint",
    "SecrecyLift.fingerprint",
    "Series.prefix",
    "Turn.right",
    "Urge.told_above",
    "Version.digest",
    "Version.typed",
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_mark_of_secrecy_is_refused_by_the_verb_and_stands_nowhere(city, act):
    with pytest.raises((MarkFound, OutOfOrder, ValidationError), match="密级标志"):
        act(city, MARK)
    assert not traces("zq7secret")


def test_every_text_column_of_the_floor_has_its_verb_here_or_is_typed_by_nobody():
    columns = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("circulars").get_models()
        for field in model._meta.local_fields
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices
    }
    known = {label.partition(" ")[0] for label in ACTS} | OUT_OF_THE_DRAFT | MADE
    assert not {column for column in columns if not known & {column, f"{column.partition('.')[0]}.*"}}


# What was typed stays in its form, with the sentence beside it.


def _posted(city: City, person: Any, view: str, *args: Any, **form: Any) -> str:
    answer = city.desk(person).post(reverse(f"circulars:{view}", args=args), form)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_number_of_a_missing_paper_bears_no_mark_and_stays_typed(city, circular):
    form = {"unit": city.attentive.pk, "issuer": city.office.pk, "number": MARK, "text": "没有收到"}
    page = _posted(city, city.clerk, "report_missing", **form)
    assert "不要照抄密级标志" in page
    assert MARK in page
    assert not DeliveryProblem.objects.exists()


def test_the_taker_of_a_copy_bears_no_mark_and_stays_typed(city, circular):
    copy = PaperCopy.objects.get(delivery__circular=circular)
    page = _posted(city, city.sender, "hand_over", copy.pk, delivered_at="2026-09-28 09:00", taken_by=MARK)
    assert "不要照抄密级标志" in page
    assert MARK in page


@pytest.mark.parametrize("field", ["name", "number"])
def test_a_call_bears_no_mark_in_name_or_number_and_what_was_typed_stays(city, week, field):
    delivery = _urgent(city)
    week.move_to(LATER, tick=False)
    form = {"key": uuid4(), "whom": "other", "name": "孙早", "number": "0911-2112345"}
    form |= {"happened_at": "2026-09-28 09:10", "result": "reached", field: f"{MARK} 110"}
    page = _posted(city, city.sender, "call", delivery.circular.uuid, delivery.pk, **form)
    assert "不要照抄密级标志" in page
    assert MARK in page
    assert not delivery.notices.exists()
