"""Whose doings a person of oversight may see, and which of them (Articles 6, 18, 28 and 29).

Who audits sees all. A secretariat sees the people who hold or held a post in its area, and of each what belongs to the area: done for one of
its units or about one of its papers, or about neither, while such a post was held. What somebody did before in another area, or does now
at the city, is that area's to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.deeds import Deed
from accounts.grants import area_from
from accounts.overseeing import Overseen, area_overseen
from accounts.people import Post, PostQuerySet, User
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.registration import Circular
from cms import ledger
from cms.areas import Area
from cms.workdays import ONE_DAY, ZONE, local


def people_reviewed(looker: Any) -> QuerySet[User]:
    """Everybody for who audits; for the secretariat who holds or held a post in the area, and nobody for anybody else."""
    if may(looker, Right.AUDIT):
        return User.objects.all()
    return User.objects.filter(Exists(posts_reviewed(looker).filter(person=OuterRef("pk"))))


def posts_reviewed(looker: Any) -> PostQuerySet:
    """The posts by which these people are known to who looks: those in the area, and all for who audits."""
    if may(looker, Right.AUDIT):
        return Post.objects.all()
    if not may(looker, Right.REPORT):
        return Post.objects.none()
    area = area_overseen(looker, Right.REPORT)
    return Post.objects.alias(overseen=area_from("unit__")).filter(overseen=area.pk)


def looks_shown(person: User, looker: Any) -> Q:
    """Of the person's looks, those that are shown: a look has a paper or nothing by which it belongs to an area."""
    if may(looker, Right.AUDIT):
        return Q()
    return _while_held(person, looker, "at") & (Q(circular=None) | _paper_of(area_overseen(looker, Right.REPORT)))


def entries_shown(person: User, looker: Any) -> Q:
    """Of the person's entries in the ledger, those that are shown."""
    if may(looker, Right.AUDIT):
        return Q()
    area = area_overseen(looker, Right.REPORT)
    units = Unit.objects.alias(overseen=area_from("")).filter(overseen=area.pk, pk=OuterRef("unit"))
    belongs = Q(unit=None, circular=None) | Q(Exists(units)) | _paper_of(area)
    return _while_held(person, looker, "happened_at") & belongs


def _paper_of(area: Area) -> Q:
    """A row about a paper that goes by the area's rule or came to one of its units."""
    own = Overseen(frozenset({area.pk})).of("series__area", "issuer__area")
    came = Delivery.objects.alias(overseen=area_from("unit__")).filter(overseen=area.pk, circular=OuterRef("pk"))
    return Q(Exists(Circular.objects.filter(own | Exists(came), uuid=OuterRef("circular"))))


@dataclass(frozen=True)
class _Span:
    begins: datetime
    ends: datetime | None


def _while_held(person: User, looker: Any, moment: str) -> Q:
    """Rows of the times of the person's posts in the area."""
    found = Q(pk=None)
    for span in _spans(person, posts_reviewed(looker)):
        found |= Q(**{f"{moment}__gte": span.begins}, **({f"{moment}__lt": span.ends} if span.ends else {}))
    return found


def _spans(person: User, posts: PostQuerySet) -> Iterable[_Span]:
    """From when to when each of the posts was held: by the moment in the ledger, else by whole days.

    A post that is left ends in its dates the day before; what was done on the last morning is done in it.
    """
    entered = ledger.Entry.objects.of(person).filter(deed__in=[Deed.POST_TAKEN, Deed.POST_LEFT])
    moments: dict[tuple[str, int | None], list[datetime]] = {}
    for deed, unit, at in entered.values_list("deed", "unit", "happened_at"):
        moments.setdefault((deed, unit), []).append(at)
    for unit, held_from, held_to in posts.filter(person=person).values_list("unit", "held_from", "held_to"):
        taken = [at for at in moments.get((Deed.POST_TAKEN, unit), ()) if local(at).date() == held_from]
        begins = min(taken, default=datetime.combine(held_from, time(), ZONE))
        if held_to is None:
            yield _Span(begins, None)
            continue
        after = held_to + ONE_DAY
        left = [at for at in moments.get((Deed.POST_LEFT, unit), ()) if local(at).date() == after]
        yield _Span(begins, max(left, default=datetime.combine(after, time(), ZONE)))
