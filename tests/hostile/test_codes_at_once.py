"""Attack 52: one code handed in by many at once, from as many addresses, with real commits."""

from accounts.recoverycodes import make_codes, take_code
from tests.cast import MONDAY
from tests.rush import at_once
from tests.signins import EVERY_ROLE, SECOND, browser, code, give_code, is_in, known_by_password, leads_to


def test_52_of_many_who_hand_in_one_code_at_once_one_gets_in(real_city, week, settings):
    """Attack 52: the row decides, not the moment of looking."""
    settings.SECOND_FACTOR_ROLES = EVERY_ROLE
    clerk = real_city.clerk
    known_by_password(clerk)
    secret = give_code(clerk)
    paper = make_codes(clerk, MONDAY)[0]
    half_way = [browser("clerk", address=f"10.63.0.{n}") for n in range(6)]
    typed = code(secret, MONDAY)
    answers = at_once(6, lambda n: leads_to(half_way[n].post(SECOND, {"code": typed})))
    assert sorted(map(str, answers)) == [""] * 5 + ["/"]
    assert [is_in(client) for client in half_way].count(True) == 1
    taken = at_once(6, lambda n: take_code(clerk, paper, MONDAY))
    assert taken.count(True) == 1
