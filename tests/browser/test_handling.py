"""A paper in the unit's hands at the screens of those who handle it: registered, proposed, instructed, worked on, handled (Article 19)."""

from tests import inhand
from tests.cast import City

TITLE = "关于做好国庆假期值班工作的通知"


def test_a_paper_goes_from_the_register_to_the_result_and_the_sender_sees_when(town: City, sit_down) -> None:
    circular = town.sent(title=TITLE)
    town.sign(town.opened(circular))
    inhand.staff(town)
    _with_passwords(town)

    clerk = sit_down(town.clerk)
    clerk.page.goto(f"/received/{town.delivery(circular).pk}/")
    clerk.follow("登记")
    clerk.press("登记")
    clerk.follow("办理")
    clerk.page.get_by_label("拟办意见").fill("建议由治安科主办。")
    clerk.page.get_by_label("主办").select_option("治安科（不指定人）")
    clerk.press("拟办")
    clerk.reads("已拟办", "等批示的领导")

    leader = sit_down(town.leader)
    leader.page.goto("/handling/to-instruct/")
    leader.examine()
    leader.follow(TITLE)
    leader.reads("建议由治安科主办。")
    leader.page.get_by_role("button", name="请…阅办。").click()
    assert leader.page.get_by_label("批示").input_value() == "请治安科阅办。"
    leader.press("批示")
    leader.reads("已批示", "等主办 治安科")

    head = sit_down(town.head)
    head.follow(TITLE)
    head.reads("请治安科阅办。")
    head.page.get_by_label("办理结果").fill("已部署落实。")
    head.press("办结")
    head.reads("已办结", "已部署落实。")

    sender = sit_down(town.sender)
    sender.page.goto(f"/sent/{circular.uuid}/")
    sender.reads("已办结")
    assert "治安科" not in sender.page.content()


def _with_passwords(town: City) -> None:
    """Those who came to the unit since sign in with the password that all have."""
    password = type(town.clerk).objects.get(pk=town.clerk.pk).password
    keys = [getattr(town, key).pk for key in inhand.STAFF]
    type(town.clerk).objects.filter(pk__in=keys).update(password=password)
