"""账户通知 on the desk: new accounts that nobody has been told of, and their letters, shown once to be printed (Article 7)."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.letters import Letter, without_letter, write_letters
from accounts.people import posts_of
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.rowkeys import keys_in

PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def account_letters(request: HttpRequest) -> HttpResponse:
    """Who has an account and no letter yet; the chosen letters stand on the answer and nowhere else."""
    if request.method == "POST":
        chosen = keys_in(request.POST.getlist("person"))
        try:
            return printed(request, write_letters(chosen[:PAGE], by=request.user, at=timezone.now()))
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused) if chosen else "请先选择要打印的人。")
            return redirect("accounts:account_letters")
    page = OpenEnded(without_letter().order_by("pk"), PAGE).get_page(request.GET.get("page"))
    posts = posts_of(page.object_list, timezone.localdate())
    rows = [(person, posts[person.pk]) for person in page.object_list]
    return render(request, "accounts/account_letters.html", {"page_obj": page, "rows": rows})


def printed(request: HttpRequest, letters: Iterable[Letter]) -> HttpResponse:
    """The page to print, kept by no browser."""
    answer = render(request, "accounts/letters_issued.html", {"letters": letters})
    answer["Cache-Control"] = "no-store"
    return answer
