"""What lets a locked desk go on counting what waits: a signed token of one person, good for a day and for nothing else (Article 18).

It outlasts the session, so that a desk left at noon still sounds at night. Another password, ended sessions, a closed account, or signing out
anywhere since it was made, and it counts no more.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.people import User
from cms.accesslog import Access, Look

_SALT = "accounts.alarmtokens"
LIFE = timedelta(hours=24)


def alarm_token(person: User, at: datetime) -> str:
    """A token by which the person's desk may ask for numbers, and the person come back with the password."""
    return signing.dumps({"person": person.pk, "stamp": _stamp(person), "at": at.isoformat()}, salt=_SALT)


def person_of(token: str, at: datetime) -> User | None:
    """Whose token it is; nobody's when it is forged, over a day old, or ended by a password, a new stamp or a sign-out."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    made_at = datetime.fromisoformat(said["at"])
    if not made_at <= at <= made_at + LIFE:
        return None
    person = User.objects.filter(pk=said["person"], is_active=True).first()
    if person is None or not constant_time_compare(said["stamp"], _stamp(person)):
        return None
    signed_out = Access.objects.filter(person=person.pk, look=Look.SIGNED_OUT, at__gt=made_at)
    return None if signed_out.exists() else person


def _stamp(person: User) -> str:
    """Changes with the password and with every end of the person's sessions; tells nothing of either."""
    return salted_hmac(_SALT, person.get_session_auth_hash(), algorithm="sha256").hexdigest()
