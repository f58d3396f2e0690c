"""隔离自查: what on the machine points outside, found without sending anything (Article 11). Nothing here leaves the loopback."""

import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.isolation import IsolationCheck, check_isolation, isolation_warnings, sweep_isolation, ways_out, wide_routes
from cms.messages import Message
from tests.cast import MONDAY

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
NEAR = "eth0\t0003140A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
DEFAULT = "eth0\t00000000\t0103140A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
HALF = "tun0\t00000080\t0103140A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
DOWN = "eth9\t00000000\t0103140A\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
ZEROS = "0" * 32
SIX_NEAR = f"fd00{'0' * 28} 40 {ZEROS} 00 {ZEROS} 00000100 00000001 00000000 00000001     eth0\n"
SIX_DEFAULT = f"{ZEROS} 00 {ZEROS} 00 {'fe80' + '0' * 27 + '1'} 00000400 00000001 00000000 00000003     eth1\n"
SIX_REJECTED = f"{ZEROS} 00 {ZEROS} 00 {ZEROS} ffffffff 00000001 00000000 00200200       lo\n"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def table(tmp_path):
    """Writes what the system keeps of its routes; returns the folder."""

    def write(four="", six=""):
        (tmp_path / "route").write_text(HEAD + four)
        (tmp_path / "ipv6_route").write_text(six)
        return tmp_path

    return write


@pytest.fixture
def listener():
    """A target on this machine that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    "four, six, devices",
    [
        (NEAR, SIX_NEAR + SIX_REJECTED, set()),
        (NEAR + DEFAULT, "", {"eth0"}),
        (HALF, "", {"tun0"}),
        (DOWN, SIX_DEFAULT, {"eth1"}),
        ("", "", set()),
    ],
)
def test_the_table_of_routes_tells_whether_a_way_leads_to_everywhere(table, four, six, devices):
    assert wide_routes(table(four, six)) == devices


def test_a_system_without_such_a_table_tells_nothing(tmp_path):
    assert wide_routes(tmp_path / "nowhere") == set()


def test_a_default_route_and_proxies_are_named_until_the_operator_answers_for_the_route(table, settings):
    here = table(DEFAULT)
    found = ways_out(routes=here, environment={"HTTPS_PROXY": "http://10.0.0.1:8080", "no_proxy": "*", "ALL_PROXY": ""})
    assert len(found) == 2
    assert "默认路由（eth0）" in found[0]
    assert "代理（https_proxy）" in found[1]
    settings.INNER_DEFAULT_ROUTE = True
    assert ways_out(routes=here, environment={}) == []


def test_looking_opens_no_socket(table, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a look at isolation sends nothing")

    monkeypatch.setattr(socket, "socket", refuse)
    assert ways_out(routes=table(DEFAULT), environment={})


def test_only_targets_that_the_operator_named_are_tried(db, listener):
    nobody_there = "127.0.0.1:1"
    assert check_isolation(MONDAY, look=list).is_isolated
    check = check_isolation(MONDAY, look=list, targets=[listener, nobody_there, "nonsense"])
    assert check.tried == 3
    assert check.found == [f"本机能够连通外部目标 {listener}，请立即断开。"]


def test_the_network_office_is_told_once_a_day_and_reads_it_on_its_page(city, week):
    found = "本机有默认路由（eth0），请确认它不通往政务外网和互联网。"
    for hours in (0, 1, 24):
        check_isolation(MONDAY + hours * HOUR, look=lambda: [found])
    told = Message.objects.filter(key__startswith="isolation:")
    assert [message.person_id for message in told] == [city.engineer.pk] * 2
    week.move_to(MONDAY + 24 * HOUR, tick=False)
    assert found in city.desk(city.engineer).get(reverse("accounts:isolation")).content.decode()


def test_the_sweep_looks_once_an_hour(db):
    for minutes in (0, 1, 59, 60):
        sweep_isolation(MONDAY + timedelta(minutes=minutes))
    assert IsolationCheck.objects.count() == 2


def test_a_look_that_is_old_or_was_never_made_is_said(db, django_assert_num_queries):
    assert "还没有做过隔离自查" in isolation_warnings(MONDAY)[0]
    check_isolation(MONDAY, look=list)
    with django_assert_num_queries(1):
        assert isolation_warnings(MONDAY + 3 * HOUR) == []
    assert "停在" in isolation_warnings(MONDAY + 4 * HOUR)[0]


def test_a_look_is_gone_after_its_term_and_the_last_one_stays(db):
    IsolationCheck.objects.bulk_create(IsolationCheck(at=MONDAY - days * DAY, tried=0) for days in (1095, 1096, 1))
    sweep_isolation(MONDAY)
    left = IsolationCheck.objects.order_by("at").values_list("at", flat=True)
    assert list(left) == [MONDAY - 1095 * DAY, MONDAY - DAY, MONDAY]


def test_no_look_is_changed_or_taken_away_before_its_term(db):
    check = check_isolation(timezone.now() + DAY, look=lambda: ["发现"])  # the engine goes by its own clock
    for act in (lambda: IsolationCheck.objects.update(findings=""), check.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_probe_that_nobody_can_read_stops_the_check_of_the_installation(settings):
    settings.ISOLATION_PROBES = ["example"]
    with pytest.raises(SystemCheckError, match="主机:端口"):
        call_command("check")
