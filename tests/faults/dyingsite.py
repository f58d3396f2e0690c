"""The site for gunicorn, which dies as by ``kill -9`` when a sign-for is committed and not yet answered, once for each paper.

The folder ``DYING_MARKS`` remembers for which papers it died. With ``DYING_CARELESS`` a sign-for is written down without looking whether
this press was counted already: the careless twin.
"""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from config.wsgi import application as site


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    answer = site(environ, start_response)
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] == "POST" and path.endswith("/sign/") and _is_first_time(path):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _is_first_time(path: str) -> bool:
    try:
        (Path(os.environ["DYING_MARKS"]) / path.strip("/").replace("/", "-")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


if os.environ.get("DYING_CARELESS"):
    from circulars.deliveries import Delivery
    from tests.faults.careless import write_down_again

    Delivery.sign_for = lambda row, *, key, by, at, **_: write_down_again(row.pk, key, by, at)  # type: ignore[method-assign]
