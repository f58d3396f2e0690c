"""What each person may see of circulars: the only door to one (Articles 5, 6 and 20).

A circular's text is read by the units that received it and by the unit that issued it. Who inspects (the secretariat) sees every
circular's metadata and receipts, not its text.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.overseeing import overseen
from accounts.roles import Right, units_where
from accounts.units import Unit, UnitQuerySet
from circulars.archive.holdings import Holding, Part
from circulars.decisions import Decision
from circulars.deliveries import Channel, Delivery, DeliveryQuerySet, DeliveryRound
from circulars.handling.seen import worked_on_or_read
from circulars.numbering import Series
from circulars.pages import CircularPage, CircularPageQuerySet
from circulars.problems import DeliveryProblem, DeliveryProblemQuerySet
from circulars.registration import Circular, CircularQuerySet
from circulars.secrecycases import SecrecyCase, shut_circulars, shut_pages
from circulars.turns import SEAT_RIGHTS, Step, Turn
from circulars.versions import Version, VersionQuerySet
from cms.wording import SEVERAL, Worded


def received(user: Any) -> DeliveryQuerySet:
    """Electronic deliveries to the person's units, with their circulars; what a secrecy case has shut is not among them."""
    return received_by(units_where(user, Right.READ))


def received_by(units: Collection[int]) -> DeliveryQuerySet:
    """Electronic deliveries to these units, with their circulars, but for what a secrecy case has shut."""
    rows = Delivery.objects.filter(unit_id__in=units, channel=Channel.ELECTRONIC)
    return rows.exclude(circular__in=shut_circulars()).select_related("circular")


def to_enter(user: Any) -> DeliveryQuerySet:
    """What the person may register in the books of the units served, whichever way it came, but for what a secrecy case has shut."""
    rows = Delivery.objects.for_person(user, Right.HANDLE_INCOMING).exclude(circular__in=shut_circulars())
    return rows.select_related("circular")


def legible(user: Any) -> DeliveryQuerySet:
    """Of what the person may read, what may be read still: not what its sender has recalled, nor what the unit has destroyed."""
    kept = readable(user).filter(circular__state=Circular.State.SENT, circular__text__isnull=False)
    return kept.exclude(holding__state=Holding.State.DESTROYED)


def readable(user: Any) -> DeliveryQuerySet:
    """What the person's units received, and of another's what they work on there or have come to read; nothing that is shut."""
    rows = Delivery.objects.filter(channel=Channel.ELECTRONIC).exclude(circular__in=shut_circulars())
    in_hand = Q(pk__in=worked_on_or_read(user))
    return rows.filter(Q(unit_id__in=units_where(user, Right.READ)) | in_hand).select_related("circular")


def slips(user: Any) -> DeliveryQuerySet:
    """Deliveries whose receipts the person may see: to the own units, from those followed, and all of the areas inspected.

    Of what is shut, none.
    """
    rows = Delivery.objects.filter(channel=Channel.ELECTRONIC).exclude(circular__in=shut_circulars())
    rows = rows.select_related("circular")
    inspected = overseen(user, Right.INSPECT)
    if inspected.every:
        return rows
    own = Q(unit_id__in=units_where(user, Right.READ)) | Q(issuer_id__in=units_where(user, Right.TRACK))
    return rows.filter(own | inspected.of("rules__area") if inspected else own)


def returned(user: Any) -> DeliveryQuerySet:
    """What came back to the units whose sendings the person follows, with the circulars."""
    return came_back(user).returned()


def came_back(user: Any) -> DeliveryQuerySet:
    """What came back to those units in its present round or in one that ended by sending it again; of a blocked paper nothing."""
    once = Q(returned_at__isnull=False) | Exists(DeliveryRound.objects.filter(delivery=OuterRef("pk")))
    rows = Delivery.objects.sent_by_units_of(user).filter(once).exclude(circular__in=shut_circulars())
    return rows.select_related("circular")


def sent_again(user: Any) -> QuerySet[DeliveryRound]:
    """The returns that those units have sent again, each as it was."""
    rounds = DeliveryRound.objects.filter(delivery__issuer_id__in=units_where(user, Right.TRACK))
    return rounds.exclude(delivery__circular__in=shut_circulars()).select_related("delivery__circular")


