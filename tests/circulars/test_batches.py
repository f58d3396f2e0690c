"""Several papers at once: ordinary ones that were opened and ticked are signed for, each by itself; one original of each is printed (Articles 3 and 20)."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.seals import KeyKind
from circulars.batchsigning import AT_ONCE, sign_batch
from circulars.deliveries import Delivery
from circulars.printing import PrintedCopy
from circulars.receipts import Receipt
from cms.ledger import Entry
from tests.cast import MONDAY
from tests.sealkeys import seal_key

SIGN, PRINT = reverse("circulars:sign_batch"), reverse("circulars:print_batch")


@pytest.fixture(scope="module")
def standing_three(beforehand):
    return [beforehand("sent"), beforehand("sent"), beforehand("sent")]


@pytest.fixture
def three(standing_three, city):
    """Ordinary papers that the clerk has opened."""
    found = [Delivery.objects.get(circular=pk, unit=city.attentive) for pk in standing_three]
    for delivery in found:
        delivery.open(by=city.clerk, at=MONDAY)
    return found


@pytest.fixture
def urgent(city):
    return city.opened(city.sent(urgency="urgent"))


def ticked(deliveries, **more):
    keys = [delivery.pk for delivery in deliveries]
    return {"key": str(uuid4()), "pick": keys, "checked": keys} | more


def on_record(deliveries):
    return [Delivery.objects.get(pk=delivery.pk).state for delivery in deliveries]


def said(answer):
    return "".join(str(message) for message in answer.context["messages"]) + str(answer.context.get("wrong", ""))


def test_the_list_offers_ordinary_papers_and_the_page_says_what_to_check_of_each(city, three, urgent):
    desk = city.desk(city.clerk)
    inbox = desk.get(reverse("circulars:inbox")).content.decode()
    assert all(f'name="pick" value="{delivery.pk}"' in inbox for delivery in three)
    assert f'name="pick" value="{urgent.pk}"' not in inbox
    assert 'name="pick"' not in city.desk(city.leader).get(reverse("circulars:inbox")).content.decode()
    page = desk.get(SIGN, {"pick": [delivery.pk for delivery in [*three, urgent]]}).content.decode()
    for delivery in three:
        for point in delivery.checks().values():
            assert point in page
        assert f'name="checked" value="{delivery.pk}"' in page
    assert "checked>" not in page
    assert f'name="checked" value="{urgent.pk}"' not in page
    assert on_record(three) == ["opened"] * 3


def test_each_paper_has_its_own_receipt_entry_and_time(city, three, time_machine):
    time_machine.move_to(MONDAY + timedelta(minutes=5), tick=False)
    moments = [MONDAY + timedelta(minutes=6, seconds=n) for n in range(3)]
    clock = iter(moments)
    batch = sign_batch(three, key=uuid4(), by=city.clerk, clock=lambda: next(clock))
    assert [delivery.pk for delivery in batch.signed] == [delivery.pk for delivery in three]
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in three]).order_by("pk")
    assert [row.signed_at for row in rows] == moments
    assert len({row.signing_key for row in rows}) == 3
    entries = Entry.objects.filter(deed="delivery.signed_for").order_by("pk")
    assert [entry.subject for entry in entries] == [f"circulars.delivery:{delivery.pk}" for delivery in three]
    assert [entry.facts["checked"] for entry in entries] == [sorted(three[0].checks())] * 3
    assert Receipt.objects.filter(delivery__in=three).count() == 3


def test_a_press_signs_for_what_was_ticked_and_names_what_was_not(city, three):
    form = ticked(three) | {"checked": [three[0].pk, three[1].pk]}
    answer = city.desk(city.clerk).post(SIGN, form, follow=True)
    assert on_record(three) == ["signed_for", "signed_for", "opened"]
    assert "已签收 2 件" in said(answer)
    assert f"没有勾选的 1 件没有签收：{three[2].circular.number}" in said(answer)


def test_pressed_twice_it_was_done_once(city, three):
    desk, form = city.desk(city.clerk), ticked(three)
    for _ in range(2):
        assert "已签收 3 件" in said(desk.post(SIGN, form, follow=True))
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 3


def test_what_a_colleague_has_signed_for_meanwhile_is_named_and_the_rest_is_signed_for(city, three):
    form = ticked(three)
    city.sign(three[1], by=city.second_clerk)
    answer = city.desk(city.clerk).post(SIGN, form, follow=True)
    assert on_record(three) == ["signed_for"] * 3
    assert Delivery.objects.get(pk=three[1].pk).signed_by == city.second_clerk
    assert "已签收 2 件" in said(answer)
    assert f"没有签收 {three[1].circular.number}：" in said(answer)
    assert "孙晚" in said(answer)


def test_an_urgent_or_an_unopened_paper_refuses_the_batch_and_is_named(city, three, urgent):
    desk = city.desk(city.clerk)
    answer = desk.post(SIGN, ticked([*three, urgent]))
    assert f"{urgent.circular.number}是紧急公文，不能批量签收" in said(answer)
    fresh = city.delivery(city.sent())
    answer = desk.post(SIGN, ticked([*three, fresh]))
    assert f"{fresh.circular.number}还没有打开，请先打开核对" in said(answer)
    assert 'value="' + str(three[0].pk) + '" checked' in answer.content.decode()
    assert on_record([*three, urgent, fresh]) == ["opened"] * 4 + ["sent"]


def test_one_paper_of_somebody_else_refuses_all(city, three):
    foreign = city.delivery(three[0].circular, city.late)
    for wrong in (ticked([*three, foreign]), ticked(three) | {"pick": [three[0].pk]}, ticked(three, pick=["x"])):
        assert city.desk(city.clerk).post(SIGN, wrong).status_code == 404
    assert city.desk(city.clerk).get(SIGN, {"pick": [foreign.pk, three[0].pk]}).status_code == 404
    assert on_record(three) == ["opened"] * 3


@pytest.mark.parametrize("who", ["leader", "late_clerk", "stranger", "sender"])
def test_who_does_not_receive_for_the_unit_signs_for_nothing(city, three, who):
    desk = city.desk(getattr(city, who))
    assert desk.get(SIGN, {"pick": three[0].pk}).status_code in (403, 404)
    assert desk.post(SIGN, ticked(three)).status_code in (403, 404)
    assert on_record(three) == ["opened"] * 3


def test_a_look_signs_for_nothing_and_nothing_picked_is_said(city, three):
    desk = city.desk(city.clerk)
    desk.get(SIGN, ticked(three))
    assert "请逐件核对，勾选以后再签收" in said(desk.post(SIGN, ticked(three) | {"checked": []}))
    for path in (SIGN, PRINT):
        assert "请先在列表里勾选公文" in said(desk.get(path, follow=True))
        too_many = {"pick": list(range(1, AT_ONCE + 2))}
        assert f"一次最多选 {AT_ONCE} 件" in said(desk.post(path, too_many, follow=True))
    assert on_record(three) == ["opened"] * 3


def test_a_certificate_that_is_open_signs_every_receipt(city, three):
    signing = seal_key(city.attentive, city.clerk, kind=KeyKind.CLERK, at=MONDAY)
    sign_batch(three, key=uuid4(), by=city.clerk, clock=timezone.now, signing=signing)
    assert Receipt.objects.filter(delivery__in=three, signature__isnull=False).count() == 3


def test_a_paper_of_a_batch_asks_no_more_than_one_by_itself(city, three):
    rows = Delivery.objects.select_related("circular", "issuer__area", "signed_by", "rules")
    one, *others = rows.filter(pk__in=[delivery.pk for delivery in three]).order_by("pk")
    with CaptureQueriesContext(
        connection,
    ) as single:
        city.sign(one)
    with CaptureQueriesContext(connection) as batch:
        sign_batch(others, key=uuid4(), by=city.clerk, clock=timezone.now)
    assert len(batch) <= 2 * len(single)


def test_one_original_of_each_is_printed_into_one_file(city, three):
    for delivery in three:
        city.sign(delivery)
    desk = city.desk(city.clerk)
    listed = desk.get(reverse("circulars:inbox"), {"show": "signed"}).content.decode()
    assert all(f'name="pick" value="{delivery.pk}"' in listed for delivery in three)
    keys = [delivery.pk for delivery in three]
    assert desk.get(PRINT, {"pick": keys}).content.decode().count("还可以打印 1 份") == 3
    assert not PrintedCopy.objects.exists()
    form = {"key": str(uuid4()), "pick": keys, "purpose": "circulation"}
    for _ in range(2):
        answer = desk.post(PRINT, form)
        assert answer["Location"] == reverse("circulars:printed", args=[form["key"]])
    assert sorted(PrintedCopy.objects.values_list("delivery", "serial")) == sorted((key, 1) for key in keys)
    file = desk.get(reverse("circulars:printed_file", args=[form["key"]])).content
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(BytesIO(file)))
    assert all(delivery.circular.number in text for delivery in three)


def test_beyond_the_number_nothing_of_the_batch_is_printed_and_the_paper_is_named(city, three, urgent):
    for delivery in three:
        city.sign(delivery)
    desk = city.desk(city.clerk)
    desk.post(PRINT, {"key": str(uuid4()), "pick": [three[0].pk], "purpose": "circulation"})
    everything = {"key": str(uuid4()), "pick": [delivery.pk for delivery in three], "purpose": "circulation"}
    answer = desk.post(PRINT, everything).content.decode()
    assert f"正本份数不够，没有打印：{three[0].circular.number}" in answer
    for wrong, sentence in (
        ([three[1].pk, city.sign(urgent).pk], "是紧急公文，不能批量打印"),
        ([three[1].pk, city.opened(city.sent()).pk], "还没有签收，请先签收"),
    ):
        answer = desk.post(PRINT, {"key": str(uuid4()), "pick": wrong, "purpose": "circulation"}).content.decode()
        assert sentence in answer
    foreign = city.delivery(three[0].circular, city.late)
    assert desk.post(PRINT, everything | {"pick": [three[1].pk, foreign.pk]}).status_code == 404
    assert city.desk(city.leader).post(PRINT, everything).status_code in (403, 404)
    assert "请选择用途" in desk.post(PRINT, everything | {"purpose": ""}).content.decode()
    assert PrintedCopy.objects.count() == 1
