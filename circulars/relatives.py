"""Which other papers may hold what a blocked one says: begun as its copy or to pass it on, or referring to it (Article 5)."""

from dataclasses import dataclass
from datetime import datetime

from circulars.origins import Origin, begun_from
from circulars.pages import SHUT, CircularPage, Reference, SectionPage
from circulars.progress import progress_of_all
from circulars.secrecycases import SecrecyCase


@dataclass(frozen=True)
class Relative:
    """One such paper, by number or by the number of its draft, never by title; ``standing`` is its word for ``desk/_status.html``."""

    name: str
    key: str
    unit: str
    how: str
    standing: str
    state: str
    is_shut: bool


def relatives_of(case: SecrecyCase, now: datetime) -> list[Relative]:
    """Copies and copies of copies, papers that pass it on, and those that refer to it, the oldest first."""
    ties = _ties(case)
    pages = CircularPage.objects.filter(pk__in=ties).select_related("circular__voiding").order_by("pk")
    rows = progress_of_all(list(pages.prefetch_related("decisions__by", "decisions__unit")), now)
    shut = {each.page_id: each for each in SecrecyCase.objects.filter(page__in=ties, state__in=SHUT)}
    sections = SectionPage.objects.filter(path__in=[_drawer(page) for page, _ in rows]).select_related("unit")
    units = {section.path: section.unit for section in sections}
    found = []
    for page, progress in rows:
        own = shut.get(page.pk)
        circular = getattr(page, "circular", None)
        found.append(
            Relative(
                name=circular.number if circular else f"文稿 {page.pk}",
                key=str(page.pk),
                unit=str(units[_drawer(page)]),
                how=ties[page.pk],
                standing=progress.word if own is None else "voided" if own.state == "purged" else "late",
                state=progress.label if own is None else own.get_state_display(),
                is_shut=own is not None,
            )
        )
    return found


def _drawer(page: CircularPage) -> str:
    return page.path[: -page.steplen]


def _ties(case: SecrecyCase) -> dict[int, str]:
    """Each related draft, by key, and in a word how it is related."""
    referring = Reference.objects.filter(circular=case.circular_id) if case.circular_id else Reference.objects.none()
    ties = {row.page_id: row.get_relation_display() for row in referring}
    begun = Origin.objects.filter(page__in=begun_from(case.page_id))
    ties |= {origin.page_id: origin.get_kind_display() for origin in begun}
    return {page: how for page, how in ties.items() if page != case.page_id}
