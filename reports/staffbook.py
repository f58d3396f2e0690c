"""人员变动备案表: every change of staff that units filed in a year, by which letter, and when both offices knew (Articles 23 to 26)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from accounts.acknowledgements import Office
from accounts.declarations import STAFF
from accounts.filings import Filing
from cms.workdays import local
from reports.months import Year
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MINUTE, NONE, Column

TITLE = "人员变动备案表"
_DAY = "yyyy-mm-dd"

COLUMNS = (
    Column("序号", lambda filing, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda filing, at: filing.unit.name, 24),
    Column("科室", lambda filing, at: filing.division.name if filing.division else NONE, 14),
    Column("职责", lambda filing, at: filing.get_role_display(), 14, under="变动"),
    Column("种类", lambda filing, at: filing.get_kind_display(), 8, under="变动", align="center"),
    Column(
        "离任人", lambda filing, at: filing.leaver.name if filing.leaver else NONE, 10, under="变动", align="center"
    ),
    Column("离任原因", lambda filing, at: filing.get_why_display() or NONE, 14, under="变动"),
    Column("到任人", lambda filing, at: filing.name or NONE, 10, under="变动", align="center"),
    Column("任职条件", lambda filing, at: _conditions(filing), 11, under="变动", align="center"),
    Column("文号", lambda filing, at: filing.letter_number, 24, under="函件"),
    Column("日期", lambda filing, at: filing.letter_date, 13, _DAY, under="函件"),
    Column("报备人", lambda filing, at: filing.filed_by.name, 10, align="center"),
    Column("报备时间", lambda filing, at: filing.filed_at, 17.5, MINUTE),
    Column("秘书科", lambda filing, at: _acknowledged(filing, Office.SECRETARIAT), 24, under="确认"),
    Column("市网信办", lambda filing, at: _acknowledged(filing, Office.NETWORK_OFFICE), 24, under="确认"),
    Column("办结时间", lambda filing, at: filing.closed_at or NONE, 17.5, MINUTE),
    Column("状态", lambda filing, at: filing.get_state_display(), 10, align="center"),
    Column("备注", lambda filing, at: f"退回：{filing.refusal}" if filing.refusal else "", 24),
)


def filings_of(person: Any, year: Year) -> list[Filing]:
    """The changes filed in the year that the person may see, in the order in which they were filed; two queries."""
    rows = Filing.objects.for_person(person).filter(filed_at__gte=year.starts_at, filed_at__lt=year.ends_at)
    rows = rows.select_related("unit", "division", "leaver", "filed_by")
    return list(rows.prefetch_related("acknowledgements__given_by").order_by("filed_at", "pk"))


def write_filings(file: IO[bytes], filings: Sequence[Filing], year: Year, *, as_of: datetime) -> None:
    """The table of the year."""
    waiting = sum(filing.state == Filing.State.FILED for filing in filings)
    write_sheet(
        file,
        COLUMNS,
        filings,
        title=f"{TITLE}（{year.label}）",
        tab=TITLE,
        counted=f"共 {len(filings)} 件，待确认 {waiting} 件",
        below="范围：本年内报备的变动，以报备时间为序。",
        empty="本年没有报备过人员变动。",
        as_of=as_of,
        notes=(
            "注：秘书科和市网信办都确认后备案；离任的从报备时起停止权限。依据：第二十三条、第二十四条、第二十五条。",
        ),
    )


def _conditions(filing: Filing) -> str:
    if not filing.name or filing.role not in STAFF:
        return NONE
    return "三项符合" if filing.no_violation and filing.competent and filing.on_staff else "不符合"


def _acknowledged(filing: Filing, office: Office) -> str:
    found = next((one for one in filing.acknowledgements.all() if one.office == office), None)
    return f"{found.given_by.name}　{local(found.given_at):%Y-%m-%d %H:%M}" if found else NONE
