"""Which objects of a PDF name what acts or brings a file: found by a search over the bytes, so that a long file is not read object by object.

A name that is watched for stands in the bytes of its object, plain or with its letters written as numbers, or in an unpacked stream of objects.
Where the list of objects leads past their beginnings, readers make up a list of their own; there every name that stands anywhere counts.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Any

NAMES = ("/JavaScript", "/JS", "/Launch", "/RichMedia", "/EmbeddedFile", "/FileAttachment", "/EF", "/XFA")
_NUMBER = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEAD = re.compile(rb"[\0\t\n\f\r ]*(\d+)[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+obj")


def _spelt(name: str) -> str:
    """The name with each of its letters as it is or as a number."""
    return "/" + "".join(f"(?:{letter}|#(?i:{ord(letter):02X}))" for letter in name[1:])


_WATCHED = re.compile("|".join(map(_spelt, NAMES)).encode())


@dataclass(frozen=True)
class Suspects:
    """The objects to look into, and the names found where no list says what belongs to an object."""

    objects: list[Any]
    loose: set[str]


def suspects_in(reader: Any, content: mmap) -> Suspects:
    """What of the file must be read to know whether it acts; everything else of it names nothing that does."""
    plain, packed = _places(reader)
    is_sound = all(_begins_there(content, place, reference) for place, reference in plain)
    hits = [(hit.start(), hit[0]) for hit in _WATCHED.finditer(content)]
    objects = list(_holding([at for at, _ in hits], plain))
    for stream, references in packed.items():
        if _WATCHED.search(reader.get_object(stream).data):
            objects += references
    loose = set() if is_sound else {_plainly(name) for _, name in hits}
    return Suspects(list(dict.fromkeys(objects)), loose)


def _places(reader: Any) -> tuple[list[tuple[int, Any]], dict[Any, list[Any]]]:
    """Where each object of the last state stands, in order; and those that are packed, by the stream that they are packed into."""
    from pyhanko.pdf_utils.generic import Reference

    plain, packed = [], defaultdict(list)
    for revision in range(reader.xrefs.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            try:
                place = reader.xrefs[reference]
            except KeyError:
                continue
            if isinstance(place, int):
                plain.append((place, reference))
            elif place is not None:
                packed[Reference(place.obj_stream_id, 0, reader)].append(reference)
    return sorted(plain, key=lambda each: each[0]), packed


def _begins_there(content: mmap, place: int, reference: Any) -> bool:
    head = _HEAD.match(content, place)
    return head is not None and (int(head[1]), int(head[2])) == (reference.idnum, reference.generation)


def _holding(hits: Iterable[int], plain: list[tuple[int, Any]]) -> Iterator[Any]:
    """The object that begins last before each of these places."""
    places = [place for place, _ in plain]
    for hit in hits:
        if (number := bisect_right(places, hit)) > 0:
            yield plain[number - 1][1]


def _plainly(name: bytes) -> str:
    return _NUMBER.sub(lambda number: bytes([int(number[1], 16)]), name).decode("ascii")
