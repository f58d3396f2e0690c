"""What each number of the rule is: how it is called, where it is written, what it may be and how we read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import models


class Group(models.TextChoices):
    """Under which heading a number is shown."""

    SIGNING = "signing", "签收时限"
    WATCHING = "watching", "将超时、提醒、催签"
    PRESENCE = "presence", "值守"
    KIT = "kit", "故障、密钥、线路、保障"
    STAFF = "staff", "人员、交接"
    DRAFTING = "drafting", "拟稿审签"
    ARCHIVE = "archive", "归档、销毁"
    OVERSIGHT = "oversight", "监督、问责"


@dataclass(frozen=True)
class Number:
    """One setting of the rule: a count between two bounds, a yes or no, one of a few words, or a time of day."""

    label: str
    article: str
    group: Group
    reading: str = ""
    unit: str = ""
    least: int = 0
    most: int = 0
    none: str = ""  # What nought, or no time of day, means.
    choices: tuple[tuple[str, str], ...] = ()
    is_used: bool = True  # Whether the system goes by it already; what waits for its part of the system says so.

    def said(self, value: Any) -> str:
        """The value as people say it."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if self.none and not value:
            return self.none
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return dict(self.choices).get(value) or f"{value} {self.unit}"

    def refusal(self, value: Any) -> str:
        """Why the value cannot stand, as a sentence; empty when it can."""
        if self.choices and value not in dict(self.choices):
            return f"“{self.label}”只能从列出的几种里选择。"
        if self.most and not self.least <= value <= self.most:
            return f"“{self.label}”须在{self.least}至{self.most}{self.unit}之间。"
        return ""


_SIGNING, _WATCHING, _PRESENCE, _KIT, _STAFF, _DRAFTING, _ARCHIVE, _OVERSIGHT = Group
_22, _20, _18, _28 = "第二十二条", "第二十条", "第十八条", "第二十八条"
_READINGS = (("close_of_day", "算到截止日下班"), ("office_minutes", "按办公分钟累计"))

