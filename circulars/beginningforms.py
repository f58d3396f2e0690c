"""The forms that begin a draft with text that is there already. They check what was handed in and decide nothing."""

from typing import Any

from django import forms

from accounts.units import Unit
from circulars.answers.replying import ReplyKind
from circulars.passingon import Manner
from circulars.secrecygate import Found, found_in

EXPLAINED = {
    Manner.FORWARD: "转发（上级、同级和不相隶属机关的公文）",
    Manner.ENDORSE: "批转（下级机关的公文，本单位同意）",
    Manner.ISSUE: "印发（规划、办法、方案等）",
    Manner.SUBMIT: "转报（下级的请示报上级，须写明本单位的意见）",
}
SPENT = "这个页面已经失效，请重新打开再办理。"


class BeginningForm(forms.Form):
    """The key that makes one press and two presses the same."""

    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": SPENT, "invalid": SPENT})


class UnitForm(BeginningForm):
    """For which unit a draft is begun; asked only of who drafts for several."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="发文单位",
        empty_label="请选择",
        error_messages={"required": "请选择为哪个单位拟稿。", "invalid_choice": "您不为这个单位拟稿，请重新选择。"},
    )

    def __init__(self, units: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a ModelChoiceField has one
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units[0]


class ImportForm(UnitForm):
    """A Word file for a draft; one with a mark of secrecy is let go before anything of it is kept."""

    marked: list[Found] = []

    file = forms.FileField(
        label="Word 文稿",
        help_text="只能导入 .docx，不超过 20 MB。.doc 和 .wps 请先在 WPS 或 Word 中另存为 .docx。",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择文稿。", "empty": "文稿是空文件，请重新选择。", "missing": "请选择文稿。"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("unit") and cleaned.get("file"):
            self.refuse(found_in(self, cleaned["unit"]))
        return cleaned

    def refuse(self, marked: list[Found]) -> None:
        """Each sentence once, at the file."""
        self.marked = marked
        for sentence in dict.fromkeys(each.sentence for each in marked):
            self.add_error("file", sentence)


class PassingOnForm(UnitForm):
    """How a received circular is passed on."""

    manner = forms.ChoiceField(
        label="方式",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择转发方式。", "invalid_choice": "请选择转发方式。"},
    )

    def __init__(self, units: Any, manners: list[Manner], *args: Any, **kwargs: Any):
        super().__init__(units, *args, **kwargs)
        self.fields["manner"].choices = [(manner.value, EXPLAINED[manner]) for manner in manners]  # type: ignore[attr-defined]


class ReplyingForm(UnitForm):
    """By which type of paper a received circular is answered."""

    kind = forms.ChoiceField(
        label="文种",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择答复的文种。", "invalid_choice": "请选择答复的文种。"},
    )

    def __init__(self, units: Any, kinds: list[ReplyKind], *args: Any, **kwargs: Any):
        super().__init__(units, *args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0].value
