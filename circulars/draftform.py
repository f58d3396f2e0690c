"""The draft form, a 发文稿纸. It checks what was typed and decides nothing."""

from typing import Any

from django import forms
from django.forms.formsets import ORDERING_FIELD_NAME
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.forms import WagtailAdminPageForm

from accounts.units import Unit
from circulars.beginnings import mark_for, usual_elements
from circulars.bodytext import clean, too_much
from circulars.elements import Problem, errors
from circulars.numbering import Series, normalised
from circulars.recipients import outside_register
from circulars.secrecygate import Found, found_in, is_struck_out
from circulars.snapshots import facts_about, snapshot_of
from circulars.unitpicker import GROUP_CHOICES, GroupsField, UnitsField, offer
from cms.quotes import cited
from cms.reach import within_reach

# What a draft that is handed over cannot do without, in the words of ``elements``.
MISSING = {
    "title": "请填写标题。",
    "body": "请填写正文，首页必须显示正文。",
    "series": "请选择文号系列；文号在复核登记时由系统编排。",
    "issuer_mark": "请填写发文机关标志。",
}
# As many rows as a draft may have, and what is said when there are more.
ROWS = {
    "attachments": (50, "附件最多 50 个，请把同类的合成一个文件。"),
    "references": (50, "来文关联最多 50 件。"),
    "co_issuers": (30, "联合发文机关最多 30 家。"),
}


class Choosing(forms.Select):
    """A drop-down whose empty line asks instead of showing dashes."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, label if value else "请选择", *args, **kwargs)


class CircularForm(WagtailAdminPageForm):
    """The draft form. A draft may be put away half done; handing it over needs every element right."""

    WORD_IS_OWED = "送审前请在下方勾选“本件不涉及国家秘密，不含密级标志”（第五条）。"
    lacks_only_the_word = False

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
        for name in ("written_date", "printing_date"):
            self.fields[name].validators.append(within_reach)
        self._bound_the_rows()
        offer(self, barred=self.instance.issuers)
        if not self.instance.pk:
            self.initial |= usual_elements(self.issuer, timezone.localdate())

    def _bound_the_rows(self) -> None:
        """Rows struck out count as posted; a form that claims more rows than anybody could have typed is refused before one is built."""
        for name, (most, sentence) in ROWS.items():
            rows = self.formsets[name]
            rows.error_messages["too_many_forms"] = sentence
            rows.absolute_max = 2 * most
            if rows.is_bound and rows.management_form.cleaned_data.get("TOTAL_FORMS", 0) > rows.absolute_max:
                rows.absolute_max = 0

    def clean(self) -> dict[str, Any]:
        """No text holds more than a paper does, and the mark follows the layout of the series while it is the usual one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        series, mark = cleaned.get("series"), cleaned.get("issuer_mark")
        if series and mark:
            cleaned["issuer_mark"] = mark_for(self.issuer, series, mark)
        for name in ("body", "primary_text", "cc_text", "signatures"):
            if why := too_much(cleaned.get(name) or ""):
                self.add_error(name, f"{str(self.fields[name].label).partition('（')[0]}{why}")
        return cleaned

    @cached_property
    def marked(self) -> list[Found]:
        """The marks of secrecy in what was handed in, asked before anything of it is kept.

        A marked file is let go at once, and so is one in a row that is being deleted: cleaning the row would keep it.
        """
        if not self.is_bound:
            return []
        found = found_in(self, self.issuer)
        rows = [row for formset in self.formsets.values() for row in formset.forms if is_struck_out(row)]
        unkept = {each.field for each in found} | {row.add_prefix(name) for row in rows for name in row.fields}
        for name in unkept & set(self.files):
            del self.files[name]
        return found

    @property
    def is_declared(self) -> bool:
        """Whether the drafter gives their word that the paper holds no state secret (Article 5); asked anew at every handing over."""
        return bool(self.data.get("declared"))

    def is_valid(self) -> bool:
        if self.marked:
            self._is_well_formed()
            for each in self.marked:
                self._refuse(each)
            return False
        is_well_formed = self._is_well_formed()
        if self.is_deferred_validation:
            return is_well_formed
        is_right = is_well_formed and self._has_every_element_right()
        if self.is_declared:
            return is_right
        self.lacks_only_the_word = is_right
        self.add_error(None, self.WORD_IS_OWED)
        return False

    def _is_well_formed(self) -> bool:
        """Whether the fields and rows take what was typed; an empty row that came without its place has none, and is shown again as it is."""
        is_well_formed = super().is_valid()
        for formset in self.formsets.values():
            if formset.is_bound:
                formset.is_valid()  # rows behind a wrong kind of rows may not have been read yet
                for row in formset.forms:
                    row.cleaned_data.setdefault(ORDERING_FIELD_NAME, None)
        return is_well_formed

    def _has_every_element_right(self) -> bool:
        snapshot = snapshot_of(self.save(commit=False))
        return not self.show(errors(snapshot, facts_about(snapshot)))

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
        if (mark := cleaned.get("issuer_mark", "")) != self.data.get("issuer_mark", mark).strip():
            found.append(f"发文机关标志已按“{cleaned['series'].get_layout_display()}”改为{cited(mark)}，请核对。")
        for line, text in (("主送", cleaned.get("primary_text", "")), ("抄送", cleaned.get("cc_text", ""))):
            if names := outside_register(text):
                found.append(f"{line}中的{cited('、'.join(names))}不在使用单位名册，只印在文面上，系统不向其发送。")
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
