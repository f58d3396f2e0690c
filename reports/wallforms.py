"""The form by which the secretariat opens a wall. It checks what was typed and decides nothing."""

from django import forms

from accounts.standinforms import Day
from cms.reach import within_reach
from reports.walls import LONGEST_NAME


class WallForm(forms.Form):
    """Where the screen hangs, and its last day."""

    name = forms.CharField(
        label="大屏名称",
        max_length=LONGEST_NAME,
        help_text="写明挂在哪里，例如：“秘书科值班室”。",
        error_messages={
            "required": "请写明大屏挂在哪里。",
            "max_length": f"名称不能超过 {LONGEST_NAME} 个字。",
        },
    )
    last_day = forms.DateField(
        label="有效期至",
        validators=[within_reach],
        widget=Day,
        help_text="含这一天，最长一年。",
        error_messages={"required": "请填写截止日。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )
