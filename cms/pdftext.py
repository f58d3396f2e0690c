"""The text of a PDF, read in a process of its own: a file made to break its reader breaks that process and not the desk.

``python -m cms.pdftext FILE PAGES`` writes one JSON line ``{"pages": …, "pictures": …, "text": …}``; it knows no Django.
"""

import json
import resource
import sys
from pathlib import Path

SECONDS = 40
MEMORY = 1024**3
LONGEST = 10_000_000
# A page that shows a picture and fewer characters than these (a page number, the name of a scanning program) is a picture.
FEW = 50


def read(path: Path, pages: int) -> dict[str, object]:
    """How many pages the file has, how many of the first ones are pictures, and their text, each page after a form feed."""
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    pdf = pypdfium2.PdfDocument(path)
    try:
        found: list[str] = []
        length = pictures = 0
        for number in range(min(len(pdf), pages)):
            page = pdf[number]
            text = page.get_textpage()
            found.append(text.get_text_bounded())
            length += len(found[-1])
            is_bare = len("".join(found[-1].split())) < FEW
            pictures += is_bare and any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3))
            text.close()
            page.close()
            if length > LONGEST:
                raise ValueError("more text than a paper has")
        return {"pages": len(pdf), "pictures": pictures, "text": "\f".join(found)}
    finally:
        pdf.close()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), int(sys.argv[2]))))
