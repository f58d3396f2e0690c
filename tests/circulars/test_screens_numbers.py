"""The register of numbers on the desk, and the pages by which a number is voided."""

import pytest
from django.urls import reverse

from circulars.numbering import NumberBook, Series
from circulars.registration import Circular
from circulars.voiding import VoidedNumber, void
from tests.cast import MONDAY
from tests.offices import beijing

REASON = {"reason": "签发后停止印发"}


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def registered(city):
    return city.registered()


def said(city, person, **asked):
    page = city.desk(person).get(url("numbers"), asked)
    return [line.said for line in page.context["page_obj"]]


# The register


def test_a_registrar_finds_the_missing_number_and_is_led_to_voiding_it(city, registered):
    NumberBook.objects.update(last=24)
    page = city.desk(city.registrar).get(url("numbers"))
    assert [line.fate.value for line in page.context["page_obj"]] == ["missing", "used"]
    series = Series.objects.get(prefix="延政办发")
    form = city.desk(city.registrar).get(url("void_missing"), {"series": series.pk, "number": "延政办发〔2026〕24号"})
    assert f"{url('void_missing')}?series={series.pk}&amp;number=" in body(page)
    assert form.context["form"].initial == {"series": str(series.pk), "number": "延政办发〔2026〕24号"}


def test_a_drafter_sees_the_register_and_voids_nothing(city, registered):
    NumberBook.objects.update(last=24)
    page = city.desk(city.drafter).get(url("numbers"))
    assert len(page.context["page_obj"]) == 2
    assert url("void_missing") not in body(page)


def test_everybody_sees_the_series_of_the_own_units_and_who_inspects_sees_all(city, registered):
    city.registered(
        issuer=city.department, by=city.department_drafter, direction="parallel", primary_units=[city.attentive]
    )
    assert said(city, city.department_reviewer) == ["延应急字〔2026〕66号"]
    assert said(city, city.drafter) == ["延政办发〔2026〕23号"]
    assert said(city, city.stranger) == []
    assert said(city, city.secretary) == ["延政办发〔2026〕23号", "延应急字〔2026〕66号"]


def test_who_inspects_reads_the_title_of_what_was_sent_only(city, registered):
    unsent = "关于一件还没有发出的事项的通知"
    Circular.objects.filter(pk=registered.pk).update(title=unsent)
    ended = city.registered(title="关于一件作废的事项的通知")
    void(ended, reason="停止印发", by=city.registrar, at=MONDAY)
    sent = city.sent()
    page = body(city.desk(city.secretary).get(url("numbers")))
    assert sent.title in page
    assert "停止印发" in page
    assert unsent not in page
    assert ended.title not in page


def test_the_register_is_narrowed_to_a_year_a_series_and_a_fate(city, registered):
    city.registered(at=beijing("2027-01-04 09:00"))
    orders = Series.objects.get(prefix="令")
    orders.draw(2026)
    person = city.registrar
    assert said(city, person) == ["延政办发〔2026〕23号"]
    assert said(city, person, year="2027") == ["延政办发〔2027〕1号"]
    assert said(city, person, year="all") == ["延政办发〔2027〕1号", "延政办发〔2026〕23号", "第18号"]
    assert said(city, person, series=orders.pk) == ["第18号"]
    assert said(city, person, year="all", show="missing") == ["第18号"]
    assert said(city, person, year="nonsense", series="9" * 30, show="all", page="zz") == ["延政办发〔2026〕23号"]


@pytest.mark.parametrize("who", ["clerk", "engineer", "nobody", "superuser"])
def test_who_issues_and_inspects_nothing_has_no_register(city, registered, who):
    assert city.desk(getattr(city, who)).get(url("numbers")).status_code == 404


# Voiding a registered circular


