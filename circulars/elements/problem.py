"""What is found wrong with a draft, and what a check may know beside the draft itself."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.units import Unit
from circulars.elements.rules import RULES

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where to mend it (a form field's name) and by which rule; no error is what the reviewer answers for."""

    code: str
    field: str
    sentence: str
    is_error: bool = True

    @property
    def article(self) -> str:
        """Where the rule is written."""
        return RULES[self.code].article

    @property
    def key(self) -> str:
        """The same for the same warning on the same text: what a reviewer's tick names, 16 hex digits."""
        return hashlib.sha256(f"{self.code}\n{self.field}\n{self.sentence}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Referenced:
    """What is on record of a circular that the draft refers to."""

    title: str
    number: str
    document_type: str
    issuer: str
    redistribution: str
    holders: tuple[str, ...] = ()  # codes of the units that hold it, where the draft corrects or annuls it


@dataclass(frozen=True)
class FileVerdict:
    """What a look into a file found: fingerprints of the marks of secrecy in it, and why a part of it was not read."""

    fingerprints: frozenset[str]
    unread: str


@dataclass(frozen=True)
class Facts:
    """What the registers say of the units and circulars that a draft names."""

    units: Mapping[str, Unit] = field(default_factory=dict)  # named by the draft, by code
    above: tuple[Unit, ...] = ()  # every unit above an issuer
    beside: tuple[Unit, ...] = ()  # departments and institutions under the same superior as an issuer
    referenced: Mapping[str, Referenced] = field(default_factory=dict)  # by identifier, and by number
    files: Mapping[str, FileVerdict] = field(default_factory=dict)  # by digest
    unticked: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # known names that get nothing, by line: primary, cc
    series_area: int | None = None  # the area that the number series is for, asked where the lead issuer runs one
    lifted: frozenset[str] = frozenset()  # fingerprints of lines that a reviewer found to be no mark of secrecy

    def of(self, codes: Iterable[str]) -> list[Unit]:
        """The units with these codes, in this order."""
        return [self.units[code] for code in codes if code in self.units]


Check = Callable[[Snapshot, Facts], Iterator[Problem]]
