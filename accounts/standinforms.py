"""The form of a 代行 arrangement: for which post, by whom, from which day to which, and why."""

from datetime import date
from typing import Any

from django import forms
from django.forms.widgets import DateInput

from accounts.people import Post, User, posts_of
from accounts.standins import colleagues, posts_to_arrange
from accounts.units import Unit
from cms.reach import within_reach


class PostField(forms.ModelChoiceField):
    """A post, said as person, unit and role."""

    def label_from_instance(self, post: Any) -> str:
        return f"{post.person}（{post.unit}{post.get_role_display()}）"


class ColleagueField(forms.ModelChoiceField):
    """A person, said with the posts they hold."""

    posts: dict[int, list[Post]] = {}

    def label_from_instance(self, person: Any) -> str:
        roles = dict.fromkeys(post.get_role_display() for post in self.posts.get(person.pk, ()))
        return f"{person}（{'、'.join(roles)}）" if roles else str(person)


class Day(DateInput):
    """A day, chosen from the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StandInForm(forms.Form):
    """Whether it may stand is decided by ``accounts.standins.arrange``; here are only the choices and what cannot be empty."""

    post = PostField(
        queryset=Post.objects.none(),
        label="被代行人和职责",
        empty_label=None,
        error_messages={
            "required": "请选择由谁的哪项职责需要代行。",
            "invalid_choice": "请从列出的人员中选择被代行人。",
        },
    )
    person = ColleagueField(
        queryset=User.objects.none(),
        label="代行人",
        empty_label="请选择",
        help_text="本单位在职的另一人。代行期间具有被代行人的这项职责；自己拟稿、核稿的文稿仍须由别人办理。代收发员签收的，凭证上注明“代签”。",
        error_messages={"required": "请选择代行人。", "invalid_choice": "请从列出的人员中选择代行人。"},
    )
    first = forms.DateField(
        label="起始日",
        validators=[within_reach],
        widget=Day,
        error_messages={"required": "请填写起始日。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )
    last = forms.DateField(
        label="截止日",
        validators=[within_reach],
        widget=Day,
        help_text="含这一天，次日自动结束；可以提前收回。",
        error_messages={"required": "请填写截止日。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )
    reason = forms.CharField(
        label="事由",
        max_length=200,
        help_text="例如：“外出学习”“年休假”。",
        error_messages={"required": "请写明事由。", "max_length": "事由不超过 200 字。"},
    )

    def __init__(self, user: Any, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"first": today})
        posts = posts_to_arrange(user, today)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        units = {post.unit for post in posts}
        self._offer(units, {post.person_id for post in posts}, today)
        self.is_open = bool(units)

    def _offer(self, units: set[Unit], absent: set[int], today: date) -> None:
        """Who may stand in; nobody in their own place where only one person can be absent."""
        people = colleagues(units, today)
        if len(absent) == 1:
            people = people.exclude(pk__in=absent)
        field: Any = self.fields["person"]
        field.queryset, field.posts = people, posts_of(people, today)
