"""The units and groups of the draft form: fields and ticks to choose from the register by (Article 2)."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Count

from accounts.units import GROUPS, Unit, in_groups

GROUP_CHOICES = [(category.value, words) for category, words in GROUPS.items()]


class GroupsField(forms.MultipleChoiceField):
    """Ticked groups, kept on the page as category codes joined by commas."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return [code for code in value.split(",") if code] if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial or "")) != set(data or [])


class UnitTicks(forms.CheckboxSelectMultiple):
    """The register as ticks under the headings of its categories; with scripts, counted and searched by name or pinyin."""

    template_name = "circulars/unit_ticks.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = [
            {
                "code": options[0]["unit"].category,
                "heading": heading,
                "options": options,
                "ticked": sum(option["selected"] for option in options),
            }
            for heading, options, _ in context["widget"]["optgroups"]
        ]
        context["widget"] |= {"groups": groups, "total": sum(len(group["options"]) for group in groups)}
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, *args, **kwargs) | {"unit": value.instance}


class UnitsByCategory(forms.models.ModelChoiceIterator):
    """The register under its headings; paper stands beside a unit that is not connected."""

    def __iter__(self) -> Iterator[Any]:
        for category, units in groupby(self.queryset.all(), key=lambda unit: unit.get_category_display()):
            yield category, [self.choice(unit) for unit in units]


class UnitsField(forms.ModelMultipleChoiceField):
    """Units ticked one by one; grouped by category, in the register's order."""

    widget = UnitTicks
    iterator = UnitsByCategory
    default_error_messages = {
        "invalid_choice": "名册中没有这个单位，请重新勾选。",
        "invalid_pk_value": "名册中没有这个单位，请重新勾选。",
    }

    def __init__(self, **kwargs: Any):
        super().__init__(Unit.objects.bodies().in_order(), required=False, **kwargs)

    def _check_values(self, value: Any) -> Any:
        if any(not str(key).isdecimal() or len(str(key)) > 18 for key in value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super()._check_values(value)  # type: ignore[misc]  # the stubs do not know it

    def label_from_instance(self, unit: Any) -> str:
        return unit.short_name if unit.connected else f"{unit.short_name}（纸质）"


def counted_groups() -> list[tuple[str, str]]:
    """The groups with how many units each means today."""
    members = Unit.objects.bodies().filter(in_groups(GROUPS))
    sizes = dict(members.order_by().values_list("category").annotate(Count("pk")))
    return [(category.value, f"{words}（{sizes.get(category.value, 0)} 家）") for category, words in GROUPS.items()]
