"""密钥管理 on the desk: the network office makes keys and ends them; leaders see their unit's (Articles 10, 12, 14 and 15)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import keyclocks, keypictures, sealends, sealissue
from accounts.faults import Fault
from accounts.inkpictures import LARGEST_FILE
from accounts.keyforms import NewKeyForm, PictureForm, PlaceForm
from accounts.keylist import SHOWS, asked
from accounts.keyproviders.tokens import free_tokens
from accounts.keyserviceforms import LetterForm
from accounts.renewals import Renewal
from accounts.roles import Right, may
from accounts.seals import WARNINGS, KeyKind, SealKey
from cms.authorityends import authority_ends
from cms.lifecycles import OutOfOrder
from cms.revocations import RevocationList
from cms.signing.keys import KeyRefused

_KNOWN = ("unit__area", "keeper", "requested_by", "issued_by", "replaces", "picture")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that the person may see, by state and by unit, keeper or serial number, those that end first on top; of a damaged one by when the new one is due."""
    wanted, now = asked(request.GET), timezone.now()
    shown = wanted.narrow(SealKey.objects.for_person(request.user), now)
    page, manages = Paginator(shown, 25).get_page(request.GET.get("page")), may(request.user, Right.MANAGE_KEYS)
    soon = {key.pk for key in page if key.state == SealKey.State.IN_FORCE and key.days_left(now) <= WARNINGS[0]}
    return render(
        request,
        "accounts/keys.html",
        {
            "page_obj": page,
            "rows": [
                (
                    key,
                    key.days_left(now) if key.pk in soon else None,
                    keyclocks.days_late(key.due_at, key.issued_at or now),
                )
                for key in page
            ],
            "authority_ends": authority_ends(now) if manages else [],
            "show": wanted.show,
            "q": wanted.words,
            "shows": SHOWS,
            "may_manage": manages,
            "has_list": RevocationList.objects.exists(),
        },
    )


@require_safe
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """One key: what it is, who held it, what it was used for, and what may be done about it now."""
    return _shown(request, _found(request, pk))


