"""One check as a list: each unit with what stands of it, and what is being done about it (Article 28)."""

from dataclasses import dataclass

from reports.rectifications import Rectification
from reports.spotchecks.findings import faults_of
from reports.spotchecks.record import SpotDraw, SpotFinding, SpotUnit


@dataclass(frozen=True)
class SpotLine:
    """One unit of a draw: the findings that stand, by their kind, and those that were put right."""

    unit: SpotUnit
    findings: dict[str, SpotFinding]
    put_right: list[SpotFinding]
    rectification: Rectification | None

    @property
    def phone(self) -> SpotFinding | None:
        return self.findings.get(SpotFinding.Kind.PHONE)

    @property
    def diary(self) -> SpotFinding | None:
        return self.findings.get(SpotFinding.Kind.DIARY)

    @property
    def faults(self) -> list[str]:
        """All that is not in order."""
        return faults_of(self.unit, list(self.findings.values()))


def lines_of(draw: SpotDraw) -> list[SpotLine]:
    """The units in the order in which they were drawn; three queries."""
    units = list(draw.units.select_related("unit"))
    rows = SpotFinding.objects.filter(of__draw=draw).select_related("entered_by", "put_right")
    standing: dict[int, dict[str, SpotFinding]] = {}
    gone: dict[int, list[SpotFinding]] = {}
    for row in rows:
        if hasattr(row, "put_right"):
            gone.setdefault(row.of_id, []).append(row)
        else:
            standing.setdefault(row.of_id, {})[row.kind] = row
        row.of = next(unit for unit in units if unit.pk == row.of_id)
    asked = {each.of_id: each for each in Rectification.objects.filter(of__draw=draw).select_related("of")}
    return [SpotLine(unit, standing.get(unit.pk, {}), gone.get(unit.pk, []), asked.get(unit.pk)) for unit in units]
