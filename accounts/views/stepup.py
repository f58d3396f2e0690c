"""The page before a seal on which its keeper shows the second factor once more (Articles 4 and 10)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import passkeys
from accounts.codesecrets import CodeSecret
from accounts.factorforms import ShownCodeForm
from accounts.factors import show_code
from accounts.lockout import count_wrong_password, is_locked, refusal
from accounts.people import User
from accounts.stepup import is_asked, shown, takes_codes
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """What was shown counts for ten minutes; a wrong one counts like a wrong password, and so many lock the account."""
    if not is_asked():
        return redirect("circulars:sealing")
    now, person = timezone.now(), User.objects.get(username=request.user.get_username())
    takes_code = takes_codes() and CodeSecret.objects.filter(person=person).exists()
    form, said = ShownCodeForm(request.POST if takes_code and "code" in request.POST else None), ""
    if request.method == "POST":
        if is_locked(request, person):
            return refusal(request, None, None)
        try:
            if answer := request.POST.get("answer"):
                passkeys.take(request.session, person, answer, now)
                return redirect(shown(request.session, now))
            if form.is_valid():
                show_code(person, form.cleaned_data["code"], now)
                return redirect(shown(request.session, now))
        except (OutOfOrder, KeyRefused) as refused:
            count_wrong_password(request, person)
            said = "" if form.is_bound else str(refused)
            if form.is_bound:
                form.add_error("code", str(refused))
    context = {"person": person, "form": form, "said": said, "takes_code": takes_code, "accepts_codes": takes_codes()}
    if passkeys.are_offered() and person.passkeys.exists():
        context["options"] = passkeys.to_assert(request.session, person, now)
    return render(request, "accounts/step_up.html", context)
