"""Files that nobody holds are gone after a day: uploads of a form that was given up, or that a machine which stopped left half written, and files
taken out of their last draft (Articles 3 and 5).

A row that points to a file by key holds it. An app whose texts name files, by key or by digest, registers how it is told whether they do.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from cms.attachments import AWAITED, INCOMING, Attachment
from cms.discards import Discard, sweep_discards

# What is held is looked at again after so long, this many files a minute at most.
LOOKED_AT_EVERY = timedelta(days=30)
BATCH = 100

Holding = Callable[[], Any]
_HOLDINGS: list[Holding] = []


def register_holding(holding: Holding) -> Holding:
    """Files of which this condition of a query is true, with ``OuterRef`` for the file, are held; a decorator."""
    _HOLDINGS.append(holding)
    return holding


def unheld(attachments: "models.QuerySet[Attachment]") -> "models.QuerySet[Attachment]":
    """Those of these files to which no row points and that no text names; the texts are searched for the former alone."""
    for row in _rows_with_a_key():
        attachments = attachments.exclude(row)
    found = Attachment.objects.filter(pk__in=list(attachments.values_list("pk", flat=True)))
    for holding in _HOLDINGS:
        found = found.exclude(holding())
    return found


def sweep_unheld(at: datetime) -> None:
    """Of the files whose time it is to be looked at, the rows of those that nobody holds are gone, and their bytes follow."""
    due = Attachment.objects.filter(recheck_at__lte=at)
    keys = list(due.order_by("recheck_at").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return
    with transaction.atomic():
        # Who uploads one of them again meanwhile puts off its time, so that it is not among the locked ones.
        locked = set(due.filter(pk__in=keys).select_for_update().order_by("pk").values_list("pk", flat=True))
        free = dict(unheld(Attachment.objects.filter(pk__in=locked)).values_list("pk", "digest"))
        Discard.objects.bulk_create(
            [Discard(digest=digest, since=at, is_barred=False) for digest in free.values()], ignore_conflicts=True
        )
        Discard.objects.filter(digest__in=free.values(), done_at__isnull=False).update(done_at=None)
        Attachment.objects.filter(pk__in=free).delete()
        Attachment.objects.filter(pk__in=locked - free.keys()).update(recheck_at=at + LOOKED_AT_EVERY)
        transaction.on_commit(lambda: sweep_discards(timezone.now()), robust=True)


def sweep_incoming(at: datetime) -> None:
    """What an upload that was cut off by the end of its process left under a temporary name lies there for a day at most."""
    for left in Path(settings.ATTACHMENTS_ROOT).glob(f"{INCOMING}*"):
        with suppress(FileNotFoundError):  # it has its own name now, or another sweep was here
            if left.stat().st_mtime < (at - AWAITED).timestamp():
                left.unlink()


def _rows_with_a_key() -> list[models.Exists]:
    relations: list[Any] = [field for field in Attachment._meta.get_fields(include_hidden=True) if field.is_relation]
    return [
        models.Exists(relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")}))
        for relation in relations
        if relation.auto_created and not relation.concrete
    ]
