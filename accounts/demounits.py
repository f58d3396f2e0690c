"""A demo's changes of units: one renamed, one merged, one being connected, divisions of another, so that no page of the register is empty."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.connections import StepKind, ask_connection
from accounts.dissolving import merge
from accounts.people import User
from accounts.renaming import rename
from accounts.reorganising import open_division, set_payer
from accounts.roles import Role
from accounts.units import Payer, Unit

_GROUND = "延编发〔2026〕8号"


@transaction.atomic
def change_units(now: datetime, *, shown: str) -> None:
    """The register of a demo has a history of a few days, made by its network office; ``shown`` is the code of the tour's unit."""
    by = User.objects.filter(posts__role=Role.NETWORK_OFFICE, is_demo=True).earliest("pk")
    today = timezone.localdate(now)

    def on_paper(day: date) -> dict[str, Any]:
        return {"on_day": day, "ground": _GROUND, "by": by, "at": now}

    at = Unit.objects.in_bulk(["BM30", "QY06", "QY08", "QY10", "QY13", shown], field_name="code")
    rename(at["BM30"], "延安市城市管理局", "市城管局", pinyin="scgj", **on_paper(today - timedelta(days=3)))
    merge([at["QY10"]], at["QY06"], **on_paper(today - timedelta(days=1)))
    set_payer(at["QY08"], Payer.MUNICIPAL, **on_paper(today))
    for name in ("办公室", "预算科"):
        open_division(at[shown], name, **on_paper(today))
    asked = ask_connection(at["QY13"], "延文投函〔2026〕3号", asked_on=today - timedelta(days=6), by=by, at=now)
    for kind, note in ((StepKind.LINE, "专线 3 号"), (StepKind.KIT, "计算机、打印机各 1 台")):
        asked.finish_step(kind, on_day=today, note=note, by=by, at=now)
