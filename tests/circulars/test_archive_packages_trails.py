"""归档包 of a unit that got the circular: what it did with it inside, in its own package and in no other's (Article 27; archive order no. 8, art. 10)."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.dissolving import dissolve
from accounts.people import User, take_post
from accounts.roles import Role
from circulars.answers.filling import answer_form
from circulars.answers.values import GivenFile
from circulars.archive.filing import file
from circulars.archive.fonds import set_fonds
from circulars.archive.packagechecks import check
from circulars.archive.packaging import make
from circulars.archive.trails import trail_of
from circulars.circulation.acts import circulate, mark_read
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.deeds import Deed
from circulars.handling.closing import finish
from circulars.handling.hands import Hand
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.urging import InnerUrge, Pressed, urge
from circulars.handling.working import pass_on, report
from circulars.incoming import Incoming, Kind, Outside, enter, enter_outside
from circulars.incoming.correcting import correct_entry
from circulars.papercopies import PaperCopy
from circulars.printing import print_originals
from circulars.registration import Circular
from circulars.verifier.bundle import Bundle, canonical_json, member_of, write
from circulars.verifier.checking import findings
from circulars.verifier.findings import Fault, Remark
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.ledger import ENTRIES, TIMELINE
from circulars.verifier.listing import list_of
from circulars.verifier.package import PROCESS, process_of
from circulars.verifier.plainxml import Element, read
from circulars.verifier.trail import ANSWERS, EMPTIED, SUPERSEDED
from cms.attachments import keep
from cms.ledger import instant
from cms.revocations import the_authority, trust
from cms.signing.detached import sign_detached
from tests.answers import asked, filled_in
from tests.archives import anew, filed, holding, staffed
from tests.cast import MONDAY
from tests.circulars.inhandchecks import LATER, OPENED, SAID, assisting, lead
from tests.inhand import AT_ELEVEN, AT_TEN, FRIDAY, registered, staff, work

pytestmark = pytest.mark.django_db

ANEW, PURPOSE, READ, WORKED, ELSEWHERE, PRESSED, DONE = (
    "改由法制科牵头。", "请班子成员阅知。", "已阅，注意“时限”<急>。", "没有法律问题。", "不在治安科职责内。", "请抓紧。", "已部署落实。",
)  # fmt: skip
FORM = "姓名,电话\n孙早,0911-2110000\n".encode()
WORDS = (OPENED, SAID, ANEW, PURPOSE, READ, WORKED, ELSEWHERE, PRESSED, DONE)


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture(scope="module")
def standing_form(standing_city, django_db_blocker):
    return asked(standing_city, django_db_blocker)


@pytest.fixture
def city(standing_form, city):
    return staff(staffed(city))


@pytest.fixture
def circular(city, standing_form):
    """A circular with a form for answers, for which the attentive unit has signed."""
    return Circular.objects.get(pk=standing_form)


@pytest.fixture
def paper(city, circular):
    """It was proposed, instructed twice, passed on, reported on, urged, read, printed, answered and closed there."""
    paper = registered(city, circular)
    propose(paper, OPENED, work(city.order), by=city.clerk, at=AT_TEN)
    instruct(paper, SAID, work(city.order, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    first = Opinion.objects.get(kind="instruction")
    plan = work(city.law, city.order, due_at=FRIDAY)
    instruct(paper, ANEW, plan, seen=first.pk, by=city.unit_principal, at=LATER)
    pressed = Pressed(f"work:{assisting(paper).pk}", frozenset({city.head.pk}), "治安科")
    urge(paper, pressed, PRESSED, by=city.clerk, at=LATER)
    pass_on(assisting(paper), Hand(city.order, city.handler), ELSEWHERE, by=city.head, at=LATER)
    report(assisting(paper), WORKED, by=city.handler, at=LATER)
    circulate(paper, [city.reader, city.leader], in_order=True, purpose=PURPOSE, by=city.clerk, at=LATER)
    for reader in (city.reader, city.leader):
        remark = READ if reader == city.reader else ""
        mark_read(Reader.objects.get(person=reader), remark, by=reader, at=LATER)
    print_originals([city.delivery(circular)], copies=1, purpose="handling", key=uuid4(), by=city.clerk, at=LATER)
    field = circular.demand.fields.get(kind="file")
    form = {field.pk: GivenFile(keep("报名表.csv", SimpleUploadedFile("报名表.csv", FORM)), "报名表.csv")}
    answer_form(city.delivery(circular), filled_in(circular) | form, hand_in=True, by=city.clerk, at=LATER)
    finish(lead(paper).handling.incoming, DONE, by=city.law_head, at=LATER)
    return Incoming.objects.get(pk=paper.pk)


def package(kept) -> bytes:
    target = io.BytesIO()
    make(kept, target, at=FRIDAY)
    return target.getvalue()


def opened(content: bytes) -> dict[str, bytes]:
    """What lies in a package, by the names without its folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def trail(content: bytes) -> list[Element]:
    return [one for one in read(opened(content)[PROCESS], PROCESS)[1] if one.tag != "event"]


