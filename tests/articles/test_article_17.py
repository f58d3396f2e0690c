"""第十七条: keys are renewed every year, in good time: who keeps one, who leads its unit and who makes new ones know when one ends.

保障电子印章密钥(数字证书)的企业要每月定期做好数据备份工作,每年做好电子印章密钥(数字证书)的续费升级工作,每次备份升级须在5个工
作日完成,未在规定时间内完成的,按合同扣除服务费。第四章系统使用
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.backups import start_backup
from accounts.deductions import deduction_lines
from accounts.deductionsheets import confirm_deductions
from accounts.people import Post
from accounts.renewing import start
from accounts.sealissue import issue, replace_key
from accounts.seals import WARNINGS, SealKey
from accounts.sealwarnings import step_of, warn_of_ends
from cms import authorityends
from cms.authorityends import authority_ends
from cms.checks import authority_lasts
from cms.limits import limit_due, moment
from cms.messages import Message
from cms.offices import office_of
from tests.accounts.keys import in_force
from tests.accounts.vendors import office_and_county, opened, renewal_of, rows_of, vendor
from tests.cast import MONDAY
from tests.offices import beijing

LIST = reverse("accounts:keys")
DAY = timedelta(days=1)


@pytest.fixture
def seal(city):
    return in_force(city)


def told(person):
    return list(
        Message.objects.filter(person=person, key__regex="^keys?-ends?:").order_by("pk").values_list("text", flat=True)
    )


def before_the_end(seal, days):
    """Nine o'clock so many days before the last one."""
    return MONDAY + timedelta(days=(seal.last_day - MONDAY.date()).days - days)


@pytest.mark.parametrize(
    ("days", "step"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1)]
)
def test_a_warning_is_due_sixty_thirty_seven_and_one_day_before_the_end(days, step):
    assert WARNINGS == (60, 30, 7, 1)
    assert step_of(days) == step


def test_keeper_leader_and_network_office_are_told_of_each_step_once(city, seal, week):
    for days in range(62, -1, -1):
        week.move_to(before_the_end(seal, days), tick=False)
        warn_of_ends(before_the_end(seal, days))
        warn_of_ends(before_the_end(seal, days))
    for person in (city.keeper, city.principal):
        said = told(person)
        assert len(said) == len(WARNINGS)
        for days, text in zip(WARNINGS, said, strict=True):
            assert f"还有 {days} 天到期" in text
            assert "请联系市网信办换发" in text
    assert [text.partition("（")[2] for text in told(city.engineer)] == [
        f"{n} 天提醒），请安排换发。" for n in WARNINGS
    ]
    assert told(city.engineer)[0].startswith(f"1 把密钥将于 {seal.last_day} 到期")
    for person in (city.stranger, city.clerk, city.leader, city.secretary, city.approver):
        assert told(person) == []


def test_each_message_leads_where_its_reader_may_go(city, seal):
    warn_of_ends(before_the_end(seal, 30))
    for person in (city.keeper, city.principal, city.engineer):
        link = Message.objects.get(person=person, key__regex="^keys?-ends?:").link
        assert city.desk(person).get(link).status_code == 200


def test_a_sweep_that_stood_still_tells_the_last_step_alone(city, seal):
    warn_of_ends(before_the_end(seal, 5))
    assert len(told(city.keeper)) == 1
    assert "还有 5 天到期" in told(city.keeper)[0]


def test_who_has_a_new_key_on_its_way_is_told_what_is_left_to_do(city, seal):
    new = replace_key(seal, occasion=SealKey.Occasion.RENEWAL, by=city.engineer, at=before_the_end(seal, 40))
    warn_of_ends(before_the_end(seal, 30))
    assert "等待市网信办制发" in told(city.keeper)[-1]
    issue(new, by=city.engineer, at=before_the_end(seal, 20))
    warn_of_ends(before_the_end(seal, 7))
    assert "设定 PIN 启用" in told(city.keeper)[-1]


def test_a_key_that_is_over_or_taken_back_warns_of_nothing(city, seal):
    SealKey.objects.filter(pk=seal.pk).update(state=SealKey.State.RETURNED)
    warn_of_ends(before_the_end(seal, 7))
    assert told(city.keeper) == []


def test_the_sweep_asks_the_same_few_questions_whatever_it_finds(city, seal, django_assert_max_num_queries):
    warn_of_ends(before_the_end(seal, 7))
    with django_assert_max_num_queries(3):
        warn_of_ends(before_the_end(seal, 7))


def test_the_list_of_ending_keys_says_the_days(city, seal, week):
    week.move_to(before_the_end(seal, 59), tick=False)
    assert "还有 59 天" in city.desk(city.engineer).get(f"{LIST}?show=ending").content.decode()
    week.move_to(before_the_end(seal, 61), tick=False)
    assert "还有 61 天" not in city.desk(city.engineer).get(LIST).content.decode()


