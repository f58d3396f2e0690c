"""What scenes about sealed papers do to them: seal by one hand, change a file behind our backs, ask a stranger's program."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import which

import pytest

from accounts.seals import SealKey
from accounts.sealuses import SealUse
from accounts.units import Unit
from circulars.registration import Circular
from circulars.sealing import Manifest, Seal, seal
from cms.attachments import place_of
from cms.signing.keys import OpenKey
from tests.cast import MONDAY, City
from tests.sealkeys import seal_key

needs_pdfsig = pytest.mark.skipif(which("pdfsig") is None, reason="poppler-utils is not installed")


def office_seal(city: City, at: datetime = MONDAY) -> tuple[SealKey, OpenKey]:
    return seal_key(city.office, city.keeper, at=at)


def by_hand(city: City, circular: Circular, unit: Unit, at: datetime = MONDAY) -> bool:
    """The unit's keeper seals, and nobody else."""
    key, opened = seal_key(unit, city.keeper_of(unit), at=at)
    return seal(circular, key, opened, by=key.keeper, at=at)


def nothing_was_sealed() -> bool:
    return not (Seal.objects.exists() or Manifest.objects.exists() or SealUse.objects.exists())


def tampered(digest: str, change: Callable[[bytes], bytes]) -> None:
    """The file of this digest holds other bytes now."""
    path = place_of(digest)
    path.chmod(0o640)
    path.write_bytes(change(path.read_bytes()))


def pdfsig(folder: Path, pdf: bytes) -> str:
    """What pdfsig says of the file."""
    (folder / "paper.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", "paper.pdf"], cwd=folder, capture_output=True, check=False, text=True).stdout
