"""Which of Wagtail's screens a kind of page has; a screen that is not named does not exist, whoever asks."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.viewsets.pages import PageViewSet


class FencedPages(PageViewSet):
    """The views of one kind of page, reduced to those in ``OPEN``; every other address is answered 404."""

    OPEN: tuple[str, ...] = ()

    @cached_property
    def views(self) -> dict[str, Any]:
        return {name: view for name, view in super().views.items() if name in self.OPEN}
