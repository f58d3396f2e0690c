"""Every place where a paper's text, titles and files are kept, and taking them out of all of them (Article 5).

A new place that keeps text of a paper is a new function here; the scene that searches every table for a purged sentence notices a
place that was forgotten.
"""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q
from django.dispatch import Signal
from wagtail.admin.models import FormState
from wagtail.models import PageLogEntry, Revision
from wagtail.search.models import IndexEntry

from accounts.acceptances import Acceptance
from accounts.faults import Fault
from accounts.repairs import Repair
from circulars.answers.records import AnswerCell
from circulars.archive.appraisal import Appraisal
from circulars.archive.destructionlists import DestructionLine, DestructionList
from circulars.archive.filing import TermChange
from circulars.archive.tombstones import Tombstone
from circulars.archive.transferrecords import packages_of
from circulars.chasing import Urge
from circulars.circulation.record import Circulation, ReaderEnd
from circulars.decisions import Answer, Decision
from circulars.deliveries import Delivery, DeliveryRound
from circulars.demands.drafting import DraftDemand
from circulars.demands.fixed import ReplyField
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.urging import InnerUrge
from circulars.incoming import Incoming
from circulars.incoming.correcting import CorrectedField, EntryCorrection
from circulars.notices import Notice
from circulars.origins import Origin
from circulars.pages import CircularPage, DraftAttachment, Reference
from circulars.papermessages import messages_about, told_of_faults
from circulars.printing import MoreOriginals, SpoiltCopy
from circulars.problems import DeliveryProblem, DeliveryProblemQuerySet
from circulars.receipts import Receipt
from circulars.registration import Circular, CircularText
from circulars.returns import ReturnOutcome
from circulars.savedsearches import forget
from circulars.sealing.records import Manifest, sealed_files
from circulars.searchindex.leaving import take_out, take_out_text
from circulars.secrecycases import PURGED, WITHHELD, SecrecyCase
from circulars.supplementing import Supplement
from circulars.titles import quoted
from circulars.urgecalls import hush
from circulars.versions import Version
from circulars.voiding import VoidedNumber
from cms.accesslog import Access
from cms.attachments import Attachment
from cms.discards import discard
from cms.textmessages import TextMessage, withdraw
from cms.unheld import unheld

# Sent inside the clearing, with ``circular``: who stands above keeps what was written beside it there.
cleared = Signal()

PURGED_SOURCE = "来源公文已作涉密处置。"


def titles_of(page: CircularPage, circular: Circular | None) -> set[str]:
    """Every title that the paper has ever had."""
    found = {page.title, page.draft_title, *(revision.content.get("title", "") for revision in page.revisions.all())}
    found |= {json.loads(content).get("title", "") for content in _version_texts(page)}
    cases = SecrecyCase.objects.filter(page=page.pk)
    found |= {case.withheld_title for case in cases} | ({circular.title} if circular else set())
    return {title for title in found if title and title not in (PURGED, WITHHELD)}


def digests_of(page: CircularPage, circular: Circular | None) -> set[str]:
    """Every file that the paper holds or has held."""
    keys = {row.file_id for row in page.attachments.all()}
    for revision in page.revisions.all():
        keys |= {row.get("file") for row in revision.content.get("attachments", ())}
    keys |= set(_answers_to(circular).values_list("file", flat=True))
    found = set(Attachment.objects.filter(pk__in=keys - {None}).values_list("digest", flat=True))
    texts = [*_version_texts(page), *CircularText.objects.filter(circular=circular).values_list("content", flat=True)]
    found |= {row["digest"] for text in texts for row in json.loads(text)["attachments"] if row["digest"]}
    return found | (sealed_files(circular) | packages_of(circular) if circular else set())


def clear_content(page: CircularPage, circular: Circular) -> None:
    """What the circular said is kept no more, in text, index, versions, draft and opinions; what it was called and who got it when stays (Article 27)."""
    _clear_opinions(page)
    Version.objects.filter(page=page.pk).update(content="", correction_reason="")
    CircularText.objects.filter(circular=circular.pk).delete()
    take_out_text(circular)
    FormState.objects.filter(object_id=str(page.pk)).delete()
    _clear_draft(page, titled=circular.title)


def clear_everywhere(page: CircularPage, circular: Circular | None, digests: set[str], *, at: datetime) -> set[str]:
    """No table and no file of the store holds the paper any more; returns the files that stay because another paper holds them."""
    _clear_messages(page, circular, at)
    _clear_accounts(page, circular)
    _clear_text_messages(circular, at)
    _clear_logs(page, circular)
    _clear_opinions(page)
    _clear_index(page, circular)
    _clear_texts(page, circular)
    if circular:
        _clear_inner_texts(circular)
    _clear_answers(circular)
    _clear_archived(circular)
    _clear_draft(page)
    if circular:
        cleared.send(Circular, circular=circular)
    return _clear_files(digests, at)


