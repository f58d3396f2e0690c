"""催办整改: who owes an answer to a rectification hears of it on the last day and on each day after it (Articles 6 and 28)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from cms import ledger
from cms.messages import Message, tell
from reports.rectifications import Rectification, judges_of
from reports.speaking import speakers_of


def sweep_rectifications(at: datetime) -> None:
    """The unit has been told of each that is due today or overdue, once a day; who asked for it, once, that the day has gone by.

    What was told today is known by one question for all of them, and nothing more is asked of it.
    """
    today = timezone.localdate(at)
    due = list(
        Rectification.objects.filter(state=Rectification.State.DEMANDED, due_on__lte=today)
        .select_related("of__draw__check_drawn")
        .order_by("pk")
    )
    untold = _untold(due, today) if due else []
    speaking: dict[int, set[int]] = defaultdict(set)
    for person, unit in speakers_of({each.unit_id for each in untold}):
        speaking[unit].add(person)
    for each in untold:
        about = ledger.subject_of(each)
        if each.due_on < today:
            key, text = f"rectification:{each.pk}:late:{each.due_on}", f"{each}超过期限没有答复。"
            tell(judges_of(each), key=key, text=text, link=each.link, about=about, at=at)
            word = f"已超过期限 {each.due_on:%Y-%m-%d}，请马上答复"
        else:
            word = "今天到期，请答复"
        # Last of all: by this message it is known that all was told. Where nobody speaks for the unit, who may judge it hears that.
        people, text = speaking[each.unit_id], f"{each}{word}。"
        if not people:
            people, text = judges_of(each), f"{each}：{each.of.name}没有能够答复的收发员、分管领导。"
        tell(people, key=_key(each, today), text=text, link=each.link, about=about, at=at)


def _untold(due: Sequence[Rectification], today: date) -> list[Rectification]:
    """Those of which nobody has heard today; messages are found by what they are about."""
    told = Message.objects.filter(
        about__in=[ledger.subject_of(each) for each in due], key__in=[_key(each, today) for each in due]
    )
    keys = set(told.values_list("key", flat=True).distinct())
    return [each for each in due if _key(each, today) not in keys]


def _key(asked: Rectification, today: date) -> str:
    return f"rectification:{asked.pk}:due:{today}"
