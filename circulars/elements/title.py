"""The title: issuer, matter, type (2012 regulation art. 9(7))."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot
from circulars.layouts import TRAITS, DocumentType

_LONGEST_TITLE = 200


def title_says_matter_and_type(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(7): issuer, matter and type of document."""
    title, kind = draft["title"], DocumentType(draft["document_type"])
    if len(title) > _LONGEST_TITLE:
        yield Problem("E-TITLE", "title", f"标题有 {len(title)} 个字，不能超过 {_LONGEST_TITLE} 个字。")
    if title and TRAITS[kind].title_ends_with_type and not title.rstrip("》）").endswith(kind.label):
        yield Problem("E-TITLE", "title", f"标题应以文种“{kind.label}”结尾。")
