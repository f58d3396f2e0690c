"""第七条: the network office keeps the lines, and sees how their carriers serve.

(一)负责党政云数据中心内网设备和链路的建设和管理; (四)负责协调、考核、督促相关保障单位及时做好技术保障工作。
"""

from datetime import date, timedelta

from django.urls import reverse

from accounts.lineregister import Line
from tests import lines
from tests.cast import MONDAY


def test_7_1_the_network_office_keeps_the_register_of_lines(city):
    carrier = lines.carrier(city)
    desk = city.desk(city.engineer)
    typed = {
        "unit": city.attentive.pk,
        "carrier": carrier.pk,
        "circuit": "YA-0001",
        "rent": "1200.5",
        "since": "2026-09-28",
    }
    assert (
        "已登记市公安局的线路 YA-0001" in desk.post(reverse("accounts:new_line"), typed, follow=True).content.decode()
    )
    line = Line.objects.get()
    assert (
        "已停用"
        in desk.post(
            reverse("accounts:end_line", args=[line.pk]), {"until": "2026-09-28"}, follow=True
        ).content.decode()
    )
    line.refresh_from_db()
    assert (line.since, line.until) == (date(2026, 9, 28), date(2026, 9, 28))
    for person in (city.lineman, city.secretary, city.clerk):
        assert city.desk(person).get(reverse("accounts:new_line")).status_code == 404


def test_7_4_the_network_office_sees_which_lines_are_down_too_long_and_who_is_to_blame(city, week):
    lines.carrier(city)
    lines.down(lines.line(city), MONDAY, by=city.clerk)
    week.move_to(MONDAY + timedelta(hours=13), tick=False)
    desk = city.desk(city.engineer)
    shown = desk.get(reverse("accounts:lines"), {"show": "late"}).content.decode()
    assert "市公安局" in shown
    assert "延安电信" in shown
    assert desk.get(reverse("reports:line_months")).context["sheet"].breaches == 1