def found(content: bytes, tmp_path, kind: type = Fault) -> list[str]:
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    with Bundle(path) as bundle:
        return [str(one) for one in findings(bundle, trust().roots[0]) if isinstance(one, kind)]


def signed_anew(content: bytes, **changed: bytes) -> bytes:
    """The package as an installation would sign it whose ``process.xml``, or ledger's ``entries``, say this."""
    parts = opened(content) | {{"process": PROCESS, "entries": ENTRIES}[name]: text for name, text in changed.items()}
    files = {name: text for name, text in parts.items() if name not in (PACKAGE.index, PACKAGE.signature)}
    folder = zipfile.ZipFile(io.BytesIO(content)).namelist()[0].partition("/")[0]
    listed = list_of(folder, (member_of(name, text) for name, text in files.items()))
    authority, target = the_authority(), io.BytesIO()
    signature = sign_detached(listed, authority.checkpoints, FRIDAY, stamping=authority.stamping)
    write(target, files | {PACKAGE.index: listed, PACKAGE.signature: signature}, folder=f"{folder}/")
    return target.getvalue()


def test_the_unit_s_package_tells_who_did_what_with_the_paper_when_and_in_which_words(city, circular, paper, tmp_path):
    content = package(filed(city, holding(circular, city.attentive)))
    assert not found(content, tmp_path)
    lines = trail(content)
    (register,) = (one.attributes for one in lines if one.tag == "register")
    assert register["number"] == paper.number
    assert (register["registered_at"], register["by"]) == (instant(AT_TEN), city.clerk.name)
    assert register["review"] == "合格"
    assert register["post"].startswith(city.attentive.name)
    steps = {one.text: one.attributes for one in lines if one.tag == "step"}
    assert steps.keys() >= set(WORDS)
    assert (steps[SAID]["by"], steps[SAID]["what"], steps[SAID]["mark"]) == (city.leader.name, "批示", SUPERSEDED)
    assert (steps[ANEW]["by"], steps[ANEW]["mark"], steps[ANEW]["at"]) == ("高正", "", instant(LATER))
    assert "法制科" in steps[DONE]["post"]
    assert all(steps[text]["index"] for text in WORDS)
    given = [one.attributes for one in lines if one.attributes.get("what", "").startswith("交法制科主办")]
    assert [one["limit"] for one in given] == [instant(FRIDAY)]
    assert [one.attributes["originals"] for one in lines if one.tag == "printed"] == ["1"]
    (reply,) = (one.attributes for one in lines if one.tag == "reply")
    assert (reply["version"], reply["by"], bool(reply["index"])) == ("1", city.clerk.name, True)
    assert ("是否参加", "参加") in [(one.attributes["label"], one.text) for one in lines if one.tag == "answer"]
    (form,) = (one for one in lines if one.tag == "answer" and one.attributes["sha256"])
    assert (form.text, opened(content)[f"{ANSWERS}/01-attachment.csv"]) == ("报名表.csv", FORM)
    deeds = {line["deed"] for line in json.loads(opened(content)[TIMELINE])["entries"]}
    assert deeds >= {"handling.proposed", "handling.finished", "work.passed_on", "work.done", "circulation.read"}
    again = opened(package(filed_again := holding(circular, city.attentive)))
    assert filed_again.code
    assert [name for name, text in opened(content).items() if again[name] != text] == [PACKAGE.signature]


