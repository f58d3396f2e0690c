"""What keeps a dissolved unit from being closed beside seals, keys and posts: handovers, changes of staff and lines that nobody would end (Articles 7, 15, 24 and 26)."""

from accounts.filings import Filing
from accounts.handovers import Handover
from accounts.lineregister import Line
from accounts.units import Unit


def still_open(unit: Unit) -> list[str]:
    """Sentences about what is open at the unit and its divisions still, each with what to do; three questions."""
    handovers = Handover.objects.open().filter(unit__path__startswith=unit.path).with_people().order_by("pk")
    lines = Line.objects.filter(unit=unit, until=None).order_by("circuit", "pk")
    filings = Filing.objects.open().filter(unit=unit).count()
    found = []
    if names := [f"{handover.giver}（{handover.get_role_display()}）" for handover in handovers]:
        found.append(f"交接没有办完：{'、'.join(names)}。")
    if filings:
        found.append(f"还有 {filings} 件人员报备没有办结，请确认或者退回。")
    if circuits := [line.circuit for line in lines]:
        found.append(f"线路没有停用：{'、'.join(circuits)}。")
    return found
