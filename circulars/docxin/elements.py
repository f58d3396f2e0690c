"""Title, recipients, signature, notes and attachments told apart from the body, by their place and their words (2012 regulation art. 9).

What is not certain stays in the body, where the drafter sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from circulars.docxin.ending import take_end
from circulars.docxin.head import take_recipients, take_title, type_in
from circulars.docxin.sheet import Item, Sheet, TypedAttachment, text_of
from circulars.layouts import TRAITS, Direction, DocumentType


@dataclass(frozen=True)
class Imported:
    """What a file holds of a draft; ``losses`` names what it held beyond that, ``notes`` what the drafter has still to look at."""

    title: str
    document_type: DocumentType | None
    direction: Direction | None
    primary_text: str
    body: str
    signatures: str
    annotation: str
    cc_text: str
    attachments: tuple[TypedAttachment, ...]
    losses: tuple[str, ...]
    notes: tuple[str, ...]


def tell_apart(items: Sequence[Item], name: str, losses: Sequence[str]) -> Imported:
    """The elements of the draft; ``name`` is that of the file, for a draft without a title."""
    sheet = Sheet(list(items))
    take_title(sheet, name)
    take_recipients(sheet)
    take_end(sheet)
    kind = type_in(sheet.title)
    directions = TRAITS[kind].directions if kind else frozenset()
    return Imported(
        title=sheet.title,
        document_type=kind,
        direction=next((each for each in Direction if each in directions), None),
        primary_text=sheet.primary_text,
        body=text_of(sheet.items),
        signatures=sheet.signatures,
        annotation=sheet.annotation,
        cc_text=sheet.cc_text,
        attachments=tuple(sheet.attachments),
        losses=tuple(losses),
        notes=tuple(dict.fromkeys(sheet.notes)),
    )
