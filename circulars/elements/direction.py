"""What each type is for and in which layout it is written (2012 regulation art. 8; GB/T 9704-2012, 10)."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot
from circulars.layouts import TRAITS, Direction, DocumentType, Layout


def type_fits_direction_and_layout(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 8: what each type is for; GB/T 9704-2012, 10: orders, letters and minutes have layouts of their own."""
    kind, direction = DocumentType(draft["document_type"]), Direction(draft["direction"])
    traits = TRAITS[kind]
    if direction not in traits.directions:
        allowed = "、".join(d.label for d in Direction if d in traits.directions)
        yield Problem("R-DIRECTION", "direction", f"“{kind.label}”的行文方向应为{allowed}。")
    if not draft["layout"]:
        return
    layout = Layout(draft["layout"])
    own = {traits.layout} if traits.layout else {Layout.GENERAL, Layout.LETTER}
    if layout not in own:
        needed = "或".join(each.label for each in Layout if each in own)
        yield Problem("R-LAYOUT", "series", f"“{kind.label}”应用{needed}，请选择这种版式的文号系列。")
