"""检索: one box, the filters, what was found, and the questions that a person keeps (Article 20)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.units import Unit
from circulars.bodytext import clean_line
from circulars.deadlines import Urgency
from circulars.layouts import DocumentType
from circulars.savedsearches import SavedSearch, save
from circulars.search.finding import Mark, find
from circulars.search.question import YEARS, Question, Side, Stand
from circulars.search.results import results
from cms.lifecycles import OutOfOrder
from cms.quotes import cited

PAGE = 25


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The newest that the person may see and that say all the words; without a question, how to ask one."""
    now, question = timezone.localtime(), Question.asked_by(request.GET)
    after = Mark.read(request.GET.get("after", ""))
    found = find(request.user, question, after=after, most=PAGE)
    years = [str(now.year - back) for back in range(YEARS)]
    return render(
        request,
        "circulars/search.html",
        {
            "question": question,
            "results": results(request.user, found.circulars, question.asked.phrases, now),
            "following": found.following,
            "is_first": after is None,
            "saved": SavedSearch.objects.of(request.user),
            "senders": Unit.objects.issuing().in_order(),
            "types": DocumentType.choices,
            "urgencies": Urgency.choices,
            "years": years if question.year in ("", *years) else [*years, question.year],
            "sides": Side.choices,
            "stands": Stand.choices,
        },
    )


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """The question is kept under a name, the words themselves where none was given."""
    question = Question.asked_by(request.POST)
    name = clean_line(request.POST.get("name", ""))[:40] or question.shown[:40] or "按范围检索"
    if question.is_empty:
        messages.error(request, "还没有检索词和范围，没有保存。请先检索，再保存。")
        return redirect("circulars:search")
    try:
        save(name=name, words=question.shown, filters=question.filters, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已保存常用检索{cited(name)}。")
    return redirect(f"{reverse('circulars:search')}?{question.address}")


@require_POST
def delete_search(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's question is kept no more."""
    kept = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    kept.delete()
    messages.success(request, f"已删除常用检索{cited(kept)}。")
    return redirect("circulars:search")
