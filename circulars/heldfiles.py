"""Which texts of this app name a file, so that it stays while they do: handed-over and registered texts, and what a drafter put away."""

from django.db.models import CharField, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import Revision

from circulars.archive.transferrecords import TransferLine
from circulars.registration import CircularText
from circulars.sealing.records import KEPT, Manifest, Seal
from circulars.versions import Version
from cms.unheld import register_holding


@register_holding
def in_a_version() -> Exists:
    return Exists(Version.objects.filter(content__contains=OuterRef("digest")))


@register_holding
def in_a_circular() -> Exists:
    return Exists(CircularText.objects.filter(content__contains=OuterRef("digest")))


@register_holding
def in_a_revision() -> Exists:
    """A draft names its files by key; both engines write ``"file": 17`` with one blank."""
    texts = Revision.objects.annotate(plain=Cast("content", TextField()))
    key = Cast(OuterRef("pk"), CharField())
    named = Q()
    for end in (",", "}"):
        named |= Q(plain__contains=Concat(Value('"file": '), key, Value(end), output_field=TextField()))
    return Exists(texts.filter(named))


@register_holding
def as_a_package_handed_over() -> Exists:
    """Not that of a paper that was purged, nor of a list that was called off."""
    lines = TransferLine.objects.filter(package=OuterRef("digest"), holding__circular__text__isnull=False)
    return Exists(lines.exclude(transfer__state="called_off"))


@register_holding
def as_a_sealed_file() -> Exists:
    return Exists(Seal.objects.filter(KEPT, digest=OuterRef("digest")))


@register_holding
def as_the_file_of_a_manifest() -> Exists:
    return Exists(Manifest.objects.filter(KEPT, pdf_digest=OuterRef("digest")))
