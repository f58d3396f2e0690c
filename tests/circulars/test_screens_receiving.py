"""The receiving clerk's screens: the list, the reading page, signing, sending back, the slip, the attachments."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from circulars.deliveries import Delivery
from cms.accesslog import Access, Look
from cms.attachments import Attachment
from cms.ledger import Entry
from tests.cast import MIDNIGHT, MONDAY, attached
from tests.offices import beijing

CHECKED = ["sender", "number", "addressed", "text"]


def at(name, delivery, *more):
    return reverse(f"circulars:{name}", args=[delivery.pk, *more])


def signing(**changes):
    return {"key": str(uuid4()), "checked": CHECKED} | changes


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def opened(city, circular):
    """The attentive unit's delivery, opened by its clerk."""
    return city.opened(circular)


def listed(desk, **query):
    answer = desk.get(reverse("circulars:inbox"), query)
    return [row.circular.title for row, _ in answer.context["rows"]]


# The list


def test_the_list_holds_what_was_sent_to_the_unit_the_most_pressing_first(city, circular):
    city.sent(title="关于强降雨防范的通知", urgency="urgent")
    city.sent(title="只发给住建局的通知", primary_units=[city.late])
    assert listed(city.desk(city.clerk)) == ["关于强降雨防范的通知", "关于做好国庆假期值班工作的通知"]


@pytest.mark.parametrize(
    "show, now, shown",
    [
        ("open", "2026-09-28 09:00", True),
        ("soon", "2026-09-28 09:00", False),
        ("soon", "2026-09-29 16:00", True),
        ("late", "2026-09-29 18:00:00", False),
        ("late", "2026-09-29 18:00:01", True),
        ("open", "2026-09-30 09:00", True),
        ("signed", "2026-09-28 09:00", False),
        ("returned", "2026-09-28 09:00", False),
        ("nonsense", "2026-09-28 09:00", True),
    ],
)
def test_each_tab_shows_what_stands_so_now(city, circular, week, show, now, shown):
    week.move_to(beijing(now), tick=False)
    assert bool(listed(city.desk(city.clerk), show=show)) is shown


def test_what_was_signed_or_sent_back_moves_to_its_own_tab(city, circular, opened):
    city.sign(opened)
    returned = city.delivery(city.sent(title="关于退回的通知"))
    returned.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    desk = city.desk(city.clerk)
    assert listed(desk) == []
    assert listed(desk, show="signed") == [circular.title]
    assert listed(desk, show="returned") == ["关于退回的通知"]


@pytest.mark.parametrize(
    "words, found",
    [("值班", 1), ("〔2026〕23号", 1), ("没有这样的", 0), ("%", 0), ("'; --", 0), ("  值班  ", 1), ("x" * 500, 0)],
)
def test_a_circular_is_found_by_words_of_its_title_or_number(city, circular, words, found):
    assert len(listed(city.desk(city.clerk), q=words)) == found


@pytest.mark.parametrize("page", ["0", "999", "-1", "abc", ""])
def test_a_page_that_is_not_there_shows_one_that_is(city, circular, page):
    assert listed(city.desk(city.clerk), page=page) == [circular.title]


def test_the_first_time_it_stands_in_the_list_is_when_it_was_delivered(city, circular, week):
    delivery, desk = city.delivery(circular), city.desk(city.clerk)
    for minute in (10, 20):
        week.move_to(MONDAY.replace(minute=minute), tick=False)
        desk.get(reverse("circulars:inbox"))
    assert fresh(delivery).delivered_at == MONDAY.replace(minute=10)


# The reading page


def test_opening_shows_the_paper_the_deadline_and_the_check_list(city, circular):
    delivery = city.delivery(circular)
    shown = body(city.desk(city.clerk).get(at("reading", delivery)))
    for said in (circular.number, circular.title, "严格落实值班制度", "延安市人民政府办公室文件", "第二十二条"):
        assert said in shown
    assert fresh(delivery).opened_by == city.clerk


def test_markup_in_a_title_and_body_is_shown_as_it_was_typed(city):
    evil = "<script>alert(1)</script>"
    delivery = city.delivery(city.sent(title=f"关于{evil}的通知", body=f"{evil}\n一、{evil}\n甲\t{evil}\n乙\t丙"))
    for name in ("reading", "send_back"):
        assert evil not in body(city.desk(city.clerk).get(at(name, delivery)))
    assert evil not in body(city.desk(city.clerk).get(reverse("circulars:inbox")))


# Signing


def test_signing_leads_to_the_slip(city, opened):
    answer = city.desk(city.clerk).post(at("sign", opened), signing(), follow=True)
    assert answer.redirect_chain == [(at("slip", opened), 302)]
    assert "已签收 延政办发〔2026〕23号" in body(answer)
    assert fresh(opened).signed_by == city.clerk


