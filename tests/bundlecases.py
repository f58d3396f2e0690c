"""A whole bundle that a scene may spoil, and what the stranger's program says of it then."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from circulars.verifier.__main__ import main
from circulars.verifier.bundle import canonical_json
from cms.signing.keys import OpenKey
from tests.bundles import JOINT, LEAD, SEALED, Office, packed

PDF, MANIFEST, MANIFEST_P7S = "circular/circular.pdf", "circular/manifest.json", "circular/manifest.p7s"


@dataclass
class Case:
    """A whole bundle that a scene may spoil."""

    office: Office
    files: dict[str, bytes]
    folder: Path

    def change(self, name: str, **facts: Any) -> None:
        """The text says something else; whoever signed it did not sign this."""
        self.files[name] = canonical_json(json.loads(self.files[name]) | facts)

    def sign(self, name: str, key: OpenKey, at: Any = SEALED) -> None:
        """The text is signed with this key."""
        self.files[name.replace(".json", ".p7s")] = self.office.signed(self.files[name], key, at)

    def sign_manifest(self, **facts: Any) -> None:
        """The lead body signs a manifest that says something else."""
        self.change(MANIFEST, **facts)
        self.sign(MANIFEST, self.office.keys[LEAD[0]])
        self.enter()

    def enter(self, more: dict[int, dict[str, Any]] | None = None) -> None:
        """The ledger names the manifest and the receipts as they are now, and says ``more`` in other leaves."""
        receipts = [
            text for name, text in sorted(self.files.items()) if name.startswith("receipts/") and name.endswith("json")
        ]
        self.files |= self.office.ledger(self.office.authority.checkpoints, self.files[MANIFEST], receipts, more)

    def path(self, *, is_indexed: bool = True) -> Path:
        """The archive of the files, with an index over them as they are now."""
        if is_indexed:
            self.files = self.office.indexed(self.files)
        path = self.folder / "bundle.zip"
        path.write_bytes(packed(self.files))
        return path


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("office") / "ca")
    assert office.authority
    return office


@pytest.fixture(scope="session")
def sealed_page(office: Office) -> bytes:
    return office.sealed({"seal-2": office.keys[JOINT[0]], "seal-1": office.keys[LEAD[0]]})


@pytest.fixture(scope="session")
def whole_bundle(office: Office, sealed_page: bytes) -> dict[str, bytes]:
    return office.indexed(office.contents(sealed_page))


@pytest.fixture
def case(office: Office, whole_bundle: dict[str, bytes], tmp_path: Path) -> Case:
    return Case(office, dict(whole_bundle), tmp_path)


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """``verified(path)``: what the program answers and says, line by line."""

    def verify(path: Path, *more: str) -> tuple[int, list[str]]:
        answer = main([str(path), *more])
        return answer, capsys.readouterr().out.splitlines()

    return verify
