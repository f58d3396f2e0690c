"""打印: originals within the number fixed at registration, each with its serial; spoilt sheets and further originals (Articles 3, 4 and 19)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.dissolving import dissolve
from circulars.amending import Amendment
from circulars.evidence.entries import entries_about
from circulars.pages import Relation
from circulars.printing import (
    NoneLeft,
    PrintedCopy,
    SpoiltCopy,
    allowance_of,
    ask_for_more,
    declare_spoilt,
    print_originals,
    print_plainly,
)
from circulars.purging import block
from circulars.registration import Circular, DistributionLine, NoSuchRecipient, register
from circulars.sealing.registered import changes_of
from circulars.snapshots import digest_of, snapshot_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import LUNCH, MONDAY
from tests.secretpapers import WORD, purged, secret
from tests.traces import traces


@pytest.fixture
def delivery(city, circular):
    """Of the circular, of which each unit may print one original; the attentive unit has signed for it."""
    return city.sign(city.opened(circular))


def printed(city, delivery, copies=1, **facts):
    given = {"purpose": "handling", "key": uuid4(), "by": city.clerk, "at": MONDAY} | facts
    return print_originals([delivery], copies=copies, **given)


def copied(city, delivery, **facts):
    return print_plainly(delivery, **({"purpose": "handling", "key": uuid4(), "by": city.clerk, "at": MONDAY} | facts))


def spoilt(city, delivery, at=MONDAY):
    """The first original of the delivery, declared spoilt by its clerk."""
    (copy,) = printed(city, delivery)
    return declare_spoilt(copy, "卡纸，第二页缺一角。", by=city.clerk, at=at)


def registered(city, **numbers):
    page = city.approved()
    return register(page, digest=digest_of(snapshot_of(page)), by=city.registrar, at=MONDAY, **numbers)


def test_the_number_of_each_unit_is_fixed_at_registration_and_stands_in_its_entry(city):
    circular = registered(city, originals=2, originals_of={"BM05": 5, "BM12": 2})
    assert dict(circular.distribution.values_list("unit__code", "originals")) == {"BM05": 5, "BM12": None, "QY16": None}
    said = Entry.objects.get(deed="circular.registered").facts
    assert (said["originals"], said["originals_of"]) == (2, {"BM05": 5})
    assert changes_of(circular) == []
    DistributionLine.objects.filter(circular=circular, unit=city.late).update(originals=9)
    assert changes_of(circular) == ["个别单位的正本份数"]
    DistributionLine.objects.filter(circular=circular, unit=city.late).update(originals=None)
    city.dispatch(circular)
    allowed = {unit: allowance_of(city.delivery(circular, unit)).left for unit in (city.attentive, city.late)}
    assert allowed == {city.attentive: 5, city.late: 2}


def test_without_exceptions_the_entry_and_the_text_are_what_they_always_were(city):
    circular = registered(city)
    assert "originals_of" not in Entry.objects.get(deed="circular.registered").facts
    assert "originals" not in circular.snapshot
    assert changes_of(circular) == []


def test_a_number_for_a_unit_that_gets_nothing_registers_nothing(city):
    with pytest.raises(NoSuchRecipient, match="QX01"):
        registered(city, originals_of={"QX01": 3})
    assert not Circular.objects.exists()


def test_each_original_has_its_serial_and_is_on_record_and_no_more_are_printed(city, delivery):
    (copy,) = printed(city, delivery, purpose="archive")
    assert (copy.serial, copy.sanctioned, copy.word) == (1, 1, "第 1/1 份")
    assert (copy.unit, copy.unit_name, copy.printed_by, copy.printed_at) == (
        city.attentive,
        "市公安局",
        city.clerk,
        MONDAY,
    )
    with pytest.raises(NoneLeft, match=r"核定 1 份，已打印 1 份，还可以打印 0 份.*复印件.*增印"):
        printed(city, delivery)
    assert PrintedCopy.objects.count() == 1
    entry = Entry.objects.get(deed="originals.printed")
    assert entry.facts == {"serials": [1], "sanctioned": 1, "purpose": "archive"}
    assert (entry.subject, entry.person, entry.unit) == (
        f"circulars.delivery:{delivery.pk}",
        city.clerk,
        city.attentive.pk,
    )


def test_what_a_unit_prints_goes_into_nobodys_evidence(city, delivery):
    printed(city, delivery)
    copied(city, delivery)
    deeds = Entry.objects.filter(circular=delivery.circular.uuid).values_list("deed", flat=True)
    assert not {"originals.printed", "copy.plain"} & set(deeds)
    assert not entries_about(delivery.circular, {}).filter(deed__in=["originals.printed", "copy.plain"]).exists()


def test_one_press_prints_once_and_another_persons_key_is_another_press(city, delivery):
    DistributionLine.objects.filter(circular=delivery.circular).update(originals=3)
    key = uuid4()
    first = printed(city, delivery, copies=2, key=key)
    assert [copy.pk for copy in printed(city, delivery, copies=2, key=key)] == [copy.pk for copy in first]
    assert [copy.serial for copy in printed(city, delivery, key=key, by=city.second_clerk)] == [3]
    assert copied(city, delivery, key=uuid4()).serial is None
    assert Entry.objects.filter(deed="originals.printed").count() == 2


def test_the_tables_themselves_keep_serials_apart_within_the_number_and_unchanged(city, delivery):
    (copy,) = printed(city, delivery)
    for serial, sanctioned in ((1, 5), (2, 1), (0, 1), (None, 1)):
        copy.pk, copy.serial, copy.sanctioned, copy.key = None, serial, sanctioned, uuid4()
        with pytest.raises(DatabaseError), transaction.atomic():
            copy.save(force_insert=True)
    for sentence in ("UPDATE circulars_printedcopy SET serial = 7", "DELETE FROM circulars_printedcopy"):
        with pytest.raises(DatabaseError, match="insert only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)


@pytest.mark.parametrize("who", ["leader", "late_clerk", "sender", "stranger", "superuser"])
def test_only_the_clerks_of_the_unit_print(city, delivery, who):
    for act in (printed, copied):
        with pytest.raises(PermissionDenied):
            act(city, delivery, by=getattr(city, who))


def test_what_is_typed_is_looked_at(city, delivery):
    for wrong in ({"purpose": ""}, {"purpose": "卖"}, {"copies": 0}, {"copies": -1}):
        with pytest.raises(ValidationError):
            printed(city, delivery, **wrong)
    assert not PrintedCopy.objects.exists()


def test_what_is_not_signed_for_or_went_back_is_not_printed(city, circular):
    delivery = city.opened(circular)
    for act in (printed, copied):
        with pytest.raises(OutOfOrder, match="还没有签收"):
            act(city, delivery)
    city.sign(delivery)
    delivery.send_back(code="incomplete", reason="", by=city.clerk, at=MONDAY)
    for act in (printed, copied):
        with pytest.raises(OutOfOrder, match="已退回"):
            act(city, delivery)
    assert not PrintedCopy.objects.exists()


def test_a_blocked_paper_is_not_printed_and_who_printed_it_is_named(city, delivery):
    printed(city, delivery)
    case = block(delivery.circular.page, reason="来函要求封存。", by=city.secretary, at=LUNCH)
    assert case.readers.filter(deed="printed").values_list("person_name", "unit_name").get() == ("孙早", "市公安局")
    for act in (printed, copied):
        with pytest.raises(OutOfOrder, match="封存"):
            act(city, delivery)
    assert not PrintedCopy.objects.of_units_of(city.clerk).exists()


def test_of_an_annulled_paper_there_is_no_original(city, delivery):
    notice = Circular.objects.get(pk=city.sent(title="关于作废的通知").pk)
    Amendment.objects.create(circular=delivery.circular, by_circular=notice, kind=Relation.ANNULS, at=MONDAY)
    with pytest.raises(OutOfOrder, match=f"由 {notice.number} 作废"):
        printed(city, delivery)
    assert copied(city, delivery).kind == "plain"


def test_a_spoilt_sheet_gives_a_new_serial_only_when_a_leader_has_confirmed_it(city, delivery):
    declared = spoilt(city, delivery)
    with pytest.raises(NoneLeft):
        printed(city, delivery)
    with pytest.raises(OutOfOrder, match=r"孙早申报.*待确认作废"):
        declare_spoilt(declared.copy, "又卡纸", by=city.second_clerk, at=MONDAY)
    for who in (city.clerk, city.late_clerk, city.approver):
        with pytest.raises(PermissionDenied):
            declared.confirm(by=who, at=LUNCH)
    declared.confirm(by=city.leader, at=LUNCH)
    (second,) = printed(city, delivery)
    assert (second.serial, second.word) == (2, "第 2 份（核定 1 份，作废 1 份）")
    with pytest.raises(NoneLeft, match="作废 1 份"):
        printed(city, delivery)
    with pytest.raises(OutOfOrder, match="不必再办"):
        SpoiltCopy.objects.get(pk=declared.pk).refuse("不同意", by=city.leader, at=LUNCH)
    told = Message.objects.filter(key__startswith="copy-spoilt").values_list("person__name", flat=True)
    assert sorted(told) == ["孙早", "高建国"]
    assert not Entry.objects.filter(deed__startswith="copy.", circular__isnull=False).exists()


def test_what_a_leader_does_not_accept_counts_as_printed_and_may_be_declared_again(city, delivery):
    declared = spoilt(city, delivery)
    with pytest.raises(ValidationError):
        declared.refuse(" ", by=city.leader, at=LUNCH)
    declared.refuse("印件可以使用。", by=city.leader, at=LUNCH)
    with pytest.raises(NoneLeft):
        printed(city, delivery)
    assert declare_spoilt(declared.copy, "确实缺页。", by=city.clerk, at=LUNCH).state == "declared"
    with pytest.raises(OutOfOrder, match="复印件不计份数"):
        declare_spoilt(copied(city, delivery), "卡纸", by=city.clerk, at=LUNCH)


def test_a_unit_asks_for_more_and_the_sender_says_how_many(city, delivery):
    printed(city, delivery)
    asked = ask_for_more(delivery, 3, "各支队都要存一份。", by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已经申请增印 3 份"):
        ask_for_more(delivery, 1, "还要。", by=city.second_clerk, at=MONDAY)
    for who in (city.clerk, city.sender, city.stranger):
        with pytest.raises(PermissionDenied):
            asked.agree(3, by=who, at=LUNCH)
    with pytest.raises(ValidationError):
        asked.agree(21, by=city.registrar, at=LUNCH)
    asked.agree(2, by=city.registrar, at=LUNCH)
    assert [copy.word for copy in printed(city, delivery, copies=2)] == ["第 2/3 份", "第 3/3 份"]
    again = ask_for_more(delivery, 1, "再要一份。", by=city.clerk, at=LUNCH)
    again.refuse("请使用复印件。", by=city.registrar, at=LUNCH)
    with pytest.raises(NoneLeft):
        printed(city, delivery)
    with pytest.raises(OutOfOrder, match="不必再答复"):
        again.agree(1, by=city.registrar, at=LUNCH)
    told = Message.objects.filter(key__startswith="more-originals").values_list("person__name", "text")
    assert ("刘晓燕", "市公安局申请增印 延政办发〔2026〕23号 正本 3 份：各支队都要存一份。") in told
    assert ("孙晚", "市政府办对 延政办发〔2026〕23号 同意增印 2 份。") in told
    deeds = Entry.objects.filter(circular=delivery.circular.uuid, deed__startswith="originals.")
    assert list(deeds.order_by("pk").values_list("deed", flat=True)) == [
        *("originals.asked", "originals.agreed", "originals.asked", "originals.refused"),
    ]


def test_reasons_bear_no_mark_of_secrecy_and_numbers_have_their_bounds(city, delivery):
    for wanted, reason in ((0, "要"), (21, "要"), (1, " "), (1, "长" * 201)):
        with pytest.raises(ValidationError):
            ask_for_more(delivery, wanted, reason, by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="密级"):
        ask_for_more(delivery, 1, "机密★5年", by=city.clerk, at=MONDAY)


def test_what_a_successor_signs_for_keeps_its_number(city):
    circular = registered(city, originals=1, originals_of={"BM05": 4})
    city.dispatch(circular)
    delivery = city.delivery(circular)
    at = MONDAY + timedelta(hours=1)
    dissolve(city.attentive, city.county, on_day=at.date(), ground="延编发〔2026〕8号", by=city.engineer, at=at)
    delivery.refresh_from_db()
    assert delivery.unit == city.county
    assert allowance_of(delivery).sanctioned == 4


def test_nothing_that_was_said_of_a_print_outlives_a_purge(
    city, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.ATTACHMENTS_ROOT = tmp_path
    delivery = city.sign(city.opened(city.sent(**secret())))
    (copy,) = printed(city, delivery)
    declare_spoilt(copy, f"{WORD}一页卡纸", by=city.clerk, at=MONDAY).refuse(f"{WORD}可用", by=city.leader, at=MONDAY)
    ask_for_more(delivery, 1, f"{WORD}要存档", by=city.clerk, at=MONDAY).refuse(
        f"{WORD}不增", by=city.registrar, at=MONDAY
    )
    with django_capture_on_commit_callbacks(execute=True):
        purged(city, delivery.circular.page)
    assert traces(WORD) == []
    assert PrintedCopy.objects.count() == 1


def test_many_papers_cost_as_many_questions_as_one(city, delivery, django_assert_max_num_queries):
    from circulars.printing import allowances_of

    other = city.sign(city.opened(city.sent()))
    with django_assert_max_num_queries(6):
        allowances_of([delivery, other])
