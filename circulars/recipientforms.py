"""The form of a kept list of recipients: the pickers of the draft, under the same names, and what the list is called."""

from typing import Any

from django import forms

from accounts.units import Unit
from circulars.reasons import unmarked
from circulars.recipientlists import Place, RecipientList
from circulars.unitpicker import GROUP_CHOICES, GroupsField, UnitsField, offer
from cms.quotes import cited


class RecipientListForm(forms.Form):
    """What was ticked, under a name that no other list of the unit has."""

    name = forms.CharField(
        validators=[unmarked],
        label="名称",
        max_length=40,
        help_text="例如“各县区和安全生产成员单位”。",
        error_messages={"required": "请写名称。", "max_length": "名称不能超过 40 个字。"},
    )
    primary_groups = GroupsField(label="主送类别", choices=GROUP_CHOICES, required=False)
    primary_units = UnitsField(label="主送单位", role="primary")
    excluded_units = UnitsField(label="主送类别中不发的单位", role="excluded")
    cc_units = UnitsField(label="抄送单位", role="cc")

    def __init__(self, *args: Any, unit: Unit, kept_list: RecipientList | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unit, self.kept_list = unit, kept_list
        offer(self, barred=[unit])
        if kept_list and not self.is_bound:
            lines = list(kept_list.lines.all())
            self.initial = {
                "name": kept_list.name,
                "primary_groups": kept_list.groups,
                "primary_units": [line.unit_id for line in lines if line.place == Place.PRIMARY],
                "excluded_units": [line.unit_id for line in lines if line.place == Place.EXCLUDED],
                "cc_units": [line.unit_id for line in lines if line.place == Place.CC],
            }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = RecipientList.objects.filter(unit=self.unit, name=name)
        if self.kept_list:
            others = others.exclude(pk=self.kept_list.pk)
        if others.exists():
            raise forms.ValidationError(f"本单位已有名为{cited(name)}的常用发文对象，请换一个名称。")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(field) for field in ("primary_groups", "primary_units", "cc_units")):
            raise forms.ValidationError("还没有勾选单位或类别，请先勾选。")
        groups = cleaned.get("primary_groups", "").split(",")
        strangers = [unit for unit in cleaned.get("excluded_units", ()) if unit.group not in groups]
        if strangers:
            self.add_error(
                "excluded_units",
                f"“{'、'.join(map(str, strangers))}”不在勾选的主送类别里，本来就不发，请不要列为不发。",
            )
        return cleaned

    def held(self) -> dict[str, Any]:
        """What the list is to hold, as ``RecipientList.hold`` takes it."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "groups": cleaned["primary_groups"],
            "primary": cleaned["primary_units"],
            "excluded": cleaned["excluded_units"],
            "cc": cleaned["cc_units"],
        }
