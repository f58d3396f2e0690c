"""Clerks at work while something breaks: who gets no answer presses the same button of the same form again."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, connections

from accounts.people import User
from circulars.deliveries import Check, Delivery
from tests.cast import MONDAY, City

EVERY_CHECK = {check.value for check in Check}
EVERY_GROUP = "county,zone,enterprise,department,institution,central_provincial"
CLERKS = 4
PATIENCE = 120  # seconds; on a busy machine


class Pressing:
    """So many clerks over so many deliveries; ``told`` is what each was told, by delivery the key of the press that counted."""

    def __init__(
        self, person: User, deliveries: list[int], sign: Callable[[int, UUID, User], Any] | None = None
    ) -> None:
        self.told: dict[int, UUID] = {}
        self.repeated = 0
        self._person, self._deliveries, self._sign = person, deliveries, sign or sign_for
        self._counting = threading.Lock()
        self._working: list[Future[None]] = []

    def work(self, disturb: Callable[["Pressing"], Any] = lambda _: None) -> None:
        """All is signed for, whatever was done by ``disturb`` meanwhile."""
        with ThreadPoolExecutor(CLERKS) as clerks:
            self._working = [clerks.submit(self._work, n) for n in range(CLERKS)]
            disturb(self)
            for each in self._working:
                each.result()

    def wait_for(self, count: int) -> None:
        """So many have been told; somebody may now break something."""
        ends = time.monotonic() + PATIENCE
        while len(self.told) < count:
            assert time.monotonic() < ends, "the clerks got no further"
            for each in self._working:
                if each.done():
                    each.result()
            time.sleep(0.005)

    def _work(self, n: int) -> None:
        try:
            for pk in self._deliveries[n::CLERKS]:
                key = uuid4()
                self._press_until_answered(pk, key)
                self.told[pk] = key
        finally:
            connection.close()

    def _press_until_answered(self, pk: int, key: UUID) -> None:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                self._sign(pk, key, self._person)
            except IntegrityError:
                raise
            except (DatabaseError, InterfaceError):  # a server that dies is told of in several ways
                connection.close()
                with self._counting:
                    self.repeated += 1
                if time.monotonic() > ends:
                    raise
                time.sleep(0.02)
            else:
                return


def sign_for(pk: int, key: UUID, by: User) -> None:
    """As the page does: the delivery is looked up, the press counts once."""
    delivery = Delivery.objects.select_related("circular", "issuer__area").get(pk=pk)
    delivery.sign_for(checked=EVERY_CHECK, key=key, by=by, at=MONDAY)


def opened(city: City, count: int) -> list[int]:
    """So many deliveries that their units have opened."""
    while Delivery.objects.count() < count:
        city.sent(primary_groups=EVERY_GROUP, primary_units=[])
    Delivery.objects.update(state=Delivery.State.OPENED, opened_at=MONDAY, opened_by=city.clerk, delivered_at=MONDAY)
    return list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[:count])


@contextmanager
def connected_to(**place: Any) -> Iterator[None]:
    """Connections of every thread lead to this HOST, PORT and NAME."""
    settings = connections.settings["default"]
    before = {name: settings[name] for name in place}
    connections.close_all()
    settings |= place
    try:
        yield
    finally:
        connections.close_all()
        settings |= before
