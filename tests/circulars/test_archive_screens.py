"""The archive on the desk: what an archivist, a leader and the archive office see and press, and what is shown of a destroyed paper (Article 27)."""

import io
import re
import zipfile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.seals import KeyKind
from circulars.archive.appraisal import appraise
from circulars.archive.destruction import approve, witness
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import PackageCheck, check
from circulars.archive.tombstones import Tombstone
from circulars.archive.transferrecords import Transfer
from circulars.archive.transfers import call_off, draw_up
from circulars.deeds import Deed
from circulars.registration import Circular
from cms.accesslog import Access
from cms.ledger import Entry
from tests.accounts.keys import PIN, in_force
from tests.archives import (
    LONG_AFTER,
    anew,
    approved,
    destroyed,
    filed,
    handled,
    holding,
    listed,
    received,
    staffed,
)
from tests.cast import MONDAY, attached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture(scope="module")
def standing(beforehand):
    return beforehand("sent", attachments=attached())


@pytest.fixture
def city(city):
    return staffed(city)


@pytest.fixture
def paper(standing, city):
    return Circular.objects.get(pk=standing)


def url(name, *keys):
    return reverse(f"circulars:{name}", args=keys)


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_proposes_a_term_and_one_press_files_what_is_ticked(city, paper):
    kept = holding(paper, city.office)
    desk = city.desk(city.office_archivist)
    page = text(desk.get(url("to_file")))
    assert 'value="D10" selected>10年' in page  # a notice about being on duty
    assert "建议：10年" in page
    assert "不归档" not in page.partition("<select")[2].partition("</select>")[0]  # what is one's own is filed
    done = text(desk.post(url("file_papers"), {"paper": [kept.pk], f"term-{kept.pk}": "D30"}, follow=True))
    assert "已办理 1 件。" in done
    assert anew(kept).code == "0012-WS·2026-D30·BGS-0001"
    assert "没有待归档的公文" in done


def test_what_is_not_handled_stands_in_the_list_without_a_tick_and_is_refused_in_a_sentence(city, paper):
    city.sign(city.opened(paper))
    kept = holding(paper, city.attentive)
    desk = city.desk(city.filer)
    assert "还没有办结" in text(desk.get(url("to_file")))
    refused = text(desk.post(url("file_papers"), {"paper": [kept.pk], f"term-{kept.pk}": "D10"}, follow=True))
    assert "本件还没有办结" in refused
    assert anew(kept).state == Holding.State.HELD


def test_filed_papers_are_found_and_taken_away_as_a_catalogue(city, paper):
    kept = filed(city, holding(paper, city.office), "D30")
    desk = city.desk(city.office_archivist)
    for asked in ("", "?q=值班", f"?q={kept.code}", "?year=2026&term=D30", "?year=二〇二六"):
        assert kept.code in text(desk.get(url("filed") + asked)), asked
    for asked in ("?q=防汛", "?year=2025", "?term=Y"):
        assert kept.code not in text(desk.get(url("filed") + asked)), asked
    book = load_workbook(io.BytesIO(desk.get(reverse("reports:filed_workbook") + "?term=D30").content)).active
    cells = [cell.value for cell in book[6]]
    assert cells[1:3] == [kept.code, paper.number]
    assert cells[6] == "30年"


def test_a_term_is_changed_with_its_reason_and_a_package_is_checked_and_taken(city, paper):
    kept = filed(city, holding(paper, city.office), "D30")
    desk, path = city.desk(city.office_archivist), url("holding", kept.pk)
    assert "缩短保管期限，请写明理由。" in text(desk.post(path, {"term": "D10", "reason": ""}))
    assert "已变更" in text(desk.post(path, {"term": "D10", "reason": "内容是日常事务"}, follow=True))
    assert "没有变更" not in text(desk.get(path))
    assert "内容是日常事务" in text(desk.get(path))
    for _ in range(2):  # the same found on the same day is written down once
        assert "的四性检测通过。" in text(desk.post(url("check_package", kept.pk), follow=True))
    assert PackageCheck.objects.count() == 1
    assert "真实性" in text(desk.get(path))
    answer = desk.post(url("take_package", kept.pk))
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert "0012-WS.2026-D30.BGS-0001/metadata.xml" in names  # the code stays
    assert Entry.objects.filter(deed=Deed.PACKAGE_MADE, person=city.office_archivist).count() == 1
    assert Access.objects.filter(circular=paper.uuid, look="exported").count() == 1


