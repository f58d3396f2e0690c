"""A fault at real screens, from the unit's report to the network office's 确认恢复: unit, secretariat, network office, provider (Articles 7, 8 and 13)."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from accounts.faults import Fault
from accounts.people import User
from tests.accounts.providers import providers_of
from tests.browser.person import PASSWORD
from tests.cast import MONDAY, City

MINUTE = timedelta(minutes=1)


def test_a_fault_is_walked_from_the_report_to_the_confirmation(town: City, clock, sit_down) -> None:
    serving = providers_of(town)
    User.objects.filter(pk=serving.carrier_person.pk).update(password=make_password(PASSWORD))
    circular = town.sent()

    clerk = sit_down(town.clerk)
    clerk.page.goto("/faults/new/")
    clerk.page.get_by_label("网络线路").check()
    clerk.page.fill("[name=detected_at]", "2026-09-28 09:00")
    clerk.page.fill("[name=text]", "三楼机房光缆中断")
    clerk.press("报告")
    clerk.reads("已报告市政府办公室秘书科和市网信办", "待处理")

    clock.move_to(MONDAY + 5 * MINUTE)
    engineer = sit_down(town.engineer)
    engineer.open(
        engineer.page.locator("section", has_text="未恢复的故障").get_by_role("link", name=town.attentive.short_name)
    )
    engineer.follow("派单维修")
    engineer.page.select_option("[name=provider]", label=f"{serving.carrier}　电话 {serving.carrier.phone}")
    engineer.page.fill("[name=contacted_at]", "2026-09-28 09:04")
    engineer.page.fill("[name=request]", "请抢修光缆")
    engineer.press("派单")
    engineer.reads("已派单给延安电信")
    assert engineer.page.get_by_role("link", name="确认恢复").count() == 0, "not while somebody is at work"

    provider = sit_down(serving.carrier_person)
    provider.open(provider.page.locator("section", has_text="待完成的维修").get_by_role("link", name="市公安局"))
    provider.press("接单")
    clock.move_to(MONDAY + 10 * MINUTE)
    provider.follow("报告完成")
    provider.page.get_by_label("已维修").check()
    provider.page.fill("[name=done_at]", "2026-09-28 09:09")
    provider.page.fill("[name=work]", "接通光缆")
    provider.press("报告完成")
    provider.reads("已报告完成，等市公安局验收")

    clerk.page.goto(Fault.objects.get().link)
    assert clerk.page.get_by_role("link", name="确认恢复").count() == 0, "the unit does not confirm its own fault"
    clerk.follow("验收")
    clerk.page.get_by_label("合格", exact=True).check()
    clerk.press("确定")
    clerk.reads("已验收合格")

    engineer.page.reload()
    engineer.follow("确认恢复")
    expect(engineer.page.locator("[name=restored_at]")).to_have_value("2026-09-28 09:09")
    engineer.page.fill("[name=restored_at]", "2026-09-28 08:00")
    engineer.press("确认恢复")
    engineer.reads("恢复时间须在发现故障之后")
    engineer.page.fill("[name=restored_at]", "2026-09-28 09:09")
    engineer.press("确认恢复")
    engineer.reads("已确认市公安局恢复使用")
    fault = Fault.objects.get()
    assert (fault.state, fault.restored_at) == ("confirmed", MONDAY + 9 * MINUTE)

    secretary = sit_down(town.secretary)
    secretary.page.goto(f"/paper/faults/{fault.pk}/")
    secretary.reads(circular.number, "不必再送", "期间超时的收文已免责")
    secretary.examine()
