"""补发 of a paper that was corrected or annulled, by itself and while the notice is being sent; with real commits and real threads (Article 20)."""

import pytest
from django.core.exceptions import ValidationError

from circulars.amending import Amendment, HoldersMissing
from circulars.deliveries import Delivery
from circulars.pages import Reference
from circulars.registration import Circular
from circulars.supplementing import supplement
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City
from tests.rush import at_once, while_undecided

SAID = {"reason": "登记时漏列", "consent": "张志远同意"}


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def notice_on(city, original, relation):
    """The notice, registered and ready to go to the three units that hold the original."""
    reference = Reference(relation=relation, title=original.title, number=original.number, circular=original)
    return city.registered(title="关于已发通知有关事项的通知", references=[reference])


def send_after(city, circular):
    """The refusal with which the county did not get the circular, if it did not."""
    try:
        supplement(Circular.objects.get(pk=circular.pk), [city.county], **SAID, by=city.sender, at=MONDAY)
    except ValidationError as refused:
        return refused
    return None


@pytest.mark.parametrize("relation", ["annuls", "corrects"])
def test_who_sends_after_while_the_notice_goes_out_waits_and_finds_it(city, relation):
    original = city.sent()
    notice = notice_on(city, original, relation)
    refused = while_undecided(lambda: city.dispatch(notice), lambda: send_after(city, original))
    assert isinstance(refused, OutOfOrder if relation == "annuls" else ValidationError)
    assert not Delivery.objects.filter(unit=city.county).exists()


@pytest.mark.parametrize("relation", ["annuls", "corrects"])
def test_a_notice_waits_for_who_sends_the_original_after_and_leaves_nobody_out(city, relation):
    original = city.sent()
    notice = notice_on(city, original, relation)
    refused = while_undecided(lambda: send_after(city, original), lambda: city.dispatch(notice))
    assert isinstance(refused, HoldersMissing)
    assert not Amendment.objects.exists()


def test_two_notices_on_the_same_papers_in_either_order_wait_for_each_other_in_no_ring(city):
    papers = [city.sent(), city.sent()]
    notices = []
    for order in (papers, papers[::-1]):
        references = [
            Reference(relation="corrects", title=paper.title, number=paper.number, circular=paper) for paper in order
        ]
        notices.append(city.registered(title="关于已发通知有关事项的通知", references=references))
    assert at_once(2, lambda n: city.dispatch(Circular.objects.get(pk=notices[n].pk)) and None) == [None, None]
    assert Amendment.objects.count() == 4
