"""What somebody asks of the archive: words, and the filters above the results (Article 20)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.roles import Right, units_where
from accounts.unitlist import CODE
from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.deliveries import Channel, Delivery
from circulars.layouts import DocumentType
from circulars.numbering import normalised
from circulars.registration import Circular, CircularQuerySet
from cms.bigrams import LONGEST, Asked, asked, tidied

# Characters of the words that are kept and shown again.
SHOWN = 200
YEARS = 10  # offered, this one included
LONGEST_CODE = 40  # of a unit


class Side(models.TextChoices):
    RECEIVED = "received", "收文"
    ISSUED = "issued", "本单位发文"


class Stand(models.TextChoices):
    """Where the paper stands: the first of what came, the others of what goes out."""

    UNSIGNED = "unsigned", "待签收"
    SIGNED = "signed", "已签收"
    RETURNED = "returned", "已退回"
    UNSENT = "unsent", "未发送"
    SENT = "sent", "已发送"
    RECALLED = "recalled", "已撤回"
    VOIDED = "voided", "已作废"


@dataclass(frozen=True)
class Question:
    """Words and filters as they were asked; what nobody could have chosen is left out."""

    words: str = ""
    sender: str = ""
    document_type: str = ""
    year: str = ""
    side: str = ""
    stand: str = ""
    urgency: str = ""

    @classmethod
    def asked_by(cls, given: Any) -> "Question":
        """The question that the fields of a form or an address ask, whatever stands in them."""
        year, sender = given.get("year", "")[:5], given.get("sender", "")
        return cls(
            words=given.get("q", "")[: LONGEST + 1],
            sender=sender if len(sender) <= LONGEST_CODE and CODE.fullmatch(sender) else "",
            document_type=given["type"] if given.get("type") in DocumentType.values else "",
            year=year if year.isascii() and year.isdigit() and len(year) == 4 and "1900" < year < "9999" else "",
            side=given["side"] if given.get("side") in Side.values else "",
            stand=given["state"] if given.get("state") in Stand.values else "",
            urgency=given["urgency"] if given.get("urgency") in Urgency.values else "",
        )

    @cached_property
    def asked(self) -> Asked:
        """The phrases; a number that is written otherwise than the standard has it is put right first."""
        return asked(" ".join(_number_put_right(word) for word in self.words.split()))

    @property
    def shown(self) -> str:
        """The words as the box shows them again."""
        return tidied(self.words[:SHOWN])[:SHOWN].rstrip() if self.words.strip() else ""

    @property
    def asked_said(self) -> str:
        """The phrases that are looked for, as a sentence names them."""
        return " ".join(phrase.strip() for phrase in self.asked.phrases)[:SHOWN]

    @property
    def said(self) -> str:
        """Words and filters as a workbook names them."""
        chosen = [
            self.shown,
            next((str(unit) for unit in Unit.objects.filter(code=self.sender)), "") if self.sender else "",
            str(dict(DocumentType.choices).get(self.document_type, "")),
            str(dict(Urgency.choices).get(self.urgency, "")),
            f"{self.year} 年" if self.year else "",
            str(dict(Side.choices).get(self.side, "")),
            str(dict(Stand.choices).get(self.stand, "")),
        ]
        return "，".join(filter(None, chosen)) or "没有条件"

    @property
    def is_empty(self) -> bool:
        return not self.asked.phrases and not self.filters

    @property
    def filters(self) -> str:
        """The filters as the end of an address has them."""
        chosen = {
            "sender": self.sender,
            "type": self.document_type,
            "urgency": self.urgency,
            "year": self.year,
            "side": self.side,
            "state": self.stand,
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def address(self) -> str:
        """All of it as the end of an address."""
        return "&".join(filter(None, [urlencode({"q": self.shown}) if self.shown else "", self.filters]))

    def narrow(self, rows: CircularQuerySet, user: Any) -> CircularQuerySet:
        """Those of the rows that the filters let through for this person."""
        if self.sender:
            rows = rows.filter(issuers__unit__in=Unit.objects.filter(code=self.sender).values("pk"))
        if self.document_type:
            rows = rows.filter(document_type=self.document_type)
        if self.urgency:
            rows = rows.filter(urgency=self.urgency)
        if self.year:
            begin, end = (
                timezone.make_aware(datetime(int(self.year) + later, 1, 1))  # noqa: DTZ001  made aware here
                for later in (0, 1)
            )
            rows = rows.filter(registered_at__gte=begin, registered_at__lt=end)
        if self.side == Side.RECEIVED:
            rows = rows.filter(Exists(_deliveries(user)))
        elif self.side == Side.ISSUED:
            rows = rows.filter(issuer_id__in=units_where(user, Right.TRACK))
        return rows.filter(_standing(self.stand, user)) if self.stand else rows


def _number_put_right(word: str) -> str:
    """2026年10 is a day as well as a number: only what ends as a number, or has its brackets, is taken for one."""
    looks_like_one = word.endswith("号") or any(bracket in word for bracket in "]）】)")
    return normalised(word).text if len(word) < SHOWN and looks_like_one else word


def _deliveries(user: Any) -> Any:
    units = units_where(user, Right.READ)
    return Delivery.objects.filter(circular=OuterRef("pk"), unit_id__in=units, channel=Channel.ELECTRONIC)


def _standing(stand: str, user: Any) -> Q:
    state = Circular.State
    match stand:
        case Stand.UNSIGNED:
            return Q(Exists(_deliveries(user).open().required()))
        case Stand.SIGNED:
            return Q(Exists(_deliveries(user).signed()))
        case Stand.RETURNED:
            return Q(Exists(_deliveries(user).returned()))
        case Stand.UNSENT:
            return Q(state__in=[state.REGISTERED, state.SEALED, state.SCHEDULED])
    return Q(state=stand)
