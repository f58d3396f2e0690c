"""Lists on which a secrecy case has shut a paper: nothing goes on with them, and when it is shut for good they can still be ended (Article 5)."""

from typing import TYPE_CHECKING

from circulars.secrecycases import shut_circulars, undecided_circulars
from cms.lifecycles import OutOfOrder

if TYPE_CHECKING:
    from circulars.archive.destructionlists import DestructionList
    from circulars.archive.transferrecords import Transfer


def refuse_shut(sheet: "DestructionList | Transfer") -> None:
    """Raises ``OutOfOrder`` for a list on which a paper is blocked or was purged."""
    refuse_undecided(sheet)
    if sheet.lines.filter(holding__circular__in=shut_circulars()).exists():
        raise OutOfOrder(f"{sheet} 上有公文因涉密处置已清除，不能照原样办理。请结束这份清单，其余的另行编制。")


def refuse_undecided(sheet: "DestructionList | Transfer") -> None:
    """Raises ``OutOfOrder`` while it is not decided whether a paper of the list stays blocked."""
    if sheet.lines.filter(holding__circular__in=undecided_circulars()).exists():
        raise OutOfOrder(f"{sheet} 上有公文因涉密处置已封存，不能再办理。")
