"""数据备份 on the desk: twelve months of a vendor, each with its back-up, filed and finished here (Articles 8(2) and 17)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.backups import BackupRun, start_backup
from accounts.backupyears import years_of
from accounts.keyserviceforms import BackupForm, FinishForm, RestoreForm, vendors
from accounts.roles import Right, may
from accounts.upkeepblocks import last_drill
from accounts.views.keyservice import year_asked
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def backups(request: HttpRequest) -> HttpResponse:
    """The months of a year for each vendor: what was done, is running, was missed or is still owed; and one may be filed."""
    now = timezone.now()
    today = timezone.localdate(now)
    year = year_asked(request.GET.get("year", ""), today.year)
    form = BackupForm(request.user, today, request.POST or None, initial={"started_at": timezone.localtime(now)})
    may_file = may(request.user, Right.SERVE) or may(request.user, Right.MANAGE_KEYS)
    if request.method == "POST" and form.is_valid():
        try:
            run = start_backup(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except PermissionDenied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记{run.month.month}月的数据备份，完成后请填报校验值。")
            return redirect("accounts:backup", run.pk)
    return render(
        request,
        "accounts/backups.html",
        {
            "form": form if may_file and form.fields["provider"].queryset.exists() else None,  # type: ignore[attr-defined]
            "grids": years_of(vendors(request.user), year, now),
            "year": year,
            "years": range(today.year, today.year - 6, -1),
            "drill": last_drill(now) if may(request.user, Right.SEE_BACKUPS) else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def backup(request: HttpRequest, pk: int) -> HttpResponse:
    """One back-up; its vendor says when it was complete and under which checksum."""
    run, now = _found(request, pk), timezone.now()
    form = FinishForm(request.POST or None, initial={"finished_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        try:
            run.finish(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("accounts:backup", pk)
        else:
            messages.success(request, "已填报完成。")
            return redirect("accounts:backup", pk)
    files = may(request.user, Right.SERVE, run.provider.unit_id) or may(request.user, Right.MANAGE_KEYS)
    return render(
        request,
        "accounts/backup.html",
        {
            "run": run,
            "late": run.days_late(now),
            "form": form if files and run.state == BackupRun.State.RUNNING else None,
            "restore": RestoreForm()
            if files and run.state == BackupRun.State.FINISHED and not run.restored_on
            else None,
            "may_void": may(request.user, Right.MANAGE_KEYS) and run.state != BackupRun.State.VOID,
        },
    )


@require_POST
def restore_backup(request: HttpRequest, pk: int) -> HttpResponse:
    """A back-up was restored for a test."""
    run, form = _found(request, pk), RestoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["restored_on"])))
        return redirect("accounts:backup", pk)
    return _changed(request, run, BackupRun.restore, "已登记恢复测试。", form.cleaned_data["restored_on"])


@require_POST
def void_backup(request: HttpRequest, pk: int) -> HttpResponse:
    """What was filed does not count."""
    reason = request.POST.get("reason", "").replace("\0", "")
    return _changed(request, _found(request, pk), BackupRun.void, "已作废，这个月可以重新填报。", reason)


def _found(request: HttpRequest, pk: int) -> BackupRun:
    known = BackupRun.objects.for_person(request.user).select_related(
        "provider__unit__area", "filed_by", "finish_filed_by"
    )
    return get_object_or_404(known, pk=pk)


def _changed(request: HttpRequest, run: BackupRun, act: Callable[..., Any], said: str, *typed: Any) -> HttpResponse:
    try:
        act(run, *typed, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:backup", run.pk)
