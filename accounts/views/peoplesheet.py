"""导入人员: a register of people from Excel, looked at line by line before anything is saved (Articles 7, 23 and 24)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.peoplesheet import COLUMNS, judge, lock, store
from cms.sheetsteps import SheetImport, take_in

PEOPLE = SheetImport(
    purpose="people",
    title="从 Excel 导入人员",
    note="已有账户的人，只增加表里写的职责、改正号码，不减少职责。分管领导和收发员的变动由单位以函报备，不用导入。",
    back="accounts:account_letters",
    back_label="账户通知",
    article="第七条、第二十三条、第二十四条",
    columns=COLUMNS,
    judge=judge,
    store=store,
    lock=lock,
)


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    """Both steps of the import."""
    return take_in(request, PEOPLE)
