"""Titles and words that a page cites, with the marks inside them turned."""

from django import template

from circulars.titles import quoted
from cms.quotes import cited

register = template.Library()
register.filter(quoted)
register.filter(cited)
