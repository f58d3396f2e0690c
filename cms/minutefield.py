"""A moment to the minute, as clerks type it."""

from typing import Any

from django import forms

from cms.reach import within_reach

FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H：%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"]


class MinuteField(forms.DateTimeField):
    """Year to minute in the ways that people write it; what cannot be read is answered with an example.

    With ``offers_now`` a button beside it puts the present minute there: a time that nobody chose is never filled in.
    """

    def __init__(self, *, label: str, offers_now: bool = False, **kwargs: Any):
        super().__init__(
            label=label,
            input_formats=FORMATS,
            validators=[within_reach],
            widget=forms.DateTimeInput(attrs={"data-offers-now": True} if offers_now else {}, format=FORMATS[0]),
            help_text=kwargs.pop("help_text", "年-月-日 时:分，如“2026-09-28 09:30”。"),
            error_messages={
                "required": f"请填写{label}。",
                "invalid": "请按“2026-09-28 09:30”的样子填写时间。",
            },
            **kwargs,
        )