def test_the_authoritys_own_certificates_are_named_half_a_year_before(city, authority, week, monkeypatch):
    ends = authority.stamping.certificate.not_valid_after_utc
    assert authority_ends(ends - timedelta(days=181)) == []
    soon = [end.name for end in authority_ends(ends - timedelta(days=180))]
    assert soon == ["时间戳", "台账检查点"]
    assert "还有 180 天到期" in authority_ends(ends - timedelta(days=180))[0].sentence
    assert "已经到期" in authority_ends(ends + DAY)[0].sentence
    assert authority_lasts(None) == []
    monkeypatch.setattr(authorityends, "SOON", ends - MONDAY)
    assert [warning.id for warning in authority_lasts(None)] == ["cms.W001"] * 2
    assert "证书机构的时间戳还有" in city.desk(city.engineer).get(LIST).content.decode()
    assert "证书机构的" not in city.desk(city.principal).get(LIST).content.decode()


def test_without_an_authority_nothing_is_said(settings, tmp_path):
    settings.CA_FOLDER = tmp_path / "none"
    assert authority_ends(MONDAY) == []


# --- back-ups and renewals: five working days each, else the fee is deducted ---


def test_back_ups_and_renewals_are_due_on_the_fifth_working_day(city):
    firm, keys = vendor(city), office_and_county(city)
    opened(city, firm.provider)
    start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    # Tuesday, Wednesday, the 8th, the 9th, the worked Saturday
    assert renewal_of(keys[0]).due_at == run.due_at == beijing("2026-10-10 18:00")


@pytest.mark.parametrize(("second", "grounds"), [(0, []), (1, ["late_backup", "late_renewal"])])
def test_one_second_past_the_close_of_the_fifth_day_is_a_line_for_deduction(city, second, grounds):
    firm, keys = vendor(city, since=MONDAY.date()), office_and_county(city)
    opened(city, firm.provider)
    start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    done = beijing("2026-10-10 18:00") + timedelta(seconds=second)
    run.finish(finished_at=done, checksum="ab" * 32, by=firm.person, at=done)
    renewal_of(keys[0]).serve(by=firm.person, at=done)
    october = date(2026, 10, 1), date(2026, 10, 30)
    assert [line.ground for line in deduction_lines(firm.provider, *october, as_of=done)] == grounds


def test_every_month_is_backed_up_and_one_that_was_not_is_a_line_for_deduction(city):
    firm = vendor(city)
    start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    lines = deduction_lines(firm.provider, date(2026, 7, 1), date(2026, 9, 30), as_of=beijing("2026-10-01 00:00"))
    assert [(line.label, line.what) for line in lines] == [
        ("当月未备份", "2026年7月数据备份"),
        ("当月未备份", "2026年8月数据备份"),
    ]


def test_what_is_deducted_is_confirmed_with_number_day_and_the_contracts_amount(city):
    firm, november = vendor(city), beijing("2026-11-02 09:00")
    sheet = confirm_deductions(
        firm.provider,
        date(2026, 10, 1),
        date(2026, 10, 31),
        number="延网信函〔2026〕8号",
        confirmed_on=november.date(),
        amount=Decimal("1200.00"),
        by=city.engineer,
        at=november,
    )
    assert [line.ground for line in sheet.lines.all()] == ["missed_backup"]


def test_the_deadlines_as_worked_out_by_hand_stand_on_the_screens_too(city, week):
    """Every row of deadlines.csv about a back-up and about a renewal, from the press that starts its clock on."""
    for number, row in enumerate(rows_of("backup_completion")):
        began, due = datetime.fromisoformat(row["start_at"]), datetime.fromisoformat(row["due_at"])
        assert limit_due("backup_completion", began, office_of(city.office.area)).at == due
        week.move_to(began, tick=False)
        firm = vendor(city, f"BZ-B{number}")
        typed = {"provider": firm.provider.pk, "started_at": f"{timezone.localtime(began):%Y-%m-%d %H:%M}"}
        answer = city.desk(firm.person).post(reverse("accounts:backups"), typed, follow=True)
        assert f"<dd>{timezone.localtime(due):%Y-%m-%d %H:%M}" in answer.content.decode()
    for number, row in enumerate(rows_of("renewal_completion")):
        began, due = datetime.fromisoformat(row["start_at"]), datetime.fromisoformat(row["due_at"])
        assert limit_due("renewal_completion", began, office_of(city.office.area)).at == due
        week.move_to(MONDAY, tick=False)
        firm = vendor(city, f"BZ-R{number}")
        Post.objects.update(held_from=date(2026, 1, 1))
        week.move_to(began, tick=False)
        keys = office_and_county(city, at=began)
        opened(city, firm.provider, at=began)
        renewal = renewal_of(keys[0])
        city.desk(city.engineer).post(reverse("accounts:start_renewal", args=[renewal.pk]))
        assert renewal_of(keys[0]).due_at == due
        for name in ("accounts:vendor_tasks", "provider_home"):
            assert f"{moment(due, began)} 前" in city.desk(firm.person).get(reverse(name)).content.decode()
