"""A unit prints what it received: the page with what is left, the press, its file, and what is said of a sheet afterwards (Articles 3 and 4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may, units_where
from circulars.access import legible
from circulars.deliveries import Delivery
from circulars.printing import (
    PrintedCopy,
    allowance_of,
    ask_for_more,
    declare_spoilt,
    file_of,
    hindrance,
    is_open,
    plain_file,
    print_originals,
    print_plainly,
)
from circulars.printing.press import annulled
from circulars.printingforms import MoreOriginalsForm, PlainCopyForm, PrintForm, SpoiltForm
from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.messages import Message


@require_http_methods(["GET", "HEAD", "POST"])
def print_copies(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit may still print of a paper and what it has printed; a press gives serials and leads to the file."""
    delivery = _delivery(request, pk)
    may_print = may(request.user, Right.PRINT_COPIES, delivery.unit_id)
    is_plain = "plain" in request.POST
    form, plain_form = PrintForm(), PlainCopyForm()
    if request.method == "POST":
        if not may_print:
            raise Http404
        form = form if is_plain else PrintForm(request.POST)
        plain_form = PlainCopyForm(request.POST) if is_plain else plain_form
        pressed = plain_form if is_plain else form
        if pressed.is_valid():
            try:
                return _printed(request, delivery, is_plain=is_plain, **pressed.cleaned_data)
            except ValidationError as refused:
                pressed.add_error(None, refused)
            except OutOfOrder as refused:
                messages.error(request, str(refused))
                return redirect("circulars:print", pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return render(
        request,
        "circulars/print.html",
        {
            "delivery": delivery,
            "circular": delivery.circular,
            "allowance": allowance_of(delivery),
            "hindrance": hindrance(delivery),
            "annulled_by": annulled([delivery.circular_id]).get(delivery.circular_id, ""),
            "form": form,
            "plain_form": plain_form,
            "may_print": may_print,
            "asked": delivery.more_originals.select_related("asked_by", "answered_by").order_by("-asked_at", "-pk"),
            "is_asking": delivery.more_originals.open().exists(),
            "copies": _log_of(delivery),
        },
    )


def _printed(request: HttpRequest, delivery: Delivery, *, is_plain: bool, **given: Any) -> HttpResponse:
    act = {"by": request.user, "at": timezone.now(), **given}
    if is_plain:
        print_plainly(delivery, **act)
        said = "复印件已登记，请打开文件打印。"
    else:
        copies = print_originals([delivery], **act)
        said = f"{delivery.circular.number} 已登记打印正本 {len(copies)} 份，请打开文件打印。"
    messages.success(request, said)
    return redirect("circulars:printed", given["key"])


@require_safe
def press(request: HttpRequest, uuid: str) -> HttpResponse:
    """What one press has printed, with the way to its file while it may be fetched."""
    copies = _of_press(request, uuid)
    return render(
        request,
        "circulars/printed.html",
        {"copies": copies, "is_open": is_open(copies, timezone.now()), "key": uuid, "first": copies[0]},
    )


@require_safe
def press_file(request: HttpRequest, uuid: str) -> HttpResponse:
    """The file of a press for who pressed, while it may be fetched; each look is written down."""
    copies, now = _of_press(request, uuid), timezone.now()
    void = annulled([copy.delivery.circular_id for copy in copies if copy.is_original])
    if not is_open(copies, now) or void:
        said = "打印以后有公文作废，文件不再提供。" if void else "已经过了取文件的时间。没有印成的，请申报作废。"
        messages.error(request, said)
        return redirect("circulars:printed", uuid)
    try:
        if copies[0].is_original:
            pdf = file_of(copies, lambda code: request.build_absolute_uri(_looked_up(code)))
        else:
            pdf = plain_file(copies[0])
    except (FontMissing, NotTypeset, OutOfOrder) as refused:
        messages.error(request, str(refused))
        return redirect("circulars:printed", uuid)
    for circular in {copy.delivery.circular.uuid for copy in copies}:
        note(Look.DOWNLOADED, at=now, person=request.user, subject="印件", circular=circular)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="print-{copies[0].printed_at:%Y%m%d%H%M}.pdf"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def spoil(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk declares that an original failed at the printer."""
    mine = PrintedCopy.objects.of_units_of(request.user).originals().with_state()
    mine = mine.filter(unit__in=units_where(request.user, Right.PRINT_COPIES))
    copy = get_object_or_404(mine.select_related("delivery__circular", "printed_by"), pk=pk)
    form = SpoiltForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            declare_spoilt(copy, form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("circulars:print", copy.delivery_id)
        else:
            messages.success(request, f"{copy.word}已申报作废，领导确认后可以补印。")
            return redirect("circulars:print", copy.delivery_id)
    return render(request, "circulars/spoil.html", {"copy": copy, "circular": copy.delivery.circular, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit asks the sender for more originals."""
    delivery = _delivery(request, pk)
    if not may(request.user, Right.PRINT_COPIES, delivery.unit_id):
        raise Http404
    form = MoreOriginalsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_more(delivery, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("circulars:print", pk)
        else:
            messages.success(request, f"已向{delivery.circular.issuer_name}申请增印，请等候答复。")
            return redirect("circulars:print", pk)
    return render(
        request,
        "circulars/ask_originals.html",
        {"delivery": delivery, "circular": delivery.circular, "form": form, "allowance": allowance_of(delivery)},
    )


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    return get_object_or_404(legible(request.user).select_related("circular__text", "circular__page", "unit"), pk=pk)


def _log_of(delivery: Delivery) -> Any:
    return delivery.printed_copies.with_state().select_related("printed_by").order_by("-printed_at", "-pk")


def _of_press(request: HttpRequest, key: str) -> list[PrintedCopy]:
    """The rows of the person's own press, of papers that may still be read; of a key used for both kinds, those of the first."""
    found = PrintedCopy.objects.filter(
        key=key, printed_by=request.user.pk, delivery__in=legible(request.user).values("pk")
    )
    copies = list(found.select_related("delivery__circular__text").order_by("pk"))
    if not copies:
        raise Http404
    return [copy for copy in copies if copy.kind == copies[0].kind]


def _looked_up(code: str) -> str:
    return reverse("circulars:checked_copy", args=[code])
