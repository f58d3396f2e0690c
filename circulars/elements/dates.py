"""The days that a paper bears (2012 regulation art. 9(12), (17); GB/T 9704-2012, 7.3.5.4)."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot

_LEADING_ZERO = re.compile(
    r"\d{4}年0\d月(?:\d{1,2}日)?|\d{4}年\d{1,2}月0\d日|(?<!\d)0\d月\d{1,2}日|(?<!\d)\d{1,2}月0\d日"
)


def dates_are_in_order(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """A paper is printed on or after the day it bears."""
    if draft["written_date"] and draft["printing_date"] and draft["printing_date"] < draft["written_date"]:
        yield Problem("E-DATE", "printing_date", "印发日期不能早于成文日期。")


def dates_have_no_leading_zeros(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """2026年2月5日: days typed into the text are written as the printed ones are; what an attachment quotes is its own."""
    typed = {
        "title": draft["title"],
        "body": draft["body"],
        "signatures": "\n".join(draft["signatures"]),
        "annotation": draft["annotation"],
    }
    for field, text in typed.items():
        if found := _LEADING_ZERO.search(text):
            yield Problem("E-DATE", field, f"日期不编虚位：“{found[0]}”中月、日前面的 0 请删去。")
