"""The main job at the screens of those who do it: from a draft to the secretariat's workbook (Articles 3, 4, 19 to 22 and 28)."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from circulars.deliveries import Check, Delivery
from circulars.numbering import Series
from circulars.pages import DraftAttachment
from circulars.registration import Circular
from tests.accounts.keys import PIN, in_force
from tests.browser.person import Person
from tests.cast import LUNCH, City
from tests.offices import beijing
from tests.smallfiles import pdf

TITLE = "延安市人民政府办公室关于做好国庆假期值班工作的通知"
BODY = """现将国庆假期值班工作有关事项通知如下：
一、严格落实值班制度
（一）领导在岗带班。
1.每日一名负责同志带班。
（1）带班人员不得离开市区。
二、值班安排
|日期|带班|值班|
|10月1日|王文静|李正明|
|10月2日|张志远|刘晓燕|
三、及时报送信息。"""
ROSTER = pdf("the roster of the holiday")
EVERYTHING = "以上各项都已核对无误"
AFTERNOON = beijing("2026-09-29 15:20")


@pytest.mark.slow
def test_a_circular_goes_from_a_draft_to_the_workbook(town: City, sit_down, clock, tmp_path: Path) -> None:
    _drafted(town, sit_down(town.drafter), tmp_path)
    _agreed(sit_down(town.reviewer), "核稿同意", "确认没有密级标志")
    _agreed(sit_down(town.approver), "签发")
    _registered(sit_down(town.registrar))
    in_force(town)
    _sealed(sit_down(town.keeper))
    clock.move_to(LUNCH)
    sender = sit_down(town.sender)
    _sent(sender)
    clock.move_to(AFTERNOON)
    _signed(town, sit_down)
    sender.sign_in()  # two hours without a word end a session
    sender.follow(TITLE)
    row = sender.page.get_by_role("row", name="市公安局")
    expect(row).to_contain_text("已签收")
    expect(row).to_contain_text("孙早")
    expect(sender.page.get_by_role("row", name="市住建局")).to_contain_text("待签收")
    _counted(sit_down(town.secretary), tmp_path)


def _drafted(town: City, drafter: Person, folder: Path) -> None:
    """The draft is written in the editor, with a file and a typed attachment, and handed over."""
    page = drafter.page
    roster = folder / "值班表.pdf"
    roster.write_bytes(ROSTER)
    drafter.press("起草公文（市政府办）")
    expect(page.locator("[data-side-panel='preview']")).to_be_visible()
    page.fill("[name=title]", TITLE)
    page.select_option("[name=document_type]", "notice")
    page.select_option("[name=series]", str(Series.objects.get(prefix="延政办发").pk))
    for unit in (town.attentive, town.late, town.paper):
        box = page.locator(f"input[name=primary_units][value='{unit.pk}']")
        if not box.is_visible():
            page.locator("details", has=box).locator("summary").click()
        box.check()
    page.fill("[name=body]", BODY)
    for position in (0, 1):
        page.click("#id_attachments-ADD")
        expect(page.locator(f"[name=attachments-{position}-title]")).to_be_visible()
    page.fill("[name=attachments-0-title]", "国庆假期值班表")
    page.set_input_files("[name=attachments-0-file]", roster)
    page.fill("[name=attachments-1-title]", "联系电话")
    page.fill("[name=attachments-1-text]", "值班室：一部\n传真：一部")
    drafter.tick("本件不涉及国家秘密，不含密级标志（第五条）")
    drafter.press("送审")
    expect(page).to_have_url(f"{_origin(page.url)}/drafts/")
    drafter.reads("已送审", TITLE, "核稿中")


def _agreed(person: Person, button: str, *answered: str) -> None:
    """Who has the step in hand has read the paper, answered for what a program cannot read, and agreed."""
    person.follow(TITLE)
    person.reads("（一）领导在岗带班。", "10月2日", "传真：一部", "国庆假期值班表")
    person.tick(*answered)
    person.press(button)
    person.reads("已签发" if button == "签发" else "已同意", "没有等您审签的文稿")


def _registered(registrar: Person) -> None:
    """The circular has the next number of its series."""
    registrar.follow(TITLE)
    registrar.tick("已复核")
    registrar.press("登记编号")
    registrar.reads("已登记，发文字号 延政办发〔2026〕23号，等待用印。")


def _sealed(keeper: Person) -> None:
    """The keeper has seen the pages and given the seal with the PIN."""
    keeper.follow(TITLE)
    keeper.reads("用印依据", "张志远", "3 家")
    keeper.page.fill("[name=pin]", PIN)
    keeper.press("用印")
    keeper.reads("延政办发〔2026〕23号 已用印，可以发送了。")


def _sent(sender: Person) -> None:
    """It went out over lunch, which takes a reason (Article 21)."""
    sender.follow(TITLE)
    sender.reads("非工作时间", "电子 2 · 纸质 1")
    expect(sender.page.get_by_label("非工作时间发送的理由")).to_be_hidden()
    sender.page.get_by_label("现在发送").check()
    expect(sender.page.get_by_label("非工作时间发送的理由")).to_be_visible()
    expect(sender.page.get_by_label("定时发送的时间")).to_be_hidden()
    sender.press("发送给 3 家单位")
    sender.reads("还没有发送", "请写明理由")
    sender.page.fill("[name=off_hours_reason]", "假期在即，须今日下班前签收。")
    sender.press("发送给 3 家单位")
    sender.reads("已发送 延政办发〔2026〕23号：电子 2 家，另有 1 家未接入，须送纸质件。")


def _signed(town: City, sit_down) -> None:
    """One clerk has signed in three presses after signing in; the other, who had it open as well, is told who did."""
    second = sit_down(town.second_clerk)
    second.follow(TITLE)
    second.tick(*Check.labels)

    clerk = sit_down(town.clerk)
    clerk.follow(TITLE)
    clerk.reads("（1）带班人员不得离开市区。", "10月2日", "传真：一部")
    assert Path(clerk.download("附件1　国庆假期值班表").path()).read_bytes() == ROSTER
    clerk.tick(EVERYTHING)
    clerk.press("签收")
    assert clerk.presses <= 3
    delivery = Delivery.objects.get(circular__title=TITLE, unit=town.attentive)
    clerk.reads("签收凭证", delivery.slip_number, "延政办发〔2026〕23号", "孙早", "按时")

    second.press("签收")
    second.reads("本件已由孙早于2026年9月29日 15:2", "不需要再签", delivery.slip_number)
    assert Delivery.objects.get(pk=delivery.pk).signed_by == town.clerk


def _counted(secretary: Person, folder: Path) -> None:
    """The month shows the receipt and the workbook counts it."""
    secretary.reads("今日情况", TITLE)
    secretary.page.get_by_role("link", name="签收月报", exact=True).first.click()
    secretary.reads("市公安局", "100.00%")
    secretary.examine()
    kept = folder / "month.xlsx"
    secretary.download("下载 Excel 统计表").save_as(kept)
    sheet = load_workbook(kept)["签收情况统计表"]
    rows = {row[1].value: [cell.value for cell in row[3:9]] for row in sheet.iter_rows() if row[1].value}
    assert rows["市公安局"] == [1, 1, 0, 0, 0, 0]
    assert rows["市住建局"] == [0, 0, 0, 0, 0, 1]


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


@pytest.fixture
def circular(town: City) -> Circular:
    """Sent on Monday, with the table and both kinds of attachment in it."""
    attachments = [DraftAttachment(title="联系电话", text="值班室：一部\n传真：一部")]
    return town.sent(title=TITLE, body=BODY, attachments=attachments)


def test_signing_needs_no_script(town: City, circular: Circular, sit_down) -> None:
    clerk = sit_down(town.clerk)
    session = clerk.page.context.new_cdp_session(clerk.page)
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    clerk.page.reload()
    clerk.page.get_by_role("link", name=TITLE).click()
    clerk.tick(EVERYTHING)
    clerk.page.get_by_role("button", name="签收", exact=True).click()
    clerk.reads("签收凭证", town.delivery(circular).slip_number)
    assert town.delivery(circular).signed_by == town.clerk


def test_the_desk_flows_anew_on_a_narrow_screen(town: City, circular: Circular, sit_down) -> None:
    """At 320 px, or a screen enlarged four times, nothing but a table's own frame is scrolled sideways (WCAG 1.4.10)."""
    delivery = town.delivery(circular)
    addresses = {
        town.clerk: ["/received/", f"/received/{delivery.pk}/", f"/received/{delivery.pk}/return/"],
        town.sender: ["/outbox/", f"/sent/{circular.uuid}/", f"/sent/{circular.uuid}/text/"],
    }
    for user, paths in addresses.items():
        person = sit_down(user)
        person.page.set_viewport_size({"width": 320, "height": 800})
        for path in paths:
            person.page.goto(path)
            person.examine()
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, f"{path} is {wide} px wide"
