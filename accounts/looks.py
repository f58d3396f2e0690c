"""在岗: how often somebody of a unit looks in during each session of a working day and on a day off, where the rule counts so (Article 18).

Some places ask for so many looks in the morning and the afternoon instead of one every two hours, and for some on days off. Our reading of what
a look-in is: docs/decisions/2026-11-22-what-counts-as-a-look-in.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.duty import ARTICLE, Stretch
from cms.rulebook import RuleSet
from cms.workdays import ZONE, Office, local

_SESSIONS = ("上午", "下午", "晚上")


@dataclass(frozen=True)
class Session:
    """A part of a day for which looks are asked, and how many there were."""

    name: str
    asked: int
    made: int

    @property
    def missing(self) -> int:
        return max(0, self.asked - self.made)


@dataclass(frozen=True)
class DayOfLooks:
    """What the look-ins of a unit left undone on one day; no sessions where nothing is asked."""

    day: date
    sessions: tuple[Session, ...]

    @property
    def missing(self) -> int:
        return sum(session.missing for session in self.sessions)

    @property
    def sentence(self) -> str:
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        if not self.sessions:
            return f"{day}没有登录职责。依据：{ARTICLE}。"
        said = "，".join(f"{part.name}查看{part.made}次（须{part.asked}次）" for part in self.sessions)
        return f"{day}{said}，{f'缺{self.missing}次' if self.missing else '符合要求'}。依据：{ARTICLE}。"


def counts_looks(rules: RuleSet) -> bool:
    """Whether the rule counts looks by session instead of the time between them."""
    return rules.looks_per_session > 0


def looks_of(
    day: date,
    logins: Iterable[datetime],
    office: Office,
    rules: RuleSet,
    *,
    exempt: Iterable[Stretch] = (),
    until: datetime | None = None,
) -> DayOfLooks:
    """The looks of a day by session. Our reading: a look belongs to the session whose end comes next, one after closing to the last.

    A session of which no minute was left by the exempt stretches is not asked for, and one that is not over at ``until`` not yet.
    """
    working = office.is_working_day(day)
    asked = rules.looks_per_session if working else rules.looks_per_holiday
    spans = office.season_of(day).intervals if working else ((time(0), time.max),)
    names = _SESSIONS if working else ("节假日",)
    stretches = [tuple(datetime.combine(day, clock, ZONE) for clock in span) for span in spans]
    made = [0] * len(stretches)
    for at in logins:
        if local(at).date() == day:
            made[next((n for n, (_, end) in enumerate(stretches) if at < end), -1)] += 1
    gone = list(exempt)
    return DayOfLooks(
        day,
        tuple(
            Session(name, asked, count)
            for name, (opens, closes), count in zip(names, stretches, made, strict=False)
            if asked and not _is_covered(opens, closes, gone) and (until is None or closes <= until)
        ),
    )


def _is_covered(opens: datetime, closes: datetime, gone: Iterable[Stretch]) -> bool:
    """Whether the stretches together leave no minute between the two."""
    reached = opens
    for start, end in sorted(gone):
        if start > reached:
            break
        reached = max(reached, end)
    return closes - reached < timedelta(minutes=1)
