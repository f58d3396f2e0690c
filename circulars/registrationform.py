"""What a registrar fills in: how many originals each unit may print, and that everything was rechecked (2012 regulation art. 25)."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.units import Unit

MOST_ORIGINALS = 20  # for one unit


class RegistrationForm(forms.Form):
    """What registration fixes beside the number."""

    digest = forms.CharField(widget=forms.HiddenInput)
    originals = forms.IntegerField(
        label="每单位正本份数",
        min_value=1,
        max_value=MOST_ORIGINALS,
        initial=1,
        help_text="收文单位可以打印的正本份数（核定份数）。",
        error_messages={
            "required": "请填写正本份数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 份。",
            "max_value": "最多 20 份。",
        },
    )
    # One field for each unit is added beside these, empty where the usual number holds.
    rechecked = forms.BooleanField(
        label="已复核：审批手续完备，附件齐全，文种、格式符合规定",
        error_messages={"required": "请复核后勾选，再登记。"},
    )

    def __init__(self, units: Iterable[Unit], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._units = {f"originals-{unit.code}": unit for unit in units}
        for name, unit in self._units.items():
            self.fields[name] = forms.IntegerField(
                label=str(unit),
                required=False,
                min_value=1,
                max_value=MOST_ORIGINALS,
                error_messages={
                    "invalid": f"{unit}的正本份数请填写整数。",
                    "min_value": f"{unit}至少 1 份。",
                    "max_value": f"{unit}最多 {MOST_ORIGINALS} 份。",
                },
            )

    @property
    def exceptions(self) -> list[forms.BoundField]:
        """The fields of the units, in the register's order."""
        return [self[name] for name in self._units]

    @property
    def has_exceptions(self) -> bool:
        """Whether somebody has typed a number for a unit, right or wrong."""
        return any(field.value() or field.errors for field in self.exceptions)

    @property
    def originals_of(self) -> dict[str, int]:
        """The numbers that differ from the usual one, by the units' codes."""
        given = {unit.code: self.cleaned_data.get(name) for name, unit in self._units.items()}
        return {code: number for code, number in given.items() if number}
