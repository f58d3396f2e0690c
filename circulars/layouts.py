"""The fifteen document types and the four layouts, as data (2012 regulation art. 8; GB/T 9704-2012)."""

from dataclasses import dataclass

from django.db import models


class Layout(models.TextChoices):
    GENERAL = "general", "文件格式"
    LETTER = "letter", "信函格式"
    ORDER = "order", "命令（令）格式"
    MINUTES = "minutes", "纪要格式"


class Direction(models.TextChoices):
    DOWNWARD = "downward", "下行"
    UPWARD = "upward", "上行"
    PARALLEL = "parallel", "平行"
    PUBLIC = "public", "公布"


class Openness(models.TextChoices):
    PUBLIC = "public", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    NOT_PUBLIC = "not_public", "不予公开"
    INTERNAL = "internal", "内部"


class Retention(models.TextChoices):
    PERMANENT = "permanent", "永久"
    THIRTY_YEARS = "30y", "30年"
    TEN_YEARS = "10y", "10年"


class Redistribution(models.TextChoices):
    """How far a circular may be passed on, as its issuer set it (2012 regulation art. 31)."""

    FREE = "free", "可以转发、翻印"
    UNIT = "unit", "限发至收文单位，不得转发"


class DocumentType(models.TextChoices):
    RESOLUTION = "resolution", "决议"
    DECISION = "decision", "决定"
    ORDER = "order", "命令（令）"
    COMMUNIQUE = "communique", "公报"
    PUBLIC_ANNOUNCEMENT = "public_announcement", "公告"
    PUBLIC_NOTICE = "public_notice", "通告"
    OPINION = "opinion", "意见"
    NOTICE = "notice", "通知"
    BULLETIN = "bulletin", "通报"
    REPORT = "report", "报告"
    REQUEST = "request", "请示"
    REPLY = "reply", "批复"
    BILL = "bill", "议案"
    LETTER = "letter", "函"
    MINUTES = "minutes", "纪要"


@dataclass(frozen=True)
class Traits:
    """What a document type allows: its directions, whether it must name primary recipients, its own layout if it has one."""

    directions: frozenset[Direction]
    needs_primary: bool
    layout: Layout | None = None
    title_ends_with_type: bool = True


_D, _U, _P, _X = Direction.DOWNWARD, Direction.UPWARD, Direction.PARALLEL, Direction.PUBLIC

TRAITS: dict[DocumentType, Traits] = {
    DocumentType.RESOLUTION: Traits(frozenset({_D}), needs_primary=False),
    DocumentType.DECISION: Traits(frozenset({_D}), needs_primary=False),
    DocumentType.ORDER: Traits(
        frozenset({_D, _X}), needs_primary=False, layout=Layout.ORDER, title_ends_with_type=False
    ),
    DocumentType.COMMUNIQUE: Traits(frozenset({_X}), needs_primary=False),
    DocumentType.PUBLIC_ANNOUNCEMENT: Traits(frozenset({_X}), needs_primary=False),
    DocumentType.PUBLIC_NOTICE: Traits(frozenset({_X}), needs_primary=False),
    DocumentType.OPINION: Traits(frozenset({_D, _U, _P}), needs_primary=True),
    DocumentType.NOTICE: Traits(frozenset({_D, _P}), needs_primary=True),
    DocumentType.BULLETIN: Traits(frozenset({_D}), needs_primary=True),
    DocumentType.REPORT: Traits(frozenset({_U}), needs_primary=True),
    DocumentType.REQUEST: Traits(frozenset({_U}), needs_primary=True),
    DocumentType.REPLY: Traits(frozenset({_D}), needs_primary=True),
    DocumentType.BILL: Traits(frozenset({_U, _P}), needs_primary=True),
    DocumentType.LETTER: Traits(frozenset({_P}), needs_primary=True, layout=Layout.LETTER),
    DocumentType.MINUTES: Traits(
        frozenset({_D, _P}), needs_primary=False, layout=Layout.MINUTES, title_ends_with_type=True
    ),
}
