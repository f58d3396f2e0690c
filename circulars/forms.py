"""The forms of this app: the draft as a 发文稿纸, and the small forms of the desk. They check what was typed and decide nothing."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from wagtail.admin.forms import WagtailAdminPageForm

from accounts.units import Unit
from circulars.beginnings import usual_elements
from circulars.bodytext import clean
from circulars.deliveries import Delivery, ReturnCode
from circulars.elements import Problem, errors
from circulars.numbering import DocumentNumber, NumberFormatWrong, Series, normalised, parse
from circulars.recipients import outside_register
from circulars.secrecygate import Found, found_in
from circulars.snapshots import named_units, snapshot_of
from circulars.turns import PATH, Step, Turn
from circulars.unitpicker import GROUP_CHOICES, GroupsField, UnitsField, offer
from circulars.versions import Version

# What a draft that is handed over cannot do without, in the words of ``elements``.
MISSING = {
    "title": "请填写标题。",
    "body": "请填写正文，首页必须显示正文。",
    "series": "请选择文号系列；文号在复核登记时由系统编排。",
    "issuer_mark": "请填写发文机关标志。",
}


class Choosing(forms.Select):
    """A drop-down whose empty line asks instead of showing dashes."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, label if value else "请选择", *args, **kwargs)


class CircularForm(WagtailAdminPageForm):
    """The draft form. A draft may be put away half done; handing it over needs every element right."""

    primary_groups = GroupsField(label="主送类别", choices=GROUP_CHOICES, required=False)
    primary_units = UnitsField(label="主送单位", role="primary")
    excluded_units = UnitsField(label="主送类别中不发的单位", role="excluded")
    cc_units = UnitsField(label="抄送单位", role="cc")
    countersign_units = UnitsField(label="会签单位", role="countersign")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any):
        super().__init__(_printable(data), *args, **kwargs)
        section = self.parent_page.specific if self.parent_page else self.instance.get_parent().specific
        self.issuer: Unit = section.unit
        self.instance.section_unit = self.issuer
        series = self.fields["series"]
        series.queryset = Series.objects.of(self.issuer)
        series.empty_label = "请选择"
        for name, sentence in MISSING.items():
            self.fields[name].error_messages["required"] = sentence
        offer(self, barred=self.instance.issuers)
        if not self.instance.pk:
            self.initial |= usual_elements(self.issuer)

    @cached_property
    def marked(self) -> list[Found]:
        """The marks of secrecy in what was handed in, asked before anything of it is kept; a marked file is let go at once."""
        if not self.is_bound:
            return []
        found = found_in(self.data, self.files, self.issuer)
        for name in {each.field for each in found} & set(self.files):
            del self.files[name]
        return found

    @property
    def is_declared(self) -> bool:
        """Whether the drafter gives their word that the paper holds no state secret (Article 5); asked anew at every handing over."""
        return bool(self.data.get("declared"))

    def is_valid(self) -> bool:
        if self.marked:
            super().is_valid()
            for each in self.marked:
                self._refuse(each)
            return False
        if not super().is_valid():
            return False
        if self.is_deferred_validation:
            return True
        if not self.is_declared:
            self.add_error(None, "送审前请在下方勾选“本件不涉及国家秘密，不含密级标志”（第五条）。")
            return False
        snapshot = snapshot_of(self.save(commit=False))
        return not self.show(errors(snapshot, named_units(snapshot)))

    def _refuse(self, found: Found) -> None:
        """The sentence stands at the very field, in its row where it has one."""
        if found.field in self.fields:
            return self.add_error(found.field, found.sentence)
        for formset in self.formsets.values():
            for row in formset.forms:
                if found.field.startswith(f"{row.prefix}-"):
                    field = found.field.removeprefix(f"{row.prefix}-")
                    return row.add_error(field if field in row.fields else None, found.sentence)
        return self.add_error(None, found.sentence)

    def show(self, problems: list[Problem]) -> list[Problem]:
        """Each problem stands at the field, or above the rows, where it can be mended; returns what was shown."""
        for problem in problems:
            if problem.field in self.formsets:
                self.formsets[problem.field].non_form_errors().append(problem.sentence)
            else:
                self.add_error(problem.field if problem.field in self.fields else None, problem.sentence)
        return problems

    def notices(self) -> list[str]:
        """What the drafter should know about a valid draft: printed bodies that stand in no register, numbers that were put right."""
        cleaned = self.cleaned_data
        found = []
        for line, text in (("主送", cleaned.get("primary_text", "")), ("抄送", cleaned.get("cc_text", ""))):
            if names := outside_register(text):
                found.append(f"{line}中的“{'、'.join(names)}”不在使用单位名册，只印在文面上，系统不向其发送。")
        for row in self.formsets["references"].forms:
            number = normalised(row.cleaned_data.get("number", ""))
            if number.was_changed and number.text == row.instance.number:
                found.append(f"来文字号已按规范写法改为“{number.text}”，请核对。")
        return found