def test_the_archive_office_finds_what_comes_to_it_and_signs_with_its_own_certificate(city, paper):
    kept = filed(city, holding(paper, city.office))
    desk = city.desk(city.office_archivist)
    assert "没有检测" in text(desk.get(url("new_transfer")))
    assert "还没有通过四性检测" in text(desk.post(url("new_transfer"), {"paper": [kept.pk]}))
    assert "四性检测通过：1 件。" in text(desk.post(url("new_transfer"), {"paper": [kept.pk], "act": "check"}))
    made = text(desk.post(url("new_transfer"), {"paper": [kept.pk]}, follow=True))
    assert "已编制移交清单〔2026〕1号" in made
    transfer = Transfer.objects.get()
    taking = city.desk(city.archive_keeper)
    assert "移交清单〔2026〕1号" in text(taking.get(url("transfers")))
    page = text(taking.get(url("transfer", transfer.pk)))
    assert "先解锁" in page
    line = transfer.lines.get()
    package = taking.get(url("transfer_package", transfer.pk, line.pk))
    assert zipfile.is_zipfile(io.BytesIO(b"".join(package.streaming_content)))
    assert "请先在“我的密钥”里解锁" in text(taking.post(url("receive_transfer", transfer.pk), follow=True))
    key = in_force(city, KeyKind.CLERK, unit=city.archive_office, keeper=city.archive_keeper)
    taking.post(reverse("accounts:unlock_key", args=[key.pk]), {"pin": PIN})
    assert "已接收移交清单" in text(taking.post(url("receive_transfer", transfer.pk), follow=True))
    assert "签名有效" in text(desk.get(url("transfer", transfer.pk)))
    assert anew(kept).state == Holding.State.TRANSFERRED
    assert desk.post(url("receive_transfer", transfer.pk)).status_code == 404
    assert city.desk(city.filer).get(url("transfer", transfer.pk)).status_code == 404
    assert taking.get(url("holding", kept.pk)).status_code == 404  # it got the packages, not the unit's archive


def test_a_package_of_a_list_called_off_is_handed_out_no_more_once_its_paper_was_destroyed(city, paper, week):
    kept = filed(city, received(city, paper))
    check(kept, by=city.filer, at=MONDAY)
    line = draw_up(city.attentive, [kept], by=city.filer, at=MONDAY).lines.get()
    call_off(line.transfer, by=city.filer, at=MONDAY)
    package = url("transfer_package", line.transfer_id, line.pk)
    assert city.desk(city.filer).get(package).status_code == 200
    week.move_to(LONG_AFTER)
    destroyed(city, anew(kept))
    desk = city.desk(city.filer)
    assert desk.get(package).status_code == 404
    page = text(desk.get(url("transfer", line.transfer_id)))
    assert kept.code in page
    assert package not in page


def test_from_the_appraisal_over_two_leaders_and_two_witnesses_to_the_tombstone(city, paper, week):
    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    desk = city.desk(city.filer)
    assert kept.code in text(desk.get(url("to_appraise")))
    posted = {"result": "destroy", "opinion": "没有继续保存的价值", "years": ""}
    assert "已鉴定" in text(desk.post(url("appraise", kept.pk), posted, follow=True))
    page = text(desk.post(url("new_destruction"), {"paper": [kept.pk], "reason": "保管期满"}, follow=True))
    assert "已编制销毁清册〔2037〕1号" in page
    sheet = anew(kept).destruction_lines.get().sheet
    for leader in (city.leader, city.second_leader):
        mine = city.desk(leader)
        assert "批准销毁" in text(mine.get(url("destruction", sheet.pk)))
        assert "已批准" in text(mine.post(url("approve_destruction", sheet.pk), follow=True))
    assert "请另一人一同监销" in text(desk.post(url("witness_destruction", sheet.pk), follow=True))
    clerk = city.desk(city.clerk)
    assert "立即销毁" in text(clerk.get(url("destruction", sheet.pk)))
    assert "存根永久保留" in text(clerk.post(url("witness_destruction", sheet.pk), follow=True))
    stone = text(desk.get(url("tombstone", kept.pk)))
    assert "与台账一致" in stone
    assert paper.number in stone
    protocol = text(desk.get(url("destruction_protocol", sheet.pk)))
    assert all(name in protocol for name in ("档守文", "高建国", "高建业", "孙早"))


