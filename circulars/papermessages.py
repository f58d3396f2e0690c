"""Which messages on people's desks speak of a paper, so that they can be hidden, shown again and wiped (Article 5).

A message says of which paper it speaks. One from before messages did is known by its link, its number, or a title that no other paper
bears.
"""

from collections.abc import Collection

from django.db.models import Q

from accounts.faults import FaultQuerySet
from accounts.repairs import Repair
from circulars.archive.destructionlists import DestructionLine
from circulars.pages import CircularPage, about_paper
from circulars.registration import Circular
from circulars.titles import quoted, says
from cms.messages import Message, MessageQuerySet

# What is told of the blocking itself stands.
_OF_THE_CASE = Q(key__startswith="secrecy-case:")


def messages_about(page: CircularPage, circular: Circular | None, titles: Collection[str]) -> MessageQuerySet:
    """Every message that speaks of the draft or of the circular that came of it; ``titles`` are those that it has ever had."""
    old = _linked(page, circular) | _titled(page, titles)
    if circular:
        old |= _numbered(circular)
    said = Q(about=about_paper(page.pk)) | _of_a_refused_list(circular)
    return Message.objects.filter(said | Q(old, ~_OF_THE_CASE, about=""))


def told_of_faults(faults: FaultQuerySet) -> MessageQuerySet:
    """Every message that repeats what was said in these reports, or to the provider that was called for them."""
    keys = list(faults.values_list("pk", flat=True))
    spoken = Q(key__in=[f"fault:{fault}" for fault in keys])
    for repair in Repair.objects.filter(fault__in=keys).values_list("pk", flat=True):
        spoken |= Q(key__in=[f"repair:{repair}", f"repair-called-off:{repair}"])
        spoken |= Q(key__startswith=f"repair-failed:{repair}:")
    return Message.objects.filter(spoken)


def _of_a_refused_list(circular: Circular | None) -> Q:
    """Why a leader did not agree that it be destroyed; the message speaks of a whole list."""
    lists = DestructionLine.objects.filter(holding__circular=circular).values_list("sheet", flat=True)
    return Q(key__in=[f"destruction:{sheet}:refused" for sheet in lists])


def _linked(page: CircularPage, circular: Circular | None) -> Q:
    said = Q(link=f"/in-hand/{page.pk}/") | Q(link__startswith=f"/drafts/{page.pk}/")
    if circular:
        received = [f"/received/{delivery}/" for delivery in circular.deliveries.values_list("pk", flat=True)]
        said |= Q(link__startswith=f"/sent/{circular.uuid}/") | Q(link__in=received)
    return said


def _numbered(circular: Circular) -> Q:
    """延政发〔2026〕1号 ends with 政发〔2026〕1号, which is another series."""
    said = Q(text__contains=circular.number)
    longer = Circular.objects.filter(number__endswith=circular.number).exclude(number=circular.number)
    for number in longer.values_list("number", flat=True):
        said &= ~Q(text__contains=number)
    return said


def _titled(page: CircularPage, titles: Collection[str]) -> Q:
    said = Q(pk__in=[])
    for title in titles:
        marked = Q(title__contains=f"《{title}》") | Q(title__contains=quoted(title))
        in_draft = Q(draft_title__contains=f"《{title}》") | Q(draft_title__contains=quoted(title))
        alike = Q(title=title) | Q(draft_title=title) | marked | in_draft
        if not CircularPage.objects.filter(alike).exclude(pk=page.pk).exists():
            said |= says(title)
    return said