def test_the_issuer_s_package_holds_none_of_it(city, circular, paper, tmp_path):
    content = package(filed(city, holding(circular, city.office)))
    assert not found(content, tmp_path)
    assert not trail(content)
    said = b"".join(text for name, text in opened(content).items() if name.endswith((".json", ".xml"))).decode()
    assert not [text for text in (*WORDS, paper.number, "handling.", "work.assigned") if text in said]
    checked = check(holding(circular, city.office), by=city.office_archivist, at=FRIDAY)
    assert not [one for one in checked.items if "收文办理过程" in one.item]


def test_a_line_that_was_changed_taken_out_or_put_in_is_named_though_the_list_was_signed(
    city, circular, paper, tmp_path
):
    content = package(filed(city, holding(circular, city.attentive)))
    parts = opened(content)
    process, lines = parts[PROCESS].decode(), trail(content)
    timeline = json.loads(parts[TIMELINE])
    said = next(one for one in lines if one.text == SAID)
    by_hand = next(one for one in lines if one.tag == "printed")
    lies = {
        "与台账不一致": process.replace(SAID, "不同意。"),
        "缺少台账登记的一步": process_of(timeline, [one for one in lines if one is not said]).decode(),
        "写了两次": process_of(timeline, [*lines, said]).decode(),
        "不是本公文的办理记录": process.replace(f'index="{said.attributes["index"]}" mark', 'index="99999" mark'),
        "字段与约定不一致": process_of(timeline, [*lines, Element("more", "", by_hand.attributes)]).decode(),
        "缺少登记的收文": process_of(timeline, [one for one in lines if one.tag != "register"]).decode(),
        "不是上报的回执表里的文件": process_of(timeline, [one for one in lines if one.tag != "answer"]).decode(),
        "不是约定的 XML": process.replace("</step>", "</step", 1),
    }
    for sentence, lie in lies.items():
        assert lie != process, sentence
        told = found(signed_anew(content, process=lie.encode()), tmp_path)
        assert told, sentence
        assert all(PROCESS in one or ANSWERS in one for one in told)
        assert any(sentence in one for one in told), (sentence, told)
    unsigned = content.replace(SAID.encode(), "不同意，请治安科阅。".encode())
    assert len(unsigned) == len(content)
    assert any(one.startswith(PROCESS) for one in found(unsigned, tmp_path))


def test_a_package_from_before_stays_valid_and_a_handled_paper_without_its_trail_does_not_pass(
    city, circular, tmp_path
):
    paper = registered(city, circular)
    paper.step(Incoming.State.HANDLED, Deed.INCOMING_HANDLED, by=city.clerk, at=AT_ELEVEN)
    kept = filed(city, holding(circular, city.attentive))
    content = package(kept)
    assert check(kept, by=city.filer, at=MONDAY).passed
    old = signed_anew(content, process=process_of(json.loads(opened(content)[TIMELINE])))
    assert not found(old, tmp_path)
    assert [one for one in found(old, tmp_path, Remark) if "没有收文单位的办理过程" in one]
    assert not [one for one in found(content, tmp_path, Remark) if "办理过程" in one]
    Incoming.objects.filter(circular=circular.pk).update(state=Incoming.State.HANDED_ON, handled_at=None)
    (missing,) = (one for one in check(kept, by=city.filer, at=FRIDAY).items if one.fault)
    assert (missing.label, missing.fault) == ("完整性", f"{PROCESS}：缺少本单位的收文办理过程")


def test_an_entry_that_holds_anything_anywhere_is_a_fault_and_no_riddle(city, circular, paper, tmp_path):
    content = package(filed(city, holding(circular, city.attentive)))
    told = json.loads(opened(content)[ENTRIES])
    for row in told["entries"]:
        said = json.loads(row["text"])
        forged = {name: [value] for name, value in json.loads(said["payload"]).items()}
        if said["deed"].startswith(("incoming.", "handling.", "answer.")):
            row["text"] = canonical_json(said | {"payload": canonical_json(forged).decode(), "unit": {}}).decode()
    faults = found(signed_anew(content, entries=canonical_json(told)), tmp_path)
    assert len([one for one in faults if "收文办理过程与台账不一致" in one]) > 3


