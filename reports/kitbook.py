"""The workbook of the register of kit: 设备登记表, rows → xlsx (Articles 9 and 10)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from accounts.equipment import Device
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, NONE, Column

TITLE = "设备登记表"
_DAY = "yyyy-mm-dd"

COLUMNS = (
    Column("序号", lambda device, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda device, at: device.unit.name, 24),
    Column("类别", lambda device, at: device.unit.get_category_display(), 32),
    Column("种类", lambda device, at: device.get_kind_display(), 11, align="center"),
    Column("品牌型号", lambda device, at: device.model, 20),
    Column("序列号或资产编号", lambda device, at: device.serial, 20),
    Column("保管人", lambda device, at: device.keeper.name, 10),
    Column("是否符合", lambda device, at: "符合" if device.conforms else "不符合", 9, under="技术标准和保密要求"),
    Column("核查时间", lambda device, at: device.stated_at, 21, MOMENT, under="技术标准和保密要求"),
    Column("启用日期", lambda device, at: device.in_use_since, 13, _DAY),
    Column("时间", lambda device, at: device.retired_at or NONE, 21, MOMENT, under="停用"),
    Column("原因", lambda device, at: device.retire_reason or NONE, 16, under="停用"),
)


def write_register(file: IO[bytes], devices: Sequence[Device], *, narrowed: str, as_of: datetime) -> None:
    """The devices in their order, one row each; every number that was typed stays text."""
    write_sheet(
        file,
        COLUMNS,
        devices,
        title=TITLE,
        counted=f"共 {len(devices)} 件",
        below=f"范围：{narrowed}。密钥另见密钥登记簿。",
        empty="没有这样的设备。",
        as_of=as_of,
    )