def _printable(data: Any) -> Any:
    """What came in without control marks: a NUL pasted along with the text is dropped, not complained of."""
    if not isinstance(data, QueryDict):
        return data
    kept = data.copy()
    for name, values in data.lists():
        kept.setlist(name, [clean(value) if isinstance(value, str) else value for value in values])
    return kept


class SigningForm(forms.Form):
    """The check list before signing; no box is ticked beforehand, and one box stands for all of them."""

    ALL = "all"

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, delivery: Delivery, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.checks = delivery.checks()
        self.fields["checked"] = forms.MultipleChoiceField(
            label="核对",
            choices=[*((check.value, check.label) for check in self.checks), (self.ALL, "以上各项")],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "请逐项核对并勾选后再签收。"},
        )

    @property
    def checked(self) -> set[str]:
        """The values of the checks that the clerk vouches for."""
        ticked = set(self.cleaned_data["checked"])
        return {check.value for check in self.checks} if self.ALL in ticked else ticked


class ReturningForm(forms.Form):
    """Why the circular is sent back."""

    code = forms.ChoiceField(
        label="退回原因",
        choices=[("", "请选择"), *ReturnCode.choices],
        error_messages={"required": "请选择退回原因。", "invalid_choice": "请选择退回原因。"},
    )
    reason = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清缺什么、错在哪里，发文单位据此更正。",
        error_messages={"max_length": "说明不能超过 300 个字。"},
    )


