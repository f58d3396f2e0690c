"""The status word with its shape, drawn once for each word: a list shows the same few of them on every row."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def status(standing: str, label: str = "") -> SafeString:
    """``desk/_status.html`` for one of its fixed words; never call it with a label that a person typed."""
    return SafeString(render_to_string("desk/_status.html", {"standing": standing, "label": label}).strip())


@register.simple_tag
@cache
def urgency(value: str) -> SafeString:
    """``desk/_urgency.html`` for an urgency; nothing for an ordinary circular."""
    return SafeString(render_to_string("desk/_urgency.html", {"urgency": value}).strip())


@register.simple_tag
def standings(words: Iterable[str]) -> SafeString:
    """A cell of a table for each of these words, with a dash where there is none."""
    return SafeString("".join(map(_cell, words)))


@cache
def _cell(word: str) -> str:
    said = status(word) if word else '<span class="quiet">—</span>'
    return f"<td>{said}</td>"


@register.simple_tag
def marks(words: Iterable[str]) -> SafeString:
    """The same in two characters each, for a table with thousands of cells."""
    return SafeString("".join(map(_MARKS.__getitem__, words)))


SHORT = {
    "": "—",
    "pending": "待签",
    "soon": "将超",
    "late": "超时",
    "signed": "已签",
    "returned": "退回",
    "recalled": "撤回",
    "copied": "抄送",
    "paper": "纸质",
}
_MARKS = {word: f'<td class="mark mark--{word or "none"}">{said}</td>' for word, said in SHORT.items()}
