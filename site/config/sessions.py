"""The session of a log-in, whose one question also tells from which networks one may come (Article 11).

Every request asks for its session anyway. What the network office sets is answered with it, so it holds at the next request of every process,
and nothing that could grow old is kept.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import Value
from django.utils import timezone

from accounts.networks import ClientNetwork, networks_in_force
from cms.wording import Worded

SESSION, NETWORK = "session", "network"
NOBODYS = "-- nobody's session --"


def _question(key: str, now: datetime) -> Any:
    mine = Session.objects.filter(session_key=key, expire_date__gt=now).values_list(Value(SESSION), "session_data")
    networks = ClientNetwork.objects.in_force(now).order_by().values_list(Value(NETWORK), "cidr")
    return mine.union(networks, all=True)


_BOTH = Worded(_question, key=NOBODYS, now=datetime(1, 1, 4, tzinfo=UTC))


class SessionStore(db.SessionStore):
    """Kept in the database, as the framework keeps it."""

    _allowed: list[str] | None = None

    def load(self) -> dict[str, Any]:
        """What was kept under this key, nothing for a key that is not known or over; ``allowed_networks`` costs nothing after it."""
        rows = _BOTH.ask(key=self.session_key or "", now=timezone.now())
        self._allowed = [text for what, text in rows if what == NETWORK]
        for what, text in rows:
            if what == SESSION:
                return dict(self.decode(text))
        self._session_key = None
        return {}

    def allowed_networks(self, now: datetime) -> list[str]:
        """Those from which one may come; asked with the session where there is one, by itself where there is none."""
        if self._allowed is None and self.session_key is not None and not hasattr(self, "_session_cache"):
            self._session_cache = self.load()
        return networks_in_force(now) if self._allowed is None else self._allowed
