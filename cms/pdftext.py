"""The text of a PDF, read in a process of its own: a file made to break its reader breaks that process and not the desk.

``python -m cms.pdftext FILE PAGES`` writes one JSON line ``{"pages": …, "text": …}``; it knows no Django.
"""

import json
import resource
import sys
from pathlib import Path

SECONDS = 40
MEMORY = 1024**3
LONGEST = 10_000_000


def read(path: Path, pages: int) -> dict[str, object]:
    """How many pages the file has, and the text of the first ones, each page after a form feed."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        found: list[str] = []
        length = 0
        for number in range(min(len(pdf), pages)):
            page = pdf[number]
            text = page.get_textpage()
            found.append(text.get_text_bounded())
            length += len(found[-1])
            text.close()
            page.close()
            if length > LONGEST:
                raise ValueError("more text than a paper has")
        return {"pages": len(pdf), "text": "\f".join(found)}
    finally:
        pdf.close()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), int(sys.argv[2]))))