def _shown(request: HttpRequest, seen: SealKey, letter: LetterForm | None = None) -> HttpResponse:
    """The page of the key; ``letter`` is the letter of introduction as it was typed, where something was wrong with it."""
    person, state = request.user, SealKey.State(seen.state)
    manages = may(person, Right.MANAGE_KEYS)
    letters = list(seen.letters.select_related("scan"))
    is_for_two = seen.occasion == SealKey.Occasion.FORGOTTEN
    may_issue = may(person, Right.CONFIRM_KEY) and person.pk != seen.requested_by_id if is_for_two else manages
    may_issue = may_issue and state == SealKey.State.REQUESTED and person.pk != seen.keeper_id
    return render(
        request,
        "accounts/key.html",
        {
            "key": seen,
            "damage": _damage(seen, person),
            "letter_form": letter,
            "letters": letters,
            "lacks_scan": manages and bool(letters) and not any(letter.scan_id for letter in letters),
            "renewal": Renewal.objects.for_person(person).filter(key=seen).order_by("-pk").first(),
            "days_late": keyclocks.days_late(seen.due_at, seen.issued_at or timezone.now()),
            "held": seen.custody.select_related("holder", "handed_by"),
            "uses": seen.uses.select_related("used_by", "approved_by").order_by("-used_at", "-pk")[:20],
            "has_picture": seen.kind in keypictures.ON_PAPER,
            "may_picture": manages and state in keypictures.OPEN and seen.kind in keypictures.ON_PAPER,
            "may_issue": may_issue,
            **(_tokens() if may_issue else {}),
            "waits_for_another": state == SealKey.State.REQUESTED and is_for_two and person.pk == seen.requested_by_id,
            "may_refuse": state == SealKey.State.REQUESTED and (manages or may(person, Right.CONFIRM_KEY)),
            "may_accept_damage": manages and SealKey.State.DAMAGED in seen.MOVES.get(state, ()),
            "may_revoke": manages and SealKey.State.REVOKED in seen.MOVES.get(state, ()),
            "may_take_back": manages and SealKey.State.RETURNED in seen.MOVES.get(state, ()),
            "may_replace": (manages or may(person, Right.CONFIRM_KEY))
            and state in (SealKey.State.IN_FORCE, SealKey.State.EXPIRED)
            and not hasattr(seen, "successor"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """A key is asked for: first the unit and the kind, then one of the people who may keep it."""
    place = PlaceForm(request.GET if "unit" in request.GET else None)
    form = None
    if place.is_bound and place.is_valid():
        unit, kind = place.cleaned_data["unit"], place.cleaned_data["kind"]
        form = NewKeyForm(unit, kind, request.POST or None)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            try:
                made = sealissue.request_key(
                    unit, kind, typed["keeper"], reason=typed["reason"], by=request.user, at=timezone.now()
                )
            except (OutOfOrder, PermissionDenied) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"已为{typed['keeper']}申请{unit}的{KeyKind(kind).label}密钥，请核对后制发。")
                return redirect("accounts:key", made.pk)
    return render(request, "accounts/new_key.html", {"place": place, "form": form})


@require_POST
def issue_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The key is its keeper's to activate, in the database or in the token that was chosen."""
    found, token = _found(request, pk), _typed(request.POST, "token")
    return _changed(request, found, sealissue.issue, f"已制发给{found.keeper}，本人设定 PIN 后启用。", token)


@require_POST
def give_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The key will bear the picture in the file."""
    found, form = _found(request, pk), PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(form.errors["picture"][0]))
        return redirect("accounts:key", found.pk)
    file = form.cleaned_data["picture"]
    said = f"图样已上传，{found.keeper}启用时核对。"
    return _changed(request, found, keypictures.give_picture, said, file.read(LARGEST_FILE + 1))


@require_safe
def key_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture that a key bears, for who may see the key."""
    found = _found(request, pk)
    if found.picture is None:
        raise Http404
    return HttpResponse(
        bytes(found.picture.content),
        content_type="image/png",
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


@require_POST
def refuse_key(request: HttpRequest, pk: int) -> HttpResponse:
    """No key is made."""
    return _changed(request, _found(request, pk), sealissue.refuse, "没有制发这把密钥。")


@require_POST
def accept_damage(request: HttpRequest, pk: int) -> HttpResponse:
    """The key is out of use, its successor waits."""
    found, form = _found(request, pk), LetterForm(_without_nul(request), request.FILES)
    if not form.is_valid():
        return _shown(request, found, form)
    scan = form.cleaned_data["scan"]

    def act(key: SealKey, letter: str, *, by: Any, at: Any) -> SealKey:
        return sealends.accept_damage(
            key, letter, scan=scan, file_name=getattr(scan, "uploaded_name", ""), by=by, at=at
        )

    said = "已受理，原密钥即刻停用；新密钥的申请已列入待制发。"
    return _changed(request, found, act, said, form.cleaned_data["letter"])


@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The key is revoked."""
    reason = _typed(request.POST, "reason")
    return _changed(request, _found(request, pk), sealends.revoke, "已吊销，新的吊销列表已发布。", reason)


@require_POST
def take_back_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The key is back in the network office."""
    note = _typed(request.POST, "note")
    return _changed(request, _found(request, pk), sealends.take_back, "已收回，即刻停用；以前盖的印章仍可验证。", note)


@require_POST
def replace_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A successor is asked for: the key ends soon, or its PIN is lost."""
    found = _found(request, pk)
    occasions = {SealKey.Occasion.RENEWAL.value, SealKey.Occasion.FORGOTTEN.value}
    occasion = request.POST.get("occasion", "")
    if occasion not in occasions:
        messages.error(request, "请选择换发的事由。")
        return redirect("accounts:key", found.pk)

    def act(key: SealKey, *, by: Any, at: Any) -> SealKey:
        return sealissue.replace_key(key, occasion=occasion, by=by, at=at)

    said = "已申请新密钥；新密钥启用时，原密钥停用。"
    if occasion == SealKey.Occasion.FORGOTTEN:
        said = "已申请新密钥，须由网信办或秘书科的另一位同志制发。"
    return _changed(request, found, act, said)


@require_safe
def revocation_list(request: HttpRequest) -> HttpResponse:
    """The newest list of revoked certificates, for programs that check seals."""
    newest = RevocationList.objects.order_by("-number").first()
    if newest is None:
        raise Http404
    name = f"revocations-{newest.number}.crl"
    return HttpResponse(
        bytes(newest.content),
        content_type="application/pkix-crl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _damage(key: SealKey, person: Any) -> Fault | None:
    """The report in which the keeper said what is wrong with the key, for who may read it."""
    if key.reported_at is None:
        return None
    reports = Fault.objects.for_person(person).filter(unit=key.unit, kind=Fault.Kind.SEAL)
    return reports.filter(reported_at=key.reported_at).first()


def _tokens() -> dict[str, Any]:
    """Which tokens a key may be put in, or why none can be seen."""
    try:
        return {"tokens": free_tokens()}
    except KeyRefused as refused:
        return {"tokens_refused": str(refused)}


def _without_nul(request: HttpRequest) -> QueryDict:
    """The form as it was typed, without what no database keeps."""
    typed = request.POST.copy()
    typed["letter"] = _typed(request.POST, "letter")
    return typed


def _typed(given: QueryDict, name: str) -> str:
    """One line as it was typed, without what no database keeps."""
    return given.get(name, "").replace("\0", "")


def _found(request: HttpRequest, pk: int) -> SealKey:
    return get_object_or_404(SealKey.objects.for_person(request.user).select_related(*_KNOWN), pk=pk)


def _changed(request: HttpRequest, found: SealKey, act: Callable[..., Any], said: str, *typed: Any) -> HttpResponse:
    try:
        act(found, *typed, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except (OutOfOrder, PermissionDenied, KeyRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:key", found.pk)