def _version_texts(page: CircularPage) -> list[str]:
    return [text for text in Version.objects.filter(page=page.pk).values_list("content", flat=True) if text]


def _clear_messages(page: CircularPage, circular: Circular | None, at: datetime) -> None:
    messages_about(page, circular, titles_of(page, circular)).wipe("（本件已作涉密处置）")
    if circular:
        hush(circular, "（本件已作涉密处置）", at=at)
    FormState.objects.filter(object_id=str(page.pk)).delete()


def _clear_accounts(page: CircularPage, circular: Circular | None) -> None:
    """What began with the paper no longer says what that was called."""
    titles = [said for title in titles_of(page, circular) for said in (f"《{title}》", quoted(title))]
    named = Q(pk__in=[])
    for title in titles:
        named |= Q(account__contains=title)
    origins = list(Origin.objects.filter(named, Q(source=page.pk) | Q(source=None)))
    for origin in origins:
        lines = (PURGED_SOURCE if any(title in line for title in titles) else line for line in origin.lines)
        origin.account = "\n".join(lines)
    Origin.objects.bulk_update(origins, ["account"], batch_size=500)


def _clear_text_messages(circular: Circular | None, at: datetime) -> None:
    """None goes out any more, and none says of which paper it was."""
    if circular:
        texts = TextMessage.objects.filter(
            pk__in=Notice.objects.filter(delivery__circular=circular, text__isnull=False).values("text")
        )
        withdraw(texts, why="本件已作涉密处置", at=at)
        texts.update(text="（本件已作涉密处置）")


def _clear_logs(page: CircularPage, circular: Circular | None) -> None:
    """Who did what stays; what it was called does not."""
    PageLogEntry.objects.filter(page_id=page.pk).update(label=PURGED, data={})
    looks = Q(subject__startswith=f"文稿{page.pk} ") | (Q(circular=circular.uuid) if circular else Q(pk=None))
    Access.objects.filter(looks).update(subject="")


def _clear_opinions(page: CircularPage) -> None:
    Answer.objects.filter(decision__page=page.pk).delete()
    Decision.objects.filter(page=page.pk).update(opinion="")


def _clear_index(page: CircularPage, circular: Circular | None) -> None:
    """No passage of it can be found, and nobody keeps its title as a question."""
    if circular:
        take_out(circular)
    forget(titles_of(page, circular))


def _clear_texts(page: CircularPage, circular: Circular | None) -> None:
    Version.objects.filter(page=page.pk).update(content="", correction_reason="")
    if circular:
        CircularText.objects.filter(circular=circular.pk).delete()
        Manifest.objects.filter(circular=circular.pk).update(content="")
        Circular.objects.filter(pk=circular.pk).update(title=PURGED, off_hours_reason="")
        VoidedNumber.objects.filter(circular=circular.pk).update(reason=PURGED)
        Circular.objects.filter(pk=circular.pk, recall_reason__gt="").update(recall_reason=PURGED)
        Delivery.objects.filter(circular=circular.pk).update(return_reason="")
        Incoming.objects.filter(circular=circular.pk).update(note="", sent_back_why="")
        Receipt.objects.filter(delivery__circular=circular.pk).update(content="")
        Urge.objects.filter(delivery__circular=circular.pk).update(text="", told_above="")
        problems = DeliveryProblem.objects.about(circular)
        _clear_faults(problems)
        problems.update(text="", answer="")
        DeliveryRound.objects.filter(delivery__circular=circular.pk).update(return_reason="", insisted_why=PURGED)
        ReturnOutcome.objects.filter(delivery__circular=circular.pk, reason__gt="").update(reason=PURGED)
        Supplement.objects.filter(circular=circular.pk).update(reason=PURGED, consent=PURGED, off_hours_reason="")
        _clear_printing(circular)


def _clear_printing(circular: Circular) -> None:
    """How many were printed by whom stays; what was said about it does not."""
    for rows in (
        MoreOriginals.objects.filter(delivery__circular=circular.pk),
        SpoiltCopy.objects.filter(copy__delivery__circular=circular.pk),
    ):
        rows.update(reason=PURGED)
        rows.exclude(answer="").update(answer=PURGED)


