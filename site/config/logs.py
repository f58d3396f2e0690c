"""How a line of the log is written: one JSON object, with the number of the request it belongs to (Article 7(2)).

Whoever collects the lines gets the same keys from web, worker and sweep. A line break that somebody typed is a character of the line.
Read before any model is: nothing here knows one.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from cms.requestid import request_id

# What begins a new line for somebody, turns the direction of a line round or speaks to a terminal.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _one_line(text: str) -> str:
    """The text with every character that would make more than one line of it, or hide a part, written out."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class PlainLine(logging.Formatter):
    """The line for a person at a terminal; what was typed stays in it, and the way to an error follows further in."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  named by the library
        return _one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  likewise
        return "\n".join(f"  {_one_line(line)}" for line in super().formatException(ei).split("\n"))


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
        return _one_line(json.dumps(said, ensure_ascii=False, default=str))
