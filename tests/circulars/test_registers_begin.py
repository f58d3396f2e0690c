"""How registers begin: at a number that goes on from a count by hand, and with what came after registers were kept (Articles 19 and 22)."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from circulars.incoming import RegisterBook, enter, to_register
from circulars.incoming.beginning import RegisterDuty, start_book
from circulars.incoming.lying import left_lying
from circulars.reasons import Marked, digest_of_reason
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.inhand import AT_ELEVEN, AT_TEN, registered

GROUND = "1 至 30 号登记在纸质登记簿"


def begun(city, first=31, ground=GROUND, *, by=None):
    return start_book(city.attentive, first, ground, by=by or city.clerk, at=AT_TEN)


def refused(what, why, act):
    before = list(RegisterBook.objects.values()), Entry.objects.count()
    with pytest.raises(what, match=why):
        act()
    assert (list(RegisterBook.objects.values()), Entry.objects.count()) == before


def test_a_book_goes_on_from_a_count_by_hand_without_a_gap(city):
    book = begun(city, by=city.leader)
    assert [registered(city, city.sent()).number for _ in range(2)] == ["收〔2026〕31号", "收〔2026〕32号"]
    entry = Entry.objects.get(deed="register_book.started")
    assert (entry.person, entry.unit, entry.facts["first"]) == (city.leader, city.attentive.pk, 31)
    assert entry.facts["text_digest"] == digest_of_reason(GROUND)
    assert (book.ground, book.started_by) == (GROUND, city.leader)


def test_it_is_set_once_before_the_first_entry_by_who_keeps_the_book(city):
    for first in (-3, 0, 1, 100_000):
        refused(ValidationError, "起始号应为", lambda first=first: begun(city, first))
    refused(ValidationError, "依据", lambda: begun(city, ground=" "))
    refused(Marked, "密级标志", lambda: begun(city, ground="机密★一年"))
    for person in (city.late_clerk, city.sender, city.secretary):
        refused(PermissionDenied, "分管领导或者收发员", lambda person=person: begun(city, by=person))
    begun(city)
    refused(OutOfOrder, "已由孙早设定从收〔2026〕31号编起", lambda: begun(city, 41, by=city.leader))
    RegisterBook.objects.all().delete()
    registered(city, city.sent())
    refused(OutOfOrder, "已经登记到收〔2026〕1号", lambda: begun(city))


def test_on_the_desk_it_is_offered_until_something_is_entered(city):
    book, path = reverse("circulars:register_book"), reverse("circulars:start_book", args=[city.attentive.code])
    clerk, given = city.desk(city.clerk), {"first": "31", "ground": GROUND}
    assert path in clerk.get(book).content.decode()
    for person in (city.late_clerk, city.sender):
        assert city.desk(person).post(path, given).status_code == 404
    assert "起始号应为" in clerk.post(path, given | {"first": "1"}).content.decode()
    clerk.get(path, given)
    assert not RegisterBook.objects.exclude(started_at=None).exists()
    assert "收〔2026〕31号 编起" in clerk.post(path, given, follow=True).content.decode()
    assert "不能再改" in clerk.post(path, given | {"first": "41"}).content.decode()
    assert path not in clerk.get(book).content.decode()


def test_what_was_signed_for_before_registers_were_kept_waits_in_no_list_and_can_still_be_entered(city):
    """The migration remembers the moment where papers had been taken before, and nothing where none had."""
    step, here = import_module("circulars.migrations.0082_how_registers_began"), SimpleNamespace(connection=connection)
    step.remember(apps, here)
    assert not RegisterDuty.objects.exists()

    old = city.sign(city.opened(city.sent()))
    assert [*to_register([city.attentive.pk])] == [old]
    step.remember(apps, here)
    assert RegisterDuty.objects.get().since > old.signed_at
    RegisterDuty.objects.update(since=AT_TEN)
    new = city.sign(city.opened(city.sent()), at=AT_ELEVEN)
    assert [*to_register([city.attentive.pk])] == [new]
    lying = left_lying(city.office.area, MONDAY + timedelta(days=40))
    assert old not in lying
    assert new in lying
    page = city.desk(city.clerk).get(reverse("circulars:to_register")).content.decode()
    assert "2026年9月28日启用收文登记簿" in page
    assert enter(old, by=city.clerk, at=AT_ELEVEN).number == "收〔2026〕1号"
