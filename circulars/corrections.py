"""文字校正: the registrar mends slips of the pen in an approved text, and the approval stands (2012 regulation art. 25; Article 19).

A slip is a few characters of title, text or 附注. What carries a decision, numbers, dates, amounts and negations among it, is no slip and
goes back to the review. Corrections are counted together, against the text that was approved.
"""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.roles import Right, may
from circulars.bodytext import clean, clean_line, without_brackets
from circulars.deeds import Deed
from circulars.elements import errors
from circulars.moderation import NotReady
from circulars.outcomes import on_the_path
from circulars.pages import CircularPage, about_paper
from circulars.reasons import digest_of_reason, refuse_marks
from circulars.registration import ApprovalMissing
from circulars.snapshots import Snapshot, digest_of, facts_about, typed_in
from circulars.titles import quoted
from circulars.versions import Version, approval_of, keep_version
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.ruleversions import RuleVersion

FIELDS = {"title": "标题", "body": "正文", "annotation": "附注"}
SENT_BACK = "这不是文字校正，请退回重新审签。"

_CHINESE = "〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_POINT = "[.,:/％%‰-]"
# A number with what makes it a date, an amount or a share.
_NUMBER = re.compile(
    rf"(?:(?:(?<!{_POINT}){_POINT}+)?\d[\d.,:/％%‰-]*|[{_CHINESE}]+|[①-⑳㈠-㈩Ⅰ-Ⅻ])+[年月日号时点分秒周天元角倍成％%‰]?"
)
_NEGATION = re.compile("[不未非无勿莫免没否禁停止除]")


class NotTypographic(OutOfOrder):
    """The change is more than the mending of slips; the sentence says why."""


def refusal(approved: Snapshot, corrected: Snapshot, limit: int) -> str:
    """Why the corrected text is not the approved one with its slips mended; empty when it is."""
    changed = sum(distance(approved[field], corrected[field], limit + 1) for field in FIELDS)
    if changed > limit:
        return f"与签发稿相比改动超过 {limit} 个字（历次校正合并计算）。{SENT_BACK}"
    for field, name in FIELDS.items():
        if _NUMBER.findall(approved[field]) != _NUMBER.findall(corrected[field]):
            return f"{name}里的数字、日期、金额或序号有改动。{SENT_BACK}"
        if _NEGATION.findall(approved[field]) != _NEGATION.findall(corrected[field]):
            return f"{name}里增删了“不”“未”“除”等改变意思的字。{SENT_BACK}"
        if approved[field].count("\n") != corrected[field].count("\n"):
            return f"{name}的段落有增删。{SENT_BACK}"
    return ""


def distance(old: str, new: str, limit: int) -> int:
    """How many characters must be put in, struck out or replaced to make one of the other; ``limit`` stands for that many or more."""
    while old and new and old[0] == new[0]:
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        old, new = old[same:], new[same:]
    same = next(
        (n for n, (a, b) in enumerate(zip(reversed(old), reversed(new), strict=False)) if a != b),
        min(len(old), len(new)),
    )
    old, new = old[: len(old) - same], new[: len(new) - same]
    if abs(len(old) - len(new)) >= limit:
        return limit
    row = {j: j for j in range(min(limit, len(new)) + 1)}
    for i, char in enumerate(old, 1):
        above, row = row, {}
        for j in range(max(0, i - limit), min(len(new), i + limit) + 1):
            row[j] = min(
                above.get(j, limit) + 1,
                row.get(j - 1, limit) + 1,
                above.get(j - 1, limit) + (j == 0 or char != new[j - 1]),
            )
        if min(row.values()) >= limit:
            return limit
    return min(row.get(len(new), limit), limit)


@transaction.atomic
def correct(
    page: CircularPage,
    *,
    title: str,
    body: str,
    annotation: str | None = None,
    reason: str,
    by: Any,
    at: datetime,
    digest: str = "",
) -> Version:
    """The mended text is the draft's latest and its newest version, approved as before; everybody on the path is told.

    ``digest`` is that of the text which the registrar had before him. Raises ``PermissionDenied`` without the right, ``ApprovalMissing``
    when there is no standing approval, ``NotTypographic`` when more than slips changed, ``NotReady`` when the mended text is wrong, and
    ``OutOfOrder`` when it is registered, unchanged or without a reason.
    """
    if not may(by, Right.REGISTER, page.issuer.pk):
        raise PermissionDenied(f"您没有“{page.issuer}”的复核登记职责。")
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    approval = approval_of(page)
    if hasattr(page, "circular"):
        raise OutOfOrder(f"本件已登记为 {page.circular.number}，不能再校正。要更正，请另行发文。")
    if approval is None:
        raise ApprovalMissing("现在的文稿不是签发时的文稿，不能校正。改动过的文稿须重新送审、签发。")
    if digest and digest != approval.digest:
        raise OutOfOrder("文稿在您打开之后校正过，请对照现在的文稿再改。")
    reason = reason.strip()
    if not reason:
        raise OutOfOrder("请写明校正了什么。")
    refuse_marks(reason)
    corrected = approval.snapshot | {"title": clean_line(title), "body": clean(body)}
    if annotation is not None:
        corrected["annotation"] = without_brackets(clean_line(annotation))
    if digest_of(corrected) == approval.digest:
        raise OutOfOrder("文字没有改动，不必校正。")
    original = approval.corrects or approval
    rules = RuleVersion.objects.in_force(page.area, at).rule_set
    if why := refusal(original.snapshot, corrected, rules.correction_characters):
        raise NotTypographic(why)
    # What a renaming of units has made wrong since the approval is not the correction's doing.
    standing = errors(approval.snapshot, facts_about(approval.snapshot))
    if found := [problem for problem in errors(corrected, facts_about(corrected)) if problem not in standing]:
        raise NotReady(found)
    version = keep_version(
        page,
        corrected,
        typed=_write(page, corrected, by),
        by=by,
        at=at,
        is_declared=approval.is_declared,
        corrects=original,
        correction_reason=reason[:200],
        approved_by=approval.approved_by,
        approved_at=approval.approved_at,
    )
    ledger.enter(
        Deed.TEXT_CORRECTED,
        subject=ledger.subject_of(page),
        by=by,
        at=at,
        unit=page.issuer.pk,
        facts={
            "digest": version.digest,
            "version": version.number,
            "corrected_digest": approval.digest,
            "approved_digest": original.digest,
            "approved_version": original.number,
            "reason_digest": digest_of_reason(version.correction_reason),
        },
    )
    tell(
        on_the_path(page),
        key=f"corrected:{version.pk}",
        text=f"{by} 登记前校正了{quoted(version.snapshot['title'])}的文字：{version.correction_reason.rstrip('。')}。签发仍然有效，请查看花脸稿。",
        link=f"{reverse('circulars:marked', args=[page.pk])}?old={original.number}&new={version.number}",
        about=about_paper(page.pk),
        at=at,
    )
    return version


def _write(page: CircularPage, corrected: Snapshot, by: Any) -> Snapshot:
    """The corrected text is the draft's latest, so that the approval is still that of the text in hand; returns what it has as typed."""
    draft = page.get_latest_revision_as_object()
    mended = {field: corrected[field] for field in FIELDS}
    expected = typed_in(draft) | mended
    for field, text in mended.items():
        setattr(draft, field, text)
    draft.save(clean=False)
    draft.save_revision(user=by, clean=False, log_action=True)
    if typed_in(draft) != expected:
        raise ApprovalMissing("文稿与校正后的文字不一致，没有保存，请联系网信办。")
    return expected
