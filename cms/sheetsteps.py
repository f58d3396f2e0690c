"""Taking in a register from Excel in two steps: hand in and look at the fate of every line, then say yes (Articles 2, 7 and 24).

Nothing is saved by the first step, and nothing by the second where a line is wrong, the file is another, or its lines would now do
anything but what was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cms.heldsheets import LARGEST, HeldSheet, SheetGone, digest_of, held_by, hold, token_of
from cms.sheetrows import Column, Fate, Outcome, Sheet, SheetRefused, blank_sheet, read_sheet, tally

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Store(Protocol):
    """Saves every line of a sheet without faults, in the transaction it is called in; returns the sentence that says what was done."""

    def __call__(self, sheet: Sheet, fates: list[Fate], *, by: Any, at: datetime) -> str: ...


@dataclass(frozen=True)
class SheetImport:
    """One register that is filled from Excel: its columns, what becomes of a line, how all are saved, and what the screen says.

    ``judge`` saves nothing. ``lock`` keeps everybody else from changing what ``judge`` reads until the transaction ends.
    """

    purpose: str
    title: str
    note: str
    back: str
    back_label: str
    article: str
    columns: tuple[Column, ...]
    judge: Callable[[Sheet], list[Fate]]
    store: Store
    lock: Callable[[], Any]


class SheetForm(forms.Form):
    """The file, by its name an .xlsx of no more than 5 MB."""

    file = forms.FileField(
        label="Excel 文件",
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
        help_text=".xlsx 文件，不超过 5 MB。只读第一张工作表。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。", "invalid": "请选择文件。"},
    )

    def clean_file(self) -> HeldSheet:
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("只能导入 .xlsx 文件，请用 Excel 或者 WPS 另存为 .xlsx。")
        if upload.size > LARGEST:
            raise forms.ValidationError("文件超过 5 MB，请只留下要导入的一张表。")
        return hold(upload)


def take_in(request: HttpRequest, ours: SheetImport) -> HttpResponse:
    """The whole screen of one import, both steps; call it from the app's view, behind its door."""
    if request.method == "POST" and "token" in request.POST:
        return _confirmed(request, ours)
    if "blank" in request.GET:
        headers = {"Content-Disposition": f'attachment; filename="{ours.purpose}.xlsx"'}
        return HttpResponse(blank_sheet(ours.columns), content_type=XLSX, headers=headers)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        held: HeldSheet = form.cleaned_data["file"]
        try:
            sheet = read_sheet(held.content, ours.columns)
        except SheetRefused as refused:
            form.add_error("file", str(refused))
        else:
            return _shown(request, ours, held, sheet, ours.judge(sheet))
    return render(request, "desk/sheet_upload.html", {"ours": ours, "form": form})


def _confirmed(request: HttpRequest, ours: SheetImport) -> HttpResponse:
    try:
        held = held_by(request.POST["token"], purpose=ours.purpose, by=request.user)
        sheet = read_sheet(held.content, ours.columns)
    except (SheetGone, SheetRefused) as refused:
        messages.error(request, str(refused))
        return redirect(request.path)
    with transaction.atomic():
        ours.lock()
        fates = ours.judge(sheet)
        is_as_shown = digest_of(fates) == held.shown and not any(each.is_wrong for each in fates)
        said = ours.store(sheet, fates, by=request.user, at=timezone.now()) if is_as_shown else ""
    if not is_as_shown:
        messages.error(request, "没有导入：核对以后名册有了变动，下面是现在的结果，请重新核对。")
        return _shown(request, ours, held, sheet, fates)
    messages.success(request, said)
    return redirect(ours.back)


def _shown(request: HttpRequest, ours: SheetImport, held: HeldSheet, sheet: Sheet, fates: list[Fate]) -> HttpResponse:
    counted = tally(fates)
    changing = counted[Outcome.NEW] + counted[Outcome.CHANGED]
    return render(
        request,
        "desk/sheet_fates.html",
        {
            "ours": ours,
            "held": held,
            "sheet": sheet,
            "counts": [(outcome.value, count) for outcome, count in counted.items()],
            "wrong": [each for each in fates if each.is_wrong],
            "doing": [each for each in fates if each.outcome in (Outcome.NEW, Outcome.CHANGED)],
            "same": [each for each in fates if each.outcome == Outcome.SAME],
            "changing": changing,
            "token": token_of(held, fates, purpose=ours.purpose, by=request.user)
            if changing and not counted[Outcome.WRONG]
            else "",
        },
    )
