"""Who leads and receives: what is complete, what is listed, and what a filing is refused for (Article 23)."""

import pytest
from django.urls import reverse

from accounts.staffing import counted


@pytest.mark.parametrize(
    "leaders, clerks, is_handing_over, found",
    [
        (1, 1, False, 0), (1, 2, False, 0), (0, 1, False, 1), (2, 1, False, 1),
        (1, 0, False, 1), (1, 3, False, 1), (1, 3, True, 0), (1, 4, True, 1), (0, 0, False, 2),
    ],
)  # fmt: skip
def test_a_unit_has_one_leader_and_one_or_two_clerks_and_a_third_while_it_hands_over(
    leaders, clerks, is_handing_over, found
):
    assert len(counted(leaders, clerks, is_handing_over=is_handing_over)) == found


def test_a_leader_sees_the_own_unit_and_no_other(city):
    desk = city.desk(city.leader)
    assert desk.get(reverse("accounts:own_staff")).url == reverse("accounts:staff", args=["BM05"])
    assert desk.get(reverse("accounts:staff", args=["BM05"])).status_code == 200
    assert desk.get(reverse("accounts:staff", args=["BM12"])).status_code == 404


def test_the_column_to_act_in_stands_for_who_can_file_a_change_and_for_no_other(city):
    address, column = reverse("accounts:staff", args=["BM05"]), '<th scope="col">办理</th>'
    assert column in city.desk(city.leader).get(address).content.decode()
    # The unit has one leader: who leaves that post is filed by the network office.
    engineer = city.desk(city.engineer).get(address).content.decode()
    assert column in engineer
    assert engineer.count("离任、接替") == 1
    assert column not in city.desk(city.secretary).get(address).content.decode()
