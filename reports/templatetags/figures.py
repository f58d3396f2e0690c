"""How pages print a rate; a dash where nothing was required."""

from decimal import Decimal
from fractions import Fraction

from django import template

register = template.Library()


@register.filter
def percent(rate: Fraction | None) -> str:
    """A rate with two decimals, as in 98.60%."""
    return "—" if rate is None else f"{float(rate):.2%}"


@register.filter
def thousandths(rate: Fraction | None) -> int:
    """A rate as the value of a <progress max="1000">."""
    return 0 if rate is None else int(rate * 1000)


@register.filter
def minutes(count: Decimal | int | None) -> str:
    """How long something took in hours and minutes, as in 26 小时 5 分: a day of office time is none of twenty-four hours."""
    if count is None:
        return "—"
    hours, rest = divmod(int(count), 60)
    return " ".join([f"{hours} 小时"] * bool(hours) + [f"{rest} 分"] * bool(rest or not hours))


@register.filter
def points(change: Decimal | None) -> str:
    """A change of a rate in percentage points with its sign, as in +1.25 or −0.40."""
    return "—" if change is None else f"{change:+.2f}".replace("-", "−") if change else "0.00"
