"""To whom a circular goes: printed text and resolved units, kept together (Articles 2 and 20; 2012 regulation art. 9(8), (15)).

The printed text is what the paper says; the ticked units and groups are who gets a delivery. A body that is printed but stands in no
register gets none, and the drafter is told. A group leaves its issuer out without a word; when it leaves out a unit by the drafter's
will, the paper says 有关 instead of 各.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from accounts.units import GROUPS, Category, Unit, UnitQuerySet, in_groups
from cms.lifecycles import OutOfOrder

_ASIDE = re.compile(r"（[^）]{0,500}）")
_OFFICIAL = re.compile(r"^市政府(?=办公室|$)")
_SEPARATORS = re.compile(r"[、，,；;。：:\n\s]+")


class UnitGone(OutOfOrder):
    """A unit that is addressed was dissolved; the sentence says which, and who succeeds it."""


class Addressed(models.TextChoices):
    PRIMARY = "primary", "主送"
    CC = "cc", "抄送"


@dataclass(frozen=True)
class Addressees:
    """Groups (category codes) and units (unit codes) named on one line of a circular, 主送 or 抄送.

    ``excluded`` are units of a named group that get nothing.
    """

    text: str
    groups: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups or self.units)

    @property
    def where(self) -> Q:
        """The units meant, as a condition on ``Unit``."""
        return in_groups(self.groups) & ~Q(code__in=self.excluded) | Q(code__in=self.units)


def addressed(primary: Addressees, cc: Addressees, issuers: Collection[str]) -> UnitQuerySet:
    """Every unit that gets a delivery: 主送 and 抄送 without the issuers, each once, in the register's order."""
    return Unit.objects.bodies().filter(primary.where | cc.where).exclude(code__in=issuers).in_order()


def distribution(primary: Addressees, cc: Addressees, issuers: Collection[str]) -> list[tuple[Unit, Addressed]]:
    """Every unit that gets a delivery, in the register's order, with the line by which it gets it: 主送 goes before 抄送."""
    named_first = set(Unit.objects.filter(primary.where).values_list("pk", flat=True))
    return [
        (unit, Addressed.PRIMARY if unit.pk in named_first else Addressed.CC)
        for unit in addressed(primary, cc, issuers)
    ]


def said_of_gone(unit: Unit) -> str:
    """That the unit was dissolved, and by whom it is succeeded."""
    return f"“{unit}”已撤销" + (f"，由“{unit.successor}”承接" if unit.successor else "")


def refuse_gone(units: UnitQuerySet, what_to_do: str) -> None:
    """Raises ``UnitGone`` where one of these units was dissolved (Article 15), with what to do instead."""
    gone = units.exclude(state=Unit.State.ACTIVE).select_related("successor").in_order()
    if said := [said_of_gone(unit) for unit in gone]:
        raise UnitGone(f"{'；'.join(said)}。{what_to_do}")


def group_words(group: Category, *, in_part: bool) -> str:
    """What a circular prints for a group, whole or with some of its units left out."""
    return GROUPS[group].replace("各", "有关") if in_part else GROUPS[group]


def printed(groups: Iterable[str], units: Iterable[Unit], *, closing: str, excluded: Iterable[Unit] = ()) -> str:
    """The line as the standard prints it, from what was ticked: like bodies joined by 、, groups and kinds parted by ，."""
    named, in_part = set(groups), {unit.group for unit in excluded}
    names = [group_words(group, in_part=group in in_part) for group in GROUPS if group in named]
    by_category: dict[str, list[str]] = {}
    for unit in sorted(units, key=lambda unit: (unit.sort_order, unit.code)):
        by_category.setdefault(unit.category, []).append(unit.short_name)
    names += ["、".join(same) for same in by_category.values()]
    return "，".join(names) + closing if names else ""


def outside_register(text: str) -> list[str]:
    """The names printed in ``text`` that are neither a group nor a unit of the register, in order, each once."""
    names = _names_in(text)
    register = _register() if names else []
    return [name for name in names if not _group_called(name) and not any(_is_called(unit, name) for unit in register)]


def unticked(line: Addressees) -> list[str]:
    """The names printed on the line that the register knows, as a group or a unit, and that get nothing because they are not ticked.

    Only 各 says that all of a group are meant: without it, as with 有关, one ticked unit of the group is enough.
    """
    names = _names_in(line.text)
    register = _register() if names else []
    ticked = [unit for unit in register if unit.code in line.units or unit.group in line.groups]
    reached = {unit.code for unit in ticked if unit.code not in line.excluded}
    in_part = {unit.group for unit in ticked if unit.code in reached}

    def gets_nothing(name: str) -> bool:
        if group := _group_called(name):
            return group not in line.groups and ("各" in name or group not in in_part)
        meant = [unit.code for unit in register if _is_called(unit, name)]
        return bool(meant) and not reached.intersection(meant)

    return [name for name in names if gets_nothing(name)]


def _register() -> list[Unit]:
    """Every body by its names: read at each check of a draft, so with nothing else of it."""
    return list(Unit.objects.bodies().only("code", "name", "short_name", "category", "depth"))


def _names_in(text: str) -> list[str]:
    """The names that a line prints, in order, each once."""
    return list(dict.fromkeys(name for name in _SEPARATORS.split(_ASIDE.sub("", text)) if name))


def _is_called(unit: Unit, name: str) -> bool:
    """Whether the unit is meant: by its short name, its full name or the full name without the city (市应急管理局 for 延安市应急管理局)."""
    said = _OFFICIAL.sub("市人民政府", name)
    return name == unit.short_name or said == unit.name or (said.startswith("市") and unit.name.endswith(said))


def _group_called(name: str) -> str:
    """The group that is meant, however much of it; empty for what is no group."""
    return next((group for group, words in GROUPS.items() if _kind(words) == _kind(name)), "")


def _kind(name: str) -> str:
    """What a group's name is about, without the words that come and go: 市政府有关工作部门 and 市政府各工作部门 are one."""
    bare = _ASIDE.sub("", name)
    for word in ("有关", "各", "市政府"):
        bare = bare.replace(word, "")
    return bare
