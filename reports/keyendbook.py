"""密钥到期清单: the keys that a page of keys shows, when each ends, and what is being done about it (Articles 10, 14 and 17)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from accounts.keylist import ENDING, Wanted
from accounts.seals import SealKey
from accounts.sealwarnings import following_of
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MINUTE, NONE, Column

_DAY = "yyyy-mm-dd"


def title_of(wanted: Wanted) -> str:
    return "密钥到期清单" if wanted.show == ENDING else "密钥清单"


def write_keys(file: IO[bytes], keys: Sequence[SealKey], wanted: Wanted, *, as_of: datetime) -> None:
    """The keys in their order, those that end first on top."""

    def left(key: SealKey) -> object:
        return key.days_left(as_of) if key.valid_until and key.state == SealKey.State.IN_FORCE else NONE

    columns = (
        Column("序号", lambda key, at: at.ordinal, 6, COUNT, align="center"),
        Column("单位", lambda key, at: key.unit.name, 32),
        Column("类别", lambda key, at: key.unit.get_category_display(), 32),
        Column("种类", lambda key, at: key.get_kind_display(), 14),
        Column("保管人", lambda key, at: key.keeper.name, 10, align="center"),
        Column("状态", lambda key, at: key.get_state_display(), 12, align="center"),
        Column("启用时间", lambda key, at: key.in_force_at or NONE, 17.5, MINUTE, under="期限"),
        Column("到期日期", lambda key, at: key.last_day if key.valid_until else NONE, 13, _DAY, under="期限"),
        Column("剩余天数", lambda key, at: left(key), 9, COUNT, under="期限"),
        Column("换发情况", lambda key, at: following_of(key), 24),
        Column("证书序列号", lambda key, at: key.serial or NONE, 52),
    )
    write_sheet(
        file,
        columns,
        keys,
        title=title_of(wanted),
        counted=f"共 {len(keys)} 把",
        below=f"范围：{wanted.said}，以到期先后为序。",
        empty="没有这样的密钥。",
        as_of=as_of,
        notes=("注：剩余天数只算在用的密钥，到期当日为 0。依据：第十二条、第十四条、第十七条。",),
    )
