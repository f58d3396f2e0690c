"""The text of a circular in passages: what is shown of it, and the folded form in which it is compared."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import StrIndex

from circulars.registration import Circular
from circulars.searchindex.engines import Holds, enter, strike
from cms.bigrams import folded_passage, needed

FEWEST_LETTERS = 2
_AT_ONCE = 500


class Source(models.TextChoices):
    HEAD = "head", "标题、文号、发文单位"
    INITIALS = "initials", "拼音首字母"
    BODY = "body", "正文"
    FILE = "file", "附件"


# Of what these say even who may not read the paper may know.
HEADS = (Source.HEAD, Source.INITIALS)


class PassageQuerySet(models.QuerySet["Passage"]):
    def likely(self, phrase: str) -> "PassageQuerySet":
        """Those that the index says may hold the phrase, without a look at their text."""
        found = Q(Holds(needed(phrase)))
        if letters := letters_of(phrase):
            found |= Q(Holds(needed(letters)), source=Source.INITIALS)
        return self.filter(found)

    def saying(self, phrase: str) -> "PassageQuerySet":
        """Those in whose text the phrase stands, or whose names begin with these letters; asked of few passages."""
        found = Q(place_of__gt=0)
        rows = self.alias(place_of=StrIndex("folded", Value(phrase)))
        if letters := letters_of(phrase):
            rows = rows.alias(letters_at=StrIndex("folded", Value(letters)))
            found |= Q(letters_at__gt=0, source=Source.INITIALS)
        return rows.filter(found)


class Passage(models.Model):
    """One piece of a circular's text; ``file`` is the number of the attachment it stands in, 0 for the paper itself."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="passages", verbose_name="公文")
    file = models.PositiveSmallIntegerField("附件序号", default=0)
    source = models.CharField("出处", max_length=10, choices=Source.choices)
    place = models.PositiveIntegerField("次序")
    words = models.TextField("内容")
    folded = models.TextField("检索形式")

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = "检索段落"
        verbose_name_plural = "检索段落"
        constraints = [models.UniqueConstraint(fields=["circular", "file", "source", "place"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.circular_id} {self.get_source_display()} {self.place}"


def letters_of(phrase: str) -> str:
    """The phrase as first letters of Chinese words; empty when it cannot be that."""
    letters = phrase.strip()
    is_letters = len(letters) >= FEWEST_LETTERS and letters.isascii() and letters.isalpha()
    return letters if is_letters else ""


def keep(passages: Iterable[Passage]) -> None:
    """The passages are there and can be found."""
    batch: list[Passage] = []
    for passage in passages:
        passage.folded = passage.folded or folded_passage(passage.words)
        batch.append(passage)
        if len(batch) == _AT_ONCE:
            _keep(batch)
            batch = []
    _keep(batch)


def _keep(batch: list[Passage]) -> None:
    Passage.objects.bulk_create(batch)
    enter((passage.pk, passage.folded) for passage in batch)


def drop(passages: PassageQuerySet) -> None:
    """The passages are gone and cannot be found."""
    strike(list(passages.values_list("pk", "folded")))
    passages.delete()
