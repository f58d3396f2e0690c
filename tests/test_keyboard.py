"""键盘快捷键: every person's own switch, the same on every computer."""

from django.urls import reverse

from accounts.people import User

KEYBOARD = reverse("keyboard")


def test_the_switch_is_the_persons_own_and_twice_is_once(city):
    clerk, other = city.desk(city.clerk), city.desk(city.second_clerk)
    assert "desk/keys.js" in clerk.get(KEYBOARD).content.decode()
    for _ in range(2):
        assert "键盘快捷键已关闭" in clerk.post(KEYBOARD, {"on": "0"}, follow=True).content.decode()
    elsewhere = city.desk(city.clerk)
    assert "desk/keys.js" not in elsewhere.get(KEYBOARD).content.decode()
    assert "desk/keys.js" in other.get(KEYBOARD).content.decode()
    elsewhere.post(KEYBOARD, {"on": "1"})
    assert User.objects.get(pk=city.clerk.pk).keyboard


def test_a_look_switches_nothing(city):
    assert city.desk(city.clerk).get(KEYBOARD, {"on": "0"}).status_code == 200
    assert User.objects.get(pk=city.clerk.pk).keyboard
