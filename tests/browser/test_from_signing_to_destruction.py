"""A paper is followed at real screens from the clerk who signs for it to the tombstone that is left of it (Articles 4, 19, 20 and 27)."""

from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.archive.appraisal import appraise
from circulars.archive.births import sweep_holdings
from circulars.archive.destruction import approve, draw_up, witness
from circulars.archive.holdings import Holding
from circulars.incoming import Incoming
from circulars.registration import Circular, CircularText
from circulars.sealing import Manifest
from circulars.verifier.__main__ import WHOLE, main
from cms.attachments import place_of
from cms.ledgertree import number_stragglers
from cms.revocations import trust
from cms.unheld import sweep_unheld
from cms.verifying import faults
from tests import answers, inhand
from tests.archives import LONG_AFTER, filed, holding, staffed
from tests.browser.person import PASSWORD, Person
from tests.cast import MONDAY, City, attached

TITLE = "关于做好国庆假期值班工作的通知"
EVERYTHING = "以上各项都已核对无误"
NOTE = "已部署落实，值班表报送完毕。"


@pytest.mark.slow
def test_a_circular_is_followed_from_its_signature_to_its_tombstone(
    town: City, sit_down, clock, tmp_path: Path, capsys
) -> None:
    circular = _sent(town)
    clerk = sit_down(town.clerk)
    _signed_and_registered(clerk)
    entry = Incoming.objects.get(circular=circular)
    _handled(town, sit_down, clerk, entry)
    _seen_by_the_sender(sit_down(town.sender), circular)
    _answered(clerk, entry)
    _printed(clerk)
    sweep_holdings(MONDAY)
    kept = holding(circular, town.attentive)
    archivist = sit_down(town.filer)
    _filed(archivist, kept)
    _package_is_whole(archivist, tmp_path, capsys)

    _destroyed_by_its_issuer(town, circular)
    clock.move_to(LONG_AFTER)
    number_stragglers(LONG_AFTER)
    files = _files_of(circular)
    assert all(place_of(digest).exists() for digest in files)
    User.objects.update(password_set_at=LONG_AFTER)  # everybody has set a new one every ninety days
    archivist.sign_in()  # ten years without a word end a session
    _appraised_and_listed(archivist)
    _approved_by_two(town, sit_down)
    _witnessed_by_two(archivist, clerk)
    _tombstone_stands(archivist, kept)
    assert not CircularText.objects.filter(circular=circular.pk).exists()
    sweep_unheld(LONG_AFTER + timedelta(days=1))
    assert not any(place_of(digest).exists() for digest in files)
    _everything_verifies()


def _sent(town: City) -> Circular:
    """A circular to one unit, with a file and a form of answers, on its way since Monday; everybody who is needed is at their posts."""
    inhand.staff(staffed(town))
    town.deputy = User.objects.create(username="deputy", name="副职")
    take_post(town.deputy, town.office, Role.LEADER, by=None, at=MONDAY)
    User.objects.update(password=make_password(PASSWORD))
    draft = town.draft(title=TITLE, primary_units=[town.attentive], attachments=attached("姓名,班次\n".encode()))
    answers.ask(town, draft, date(2026, 9, 30), [{"kind": "number", "label": "值班人数"}])
    circular = town.register(town.put_through(draft))
    town.dispatch(circular)
    return circular


def _signed_and_registered(clerk: Person) -> None:
    """It has been checked and signed for, and has the unit's own number and its first review."""
    clerk.follow(TITLE)
    clerk.tick(EVERYTHING)
    clerk.press("签收")
    clerk.reads("签收凭证")
    clerk.follow("登记本件")
    clerk.page.get_by_label("合格", exact=True).check()
    clerk.press("登记")
    clerk.reads("已登记为", "初审", "合格", "及时登记")


def _handled(town: City, sit_down, clerk: Person, entry: Incoming) -> None:
    """Proposed, instructed, worked on by two divisions, and done."""
    clerk.follow("办理")
    clerk.page.get_by_label("拟办意见").fill("建议由治安科主办，法制科协办。")
    clerk.page.get_by_label("主办").select_option("治安科（不指定人）")
    clerk.page.get_by_label("法制科", exact=True).check()
    clerk.press("拟办")
    clerk.reads("等批示的领导")

    leader = sit_down(town.leader)
    leader.page.goto("/handling/to-instruct/")
    leader.examine()
    leader.follow(TITLE)
    leader.reads("建议由治安科主办，法制科协办。")
    leader.page.get_by_label("批示").fill("同意拟办意见。")
    leader.press("批示")
    leader.reads("已批示", "等主办 治安科")

    assisting = sit_down(town.law_head)
    assisting.follow(TITLE)
    assisting.page.get_by_label("协办意见").fill("没有修改意见。")
    assisting.press("提出协办意见")
    assisting.reads("的协办意见已提出")

    lead = sit_down(town.head)
    lead.follow(TITLE)
    lead.reads("同意拟办意见。", "没有修改意见。")
    lead.page.get_by_label("办理结果").fill(NOTE)
    lead.press("办结")
    lead.reads(f"{entry.number}已办结", NOTE)


def _seen_by_the_sender(sender: Person, circular: Circular) -> None:
    """That it was done with and when, and nothing of by whom and how."""
    sender.page.goto(f"/sent/{circular.uuid}/")
    sender.examine()
    expect(sender.page.get_by_role("row", name="市公安局")).to_contain_text("已办结 今日 ")
    for inside in ("治安科", NOTE, "丁科"):
        assert inside not in sender.page.content()