def problems_of(user: Any) -> DeliveryProblemQuerySet:
    """What units reported of circulars: that of the own unit or about its own circulars; for the secretariat that of its area, all for
    the network office.

    Of a circular that a secrecy case has shut, nothing.
    """
    inspected = overseen(user, Right.INSPECT)
    if inspected.every or units_where(user, Right.OPERATE):
        return _legible_problems()
    readers, issuers = units_where(user, Right.READ), units_where(user, Right.TRACK)
    if not inspected:
        return _problems_between(readers, issuers)
    own = Q(unit_id__in=readers) | Q(issuer_id__in=issuers)
    return _legible_problems().filter(own | inspected.of("delivery__rules__area", "unit__area"))


def unanswered_problems(user: Any) -> int:
    """How many of those problems nobody has answered yet."""
    if overseen(user, Right.INSPECT) or units_where(user, Right.OPERATE):
        return problems_of(user).open().count()
    found = _UNANSWERED.ask(readers=units_where(user, Right.READ), issuers=units_where(user, Right.TRACK))
    return sum(count for (count,) in found)


def _legible_problems() -> DeliveryProblemQuerySet:
    """What was reported of a paper that never came counts as of the one that bears its number."""
    named = SecrecyCase.objects.shut().filter(issuer=OuterRef("issuer"), number=OuterRef("number"))
    problems = DeliveryProblem.objects.exclude(delivery__circular__in=shut_circulars())
    return problems.exclude(Exists(named), delivery=None, number__gt="")


def _problems_between(readers: Collection[int], issuers: Collection[int]) -> DeliveryProblemQuerySet:
    return _legible_problems().filter(Q(unit_id__in=readers) | Q(issuer_id__in=issuers))


_UNANSWERED = Worded(
    lambda readers, issuers: (
        _problems_between(readers, issuers).open().values("state").annotate(count=Count("pk")).values_list("count")
    ),
    readers=SEVERAL,
    issuers=SEVERAL,
)


def trackable(user: Any) -> QuerySet[Circular]:
    """Circulars whose receipts the person may see: those of the own units, and what went out in the areas inspected."""
    return Circular.objects.filter(Q(issuer_id__in=units_where(user, Right.TRACK)) | gone_out_in_areas_of(user))


def gone_out_in_areas_of(user: Any) -> Q:
    """Of circulars, those that went out by the rules of an area that the person inspects."""
    inspected = overseen(user, Right.INSPECT)
    if not inspected:
        return Q(pk__in=())
    return Q(sent_at__isnull=False) & inspected.of("series__area", "issuer__area")


def open_texts(user: Any, came: Collection[int] | None = None) -> Q:
    """Of circulars, those whose text the person may read: of the own units' every one, of what came to these what still stands.

    Not what the unit has destroyed, though another still keeps it (Article 27). Where it is known already which deliveries of them came
    to the person (``came``, as ``readable`` finds them), nobody asks again.
    """
    # The lead body's original, whoever has come to keep it.
    destroyed = Holding.objects.filter(circular=OuterRef("pk"), part=Part.ORIGINAL, state=Holding.State.DESTROYED)
    own = Q(issuer_id__in=units_where(user, Right.TRACK)) & ~Exists(destroyed)
    kept = Delivery.objects.exclude(holding__state=Holding.State.DESTROYED)
    reached = _came_to(user, kept) if came is None else Q(pk__in=kept.filter(pk__in=came).values("circular"))
    return own | Q(reached, state=Circular.State.SENT)


def known_heads(user: Any) -> Q:
    """Of circulars, those of which the person may know title, number and sender: what a list of theirs shows, recalled or not."""
    found = Q(issuer_id__in=units_where(user, Right.TRACK)) | _came_to(user, Delivery.objects.all())
    return found | gone_out_in_areas_of(user)


def _came_to(user: Any, deliveries: DeliveryQuerySet) -> Q:
    """Of circulars, those of which one of these deliveries went to units that the person reads for; of another's, what the person works on or reads there."""
    reads = units_where(user, Right.READ)
    electronic = deliveries.filter(channel=Channel.ELECTRONIC)
    mine = Q(Exists(electronic.filter(circular=OuterRef("pk"), unit_id__in=reads)))
    if (units_where(user, Right.DO_WORK) | units_where(user, Right.READ_CIRCULATED)) - reads:
        mine |= Q(pk__in=electronic.filter(pk__in=worked_on_or_read(user)).values("circular"))
    return mine


def evidential(user: Any) -> CircularQuerySet:
    """Circulars of which the person may take evidence: those of the own units; what went out in the areas inspected.

    None for who audits: the three administrators read no circular.

    Of a circular that a secrecy case has shut there is none.
    """
    found = Q(issuer_id__in=units_where(user, Right.TRACK)) | gone_out_in_areas_of(user)
    return Circular.objects.unblocked().filter(found)


