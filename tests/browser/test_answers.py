"""A form of answers at the screens of those who use it: built by the drafter, filled in by the clerk, taken along as a sheet by the sender."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from circulars.pages import CircularPage
from tests.cast import City

FIRST, SECOND = "field-0", "field-1"


def test_a_form_is_built_filled_in_and_read(town: City, sit_down, tmp_path: Path) -> None:
    draft = town.draft()
    drafter = sit_down(town.drafter)
    page = drafter.page
    page.goto(f"/drafts/{draft.pk}/answers/")
    drafter.examine()
    page.get_by_label("须答复").check()
    page.fill("[name=due_on]", "2026-09-30")
    for _ in range(2):
        drafter.press("加一项")
    page.select_option(f"[name={FIRST}-kind]", "number")
    page.fill(f"[name={FIRST}-label]", "参会人数")
    page.select_option(f"[name={SECOND}-kind]", "names")
    page.fill(f"[name={SECOND}-label]", "参会人员")
    drafter.open(page.get_by_role("button", name="保存", exact=True).last)
    drafter.reads("答复要求已保存")

    circular = town.register(town.put_through(CircularPage.objects.get(pk=draft.pk)))
    town.dispatch(circular)
    delivery = town.sign(town.opened(circular))

    clerk = sit_down(town.clerk)
    clerk.page.goto("/answers/owed/")
    clerk.examine()
    clerk.reads(circular.number)
    clerk.follow("填报回执表")
    clerk.page.get_by_label("参会人数").fill("2")
    clerk.page.get_by_label("第 1 行 姓名").fill("孙早")
    clerk.page.get_by_label("第 1 行 职务").fill("科员")
    clerk.press("上报")
    clerk.reads("已上报，发文单位会收到消息")

    sender = sit_down(town.sender)
    sender.page.goto("/answers/")
    sender.examine()
    sender.follow(circular.title)
    row = sender.page.get_by_role("row", name="市公安局")
    expect(row).to_contain_text("已答复")
    expect(row).to_contain_text("孙早 科员")
    kept = tmp_path / "answers.xlsx"
    sender.download("导出 Excel").save_as(kept)
    sheet = load_workbook(kept)["答复汇总"]
    heads = [cell.value for cell in sheet[4]]
    found = dict(zip(heads, [cell.value for cell in sheet[6]], strict=True))
    assert (found["单位"], found["参会人数"]) == (delivery.unit_name, 2)
