"""用印 on the desk: what waits for the keeper, and the press with the PIN that seals it (Articles 4 and 10)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.sealuses import SealUse
from circulars.registration import Circular
from circulars.sealing import Seal
from circulars.voiding import void
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db

LIST = reverse("circulars:sealing")


@pytest.fixture
def registered(city):
    return city.registered()


@pytest.fixture
def key(city, week):
    return in_force(city)


def address(circular):
    return reverse("circulars:seal", args=[circular.uuid])


def told(answer):
    return answer.content.decode()


def test_the_keeper_finds_what_waits_and_seals_it_with_the_pin(city, registered, key):
    desk = city.desk(city.keeper)
    assert registered.number in told(desk.get(LIST))
    page = told(desk.get(address(registered)))
    assert "加盖单位电子印章" in page
    assert str(registered.approver) in page
    assert told(desk.get(reverse("circulars:seal_pages", args=[registered.uuid]))).count("data:image/png") == 1
    answer = told(desk.post(address(registered), {"pin": PIN}, follow=True))
    assert f"{registered.number} 已用印，可以发送了。" in answer
    registered.refresh_from_db()
    assert registered.state == Circular.State.SEALED
    assert (Seal.objects.get().sealed_by, SealUse.objects.get().key) == (city.keeper, key)


def test_pressed_twice_it_is_sealed_once_and_the_second_press_is_told(city, registered, key):
    desk = city.desk(city.keeper)
    desk.post(address(registered), {"pin": PIN})
    answer = told(desk.post(address(registered), {"pin": PIN}, follow=True))
    assert f"{registered.number} 已用印，不需要再用印。" in answer
    assert (Seal.objects.count(), SealUse.objects.count()) == (1, 1)


def test_a_wrong_pin_seals_nothing_and_says_so(city, registered, key):
    page = told(city.desk(city.keeper).post(address(registered), {"pin": "135790"}))
    assert "还没有用印：" in page
    assert "PIN 不正确，还可以再试" in page
    assert not Seal.objects.exists()


def test_looking_seals_nothing(city, registered, key):
    city.desk(city.keeper).get(address(registered), {"pin": PIN})
    assert not Seal.objects.exists()


@pytest.mark.parametrize("who", ["sender", "registrar", "clerk", "engineer", "stranger", "nobody", "superuser"])
def test_who_keeps_no_seal_of_that_unit_finds_nothing(city, registered, key, who):
    desk = city.desk(getattr(city, who))
    assert desk.get(address(registered)).status_code == 404
    assert desk.post(address(registered), {"pin": PIN}).status_code == 404
    assert desk.get(reverse("circulars:seal_pages", args=[registered.uuid])).status_code == 404
    assert not Seal.objects.exists()


def test_a_number_that_became_void_meanwhile_is_not_sealed(city, registered, key):
    void(registered, reason="文字有误", by=city.registrar, at=MONDAY)
    answer = told(city.desk(city.keeper).post(address(registered), {"pin": PIN}, follow=True))
    assert "已作废，不需要再用印" in answer
    assert not Seal.objects.exists()


def test_the_list_asks_as_many_questions_for_many_as_for_one(city, registered, key, django_assert_max_num_queries):
    desk = city.desk(city.keeper)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as one:
        desk.get(LIST)
    for _ in range(3):
        city.registered()
    with django_assert_max_num_queries(len(one)):
        desk.get(LIST)


def test_who_has_no_key_in_force_is_told(city, registered):
    desk = city.desk(city.keeper)
    assert "没有在用的印章密钥" in told(desk.get(LIST))
    assert "没有在用的印章密钥" in told(desk.get(address(registered)))


def test_the_page_sets_nothing_in_type_and_the_frame_says_why_there_are_no_pages(
    city, registered, key, settings, tmp_path
):
    desk = city.desk(city.keeper)
    settings.FONTS = tmp_path
    page = desk.get(address(registered)).content.decode()
    assert "用印次序" in page
    assert "正在排版" in page
    assert "sheets__note" in desk.get(reverse("circulars:seal_pages", args=[registered.uuid])).content.decode()
