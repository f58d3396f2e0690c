"""登录安全: the security administrator sees how people sign in, withdraws what was lost, and knows of accounts that nobody uses (GB/T 22239 level 3)."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import factors, passwordrules
from accounts.factorforms import WithdrawForm
from accounts.people import User, posts_of
from accounts.roles import Role
from cms.lifecycles import OutOfOrder

FOUND = 30


@require_safe
def sign_in_care(request: HttpRequest) -> HttpResponse:
    """The settings of the sign-in, the accounts that were closed because nobody used them, and people looked for by name."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:40]
    found: list[User] = []
    if asked:
        named = Q(name__icontains=asked) | Q(username__icontains=asked)
        found = list(User.objects.filter(named, is_active=True).order_by("name", "pk")[: FOUND + 1])
    posts = posts_of(found[:FOUND], timezone.localdate())
    secured = factors.with_factor(person.pk for person in found[:FOUND])
    profile = passwordrules.in_force()
    return render(
        request,
        "accounts/sign_in_care.html",
        {
            "q": asked,
            "rows": [(person, posts[person.pk], person.pk in secured) for person in found[:FOUND]],
            "is_cut": len(found) > FOUND,
            "unused": User.objects.filter(is_active=False, closed_unused_at__isnull=False).order_by(
                "-closed_unused_at", "pk"
            )[:FOUND],
            "profile": profile,
            "asked_of_passwords": [rule.asked for rule in passwordrules.rules(profile)]
            + [passwordrules.asked_of_history(profile)],
            "age": passwordrules.asked_of_age(profile),
            "roles": "、".join(Role(role).label for role in settings.SECOND_FACTOR_ROLES if role in Role.values),
            "idle_minutes": settings.DESK_IDLE_MINUTES,
            "session_hours": settings.SESSION_HOURS,
            "tries": settings.AXES_FAILURE_LIMIT,
            "lockout_minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person showed at the sign-in counts no more, with the reason."""
    owner = get_object_or_404(User, pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.withdraw(owner, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已撤销{owner}的二次验证，各处的登录随即失效；本人会收到消息。")
            return redirect("accounts:sign_in_care")
    posts = posts_of([owner], timezone.localdate())[owner.pk]
    return render(
        request,
        "accounts/withdraw_factors.html",
        {
            "person": owner,
            "posts": posts,
            "form": form,
            "has_factor": factors.has_factor(owner),
            "is_oneself": owner.pk == request.user.pk,
        },
    )
