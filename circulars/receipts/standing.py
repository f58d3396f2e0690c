"""What is true of a receipt and its signature, in words that a stranger understands (Articles 10 and 20).

A signature is judged as of its time-stamp: a certificate that has run out or was revoked since leaves it standing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from accounts.roles import Right, may
from accounts.seals import KeyKind, SealKey
from circulars.receipts.record import Receipt
from cms.revocations import trust
from cms.signing.authority import UNJUDGED, AuthorityMissing
from cms.signing.certificates import Use
from cms.signing.detached import Verdict, moment, verify_detached
from cms.signing.trust import Trust


@dataclass(frozen=True)
class ReceiptStanding:
    """A word for lists, and a sentence; ``is_broken`` when the receipt or its signature is not what was signed, ``is_proven`` when it is."""

    word: str
    sentence: str
    is_broken: bool = False
    is_proven: bool = False


def standing_of(receipt: Receipt, now: datetime) -> ReceiptStanding:
    """What a reader of the slip is told of its receipt."""
    if not receipt.content:
        return ReceiptStanding("已清除", "本件已作涉密处置，回执内容已清除，只保留摘要。")
    judged = _judged(receipt, None)
    verdict = judged.verdict
    if judged.flaw:
        return ReceiptStanding("验证未通过", f"没有通过：{judged.flaw}。", is_broken=True)
    if verdict is None or verdict.signer is None:
        return ReceiptStanding("待补签", f"签收时没有用个人证书签名。{_outlook(receipt, now)}")
    signed = f"{verdict.signer.organisation} {verdict.signer.name}用个人证书签名，签名以后没有改动。{verdict.remark}"
    if receipt.is_signed_at_once:
        return ReceiptStanding("已签名", f"通过：{signed}", is_proven=True)
    later = f"通过：签收时没有签名，{moment(verdict.stamped_at)} 补签。{signed}"
    return ReceiptStanding("已补签", later, is_proven=True)


def flaw_of(receipt: Receipt, trusted: Trust | None = None) -> str:
    """The first thing that is wrong with a receipt that still has its text, in half a sentence; empty where nothing is.

    Who looks at many hands on what this installation believes, which is otherwise asked anew.
    """
    return _judged(receipt, trusted).flaw


@dataclass(frozen=True)
class _Judged:
    """The first flaw of a receipt, and the verdict on its signature where there is one to judge."""

    flaw: str = ""
    verdict: Verdict | None = None


def _judged(receipt: Receipt, trusted: Trust | None) -> _Judged:
    if hashlib.sha256(receipt.content.encode()).hexdigest() != receipt.digest:
        return _Judged("回执内容被改动过")
    if not receipt.facts:
        return _Judged("回执内容无法识别")
    if receipt.is_signed_at_once and not receipt.has_signature:
        return _Judged("回执的签名缺失")
    if not receipt.has_signature:
        return _Judged()
    try:
        verdict = verdict_on(receipt, trusted or trust())
    except AuthorityMissing:
        return _Judged(UNJUDGED)
    return _Judged(verdict.problem.rstrip("。"), verdict)


def verdict_on(receipt: Receipt, trusted: Trust) -> Verdict:
    """Whether the signature is that of the person and unit whom the receipt names."""
    said = receipt.facts
    return verify_detached(
        receipt.content.encode(),
        bytes(receipt.signature.der),
        trusted,
        use=Use.PERSON,
        code=said["unit"]["code"],
        person=said["person"]["username"],
        is_stamped=True,
    )


def _outlook(receipt: Receipt, now: datetime) -> str:
    """Whether it can still be signed, and by whom."""
    clerk = receipt.signed_by
    if not may(clerk, Right.RECEIVE, receipt.unit_id):
        return f"{clerk}已不在岗，不能补签。"
    mine = SealKey.objects.filter(unit=receipt.unit_id, kind=KeyKind.CLERK, keeper=clerk.pk)
    if not mine.in_force(now).exists():
        return f"{clerk}没有在用的本单位个人证书，制发或换发以后可以补签。"
    return f"等待{clerk}补签。"
