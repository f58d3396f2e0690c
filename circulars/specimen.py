"""A specimen paper in a unit's 发文样式, so that a registrar sees the seal's place and the marks before the row is entered."""

from datetime import date

from circulars.bodytext import blocks
from circulars.issuing import IssuingTemplate
from circulars.layouts import Layout
from circulars.paper import Paper, chinese_date
from circulars.renditions import faces, seal_of
from circulars.typesetting.press import Typeset, typeset

_TEXT = "这是按拟用样式排出的样张，用来核对发文机关标志、署名、成文日期、印章位置和版记，不是公文。"
_ENDS = {Layout.GENERAL: "文件", Layout.LETTER: "", Layout.ORDER: "令", Layout.MINUTES: "纪要"}


def specimen(template: IssuingTemplate, today: date) -> Typeset:
    """One paper of the unit with the circle in which its seal will stand."""
    unit, series = template.unit, template.series
    layout = Layout(series.layout) if series else Layout.GENERAL
    is_letter = layout == Layout.LETTER
    paper = Paper(
        layout=layout,
        is_upward=False,
        issuer_mark=template.mark or f"{unit.name}{_ENDS[layout]}",
        mark_names=(),
        number="",
        urgency_label="",
        signers=(),
        title=f"{unit.name}关于核对发文样式的通知",
        primary_text="各有关单位：",
        blocks=tuple(blocks(f"{_TEXT}\n一、核对标志。\n（一）核对署名。\n{_TEXT}")),
        attachment_notes=(),
        signatures=(unit.name,),
        written_date_text=chinese_date(today),
        annotation=template.annotation,
        cc_text="各有关单位。",
        printing_office="" if is_letter else template.printing_office or unit.name,
        printing_date_text="" if is_letter else chinese_date(today),
        attachments=(),
        watermark="样张",
        issuers=(unit.code,),
        is_sealed=layout in (Layout.GENERAL, Layout.LETTER),
    )
    return typeset(paper, faces(), seals=[seal_of(unit, template)], dated=today, show_spots=True)
