"""Pages of a list that grows for ever: nobody counts it, one row too many tells whether there is another page."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator

# Beyond it lies nothing that anybody reaches by turning pages, and a much larger number is none that a database takes.
LAST_PAGE = 100_000


class OpenEnded(Paginator):
    """A paginator whose first page costs the same however long the list has become; a page beyond the end is the last one."""

    grows = True  # what the template asks, so as not to print a total

    def page(self, number: Any) -> "OpenEndedPage":
        number = self.validate_number(number)
        begins = (number - 1) * self.per_page
        rows = list(self.object_list[begins : begins + self.per_page + 1])
        if not rows and number > 1 and number > self.num_pages:  # only now is the list counted
            return self.page(self.num_pages)
        return OpenEndedPage(rows[: self.per_page], number, self, more=len(rows) > self.per_page)

    def validate_number(self, number: Any) -> int:
        try:
            number = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger("页码应是整数。") from None
        if not 1 <= number <= LAST_PAGE:
            raise EmptyPage("没有这一页。")
        return number


class OpenEndedPage(Page):
    """One page, which knows whether another follows and not how many there are."""

    def __init__(self, rows: list[Any], number: int, paginator: OpenEnded, *, more: bool) -> None:
        super().__init__(rows, number, paginator)
        self._more = more

    def has_next(self) -> bool:
        return self._more

    def start_index(self) -> int:
        return (self.number - 1) * self.paginator.per_page + bool(self.object_list)

    def end_index(self) -> int:
        return (self.number - 1) * self.paginator.per_page + len(self.object_list)
