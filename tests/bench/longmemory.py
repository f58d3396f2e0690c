"""``python -m tests.bench.longmemory``: how many megabytes above its base a fresh process needs at the most for a long workbook.

The base is what it has in use with Django started, everything imported and the rows counted; nought is said where the system does not tell.
"""

import sys
from pathlib import Path

import django

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main() -> None:
    django.setup()
    from tests.bench.longbook import list_asked, write

    asked = list_asked()
    asked.count()
    try:
        RESET.write_text("5")  # the highest mark is set back to what is used now
    except OSError:
        sys.stdout.write("0")
        return
    base = _kilobytes("VmRSS")
    write(asked)
    sys.stdout.write(f"{(_kilobytes('VmHWM') - base) / 1024}")


def _kilobytes(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
