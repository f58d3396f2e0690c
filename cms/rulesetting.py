"""Setting the rule: the next version of an area's numbers, and what each version changed (Articles 22 and 29).

Nothing that was sent before a version begins is counted anew: every delivery keeps the version it was sent under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cms import ledger
from cms.areas import Area
from cms.deeds import Deed
from cms.lifecycles import OutOfOrder
from cms.rulebook import RuleSet
from cms.rulenumbers import NUMBERS, Number
from cms.ruleversions import RuleVersion

LONGEST_REASON = 200


class Overtaken(OutOfOrder):
    """Since the form was opened somebody, perhaps the same person, entered ``version``."""

    def __init__(self, version: RuleVersion) -> None:
        super().__init__(
            f"{version.entered_by or '安装程序'}刚刚设定了第{version.number}版，您填写的没有设定。请与那一版核对后再提交。"
        )
        self.version = version


@dataclass(frozen=True)
class Change:
    """One number that is another one now."""

    number: Number
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.number.label}：{self.was} → {self.becomes}"

    @property
    def was(self) -> str:
        return self.number.said(self.before)

    @property
    def becomes(self) -> str:
        return self.number.said(self.after)


def changes(before: RuleSet, after: RuleSet) -> list[Change]:
    """The numbers in which two rule sets differ, in the order of the table."""
    old, new = before.numbers(), after.numbers()
    return [Change(number, old[name], new[name]) for name, number in NUMBERS.items() if old[name] != new[name]]


@dataclass(frozen=True)
class Reign:
    """A version in the row of versions: which one it took over from, what it changed, and until when it holds."""

    version: RuleVersion
    before: RuleVersion | None
    until: datetime | None

    @property
    def changes(self) -> list[Change]:
        return changes(self.before.rule_set, self.version.rule_set) if self.before else []

    def standing(self, now: datetime) -> str:
        """现行, 将施行 or 已失效; one that another version replaced at its very beginning was never in force."""
        begins = self.version.in_force_from
        if self.until is not None and self.until <= begins:
            return "未施行"
        if begins > now:
            return "将施行"
        return "现行" if self.until is None or now < self.until else "已失效"


def reigns(versions: Iterable[RuleVersion]) -> list[Reign]:
    """All versions of one area, the one entered last first.

    A version took over from the one that would have held at its beginning without it, as was known when it was entered.
    """
    entered = sorted(versions, key=lambda version: version.number)
    in_turn = sorted(entered, key=_beginning)
    ends = dict(zip((version.pk for version in in_turn), (one.in_force_from for one in in_turn[1:]), strict=False))
    found = []
    for place, version in enumerate(entered):
        begun = [one for one in entered[:place] if one.in_force_from <= version.in_force_from]
        found.append(Reign(version, max(begun, key=_beginning, default=None), ends.get(version.pk)))
    return found[::-1]


def _beginning(version: RuleVersion) -> tuple[datetime, int]:
    return version.in_force_from, version.number


@dataclass(frozen=True)
class Proposal:
    """What setting these numbers would mean: from when, instead of which version, and which planned ones take over later."""

    begins: datetime
    before: RuleVersion | None
    changes: list[Change]
    later: list[RuleVersion]


def proposal(area: Area, rules: RuleSet, *, in_force_from: datetime | None, at: datetime) -> Proposal:
    """What the area's next version would change; raises ``ValidationError`` for a time that is over or when it changes nothing."""
    begins = _beginning_asked(in_force_from, at)
    known = RuleVersion.objects.filter(area=area)
    before = known.holding(begins)
    changed = changes(before.rule_set, rules) if before else []
    if before is not None and not changed:
        raise ValidationError(f"与届时施行的第{before.number}版相比，没有改动任何一项，不必设定新的一版。")
    later = known.filter(in_force_from__gt=begins).order_by("in_force_from", "number")
    return Proposal(begins, before, changed, list(later))


@transaction.atomic
def set_rules(
    area: Area, rules: RuleSet, *, against: int, in_force_from: datetime | None, reason: str, by: Any, at: datetime
) -> RuleVersion:
    """The area has its next version, in force from then or at once, and the ledger says what it changes.

    ``against`` is the number of the newest version that the person saw, 0 for none. Raises ``Overtaken`` when another has been entered
    since, so that a form sent twice makes one version, and ``ValidationError`` without a reason and for what ``proposal`` refuses.
    """
    Area.objects.select_for_update().get(pk=area.pk)
    newest = RuleVersion.objects.filter(area=area).order_by("-number").first()
    if newest is not None and newest.number != against:
        raise Overtaken(newest)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"请写明理由，不超过 {LONGEST_REASON} 个字。"})
    meant = proposal(area, rules, in_force_from=in_force_from, at=at)
    version = RuleVersion.objects.add(area, rules, in_force_from=meant.begins, by=by, at=at, reason=reason)
    ledger.enter(
        Deed.RULES_SET,
        subject=ledger.subject_of(version),
        by=by,
        at=at,
        facts={
            "number": version.number,
            "title": version.title,
            "in_force_from": version.in_force_from,
            "against": meant.before.number if meant.before else None,
            "changes": [str(change) for change in meant.changes],
            "reason": reason,
        },
    )
    return version


def _beginning_asked(in_force_from: datetime | None, at: datetime) -> datetime:
    """At once unless a time is given, which is typed to the minute and may not be over."""
    if in_force_from is None:
        return at
    if in_force_from < at.replace(second=0, microsecond=0):
        raise ValidationError({"in_force_from": "施行时间不能早于现在；已经发送的公文不重新计算。"})
    return max(in_force_from, at)