class DecisionForm(forms.Form):
    """The opinion on a draft, bound to the text that was read and the seat it is given for; a return or an objection needs its reason, a
    warning its tick.
    """

    digest = forms.CharField(widget=forms.HiddenInput)
    seat = forms.IntegerField(widget=forms.HiddenInput)

    action = forms.ChoiceField(
        label="办理",
        choices=[("agree", "同意"), ("object", "不同意"), ("return", "退回")],
        error_messages={"required": "请选择同意或退回。", "invalid_choice": "请选择同意或退回。"},
    )
    opinion = forms.CharField(
        label="意见",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "意见不能超过 1000 个字。"},
    )

    def __init__(self, turn: Turn, earlier: list[Step], warnings: list[Problem], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.warnings = warnings
        may_object = turn.step == Step.COUNTERSIGN
        self.fields["opinion"].help_text = "不同意时必须写明理由。" if may_object else "退回时必须写明理由。"
        self.fields["to_step"] = forms.ChoiceField(
            label="退回到",
            required=False,
            choices=[("", "拟稿人"), *((step.value, f"{step.label}环节") for step in earlier)],
            error_messages={"invalid_choice": "只能退回到已经办过的环节。"},
        )
        self.fields["answered"] = forms.MultipleChoiceField(
            label="须核对的提示",
            required=False,
            choices=[(problem.key, problem.sentence) for problem in warnings],
            widget=forms.CheckboxSelectMultiple,
            help_text="系统不能判断对错的，由核稿人逐条核对后勾选，勾选留存备查。",
            error_messages={"invalid_choice": "提示已经变化，请重新核对。"},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = (cleaned.get("opinion") or "").strip()
        if cleaned.get("action") == "return" and not said:
            self.add_error("opinion", "请写明退回理由，让拟稿人知道改什么。")
        if cleaned.get("action") == "object" and not said:
            self.add_error("opinion", "请写明不同意的理由，让拟稿人知道怎样修改。")
        left = len(self.warnings) - len(cleaned.get("answered") or ())
        if cleaned.get("action") == "agree" and left > 0:
            self.add_error("answered", f"还有 {left} 条提示没有核对，请逐条核对并勾选后再同意。")
        return cleaned


class RecheckReturnForm(forms.Form):
    """What the registrar found wanting in an approved text, and to whom it goes back."""

    reason = forms.CharField(
        label="退回理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "退回必须写明理由。", "max_length": "理由不能超过 1000 个字。"},
    )

    def __init__(self, approval: Version, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        taken = set(approval.turns.filter(decision__isnull=False).values_list("step", flat=True))
        self.fields["to_step"] = forms.ChoiceField(
            label="退回到",
            required=False,
            choices=[("", "拟稿人"), *((step.value, f"{step.label}环节") for step in PATH if step in taken)],
            error_messages={"invalid_choice": "只能退回到已经办过的环节。"},
        )


class CorrectionForm(forms.Form):
    """The approved text with its slips mended; a mark of secrecy is turned away as in the draft's own form."""

    digest = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="标题",
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": MISSING["title"]},
    )
    body = forms.CharField(
        label="正文",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": MISSING["body"]},
    )
    annotation = forms.CharField(label="附注", max_length=200, required=False)
    reason = forms.CharField(
        label="校正了什么",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：第二段“值班制渡”改为“值班制度”。审签过的人都会看到。",
        error_messages={"required": "请写明校正了什么。", "max_length": "校正说明不能超过 200 个字。"},
    )

    def __init__(self, issuer: Unit, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.issuer = issuer
        self.marked: list[Found] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.marked = found_in(self.data, self.files, self.issuer) if self.is_bound else []
        for found in self.marked:
            self.add_error(found.field if found.field in self.fields else None, found.sentence)
        return cleaned


class RegistrationForm(forms.Form):
    """What registration fixes beside the number."""

    digest = forms.CharField(widget=forms.HiddenInput)
    originals = forms.IntegerField(
        label="每单位正本份数",
        min_value=1,
        max_value=20,
        initial=1,
        help_text="收文单位可以打印的正本份数。",
        error_messages={
            "required": "请填写正本份数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 份。",
            "max_value": "最多 20 份。",
        },
    )
    rechecked = forms.BooleanField(
        label="已复核：审批手续完备，附件齐全，文种、格式符合规定",
        error_messages={"required": "请复核后勾选，再登记。"},
    )


class VoidingForm(forms.Form):
    """Why a number comes to nothing."""

    reason = forms.CharField(
        label="作废原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清为什么不再使用这个文号，登记簿长期保留。",
        error_messages={"required": "请写明作废原因。", "max_length": "作废原因不能超过 200 个字。"},
    )


class MissingNumberForm(VoidingForm):
    """A number that no circular here bears, as a person writes it, and why it is void."""

    series = forms.ModelChoiceField(
        Series.objects.none(),
        label="文号系列",
        empty_label="请选择",
        error_messages={"required": "请选择文号系列。", "invalid_choice": "没有这个文号系列，请重新选择。"},
    )
    number = forms.CharField(
        label="文号",
        max_length=40,
        help_text="照文面填写，如“延政办发〔2026〕23号”；跨年连续的系列写“第18号”。",
        error_messages={"required": "请填写文号。", "max_length": "文号不能超过 40 个字。"},
    )
    field_order = ["series", "number", "reason"]

    def __init__(self, series: QuerySet[Series], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["series"]
        offered.queryset = series

    def clean_number(self) -> DocumentNumber:
        self.written = normalised(self.cleaned_data["number"])
        try:
            return parse(self.written.text)
        except NumberFormatWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class HandOverForm(forms.Form):
    """When a copy on paper was handed over, and to whom."""

    delivered_at = forms.DateTimeField(
        label="送达时间",
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%d %H：%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%d %H:%M"),
        help_text="年-月-日 时:分，如“2026-09-28 09:30”。",
        error_messages={"required": "请填写送达时间。", "invalid": "请按“2026-09-28 09:30”的样子填写时间。"},
    )
    taken_by = forms.CharField(
        label="接收人",
        max_length=40,
        help_text="收文单位在送文登记单上签名的人。",
        error_messages={"required": "请填写接收人姓名。", "max_length": "接收人姓名不能超过 40 个字。"},
    )


class HandOverCorrectionForm(HandOverForm):
    """The hand-over as it really was, and why the first entry was wrong."""

    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原来的登记留在台账里，不会抹去。",
        error_messages={"required": "请写明更正原因。", "max_length": "更正原因不能超过 200 个字。"},
    )


class SendingForm(forms.Form):
    """Sending now; an ordinary circular off duty needs its reason (Article 21)."""

    off_hours_reason = forms.CharField(label="非工作时间发送的理由", required=False, max_length=200)
