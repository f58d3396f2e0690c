"""Recipients chosen at the editor by keys alone, and without scripts (Articles 2 and 20)."""

import pytest
from playwright.sync_api import Page, expect

from circulars.pages import CircularPage
from circulars.recipientlists import RecipientList
from circulars.recipients import printed
from circulars.snapshots import snapshot_of
from tests.browser.person import Person
from tests.cast import City

TITLE = "延安市人民政府办公室关于做好国庆假期值班工作的通知"


@pytest.fixture
def drafter(town: City, sit_down) -> Person:
    """At an empty draft of the office."""
    person = sit_down(town.drafter)
    person.press("起草公文（市政府办）")
    return person


def count(page: Page, name: str):
    return page.locator(f"#id_{name} [data-unit-ticks-count]")


def test_units_are_found_by_pinyin_ticked_excluded_and_counted_by_keys_alone(town: City, drafter: Person) -> None:
    page = drafter.page
    keys = page.keyboard
    page.focus("input[name=primary_groups][value=department]")
    keys.press("Space")
    expect(count(page, "primary_units")).to_have_text("已选 3/8 家（整类 3 家，逐个 0 家）")

    page.focus("#id_primary_units [data-unit-ticks-find]")
    keys.type("cblg")
    keys.press("Enter")
    keys.press("Space")
    expect(page.get_by_label("储备粮公司（纸质）").first).to_be_checked()
    expect(count(page, "primary_units")).to_have_text("已选 4/8 家（整类 3 家，逐个 1 家）")

    keys.press("/")
    keys.press("Escape")
    # To the first unit in sight, and from there to the heading of the counties and the county below it.
    keys.press("ArrowDown")
    keys.press("End")
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    keys.press("Home")
    for _ in range(3):
        keys.press("ArrowDown")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Space")
    expect(page.locator(f"input[name=primary_units][value='{town.county.pk}']")).to_be_checked()

    page.focus("#id_excluded_units [data-unit-ticks-find]")
    keys.type("szjj")
    keys.press("Enter")
    keys.press("Space")
    expect(count(page, "excluded_units")).to_have_text("不发 1/3 家")
    expect(count(page, "primary_units")).to_have_text("已选 4/8 家（整类 2 家，逐个 2 家）")
    line = printed(["department"], [town.county, town.paper], closing="：", excluded=[town.late])
    assert line == "市政府有关工作部门，宝塔区，储备粮公司："
    expect(page.locator("#id_primary_units [data-unit-ticks-line]")).to_have_text(f"将印为：{line}")
    drafter.examine()

    page.fill("[name=title]", TITLE)
    page.get_by_role("button", name="保存草稿", exact=True).click()
    drafter.reads("已存为草稿")
    primary = snapshot_of(CircularPage.objects.get(title=TITLE).get_latest_revision_as_object())["primary"]
    assert (primary["text"], primary["groups"]) == (line, ["department"])
    assert (primary["units"], primary["excluded"]) == (["QX01", "QY16"], ["BM12"])


def test_a_unit_of_a_whole_group_is_not_ticked_again_and_the_own_unit_never(town: City, drafter: Person) -> None:
    page = drafter.page
    late = page.locator(f"input[name=primary_units][value='{town.late.pk}']")
    page.check("input[name=primary_groups][value=department]")
    expect(late).to_be_disabled()
    page.uncheck("input[name=primary_groups][value=department]")
    expect(late).to_be_enabled()
    expect(page.locator(f"input[name=primary_units][value='{town.office.pk}']")).to_be_disabled()
    page.click("#id_co_issuers-ADD")
    page.select_option("[name=co_issuers-0-unit]", str(town.late.pk))
    expect(late).to_be_disabled()


def test_the_ticks_are_kept_under_a_name_and_ticked_again(town: City, drafter: Person) -> None:
    page = drafter.page
    page.check("input[name=primary_groups][value=department]")
    page.locator("#id_excluded_units [data-unit-ticks-find]").fill("szjj")
    page.check(f"input[name=excluded_units][value='{town.late.pk}']")
    page.get_by_text("套用常用发文对象").click()
    page.get_by_label("把现在的勾选存为常用发文对象").fill("各部门")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已保存常用发文对象“各部门”")).to_be_visible()
    assert RecipientList.objects.get().unit == town.office

    page.uncheck("input[name=primary_groups][value=department]")
    page.get_by_role("link", name="各部门", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已按“各部门”勾选")).to_be_visible()
    expect(page.locator("input[name=primary_groups][value=department]")).to_be_checked()
    expect(page.locator(f"input[name=excluded_units][value='{town.late.pk}']")).to_be_checked()
    drafter.examine()


def test_choosing_needs_no_script(town: City, sit_down) -> None:
    drafter = sit_down(town.drafter)
    page = drafter.page
    page.context.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
    page.goto("/recipients/new/YA-ZFB/")
    page.fill("[name=name]", "公安")
    page.get_by_text("市政府工作部门（3）").first.click()
    page.check(f"input[name=primary_units][value='{town.attentive.pk}']")
    page.get_by_role("button", name="保存").click()
    drafter.reads("已保存常用发文对象“公安”", "市公安局")
