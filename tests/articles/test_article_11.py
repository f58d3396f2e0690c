"""第十一条: the system stands apart from the government extranet and the internet.

传输电子公文应使用符合技术标准要求的机器设备，严禁电子公文传输系统与政务外网、国际互联网联接。
"""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.networks import ClientNetwork, allow_network, networks_in_force
from accounts.networks import is_admitted as admits
from cms.accesslog import Access, Look
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY

ISOLATION = reverse("accounts:isolation")
INSIDE, OUTSIDE = "10.20.3.7", "59.80.1.2"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def allowed(city, text="10.20.0.0/16", *, seen_from=INSIDE, at=MONDAY, **more):
    return allow_network(text, "市直单位内网", seen_from=seen_from, by=city.engineer, at=at, **more)


def knock(address, path="/login/", **headers):
    return Client().get(path, REMOTE_ADDR=address, headers=headers)


def is_admitted(address, at):
    return admits(address, lambda: networks_in_force(at))


def told(city):
    return list(Message.objects.filter(person=city.engineer, key__startswith="outside:").values_list("text", flat=True))


def desk(city, address=INSIDE):
    client = city.desk(city.engineer)
    client.defaults["REMOTE_ADDR"] = address
    return client


# Who may come, and who is turned away


def test_while_nothing_is_set_everybody_may_come_and_the_page_warns_of_it(city, week):
    assert knock(OUTSIDE).status_code == 200
    assert "现在任何地址都可以访问本系统" in desk(city).get(ISOLATION).content.decode()


def test_the_check_before_going_live_says_so_until_a_network_is_set(city, week):
    def said():
        found = run_checks(include_deployment_checks=True, databases=["default"])
        return [message.id for message in found if message.id == "accounts.W001"]

    assert said() == ["accounts.W001"]
    allowed(city)
    assert said() == []


def test_an_outsider_is_shown_whom_to_call_and_nothing_else_written_down_and_reported(city, week):
    allowed(city)
    assert knock(INSIDE).status_code == 200
    for path in ("/login/", "/", "/cms/", "/no-such-page/", reverse("accounts:revocation_list")):
        answer = knock(OUTSIDE, path)
        assert answer.status_code == 403
        assert "市网信办" in answer.content.decode()
        assert OUTSIDE in answer.content.decode()
        assert "<form" not in answer.content.decode()
        assert not answer.cookies
    assert Client().post("/login/", {"username": "clerk"}, REMOTE_ADDR=OUTSIDE).status_code == 403
    access = Access.objects.get(look=Look.OUTSIDE)
    assert (access.address, access.subject, access.person) == (OUTSIDE, "/login/", None)
    assert len(told(city)) == 1
    assert OUTSIDE in told(city)[0]


def test_who_is_signed_in_stays_out_as_well_once_the_network_ends(city, week):
    allowed(city)
    client = city.desk(city.clerk)
    assert client.get(reverse("circulars:inbox"), REMOTE_ADDR=INSIDE).status_code == 200
    assert client.get(reverse("circulars:inbox"), REMOTE_ADDR=OUTSIDE).status_code == 403


def test_the_alarm_rings_once_an_hour_for_each_address(city, week):
    allowed(city)
    for minutes in (0, 0, 20, 59, 60):
        week.move_to(MONDAY + timedelta(minutes=minutes), tick=False)
        knock(OUTSIDE)
    assert Access.objects.filter(look=Look.OUTSIDE).count() == 4
    assert len(told(city)) == 2
    knock("59.80.1.3")
    assert len(told(city)) == 3
    assert "59.80.1.3" in desk(city).get(ISOLATION).content.decode()


def test_who_knocks_without_end_from_many_addresses_fills_no_table(city, week):
    allowed(city)
    for last in range(70):
        assert knock(f"59.80.7.{last}").status_code == 403
    assert Access.objects.filter(look=Look.OUTSIDE).count() == 60


