"""第二条: who takes part, and paper for a unit that is not connected.

用户覆盖各县区人民政府，市政府各工作部门、各直属机构，部分中省驻延单位和市直有关企业等。
"""

import pytest

from accounts.connections import StepKind, ask_connection
from accounts.people import take_post
from accounts.renaming import rename
from accounts.roles import Role
from accounts.seals import KeyKind
from accounts.unitlist import load_units
from accounts.units import Category, Unit
from circulars.access import received
from circulars.deliveries import Channel
from circulars.dispatch import announce
from circulars.papercopies import PaperCopy
from cms.messages import Message
from reports.months import Month
from reports.oversight import paper_owed
from reports.receipts import month_figures
from tests.accounts.keys import issued
from tests.cast import DATA, MONDAY
from tests.offices import beijing


def names(circular):
    return set(circular.deliveries.values_list("unit_name", flat=True))


@pytest.mark.django_db
def test_the_register_holds_every_kind_of_unit_that_the_article_names():
    load_units(DATA / "units.csv", at=MONDAY)
    assert set(Unit.objects.values_list("category", flat=True)) == set(Category.values) - {
        Category.PROVIDER,
        Category.COUNTY_DEPARTMENT,  # these two stand in the area of a county (Article 29)
        Category.TOWNSHIP,
    }
    assert Unit.objects.filter(connected=False).count() == 6


def test_a_connected_unit_receives_it_electronically(city, circular):
    delivery = city.delivery(circular)
    assert delivery.channel == Channel.ELECTRONIC
    assert not PaperCopy.objects.filter(delivery=delivery).exists()


def test_a_unit_that_is_not_connected_is_owed_the_circular_on_paper(city, circular):
    task = PaperCopy.objects.get()
    assert (task.delivery.circular, task.delivery.unit) == (circular, city.paper)
    assert task.delivery.channel == Channel.PAPER
    assert task.owed_from == MONDAY
    assert task.delivered_at is None


def test_nobody_waits_at_a_desk_for_what_comes_on_paper(city, circular):
    announce(circular, at=MONDAY)
    assert set(circular.deliveries.electronic().open().values_list("unit_name", flat=True)) == {"市公安局", "市住建局"}
    assert {message.person for message in Message.objects.filter(key__startswith="delivery:")} == {
        city.clerk,
        city.second_clerk,
        city.late_clerk,
    }


def test_a_body_that_stands_in_no_register_is_printed_and_gets_no_delivery(city):
    printed = "市公安局，市委办公室，延安军分区："
    circular = city.sent(primary_text=printed, primary_units=[city.attentive])
    assert circular.snapshot["primary"]["text"] == printed
    assert names(circular) == {"市公安局"}


def test_a_group_reaches_all_of_its_units_but_not_the_one_that_issues(city):
    circular = city.sent(
        issuer=city.department,
        by=city.department_drafter,
        direction="parallel",
        primary_groups="department",
        primary_units=[],
    )
    assert names(circular) == {"市公安局", "市住建局"}


def test_what_is_sent_to_the_government_lies_on_the_desk_of_its_office(city):
    circular = city.sent(
        issuer=city.department,
        by=city.department_drafter,
        title="关于国庆假期应急值守情况的报告",
        document_type="report",
        direction="upward",
        signers="谢明远",
        primary_units=[city.government],
    )
    assert names(circular) == {"市政府"}
    assert [delivery.circular for delivery in received(city.office_clerk)] == [circular]


def test_a_unit_is_named_as_it_was_called_when_the_circular_was_sent(city, circular):
    Unit.objects.filter(pk=city.attentive.pk).update(short_name="市公安局（新）")
    assert city.delivery(circular).unit_name == "市公安局"


def test_paper_that_was_handed_over_is_owed_no_longer_and_counts_in_no_electronic_figure(city, circular):
    def figures():
        counted = month_figures(Month(2026, 9), as_of=beijing("2026-10-01 09:00"))
        return [(row.name, row.required, row.unsigned) for row in counted]

    before = figures()
    assert "储备粮公司" not in {name for name, _, _ in before}
    assert [(owing.unit_name, owing.count) for owing in paper_owed(city.office.area)] == [("储备粮公司", 1)]
    PaperCopy.objects.get().deliver(
        beijing("2026-09-28 10:00"), "钱门卫", by=city.sender, at=beijing("2026-09-28 11:00")
    )
    assert paper_owed(city.office.area) == []
    assert figures() == before
    assert city.delivery(circular, city.paper).signed_at is None


def test_a_unit_connected_later_still_gets_the_earlier_circular_on_paper(city, circular):
    Unit.objects.filter(pk=city.paper.pk).update(connected=True)
    later = city.sent(at=beijing("2026-09-28 10:00"))
    channels = [city.delivery(sent, city.paper).channel for sent in (circular, later)]
    assert channels == [Channel.PAPER, Channel.ELECTRONIC]


def test_a_unit_is_connected_by_an_application_before_it_paper_and_after_it_by_the_system(city, circular):
    asked = ask_connection(city.paper, "储备粮函〔2026〕3号", asked_on=MONDAY.date(), by=city.engineer, at=MONDAY)
    take_post(city.nobody, city.paper, Role.CLERK, by=None, at=MONDAY)
    issued(city, KeyKind.CLERK, unit=city.paper, keeper=city.nobody)
    for kind in StepKind:
        asked.finish_step(kind, on_day=MONDAY.date(), by=city.engineer, at=MONDAY)
    asked.connect(by=city.engineer, at=MONDAY)
    later = city.sent(at=beijing("2026-09-28 10:00"))
    channels = [city.delivery(sent, city.paper).channel for sent in (circular, later)]
    assert channels == [Channel.PAPER, Channel.ELECTRONIC]


def test_a_renamed_unit_is_named_as_before_on_what_it_got_before(city, circular):
    at = beijing("2026-09-28 09:30")
    rename(city.attentive, "延安市公安总局", "市公安总局", on_day=at.date(), ground="文", by=city.engineer, at=at)
    later = city.sent(at=beijing("2026-09-28 10:00"), primary_units=[Unit.objects.get(pk=city.attentive.pk)])
    assert [city.delivery(sent).unit_name for sent in (circular, later)] == ["市公安局", "市公安总局"]