def test_the_way_back_from_a_paper_leads_to_the_list_it_is_in(city, opened):
    desk = city.desk(city.clerk)
    assert "← 待签收" in body(desk.get(at("reading", opened)))
    city.sign(opened)
    assert f'href="{reverse("circulars:inbox")}?show=signed">← 已签收' in body(desk.get(at("reading", opened)))


def test_one_box_stands_for_all_points_and_each_is_on_record(city, opened):
    city.desk(city.clerk).post(at("sign", opened), signing(checked=["all"]))
    assert fresh(opened).signed_by == city.clerk
    assert set(Entry.objects.get(deed="delivery.signed_for").facts["checked"]) == set(CHECKED)


@pytest.mark.parametrize(
    "form",
    [
        {"checked": []},
        {"checked": CHECKED[:-1]},
        {"checked": ["sender"]},
        {"checked": [*CHECKED, "seal"]},
        {"key": "no key"},
        {"key": ""},
    ],
    ids=str,
)
def test_an_incomplete_form_signs_nothing_and_keeps_the_ticks(city, opened, form):
    answer = city.desk(city.clerk).post(at("sign", opened), signing(**form))
    assert answer.status_code == 200
    assert "还没有签收" in body(answer)
    assert fresh(opened).is_open
    boxes = re.findall(r'<input type="checkbox" name="checked" value="(\w+)" checked', body(answer))
    assert boxes == [check for check in CHECKED if check in form.get("checked", CHECKED)]


def test_pressing_twice_signs_once_and_shows_the_same_slip(city, opened):
    desk, form = city.desk(city.clerk), signing()
    slips = [body(desk.post(at("sign", opened), form, follow=True)) for _ in range(2)]
    assert all(opened.slip_number in slip for slip in slips)
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 1


def test_a_second_clerk_is_shown_the_slip_and_who_was_first(city, opened):
    city.sign(opened)
    answer = city.desk(city.second_clerk).post(at("sign", opened), signing(), follow=True)
    assert "已由孙早于2026年9月28日 09:00签收" in body(answer)
    assert opened.slip_number in body(answer)


def test_signing_unopened_is_refused_with_a_sentence(city, circular):
    delivery = city.delivery(circular)
    answer = city.desk(city.clerk).post(at("sign", delivery), signing(), follow=True)
    assert "请先打开公文" in body(answer)
    assert fresh(delivery).signed_at is None


def test_a_late_signing_says_so_on_the_slip(city, opened, week):
    week.move_to(MIDNIGHT, tick=False)
    assert "（逾期）" in body(city.desk(city.clerk).post(at("sign", opened), signing(), follow=True))


# Sending back


def test_sending_back_takes_the_reason_and_leads_to_the_list(city, opened):
    desk = city.desk(city.clerk)
    assert "退回发文单位" in body(desk.get(at("send_back", opened)))
    answer = desk.post(at("send_back", opened), {"code": "incomplete", "reason": "缺附件2"}, follow=True)
    assert answer.redirect_chain == [(reverse("circulars:inbox"), 302)]
    assert (fresh(opened).return_code, fresh(opened).return_reason) == ("incomplete", "缺附件2")


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "缺附件2"},
        {"code": ""},
        {"code": "because"},
        {"code": "other", "reason": ""},
        {"code": "not_ours", "reason": "长" * 301},
    ],
    ids=str,
)
def test_an_incomplete_return_sends_nothing_back(city, opened, form):
    answer = city.desk(city.clerk).post(at("send_back", opened), form)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert fresh(opened).is_open


def test_sending_back_twice_counts_once(city, opened):
    desk = city.desk(city.clerk)
    answers = [desk.post(at("send_back", opened), {"code": "duplicate"}, follow=True) for _ in range(2)]
    assert "不能再退回" in body(answers[1])
    assert Entry.objects.filter(deed="delivery.returned").count() == 1


def test_what_was_signed_may_fail_the_first_review_and_go_back(city, opened):
    city.sign(opened)
    desk = city.desk(city.clerk)
    assert "退回（初审不合格）" in desk.get(at("reading", opened)).content.decode()
    page = desk.get(at("send_back", opened)).content.decode()
    assert "签收时间照旧算数" in page
    assert "错投" not in page
    assert "请选择退回原因" in desk.post(at("send_back", opened), {"code": "wrong_recipient"}).content.decode()
    desk.post(at("send_back", opened), {"code": "not_ours"})
    kept = fresh(opened)
    assert (kept.state, kept.signed_by) == ("returned", city.clerk)
    shown = desk.get(at("reading", opened)).content.decode()
    for said in ("已退回", "发文单位还没有签收", "核实职责分工", "按时"):
        assert said in shown
    assert "签收后退回" in desk.get(at("slip", opened)).content.decode()
    again = desk.post(at("send_back", opened), {"code": "not_ours"}, follow=True).content.decode()
    assert "已退回，不能再退回" in again


