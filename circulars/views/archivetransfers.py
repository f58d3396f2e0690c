"""移交: drawing up a list for the archive office, looking at it from both sides, and signing for it (Article 27)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may
from accounts.units import Unit
from accounts.unlockedkey import in_use, unlocked
from circulars.archive.fonds import Fonds
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import check, latest
from circulars.archive.transferrecords import Transfer
from circulars.archive.transfers import MOST, call_off, draw_up, receive, verdict_of
from circulars.secrecycases import shut_circulars
from circulars.views.archivefiling import zipped
from circulars.views.ticked import marked, ticked
from cms.accesslog import Look, note
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.signing.keys import KeyRefused

PAGE = 25


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """The lists that the person's units made and those that come to them."""
    page = OpenEnded(drawn(request.user), PAGE).get_page(request.GET.get("page"))
    coming = {row.pk for row in page.object_list if may(request.user, Right.KEEP_ARCHIVE, row.to_id)}
    return render(request, "archive/transfers.html", {"page_obj": page, "coming": coming})


def drawn(user: Any) -> QuerySet[Transfer]:
    """Those, the latest first."""
    return Transfer.objects.for_person(user).select_related("unit", "to").order_by("-drawn_at", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
def new_transfer(request: HttpRequest) -> HttpResponse:
    """What can be handed over, with the state of its check; the ticked papers are checked, or those of one unit make a list."""
    free = Holding.objects.kept_by(request.user).to_transfer().select_related("circular", "unit")
    if request.method == "POST":
        rows = free.select_related("circular__page", "delivery__signed_by", "filed_by")
        try:
            chosen = ticked(rows, request.POST.getlist("paper"), most=MOST)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
        else:
            if request.POST.get("act") == "check":
                _check(request, chosen)
            elif made := _drawn_up(request, chosen):
                return redirect("circulars:transfer", made.pk)
    page = Paginator(free.order_by("unit", "year", "term", "office", "item"), PAGE).get_page(request.GET.get("page"))
    found = latest([row.pk for row in page.object_list])
    units = {row.unit_id for row in page.object_list}
    ready = set(Fonds.objects.filter(unit__in=units, archive__isnull=False).values_list("unit", flat=True))
    context = {
        "page_obj": page,
        "rows": [(row, found.get(row.pk)) for row in page.object_list],
        "ready": ready,
        "chosen": marked(request),
    }
    return render(request, "archive/new_transfer.html", context)


def _check(request: HttpRequest, chosen: list[Holding]) -> None:
    """Each of these is judged by the four properties, and the person is told which fail."""
    passed = 0
    for kept in chosen:
        try:
            found = check(kept, by=request.user, at=timezone.now())
        except (OutOfOrder, KeyRefused) as refused:
            messages.error(request, str(refused))
            continue
        passed += found.passed
        if not found.passed:
            messages.error(request, f"{kept.code} 的四性检测没有通过：{found.first_fault}。")
    if passed:
        messages.success(request, f"四性检测通过：{passed} 件。")
    if not chosen:
        messages.error(request, "没有选中可以检测的公文：没有勾选，或者已在别的清单上、已封存。")


def _drawn_up(request: HttpRequest, chosen: list[Holding]) -> Transfer | None:
    units = {row.unit_id for row in chosen}
    try:
        if not units:
            raise OutOfOrder("没有选中可以移交的公文：没有勾选，或者已在别的清单上、已封存。")
        if len(units) > 1:
            raise OutOfOrder("一份移交清单只能有一个单位的公文，请分开编制。")
        made = draw_up(Unit.objects.get(pk=units.pop()), chosen, by=request.user, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    except (OutOfOrder, KeyRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已编制{made}，共 {len(chosen)} 件，已通知{made.to}。")
        return made
    return None


@require_safe
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its packages, and what is left to do about it on this side."""
    found = _found(request, pk)
    receives = may(request.user, Right.KEEP_ARCHIVE, found.to_id)
    signing = unlocked(request, timezone.now()) if receives else None
    lines = found.lines.select_related("holding__circular").exclude(holding__circular__in=shut_circulars())
    return render(
        request,
        "archive/transfer.html",
        {
            "transfer": found,
            "lines": lines.order_by("pk"),
            "size": sum(line.size for line in lines),
            "takes_over": receives and found.state == Transfer.State.DRAWN,
            "has_certificate": may(request.user, Right.RECEIVE, found.to_id),
            "may_sign": signing is not None and signing[0].unit_id == found.to_id,
            "may_call_off": found.state == Transfer.State.DRAWN
            and may(request.user, Right.KEEP_ARCHIVE, found.unit_id),
            "verdict": verdict_of(found),
        },
    )


@require_safe
def transfer_package(request: HttpRequest, pk: int, line: int) -> HttpResponseBase:
    """The package of one line of a list as it was handed over; written down. None of a paper that the unit has destroyed since."""
    found = _found(request, pk)
    lines = found.lines.exclude(holding__circular__in=shut_circulars()).select_related("holding__circular")
    handed = get_object_or_404(lines.exclude(holding__state=Holding.State.DESTROYED), pk=line)
    kept = get_object_or_404(Attachment, digest=handed.package)
    if not kept.is_intact():
        return render(
            request,
            "circulars/file_refused.html",
            {"sentence": "归档包与清单的摘要不一致，已停止提供，请联系网信办。"},
            status=409,
        )
    note(
        Look.DOWNLOADED,
        at=timezone.now(),
        person=request.user,
        subject=f"归档包 {handed.holding.code}",
        circular=handed.holding.circular.uuid,
    )
    return zipped(kept.path.open("rb"), f"{handed.holding.code}.zip")


@require_POST
def receive_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """The archive office signs for the list with its archivist's own certificate."""
    found, now = _found(request, pk), timezone.now()
    if not may(request.user, Right.KEEP_ARCHIVE, found.to_id):
        raise Http404
    try:
        with in_use(request, now) as signing:
            receive(found, signing, by=request.user, at=now)
    except (OutOfOrder, KeyRefused, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已接收{found}，回执已签名。")
    return redirect("circulars:transfer", pk)


@require_POST
def call_off_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """The list is withdrawn before the archive office has signed."""
    found = _found(request, pk)
    if not may(request.user, Right.KEEP_ARCHIVE, found.unit_id):
        raise Http404
    try:
        call_off(found, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已撤回{found}，所列公文可以重新移交。")
    return redirect("circulars:transfer", pk)


def _found(request: HttpRequest, pk: int) -> Transfer:
    rows = Transfer.objects.for_person(request.user).select_related("unit", "to", "drawn_by", "received_by", "key")
    return get_object_or_404(rows, pk=pk)
