"""Lists of the archive as workbooks: 移交清单 and 销毁清册, lines → xlsx, with who drew up, approved, received and stood by (Article 27; DA/T 22; regulation art. 35)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from circulars.archive.destructionlists import DestructionLine, DestructionList
from circulars.archive.transferrecords import Transfer, TransferLine
from circulars.bodytext import clean_line
from cms.limits import when
from reports.sheetlook import COUNT, NONE, Column, draw_line, draw_rows, draw_top, set_up_page

_DAY = "yyyy-mm-dd"
BLANK = "＿＿＿＿＿＿"

_PAPER = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("档号", lambda line, at: line.holding.code or NONE, 30),
    Column("文号", lambda line, at: line.holding.circular.number, 22),
    Column("责任者", lambda line, at: line.holding.circular.issuer_name, 22),
    Column("题名", lambda line, at: line.holding.circular.title, 40),
    Column("日期", lambda line, at: line.holding.circular.written_date, 13, _DAY),
    Column("保管期限", lambda line, at: _term(line), 10, align="center"),
)
TRANSFER = (
    *_PAPER,
    Column("文件数", lambda line, at: line.files, 8, COUNT, under="归档包"),
    Column("字节数", lambda line, at: line.size, 13, COUNT, under="归档包"),
    Column("SHA-256 摘要", lambda line, at: line.package, 40, under="归档包"),
)
DESTRUCTION = (
    *_PAPER,
    Column("保管至", lambda line, at: line.holding.kept_until or NONE, 13, _DAY),
    Column("鉴定人", lambda line, at: line.appraisal.by.name, 10, under="鉴定"),
    Column("意见", lambda line, at: line.appraisal.opinion or NONE, 34, under="鉴定"),
    Column("状态", lambda line, at: line.holding.get_state_display(), 11, align="center"),
)


def _term(line: Any) -> str:
    return line.holding.get_term_display() if line.holding.term else "不归档"


def write_transfer(file: IO[bytes], transfer: Transfer, lines: Sequence[TransferLine], *, as_of: datetime) -> None:
    """One list of transfer, the papers in its order, with a line for either side below."""
    below = [
        f"移交单位：{transfer.unit.name}　{_signed(transfer.drawn_by, transfer.drawn_at)}",
        f"接收档案馆：{transfer.to.name}　{_signed(transfer.received_by, transfer.received_at)}",
    ]
    said = f"{transfer}，{transfer.get_state_display()}。"
    _write(file, TRANSFER, lines, title="档案移交清单", said=said, below=below, as_of=as_of)


def write_destruction(
    file: IO[bytes], sheet: DestructionList, lines: Sequence[DestructionLine], *, as_of: datetime
) -> None:
    """One list of destruction, with approvals and witnesses below."""
    refused = f"不同意：{_signed(sheet.refused_by, sheet.refused_at)}：{sheet.refused_why}" if sheet.refused_at else ""
    below = [
        f"销毁理由：{sheet.reason or NONE}",
        f"编制人：{_signed(sheet.drawn_by, sheet.drawn_at)}",
        f"批准人：{_signed(sheet.first_by, sheet.first_at)}；{_signed(sheet.second_by, sheet.second_at)}",
        refused or f"监销人：{_signed(sheet.witness, sheet.witnessed_at)}；{_signed(sheet.done_by, sheet.done_at)}",
    ]
    said = f"{sheet.unit.name}，{sheet}，{sheet.get_state_display()}。"
    _write(file, DESTRUCTION, lines, title="销毁清册", said=said, below=below, as_of=as_of)


def _signed(by: Any, at: datetime | None) -> str:
    return f"{by.name}　{when(at)}" if by and at else BLANK


def _write(
    file: IO[bytes],
    columns: Sequence[Column],
    lines: Sequence[Any],
    *,
    title: str,
    said: str,
    below: Sequence[str],
    as_of: datetime,
) -> None:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = title
    draw_top(page, columns, title=title, left=f"共 {len(lines)} 件", right=f"截至 {when(as_of)}", below=said)
    last = draw_rows(page, columns, lines, empty="没有可以列出的公文。")
    for text in below:
        last += 1
        draw_line(page, last, len(columns), clean_line(text))
    set_up_page(page, width=len(columns), last=last)
    book.save(file)