def test_the_pulse_and_the_machine_itself_are_always_answered(city, week):
    allowed(city)
    assert knock(OUTSIDE, "/healthz").status_code in (200, 503)
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert knock(address).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip", "True-Client-Ip"])
def test_nobody_comes_in_by_writing_an_inner_address_into_the_request(city, week, settings, header):
    allowed(city)
    for claimed in (INSIDE, "127.0.0.1", f"for={INSIDE}"):
        assert knock(OUTSIDE, **{header: claimed}).status_code == 403
    assert Access.objects.filter(look=Look.OUTSIDE).values_list("address", flat=True).distinct().get() == OUTSIDE
    settings.BEHIND_PROXY = True
    for claimed in (f"{INSIDE}, {OUTSIDE}", f"127.0.0.1,{OUTSIDE}"):
        assert knock("10.20.0.1", **{header: claimed, "X-Forwarded-For": f"127.0.0.1, {OUTSIDE}"}).status_code == 403


def test_behind_a_proxy_the_address_counts_that_the_proxy_saw(city, week, settings):
    allowed(city)
    settings.BEHIND_PROXY = True
    assert knock("127.0.0.1", **{"X-Forwarded-For": f"{INSIDE}, {OUTSIDE}"}).status_code == 403
    assert knock("127.0.0.1", **{"X-Forwarded-For": f"{OUTSIDE}, {INSIDE}"}).status_code == 200
    assert knock("127.0.0.1", **{"X-Forwarded-For": "127.0.0.1, unknown"}).status_code == 403


@pytest.mark.parametrize(
    "address, comes",
    [
        ("10.20.0.0", True),
        ("10.20.255.255", True),
        ("10.21.0.0", False),
        ("::ffff:10.20.3.7", True),
        ("::ffff:10.21.3.7", False),
        ("fd00:10::5", True),
        ("fd00:10::5%eth0", True),
        ("fd00:11::5", False),
        ("192.168.9.9", True),
        ("192.168.9.10", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_old_and_new_addresses_are_compared_as_numbers(city, address, comes):
    for text in ("10.20.0.0/16", "FD00:10::/48", "192.168.9.9"):
        allowed(city, text)
    assert is_admitted(address, MONDAY) is comes


def test_a_network_may_be_allowed_to_a_last_day(city):
    allowed(city)
    allowed(city, "10.30.0.0/16", last_day=MONDAY.date())
    assert is_admitted("10.30.0.1", MONDAY + 14 * HOUR)
    assert not is_admitted("10.30.0.1", MONDAY + 15 * HOUR)


# Who sets it


def test_the_network_office_sets_and_ends_networks_on_its_page_each_once(city, week):
    typed = {"cidr": "10.20.0.0/16", "purpose": "市直单位内网", "unit": city.attentive.pk, "last_day": ""}
    assert desk(city).post(ISOLATION, typed).status_code == 302
    assert "已经允许" in desk(city).post(ISOLATION, typed).content.decode()
    desk(city).post(ISOLATION, typed | {"cidr": "10.30.0.0/16", "unit": ""})
    second = ClientNetwork.objects.get(cidr="10.30.0.0/16")
    end = reverse("accounts:end_network", args=[second.pk])
    assert desk(city).get(end).status_code == 405
    assert city.desk(city.stranger).post(end).status_code == 404
    for _ in range(2):
        assert desk(city).post(end).status_code == 302
    page = desk(city).get(ISOLATION).content.decode()
    assert page.index("10.20.0.0/16") < page.index("10.30.0.0/16")
    assert "现在任何地址都可以访问" not in page
    assert list(Entry.objects.filter(deed__startswith="network.").order_by("pk").values_list("deed", flat=True)) == [
        "network.allowed",
        "network.allowed",
        "network.ended",
    ]


@pytest.mark.parametrize("who", ["secretary", "clerk", "stranger", "superuser"])
def test_nobody_else_sets_networks(city, week, who):
    with pytest.raises(PermissionDenied):
        allow_network("10.20.0.0/16", "内网", seen_from=INSIDE, by=getattr(city, who), at=MONDAY)
    assert city.desk(getattr(city, who)).get(ISOLATION).status_code == 404


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "请填写网段"),
        ("内网", "请按“10.20.0.0/16”"),
        ("10.20.0.0/33", "请按“10.20.0.0/16”"),
        ("10.20.3.7/24", "不是网段的起始地址，是否应为 10.20.3.0/24"),
        ("0.0.0.0/0", "等于不限制"),
        ("::/0", "等于不限制"),
        ("::ffff:10.20.0.0/112", "请按 IPv4 的写法"),
        ("10.30.0.0/16", "您现在的地址 10.20.3.7 不在长期允许的网段之内"),
    ],
)
def test_what_is_no_network_or_shuts_oneself_out_is_refused_and_nothing_typed_is_lost(city, week, text, sentence):
    page = desk(city).post(ISOLATION, {"cidr": text, "purpose": "县区内网"}).content.decode()
    assert sentence in page
    assert "县区内网" in page
    assert not ClientNetwork.objects.exists()


