"""Table of contents: every model of the app."""

from circulars.amending import Amendment
from circulars.answers.records import AnswerCell, AnswerVersion, UnitAnswer
from circulars.archive.appraisal import Appraisal
from circulars.archive.codes import CounterBook
from circulars.archive.destructionlists import DestructionLine, DestructionList
from circulars.archive.filing import TermChange
from circulars.archive.fonds import Fonds
from circulars.archive.handedon import HoldingHandedOn
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import PackageCheck
from circulars.archive.scope import ScopeLine
from circulars.archive.tombstones import Tombstone
from circulars.archive.transferrecords import Transfer, TransferLine
from circulars.chasing import Urge
from circulars.checkcodes import CheckCode
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.decidedrelief import RoundRelief
from circulars.decisions import Answer, Decision
from circulars.deliveries import Delivery, DeliveryRound
from circulars.demands.drafting import DraftDemand, DraftField
from circulars.demands.fixed import ReplyDemand, ReplyField
from circulars.demands.links import PaperReply
from circulars.handling.levels import HandlingLevels
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.urging import InnerUrge
from circulars.incoming import Incoming, RegisterBook
from circulars.incoming.beginning import RegisterDuty
from circulars.incoming.correcting import CorrectedField, EntryCorrection
from circulars.incoming.handedon import EntryHandedOn
from circulars.issuing import IssuingTemplate
from circulars.notices import Notice
from circulars.numbering import NumberBook, Series
from circulars.origins import Origin
from circulars.pages import CircularPage, CoIssuer, DraftAttachment, Reference, SectionPage
from circulars.papercopies import PaperCopy
from circulars.printing import MoreOriginals, PrintedCopy, SpoiltCopy
from circulars.problems import DeliveryProblem
from circulars.receipts import Receipt, ReceiptSignature
from circulars.recipientlists import ListedUnit, RecipientList
from circulars.registration import Circular, CircularText, DistributionLine, IssuerLine
from circulars.returns import ReturnOutcome
from circulars.savedsearches import SavedSearch
from circulars.screenings import ScreenedMark, Screening
from circulars.scrubbing import DamagedFile, Scrub
from circulars.sealing.records import Manifest, Rendition, Seal
from circulars.searchindex.parts import IndexedPart
from circulars.searchindex.passages import Passage
from circulars.secrecycases import CaseFile, CaseReader, SecrecyCase
from circulars.secrecyhits import SecrecyHit, SecrecyLift
from circulars.steps import ApproveTask, CountersignTask, ReviewTask
from circulars.succession import HandedOn
from circulars.supplementing import Supplement
from circulars.turns import Turn
from circulars.versions import Version
from circulars.voiding import VoidedNumber

__all__ = [
    "Amendment",
    "Answer",
    "AnswerCell",
    "AnswerVersion",
    "Appraisal",
    "ApproveTask",
    "Assignment",
    "CaseFile",
    "CaseReader",
    "CheckCode",
    "Circular",
    "CircularPage",
    "CircularText",
    "Circulation",
    "CoIssuer",
    "CorrectedField",
    "CounterBook",
    "CountersignTask",
    "DamagedFile",
    "Decision",
    "Delivery",
    "DeliveryProblem",
    "DeliveryRound",
    "DestructionLine",
    "DestructionList",
    "DistributionLine",
    "DraftAttachment",
    "DraftDemand",
    "DraftField",
    "EntryCorrection",
    "EntryHandedOn",
    "Fonds",
    "HandedOn",
    "Handling",
    "HandlingLevels",
    "Holding",
    "HoldingHandedOn",
    "Incoming",
    "IndexedPart",
    "InnerUrge",
    "IssuerLine",
    "IssuingTemplate",
    "ListedUnit",
    "Manifest",
    "MoreOriginals",
    "Notice",
    "NumberBook",
    "Opinion",
    "Origin",
    "PackageCheck",
    "PaperCopy",
    "PaperReply",
    "Passage",
    "PrintedCopy",
    "Reader",
    "ReaderEnd",
    "Receipt",
    "ReceiptSignature",
    "RecipientList",
    "Reference",
    "RegisterBook",
    "RegisterDuty",
    "Rendition",
    "ReplyDemand",
    "ReplyField",
    "ReturnOutcome",
    "ReviewTask",
    "RoundRelief",
    "SavedSearch",
    "ScopeLine",
    "ScreenedMark",
    "Screening",
    "Scrub",
    "Seal",
    "SecrecyCase",
    "SecrecyHit",
    "SecrecyLift",
    "SectionPage",
    "Series",
    "SpoiltCopy",
    "Supplement",
    "TermChange",
    "Tombstone",
    "Transfer",
    "TransferLine",
    "Turn",
    "UnitAnswer",
    "Urge",
    "Version",
    "VoidedNumber",
]
