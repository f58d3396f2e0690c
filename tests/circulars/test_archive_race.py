"""Several people of the archive at once: codes without a gap, two approvals of two people, one destruction (Article 27)."""

import pytest

from accounts.people import User
from circulars.archive.births import bear
from circulars.archive.codes import CounterBook
from circulars.archive.destruction import approve, witness
from circulars.archive.destructionlists import DestructionList
from circulars.archive.filing import file
from circulars.archive.holdings import Holding
from circulars.archive.tombstones import Tombstone
from circulars.registration import CircularText
from cms.ledger import Entry
from tests.archives import LONG_AFTER, anew, approved, filed, holding, listed, received, staffed
from tests.cast import MONDAY, City
from tests.rush import at_once, while_undecided

FOUR = 4


@pytest.fixture
def city(real_city, week) -> City:
    """The city with its archivists, in a database that keeps what is committed."""
    return staffed(real_city)


def press(act, people):
    """What each of these people came to; a refusal of any kind is a sentence."""

    def attempt(n):
        try:
            return act(User.objects.get(pk=people[n].pk))
        except Exception as refused:
            return str(refused)

    return at_once(len(people), attempt)


def test_papers_filed_at_once_get_codes_that_follow_one_another_and_one_paper_gets_one(city):
    kept = [holding(city.sent(title=f"关于第{n}件事项的通知"), city.office) for n in "一二三四"]
    filer = city.office_archivist
    codes = at_once(FOUR, lambda n: file(anew(kept[n]), "D30", "BGS", by=User.objects.get(pk=filer.pk), at=MONDAY))
    assert sorted(codes) == [f"0012-WS·2026-D30·BGS-{item:04d}" for item in range(1, FOUR + 1)]
    again = at_once(FOUR, lambda n: file(anew(kept[0]), "D30", "BGS", by=User.objects.get(pk=filer.pk), at=MONDAY))
    assert {str(told) for told in again} == {"本件已是“已归档”，没有再归档。"}
    assert CounterBook.objects.get(kind="D30").last == FOUR


def test_what_is_looked_for_at_once_is_held_once(city):
    city.sign(city.opened(city.sent()))
    at_once(FOUR, lambda n: bear(MONDAY))
    assert Holding.objects.count() == 2


def test_two_leaders_at_once_are_two_approvals_and_two_witnesses_at_once_one_destruction(city, week):
    kept = filed(city, received(city, city.sent()))
    week.move_to(LONG_AFTER)
    sheet = listed(city, kept)

    def own():  # the list as each of them has it on the screen
        return DestructionList.objects.get(pk=sheet.pk)

    press(lambda by: approve(own(), by=by, at=LONG_AFTER), [city.leader, city.second_leader, city.leader])
    sheet = DestructionList.objects.get(pk=sheet.pk)
    assert {sheet.first_by, sheet.second_by} == {city.leader, city.second_leader}
    outcomes = press(lambda by: witness(own(), by=by, at=LONG_AFTER), [city.clerk, city.second_clerk, city.clerk])
    assert outcomes.count(True) == 1
    assert Tombstone.objects.count() == 1
    assert Entry.objects.filter(deed="holding.destroyed").count() == 1
    assert CircularText.objects.count() == 1  # the issuer keeps it


def test_who_stands_by_while_the_first_witness_is_being_written_down_is_the_second(city, week):
    kept = filed(city, received(city, city.sent()))
    week.move_to(LONG_AFTER)
    sheet = approved(city, kept)

    def stand_by(who):
        by, found = User.objects.get(pk=who.pk), DestructionList.objects.get(pk=sheet.pk)
        return lambda: witness(found, by=by, at=LONG_AFTER)

    assert while_undecided(stand_by(city.clerk), stand_by(city.second_clerk)) is True
    named = [one["name"] for one in Tombstone.objects.get().facts["witnesses"]]
    assert named == [city.clerk.name, city.second_clerk.name]


def test_who_waited_for_the_first_of_two_finds_the_first_named(city, week):
    kept = filed(city, received(city, city.sent()))
    week.move_to(LONG_AFTER)
    key = listed(city, kept).pk

    def one_after_the_other(act, first, second):
        people = [User.objects.get(pk=each.pk) for each in (first, second)]
        sheets = [DestructionList.objects.get(pk=key) for _ in people]
        acts = [lambda n=n: act(sheets[n], by=people[n], at=LONG_AFTER) for n in (0, 1)]
        return while_undecided(*acts)

    one_after_the_other(approve, city.leader, city.second_leader)
    assert one_after_the_other(witness, city.clerk, city.second_clerk) is True
    told = Tombstone.objects.get().facts
    assert [act["username"] for act in told["approvals"]] == [city.leader.username, city.second_leader.username]
    assert [act["username"] for act in told["witnesses"]] == [city.clerk.username, city.second_clerk.username]
