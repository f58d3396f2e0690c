"""A clerk comes back to several ordinary papers: opens each, ticks each, signs for all with one press, and prints one original of each (Articles 3 and 20)."""

import io

import pypdfium2

from circulars.deliveries import Delivery
from tests.cast import City


def test_several_papers_are_opened_ticked_signed_for_and_printed(town: City, sit_down) -> None:
    papers = [town.sent() for _ in range(2)]
    numbers = [paper.number for paper in papers]
    clerk = sit_down(town.clerk)
    clerk.tick(*(f"选中 {number}" for number in numbers))
    clerk.press("核对签收选中的公文")
    clerk.tick(f"{numbers[0]} 已打开，以上各项都已核对无误", f"{numbers[1]} 已打开，以上各项都已核对无误")
    clerk.press("签收已核对的公文")
    clerk.reads("还没有签收", "还没有打开，请先打开核对")
    for paper in papers:
        with clerk.page.context.expect_page() as opening:
            clerk.page.locator(f'a[href="/received/{town.delivery(paper).pk}/"]').click()
        opening.value.wait_for_load_state()
        opening.value.close()
    clerk.press("签收已核对的公文")
    clerk.reads("已签收 2 件")
    assert {delivery.state for delivery in Delivery.objects.filter(unit=town.attentive)} == {"signed_for"}
    clerk.page.goto("/received/?show=signed")
    clerk.examine()
    clerk.tick("全选")
    clerk.press("打印选中的公文")
    clerk.page.locator("select[name=purpose]").select_option("circulation")
    clerk.press("登记并打印 2 件")
    clerk.reads("第 1/1 份")
    link = clerk.page.get_by_role("link", name="打开打印文件（PDF）").get_attribute("href")
    content = clerk.page.request.get(clerk.page.url.split("/printed/")[0] + link).body()
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(content))]
    assert all(any(number in text for text in pages) for number in numbers)
