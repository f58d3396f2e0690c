"""Questions that a person asks again: kept under a name, for nobody else (Article 20)."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import models, transaction

from accounts.people import User
from circulars.reasons import refuse_marks
from circulars.searchindex.passages import Passage, Source
from cms.bigrams import asked, folded, tidied
from cms.lifecycles import OutOfOrder
from cms.quotes import cited

MOST = 30
NAME = 40
# So many characters of a title tell of it where they stand in no other.
TELLING = 4


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user: Any) -> "SavedSearchQuerySet":
        """The person's own, by name."""
        return self.filter(person=user.pk).order_by("name")


class SavedSearch(models.Model):
    """A question of one person; ``words`` and ``filters`` are what the form of the search takes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="人员")
    name = models.CharField("名称", max_length=NAME)
    words = models.CharField("检索词", max_length=200, blank=True)
    filters = models.CharField("范围", max_length=200, blank=True)
    saved_at = models.DateTimeField("保存时间")

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "常用检索"
        verbose_name_plural = "常用检索"
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="search_saved_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The question as the end of an address."""
        return "&".join(filter(None, [urlencode({"q": self.words}) if self.words else "", self.filters]))


def save(*, name: str, words: str, filters: str, by: Any, at: datetime) -> SavedSearch:
    """The question is kept under the name; under one that the person has already, in its place.

    Raises ``OutOfOrder`` for a thirty-first and for a mark of secrecy in name or words (Article 5).
    """
    refuse_marks(name, words)
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)
        kept = SavedSearch.objects.of(by)
        if not kept.filter(name=name).exists() and kept.count() >= MOST:
            raise OutOfOrder(f"常用检索最多保存 {MOST} 个，请先删去不用的，再保存{cited(name)}。")
        given = {"words": words, "filters": filters, "saved_at": at}
        return SavedSearch.objects.update_or_create(person_id=by.pk, name=name, defaults=given)[0]


def forget(titles: Collection[str]) -> None:
    """Nobody keeps as a question what a paper was called, nor a part of it that stands in no other title of the index.

    Call it when the paper itself is in the index no more (Article 5).
    """
    called = [folded(title) for title in titles]
    begun = [tidied(title)[:NAME] for title in titles]
    heads = Passage.objects.filter(source=Source.HEAD)

    @cache
    def is_telling(phrase: str) -> bool:
        is_part = len(phrase.strip()) >= TELLING and any(phrase in title for title in called)
        return is_part and not heads.likely(phrase).saying(phrase).exists()

    telling = [
        kept.pk
        for kept in SavedSearch.objects.only("name", "words")
        if any(title in kept.words or title in kept.name for title in begun)
        or any(map(is_telling, asked(f"{kept.words} {kept.name}").phrases))
    ]
    SavedSearch.objects.filter(pk__in=telling).delete()