def series_followed(user: Any) -> QuerySet[Series]:
    """The number series whose registers the person may see: those of the own units, and all of the areas inspected."""
    series = Series.objects.select_related("unit").order_by("unit__sort_order", "unit__code", "prefix")
    own, inspected = Q(unit__in=units_where(user, Right.TRACK)), overseen(user, Right.INSPECT)
    return series.filter(own | inspected.of("area", "unit__area") if inspected else own)


def drafting_units(user: Any) -> UnitQuerySet:
    """The issuing units for which the person may begin a draft, in the register's order."""
    return Unit.objects.issuing().filter(pk__in=units_where(user, Right.DRAFT)).in_order()


def copyable(user: Any) -> CircularPageQuerySet:
    """What the person may begin a new draft with: the own drafts, and what was registered, of the units they draft for."""
    drafts = CircularPage.objects.in_sections_of(units_where(user, Right.DRAFT)).unblocked()
    return drafts.filter(Q(owner_id=user.pk, circular=None) | Q(circular__text__isnull=False))


def passing_units(user: Any, delivery: Delivery) -> UnitQuerySet:
    """The units for which the person may pass on what was delivered: the receiving one, and those it acts for."""
    unit = delivery.unit_id
    return drafting_units(user).filter(Q(pk=unit) | Q(served_by=unit))


def own_drafts(user: Any) -> CircularPageQuerySet:
    """The person's own drafts in the units that they draft for, newest first, whatever has become of them."""
    drafts = CircularPage.objects.in_sections_of(units_where(user, Right.DRAFT))
    return drafts.filter(owner_id=user.pk).unblocked().order_by("-latest_revision_created_at", "-pk")


def turn_in_hand(user: Any, pk: int) -> Turn | None:
    """The seat at the draft's current step that waits for this person."""
    waiting = (
        Turn.objects.in_hand(user)
        .filter(page=pk)
        .exclude(page__in=shut_pages())
        .select_related("page", "version__by", "unit")
    )
    return waiting.order_by("pk").first()


def draft_in_hand(user: Any, pk: int) -> CircularPage | None:
    """The draft whose current step waits for this person."""
    turn = turn_in_hand(user, pk)
    return turn.page if turn else None


def draft_to_register(user: Any, pk: int) -> CircularPage | None:
    """The approved draft that waits for this person's registration."""
    waiting = Version.objects.to_register().of_units(units_where(user, Right.REGISTER)).filter(page=pk)
    return CircularPage.objects.filter(pk=pk, versions__in=waiting).first()


def comparable(user: Any) -> VersionQuerySet:
    """The handed-over versions that the person may read and lay side by side.

    All of a draft's are for its drafter, who has a seat of it in hand, the unit's registrars once it is approved, and who follows the
    unit's circulars once it is registered. Who has decided for a unit, and serves it so still, reads up to the last version on which that
    unit was asked, and what the registrar mended in it.
    """
    registering = Version.objects.of_units(units_where(user, Right.REGISTER))
    registering = registering.filter(page__in=Version.objects.approved().values("page"))
    whole = (
        Q(page__in=own_drafts(user).order_by().values("pk"))
        | Q(page__in=Turn.objects.in_hand(user).values("page"))
        | Q(pk__in=registering.values("pk"))
        | Q(page__circular__issuer__in=units_where(user, Right.TRACK))
    )
    legible = Version.objects.exclude(page__in=shut_pages()).exclude(content="")
    return legible.filter(whole | Exists(_asked_since(user)))


def _asked_since(user: Any) -> QuerySet[Turn]:
    """Seats on this version or a later one of the units for which the person has decided on the draft and may decide now."""
    deciding = frozenset().union(*(units_where(user, right) for right in SEAT_RIGHTS))
    for_a_unit = Q(unit__in=deciding) | Q(step=Step.RECHECK, unit__in=units_where(user, Right.REGISTER))
    decided = Decision.objects.filter(for_a_unit, Q(by=user.pk) | Q(in_place_of=user.pk))
    here = decided.filter(page=OuterRef("page"), unit=OuterRef("unit"))
    since = Q(version__number__gte=OuterRef("number")) | Q(version=OuterRef("corrects"))
    return Turn.objects.filter(since, Exists(here), page=OuterRef("page"))
