"""Every request has a number and one line in the log (Article 7(2))."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from cms.clientaddress import address_now, remember_address
from cms.requestid import HEADER, end_request, number_request
from config.networks import written_down

requests = logging.getLogger("gongwen.requests")


class RequestLogMiddleware:
    """Stands outermost: every request has a number, which its answer bears, and one line once it is answered.

    The line says who, which address, what was asked without its query, how it was answered and in how many milliseconds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number, began = number_request(request), time.perf_counter()
        remember_address(request)
        try:
            response = self.get_response(request)
            response[HEADER] = number
            if not request.path.startswith(settings.STATIC_URL):
                requests.info("request", extra={"facts": _facts(request, response, time.perf_counter() - began)})
            return response
        finally:
            remember_address(None)
            end_request()


def _facts(request: HttpRequest, response: HttpResponseBase, seconds: float) -> dict[str, Any]:
    person = request.__dict__.get("_cached_user")  # known by now, or nobody asked
    return {
        "method": request.method,
        "path": written_down(request.path),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "person": person.pk if person else None,
        "address": address_now(),
    }
