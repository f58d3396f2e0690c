"""The register at a clerk's screen: begun at another number, mail from outside entered and put right, and the list taken along (Article 19)."""

from tests.cast import City


def test_a_clerk_begins_the_book_enters_mail_and_puts_it_right(town: City, sit_down) -> None:
    clerk = sit_down(town.clerk)
    clerk.page.goto("/incoming/")
    clerk.follow("设定起始号")
    clerk.page.get_by_label("起始号").fill("31")
    clerk.page.get_by_label("依据").fill("1 至 30 号登记在纸质登记簿")
    clerk.press("设定")
    clerk.reads("收〔2026〕31号 编起")

    clerk.follow("登记外来文")
    clerk.page.get_by_label("来文单位").fill("省应急管理厅")
    clerk.page.get_by_label("标题").fill("关于开展检查的函")
    clerk.page.get_by_label("收到时间").fill("2026-09-28 08:30")
    clerk.press("登记")
    clerk.reads("已登记为收〔2026〕31号")

    clerk.follow("更正登记")
    assert clerk.page.get_by_label("标题").input_value() == "关于开展检查的函"
    clerk.page.get_by_label("标题").fill("关于开展安全检查的函")
    clerk.page.get_by_label("更正原因").fill("漏字")
    clerk.press("更正")
    clerk.reads("收〔2026〕31号 已更正", "关于开展检查的函", "关于开展安全检查的函", "漏字")
    clerk.page.goto("/answers/owed/")
    assert clerk.download("导出 Excel").suggested_filename.startswith("待答复收文")
