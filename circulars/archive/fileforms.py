"""Whether a stored file opens, has a form that an archive takes, and does nothing by itself (usability and safety, GB/T 39362).

The bytes are looked at by a process of its own (``circulars.archive.formreader``): what is made to break whoever opens it breaks nobody else.
"""

from dataclasses import dataclass
from pathlib import Path

from cms.attachments import ALLOWED
from cms.readapart import PATIENCE, NotRead, answer_of

_MOST_SAID = 200  # characters of one thing said


@dataclass(frozen=True)
class Look:
    """Why the file cannot be opened by whoever reads it later, empty where it can, and what in it acts or leads outside; half sentences."""

    closed: str = ""
    dangers: tuple[str, ...] = ()


def look(path: Path, ending: str, *, patience: float = PATIENCE) -> Look:
    """What can be said of a file of this kind; never raises for what is in it, and never takes longer than ``patience`` seconds."""
    if ending not in ALLOWED:
        return Look(f"格式 .{ending or '？'} 不在可归档的格式之内")
    try:
        said = answer_of("circulars.archive.formreader", str(path), ending, patience=patience)
        return Look(str(said["closed"])[:_MOST_SAID], tuple(str(one)[:_MOST_SAID] for one in said["dangers"]))
    except (NotRead, KeyError, TypeError):
        return Look("打不开，读取时超出了时间、内存或者嵌套的限度")
