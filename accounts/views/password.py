"""修改密码: a person's own password, and the one to be set after a slip or when the last has had its time."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import NewPasswordForm, OwnPasswordForm
from accounts.lockout import is_locked, refusal
from accounts.passwords import set_own_password


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The person sets a new password; this browser stays signed in, all others are out."""
    due = request.user.password_due  # type: ignore[union-attr]  # the door lets in who is signed in
    if request.method == "POST" and not due and is_locked(request, request.user):
        return refusal(request, None, None)
    form = (NewPasswordForm if due else OwnPasswordForm)(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_own_password(form.person, form.cleaned_data["new_password1"], at=timezone.now())
        update_session_auth_hash(request, form.person)
        messages.success(request, "密码已修改。其他计算机上的登录都已退出。")
        return redirect("home" if due else "accounts:password")
    # Who came in by a slip has no password left; who has one came in by it after its time.
    shown = {"form": form, "is_expired": due and form.person.has_usable_password()}
    return render(request, "accounts/new_password.html" if due else "accounts/password.html", shown)
