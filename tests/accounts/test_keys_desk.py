"""Keys on the desk: made, kept and ended through the pages (Articles 10, 14 and 15)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.faults import Fault
from accounts.sealends import accept_damage
from accounts.sealissue import issue
from accounts.seals import KeyKind, SealKey
from accounts.units import Unit
from cms.ledger import Entry
from tests.accounts.keys import PIN, in_force, issued, requested
from tests.cast import MONDAY
from tests.offices import beijing

LIST, OWN = reverse("accounts:keys"), reverse("accounts:own_keys")


def page(name, key):
    return reverse(f"accounts:{name}", args=[key.pk])


def body(answer):
    return answer.content.decode()


def test_a_seal_is_asked_for_issued_and_set_in_force_on_the_desk(city):
    engineer, keeper = city.desk(city.engineer), city.desk(city.keeper)
    place = f"{reverse('accounts:new_key')}?unit={city.office.pk}&kind=unit_seal"
    assert "印守信" in body(engineer.get(place))
    answer = engineer.post(place, {"keeper": city.keeper.pk, "reason": "首次"}, follow=True)
    assert "请核对后制发" in body(answer)
    key = SealKey.objects.get()
    assert "已制发给印守信" in body(engineer.post(page("issue_key", key), follow=True))
    form = page("activate_key", key)
    assert "设定 PIN 并启用" in body(keeper.get(OWN))
    for pins, said in (
        (("802713", "802714"), "不一样"),
        (("111111", "111111"), "太容易猜到"),
        (("", ""), "请填写新 PIN"),
    ):
        answer = keeper.post(form, {"pin1": pins[0], "pin2": pins[1]})
        assert said in body(answer)
        assert "802713" not in body(answer)
    assert "已启用" in body(keeper.post(form, {"pin1": PIN, "pin2": PIN}, follow=True))
    key.refresh_from_db()
    assert key.state == "in_force"
    assert keeper.post(form, {"pin1": PIN, "pin2": PIN}).status_code == 404, "twice is once"


def test_nobody_asks_for_a_keeper_from_elsewhere(city):
    place = f"{reverse('accounts:new_key')}?unit={city.office.pk}&kind=unit_seal"
    answer = city.desk(city.engineer).post(place, {"keeper": city.stranger.pk})
    assert answer.status_code == 200
    assert not SealKey.objects.exists()
    for odd in ("?unit=x&kind=unit_seal", f"?unit={city.office.pk}&kind=x", "?unit=999999&kind=clerk"):
        assert city.desk(city.engineer).get(reverse("accounts:new_key") + odd).status_code == 200


def test_the_pin_is_changed_and_wrong_ones_are_counted(city):
    key = in_force(city)
    desk, form = city.desk(city.keeper), page("change_pin", key)
    answer = desk.post(form, {"pin": "000000", "pin1": "973164", "pin2": "973164"})
    assert "还可以再试 4 次" in body(answer)
    assert "PIN 已更改" in body(desk.post(form, {"pin": PIN, "pin1": "973164", "pin2": "973164"}, follow=True))


def test_damage_goes_from_the_keeper_to_the_network_office_and_to_a_new_key(city):
    key = in_force(city)
    answer = city.desk(city.keeper).post(page("report_damage", key), {"text": "不能用了"}, follow=True)
    assert "已报告市网信办和秘书科" in body(answer)
    engineer = city.desk(city.engineer)
    assert "已报损坏" in body(engineer.get(LIST))
    assert "介绍信" in body(engineer.post(page("accept_damage", key), {"letter": ""}, follow=True))
    assert "即刻停用" in body(engineer.post(page("accept_damage", key), {"letter": "介〔2026〕3号"}, follow=True))
    engineer.post(page("accept_damage", key), {"letter": "再一次"})
    assert Entry.objects.filter(deed="key.damaged").count() == 1
    assert SealKey.objects.get(replaces=key).state == "requested"


@pytest.mark.parametrize(
    ("act", "typed", "state"), [("revoke_key", {"reason": "调离"}, "revoked"), ("take_back_key", {}, "returned")]
)
def test_the_network_office_ends_a_key_once(city, act, typed, state):
    key = in_force(city)
    desk = city.desk(city.engineer)
    for _ in range(2):
        desk.post(page(act, key), typed)
    key.refresh_from_db()
    assert key.state == state
    assert Entry.objects.filter(deed=f"key.{state}").count() == 1
    assert desk.get(reverse("accounts:revocation_list"))["Content-Type"] == "application/pkix-crl"


def test_odd_input_ends_no_key_by_accident(city):
    key = in_force(city)
    desk = city.desk(city.engineer)
    desk.post(page("revoke_key", key), {"reason": "\0 \0"})
    key.refresh_from_db()
    assert key.state == "in_force"
    desk.post(page("accept_damage", key), {"letter": "介\0" + "字" * 500})
    key.refresh_from_db()
    assert key.state == "damaged"
    assert len(key.end_note) == 200


def test_a_forgotten_pin_is_got_around_by_two_on_the_desk(city):
    key = in_force(city)
    engineer, secretary = city.desk(city.engineer), city.desk(city.secretary)
    assert "请选择换发的事由" in body(engineer.post(page("replace_key", key), {"occasion": "first"}, follow=True))
    engineer.post(page("replace_key", key), {"occasion": "forgotten"})
    new = SealKey.objects.get(replaces=key)
    assert "另一位同志" in body(engineer.get(page("key", new)))
    engineer.post(page("issue_key", new))
    new.refresh_from_db()
    assert new.state == "requested"
    secretary.post(page("issue_key", new))
    new.refresh_from_db()
    assert new.state == "issued"


def test_a_request_is_refused_on_the_desk(city):
    key = requested(city)
    city.desk(city.engineer).post(page("refuse_key", key))
    key.refresh_from_db()
    assert key.state == "refused"


def test_a_wrong_pin_is_marked_where_it_was_typed(city):
    key = in_force(city, KeyKind.CLERK)
    clerk = city.desk(city.clerk)
    for form, typed in (
        ("unlock_key", {"pin": "973164"}),
        ("change_pin", {"pin": "973164", "pin1": "640197", "pin2": "640197"}),
    ):
        said = body(clerk.post(page(form, key), typed))
        assert '<a href="#id_pin">' in said, form
        assert "973164" not in said


def test_a_letter_with_a_scan_that_is_none_is_kept_as_it_was_typed(city):
    key = in_force(city)
    typed = {"letter": "介〔2026〕3号", "scan": SimpleUploadedFile("介绍信.exe", b"MZ")}
    said = body(city.desk(city.engineer).post(page("accept_damage", key), typed))
    assert 'value="介〔2026〕3号"' in said
    assert '<a href="#id_scan">' in said
    key.refresh_from_db()
    assert key.state == "in_force"


def test_the_network_office_comes_from_the_damaged_key_to_what_is_wrong_with_it(city):
    key = in_force(city)
    city.desk(city.keeper).post(page("report_damage", key), {"text": "指示灯不亮"})
    fault = Fault.objects.get()
    assert reverse("accounts:fault", args=[fault.pk]) in body(city.desk(city.engineer).get(page("key", key)))


def test_who_may_refuse_a_key_but_not_make_it_is_told_who_makes_it(city):
    said = body(city.desk(city.secretary).get(page("key", requested(city))))
    assert "由市网信办制发给印守信" in said


MANAGING = ("issue_key", "refuse_key", "replace_key", "accept_damage", "revoke_key", "take_back_key")
KEEPING = ("activate_key", "change_pin", "report_damage", "unlock_key")


def test_strangers_find_no_key_and_a_get_changes_none(city):
    keys = [requested(city, KeyKind.CLERK, keeper=city.second_clerk), issued(city), in_force(city, KeyKind.CLERK)]
    before = list(SealKey.objects.order_by("pk").values())
    typed = {
        "pin": PIN,
        "pin1": "973164",
        "pin2": "973164",
        "text": "x",
        "letter": "x",
        "reason": "x",
        "occasion": "renewal",
    }
    for key in keys:
        for name in MANAGING:
            for who in (city.stranger, city.keeper, city.clerk, city.leader, city.superuser, city.nobody):
                assert city.desk(who).post(page(name, key), typed).status_code == 404
            assert city.desk(city.engineer).get(page(name, key)).status_code == 405
        for name in KEEPING:
            for who in (city.stranger, city.engineer, city.office_clerk, city.leader, city.superuser):
                assert city.desk(who).post(page(name, key), typed).status_code == 404
        for who in (city.stranger, city.superuser, city.late_clerk):
            assert city.desk(who).get(page("key", key)).status_code == 404
    assert list(SealKey.objects.order_by("pk").values()) == before


def test_a_leader_sees_the_units_keys_and_no_others(city):
    mine, others = in_force(city, KeyKind.CLERK), in_force(city)
    desk = city.desk(city.leader)
    assert "孙早" in body(desk.get(LIST))
    assert "印守信" not in body(desk.get(LIST))
    assert "保管记录" in body(desk.get(page("key", mine)))
    assert "吊销</button>" not in body(desk.get(page("key", mine)))
    assert desk.get(page("key", others)).status_code == 404


def test_the_list_says_by_when_a_damaged_key_is_made_anew_and_finds_those_that_are_late(city, week):
    new = accept_damage(in_force(city), "介〔2026〕3号", by=city.engineer, at=MONDAY)
    standing = in_force(city, unit=city.attentive, keeper=city.clerk, kind=KeyKind.CLERK)
    assert "应在 10月10日 18:00 前制发，还剩 12 天 9 小时" in body(city.desk(city.engineer).get(LIST))
    week.move_to(beijing("2026-10-10 18:00"), tick=False)
    assert page("key", new) not in body(city.desk(city.engineer).get(LIST, {"show": "overdue"}))
    week.move_to(beijing("2026-10-11 18:00"), tick=False)
    late = body(city.desk(city.engineer).get(LIST, {"show": "overdue"}))
    assert '应在 10月10日 18:00 前制发，<b class="due--late">逾期 1 天</b>' in late
    assert page("key", standing) not in late
    issue(new, by=city.engineer, at=beijing("2026-10-11 18:00"))
    assert "逾期 1 天制发" in body(city.desk(city.engineer).get(LIST, {"show": "overdue"}))


@pytest.mark.parametrize("show", ["", "in_force", "requested", "ending", "unkept", "overdue", "nonsense"])
def test_the_list_is_shown_by_state_in_a_constant_number_of_questions(city, show, django_assert_max_num_queries):
    in_force(city)
    requested(city, KeyKind.CLERK)
    desk = city.desk(city.engineer)
    desk.get(LIST)
    with django_assert_max_num_queries(20):
        said = body(desk.get(LIST, {"show": show}))
    assert ("印守信" in said) == (show not in ("requested", "ending", "unkept", "overdue"))


def test_a_key_is_found_by_its_unit_its_keeper_or_its_serial_number(city):
    seal, certificate = in_force(city), in_force(city, KeyKind.CLERK)
    Unit.objects.filter(pk=city.attentive.pk).update(pinyin="sgaj")
    desk = city.desk(city.engineer)

    def found(**asked):
        page = body(desk.get(LIST, asked))
        assert f'value="{asked["q"].strip()}"' in page  # what was typed stays
        return {key for key in (seal, certificate) if f'href="{page_of(key)}"' in page}

    def page_of(key):
        return page("key", key)

    pairs = ":".join(certificate.serial[place : place + 2].upper() for place in range(0, 10, 2))
    for words in ("公安", "SGAJ", "BM05", "孙早", certificate.serial, pairs, f"00{certificate.serial[:12]}"):
        assert found(q=words) == {certificate}, words
    assert found(q="印守信", show="in_force") == {seal}
    assert found(q="印守信", show="requested") == set()
    assert found(q=certificate.serial[:3]) == set()  # three digits are in too many numbers
    for odd in ("%", "_", "（）", "x" * 50, "::"):
        assert found(q=odd) == set()
    assert desk.get(LIST, {"q": "\0", "show": "x", "page": "x"}).status_code == 200
    leader = city.desk(city.leader)  # who sees the own unit's keys finds no other's
    assert page_of(certificate) in body(leader.get(LIST, {"q": "孙早"}))
    assert page_of(seal) not in body(leader.get(LIST, {"q": "印守信"}))


def test_the_list_of_keys_asks_the_same_of_the_database_however_many_there_are(city):
    in_force(city)
    desk = city.desk(city.engineer)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as few:
        desk.get(LIST, {"q": "公"})
    SealKey.objects.bulk_create(
        SealKey(unit=unit, kind=KeyKind.CLERK, keeper=city.clerk, state="returned", requested_at=MONDAY)
        for unit in Unit.objects.all()[:30]
        for _ in range(3)
    )
    with CaptureQueriesContext(connection) as many:
        page = body(desk.get(LIST, {"q": "孙早", "show": "returned"}))
    assert len(many) <= len(few) + 1  # that of the rows
    assert "下一页" in page
    assert "q=%E5%AD%99%E6%97%A9" in page  # the next page is of the same search
