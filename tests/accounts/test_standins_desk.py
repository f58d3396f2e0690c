"""代行安排 on the desk: who sees, arranges and takes back what (Article 9)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.people import Post, User
from accounts.roles import RIGHTS, Right, Role, may
from accounts.standins import SEATS, StandIn, arrange
from cms.ledger import Entry
from tests.cast import MONDAY
from tests.walking import everything, refusals

PAGE = reverse("accounts:stand_ins")
TODAY = MONDAY.date()


def body(answer):
    return answer.content.decode()


def typed(city, *, absent=None, role=Role.APPROVER, **changes):
    post = Post.objects.get(person=absent or city.approver, role=role)
    days = {"first": "2026-09-28", "last": "2026-09-30"}
    return {"post": post.pk, "person": city.sender.pk, **days, "reason": "赴省里开会", **changes}


def back(stand_in):
    return reverse("accounts:take_back_stand_in", args=[stand_in.pk])


@pytest.fixture
def stand_in(city):
    return arrange(
        city.approver,
        city.sender,
        city.office,
        Role.APPROVER,
        first=TODAY,
        last=TODAY + timedelta(days=2),
        reason="赴省里开会",
        by=city.approver,
        at=MONDAY,
    )


def offered(city, person, field):
    form = city.desk(person).get(PAGE).context["form"]
    return [str(label) for value, label in form.fields[field].choices if value]


def test_every_role_that_can_be_stood_in_for_opens_the_door():
    seats = {Right.REVIEW, Right.COUNTERSIGN, Right.APPROVE, Right.APPROVE_IMPORTANT}
    assert all(RIGHTS[role] & seats for role in SEATS)


def test_an_approver_arranges_a_stand_in_for_these_days(city):
    answer = city.desk(city.approver).post(PAGE, typed(city), follow=True)
    made = StandIn.objects.get()
    assert (made.absent, made.person, made.role, made.arranged_by) == (
        city.approver,
        city.sender,
        Role.APPROVER,
        city.approver,
    )
    for words in ("已安排 陈立新 从 2026-09-28 至 2026-09-30 代行", "代行中", "赴省里开会"):
        assert words in body(answer)
    assert may(User.objects.get(pk=city.sender.pk), Right.APPROVE, city.office.pk)


def test_oneself_is_chosen_already_and_only_the_principal_chooses_among_the_others(city):
    assert offered(city, city.approver, "post") == ["张志远（市政府办签发人）"]
    principals = offered(city, city.principal, "post")
    assert principals[0] == "秦卫东（市政府办主要负责人）"
    assert {"李正明（市政府办核稿人）", "张志远（市政府办签发人）"} <= set(principals)
    assert not any("王文静" in each or "谢明远" in each for each in principals)
    assert not any("孙早" in each for each in offered(city, city.principal, "person"))


def test_who_may_stand_in_is_said_with_the_posts_and_is_never_oneself(city):
    people = offered(city, city.approver, "person")
    assert "陈立新（发文员）" in people
    assert not any("张志远" in each for each in people)


def test_the_principal_leader_arranges_for_who_fell_ill(city):
    form = typed(city, absent=city.reviewer, role=Role.REVIEWER, person=city.registrar.pk)
    city.desk(city.principal).post(PAGE, form)
    assert StandIn.objects.get(absent=city.reviewer, person=city.registrar).arranged_by == city.principal


def test_who_arranges_the_own_standing_in_stays_signed_in(city):
    client = city.desk(city.principal)
    assert client.post(PAGE, typed(city, person=city.principal.pk), follow=True).status_code == 200
    assert client.post(back(StandIn.objects.get()), follow=True).redirect_chain[-1][0] == PAGE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"post": ""}, "请选择由谁的哪项职责需要代行。"),
        ({"person": ""}, "请选择代行人。"),
        ({"first": ""}, "请填写起始日。"),
        ({"last": "明天"}, "请按“2026-10-01”的格式填写日期。"),
        ({"last": "2026-09-27"}, "代行的截止日不能早于起始日，也不能早于今天。"),
        ({"first": "2026-09-01"}, "起始日不能早于今天。"),
        ({"person": "approver"}, "请从列出的人员中选择代行人。"),
        ({"person": "clerk"}, "请从列出的人员中选择代行人。"),
        ({"reason": "　 "}, "请写明事由。"),
        ({"reason": "长" * 201}, "事由不超过 200 字。"),
    ],
)
def test_what_is_wrong_is_said_in_its_place_and_what_was_typed_stays(city, changes, sentence):
    if changes.get("person"):
        changes = {"person": getattr(city, changes["person"]).pk}
    client, before = city.desk(city.approver), everything()
    page = body(client.post(PAGE, typed(city, **changes)))
    field = next(iter(changes))
    assert sentence in page
    assert f'id="id_{field}_error"' in page
    assert "reason" in changes or 'value="赴省里开会"' in page
    assert everything() == before


def test_an_overlap_is_refused_and_says_what_to_do(city, stand_in):
    answer = city.desk(city.approver).post(PAGE, typed(city, person=city.registrar.pk))
    assert "2026-09-28 至 2026-09-30 已由 陈立新 代行，请先收回再安排。" in body(answer)
    assert StandIn.objects.count() == 1


def test_the_form_sent_twice_arranges_once(city):
    client = city.desk(city.approver)
    for _ in range(2):
        client.post(PAGE, typed(city))
    assert StandIn.objects.count() == 1
    assert Entry.objects.filter(deed="stand_in.arranged").count() == 1


@pytest.mark.parametrize("who", ["reviewer", "approver", "department_head"])
def test_nobody_arranges_for_a_post_that_is_not_theirs_to_arrange(city, who):
    person = getattr(city, who)
    absent, role = (city.reviewer, Role.REVIEWER) if who == "approver" else (city.approver, Role.APPROVER)
    answer = city.desk(person).post(PAGE, typed(city, absent=absent, role=role))
    assert "请从列出的人员中选择被代行人。" in body(answer)
    assert not StandIn.objects.exists()


@pytest.mark.parametrize("who", ["drafter", "registrar", "clerk", "secretary", "superuser", "nobody"])
def test_the_door_is_not_there_for_who_has_no_seat(city, who, stand_in):
    person = getattr(city, who)
    client, before = city.desk(person), everything()
    for answer in (client.get(PAGE), client.post(PAGE, typed(city)), client.post(back(stand_in))):
        assert answer.status_code == 404
    assert refusals(person) == [PAGE, PAGE, back(stand_in)]
    assert everything() == before


def test_a_stranger_sees_nothing_of_it_and_takes_nothing_back(city, stand_in):
    for person in (city.stranger, city.department_head, city.reviewer):
        assert "赴省里开会" not in body(city.desk(person).get(PAGE))
        assert city.desk(person).post(back(stand_in)).status_code == 404
    assert StandIn.objects.get().ended_at is None


def test_the_absent_the_stand_in_and_the_principal_see_it(city, stand_in):
    for person in (city.approver, city.sender, city.principal):
        page = body(city.desk(person).get(PAGE))
        assert "赴省里开会" in page
        assert (back(stand_in) in page) is (person != city.sender)


def test_a_stand_in_neither_arranges_for_the_absent_nor_takes_back(city, stand_in):
    client = city.desk(city.sender)
    assert not client.get(PAGE).context["form"].is_open
    assert "只有被代行人本人或单位主要负责人能收回代行，代行主要负责人的不能。" in body(
        client.post(back(stand_in), follow=True)
    )
    assert StandIn.objects.get().ended_at is None


@pytest.mark.parametrize("who", ["approver", "principal"])
def test_it_is_taken_back_once(city, stand_in, who):
    client = city.desk(getattr(city, who))
    assert "已收回 陈立新 对 张志远 的代行。" in body(client.post(back(stand_in), follow=True))
    again = body(client.post(back(stand_in), follow=True))
    assert "这项代行已经收回。" in again
    assert "以前的代行" in again
    assert Entry.objects.filter(deed="stand_in.ended").count() == 1
    assert not may(User.objects.get(pk=city.sender.pk), Right.APPROVE, city.office.pk)


def test_a_get_takes_nothing_back(city, stand_in):
    assert city.desk(city.approver).get(back(stand_in)).status_code == 405
    assert StandIn.objects.get().ended_at is None


def test_the_list_says_what_comes_what_is_over_and_what_lost_its_ground(city, stand_in, week):
    arrange(
        city.reviewer,
        city.registrar,
        city.office,
        Role.REVIEWER,
        first=TODAY + timedelta(days=1),
        last=TODAY + timedelta(days=9),
        reason="年休假",
        by=city.reviewer,
        at=MONDAY,
    )
    page = body(city.desk(city.principal).get(PAGE))
    assert [word in page for word in ("代行中", "未开始", "已期满", "已失效")] == [True, True, False, False]
    week.move_to(MONDAY + timedelta(days=3), tick=False)
    Post.objects.get(person=city.reviewer).leave(by=None, at=MONDAY + timedelta(days=3))
    page = body(city.desk(city.principal).get(PAGE))
    assert [word in page for word in ("代行中", "未开始", "已期满", "已失效")] == [False, False, True, True]
