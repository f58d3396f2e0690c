"""The units and groups of the draft form: fields and ticks to choose from the register by (Article 2).

The ticks are plain boxes under headings that open and close; ``desk/unitpicker.js`` adds search, counts and the keys.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.unitnames import names_before
from accounts.units import GROUPS, Category, Unit
from accounts.unittree import headings
from circulars.recipients import group_words
from cms.rowkeys import is_key, keys_in

GROUP_CHOICES = [(category.value, words) for category, words in GROUPS.items()]


@dataclass(frozen=True)
class Line:
    """One unit as every picker shows it, its markup made once; ``marks`` are what the script searches and prints by."""

    pk: int
    said: SafeString
    marks: SafeString
    below: tuple["Line", ...] = ()

    def tick(self, name: str, ticked: Collection[int], barred: Mapping[int, str], *, marked: bool) -> str:
        """The unit's box with those of its subordinates below it."""
        state = " disabled" if self.pk in barred else " checked" if self.pk in ticked else ""
        why = f'<span class="unit-ticks__why">（{barred[self.pk]}）</span>' if self.pk in barred else ""
        below, kind = "", ""
        if self.below:
            items = "\n".join(line.tick(name, ticked, barred, marked=marked) for line in self.below)
            below = _BELOW.format(len(self.below), items)
            kind = ' class="unit-ticks__superior"'
        return (
            f'<li data-unit{kind}{self.marks if marked else ""}><label><input type="checkbox" name="{name}"'
            f' value="{self.pk}"{state}><span>{self.said}{why}</span></label>{below}</li>'
        )


_BELOW = (
    '<details class="unit-ticks__below"><summary>下属单位（{}）<span class="unit-ticks__picked" data-unit-ticks-picked>'
    "</span></summary><ul>\n{}</ul></details>"
)


class Register:
    """The units to choose from, read once for all pickers of a form.

    ``barred`` issue the paper and cannot be chosen, nor can those who are ``there``, who have it already.
    """

    def __init__(self, barred: Iterable[Unit] = (), there: Iterable[Unit] = ()) -> None:
        self.barred = {unit.pk: "已发送" for unit in there} | {unit.pk: "发文机关" for unit in barred}

    @cached_property
    def units(self) -> list[Unit]:
        return list(Unit.objects.bodies().in_order())

    @cached_property
    def headings(self) -> list[tuple[Category, tuple[Line, ...]]]:
        place = {unit.pk: n for n, unit in enumerate(self.units)}
        before = names_before(self.units)

        def line(unit: Unit, below: tuple[Unit, ...] = ()) -> Line:
            marks = format_html(
                ' data-place="{}" data-category="{}" data-group="{}" data-short="{}" data-keys="{}"',
                place[unit.pk], unit.category, unit.group, unit.short_name,
                " ".join([unit.pinyin, unit.name, unit.code, *before.get(unit.pk, ())]),
            )  # fmt: skip
            said = conditional_escape(unit.short_name if unit.connected else f"{unit.short_name}（纸质）")
            return Line(unit.pk, said, marks, tuple(line(each) for each in below))

        return [
            (heading.category, tuple(line(branch.unit, branch.below) for branch in heading.branches))
            for heading in headings(self.units)
        ]

    def group_choices(self) -> list[tuple[str, str]]:
        """The groups with how many units each means today."""
        members = [unit.group for unit in self.units]
        return [
            (category.value, f"{words}（{members.count(category.value)} 家）") for category, words in GROUPS.items()
        ]


class GroupTicks(forms.CheckboxSelectMultiple):
    """The groups as ticks; each carries the words that are printed for it, whole and in part."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        group = Category(str(value))
        option["attrs"] |= {
            "data-words": group_words(group, in_part=False),
            "data-words-in-part": group_words(group, in_part=True),
        }
        return option


class GroupsField(forms.MultipleChoiceField):
    """Ticked groups, kept on the page as category codes joined by commas."""

    widget = GroupTicks

    def prepare_value(self, value: Any) -> Any:
        return [code for code in value.split(",") if code] if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial or "")) != set(data or [])


class UnitTicks(forms.CheckboxSelectMultiple):
    """The register as ticks under the headings of its categories, subordinates below their body.

    ``role`` tells the script what the ticks mean: primary, cc, excluded, countersign or after (the paper is printed and goes to them as well).
    """

    template_name = "circulars/unit_ticks.html"
    register: Register | None = None
    # One picker of a form carries the marks of the units for all.
    is_marked = True
    role = ""
    label = "单位"

    class Media:
        css = {"all": ["desk/unitpicker.css"]}
        js = ["desk/unitpicker.js", "desk/sources.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        register = self.register or Register()
        ticked = set(keys_in(map(str, value or ())))
        groups = []
        for category, lines in register.headings:
            keys = [each.pk for line in lines for each in (line, *line.below)]
            items = (line.tick(name, ticked, register.barred, marked=self.is_marked) for line in lines)
            groups.append(
                {
                    "code": category.value,
                    "heading": category.label,
                    "items": mark_safe("\n".join(items)),  # noqa: S308  made by ``Line.tick`` from escaped pieces
                    "size": len(keys),
                    "ticked": sum(key in ticked for key in keys),
                }
            )
        return {
            "widget": {
                **super(forms.widgets.ChoiceWidget, self).get_context(name, value, attrs)["widget"],
                "groups": groups,
                "total": len(register.units),
                "role": self.role,
                "label": self.label,
            }
        }


class UnitsField(forms.ModelMultipleChoiceField):
    """Units ticked one by one."""

    widget = UnitTicks
    default_error_messages = {
        "invalid_choice": "名册中没有这个单位，请重新勾选。",
        "invalid_pk_value": "名册中没有这个单位，请重新勾选。",
    }

    def __init__(self, *, role: str, **kwargs: Any):
        super().__init__(Unit.objects.bodies().in_order(), required=False, **kwargs)
        self.widget.role, self.widget.label = role, str(self.label)

    def _check_values(self, value: Any) -> Any:
        if not all(is_key(str(key)) for key in value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super()._check_values(value)  # type: ignore[misc]  # the stubs do not know it


def offer(form: forms.BaseForm, *, barred: Collection[Unit], there: Collection[Unit] = ()) -> None:
    """All pickers of the form show one and the same register; ``barred`` and ``there`` are seen and cannot be ticked."""
    register, marked = Register(barred, there), False
    for field in form.fields.values():
        if isinstance(field.widget, UnitTicks):
            field.widget.register, field.widget.is_marked = register, not marked
            marked = True
        elif isinstance(field, GroupsField):
            field.choices = register.group_choices()
