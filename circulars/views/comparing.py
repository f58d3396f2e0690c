"""历次稿 and 花脸稿: every text that was handed over, and any two of them as one marked copy (Articles 3 and 19)."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right, may
from accounts.units import GROUPS, Unit
from circulars.access import comparable, draft_in_hand, draft_to_register
from circulars.comparison import compare
from circulars.decisions import Decision
from circulars.pages import CircularPage
from circulars.snapshots import snapshot_of
from circulars.versions import Version
from cms.accesslog import Look, note

# What the drafter has put away since the last version, in the place of a number.
UNSENT = "unsent"


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of a draft: whose, when, what was said on it, which was approved and what was corrected."""
    rows = _versions(request, pk)
    page = rows[-1].page
    return render(
        request,
        "circulars/versions.html",
        {
            "draft": page,
            "rows": rows[::-1],
            "has_unsent": _unsent(request, page, rows[-1]) is not None,
            "back": _way_back(request.user, page),
        },
    )


@require_safe
def marked_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions as one marked copy, the last two unless others are asked for; ``show=new`` leaves the marks out."""
    rows = _versions(request, pk)
    page = rows[-1].page
    unsent = _unsent(request, page, rows[-1])
    numbered = {str(version.number): version for version in rows}
    asked_new = request.GET.get("new", str(rows[-1].number))
    new = None if asked_new == UNSENT and unsent else _asked(numbered, asked_new)
    old = _asked(numbered, request.GET.get("old", str(max((new.number if new else rows[-1].number + 1) - 1, 1))))
    snapshot = new.snapshot if new else unsent
    assert snapshot is not None
    if circular := getattr(page, "circular", None):
        note(Look.OPENED, at=timezone.now(), person=request.user, circular=circular.uuid)
    return render(
        request,
        "circulars/marked.html",
        {
            "draft": page,
            "rows": rows,
            "old": old,
            "new": new,
            "unsent": UNSENT if unsent else "",
            "comparison": compare(old.snapshot, snapshot, _names(old.snapshot, snapshot)),
            "is_clean": request.GET.get("show") == "new",
        },
    )


def _way_back(user: Any, page: CircularPage) -> tuple[str, str]:
    """Address and name of the screen where the person deals with this draft."""
    if draft_in_hand(user, page.pk):
        return reverse("circulars:decide", args=[page.pk]), "审签本稿"
    if draft_to_register(user, page.pk):
        return reverse("circulars:register", args=[page.pk]), "复核登记"
    if page.owner_id == user.pk:
        return reverse("circulars:drafts"), "我的文稿"
    circular = getattr(page, "circular", None)
    if circular and may(user, Right.TRACK, circular.issuer_id):
        return reverse("circulars:board", args=[circular.uuid]), "签收情况"
    return reverse("circulars:in_hand"), "待我审签"


def _versions(request: HttpRequest, pk: int) -> list[Version]:
    """What the person may read of the draft, the first version first; none at all is not found."""
    said = Decision.objects.select_related("by", "unit", "in_place_of").prefetch_related("answers")
    rows = (
        comparable(request.user)
        .filter(page=pk)
        .select_related("page", "by", "approved_by", "corrects")
        .prefetch_related(Prefetch("decisions", said))
    )
    return get_list_or_404(rows.order_by("number"))


def _asked(numbered: dict[str, Version], number: str) -> Version:
    version = numbered.get(number)
    if version is None:
        raise Http404
    return version


def _unsent(request: HttpRequest, page: CircularPage, last: Version) -> dict[str, Any] | None:
    """The drafter's own text if it is no longer what was handed over last; nobody else sees it."""
    if page.owner_id != request.user.pk or hasattr(page, "circular"):
        return None
    draft = page.get_latest_revision_as_object()
    return None if last.is_what_stands_in(draft) else snapshot_of(draft)


def _names(*snapshots: dict[str, Any]) -> dict[str, str]:
    """Units and groups in words by their codes."""
    codes: set[str] = set()
    for snapshot in snapshots:
        primary, cc = snapshot["primary"], snapshot["cc"]
        codes |= {*primary["units"], *primary.get("excluded", ()), *cc["units"], *snapshot.get("countersign", ())}
    return {**GROUPS, **{unit.code: unit.name for unit in Unit.objects.filter(code__in=codes)}}
