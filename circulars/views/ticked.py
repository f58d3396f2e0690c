"""Which rows of a list of papers were ticked: what of a posted form can be a key, and no more of it than a page or a list holds."""

from django.http import HttpRequest

LONGEST_KEY = 18  # digits of what a database counts by


def ticked(request: HttpRequest, most: int) -> set[int]:
    """The keys of the papers that were ticked, at most so many; what is no key is left out."""
    keys = [key for key in request.POST.getlist("paper") if key.isdecimal() and len(key) <= LONGEST_KEY]
    return {int(key) for key in keys[:most]}