def test_nobody_shuts_himself_out_by_ending_a_network_or_by_one_that_ends_some_day(city):
    with pytest.raises(ValidationError, match="长期"):
        allowed(city, last_day=(MONDAY + DAY).date())
    first, second = allowed(city), allowed(city, "10.30.0.0/16")
    with pytest.raises(ValidationError, match="您自己也不能访问"):
        first.end(seen_from=INSIDE, by=city.engineer, at=MONDAY)
    with pytest.raises(ValidationError, match="看不到您的地址"):
        second.end(seen_from="", by=city.engineer, at=MONDAY)
    assert is_admitted(INSIDE, MONDAY)
    second.end(seen_from=INSIDE, by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder):
        second.end(seen_from=INSIDE, by=city.engineer, at=MONDAY)
    first.end(seen_from=INSIDE, by=city.engineer, at=MONDAY)
    assert is_admitted(OUTSIDE, MONDAY)


def test_who_is_shut_out_all_the_same_lifts_everything_at_the_machine(city, week, capsys):
    allowed(city)
    week.move_to(MONDAY + HOUR, tick=False)
    for said in ("已停用 1 个网段", "没有设定网段"):
        call_command("lift_networks")
        assert said in capsys.readouterr().out
    assert knock(OUTSIDE).status_code == 200
    assert Entry.objects.filter(deed="network.lifted").count() == 1


def test_whoever_may_come_is_found_in_one_question(city, django_assert_num_queries):
    for third in range(20):
        allowed(city, f"10.20.{third}.0/24", seen_from="127.0.0.1")
    with django_assert_num_queries(1):
        assert is_admitted("10.20.19.1", MONDAY)


def test_whose_request_asks_for_a_session_asks_for_nothing_more_and_a_change_holds_at_the_next(city, week):
    """The networks come with the session, whatever is set; what another process sets meanwhile is seen at once."""

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("circulars:alarm"), REMOTE_ADDR=address).status_code == 200
        return len(queries)

    client = city.desk(city.clerk)
    asked("127.0.0.1")  # the first request of a log-in asks what later ones know
    known = asked("127.0.0.1")
    assert asked(OUTSIDE) == known
    network = allowed(city)
    assert asked(INSIDE) == known
    assert client.get(reverse("circulars:alarm"), REMOTE_ADDR=OUTSIDE).status_code == 403
    allowed(city, "10.30.0.0/16")
    ClientNetwork.objects.filter(pk=network.pk).update(until=MONDAY)
    assert client.get(reverse("circulars:alarm"), REMOTE_ADDR=INSIDE).status_code == 403
    assert asked("10.30.0.1") == known


def test_a_session_that_is_over_or_invented_lets_nobody_in_and_shuts_nobody_out(city, week):
    allowed(city)
    for key in ("0" * 32, "'; drop table", "x"):
        for address, status in ((INSIDE, 200), (OUTSIDE, 403)):
            client = Client()
            client.cookies["sessionid"] = key
            assert client.get("/login/", REMOTE_ADDR=address).status_code == status
    client = city.desk(city.clerk)
    week.move_to(MONDAY + 3 * HOUR, tick=False)
    assert client.get(reverse("circulars:inbox"), REMOTE_ADDR=INSIDE).status_code == 302
