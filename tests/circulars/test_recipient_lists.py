"""常用发文对象 and 上次发文对象: kept by a unit's drafters, used in a draft, never silently short of a unit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from accounts.units import Unit
from circulars.pages import CircularPage
from circulars.recipientlists import NameTaken, RecipientList
from circulars.sections import open_section
from circulars.selections import kept, recent, selection_of
from tests.cast import MONDAY

SCRIPT = {"accept": "application/json"}


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


def form(city, **changes):
    """What a browser sends for a list of all departments but the late one, with a copy to the county."""
    return {
        "name": "各部门",
        "primary_groups": ["department"],
        "excluded_units": [city.late.pk],
        "cc_units": [city.county.pk],
    } | changes


@pytest.fixture
def kept_list(city):
    made = RecipientList(unit=city.office)
    made.hold(
        name="各部门", groups="department", primary=[city.paper], excluded=[city.late], cc=[city.county],
        by=city.drafter, at=MONDAY,
    )  # fmt: skip
    return made


# Keeping


def test_a_drafter_keeps_a_list_and_finds_it_on_the_screen(city):
    desk = city.desk(city.drafter)
    answer = desk.post(url("new_recipient_list", "YA-ZFB"), form(city), follow=True)
    assert "已保存常用发文对象“各部门”" in body(answer)
    assert "市政府有关工作部门；抄送：宝塔区" in body(answer)
    made = RecipientList.objects.get()
    assert (made.unit, made.made_by, made.changed_at) == (city.office, city.drafter, MONDAY)


def test_keeping_twice_under_one_name_keeps_one(city):
    desk = city.desk(city.drafter)
    desk.post(url("new_recipient_list", "YA-ZFB"), form(city))
    answer = desk.post(url("new_recipient_list", "YA-ZFB"), form(city))
    assert "本单位已有名为“各部门”的常用发文对象" in body(answer)
    assert RecipientList.objects.count() == 1


def test_of_two_who_keep_one_name_at_once_one_is_told(city, kept_list):
    with pytest.raises(NameTaken):
        RecipientList(unit=city.office).hold(
            name="各部门", groups="county", primary=[], excluded=[], cc=[], by=city.drafter, at=MONDAY
        )
    assert RecipientList.objects.get().groups == "department"


def test_another_unit_may_use_the_same_name(city, kept_list):
    city.desk(city.drafter).post(url("new_recipient_list", "YA-ZF"), form(city))
    assert RecipientList.objects.count() == 2


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"name": " "}, "请写名称。"),
        ({"name": "长" * 41}, "名称不能超过 40 个字。"),
        ({"primary_groups": [], "excluded_units": [], "cc_units": []}, "还没有勾选单位或类别"),
        ({"primary_groups": ["county"]}, "不在勾选的主送类别里"),
        ({"primary_units": ["999999"]}, "名册中没有这个单位"),
        ({"primary_units": ["x"]}, "名册中没有这个单位"),
    ],
)
def test_what_is_no_list_is_not_kept(city, changes, said):
    answer = city.desk(city.drafter).post(url("new_recipient_list", "YA-ZFB"), form(city, **changes))
    assert said in body(answer)
    assert not RecipientList.objects.exists()


def test_from_the_editor_it_is_kept_by_script_and_answered_in_kind(city):
    desk = city.desk(city.drafter)
    told = desk.post(url("new_recipient_list", "YA-ZFB"), form(city), headers=SCRIPT).json()
    assert told == {
        "said": "已保存常用发文对象“各部门”。",
        "source": f"list-{RecipientList.objects.get().pk}",
        "name": "各部门",
        "line": "市政府有关工作部门；抄送：宝塔区",
    }
    again = desk.post(url("new_recipient_list", "YA-ZFB"), form(city), headers=SCRIPT)
    assert (again.status_code, again.json()["said"]) == (422, "本单位已有名为“各部门”的常用发文对象，请换一个名称。")


def test_a_colleague_renames_a_list_and_changes_whom_it_holds(city, kept_list):
    take_post(city.nobody, city.office, Role.DRAFTER, by=None, at=MONDAY)
    desk = city.desk(city.nobody)
    shown = body(desk.get(url("recipient_list", kept_list.pk)))
    assert f'name="excluded_units" value="{city.late.pk}" checked' in shown
    desk.post(url("recipient_list", kept_list.pk), form(city, name="各部门（新）", excluded_units=[]))
    kept_list.refresh_from_db()
    assert (kept_list.name, kept_list.made_by) == ("各部门（新）", city.drafter)
    assert set(kept_list.lines.values_list("unit__code", "place")) == {("QX01", "cc")}


def test_a_list_is_deleted_once(city, kept_list):
    desk = city.desk(city.drafter)
    assert "已删除常用发文对象“各部门”" in body(desk.post(url("delete_recipient_list", kept_list.pk), follow=True))
    assert desk.post(url("delete_recipient_list", kept_list.pk)).status_code == 404
    assert not RecipientList.objects.exists()


def test_looking_deletes_and_changes_nothing(city, kept_list):
    desk = city.desk(city.drafter)
    assert desk.get(url("delete_recipient_list", kept_list.pk)).status_code == 405
    for address in (url("recipient_list", kept_list.pk), url("new_recipient_list", "YA-ZFB"), url("recipient_lists")):
        assert desk.get(address, form(city, name="另一个")).status_code == 200
    assert [str(each) for each in RecipientList.objects.all()] == ["各部门"]


@pytest.mark.parametrize("who", ["stranger", "department_drafter", "reviewer", "clerk", "superuser", "nobody"])
def test_nobody_else_sees_changes_or_uses_it(city, kept_list, who):
    desk = city.desk(getattr(city, who))
    source = f"?from=list-{kept_list.pk}"
    assert desk.get(url("recipient_list", kept_list.pk)).status_code == 404
    assert desk.post(url("recipient_list", kept_list.pk), form(city, name="夺走")).status_code == 404
    assert desk.post(url("delete_recipient_list", kept_list.pk)).status_code == 404
    assert desk.post(url("new_recipient_list", "YA-ZFB"), form(city, name="塞入")).status_code == 404
    assert desk.get(url("selection", "YA-ZFB") + source).status_code == 404
    assert desk.get(url("selection", "BM20") + source).status_code == 404
    assert "各部门" not in body(desk.get(url("recipient_lists")))
    assert [str(each) for each in RecipientList.objects.all()] == ["各部门"]


# Using


def test_the_script_is_told_what_to_tick(city, kept_list):
    told = city.desk(city.drafter).get(url("selection", "YA-ZFB"), {"from": f"list-{kept_list.pk}"}).json()
    assert told == {
        "name": "各部门",
        "primary_groups": ["department"],
        "primary_units": [city.paper.pk],
        "excluded_units": [city.late.pk],
        "cc_units": [city.county.pk],
        "warning": "",
    }


@pytest.mark.parametrize("source", ["", "list-0", "list-x", "circular-1", "各部门"])
def test_what_was_never_kept_is_not_found(city, kept_list, source):
    assert city.desk(city.drafter).get(url("selection", "YA-ZFB"), {"from": source}).status_code == 404


def test_without_script_a_link_opens_the_editor_with_the_boxes_ticked_and_saves_nothing(city, kept_list):
    desk = city.desk(city.drafter)
    section = open_section(city.office, 2026)
    address = reverse("wagtailadmin_pages:add", args=["circulars", "circularpage", section.pk])
    page = body(desk.get(address))
    assert f'href="?recipients=list-{kept_list.pk}"' in page
    page = body(desk.get(address, {"recipients": f"list-{kept_list.pk}"}))
    assert "已按“各部门”勾选，保存后生效" in page
    assert f'name="excluded_units" value="{city.late.pk}" checked' in page
    assert not CircularPage.objects.exists()


def test_a_draft_that_is_there_keeps_its_own_until_it_is_saved(city, kept_list):
    draft = city.draft()
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    page = body(city.desk(city.drafter).get(address, {"recipients": f"list-{kept_list.pk}"}))
    assert f'name="cc_units" value="{city.county.pk}" checked' in page
    stands = CircularPage.objects.get(pk=draft.pk)
    assert (stands.primary_groups, stands.cc_units.count(), stands.latest_revision) == ("", 0, draft.latest_revision)


def test_a_draft_of_another_unit_takes_no_list_of_ours(city, kept_list):
    draft = city.draft(issuer=city.department, by=city.department_drafter)
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    page = body(city.desk(city.department_drafter).get(address, {"recipients": f"list-{kept_list.pk}"}))
    assert "没有找到这个发文对象" in page
    assert "各部门" not in page


def test_whoever_became_a_division_is_named_and_not_ticked(city, kept_list):
    Unit.objects.filter(pk__in=[city.paper.pk, city.county.pk]).update(is_division=True)
    found = selection_of(city.office, f"list-{kept_list.pk}")
    assert (found.primary, found.cc) == ((), ())
    assert "“储备粮公司、宝塔区”已不在使用单位名册或已改为内设科室" in found.warning
    desk = city.desk(city.drafter)
    for address in (url("recipient_lists"), url("recipient_list", kept_list.pk)):
        assert "储备粮公司、宝塔区" in body(desk.get(address))


# Used before


def test_the_last_circulars_recipients_are_offered_each_once_newest_first(city):
    first = city.registered(primary_groups="county", primary_units=[], cc_units=[city.late])
    city.registered(primary_groups="department", primary_units=[], excluded_units=[city.late])
    last = city.registered(primary_groups="county", primary_units=[], cc_units=[city.late])
    assert [(each.name, each.said) for each in recent(city.office)] == [
        (last.number, "各县（市、区）人民政府；抄送：市住建局"),
        ("延政办发〔2026〕24号", "市政府有关工作部门"),
    ]
    assert selection_of(city.office, f"circular-{first.pk}") is None
    assert not recent(city.department)


def test_no_more_than_five_are_offered(city):
    units = [city.attentive, city.late, city.paper, city.county, city.department, city.elsewhere]
    for unit in units:
        city.registered(primary_units=[unit])
    assert [each.primary[0] for each in recent(city.office)] == units[:0:-1]


def test_a_unit_that_left_since_is_named(city):
    city.registered(primary_units=[city.attentive, city.late])
    Unit.objects.filter(pk=city.late.pk).update(is_division=True)
    found = recent(city.office)[0]
    assert (found.primary, found.gone) == ((city.attentive,), ("市住建局",))


def test_what_is_offered_takes_no_question_more_for_more_lists(city, kept_list):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            kept(city.office)
            recent(city.office)
        return len(queries)

    city.registered()
    few = asked()
    RecipientList(unit=city.office).hold(
        name="各县", groups="county", primary=[city.late], excluded=[], cc=[], by=city.drafter, at=MONDAY
    )
    city.registered(primary_units=[city.county])
    assert asked() == few
