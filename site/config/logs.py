"""How a line of the log is written: one JSON object, with the number of the request it belongs to (Article 7(2)).

Whoever collects the lines gets the same keys from web, worker and sweep. A line break that somebody typed is a character of the line.
Read before any model is: nothing here knows one.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from cms.requestid import request_id


class JSONLine(logging.Formatter):
    """``time`` (UTC), ``level``, ``logger``, ``message``; ``request`` and what was handed over as ``extra={"facts": {…}}``; ``error`` with the way there."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id():
            said["request"] = number
        said |= getattr(record, "facts", {})
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)
