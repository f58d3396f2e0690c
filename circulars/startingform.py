"""What is typed to begin a book of the year at another number than one (Article 19)."""

from django import forms

from circulars.incoming.beginning import HIGHEST, LONGEST_GROUND
from circulars.reasons import unmarked

_BOUNDS = f"起始号应为 2 至 {HIGHEST}；从 1 号编起的不用设定。"


class StartingForm(forms.Form):
    """The first number, and on what ground."""

    first = forms.IntegerField(
        label="起始号",
        min_value=2,
        max_value=HIGHEST,
        help_text="手工登记到 30 号的，填 31。设定以后从这个号起连续编号，不能再改。",
        error_messages={
            "required": "请填写起始号。",
            "invalid": "起始号请填整数。",
            "min_value": _BOUNDS,
            "max_value": _BOUNDS,
        },
    )
    ground = forms.CharField(
        label="依据",
        max_length=LONGEST_GROUND,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如“本年度 1 至 30 号登记在纸质收文登记簿”。",
        error_messages={"required": "请写明依据。", "max_length": f"依据不超过 {LONGEST_GROUND} 个字。"},
    )
