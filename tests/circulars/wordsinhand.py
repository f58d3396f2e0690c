"""What people type beside a paper once it has come: in the register, on its way through the unit, in print, in answers and in the archive."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from circulars.answers.filling import answer_form
from circulars.archive.appraisal import appraise
from circulars.archive.destruction import draw_up, refuse
from circulars.archive.filing import change_term
from circulars.circulation.acts import circulate, mark_read, skip
from circulars.circulation.record import Reader
from circulars.handling.closing import finish
from circulars.handling.hands import Hand
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment
from circulars.handling.urging import urge, waiting_on
from circulars.handling.working import pass_on
from circulars.incoming import Incoming, Outside, enter_outside, send_back_outside
from circulars.incoming.beginning import start_book
from circulars.incoming.correcting import correct_entry
from circulars.printing import PrintedCopy, ask_for_more, declare_spoilt, print_originals
from circulars.savedsearches import save
from tests import archives, inhand
from tests.answers import filled_in, sent_with_form
from tests.archives import LONG_AFTER
from tests.cast import MONDAY, City


def _paper(city: City) -> Incoming:
    inhand.staff(city)
    return inhand.registered(city, city.sent(), at=MONDAY)


def _in_work(city: City) -> Incoming:
    paper = _paper(city)
    propose(paper, "建议治安科办。", inhand.work(city.order), by=city.clerk, at=MONDAY)
    instruct(paper, "同意。", inhand.work(city.order), seen=None, by=city.leader, at=MONDAY)
    return paper


def _pass_on(city: City, why: str) -> None:
    work = Assignment.objects.get(handling=_in_work(city).pk, state="open")
    pass_on(work, Hand(city.law), why, by=city.head, at=MONDAY)


def _press(city: City, text: str) -> None:
    paper = Incoming.objects.get(pk=_in_work(city).pk)
    urge(paper, waiting_on(paper, paper.handling)[0], text, by=city.clerk, at=MONDAY)


def _circulate(city: City, purpose: str) -> Reader:
    circulate(_paper(city), [city.reader], in_order=True, purpose=purpose, by=city.clerk, at=MONDAY)
    return Reader.objects.get()


def _outside(city: City, **words: str) -> Incoming:
    paper = Outside(**({"sender": "省应急管理厅", "title": "关于开展检查的函"} | words))
    return enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=city.clerk, at=MONDAY)


def _signed(city: City) -> Any:
    return city.sign(city.opened(city.sent()))


def _printed(city: City) -> PrintedCopy:
    (copy,) = print_originals([_signed(city)], purpose="handling", key=uuid4(), by=city.clerk, at=MONDAY)
    return copy


def _answer(city: City, text: str) -> None:
    circular = sent_with_form(city)
    given = filled_in(circular)
    field = circular.demand.fields.get(kind="text")
    answer_form(city.delivery(circular), given | {field.pk: text}, hand_in=True, by=city.clerk, at=MONDAY)


def _filed(city: City) -> Any:
    archives.staffed(city)
    return archives.filed(city, archives.received(city, city.sent()))


def _draw_up(city: City, reason: str) -> Any:
    kept = _filed(city)
    appraise(kept, "destroy", "没有继续保存的价值。", by=city.filer, at=LONG_AFTER)
    return draw_up(city.attentive, [kept], reason, by=city.filer, at=LONG_AFTER)


def _corrected(city: City, reason: str, **words: str) -> None:
    typed: dict[str, Any] = {
        "sender": "省应急管理厅",
        "title": "关于开展检查的通知",
        "number": "",
        "urgency": "normal",
        "note": "",
    } | words
    typed |= {"received_at": MONDAY, "kind": "action", "copies": 1, "pages": None}
    correct_entry(_outside(city), typed, reason, seen=None, by=city.clerk, at=MONDAY)


# Which column, by which verb.
ACTS: dict[str, Callable[[City, str], Any]] = {
    "Incoming.note by enter": lambda c, t: c.entered(c.delivery(c.sent()), note=t),
    "Incoming.outside_sender by enter_outside": lambda c, t: _outside(c, sender=t),
    "Incoming.outside_title by enter_outside": lambda c, t: _outside(c, title=t),
    "Incoming.outside_number by enter_outside": lambda c, t: _outside(c, number=t),
    "Incoming.sent_back_why by send_back_outside": lambda c, t: send_back_outside(
        _outside(c), t, by=c.clerk, at=MONDAY
    ),
    "RegisterBook.ground by start_book": lambda c, t: start_book(c.attentive, 31, t, by=c.clerk, at=MONDAY),
    "EntryCorrection.reason by correct_entry": lambda c, t: _corrected(c, t),
    "CorrectedField.after by correct_entry": lambda c, t: _corrected(c, "笔误", title=t),
    "Opinion.text by propose": lambda c, t: propose(_paper(c), t, inhand.work(c.order), by=c.clerk, at=MONDAY),
    "Assignment.note by pass_on": _pass_on,
    "Handling.result by finish": lambda c, t: finish(_in_work(c), t, by=c.head, at=MONDAY),
    "InnerUrge.text by urge": _press,
    "Circulation.purpose by circulate": _circulate,
    "ReaderEnd.text by mark_read": lambda c, t: mark_read(_circulate(c, "请阅。"), t, by=c.reader, at=MONDAY),
    "ReaderEnd.text by skip": lambda c, t: skip(_circulate(c, "请阅。"), t, by=c.clerk, at=MONDAY),
    "MoreOriginals.reason by ask_for_more": lambda c, t: ask_for_more(_signed(c), 2, t, by=c.clerk, at=MONDAY),
    "MoreOriginals.answer by refuse": lambda c, t: ask_for_more(_signed(c), 2, "存档", by=c.clerk, at=MONDAY).refuse(
        t, by=c.registrar, at=MONDAY
    ),
    "SpoiltCopy.reason by declare_spoilt": lambda c, t: declare_spoilt(_printed(c), t, by=c.clerk, at=MONDAY),
    "SpoiltCopy.answer by refuse": lambda c, t: declare_spoilt(_printed(c), "卡纸", by=c.clerk, at=MONDAY).refuse(
        t, by=c.leader, at=MONDAY
    ),
    "AnswerCell.text by answer_form": _answer,
    "SavedSearch.name by save": lambda c, t: save(name=t, words="防汛", filters="", by=c.clerk, at=MONDAY),
    "SavedSearch.words by save": lambda c, t: save(name="防汛", words=t, filters="", by=c.clerk, at=MONDAY),
    "TermChange.reason by change_term": lambda c, t: change_term(_filed(c), "D30", t, by=c.filer, at=MONDAY),
    "Appraisal.opinion by appraise": lambda c, t: appraise(_filed(c), "destroy", t, by=c.filer, at=LONG_AFTER),
    "DestructionList.reason by draw_up": _draw_up,
    "DestructionList.refused_why by refuse": lambda c, t: refuse(
        _draw_up(c, "保管期满"), t, by=c.leader, at=LONG_AFTER
    ),
}

# Nobody types these beside a paper: they are fixed from a draft, whose form is the gate, or made by the system.
OUT_OF_THE_DRAFT = {"DraftField.*", "ReplyField.*", "Passage.*"}
MADE = {
    "AnswerCell.file_name",
    "AnswerVersion.digest",
    "CorrectedField.before",
    "CorrectedField.field",
    "CounterBook.*",
    "EntryHandedOn.number",
    "Fonds.*",
    "Holding.*",
    "IndexedPart.unread",
    "InnerUrge.target",
    "InnerUrge.to_whom",
    "PackageCheck.manifest",
    "PrintedCopy.unit_name",
    "ReplyDemand.digest",
    "RoundRelief.decision",
    "SavedSearch.filters",
    "Tombstone.*",
    "Transfer.receipt",
    "TransferLine.*",
}
