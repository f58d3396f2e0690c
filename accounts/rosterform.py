"""The form of a month's duty roster: for each day that is not over, who answers for it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.people import User

NOBODY = ""


class RosterForm(forms.Form):
    """One choice a day, and beside it what stood there when the page was made, so that a stale page undoes nobody's entry."""

    def __init__(self, days: Iterable[date], people: Iterable[User], entered: Mapping[date, User], data: Any = None):
        super().__init__(data)
        self.days, self.entered = list(days), entered
        self.people = {str(person.pk): person for person in people}
        for day in self.days:
            now_there = entered.get(day)
            choices = [(NOBODY, "不指定"), *((key, str(person)) for key, person in self.people.items())]
            if now_there and str(now_there.pk) not in self.people:
                choices.append((str(now_there.pk), f"{now_there}（已不在岗）"))
            standing = str(now_there.pk) if now_there else NOBODY
            self.fields[f"day-{day}"] = forms.ChoiceField(
                label=f"{day.month}月{day.day}日",
                choices=choices,
                required=False,
                initial=standing,
                error_messages={"invalid_choice": f"{day.month}月{day.day}日：请从列出的人员中选择。"},
            )
            self.fields[f"seen-{day}"] = forms.CharField(required=False, initial=standing, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """``changes`` has the days that were changed on the page, each with its person or None."""
        cleaned = super().clean() or {}
        self.changes: dict[date, User | None] = {}
        for day in self.days:
            chosen, seen = cleaned.get(f"day-{day}", NOBODY), cleaned.get(f"seen-{day}", NOBODY)
            if chosen == seen:
                continue
            standing = str(self.entered[day].pk) if day in self.entered else NOBODY
            if seen != standing and chosen != standing:
                self.add_error(f"day-{day}", f"{day.month}月{day.day}日刚由别人改过，请核对后再改。")
            else:
                self.changes[day] = self.people.get(chosen)
        return cleaned
