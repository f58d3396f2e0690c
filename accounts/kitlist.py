"""Which devices of the register are asked for: words, a kind, a state; the page and the workbook ask alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.equipment import Device, DeviceKind, DeviceQuerySet

SHOWS = {"": "在用", "retired": "已停用", "wrong": "不符合要求", "unkept": "保管人不在岗"}
_LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """What was asked for, made good where it had no sense."""

    words: str
    kind: str
    show: str

    @property
    def said(self) -> str:
        """In words, for the head of a sheet."""
        kind = DeviceKind(self.kind).label if self.kind else "全部种类"
        return "，".join(filter(None, [SHOWS[self.show], kind, f"“{self.words}”" if self.words else ""]))

    def narrow(self, devices: DeviceQuerySet, on: date) -> DeviceQuerySet:
        """Of these devices those that are asked for, as of this day."""
        if self.show == "retired":
            devices = devices.filter(state=Device.State.RETIRED)
        elif self.show == "unkept":
            devices = devices.without_keeper(on)
        else:
            devices = devices.in_use()
        if self.show == "wrong":
            devices = devices.filter(conforms=False)
        if self.kind:
            devices = devices.filter(kind=self.kind)
        return devices.search(self.words) if self.words else devices


def asked(query: Mapping[str, str]) -> Wanted:
    kind, show = query.get("kind", ""), query.get("show", "")
    return Wanted(
        " ".join(query.get("q", "").replace("\0", "").split())[:_LONGEST],
        kind if kind in DeviceKind.values else "",
        show if show in SHOWS else "",
    )