def _answered(clerk: Person, entry: Incoming) -> None:
    """The page of the paper says that an answer is owed, until there is one."""
    clerk.page.goto(f"/handling/{entry.pk}/")
    clerk.examine()
    clerk.reads("来文要求答复，期限 2026-09-30，本单位还没有答复。")
    clerk.follow("填报回执表")
    clerk.page.get_by_label("值班人数").fill("12")
    clerk.press("上报")
    clerk.reads("已上报，发文单位会收到消息")
    clerk.page.goto(f"/handling/{entry.pk}/")
    expect(clerk.page.locator("main")).not_to_contain_text("还没有答复")


def _printed(clerk: Person) -> None:
    """As many originals as were sanctioned are out, and not one more is offered."""
    clerk.follow("打开公文")
    clerk.follow("打印")
    clerk.reads("还可以打印1份")
    clerk.page.locator("select[name=purpose]").first.select_option("handling")
    clerk.press("登记并打印")
    link = clerk.page.get_by_role("link", name="打开打印文件（PDF）").get_attribute("href")
    assert link
    assert len(pypdfium2.PdfDocument(clerk.page.request.get(link).body())) >= 1
    clerk.follow(TITLE)
    clerk.reads("核定份数已经打完")
    expect(clerk.page.get_by_role("button", name="登记并打印", exact=True)).to_have_count(0)


def _filed(archivist: Person, kept: Holding) -> None:
    """For ten years, under a code of its own."""
    archivist.page.goto("/archive/")
    archivist.examine()
    archivist.tick(f"选择 {kept.circular.number}")
    archivist.page.get_by_label("的保管期限").select_option("D10")
    archivist.press("办理所选")
    archivist.reads("已办理 1 件")
    archivist.page.goto("/archive/filed/")
    archivist.examine()
    archivist.follow("0105-WS·2026-D10·BGS-0001")
    archivist.reads("2036年12月31日")


def _package_is_whole(archivist: Person, folder: Path, capsys) -> None:
    """Whoever trusts the city's root finds nothing wrong with it, away from this system."""
    archivist.press("四性检测")
    archivist.reads("四性检测通过")
    with archivist.page.expect_download() as coming:
        archivist.page.get_by_role("button", name="下载归档包").click()
    package, root = folder / "package.zip", folder / "root.pem"
    coming.value.save_as(package)
    root.write_bytes(trust().roots[0].public_bytes(Encoding.PEM))
    assert main([str(package), "--root", str(root)]) == WHOLE, capsys.readouterr().out


def _destroyed_by_its_issuer(town: City, circular: Circular) -> None:
    """The office filed its own copy for as long, and has destroyed it when the attentive unit comes to it."""
    own = filed(town, holding(circular, town.office))
    appraise(own, "destroy", "没有继续保存的价值。", by=town.office_archivist, at=LONG_AFTER)
    sheet = draw_up(town.office, [own], "保管期满", by=town.office_archivist, at=LONG_AFTER)
    for leader in (town.principal, town.deputy):
        approve(sheet, by=leader, at=LONG_AFTER)
    for person in (town.office_archivist, town.office_clerk):
        witness(sheet, by=person, at=LONG_AFTER)


def _files_of(circular: Circular) -> set[str]:
    said = Manifest.objects.get(circular=circular.pk)
    return {said.pdf_digest, *(file["sha256"] for file in said.facts["attachments"])}


def _appraised_and_listed(archivist: Person) -> None:
    archivist.page.goto("/archive/appraisal/")
    archivist.examine()
    archivist.follow("鉴定")
    archivist.page.get_by_label("没有保存价值，拟销毁").check()
    archivist.page.get_by_label("鉴定意见").fill("保管期满，没有继续保存的价值。")
    archivist.press("记录鉴定结果")
    archivist.follow("编制销毁清册（1 件）")
    archivist.tick("选择 0105-WS·2026-D10·BGS-0001")
    archivist.page.get_by_label("销毁理由").fill("保管期满")
    archivist.press("编制清册，报领导审批")
    archivist.reads("销毁清册〔2037〕1号", "还没有批准")
    expect(archivist.page.get_by_role("button", name="批准销毁")).to_have_count(0)


def _approved_by_two(town: City, sit_down) -> None:
    """Two leaders, each once."""
    for leader in (town.leader, town.second_leader):
        person = sit_down(leader)
        person.page.goto("/archive/destruction/")
        person.examine()
        person.follow("销毁清册〔2037〕1号")
        person.press("批准销毁")
        person.reads("已批准销毁清册〔2037〕1号")
        expect(person.page.get_by_role("button", name="批准销毁")).to_have_count(0)


def _witnessed_by_two(archivist: Person, clerk: Person) -> None:
    """The archivist has confirmed and cannot confirm again; with the clerk's word it is gone."""
    sheet = archivist.page.url
    archivist.page.goto(sheet)
    archivist.press("作为第一监销人确认")
    archivist.reads("请另一人一同监销")
    expect(archivist.page.get_by_role("button", name="监销，立即销毁")).to_have_count(0)
    clerk.sign_in()
    clerk.page.goto(sheet)
    clerk.press("监销，立即销毁")
    clerk.reads("所列公文已销毁，存根永久保留", "已销毁")


def _tombstone_stands(archivist: Person, kept: Holding) -> None:
    archivist.page.goto(f"/archive/papers/{kept.pk}/tombstone/")
    archivist.examine()
    archivist.reads(TITLE, "高建国、高建业", "档守文、孙早", "与台账一致")


def _everything_verifies() -> None:
    """As ``manage.py verify`` says it: ledger, seals, files and the tombstone's digests and approvals."""
    number_stragglers(LONG_AFTER)
    assert list(map(str, faults(None, LONG_AFTER))) == []
