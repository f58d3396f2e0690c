"""Content security policy: strict on the desk, as loose as the Wagtail admin needs under /cms/ and nowhere else."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from cms.clientaddress import remember_address


class PagePolicyMiddleware(CSPMiddleware):
    """Every response says what its page may load, and nothing behind the sign-in is kept by a browser or proxy."""

    def process_request(self, request: HttpRequest) -> None:
        remember_address(request)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/cms/"):
            response._csp_update = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:", "blob:"],
            }
        remember_address(None)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return super().process_response(request, response)
