"""The forms of the secrecy gate and of 涉密处置 (Article 5)."""

from typing import Any

from django import forms

from accounts.overseeing import overseen
from accounts.roles import Right
from circulars.numbering import normalised
from circulars.pages import CircularPage


class LiftingForm(forms.Form):
    """Why an alarm of the secrecy gate was false."""

    reason = forms.CharField(
        label="为什么是误报",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明核看了什么、为什么不是密级标志。不要抄写原文。",
        error_messages={"required": "请写明为什么是误报。", "max_length": "理由不能超过 200 个字。"},
    )
    seen = forms.BooleanField(
        label="已在拟稿人处核看原文，不涉及国家秘密",
        error_messages={"required": "请先到拟稿人处核看原文，再勾选。"},
    )


class BlockingForm(forms.Form):
    """Which paper is blocked, and why."""

    paper = forms.CharField(
        label="发文字号或文稿编号",
        max_length=60,
        help_text="已登记的公文填发文字号，如“延政办发〔2026〕23号”；还没有登记的填文稿编号（审签页面和“办理情况”里的数字）。",
        error_messages={"required": "请填写发文字号或文稿编号。"},
    )
    reason = forms.CharField(
        label="封存理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明谁发现、依据什么。不要写涉密内容。",
        error_messages={"required": "请写明封存理由。", "max_length": "理由不能超过 200 个字。"},
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocked = overseen(person, Right.BLOCK)

    def clean_paper(self) -> CircularPage:
        """The draft itself, or the one behind the circular of this number; of areas for which the person blocks."""
        typed = self.cleaned_data["paper"].strip()
        if typed.isdecimal() and len(typed) < 18:
            papers = CircularPage.objects.filter(pk=int(typed))
        else:
            papers = CircularPage.objects.filter(circular__number=normalised(typed).text)[:9]
        found = [paper for paper in papers if self.blocked.covers(paper.area.pk)]
        if len(found) != 1:
            raise forms.ValidationError(
                "没有找到这份公文或文稿，请核对文号。" if not found else "有几份公文用这个文号，请改填文稿编号。"
            )
        return found[0]


class ReleasingForm(forms.Form):
    """Why a blocked paper may be read again."""

    reason = forms.CharField(
        label="解封理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明由谁鉴定、结论是什么。",
        error_messages={"required": "请写明解封理由。", "max_length": "理由不能超过 200 个字。"},
    )


class PurgingForm(forms.Form):
    """That the person has looked at which paper is purged; nothing undoes it."""

    agreed = forms.BooleanField(
        label="已核对公文或文稿、发文单位和封存理由，同意清除",
        error_messages={"required": "清除不能恢复。请先核对本页所列公文，再勾选同意。"},
    )
