"""The homes of network office, leaders and providers: what stands there, and for whom (Articles 7, 8 and 18)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.backups import start_backup
from accounts.faults import report_fault
from accounts.lookins import LookIn
from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.roles import Role
from accounts.seals import SealKey
from accounts.unitduty import arrange_unit_duty
from accounts.units import Category, Unit
from cms.sweep import sweep
from config.homes import HOMES
from tests import lines
from tests.accounts.vendors import vendor
from tests.cast import MONDAY
from tests.handovers import accepted
from tests.offices import beijing
from tests.sealkeys import seal_key


def shown(city, who, path="/"):
    page = city.desk(who).get(path)
    assert page.status_code == 200
    return {block.title: block for block in page.context["blocks"]}


def said(block):
    return " ".join(f"{line.label} {line.text}" for line in block.lines)


@pytest.fixture
def carrier(city):
    unit = Unit.add_root(
        code="BZ01", name="延安电信", short_name="延安电信", category=Category.PROVIDER, area=city.office.area
    )
    Provider.objects.create(unit=unit, service=Service.CARRIER, contract="2026-7", phone="0911-1", since=MONDAY.date())
    person = User.objects.create(username="carrier", name="线路员")
    take_post(person, unit, Role.PROVIDER, by=None, at=MONDAY)
    return User.objects.get(pk=person.pk)


def test_the_network_office_lands_where_it_sees_how_the_platform_and_the_units_stand(city, week):
    sweep(MONDAY)
    blocks = shown(city, city.engineer)
    health = said(blocks["平台运行"])
    for part in ("数据库 正常", "后台任务 正常", "任务队列", "附件磁盘 可用", "台账摘要", "夜间核查文件"):
        assert part in health
    assert city.late.short_name in said(blocks["今日未登录的单位"])
    assert not blocks["未恢复的故障"].lines
    report_fault(city.late, "network", "断网", detected_at=MONDAY - timedelta(hours=26), by=city.late_clerk, at=MONDAY)
    key, _ = seal_key(city.office, city.keeper, at=MONDAY)
    SealKey.objects.filter(pk=key.pk).update(valid_until=MONDAY + timedelta(days=20))
    week.move_to(MONDAY + timedelta(minutes=10), tick=False)
    blocks = shown(city, city.engineer)
    assert "网络线路，待处理，9月27日 07:00 发现，应在 9月29日 18:00 前办理" in said(blocks["未恢复的故障"])
    assert "还有 20 天到期" in said(blocks["即将到期的密钥"])
    assert "后台任务 已停止" in said(blocks["平台运行"])


def test_the_health_of_the_platform_names_the_last_back_up_and_a_month_without_one(city, week):
    def line():
        block = shown(city, city.engineer)["平台运行"]
        return next(line for line in block.lines if line.label == "密钥数据备份")

    assert line().text == "还没有完成过"
    firm = vendor(city)
    assert (line().text, line().tone) == ("还没有完成过，8 月没有备份", "late")
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=MONDAY, checksum="ab" * 32, by=firm.person, at=MONDAY)
    Provider.objects.filter(pk=firm.provider.pk).update(since=MONDAY.date().replace(day=1))
    assert (line().text, line().tone) == ("最近一次 今日 09:00 完成（2026年9月），没有做恢复测试", "soon")
    run.restore(MONDAY.date(), by=firm.person, at=MONDAY)
    assert line().tone == "signed"
    october = start_backup(
        firm.provider, started_at=MONDAY + timedelta(days=11), by=city.engineer, at=MONDAY + timedelta(days=11)
    )
    week.move_to(beijing("2026-10-30 09:00"), tick=False)
    assert (line().text, line().tone) == ("最近一次 9月28日 09:00 完成（2026年9月），10 月的逾期没有完成", "late")
    october.void("填错", by=city.engineer, at=beijing("2026-10-30 09:00"))
    week.move_to(beijing("2026-11-02 09:00"), tick=False)
    assert line().text == "最近一次 9月28日 09:00 完成（2026年9月），10 月没有备份"
    assert city.desk(city.engineer).get(line().url).status_code == 200


def test_a_leader_lands_where_the_own_unit_is_seen_beside_the_city(city, circular, week):
    week.move_to(MONDAY + timedelta(minutes=30), tick=False)
    city.desk(city.clerk)
    week.move_to(MONDAY + timedelta(days=2, hours=1), tick=False)
    city.desk(city.second_clerk)
    blocks = shown(city, city.leader)
    assert "现在已超时未签收 1 件" in said(blocks["本月签收"])
    assert f"{city.attentive.short_name} 本月按时签收率 0.00%，逾期 1 件" in said(blocks["本月签收"])
    assert "全市 本月按时签收率 0.00%" in said(blocks["本月签收"])
    assert "孙早、孙晚" in said(blocks["在岗人员"])
    assert "孙晚 10:00 登录，今日 1 次" in said(blocks["今日登录"])
    assert "孙早 今日没有登录" in said(blocks["今日登录"])
    assert f"{city.attentive.short_name} 符合要求，最长间隔 120 办公分钟" in said(blocks["今日登录"])


def test_a_leader_reads_who_answers_today_and_comes_to_the_handover_to_sign(city, week):
    assert "市公安局今日值班 没有另排，由收发员值守" in said(shown(city, city.leader)["在岗人员"])
    arrange_unit_duty(city.attentive, {MONDAY.date(): city.second_clerk}, by=city.leader, at=MONDAY)
    handover = accepted(city)
    blocks = shown(city, city.leader)
    duty = next(line for line in blocks["在岗人员"].lines if line.label == "市公安局今日值班")
    assert duty.text == "孙晚"
    (waiting,) = blocks["等我办理的交接"].lines
    assert "孙早 移交给 孙晚" in f"{waiting.label}{waiting.text}"
    desk = city.desk(city.leader)
    for line in (duty, waiting):
        assert desk.get(line.url).status_code == 200
    assert waiting.url == reverse("accounts:handover", args=[handover.pk])


def test_lines_that_were_down_this_month_stand_on_the_homes_of_office_and_carrier(city, week):
    lines.carrier(city)
    line = lines.line(city)
    lines.down(line, MONDAY - timedelta(days=30), MONDAY - timedelta(days=29), by=city.lineman)
    lines.down(line, MONDAY - timedelta(hours=20), MONDAY - timedelta(hours=7), by=city.lineman)
    last = lines.down(line, MONDAY - timedelta(hours=1), by=city.lineman)
    for person in (city.engineer, city.lineman):
        block = shown(city, person)["本月线路中断"]
        assert [line.text for line in block.lines] == [
            "今日 08:00 中断，应在 今日 20:00 前恢复",
            "9月27日 13:00 中断，今日 02:00 恢复",
        ]
        assert [line.tone for line in block.lines] == ["soon", "late"]
        assert block.lines[0].url == reverse("accounts:line_outage", args=[last.pk])


def test_a_provider_lands_where_the_own_contract_stands(city, carrier):
    blocks = shown(city, carrier)
    assert "线路运营 延安电信，合同 2026-7，长期，服务电话 0911-1" in said(blocks["保障服务"])
    assert "本月线路中断" in blocks
    assert "续费和备份" not in blocks


def test_each_home_is_shut_to_everybody_else_and_only_shows(city, carrier):
    own = {"network_home": city.engineer, "leader_home": city.leader, "provider_home": carrier}
    assert set(own) == set(HOMES)
    for name, person in own.items():
        for other in (*own.values(), city.clerk, city.drafter, city.nobody):
            answer = city.desk(other).get(reverse(name))
            assert answer.status_code == (200 if other == person else 404), (name, other)
        assert city.desk(person).post(reverse(name)).status_code == 405


def test_a_clerk_who_also_leads_goes_on_landing_on_the_list_and_reaches_the_home_by_the_rail(city):
    take_post(city.clerk, city.attentive, Role.LEADER, by=None, at=MONDAY)
    desk = city.desk(city.clerk)
    assert desk.get("/").url == reverse("circulars:inbox")
    assert reverse("leader_home") in desk.get(reverse("circulars:inbox")).content.decode()
    assert LookIn.objects.filter(person=city.clerk).exists()
