"""The scorecard of the providers as a workbook: 维修考核表, 密钥服务考核表 and 维修任务明细 (Articles 7(4), 8 and 17)."""

from collections.abc import Sequence
from io import BytesIO

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.areas import Area
from cms.workdays import local
from reports.keyscore import KeyScore
from reports.scorecard import Score, Scorecard, Task
from reports.sheetlook import (
    COUNT,
    MOMENT,
    NONE,
    PERCENT,
    TENTHS,
    Column,
    draw_line,
    draw_rows,
    draw_top,
    set_up_page,
)

SCORES, KEYS, TASKS = "维修考核表", "密钥服务考核表", "维修任务明细"
YUAN = "0.00"


def _known(value: object) -> object:
    return NONE if value is None else value


SCORE_COLUMNS: tuple[Column, ...] = (
    Column("序号", lambda score, at: at.ordinal, 6, COUNT, align="center"),
    Column("保障单位", lambda score, at: score.provider.unit.name, 30),
    Column("服务", lambda score, at: score.provider.get_service_display(), 12),
    Column("合同编号", lambda score, at: score.provider.contract or NONE, 18),
    Column("派单", lambda score, at: len(score.tasks), 8, COUNT, under="本月任务"),
    Column("按时完成", lambda score, at: score.in_time, 9, COUNT, under="本月任务"),
    Column("逾期", lambda score, at: score.late, 8, COUNT, under="本月任务"),
    Column("办理中", lambda score, at: score.running, 8, COUNT, under="本月任务"),
    Column("撤回", lambda score, at: score.called_off, 8, COUNT, under="本月任务"),
    Column("按时完成率", lambda score, at: _known(score.rate), 12, PERCENT),
    Column("平均用时(办公小时)", lambda score, at: _known(score.hours), 12, TENTHS),
    Column("验收不合格次数", lambda score, at: score.refused, 11, COUNT),
)
KEY_COLUMNS: tuple[Column, ...] = (
    Column("序号", lambda score, at: at.ordinal, 6, COUNT, align="center"),
    Column("保障单位", lambda score, at: score.provider.unit.name, 30),
    Column("合同编号", lambda score, at: score.provider.contract or NONE, 18),
    Column("交办", lambda score, at: len(score.renewals), 8, COUNT, under="本月续费"),
    Column("按时办结", lambda score, at: score.in_time, 9, COUNT, under="本月续费"),
    Column("逾期", lambda score, at: score.late, 8, COUNT, under="本月续费"),
    Column("办理中", lambda score, at: score.running, 8, COUNT, under="本月续费"),
    Column("停办", lambda score, at: score.dropped, 8, COUNT, under="本月续费"),
    Column("按时办结率", lambda score, at: _known(score.rate), 12, PERCENT),
    Column("本月数据备份", lambda score, at: score.backup_said, 14, align="center"),
    Column("本月确认扣减(元)", lambda score, at: score.deducted, 14, YUAN),
    Column("确认单文号", lambda score, at: "、".join(score.numbers) or NONE, 26),
)
TASK_COLUMNS: tuple[Column, ...] = (
    Column("序号", lambda task, at: at.ordinal, 6, COUNT, align="center"),
    Column("保障单位", lambda task, at: task.repair.provider.unit.short_name, 20),
    Column("故障单位", lambda task, at: task.repair.fault.unit.short_name, 18),
    Column("故障", lambda task, at: task.repair.fault.get_kind_display(), 14),
    Column("维修要求", lambda task, at: task.repair.fault.instead or task.repair.request, 34),
    Column("联系时间", lambda task, at: task.repair.contacted_at, 21, MOMENT, under="时限"),
    Column("应完成时间", lambda task, at: _known(task.repair.due_at), 21, MOMENT, under="时限"),
    Column("完成时间", lambda task, at: _known(task.repair.done_at), 21, MOMENT, under="时限"),
    Column("用时(办公小时)", lambda task, at: _known(task.hours), 10, TENTHS),
    Column("状态", lambda task, at: task.repair.get_state_display(), 11, align="center"),
    Column("是否逾期", lambda task, at: "逾期" if task.is_late else "", 8, align="center"),
    Column("验收不合格次数", lambda task, at: task.refused, 11, COUNT),
)
REPAIRED = "市网信办派给保障单位的故障维修任务"
NOTES = (
    "注：1．任务按联系保障单位的月份统计；派单是按时完成、逾期、办理中、撤回之和。按时完成率是按时完成占按时完成与逾期之和的比例。",
    "2．逾期：完成时间晚于应完成时间，或者到期没有完成，或者逾期后撤回。验收不合格退回的，期限照常计算。",
    "3．依据：第七条第（四）项、第八条、第十三条第（二）项。",
)
KEY_NOTES = (
    "注：1．续费按交办的月份统计；交办是按时办结、逾期、办理中、停办之和。核对没有通过退回的，期限照常计算。",
    "2．合同不满整月的月份不要求备份。扣减按确认日期所在的月份统计，已更正的确认单不计。",
    "3．依据：第七条第（四）项、第八条第（二）项、第十七条。",
)
SIGNATURES = "制表单位：市网信办  制表人：　　　　　　  审核人：　　　　　　  保障单位确认：　　　　　　"


def scorebook(card: Scorecard) -> bytes:
    """The sheets, as a file; of the keys where there is a key vendor."""
    book = Workbook()
    scores = book.active
    assert isinstance(scores, Worksheet)
    scores.title = SCORES
    _draw(scores, SCORE_COLUMNS, card, card.scores, REPAIRED, NOTES, empty="本月没有合同期内的保障单位。")
    if card.keys:
        served = "市网信办交密钥服务单位办理的续费，和各月的数据备份"
        _draw(book.create_sheet(KEYS), KEY_COLUMNS, card, card.keys, served, KEY_NOTES, empty="")
    _draw(book.create_sheet(TASKS), TASK_COLUMNS, card, card.tasks, REPAIRED, NOTES, empty="本月没有派出维修任务。")
    book.properties.title = f"{card.title}（{card.month.label}）"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _draw(
    sheet: Worksheet,
    columns: tuple[Column, ...],
    card: Scorecard,
    rows: Sequence[Score | KeyScore | Task],
    what: str,
    notes: tuple[str, ...],
    *,
    empty: str,
) -> None:
    width = len(columns)
    draw_top(
        sheet,
        columns,
        title=f"{Area.objects.home()}电子公文传输系统保障单位{sheet.title}",
        left=f"统计期间：{card.month.period}",
        right=f"统计截止：{local(card.as_of):%Y-%m-%d %H:%M}",
        below=f"统计范围：{what}。",
    )
    last = draw_rows(sheet, columns, rows, empty=empty)
    for row, note in enumerate((*notes, SIGNATURES), last + 1):
        draw_line(sheet, row, width, note)
    set_up_page(sheet, width=width, last=last + len(notes) + 1)
