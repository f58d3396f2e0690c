"""``GET /healthz``: whether the database answers and background work goes on."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.sweep import is_alive


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and heartbeat are well, else 503; always JSON."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
        heartbeat = is_alive(timezone.now())
    except DatabaseError:
        database = heartbeat = False
    well = database and heartbeat
    return JsonResponse(
        {"status": "ok" if well else "unwell", "database": database, "heartbeat": heartbeat},
        status=200 if well else 503,
    )
