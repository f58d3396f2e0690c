"""SoftHSM in the place of hardware: tokens that a PKCS#11 library reaches, made for one run of the scenes."""

import os
import subprocess
from pathlib import Path
from shutil import which
from uuid import uuid4

import pytest

_LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
LIBRARY = next((Path(path) for path in _LIBRARIES if Path(path).exists()), Path())
needs_softhsm = pytest.mark.skipif(
    which("softhsm2-util") is None or not LIBRARY.is_file(), reason="softhsm2 is not installed"
)
DELIVERED = "246813"  # the PIN under which a token leaves the network office


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, with a place of its own for its tokens."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    return LIBRARY


def new_token(pin: str = DELIVERED) -> str:
    """The label of a token that was prepared just now."""
    label = f"seal-{uuid4().hex[:8]}"
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "13579135", "--pin", pin]
    subprocess.run(command, check=True, capture_output=True)
    return label
