"""常用发文对象: a unit's kept lists of recipients, made and changed by its drafters, and used again in a draft (Article 20)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.units import Unit
from circulars.access import drafting_units
from circulars.recipientforms import RecipientListForm
from circulars.recipientlists import NameTaken, RecipientList
from circulars.selections import kept, recent, selection_of
from cms.quotes import cited


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """For each unit that the person drafts for: its lists, and to whom its last circulars went."""
    rows = [(unit, kept(unit), recent(unit)) for unit in drafting_units(request.user)]
    return render(request, "circulars/recipient_lists.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest, code: str) -> HttpResponse:
    """A new list of the unit; from the editor of a draft it is sent by script, and answered in kind."""
    unit: Unit = get_object_or_404(drafting_units(request.user), code=code)
    return _edited(request, RecipientList(unit=unit))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A list of the unit under another name, or holding other units."""
    return _edited(request, get_object_or_404(RecipientList.objects.for_drafter(request.user), pk=pk))


@require_POST
def delete_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The list is gone; drafts that were ticked by it stay as they are."""
    kept_list = get_object_or_404(RecipientList.objects.for_drafter(request.user), pk=pk)
    kept_list.delete()
    messages.success(request, f"已删除常用发文对象{cited(kept_list)}。")
    return redirect("circulars:recipient_lists")


@require_safe
def selection(request: HttpRequest, code: str) -> HttpResponse:
    """What is to be ticked for ``?from=``, for the script of the editor: groups by code, units by key."""
    unit: Unit = get_object_or_404(drafting_units(request.user), code=code)
    found = selection_of(unit, request.GET.get("from", ""))
    if found is None:
        raise Http404
    return JsonResponse(
        {
            "name": found.name,
            "primary_groups": list(found.groups),
            "primary_units": [each.pk for each in found.primary],
            "excluded_units": [each.pk for each in found.excluded],
            "cc_units": [each.pk for each in found.cc],
            "warning": found.warning,
        }
    )


def _edited(request: HttpRequest, kept_list: RecipientList) -> HttpResponse:
    is_old = kept_list.pk is not None
    form = RecipientListForm(request.POST or None, unit=kept_list.unit, kept_list=kept_list if is_old else None)
    by_script = request.headers.get("accept") == "application/json"
    if request.method == "POST" and form.is_valid():
        try:
            kept_list.hold(**form.held(), by=request.user, at=timezone.now())
        except NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            return _told(kept_list) if by_script else _done(request, kept_list)
    if request.method == "POST" and by_script:
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return JsonResponse({"said": " ".join(sentences)}, status=422)
    offered = selection_of(kept_list.unit, f"list-{kept_list.pk}") if is_old else None
    return render(
        request,
        "circulars/recipient_list.html",
        {"form": form, "kept_list": kept_list, "is_old": is_old, "warning": offered and offered.warning},
    )


def _done(request: HttpRequest, kept_list: RecipientList) -> HttpResponse:
    messages.success(request, f"已保存常用发文对象{cited(kept_list)}。")
    return redirect("circulars:recipient_lists")


def _told(kept_list: RecipientList) -> HttpResponse:
    """What the editor's script says and adds to its list."""
    offered = selection_of(kept_list.unit, f"list-{kept_list.pk}")
    assert offered
    return JsonResponse(
        {
            "said": f"已保存常用发文对象{cited(kept_list)}。",
            "source": offered.source,
            "name": offered.name,
            "line": offered.said,
        }
    )
