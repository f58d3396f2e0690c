"""The books of network office and secretariat as downloads: what the pages show, for those who see the pages (Articles 7, 13, 17 and 24)."""

from datetime import datetime
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keylist import asked
from accounts.seals import SealKey
from accounts.views.keyservice import year_asked
from cms.accesslog import Look, note
from reports import faultbook, staffbook, upkeepbook
from reports.downloads import workbook_answer
from reports.keyendbook import title_of, write_keys
from reports.months import Year


@require_safe
def faults_workbook(request: HttpRequest) -> HttpResponse:
    """故障报告及处置台账 of a year."""
    now, content = timezone.localtime(), BytesIO()
    year = _year_of(request, now)
    faultbook.write_faults(content, faultbook.fault_lines(request.user, year), year, as_of=now)
    return _answer(request, content, f"{faultbook.TITLE}（{year.label}）", f"faults-{year.number}", now)


@require_safe
def keys_workbook(request: HttpRequest) -> HttpResponse:
    """The keys that the page shows with the same question, all of them; 密钥到期清单 where it asks for those that end soon."""
    now, wanted, content = timezone.localtime(), asked(request.GET), BytesIO()
    seen = wanted.narrow(SealKey.objects.for_person(request.user), now)
    write_keys(content, list(seen.select_related("successor")), wanted, as_of=now)
    return _answer(request, content, f"{title_of(wanted)}{now:%Y%m%d}", f"keys-{now:%Y%m%d}", now)


@require_safe
def upkeep_workbook(request: HttpRequest) -> HttpResponse:
    """备份与升级执行表 of a year."""
    now, content = timezone.localtime(), BytesIO()
    year = _year_of(request, now)
    backups = upkeepbook.backup_lines(request.user, year, as_of=now)
    upkeepbook.write_upkeep(content, backups, upkeepbook.renewals_of(request.user, year), year, as_of=now)
    return _answer(request, content, f"{upkeepbook.TITLE}（{year.label}）", f"upkeep-{year.number}", now)


@require_safe
def filings_workbook(request: HttpRequest) -> HttpResponse:
    """人员变动备案表 of a year."""
    now, content = timezone.localtime(), BytesIO()
    year = _year_of(request, now)
    staffbook.write_filings(content, staffbook.filings_of(request.user, year), year, as_of=now)
    return _answer(request, content, f"{staffbook.TITLE}（{year.label}）", f"filings-{year.number}", now)


def _year_of(request: HttpRequest, now: datetime) -> Year:
    return Year(year_asked(request.GET.get("year", ""), now.year))


def _answer(request: HttpRequest, content: BytesIO, name: str, plain: str, at: datetime) -> HttpResponse:
    note(Look.EXPORTED, at=at, person=request.user, subject=name)
    return workbook_answer(content.getvalue(), plain=f"{plain}.xlsx", name=f"{name}.xlsx")
