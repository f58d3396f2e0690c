"""收文问题: a unit that cannot receive or open a circular says so, the sender answers, and no clock stops (Articles 13 and 20)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.faults import Fault
from accounts.people import take_post
from accounts.roles import Role
from accounts.units import Unit
from circulars.problems import FAULTS, AlreadyReported, DeliveryProblem, Trouble, report_missing, report_problem
from circulars.purging import block, confirm
from circulars.recalling import recall
from circulars.stopped import STOPPED
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.walking import everything

AT_TEN = MONDAY + timedelta(hours=1)
LIST = reverse("circulars:problems")
MISSING = reverse("circulars:report_missing")


def url(name, pk):
    return reverse(f"circulars:{name}", args=[pk])


def body(answer):
    return answer.content.decode()


@pytest.fixture
def delivery(city, circular):
    Unit.objects.filter(pk=city.attentive.pk).update(duty_phone="0911-2100005")
    Unit.objects.filter(pk=city.office.pk).update(duty_phone="0911-2100001")
    return city.delivery(circular)


@pytest.fixture
def problem(city, delivery):
    return report_problem(delivery, Trouble.DAMAGED, "附件二打不开", by=city.clerk, at=MONDAY)


# The report


def test_the_sender_is_told_and_the_ledger_knows(city, problem):
    told = Message.objects.get(key=f"problem:{problem.pk}")
    assert told.person == city.sender
    for said in ("市公安局", "延政办发〔2026〕23号", "附件损坏", "0911-2100005"):
        assert said in told.text
    entry = Entry.objects.get(deed="problem.reported")
    assert (entry.person, entry.unit, entry.circular) == (city.clerk, city.attentive.pk, problem.delivery.circular.uuid)
    assert "附件二" not in entry.payload


@pytest.mark.parametrize("code", Trouble)
def test_what_may_lie_at_the_units_own_kit_or_line_is_a_fault_by_the_same_press(city, delivery, code):
    problem = report_problem(delivery, code, "屏幕无反应", by=city.clerk, at=MONDAY)
    faults = list(Fault.objects.filter(unit=city.attentive))
    assert faults == ([problem.fault] if code in FAULTS else [])
    for fault in faults:
        assert (fault.kind, fault.reported_by, fault.detected_at) == (FAULTS[code], city.clerk, MONDAY)
        assert Message.objects.filter(key=f"fault:{fault.pk}", person=city.secretary).exists()
        assert Message.objects.filter(key=f"fault:{fault.pk}", person=city.engineer).exists()


def test_no_clock_stops(city, delivery):
    before = (delivery.due_at, delivery.warn_at, delivery.relief)
    report_problem(delivery, Trouble.UNREADABLE, "", by=city.clerk, at=MONDAY)
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.warn_at, delivery.relief) == before
    assert delivery.is_open


def test_the_same_trouble_is_reported_once_until_it_is_answered(city, delivery, problem):
    with pytest.raises(AlreadyReported, match="已经报告过“附件损坏”"):
        report_problem(delivery, Trouble.DAMAGED, "还是打不开", by=city.second_clerk, at=MONDAY)
    problem.reply("已更正", by=city.sender, at=AT_TEN)
    again = report_problem(delivery, Trouble.DAMAGED, "还是打不开", by=city.second_clerk, at=AT_TEN)
    assert DeliveryProblem.objects.count() == 2
    assert again.state == "open"


def test_a_report_that_was_made_already_opens_no_second_fault(city, delivery):
    report_problem(delivery, Trouble.NOT_PRINTED, "卡纸", by=city.clerk, at=MONDAY)
    with pytest.raises(AlreadyReported):
        report_problem(delivery, Trouble.NOT_PRINTED, "卡纸", by=city.clerk, at=MONDAY)
    assert Fault.objects.count() == 1
    assert Entry.objects.filter(deed="problem.reported").count() == 1


@pytest.mark.parametrize(
    "code, text, field", [("", "", "code"), ("because", "", "code"), ("other", " ", "text"), ("damaged", "长" * 301, "text")]
)  # fmt: skip
def test_what_is_missing_is_asked_for(city, delivery, code, text, field):
    with pytest.raises(ValidationError) as refused:
        report_problem(delivery, code, text, by=city.clerk, at=MONDAY)
    assert list(refused.value.message_dict) == [field]
    assert not DeliveryProblem.objects.exists()


@pytest.mark.parametrize("who", ["leader", "late_clerk", "sender", "secretary", "stranger", "nobody", "superuser"])
def test_nobody_reports_who_does_not_receive_there(city, delivery, who):
    with pytest.raises(PermissionDenied):
        report_problem(delivery, Trouble.DAMAGED, "", by=getattr(city, who), at=MONDAY)


def test_a_circular_that_never_came_is_reported_by_its_number(city):
    made = report_missing(city.attentive, city.office, "延政办发〔2026〕99号", "电话得知", by=city.clerk, at=MONDAY)
    assert (made.delivery, made.code, made.fault.kind) == (None, Trouble.NOT_RECEIVED, Fault.Kind.NETWORK)
    assert "延政办发〔2026〕99号 收不到" in Message.objects.get(key=f"problem:{made.pk}").text
    with pytest.raises(AlreadyReported):
        report_missing(city.attentive, city.office, "延政办发〔2026〕99号", "", by=city.clerk, at=AT_TEN)
    with pytest.raises(ValidationError, match="哪件公文"):
        report_missing(city.attentive, city.office, "", " ", by=city.clerk, at=AT_TEN)


# At the desk


def test_the_clerk_sees_both_telephones_and_that_the_clock_runs(city, delivery):
    client = city.desk(city.clerk)
    assert url("report_problem", delivery.pk) in body(client.get(url("reading", delivery.pk)))
    answer = client.post(
        url("report_problem", delivery.pk), {"code": "unreadable", "text": "提示格式错误"}, follow=True
    )
    for shown in (client.get(url("report_problem", delivery.pk)), answer):
        for said in ("0911-2100005", "0911-2100001", "不停止签收时限", "9月29日 18:00"):
            assert said in body(shown)
    assert "已通知发文单位，并已向秘书科和网信办报告故障" in body(answer)


def test_two_presses_make_one_report(city, delivery):
    client = city.desk(city.clerk)
    for _ in range(2):
        answer = client.post(url("report_problem", delivery.pk), {"code": "not_printed"}, follow=True)
        assert answer.redirect_chain[-1][0] == url("problem", DeliveryProblem.objects.get().pk)
    assert (DeliveryProblem.objects.count(), Fault.objects.count()) == (1, 1)


def test_what_is_wrong_in_the_form_is_said_and_nothing_typed_is_lost(city, delivery):
    client, before = city.desk(city.clerk), everything()
    assert "请选择是什么问题。" in body(client.post(url("report_problem", delivery.pk), {"text": "模糊"}))
    shown = body(client.post(url("report_problem", delivery.pk), {"code": "other", "text": ""}))
    assert "请写明是哪件公文、什么情况。" in shown
    shown = body(client.post(MISSING, {"unit": city.attentive.pk, "number": "延政办发〔2026〕99号"}))
    assert "请选择发文单位。" in shown
    assert "延政办发〔2026〕99号" in shown
    assert everything() == before


def test_from_the_list_the_clerk_names_what_did_not_come(city, delivery):
    client = city.desk(city.clerk)
    assert MISSING in body(client.get(reverse("circulars:inbox")))
    form = {"unit": city.attentive.pk, "issuer": city.office.pk, "number": "延政办发〔2026〕99号", "text": ""}
    shown = body(client.post(MISSING, form, follow=True))
    for said in ("延政办发〔2026〕99号", "不在收文单位的列表里", "0911-2100001"):
        assert said in shown


def test_a_clerk_reports_for_the_own_unit_only(city, delivery):
    form = {"unit": city.late.pk, "issuer": city.office.pk, "number": "延政办发〔2026〕99号"}
    assert "请选择单位。" in body(city.desk(city.clerk).post(MISSING, form))
    assert city.desk(city.late_clerk).get(url("report_problem", delivery.pk)).status_code == 404
    assert not DeliveryProblem.objects.exists()


def test_the_sender_answers_once_and_the_clerks_know(city, problem):
    client = city.desk(city.sender)
    assert '>收文问题<span class="rail__count rail__count--due">1</span>' in body(client.get(LIST))
    for _ in range(2):
        answer = client.post(url("problem", problem.pk), {"answer": "附件已更正"}, follow=True)
    assert "附件已更正" in body(answer)
    problem.refresh_from_db()
    assert (problem.state, problem.answered_by) == ("answered", city.sender)
    told = Message.objects.filter(key=f"problem-answered:{problem.pk}").values_list("person", flat=True)
    assert set(told) == {city.clerk.pk, city.second_clerk.pk}
    assert Entry.objects.filter(deed="problem.answered").count() == 1
    assert "收文问题<span" not in body(client.get(LIST))


def test_an_answer_that_came_too_late_is_given_back_with_the_reason(city, problem):
    problem.close(by=city.clerk, at=AT_TEN)
    shown = body(city.desk(city.sender).post(url("problem", problem.pk), {"answer": "附件已更正，随后重发"}))
    for said in ("没有发出的答复", "附件已更正，随后重发", "您填写时，孙早已于", "请打电话"):
        assert said in shown
    problem.refresh_from_db()
    assert (problem.state, problem.answer) == ("closed", "")
    assert "没有发出的答复" not in body(city.desk(city.sender).get(url("problem", problem.pk)))


def test_two_senders_answer_at_once_and_the_slower_keeps_the_words(city, problem):
    take_post(city.registrar, city.office, Role.SENDER, by=None, at=MONDAY)
    city.desk(city.sender).post(url("problem", problem.pk), {"answer": "附件已更正"})
    shown = body(city.desk(city.registrar).post(url("problem", problem.pk), {"answer": "请先看纸质件"}))
    for said in ("请先看纸质件", "您填写时，陈立新已于", "附件已更正"):
        assert said in shown


def test_an_answer_says_something(city, problem):
    assert "请写明怎样解决。" in body(city.desk(city.sender).post(url("problem", problem.pk), {"answer": "　"}))
    problem.refresh_from_db()
    assert problem.state == "open"


@pytest.mark.parametrize("who", ["clerk", "leader", "registrar", "secretary", "engineer"])
def test_who_only_sees_it_does_not_answer(city, problem, who):
    client = city.desk(getattr(city, who))
    assert client.get(url("problem", problem.pk)).status_code == 200
    assert client.post(url("problem", problem.pk), {"answer": "好的"}).status_code == 404
    with pytest.raises(PermissionDenied):
        problem.reply("好的", by=getattr(city, who), at=AT_TEN)


@pytest.mark.parametrize("who", ["late_clerk", "department_head", "stranger", "nobody", "superuser"])
def test_it_is_not_there_for_strangers(city, problem, who):
    client, before = city.desk(getattr(city, who)), everything()
    assert client.get(url("problem", problem.pk)).status_code == 404
    for name, form in (("problem", {"answer": "好的"}), ("close_problem", {})):
        assert client.post(url(name, problem.pk), form).status_code == 404
    assert everything() == before
    if who not in ("nobody", "superuser"):
        assert "附件损坏" not in body(client.get(LIST))


@pytest.mark.parametrize("who", ["secretary", "engineer"])
def test_secretariat_and_network_office_see_all_of_it_and_no_title(city, problem, who):
    client = city.desk(getattr(city, who))
    for path in (LIST, url("problem", problem.pk)):
        shown = body(client.get(path))
        assert problem.number in shown
        assert problem.delivery.circular.title not in shown
    assert client.post(url("close_problem", problem.pk)).status_code == 404


@pytest.mark.parametrize("who", ["clerk", "sender"])
def test_either_side_says_that_it_is_settled_once(city, problem, who):
    client = city.desk(getattr(city, who))
    assert client.get(url("close_problem", problem.pk)).status_code == 405
    for _ in range(2):
        answer = client.post(url("close_problem", problem.pk), follow=True)
        assert answer.redirect_chain[-1][0] == url("problem", problem.pk)
    assert "已解决" in body(answer)
    assert Entry.objects.filter(deed="problem.closed").count() == 1
    assert problem.number in body(client.get(LIST, {"show": "closed"}))
    with pytest.raises(OutOfOrder):
        DeliveryProblem.objects.get().reply("晚了", by=city.sender, at=AT_TEN)


# After a secret slipped in


def test_a_purge_empties_what_was_written_about_the_circular(city, delivery, problem):
    secret = "第三页的绝密数字"
    report_problem(delivery, Trouble.UNREADABLE, secret, by=city.clerk, at=MONDAY)
    report_missing(city.late, city.office, delivery.circular.number, secret, by=city.late_clerk, at=MONDAY)
    problem.reply(secret, by=city.sender, at=MONDAY)
    case = block(delivery.circular.page, reason="内容涉密", by=city.secretary, at=MONDAY)
    assert city.desk(city.clerk).get(url("problem", problem.pk)).status_code == 404
    confirm(case, by=city.secretary, at=MONDAY)
    confirm(case, by=city.engineer, at=MONDAY)
    assert secret not in str(everything())


def test_what_has_stopped_is_reported_missing_by_nobody_and_nobody_learns_why(city, delivery, circular):
    """The sentence about a blocked paper is that about a recalled one, and nothing that was typed is kept anywhere."""
    early = report_missing(city.late, city.office, circular.number, "打电话得知", by=city.late_clerk, at=MONDAY)
    recalled = city.sent(title="关于另一件事情的通知")
    recall(recalled, reason="发错了", by=city.sender, at=MONDAY)
    case = block(circular.page, reason="内容涉密", by=city.secretary, at=MONDAY)
    assert city.desk(city.late_clerk).get(url("problem", early.pk)).status_code == 404
    assert str(circular.number) not in body(city.desk(city.sender).get(LIST))
    before, client = everything(), city.desk(city.late_clerk)
    form = {"unit": city.late.pk, "issuer": city.office.pk, "number": "", "text": ""}

    def refused():
        sayings = {"number": "延政办发[2026]23", "text": "听说有内容很重要的文件"}, {"number": recalled.number}
        named = {"text": "延政办发 (2026) 23号说的是什么"}, {"text": "关于做好国庆假期值班工作的通知没有收到"}
        elsewhere = {"issuer": city.department.pk, "number": circular.number}
        return [client.post(MISSING, form | said) for said in (*sayings, *named, elsewhere)]

    for answer in refused():
        assert answer.status_code == 200
        assert STOPPED in body(answer)
        assert not any(word in body(answer) for word in ("封存", "涉密处置"))
    assert everything() == before
    confirm(case, by=city.secretary, at=MONDAY)
    confirm(case, by=city.engineer, at=MONDAY)
    assert STOPPED in body(client.post(MISSING, form | {"number": circular.number}))
    assert DeliveryProblem.objects.count() == 1


def test_a_number_is_kept_as_the_standard_writes_it(city):
    made = report_missing(city.attentive, city.office, "延政办发[2026]099", "", by=city.clerk, at=MONDAY)
    assert made.number == "延政办发〔2026〕99号"
