"""The board above a clerk's list: what waits, as the rail counts it."""

from django import template

from circulars.rail import board

register = template.Library()
register.filter(board)