def test_the_ordinary_pages_say_that_a_paper_was_destroyed_there_and_only_there(city, paper, week):
    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    destroyed(city, kept)
    delivery = paper.deliveries.get(unit=city.attentive)
    clerk = city.desk(city.clerk)
    page = clerk.get(url("reading", delivery.pk))
    assert page.status_code == 410
    assert "销毁，本单位不再保存内容" in text(page)
    for name, keys in (("received_pages", ()), ("received_pdf", ()), ("attachment", (1,)), ("pass_on", ())):
        assert clerk.get(url(name, delivery.pk, *keys)).status_code in (302, 404), name
    assert url("tombstone", kept.pk) in text(city.desk(city.leader).get(url("reading", delivery.pk)))
    office = city.desk(city.sender)
    for name, keys in (("own_text", ()), ("own_pages", ()), ("own_pdf", ()), ("own_attachment", (1,))):
        assert office.get(url(name, paper.uuid, *keys)).status_code == 200, name  # the issuer keeps it
    assert text(clerk.get(url("inbox") + "?show=signed")).count(paper.number) >= 1


def test_an_issuers_pages_say_so_too_when_the_text_is_gone_for_everybody(city, paper, week):
    own = filed(city, holding(paper, city.office))
    handled(city, paper)
    week.move_to(LONG_AFTER)
    Holding.objects.filter(pk=own.pk).update(state=Holding.State.DESTROYED)
    Tombstone.objects.create(
        holding=own, unit=city.office, content="{}", digest="0" * 64, at=LONG_AFTER, by=city.sender
    )
    office = city.desk(city.sender)
    assert office.get(url("own_text", paper.uuid)).status_code == 410
    for name, keys in (
        ("own_pages", ()),
        ("own_pdf", ()),
        ("own_attachment", (1,)),
        ("recall", ()),
        ("supplement", ()),
    ):
        assert office.get(url(name, paper.uuid, *keys)).status_code == 404, name
    assert office.get(url("board", paper.uuid)).status_code == 200  # who got it when stays
    assert office.post(url("evidence", paper.uuid)).status_code == 410
    assert "与台账不一致" in text(city.desk(city.office_archivist).get(url("tombstone", own.pk)))


def test_strangers_find_nothing_and_a_get_changes_nothing(city, paper, week):
    kept = filed(city, received(city, paper))
    check(kept, by=city.filer, at=MONDAY)
    transfer = draw_up(city.attentive, [kept], by=city.filer, at=MONDAY)
    week.move_to(LONG_AFTER)
    other = filed(city, holding(paper, city.office, at=LONG_AFTER), at=LONG_AFTER)
    pages = [
        url("holding", kept.pk),
        url("transfer", transfer.pk),
        url("transfer_package", transfer.pk, transfer.lines.get().pk),
        url("appraise", kept.pk),
        url("scope", city.attentive.code),
        url("new_scope_line", city.attentive.code),
    ]
    for stranger in (city.stranger, city.office_archivist, city.nobody):
        desk = city.desk(stranger)
        assert {desk.get(path).status_code for path in pages} <= {403, 404}
    presses = ("check_package", "take_package")
    assert {city.desk(city.filer).get(url(name, kept.pk)).status_code for name in presses} == {405}
    assert other.code not in text(city.desk(city.filer).get(url("filed")))


@pytest.mark.parametrize("name", ["file_papers", "new_transfer", "new_destruction"])
def test_ticks_that_are_no_papers_choose_none_in_a_sentence(city, name):
    answer = city.desk(city.filer).post(
        url(name), {"paper": ["²", "9" * 40, "-1", "x"], "reason": "保管期满"}, follow=True
    )
    assert answer.status_code == 200
    assert "没有选中" in text(answer)


def test_a_list_of_destruction_is_seen_by_who_decides_there(city, paper, week):
    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    sheet = approved(city, kept)
    for person, status in ((city.clerk, 200), (city.leader, 200), (city.sender, 404), (city.stranger, 404)):
        assert city.desk(person).get(url("destruction", sheet.pk)).status_code == status, person
    assert city.desk(city.clerk).get(url("holding", kept.pk)).status_code == 404


def test_the_scope_list_is_shown_grown_and_ended(city):
    desk, path = city.desk(city.filer), url("scope", city.attentive.code)
    assert desk.get(url("scopes"))["Location"] == path
    assert "用的是通用表" in text(desk.get(path))
    posted = {"place": "1", "origin": "received", "words": "防汛 抗旱", "outcome": "D30", "types": ["notice"]}
    page = text(desk.post(url("new_scope_line", city.attentive.code), posted, follow=True))
    assert "标题有“防汛”“抗旱”" in page
    assert "已有同样的一项" in text(desk.post(url("new_scope_line", city.attentive.code), posted))
    assert "应为整数" in text(desk.post(url("new_scope_line", city.attentive.code), posted | {"place": "甲"}))
    assert "数字和大写字母" in text(desk.post(path, {"number": "０１", "office": "BGS"}))


