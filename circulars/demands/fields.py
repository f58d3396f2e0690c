"""What a 回执表 may ask for: seven kinds of fields, each with bounds that a page and a sheet can bear (2012 regulation art. 24(7))."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

# Our reading of "simple": what a clerk fills in on one page and a sender prints on one sheet.
MOST_FIELDS = 20
MOST_GRIDS = 3  # names and tables
MOST_ROWS = 30
MOST_OPTIONS = 20
MOST_COLUMNS = 8
LONGEST_LABEL, LONGEST_HINT, LONGEST_OPTION = 60, 120, 40
LONGEST_TEXT, LONGEST_CELL = 300, 100
# Numbers are kept with so many places in all, and after the point.
DIGITS, DECIMALS = 16, 4

NAME_COLUMNS = ("姓名", "职务", "电话")


class FieldKind(models.TextChoices):
    CHOICE = "choice", "单选"
    CHOICES = "choices", "多选"
    NAMES = "names", "人员名单"
    TEXT = "text", "短文字"
    NUMBER = "number", "数字"
    TABLE = "table", "小表格"
    FILE = "file", "一个文件"


CHOOSING = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})
GRIDS = frozenset({FieldKind.NAMES, FieldKind.TABLE})
LISTING = CHOOSING | {FieldKind.TABLE}  # those that need lines of options or of columns


class AskedField(models.Model):
    """One field of a form; ``options`` are the options of a choice or the columns of a table, one a line."""

    place = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("类型", max_length=10, choices=FieldKind.choices)
    label = models.CharField("名称", max_length=LONGEST_LABEL)
    hint = models.CharField("填写说明", max_length=LONGEST_HINT, blank=True)
    is_required = models.BooleanField("必填", default=True)
    options = models.TextField("选项或列名", blank=True)

    class Meta:
        abstract = True
        ordering = ["place"]

    def __str__(self) -> str:
        return self.label

    @property
    def lines(self) -> list[str]:
        return [line for line in self.options.split("\n") if line]

    @property
    def columns(self) -> list[str]:
        """The columns of a list of people or a table; of any other kind none."""
        return list(NAME_COLUMNS) if self.kind == FieldKind.NAMES else self.lines if self.kind in GRIDS else []

    @property
    def is_grid(self) -> bool:
        return self.kind in GRIDS

    @property
    def said(self) -> dict[str, Any]:
        """The field as plain data: what is approved and signed."""
        return {
            "kind": self.kind,
            "label": self.label,
            "hint": self.hint,
            "required": self.is_required,
            "options": self.lines,
        }


def fields_in(said: dict[str, Any], model: Any, **also: Any) -> list[Any]:
    """The fields of a demand in a snapshot as rows of this model, not yet saved."""
    return [
        model(
            place=place,
            kind=row["kind"],
            label=row["label"],
            hint=row["hint"],
            is_required=row["required"],
            options="\n".join(row["options"]),
            **also,
        )
        for place, row in enumerate(said["fields"], 1)
    ]


def check_field(field: AskedField) -> None:
    """Raises ``ValidationError`` by the field's name for a form field that nobody could fill in."""
    wrong: dict[str, str] = {}
    if field.kind not in FieldKind.values:
        wrong["kind"] = "请选择类型。"
    if not field.label:
        wrong["label"] = "请填写名称。"
    elif len(field.label) > LONGEST_LABEL:
        wrong["label"] = f"名称不能超过 {LONGEST_LABEL} 个字。"
    if len(field.hint) > LONGEST_HINT:
        wrong["hint"] = f"填写说明不能超过 {LONGEST_HINT} 个字。"
    if why := _wrong_lines(field):
        wrong["options"] = why
    if wrong:
        raise ValidationError(wrong)


def _wrong_lines(field: AskedField) -> str:
    lines, is_table = field.lines, field.kind == FieldKind.TABLE
    word, least, most = ("列名", 1, MOST_COLUMNS) if is_table else ("选项", 2, MOST_OPTIONS)
    if field.kind not in LISTING:
        return "这一类型不用写选项，请留空。" if lines else ""
    if not least <= len(lines) <= most:
        return f"每行写一个{word}，至少 {least} 个，最多 {most} 个。"
    if len(set(lines)) < len(lines):
        return f"{word}有重复，请改成不同的。"
    return f"每个{word}不能超过 {LONGEST_OPTION} 个字。" if any(len(line) > LONGEST_OPTION for line in lines) else ""


def check_form(fields: Iterable[AskedField]) -> None:
    """Raises ``ValidationError`` for a form with too much in it, or with two fields of one name."""
    fields = list(fields)
    if len(fields) > MOST_FIELDS:
        raise ValidationError(f"回执表最多 {MOST_FIELDS} 项。")
    if sum(field.is_grid for field in fields) > MOST_GRIDS:
        raise ValidationError(f"人员名单和小表格合起来最多 {MOST_GRIDS} 项。")
    if len({field.label for field in fields}) < len(fields):
        raise ValidationError("有两项的名称相同，请改成不同的。")