def _clear_inner_texts(circular: Circular) -> None:
    """What the receiving units wrote of it among themselves; who did what stays."""
    EntryCorrection.objects.filter(entry__circular=circular.pk).update(reason="")
    CorrectedField.objects.filter(correction__entry__circular=circular.pk).update(before="", after="")
    Opinion.objects.filter(handling__incoming__circular=circular.pk).update(text="")
    Handling.objects.filter(incoming__circular=circular.pk).update(result="")
    Assignment.objects.filter(handling__incoming__circular=circular.pk).update(note="")
    InnerUrge.objects.filter(incoming__circular=circular.pk).update(text="")
    Circulation.objects.filter(incoming__circular=circular.pk).update(purpose="")
    ReaderEnd.objects.filter(reader__circulation__incoming__circular=circular.pk).update(text="")


def _answers_to(circular: Circular | None) -> "models.QuerySet[AnswerCell]":
    """What units answered to it, every version."""
    return AnswerCell.objects.filter(version__answer__delivery__circular=circular).order_by()


def _clear_answers(circular: Circular | None) -> None:
    """Neither what was asked on its form nor what was answered; who answered when stays."""
    if circular:
        ReplyField.objects.filter(demand=circular.pk).update(label=PURGED, hint="", options="")
        _answers_to(circular).update(text="", number=None, file=None, file_name="")


def _clear_archived(circular: Circular | None) -> None:
    """What archivists wrote of it; what became of it stays."""
    if circular:
        Appraisal.objects.filter(holding__circular=circular.pk).update(opinion=PURGED)
        lines = DestructionLine.objects.filter(holding__circular=circular.pk)
        lists = DestructionList.objects.filter(pk__in=lines.values("sheet"))
        lists.update(reason=PURGED)
        lists.exclude(refused_why="").update(refused_why=PURGED)
        TermChange.objects.filter(holding__circular=circular.pk).update(reason="")
        Tombstone.objects.filter(holding__circular=circular.pk).update(content="")


def _clear_faults(problems: DeliveryProblemQuerySet) -> None:
    """What was said of the paper in a report of a fault, to the provider, of its work and in the messages about all that."""
    faults = list(problems.faults().values_list("pk", flat=True))
    repairs = Repair.objects.filter(fault__in=faults)
    told_of_faults(problems.faults()).wipe("（本件已作涉密处置）")
    Fault.objects.filter(pk__in=faults).update(text=PURGED, instead="")
    repairs.update(request=PURGED)
    repairs.filter(work__gt="").update(work=PURGED)
    repairs.filter(call_off_reason__gt="").update(call_off_reason=PURGED)
    judged = Acceptance.objects.filter(repair__fault__in=faults)
    judged.update(work=PURGED)
    judged.filter(is_good=False).update(reason=PURGED)


def _clear_draft(page: CircularPage, *, titled: str = PURGED) -> None:
    """The page stays as an empty shell of this title, for the numbers and names that point to it; Wagtail's own steps go with the revisions."""
    _clear_search(page)
    Revision.objects.filter(pk__in=page.revisions.values("pk")).delete()
    DraftAttachment.objects.filter(page=page.pk).delete()
    Reference.objects.filter(page=page.pk).delete()
    DraftDemand.objects.filter(page=page.pk).delete()
    Origin.objects.filter(page=page.pk).update(account="")
    typed = [
        field.name
        for field in CircularPage._meta.local_fields
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices
    ]
    blank: dict[str, Any] = dict.fromkeys([*typed, "seo_title", "search_description"], "")
    slug = f"gw-{uuid4().hex[:16]}"
    place = {"slug": slug, "url_path": f"{page.get_parent().url_path}{slug}/"}
    CircularPage.objects.filter(pk=page.pk).update(
        title=titled, draft_title=titled, latest_revision=None, **blank, **place
    )


def _clear_search(page: CircularPage) -> None:
    """SQLite keeps the words of a deleted entry in its index until the index is packed.

    Wagtail's own removal swallows what goes wrong; here it must not.
    """
    kinds = ContentType.objects.get_for_models(page.__class__, page.page_ptr.__class__).values()
    IndexEntry.objects.filter(content_type__in=kinds, object_id=str(page.pk)).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(f"{IndexEntry._meta.db_table}_fts")
            cursor.execute(f"INSERT INTO {table}({table}) VALUES('optimize')")


def _clear_files(digests: set[str], at: datetime) -> set[str]:
    """A file that another paper holds stays: a draft, an earlier version of one, a handed-over or a registered text."""
    attachments = Attachment.objects.filter(digest__in=digests)
    free = set(unheld(attachments).values_list("digest", flat=True))
    kept = set(attachments.values_list("digest", flat=True)) - free
    discard(digests - kept, at=at)
    return kept