def test_a_clerk_who_may_stand_by_has_a_line_with_the_lists_that_wait_and_it_goes_with_them(city, paper, week):
    line = re.compile(r'href="/archive/destruction/\?show=waiting"[^>]*>\s*待监销\s*<[^>]*>\s*(\d+)')

    def waiting(person):
        """The number on the rail, and how many the list has; the board at home counts the same."""
        desk = city.desk(person)
        home, listed = text(desk.get("/", follow=True)), text(desk.get(url("destructions"), {"show": "waiting"}))
        counts = {int(found) for found in line.findall(home)}
        assert len(counts) <= 1
        return counts.pop() if counts else 0, listed.count("row--urgent")

    kept = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    assert waiting(city.clerk) == (0, 0)
    sheet = approved(city, kept)
    assert waiting(city.clerk) == waiting(city.second_clerk) == (1, 1)
    assert waiting(city.late_clerk) == (0, 0)
    assert waiting(city.filer) == (0, 1)  # who files has the line 销毁
    city.desk(city.clerk).post(url("witness_destruction", sheet.pk))
    assert (waiting(city.clerk), waiting(city.second_clerk)) == ((0, 0), (1, 1))
    city.desk(city.second_clerk).post(url("witness_destruction", sheet.pk))
    assert waiting(city.second_clerk) == (0, 0)


def test_ticked_keys_that_are_no_numbers_are_passed_over(city, paper):
    desk = city.desk(city.filer)
    for key in ("²", "9" * 40, "x"):
        for name in ("new_destruction", "new_transfer", "file_papers"):
            assert desk.post(url(name), {"paper": [key]}).status_code in (200, 302)


def test_odd_keys_are_nothing_and_what_was_ticked_and_typed_stays(city, paper, week):
    row = filed(city, received(city, paper))
    desk = city.desk(city.filer)
    for name in ("new_transfer", "new_destruction"):
        odd = desk.post(url(name), {"paper": ["²", "9" * 30, "x"], "reason": "期满"})
        assert "没有选中" in text(odd)
    week.move_to(LONG_AFTER)
    desk = city.desk(city.filer)
    appraise(row, "destroy", "没有继续保存的价值。", by=city.filer, at=LONG_AFTER)
    page = text(desk.post(url("new_destruction"), {"paper": [row.pk], "reason": " "}))
    assert "请写明销毁理由" in page
    assert f'aria-label="选择 {row}" checked' in page
    marked = text(desk.post(url("new_destruction"), {"paper": [row.pk], "reason": "机密★"}))
    assert f'aria-label="选择 {row}" checked' in marked
    assert "机密★</textarea>" in marked


def test_a_row_that_cannot_be_filed_keeps_what_was_chosen_for_it(city, paper):
    kept = holding(paper, city.office)
    desk = city.desk(city.office_archivist)
    given = {"paper": [kept.pk], f"term-{kept.pk}": "Y", f"office-{kept.pk}": "办公室"}
    page = text(desk.post(url("file_papers"), given))
    assert 'value="Y" selected>永久' in page
    assert 'value="办公室"' in page
    assert f'aria-label="选择 {paper.number}" checked' in page
    assert anew(kept).state == Holding.State.HELD


def test_an_archivist_who_signs_for_nothing_has_no_alarm_on_the_list_that_comes_to_them(city, paper):
    kept = filed(city, holding(paper, city.office), "D30")
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    person = User.objects.create(username="keeper-alone", name="馆独守")
    take_post(person, city.archive_office, Role.ARCHIVIST, by=None, at=MONDAY)
    page = text(city.desk(person).get(url("transfer", transfer.pk)))
    assert "请由市档案馆兼任收发员的档案员接收" in page
    assert "去解锁" not in page  # there is no certificate that they could unlock
    assert 'id="alarm"' not in page
    page = text(city.desk(city.archive_keeper).get(url("transfer", transfer.pk)))
    assert "去解锁" in page
    assert 'id="alarm"' in page


def test_a_list_says_whom_it_waits_for(city, paper, week):
    row = filed(city, received(city, paper))
    week.move_to(LONG_AFTER)
    sheet = listed(city, row)
    desk = city.desk(city.filer)
    said = ["等两位领导先后批准", "等另一位领导批准", "等两人监销", "等另一人一同监销", "已销毁，存根永久保留"]
    acts = [(approve, city.leader), (approve, city.second_leader), (witness, city.clerk), (witness, city.filer)]
    for sentence, act in zip(said, [*acts, None], strict=True):
        assert f"<dt>现在</dt><dd><b>{sentence}" in text(desk.get(url("destruction", sheet.pk)))
        if act:
            act[0](sheet, by=act[1], at=LONG_AFTER)
