"""The forms of a case of delay. They check what was typed and decide nothing."""

from django import forms

from reports.accountability.record import LONGEST, AppealOutcome, Outcome
from reports.oversightforms import choice, day, words


class OpenForm(forms.Form):
    text = words("立案事由", LONGEST, help_text="逾期造成了什么失误和影响。不要照抄公文内容。")
    state_until = day("陈述期限", "单位在这一天（含当天）以前陈述。")


class StatementForm(forms.Form):
    text = words("陈述", LONGEST, rows=5, help_text="写明逾期的经过、原因和改进措施。")


class DecisionForm(forms.Form):
    outcome = choice("决定", Outcome.choices)
    text = words("理由", LONGEST)


class AppealForm(forms.Form):
    text = words("申诉理由", LONGEST, rows=5, help_text="只能申诉一次。")


class SettlementForm(forms.Form):
    outcome = choice("复核结果", AppealOutcome.choices)
    text = words("理由", LONGEST)