def test_the_registrar_voids_a_number_on_its_page(city, registered):
    desk = city.desk(city.registrar)
    assert url("void", registered.uuid) in body(desk.get(url("board", registered.uuid)))
    answer = desk.post(url("void", registered.uuid), REASON, follow=True)
    assert "延政办发〔2026〕23号 已作废，不再发送" in body(answer)
    assert "签发后停止印发" in body(answer)
    assert url("void", registered.uuid) not in body(answer)
    assert Circular.objects.get().state == "voided"


def test_the_drafter_sees_it_in_the_own_list_and_no_sender_in_the_outbox(city, registered):
    void(registered, reason="停止印发", by=city.registrar, at=MONDAY)
    assert "文号已作废" in body(city.desk(city.drafter).get(url("drafts")))
    assert "文号已作废" in body(city.desk(city.drafter).get(url("own_text", registered.uuid)))
    assert registered.number not in body(city.desk(city.sender).get(url("outbox")))


def test_voiding_asks_for_a_reason(city, registered):
    answer = city.desk(city.registrar).post(url("void", registered.uuid), {"reason": " "})
    assert answer.context["form"].errors["reason"] == ["请写明作废原因。"]
    assert Circular.objects.get().state == "registered"


def test_voiding_twice_voids_once_and_what_was_sent_not_at_all(city, registered):
    desk, sent = city.desk(city.registrar), city.sent()
    for circular in (registered, registered, sent):
        answer = desk.post(url("void", circular.uuid), REASON, follow=True)
    assert "已发送，不能作废" in body(answer)
    assert VoidedNumber.objects.count() == 1


def test_looking_voids_nothing_and_nobody_else_voids(city, registered):
    city.desk(city.registrar).get(url("void", registered.uuid), REASON)
    for who in ("stranger", "drafter", "approver", "sender", "department_reviewer", "secretary", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(url("void", registered.uuid), REASON).status_code == 404
    assert Circular.objects.get().state == "registered"


# Declaring a missing number void


def declared(city, number, *, by=None, series="延政办发"):
    form = {"series": Series.objects.get(prefix=series).pk, "number": number, **REASON}
    return city.desk(by or city.registrar).post(url("void_missing"), form, follow=True)


def test_a_number_typed_the_wrong_way_is_put_right_and_declared_void(city, registered):
    answer = declared(city, "延政办发[2026]第024号")
    assert "延政办发〔2026〕24号 已登记作废" in body(answer)
    assert "已按规范写法登记为“延政办发〔2026〕24号”" in body(answer)
    assert str(VoidedNumber.objects.get()) == "延政办发〔2026〕24号"
    assert "规范写法" not in body(declared(city, "延政办发〔2026〕25号"))


@pytest.mark.parametrize("number", ["24", "延政办发〔2026〕23号", "延政办函〔2026〕24号", "第24号", ""])
def test_what_is_no_missing_number_is_told_at_the_field(city, registered, number):
    answer = declared(city, number)
    assert answer.context["form"].errors["number"]
    assert not VoidedNumber.objects.exists()


def test_a_series_of_another_unit_is_not_offered(city, registered):
    answer = declared(city, "延应急字〔2026〕66号", series="延应急字")
    assert answer.context["form"].errors["series"]
    assert declared(city, "延政办发〔2026〕24号", by=city.department_reviewer).context["form"].errors["series"]
    for who in ("drafter", "sender", "secretary", "nobody"):
        assert declared(city, "延政办发〔2026〕24号", by=getattr(city, who)).status_code == 404
    assert not VoidedNumber.objects.exists()


def test_declaring_twice_declares_once_and_a_get_declares_nothing(city, registered):
    city.desk(city.registrar).get(
        url("void_missing"),
        {"series": Series.objects.get(prefix="延政办发").pk, "number": "延政办发〔2026〕24号", **REASON},
    )
    assert not VoidedNumber.objects.exists()
    declared(city, "延政办发〔2026〕24号")
    assert "已经登记作废" in body(declared(city, "延政办发〔2026〕24号"))
    assert VoidedNumber.objects.count() == 1
