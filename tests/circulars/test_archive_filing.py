"""归档: what each unit holds, under which code it files it, for how long, and what it may leave out (Article 27)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.people import Post
from circulars.archive.births import bear
from circulars.archive.codes import CounterBook
from circulars.archive.filing import TermChange, change_term, file, leave
from circulars.archive.filingreminders import reminders_of, sweep_filing
from circulars.archive.fonds import Fonds, set_fonds
from circulars.archive.holdings import Holding, Part
from circulars.archive.retention import file_by, kept_until, years_later
from circulars.archive.scope import USUAL, Rule, ScopeLine, add_line, end_line, proposed, rules_of
from circulars.deeds import Deed
from circulars.layouts import DocumentType
from circulars.registration import Circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.archives import anew, filed, handled, holding, received, said, staffed
from tests.cast import MONDAY
from tests.offices import beijing

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 28)


@pytest.fixture
def city(city):
    return staffed(city)


def test_a_term_runs_from_the_year_after_the_papers_and_for_good_has_no_end():
    assert kept_until("D10", 2026) == date(2036, 12, 31)
    assert kept_until("D30", 2026) == date(2056, 12, 31)
    assert kept_until("Y", 2026) is None
    assert (file_by(2026, 6), file_by(2026, 12)) == (date(2027, 6, 30), date(2027, 12, 31))
    assert years_later(date(2028, 2, 29), 2) == date(2030, 2, 28)
    assert reminders_of(date(2027, 6, 30)) == (date(2027, 4, 1), date(2027, 6, 1))


def test_who_issued_it_and_who_signed_for_it_hold_it_once_however_often_it_is_looked(city, circular):
    city.sign(city.opened(circular))
    assert bear(MONDAY) == 2
    assert bear(MONDAY) == 0
    rows = {row.unit: row for row in Holding.objects.filter(circular=circular)}
    assert rows.keys() == {city.office, city.attentive}  # the late unit has not signed, the other has it on paper
    assert (rows[city.office].part, rows[city.attentive].part) == (Part.ORIGINAL, Part.RECEIVED)
    assert {row.file_by for row in rows.values()} == {date(2027, 6, 30)}


def test_of_a_joint_circular_the_lead_body_holds_the_original_and_the_others_copies(city):
    from circulars.pages import CoIssuer

    circular = city.sent(
        co_issuers=[CoIssuer(unit=city.department)],
        signatures=f"{city.office.name}\n{city.department.name}",
        issuer_mark=f"{city.office.name}\n{city.department.name}文件",
    )
    bear(MONDAY)
    parts = dict(Holding.objects.filter(circular=circular).values_list("unit__code", "part"))
    assert parts == {city.office.code: Part.ORIGINAL, city.department.code: Part.COPY}


def test_codes_follow_one_another_within_year_term_and_office_and_a_refused_filing_takes_none(city, beforehand):
    kept = [holding(city.sent(title=f"关于第{n}件事项的通知"), city.office) for n in "一二三"]
    assert file(kept[0], "D30", "BGS", by=city.office_archivist, at=MONDAY) == "0012-WS·2026-D30·BGS-0001"
    with pytest.raises(OutOfOrder) as twice:
        file(kept[0], "D30", "BGS", by=city.office_archivist, at=MONDAY)
    assert said(twice) == "本件已是“已归档”，没有再归档。"
    assert file(kept[1], "D30", "BGS", by=city.office_archivist, at=MONDAY) == "0012-WS·2026-D30·BGS-0002"
    assert file(kept[2], "Y", "BGS", by=city.office_archivist, at=MONDAY) == "0012-WS·2026-Y·BGS-0001"
    assert set(CounterBook.objects.values_list("kind", "last")) == {("D30", 2), ("Y", 1)}
    first = anew(kept[0])
    assert (first.kept_until, first.state) == (date(2056, 12, 31), Holding.State.FILED)
    entry = Entry.objects.of(first).get(deed=Deed.HOLDING_FILED)
    assert (entry.facts["code"], entry.unit, entry.circular) == (first.code, city.office.pk, first.circular.uuid)


def test_what_is_not_handled_is_not_filed_and_what_is_handled_is_filed_in_the_register_too(city, circular):
    city.sign(city.opened(circular))
    kept = holding(circular, city.attentive)
    for act in (
        lambda: file(kept, "D10", "BGS", by=city.filer, at=MONDAY),
        lambda: leave(kept, by=city.filer, at=MONDAY),
    ):
        with pytest.raises(OutOfOrder) as early:
            act()
        assert said(early) == "本件还没有办结。先在收文登记簿里登记、办结，再归档。"
    assert not CounterBook.objects.exists()


def test_a_handled_paper_is_filed_and_its_entry_of_the_register_says_so(city, circular):
    entry = handled(city, circular)
    filed(city, holding(circular, city.attentive))
    entry.refresh_from_db()
    assert entry.state == "filed"
    assert Entry.objects.of(entry).filter(deed=Deed.INCOMING_FILED).count() == 1
    assert not Entry.objects.filter(circular=circular.uuid, deed=Deed.HOLDING_FILED)  # its issuer does not see it


def test_what_others_sent_may_be_left_out_and_filed_later_and_what_is_ones_own_may_not(city, circular):
    kept = received(city, circular)
    leave(kept, by=city.filer, at=MONDAY)
    assert (anew(kept).state, anew(kept).kept_until) == (Holding.State.LEFT, date(2028, 9, 28))
    assert filed(city, anew(kept)).code == "0105-WS·2026-D10·BGS-0001"
    own = holding(circular, city.office)
    with pytest.raises(OutOfOrder) as refused:
        leave(own, by=city.office_archivist, at=MONDAY)
    assert said(refused) == "本单位制发的公文应当归档，请选择保管期限。"


def test_a_term_becomes_shorter_with_a_reason_only_and_the_code_stays(city, circular):
    kept = filed(city, holding(circular, city.office), "D30")
    with pytest.raises(ValidationError) as bare:
        change_term(kept, "D10", "  ", by=city.office_archivist, at=MONDAY)
    assert said(bare) == "缩短保管期限，请写明理由。"
    assert not TermChange.objects.exists()
    change_term(kept, "D10", "鉴定小组认为期限过长", by=city.office_archivist, at=MONDAY)
    now = anew(kept)
    assert (now.term, now.code, now.kept_until) == ("D10", kept.code, date(2036, 12, 31))
    change_term(now, "Y", "", by=city.office_archivist, at=MONDAY)
    assert anew(kept).kept_until is None
    with pytest.raises(DatabaseError), transaction.atomic():
        TermChange.objects.update(before="Y")


def test_who_does_not_file_there_files_nothing_and_without_a_number_of_the_archive_nobody_does(city, circular):
    kept = holding(circular, city.office)
    for stranger in (city.filer, city.stranger, city.sender):
        for act in (file, change_term):
            with pytest.raises(PermissionDenied):
                act(kept, "D30", "BGS", by=stranger, at=MONDAY)
        with pytest.raises(PermissionDenied):
            set_fonds(city.office, "0099", "BGS", None, by=stranger, at=MONDAY)
    Fonds.objects.filter(pk=city.office.pk).delete()
    with pytest.raises(OutOfOrder) as nameless:
        file(kept, "D30", "BGS", by=city.office_archivist, at=MONDAY)
    assert "全宗号" in said(nameless)
    for term, office in (("D5", "BGS"), ("D30", "办公室"), ("D30", "")):
        with pytest.raises(ValidationError):
            file(kept, term, office, by=city.office_archivist, at=MONDAY)


def test_two_units_have_not_one_number_and_a_unit_is_not_its_own_archive_office(city):
    with pytest.raises(ValidationError) as taken:
        set_fonds(city.office, "0105", "BGS", None, by=city.office_archivist, at=MONDAY)
    assert said(taken) == "全宗号 0105 已由“市公安局”使用，请核对。"
    with pytest.raises(ValidationError):
        set_fonds(city.office, "0012", "BGS", city.office, by=city.office_archivist, at=MONDAY)
    before = Entry.objects.filter(deed=Deed.FONDS_SET).count()
    set_fonds(city.office, "0012", "BGS", city.archive_office, by=city.office_archivist, at=MONDAY)
    assert Entry.objects.filter(deed=Deed.FONDS_SET).count() == before


CASES = [
    ("own", DocumentType.DECISION, "关于表彰先进的决定", "Y"),
    ("own", DocumentType.REPLY, "关于设立机构的批复", "Y"),
    ("own", DocumentType.NOTICE, "关于做好国庆假期值班工作的通知", "D10"),
    ("own", DocumentType.NOTICE, "关于开展检查的通知", "D30"),
    ("received", DocumentType.NOTICE, "关于开展检查的通知", "D10"),
    ("received", DocumentType.NOTICE, "关于中秋节放假的通知", "none"),
    ("received", DocumentType.BULLETIN, "关于近期情况的通报", "none"),
    ("received", DocumentType.REPLY, "关于同意设立的批复", "Y"),
]


@pytest.mark.parametrize(("origin", "kind", "title", "outcome"), CASES, ids=lambda case: str(case))
def test_the_usual_list_proposes(origin, kind, title, outcome):
    assert proposed(USUAL, Circular(document_type=kind, title=title, direction="downward"), origin) == outcome


def test_a_units_own_list_begins_with_the_usual_one_and_its_lines_hold_from_a_day_to_a_day(city):
    rule = Rule("received", "D30", (DocumentType.NOTICE,), "", ("防汛",))
    line = add_line(city.attentive, rule, 1, by=city.filer, at=MONDAY, on=TODAY)
    assert ScopeLine.objects.filter(unit=city.attentive).count() == len(USUAL) + 1
    paper = Circular(document_type=DocumentType.NOTICE, title="关于防汛值班的通知", direction="downward")
    assert proposed(rules_of(city.attentive.pk, TODAY), paper, "received") == "D30"
    assert (
        proposed(rules_of(city.attentive.pk, date(2026, 9, 27)), paper, "received") == "none"
    )  # the usual list's word
    with pytest.raises(ValidationError):
        add_line(city.attentive, rule, 5, by=city.filer, at=MONDAY, on=TODAY)
    end_line(line, by=city.filer, at=MONDAY, on=TODAY)
    assert proposed(rules_of(city.attentive.pk, TODAY), paper, "received") == "none"
    with pytest.raises(OutOfOrder):
        end_line(line, by=city.filer, at=MONDAY, on=TODAY)
    with pytest.raises(PermissionDenied):
        add_line(city.attentive, rule, 1, by=city.office_archivist, at=MONDAY, on=TODAY)


def test_archivists_are_reminded_in_april_and_leaders_told_in_june_once_each(city, circular):
    received(city, circular)
    for at in ("2027-03-31 10:00", "2027-04-01 08:00"):
        sweep_filing(beijing(at))
    assert not Message.objects.filter(key__startswith="filing:")
    for at in ("2027-04-01 09:00", "2027-04-01 09:01", "2027-05-06 09:00"):
        sweep_filing(beijing(at))
    first = Message.objects.filter(key__startswith="filing:2027-06-30:first")
    assert {message.person for message in first} == {city.filer, city.office_archivist}
    assert first.first().text == "本单位还有 1 件公文没有归档，请在2027年6月30日前归档。"
    for at in ("2027-06-01 09:00", "2027-06-02 09:00", "2027-07-05 09:00"):
        sweep_filing(beijing(at))
    last = Message.objects.filter(key__startswith="filing:2027-06-30:last")
    assert {message.person for message in last} >= {city.leader, city.filer}
    assert city.second_clerk not in {message.person for message in last}


def test_a_unit_that_a_killed_run_did_not_come_to_is_reminded_by_the_next(city, circular):
    received(city, circular)
    first = Message.objects.filter(key__startswith="filing:2027-06-30:first")
    sweep_filing(beijing("2027-04-01 09:00"))
    first.filter(person=city.filer).delete()
    sweep_filing(beijing("2027-04-01 09:01"))
    assert sorted(first.values_list("person", flat=True)) == sorted([city.filer.pk, city.office_archivist.pk])


def test_where_nobody_files_the_leaders_know_from_the_first_of_april(city, circular):
    received(city, circular)
    for post in Post.objects.filter(person=city.filer):
        post.leave(by=None, at=MONDAY)
    sweep_filing(beijing("2027-04-01 09:00"))
    told = Message.objects.filter(key__startswith="filing:2027-06-30:first")
    assert {message.person for message in told} == {city.leader, city.second_leader, city.office_archivist}
    assert "请报备一名档案员" in told.filter(person=city.leader).get().text
