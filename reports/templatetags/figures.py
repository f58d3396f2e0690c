"""How pages print a rate; a dash where nothing was required."""

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