# Who may not


@pytest.mark.parametrize("who", ["stranger", "late_clerk", "sender", "secretary", "superuser", "nobody"])
def test_another_units_delivery_is_not_found(city, opened, who):
    city.sign(opened)
    desk = city.desk(getattr(city, who))
    slip = 200 if who in ("sender", "secretary") else 404  # they check who has signed for it (Article 20)
    assert [desk.get(at(name, opened)).status_code for name in ("reading", "slip", "send_back")] == [404, slip, 404]


@pytest.mark.parametrize("who", ["stranger", "late_clerk", "leader", "sender", "secretary", "superuser", "nobody"])
def test_nobody_else_closes_the_units_delivery(city, opened, who):
    desk = city.desk(getattr(city, who))
    assert desk.post(at("sign", opened), signing()).status_code == 404
    assert desk.post(at("send_back", opened), {"code": "not_ours"}).status_code == 404
    assert fresh(opened).is_open


def test_a_refused_try_at_a_door_is_written_down(city, opened):
    city.desk(city.nobody).get(at("reading", opened))
    refused = Access.objects.get(look=Look.REFUSED)
    assert (refused.person, refused.subject) == (city.nobody, at("reading", opened))


def test_looking_at_the_address_of_signing_signs_nothing(city, opened):
    assert city.desk(city.clerk).get(at("sign", opened)).status_code == 405
    city.desk(city.clerk).get(at("send_back", opened), {"code": "not_ours"})
    assert fresh(opened).is_open


@pytest.mark.parametrize("name", ["inbox", "reading", "slip"])
def test_a_page_that_only_shows_takes_no_post(city, opened, name):
    url = reverse("circulars:inbox") if name == "inbox" else at(name, opened)
    assert city.desk(city.clerk).post(url).status_code == 405


@pytest.mark.parametrize("name, form", [("sign", signing()), ("send_back", {"code": "not_ours"})])
def test_a_form_from_another_site_is_refused(city, opened, name, form):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(city.clerk, backend="accounts.signin.NamedPersonBackend")
    assert desk.post(at(name, opened), form).status_code == 403
    assert fresh(opened).is_open


def test_nobody_signed_in_is_asked_to_sign_in_first(city, opened):
    for name in ("reading", "slip", "sign", "send_back"):
        assert Client().post(at(name, opened), signing()).url == f"/login/?next={at(name, opened)}"
    assert fresh(opened).is_open


# Attachments


@pytest.fixture
def with_file(city):
    return city.opened(city.sent(attachments=attached("姓名,电话\n".encode())))


def test_an_attachment_is_downloaded_under_its_name_and_kept_by_no_browser(city, with_file):
    answer = city.desk(city.leader).get(at("attachment", with_file, 1))
    assert b"".join(answer.streaming_content) == "姓名,电话\n".encode()
    assert answer["Cache-Control"] == "no-store"
    assert "attachment; filename*=utf-8''%E5%80%BC%E7%8F%AD%E8%A1%A8.csv" in answer["Content-Disposition"]


def test_every_download_is_written_down(city, with_file):
    city.desk(city.clerk).get(at("attachment", with_file, 1))
    look = Access.objects.get(look=Look.DOWNLOADED)
    assert (look.person, look.circular, look.subject) == (city.clerk, with_file.circular.uuid, "附件1 值班表")


def test_an_attachment_that_is_not_there_is_not_found(city, with_file):
    desk = city.desk(city.clerk)
    assert {desk.get(at("attachment", with_file, number)).status_code for number in (0, 2, 99)} == {404}


def test_nobody_else_downloads_it(city, with_file):
    others = (city.stranger, city.county_clerk, city.secretary, city.superuser, city.nobody)
    found = [city.desk(person).get(at("attachment", with_file, 1)).status_code for person in others]
    assert set(found) == {404}


def test_a_file_whose_bytes_were_changed_is_not_handed_out(city):
    delivery = city.opened(city.sent(attachments=attached(b"to be changed")))
    stored = Attachment.objects.get(digest=delivery.circular.snapshot["attachments"][0]["digest"]).path
    stored.chmod(0o600)
    stored.write_bytes(b"changed")
    answer = city.desk(city.clerk).get(at("attachment", delivery, 1))
    assert answer.status_code == 409
    assert "已停止提供" in body(answer)
    stored.write_bytes(b"to be changed")
