"""密钥续费 on the desk: a round is opened, its renewals go to the vendor, what was paid is entered (Articles 12 and 17)."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import fees, renewing
from accounts.fees import FeeEntry
from accounts.keyserviceforms import PaymentForm, RoundForm
from accounts.renewals import ROUTES, Renewal, RenewalRound
from accounts.roles import Right, may
from accounts.seals import SealKey
from accounts.units import Payer
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.rowkeys import keys_in

PAGE = 25
LATE = "late"
SHOWS = (("", "全部"), *Renewal.State.choices, (LATE, "逾期"))


@require_http_methods(["GET", "HEAD", "POST"])
def renewals(request: HttpRequest) -> HttpResponse:
    """The rounds so far, the latest first, each with how far it has come; the network office opens the next."""
    now = timezone.now()
    today, manages = timezone.localdate(now), may(request.user, Right.MANAGE_KEYS)
    initial = {"year": today.year, "ends_from": today, "ends_to": today + timedelta(days=60)}
    form = RoundForm(request.user, today, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            opened = renewing.open_round(
                typed["provider"],
                typed["year"],
                ends_from=typed["ends_from"],
                ends_to=typed["ends_to"],
                fees=form.fees,
                by=request.user,
                at=now,
            )
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, f"已组织续费，{opened.renewals.count()} 把密钥列入，已告知保管人和单位领导。")
            return redirect("accounts:renewal_round", opened.pk)
    seen = Renewal.objects.for_person(request.user)
    rounds = RenewalRound.objects.filter(pk__in=seen.values("round")).select_related("provider__unit", "opened_by")
    page = OpenEnded(rounds.order_by("-opened_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/renewals.html",
        {
            "form": form if manages else None,
            "page_obj": page,
            "rows": _progress(seen, list(page.object_list), now),
            "untaken": renewing.keys_ending(today, today + timedelta(days=60)).count() if manages else 0,
        },
    )


@require_safe
def renewal_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The renewals of one round by payer and route, narrowed to a state, and what they cost."""
    now = timezone.now()
    seen = Renewal.objects.for_person(request.user).filter(round=pk)
    if not seen.exists():
        raise Http404
    payer, show = request.GET.get("payer", ""), request.GET.get("show", "")
    shown = seen.filter(payer=payer) if payer in Payer.values else seen
    if show == LATE:
        shown = shown.late(now)
    elif show in Renewal.State.values:
        shown = shown.filter(state=show)
    shown = shown.shown().annotate(paid=Sum("fee_entries__amount"))
    page = Paginator(shown.order_by("payer", "key__unit__sort_order", "key__unit__code", "pk"), PAGE)
    rows = page.get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/renewal_round.html",
        {
            "round": get_object_or_404(RenewalRound.objects.select_related("provider__unit", "opened_by"), pk=pk),
            "sums": [(line, ROUTES[payer]) for payer, line in fees.sums(seen).items()],
            "page_obj": rows,
            "rows": [(renewal, renewal.days_late(now)) for renewal in rows],
            "payer": payer,
            "payers": Payer.choices,
            "show": show,
            "shows": SHOWS,
            "may_start": may(request.user, Right.MANAGE_KEYS) and any(r.state == Renewal.State.OPEN for r in rows),
        },
    )


