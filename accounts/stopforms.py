"""The forms by which the network office speaks of stops of the platform and of faults. They check what was typed and decide nothing."""

from django import forms

from accounts.outages import Outage
from cms.minutefield import MinuteField


class OutageForm(forms.Form):
    """What stops, from when to when, and why."""

    kind = forms.ChoiceField(
        label="种类",
        choices=Outage.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择种类。", "invalid_choice": "请选择种类。"},
    )
    starts_at = MinuteField(label="开始时间", offers_now=True)
    ends_at = MinuteField(
        label="结束时间",
        required=False,
        help_text="停机维护填写预计结束的时间；平台中断已经恢复的填写恢复时间，没有恢复的不填。",
    )
    text = forms.CharField(
        label="情况",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每个页面的顶端都会显示，如“更换数据库服务器”。",
        error_messages={"required": "请写明停用的情况。", "max_length": "情况不能超过 300 个字。"},
    )

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())


class OutageEndForm(forms.Form):
    """When the platform was back, or will be."""

    ends_at = MinuteField(
        label="恢复时间",
        offers_now=True,
        help_text="已经恢复的填写实际时间；填写以后的时间，就是调整预计恢复的时间。",
    )


class RestoredForm(forms.Form):
    """When a unit could work again."""

    restored_at = MinuteField(
        label="恢复时间",
        offers_now=True,
        help_text="单位能够重新使用系统的时间，年-月-日 时:分，如“2026-09-28 09:30”。请问清单位再填。",
    )
