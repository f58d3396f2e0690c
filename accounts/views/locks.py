"""The network office's list of locked user names (Article 7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.lockout import lift_lock, standing_locks
from cms.lifecycles import OutOfOrder


@require_safe
def locks(request: HttpRequest) -> HttpResponse:
    """Which user name is locked at which address, and until when."""
    return render(request, "accounts/locks.html", {"locks": standing_locks(timezone.now())})


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """One lock is lifted."""
    username, address = request.POST.get("username", ""), request.POST.get("address", "")
    try:
        lift_lock(username, address, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"已解除“{username}”在 {address or '未知地址'} 的锁定，可以重新登录。")
    return redirect("accounts:locks")
