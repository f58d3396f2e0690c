"""重新抽取: whether a draw gives again what is on record, from the rows alone (Article 28)."""

from dataclasses import dataclass

from reports.drawing import ALGORITHM, digest_of_population, drawn
from reports.spotchecks.record import SpotDraw


@dataclass(frozen=True)
class Redrawn:
    """What the seed gives for the recorded list, and whether that is what is on record."""

    codes: list[str]
    is_known_algorithm: bool
    is_same_list: bool
    is_same_draw: bool

    @property
    def agrees(self) -> bool:
        return self.is_known_algorithm and self.is_same_list and self.is_same_draw


def redraw(draw: SpotDraw) -> Redrawn:
    """The units are drawn once more and laid beside the record; nothing is changed. One query."""
    recorded = [unit.code for unit in draw.units.all()]
    codes = drawn(draw.seed, draw.population, draw.check_drawn.asked)
    return Redrawn(
        codes=codes,
        is_known_algorithm=draw.algorithm == ALGORITHM,
        is_same_list=digest_of_population(draw.population) == draw.digest,
        is_same_draw=codes == recorded,
    )
