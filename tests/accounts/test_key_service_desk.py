"""Key service through its pages: rounds, fees, back-ups, deductions, the vendor's tasks; and who may not (Articles 8, 12, 14 and 17)."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.backups import BackupRun, start_backup
from accounts.deductionsheets import DeductionSheet
from accounts.fees import FeeEntry
from accounts.renewals import Renewal, RenewalRound
from accounts.renewing import start
from accounts.seals import SealKey
from tests.accounts.vendors import ending_on, office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY
from tests.offices import beijing
from tests.sealkeys import seal_key
from tests.smallfiles import pdf
from tests.walking import everything

PROOF = "c3" * 32
ROUND = {
    "year": "2026",
    "ends_from": "2026-11-01",
    "ends_to": "2026-11-30",
    "fee_unit_seal": "260.00",
    "fee_leaders_stamp": "",
    "fee_clerk": "90",
}


@pytest.fixture
def firm(city):
    return vendor(city)


@pytest.fixture
def keys(city):
    return office_and_county(city)


def page(name, *args):
    return reverse(f"accounts:{name}", args=args)


def body(answer):
    return answer.content.decode()


def rows(answer):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=6)]


def test_a_round_is_opened_started_paid_and_put_right_on_the_desk(city, firm, keys):
    desk = city.desk(city.engineer)
    assert "还没有续费" in body(desk.get(page("renewals")))
    for wrong, said in (
        ({"fee_unit_seal": "贰佰"}, "最多两位小数"),
        ({"fee_unit_seal": "", "fee_clerk": ""}, "至少填写一种"),
        ({"ends_to": "2026-10-01"}, "不能早于起始日期"),
        ({"provider": "99999"}, "请选择密钥服务单位"),
    ):
        answer = desk.post(page("renewals"), ROUND | {"provider": firm.provider.pk} | wrong)
        assert said in body(answer)
        assert "2026-11-01" in body(answer), "nothing typed is lost"
    answer = desk.post(page("renewals"), ROUND | {"provider": firm.provider.pk}, follow=True)
    assert "2 把密钥列入" in body(answer)
    round_ = RenewalRound.objects.get()
    seal, clerk = map(renewal_of, keys)
    assert "请先勾选" in body(desk.post(page("start_renewals", round_.pk), {"renewal": ["x", "9" * 30]}, follow=True))
    ticked = {"renewal": [seal.pk, clerk.pk]}
    assert "2 把密钥已交" in body(desk.post(page("start_renewals", round_.pk), ticked, follow=True))
    assert "请先勾选" in body(desk.post(page("start_renewals", round_.pk), ticked, follow=True)), "twice is once"
    paid = {"amount": "90.00", "paid_on": "2026-09-28", "voucher": "票0001"}
    assert "不能再登记" in body(desk.post(page("pay_renewal", clerk.pk), paid | {"amount": "90.01"}))
    assert "已登记缴费 90.00 元" in body(desk.post(page("pay_renewal", clerk.pk), paid, follow=True))
    assert "已经登记过" in body(desk.post(page("pay_renewal", clerk.pk), paid, follow=True))
    book = body(desk.get(page("fees")))
    for words in ("票0001", "自付", "260.00", "市财政"):
        assert words in book
    entry = FeeEntry.objects.get()
    for _ in range(2):
        desk.post(page("take_back_fee", entry.pk), {"note": "登错"})
    assert FeeEntry.objects.count() == 2
    assert [row[6] for row in rows(desk.get(reverse("reports:fees_workbook") + "?year=2026"))][:2] == [90, -90]
    assert "冲销：登错" in body(desk.get(page("renewal", clerk.pk)))


def test_the_vendor_finds_its_tasks_with_their_clocks_and_reports_them_done(city, firm, keys, week):
    opened(city, firm.provider)
    start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)
    desk, renewal = city.desk(firm.person), renewal_of(keys[0])
    tasks = body(desk.get(page("vendor_tasks")))
    for words in ("市政府办", "10月10日 18:00 前", "还没有开始", "9月30日前"):
        assert words in tasks
    week.move_to(beijing("2026-10-10 18:01"), tick=False)
    desk = city.desk(firm.person)
    assert "办理中，已逾期" in body(desk.get(page("vendor_tasks")))
    assert "续费，应在 今日 18:00 前完成" in body(desk.get("/")), "so its home says"
    assert "已报告办结" in body(desk.post(page("serve_renewal", renewal.pk), follow=True))
    assert "不能变为" in body(desk.post(page("serve_renewal", renewal.pk), follow=True))
    assert "逾期 1 天，列入扣费清单" in body(desk.get(page("renewal", renewal.pk)))
    assert "没有在办的续费" in body(desk.get(page("vendor_tasks")))
    assert "续费和备份" in body(desk.get(page("renewals"))), "the rail leads there"


def test_a_back_up_is_filed_and_finished_on_the_desk_and_stands_in_its_month(city, firm):
    desk, office = city.desk(firm.person), city.desk(city.engineer)
    grid = body(desk.get(page("backups")))
    assert ("8 个月未备份" in grid, "本月待备份" in grid) == (True, True)
    form = {"provider": firm.provider.pk, "started_at": "2026-09-28 08:30"}
    assert "不能晚于现在" in body(desk.post(page("backups"), form | {"started_at": "2026-09-29 08:30"}))
    assert "已登记9月的数据备份" in body(desk.post(page("backups"), form, follow=True))
    assert "已经填报" in body(desk.post(page("backups"), form))
    run = BackupRun.objects.get()
    done = {"finished_at": "2026-09-28 08:59", "checksum": PROOF, "restored_on": ""}
    assert "64 位" in body(desk.post(page("backup", run.pk), done | {"checksum": "x"}))
    for said in ("已填报完成", "不能变为"):
        assert said in body(desk.post(page("backup", run.pk), done, follow=True))
    assert "已登记恢复测试" in body(
        desk.post(page("restore_backup", run.pk), {"restored_on": "2026-09-28"}, follow=True)
    )
    assert "样子填写" in body(desk.post(page("restore_backup", run.pk), {"restored_on": "昨天"}, follow=True))
    assert "已作废" in body(office.post(page("void_backup", run.pk), {"reason": "校验不符"}, follow=True))
    assert "本月待备份" in body(office.get(page("backups")))
    assert office.get(page("backups") + "?year=1&month=x").status_code == 200


def test_deductions_are_looked_at_confirmed_and_put_right_on_the_desk(city, firm, week):
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=beijing("2026-10-12 09:00"), checksum=PROOF, by=firm.person, at=beijing("2026-10-12 09:00"))
    week.move_to(beijing("2026-11-02 09:00"), tick=False)
    desk = city.desk(city.engineer)
    shown = body(desk.get(page("deductions")))  # last month of itself
    for words in ("数据备份逾期", "2026年9月数据备份", "当月未备份", "2026年10月数据备份", "第十七条"):
        assert words in shown
    period = f"?provider={firm.provider.pk}&first=2026-10-01&last=2026-10-31"
    lines = rows(desk.get(reverse("reports:deductions_workbook") + period))
    assert [line[1] for line in lines[:2]] == ["数据备份逾期", "当月未备份"]
    typed = {"number": "延网信函〔2026〕8号", "confirmed_on": "2026-11-02", "amount": "1200"}
    assert "最多两位小数" in body(desk.post(page("deductions") + period, typed | {"amount": "1.234"}))
    assert "1200.00 元" in body(desk.post(page("deductions") + period, typed, follow=True))
    assert "重叠" in body(desk.post(page("deductions") + period, typed | {"number": "9号"}))
    sheet = DeductionSheet.objects.get()
    fixed = typed | {"number": "延网信函〔2026〕9号", "amount": "900", "reason": "金额算错"}
    assert "请填写更正原因" in body(desk.post(page("deduction", sheet.pk), fixed | {"reason": ""}))
    assert "已更正为" in body(desk.post(page("deduction", sheet.pk), fixed, follow=True))
    assert "已经更正过" in body(desk.post(page("deduction", sheet.pk), fixed | {"number": "10号"}, follow=True))
    assert "金额算错" in body(city.desk(firm.person).get(page("deduction", sheet.pk)))
    new = DeductionSheet.objects.standing().get()
    text = str(rows(city.desk(firm.person).get(reverse("reports:deduction_workbook", args=[new.pk]))))
    assert "按合同扣减 900.00 元" in text
    assert "还没有结束" in body(desk.get(page("deductions") + period.replace("10-31", "11-30")))
    for odd in (
        "?first=x",
        "?first=2026-10-01&last=2026-10-31&provider=9",
        "?provider=1&first=0001-01-01&last=9999-12-31",
    ):
        assert desk.get(page("deductions") + odd).status_code == 200
        assert desk.get(reverse("reports:deductions_workbook") + odd).status_code in (200, 302)


def test_the_letter_and_its_scan_are_kept_with_the_damaged_key_and_read_by_who_sees_it(city, week):
    key, _ = seal_key(city.office, city.keeper, at=MONDAY)
    desk = city.desk(city.engineer)
    bad = {"letter": "介〔2026〕3号", "scan": SimpleUploadedFile("介绍信.pdf", b"no pdf")}
    assert "请用原程序另存" in body(desk.post(page("accept_damage", key.pk), bad, follow=True))
    assert SealKey.objects.get(pk=key.pk).state == "in_force"
    desk.post(page("accept_damage", key.pk), {"letter": "介〔2026〕3号"})
    assert "扫描件待补" in body(desk.get(page("key_service")))
    assert "请选择" in body(desk.post(page("add_letter_scan", key.pk), {}, follow=True))
    for said in ("扫描件已登记", "已经登记过"):
        scan = {"scan": SimpleUploadedFile("介绍信.pdf", pdf("letter"))}
        assert said in body(desk.post(page("add_letter_scan", key.pk), scan, follow=True))
    letter = key.letters.get(scan__isnull=False)
    assert b"".join(desk.get(page("letter_scan", letter.pk)).streaming_content) == pdf("letter")
    assert city.desk(city.principal).get(page("letter_scan", letter.pk)).status_code == 200
    for person in (city.leader, city.keeper, city.stranger):
        assert city.desk(person).get(page("letter_scan", letter.pk)).status_code == 404
    report = body(desk.get(page("key_service")))
    assert "介〔2026〕3号" in report
    assert "扫描件待补</span>" not in report
    week.move_to(beijing("2026-10-12 09:00"), tick=False)
    desk = city.desk(city.engineer)
    assert "2 天" in body(desk.get(page("key_service")))
    line = rows(desk.get(reverse("reports:key_service_workbook")))[0]
    assert (line[1], line[5], line[6], line[10], line[12]) == (
        "延安市人民政府办公室",
        "介〔2026〕3号",
        "有",
        2,
        "待制发",
    )


def test_a_leader_sees_the_own_units_renewals_and_a_keeper_what_to_do(city, firm, keys):
    ending_on(seal_key(city.attentive, city.clerk, kind="clerk", at=MONDAY)[0], keys[0].last_day)
    round_ = opened(city, firm.provider)
    seen = body(city.desk(city.leader).get(page("renewal_round", round_.pk)))
    assert ("市公安局" in seen, "市政府办的" in seen, "宝塔区" in seen) == (True, False, False)
    assert "交保障单位办理" not in seen
    own = body(city.desk(city.county_clerk).get(page("own_keys")))
    assert "0911-2167287" in own
    assert "服务费 90.00 元" in own
    assert city.desk(city.county_clerk).get(page("renewal", renewal_of(keys[1]).pk)).status_code == 404


@pytest.mark.parametrize("act", ["renewals", "start_renewals", "start", "serve", "send_back", "drop", "pay", "take_back",
                                 "backups", "backup", "restore", "void", "deductions", "deduction", "scan"])  # fmt: skip
def test_an_act_of_key_service_is_nobody_elses(city, firm, keys, act, week):
    round_ = opened(city, firm.provider)
    renewal = renewal_of(keys[1])
    start(renewal, by=city.engineer, at=MONDAY)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    renewal.fee_entries.create(amount=1, paid_on=MONDAY.date(), voucher="票", entered_by=firm.person, entered_at=MONDAY)
    week.move_to(beijing("2026-11-02 09:00"), tick=False)
    period = f"?provider={firm.provider.pk}&first=2026-10-01&last=2026-10-31"
    sheet = {"number": "8号", "confirmed_on": "2026-11-02", "amount": "1", "reason": "更正"}
    confirmed = DeductionSheet.objects.create(
        provider=firm.provider, first="2026-09-01", last="2026-09-30", number="7号", confirmed_on="2026-10-08",
        amount=1, as_of=MONDAY, confirmed_by=city.engineer,
    )  # fmt: skip
    done = {"finished_at": "2026-09-28 09:00", "checksum": PROOF}
    path, posted = {
        "renewals": (page("renewals"), ROUND | {"provider": firm.provider.pk}),
        "start_renewals": (page("start_renewals", round_.pk), {"renewal": [renewal_of(keys[0]).pk]}),
        "start": (page("start_renewal", renewal_of(keys[0]).pk), {}),
        "serve": (page("serve_renewal", renewal.pk), {}),
        "send_back": (page("send_back_renewal", renewal.pk), {"reason": "x"}),
        "drop": (page("drop_renewal", renewal.pk), {"reason": "x"}),
        "pay": (page("pay_renewal", renewal.pk), {"amount": "1", "paid_on": "2026-09-28", "voucher": "2"}),
        "take_back": (page("take_back_fee", FeeEntry.objects.get().pk), {"note": "x"}),
        "backups": (page("backups"), {"provider": firm.provider.pk, "started_at": "2026-11-02 08:00"}),
        "backup": (page("backup", run.pk), done),
        "restore": (page("restore_backup", run.pk), {"restored_on": "2026-09-28"}),
        "void": (page("void_backup", run.pk), {"reason": "x"}),
        "deductions": (page("deductions") + period, sheet),
        "deduction": (page("deduction", confirmed.pk), sheet),
        "scan": (page("add_letter_scan", keys[0].pk), {}),
    }[act]
    other = vendor(city, "BZ-QT")
    people = [other.person, city.secretary, city.keeper, city.county_clerk, city.principal, city.stranger, city.nobody]
    if act in ("start", "start_renewals", "send_back", "drop", "void", "deductions", "deduction", "scan"):
        people.append(firm.person)
    desks, office = [city.desk(person) for person in people], city.desk(city.engineer)
    before = everything()
    for desk in desks:
        assert desk.post(path, posted).status_code in (200, 302, 403, 404)
    assert office.get(path).status_code in (200, 405)
    assert everything() == before


def test_lists_ask_the_same_few_questions_however_long_they_are(city, firm, keys):
    round_ = opened(city, firm.provider)
    start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    desk, counts = city.desk(city.engineer), {}
    pages = [page("renewals"), page("renewal_round", round_.pk), page("fees"), page("key_service")]

    def count(path):
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(path).status_code == 200
        return len(asked)

    for path in pages:
        count(path)
        counts[path] = count(path)
    for number in range(6):
        unit = vendor(city, f"BZ-{number}").unit
        key = SealKey.objects.create(unit=unit, kind="clerk", keeper=city.clerk, requested_at=MONDAY, state="refused")
        renewal = Renewal.objects.create(round=round_, key=key, payer="self", fee=1)
        renewal.fee_entries.create(
            amount=1, paid_on=MONDAY.date(), voucher="票", entered_by=city.engineer, entered_at=MONDAY
        )
    more = {path: count(path) for path in pages}
    assert {path: more[path] for path in pages if more[path] > counts[path]} == {}
