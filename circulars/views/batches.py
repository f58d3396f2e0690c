"""Several papers of the inbox at once: signing for ordinary ones that were opened and checked, printing an original of each (Articles 3 and 20)."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roles import Right, units_where
from accounts.unlockedkey import in_use
from circulars.access import legible, received
from circulars.batchsigning import Batch, names_of, refuse_too_many, sign_batch
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.printing import allowances_of, hindrance, print_one_of_each
from circulars.printingforms import PlainCopyForm
from circulars.views.slips import uncertified
from cms.lifecycles import OutOfOrder
from cms.rowkeys import keys_in

NOTHING = "请先在列表里勾选公文。"


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """The papers that were picked, each with what is to be checked on it; a press signs for all that were ticked here."""
    given = request.POST if request.method == "POST" else request.GET
    picked = given.getlist("pick")
    if refusal := _refusal(picked):
        messages.error(request, refusal)
        return redirect("circulars:inbox")
    rows = received(request.user).filter(unit__in=units_where(request.user, Right.RECEIVE))
    deliveries = _picked(rows.select_related("circular", "issuer", "signed_by", "rules__area"), picked)
    checked = set(given.getlist("checked"))
    if not checked <= set(picked):
        raise Http404
    key, wrong = _key(given.get("key", "")), ""
    if request.method == "POST":
        ticked = [delivery for delivery in deliveries if str(delivery.pk) in checked]
        try:
            with in_use(request, timezone.now()) as signing:
                batch = sign_batch(ticked, key=key, by=request.user, clock=timezone.now, signing=signing)
        except ValidationError as refused:
            wrong = refused.messages[0]
        else:
            _tell(request, batch, [delivery for delivery in deliveries if delivery not in ticked])
            return redirect("circulars:inbox")
    waiting = [delivery for delivery in deliveries if delivery.is_open]
    ordinary = [delivery for delivery in waiting if delivery.urgency == Urgency.NORMAL]
    return render(
        request,
        "circulars/sign_batch.html",
        {
            "rows": [(row, row.checks(), str(row.pk) in checked) for row in ordinary],
            "unopened": sum(row.state == Delivery.State.SENT for row in ordinary),
            "urgent": [row for row in waiting if row.urgency != Urgency.NORMAL],
            "closed": [row for row in deliveries if not row.is_open],
            "key": key,
            "wrong": wrong,
            "uncertified": uncertified(request, deliveries[0].unit_id, timezone.now()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def print_each(request: HttpRequest) -> HttpResponse:
    """One original of each of the papers that were picked, in one file; all of them or none."""
    given = request.POST if request.method == "POST" else request.GET
    picked = given.getlist("pick")
    if refusal := _refusal(picked):
        messages.error(request, refusal)
        return redirect("circulars:inbox")
    rows = legible(request.user).filter(unit__in=units_where(request.user, Right.PRINT_COPIES))
    deliveries = _picked(rows.select_related("circular__text", "circular__page", "unit"), picked)
    form = PlainCopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            copies = print_one_of_each(deliveries, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记打印正本 {len(copies)} 份，请打开文件打印。")
            return redirect("circulars:printed", form.cleaned_data["key"])
    allowed = allowances_of(deliveries)
    return render(
        request,
        "circulars/print_batch.html",
        {"rows": [(row, allowed[row.pk], hindrance(row)) for row in deliveries], "form": form},
    )


def _picked(rows: DeliveryQuerySet, picked: Sequence[str]) -> list[Delivery]:
    """The papers of these keys, the most pressing first; one that is not there for the person, and there is none of them."""
    found = sorted(rows.filter(pk__in=keys_in(picked)), key=lambda row: (row.due_at is None, row.due_at, row.pk))
    if len(found) != len(set(picked)):
        raise Http404
    return found


def _refusal(picked: Sequence[str]) -> str:
    if not picked:
        return NOTHING
    try:
        refuse_too_many(len(set(picked)))
    except ValidationError as refused:
        return refused.messages[0]
    return ""


def _key(text: str) -> UUID:
    """The key of the press; a page that lost it gets a new one, as if it were opened anew."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _tell(request: HttpRequest, batch: Batch, unticked: Sequence[Delivery]) -> None:
    if batch.signed:
        messages.success(request, f"已签收 {len(batch.signed)} 件：{names_of(batch.signed)}。凭证在“已签收”的公文里。")
    for delivery, sentence in batch.left:
        messages.warning(request, f"没有签收 {delivery.circular.number}：{sentence}")
    if waiting := [delivery for delivery in unticked if delivery.is_open]:
        messages.info(request, f"没有勾选的 {len(waiting)} 件没有签收：{names_of(waiting)}。")