NUMBERS: Mapping[str, Number] = {
    "working_days": Number(
        "普通公文签收", _22, _SIGNING, "发送当日不计；调休上班日算工作日。", "个工作日", least=1, most=15
    ),
    "normal_rule": Number(
        "工作日的算法", _22, _SIGNING, "“一个工作日内”是到截止日下班，或者累计一整天的办公分钟。", choices=_READINGS
    ),
    "same_day_until": Number(
        "当日发送的截止时刻", _22, _SIGNING, "工作日从这个时刻起发送的普通公文，视为下一工作日发送。", none="不设"
    ),
    "at_once_minutes": Number(
        "加急公文在办公时间签收", _22, _SIGNING, "“即时”按接通知、到机、核对所需的时间计。", "分钟", 10, 120
    ),
    "extra_at_once_minutes": Number("特急公文在办公时间签收", _22, _SIGNING, "不得长于加急公文。", "分钟", 10, 120),
    "urgent_working_days": Number(
        "加急公文按工作日签收",
        _22,
        _SIGNING,
        "设了工作日的，加急公文不按分钟计；特急公文总按分钟计。",
        "个工作日",
        most=5,
        none="不按工作日",
    ),
    "after_hours_minutes": Number(
        "紧急公文在下班和节假日签收", _22, _SIGNING, "从发送起算，上班以后不重新起算。", "分钟", 30, 720
    ),
    "lunch_is_off_duty": Number("午休算下班", _22, _SIGNING, "午休时发送的紧急公文，按下班后的时限签收。"),
    "urgent_closing_grace": Number(
        "临近下班的紧急公文宽限", _22, _SIGNING, "发送时离下班已不足即时签收的分钟数的，按下班后的时限签收。"
    ),
    "cc_signs": Number(
        "抄送单位须签收", _22, _SIGNING, "抄送与主送时限相同；不须签收的，抄送只供阅知，不计时限、不催办、不统计。"
    ),
    "registration_counts": Number(
        "及时登记计入考核", _22, _SIGNING, "“接收并处理”的考核以签收为准，及时登记另列一栏。", is_used=False
    ),
    "warn_percent": Number("将超时：剩余时限", _22, _WATCHING, "剩余时限到这个比例，标为将超时。", "％", 5, 75),
    "warn_office_minutes": Number(
        "将超时：普通公文至少提前", _22, _WATCHING, "与上一项取早的一个。", "办公分钟", most=480, none="不另提前"
    ),
    "remind_due_hour": Number("普通公文截止日提醒", _20, _WATCHING, "截止日的这个钟点提醒。", "时", most=23),
    "remind_before_close_minutes": Number(
        "普通公文截止前再提醒", _20, _WATCHING, "截止日下班前再提醒一次。", "办公分钟", most=480, none="不提醒"
    ),
    "remind_late_hour": Number("普通公文超时后每日提醒", _20, _WATCHING, "每个工作日的这个钟点提醒。", "时", most=23),
    "remind_urgent_percent": Number("紧急公文在办公时间提醒", _20, _WATCHING, "时限过了这个比例时提醒。", "％", 10, 90),
    "remind_urgent_every_minutes": Number(
        "紧急公文超时后提醒间隔", _20, _WATCHING, "在办公时间发送的。", "分钟", 10, 240
    ),
    "remind_off_duty_minutes": Number(
        "紧急公文在下班后提醒", _20, _WATCHING, "发送以后这么多分钟提醒。", "分钟", 10, 720
    ),
    "remind_off_duty_every_minutes": Number(
        "紧急公文下班后再提醒间隔", _20, _WATCHING, "在下班和节假日发送的。", "分钟", 10, 240
    ),
    "urge_rest_minutes": Number(
        "人工催签的间隔", _20, _WATCHING, "间隔以内对同一单位的催签不重复。", "分钟", most=480, none="不限"
    ),
    "sender_check_hours": Number(
        "发文单位核对签收情况",
        _20,
        _WATCHING,
        "发送以后这么多小时没有核对的，列入未核对名单。",
        "小时",
        most=72,
        none="签收期限过后",
    ),
    "lying_days": Number(
        "签收以后登记",
        _22,
        _WATCHING,
        "签收以后过了这么多个工作日还没有登记的，列入签而不办名单；签收当日不计。",
        "个工作日",
        1,
        15,
    ),
    "explain_days": Number(
        "通报前单位说明",
        _28,
        _OVERSIGHT,
        "从请各单位说明起算，当日不计；秘书科可以另定截止时间。",
        "个工作日",
        1,
        10,
    ),
    "named_percent": Number(
        "通报点名：按时签收率低于", _28, _OVERSIGHT, "当月按时签收率低于这个比例的单位，在通报中点名。", "％", 50, 100
    ),
    "login_gap_minutes": Number("收发员登录间隔", _18, _PRESENCE, "2小时只计办公时间，午休不计。", "办公分钟", 30, 480),
    "looks_per_session": Number(
        "上午、下午各查看",
        _18,
        _PRESENCE,
        "设了次数的，按场次查看，不按登录间隔。",
        "次",
        most=4,
        none="不按场次",
    ),
    "looks_per_holiday": Number(
        "节假日每天查看",
        _18,
        _PRESENCE,
        "节假日没有登录要求，手机保持畅通。",
        "次",
        most=6,
        none="不要求",
    ),
    "fault_report_days": Number(
        "报告故障", "第十三条第（一）项", _KIT, "从发现故障起算，当日不计。", "个工作日", 1, 10
    ),
    "contact_days": Number(
        "联系保障单位", "第十三条第（二）项", _KIT, "“及时”联系按工作日计，从收到故障报告起算。", "个工作日", 1, 5
    ),
    "repair_days": Number("维修或更换", "第十三条第（二）项", _KIT, "从联系保障单位起算。", "个工作日", 1, 20),
    "acceptance_days": Number(
        "验收维修结果", "第十三条第（二）项", _KIT, "从报告修好起算；过期没有验收的，由网信办验收。", "个工作日", 1, 10
    ),
    "key_reissue_days": Number("重新制发密钥", "第十四条", _KIT, "从材料齐全、受理时起算。", "个工作日", 1, 20),
    "line_restore_hours": Number("恢复中断的线路", "第十六条", _KIT, "按自然小时，节假日照计。", "小时", 1, 72),
    "line_month_hours": Number(
        "线路当月累计中断", "第十六条", _KIT, "超过才扣当月租费，恰好等于不扣。", "小时", 1, 240
    ),
    "line_report_grace_days": Number(
        "报送线路巡检报告的宽限",
        "第十六条",
        _KIT,
        "巡检报告在当季最后一个工作日下班前报送；宽限从其后的工作日起算。",
        "个工作日",
        most=10,
        none="不宽限",
    ),
    "upkeep_days": Number("数据备份、续费升级", "第十七条", _KIT, "从开始之日起算，当日不计。", "个工作日", 1, 20),
    "handback_days": Number(
        "交回旧印章、旧密钥的提醒",
        "第十五条",
        _KIT,
        "从更名、撤销起算；没有交齐的，提醒单位和网信办一次。",
        "个工作日",
        1,
        60,
    ),
    "selfcheck_weeks": Number(
        "设备自查的间隔", _18, _KIT, "“定期”按周计，每个间隔至少自查一次；没有工作日的周不计。", "周", 1, 8
    ),
    "handover_days": Number(
        "办完交接手续", "第二十六条", _STAFF, "从权限停止之日起算，当日不计；超过的每日督办。", "个工作日", 1, 15
    ),
    "overlap_days": Number(
        "交接期间可以多一名收发员",
        "第二十三条",
        _STAFF,
        "从交接开始起算，办完交接或者到期为止。",
        "个工作日",
        most=5,
        none="不可以",
    ),
    "declaration_months": Number(
        "任职条件申报有效",
        "第二十五条",
        _STAFF,
        "三项条件每隔这么久重新申报；已经申报的，仍按当时的有效期。",
        "个月",
        3,
        36,
    ),
    "step_days": Number("审签的每一步", "第一条", _DRAFTING, "“及时”按每一步的办理时间计。", "个工作日", 1, 15),
    "correction_characters": Number(
        "登记前的文字校正",
        "《党政机关公文处理工作条例》第二十五条",
        _DRAFTING,
        "历次校正合并计算，超过的退回重新审签。",
        "字",
        most=50,
        none="不许校正",
    ),
    "filing_month": Number(
        "归档期限",
        "第二十七条",
        _ARCHIVE,
        "公文办结后，最迟在次年这个月的月底前归档；提前两个月起提醒档案员，当月起报分管领导。",
        "月",
        3,
        12,
    ),
    "unfiled_years": Number(
        "不归档公文的保存",
        "第二十七条",
        _ARCHIVE,
        "决定不归档的公文，收到或者印发满这么多年以后，才可以鉴定销毁。",
        "年",
        1,
        10,
    ),
    "appeal_days": Number(
        "对问责决定提出申诉", "第二十八条", _OVERSIGHT, "从作出决定起算，当日不计；只能申诉一次。", "个工作日", 1, 30
    ),
}