@require_POST
def start_renewals(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked renewals of the round go to the vendor; whoever cannot is named."""
    ticked = keys_in(request.POST.getlist("renewal"))
    open_ = Renewal.objects.for_person(request.user).filter(round=pk, state=Renewal.State.OPEN, pk__in=ticked)
    found = list(open_.select_related("key__unit__area", "key__keeper", "round__provider__unit"))
    if not found:
        messages.error(request, "请先勾选待办理的密钥。")
        return redirect("accounts:renewal_round", pk)
    count, refused = renewing.start_all(found, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"{count} 把密钥已交保障单位办理，时限已开始计算。")
    for sentence in refused[:10]:
        messages.error(request, sentence)
    return redirect("accounts:renewal_round", pk)


@require_safe
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """One renewal: how far it is, what was paid, and what may be done now."""
    return _page(request, _found(request, pk), PaymentForm(initial={"paid_on": timezone.localdate()}))


@require_POST
def start_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """It goes to the vendor."""
    return _changed(
        request, _found(request, pk), renewing.start, "已交保障单位办理，时限已开始计算；新密钥列入待制发。"
    )


@require_POST
def serve_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """The vendor has done its part."""
    return _changed(request, _found(request, pk), Renewal.serve, "已报告办结，等待市网信办核对、制发。")


@require_POST
def send_back_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """What the vendor did is not accepted."""
    reason = _typed(request, "reason")
    return _changed(request, _found(request, pk), Renewal.send_back, "已退回保障单位重新办理，时限照计。", reason)


@require_POST
def drop_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not renewed after all."""
    return _changed(request, _found(request, pk), Renewal.drop, "已停办。", _typed(request, "reason"))


@require_POST
def pay_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment is in the ledger of fees."""
    found, form = _found(request, pk), PaymentForm(request.POST)
    if form.is_valid():
        try:
            entry = fees.pay(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("accounts:renewal", pk)
        else:
            messages.success(request, f"已登记缴费 {entry.amount} 元。")
            return redirect("accounts:renewal", pk)
    return _page(request, found, form)


@require_POST
def take_back_fee(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment entered by mistake has its counter-row."""
    entries = FeeEntry.objects.for_person(request.user).select_related("renewal__key", "renewal__round__provider")
    entry = get_object_or_404(entries, pk=pk)
    try:
        fees.take_back(entry, _typed(request, "note"), by=request.user, at=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已冲销，请按正确的金额和凭证重新登记。")
    return redirect("accounts:renewal", entry.renewal_id)


def _page(request: HttpRequest, found: Renewal, form: PaymentForm) -> HttpResponse:
    now, state, person = timezone.now(), found.state, request.user
    manages = may(person, Right.MANAGE_KEYS)
    following = SealKey.objects.filter(replaces=found.key_id).first()
    is_made = following is not None and following.state != SealKey.State.REQUESTED
    entries = found.fee_entries.select_related("entered_by", "counter").order_by("pk")
    paid = sum((entry.amount for entry in entries), fees.NOTHING)
    return render(
        request,
        "accounts/renewal.html",
        {
            "renewal": found,
            "late": found.days_late(now),
            "following": following,
            "may_see_key": any(may(person, r) for r in (Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SEE_KEYS)),
            "entries": [(entry, hasattr(entry, "counter")) for entry in entries],
            "paid": paid,
            "owed": max(found.fee - paid, fees.NOTHING),
            "form": form,
            "may_start": manages and state == Renewal.State.OPEN and not is_made,
            "may_serve": (manages or found.is_vendors(person)) and state == Renewal.State.STARTED,
            "may_send_back": manages and state == Renewal.State.SERVED and not is_made,
            "may_drop": manages and Renewal.State.DROPPED in Renewal.MOVES.get(Renewal.State(state), ()),
            "may_pay": fees.may_enter(found, person),
            "takes_fees": paid < found.fee and state != Renewal.State.DROPPED,
        },
    )


def _progress(seen: Any, rounds: Collection[RenewalRound], now: Any) -> list[tuple[RenewalRound, dict[str, Any]]]:
    """Each round with how many of its renewals there are, are over and are late, and what they cost; three queries."""
    own = seen.filter(round__in=[one.pk for one in rounds]).order_by().values("round")
    over = Q(state__in=(Renewal.State.DONE, Renewal.State.DROPPED))
    charged = Sum("fee", filter=~Q(state=Renewal.State.DROPPED))
    counts = {row["round"]: row for row in own.annotate(count=Count("pk"), over=Count("pk", filter=over), fee=charged)}
    late = dict(seen.late(now).order_by().values("round").annotate(late=Count("pk")).values_list("round", "late"))
    paid = dict(own.annotate(paid=Sum("fee_entries__amount")).values_list("round", "paid"))
    return [
        (one, counts[one.pk] | {"late": late.get(one.pk, 0), "paid": paid.get(one.pk) or fees.NOTHING})
        for one in rounds
    ]


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


def _found(request: HttpRequest, pk: int) -> Renewal:
    known = Renewal.objects.for_person(request.user).select_related(
        "key__unit__area", "key__keeper", "round__provider__unit"
    )
    return get_object_or_404(known, pk=pk)


def _changed(request: HttpRequest, found: Renewal, act: Callable[..., Any], said: str, *typed: str) -> HttpResponse:
    try:
        act(found, *typed, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:renewal", found.pk)