def test_words_that_the_rows_say_otherwise_than_the_ledger_do_not_pass(city, circular, paper):
    kept = filed(city, holding(circular, city.attentive))
    assert check(kept, by=city.filer, at=FRIDAY).passed
    Handling.objects.update(result="没有办。")
    assert "完整性：process.xml：收文办理过程与台账不一致" in check(kept, by=city.filer, at=FRIDAY).first_fault


def test_opinions_that_a_purge_emptied_are_told_as_emptied(city, circular, paper, tmp_path):
    kept = filed(city, holding(circular, city.attentive))
    listed = json.loads(opened(package(kept))[ENTRIES])["entries"]
    for rows, column in (
        (Opinion, "text"), (Assignment, "note"), (InnerUrge, "text"), (Circulation, "purpose"), (ReaderEnd, "text"),
        (Handling, "result"),
    ):  # fmt: skip
        rows.objects.update(**{column: ""})
    lines = [one for one in trail_of(kept.delivery, listed) if one.tag == "step"]
    emptied = [one for one in lines if EMPTIED in one.attributes["mark"]]
    assert len(emptied) == len(WORDS)
    assert {one.text for one in emptied} == {"（内容已作涉密处置清空）"}
    assert [one.attributes["mark"] for one in emptied].count(f"{SUPERSEDED}、{EMPTIED}") == 1
    assert not [one for one in lines if one.text in WORDS]
    assert [one.attributes["what"] for one in emptied].count("拟办") == 1
    assert not found(package(kept), tmp_path)


def test_a_copy_on_paper_whose_entry_was_put_right_says_so_to_the_unit_and_not_to_the_sender(city, tmp_path):
    circular = city.sent()
    delivery = city.delivery(circular)
    PaperCopy.objects.create(delivery=delivery, owed_from=MONDAY).deliver(MONDAY, "钱门卫", by=city.sender, at=MONDAY)
    entry = enter(delivery, by=city.clerk, at=AT_TEN)
    typed = {"kind": entry.kind, "copies": 2, "pages": None, "note": ""}
    correct_entry(entry, typed, "误作一份。", seen=None, by=city.clerk, at=AT_ELEVEN)
    city.sign(city.opened(circular), at=AT_ELEVEN)
    entry.step(Incoming.State.HANDLED, Deed.INCOMING_HANDLED, by=city.clerk, at=AT_ELEVEN)
    content = package(filed(city, holding(circular, city.attentive)))
    assert not found(content, tmp_path)
    (told,) = (one for one in trail(content) if one.text == "误作一份。")
    assert (told.attributes["what"], bool(told.attributes["index"])) == ("更正登记（份数：1 → 2）", True)
    theirs = opened(package(filed(city, holding(circular, city.office))))
    assert entry.number not in theirs[ENTRIES].decode()


def test_what_went_on_in_a_successor_s_book_is_told_to_its_end(city, circular, tmp_path):
    enter_outside(city.county.pk, Outside("某局", "函"), received_at=MONDAY, by=city.county_clerk, at=AT_TEN)
    paper = registered(city, circular, kind=Kind.INFORMATION)
    dissolve(city.attentive, city.county, on_day=LATER.date(), ground="延编发〔2026〕8号", by=city.engineer, at=LATER)
    finish(Incoming.objects.get(pk=paper.pk), DONE, by=User.objects.get(pk=city.county_clerk.pk), at=LATER)
    keeper = User.objects.create(username="county-keeper", name="辛存")
    take_post(keeper, city.county, Role.ARCHIVIST, by=None, at=LATER)
    set_fonds(city.county, "0300", "BGS", city.archive_office, by=keeper, at=LATER)
    kept = holding(circular, city.county, at=LATER)
    file(kept, "D10", "BGS", by=keeper, at=LATER)
    content = package(anew(kept))
    assert not found(content, tmp_path)
    steps = {one.attributes["what"]: one for one in trail(content) if one.tag == "step"}
    assert "由市公安局转来" in steps["承接"].text
    assert (steps["办结"].text, steps["办结"].attributes["post"]) == (DONE, f"{city.county.name} 收发员")
    assert steps["办结"].attributes["index"]
    assert steps["登记"].attributes["post"] == f"{city.attentive.name} 收发员"
