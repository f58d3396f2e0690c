"""Table of contents: every model of the app."""

from cms.accesslog import Access
from cms.areas import Area
from cms.attachments import Attachment
from cms.checkpoints import Checkpoint
from cms.discards import Discard
from cms.isolation import IsolationCheck
from cms.ledger import Entry, Leaf
from cms.ledgertree import Tile
from cms.messages import Message
from cms.pages import HomePage, NoticePage
from cms.revocations import RevocationList, RevokedCertificate
from cms.ruleversions import RuleVersion
from cms.sweep import Heartbeat
from cms.textmessages import TextMessage
from cms.workdays import CalendarDay, CalendarYear, OfficeHours

__all__ = [
    "Access",
    "Area",
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Checkpoint",
    "Discard",
    "Entry",
    "Heartbeat",
    "HomePage",
    "IsolationCheck",
    "Leaf",
    "Message",
    "NoticePage",
    "OfficeHours",
    "RevocationList",
    "RevokedCertificate",
    "RuleVersion",
    "TextMessage",
    "Tile",
]
