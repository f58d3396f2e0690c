"""A unit that runs an area of its own writes to it by the numbers of that area, and to all others by its other numbers (Article 29)."""

from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from cms.quotes import cited


def a_paper_keeps_to_one_area(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Who is addressed (主送) belongs to the area of the series, or nobody does: rule, calendar and statistics follow the number."""
    issuers = facts.of(draft["issuers"][:1])
    if not draft["series"] or not issuers or issuers[0].runs_id is None:
        return
    own, series = issuers[0].runs_id, cited(draft["series"])
    addressed = facts.of(draft["primary"]["units"])
    inside = [str(unit) for unit in addressed if unit.area_id == own]
    outside = [str(unit) for unit in addressed if unit.area_id != own] + (
        ["主送类别里的单位"] if draft["primary"]["groups"] else []
    )
    if facts.series_area == own and outside:
        said = f"{series}是本辖区的文号，“{'、'.join(outside)}”不在本辖区。请另行行文，或者换用其他文号系列。"
        yield Problem("E-AREA", "series", said)
    if facts.series_area != own and inside:
        said = f"“{'、'.join(inside)}”是本辖区的单位，给本辖区行文请用本辖区的文号系列，不用{series}。"
        yield Problem("E-AREA", "series", said)
