"""LibreOffice without a screen: it reckons a workbook anew, and prints it."""

import subprocess
from pathlib import Path
from shutil import which

import pytest

needs_calc = pytest.mark.skipif(
    which("soffice") is None,
    reason="LibreOffice Calc is not installed (Debian: apt-get install libreoffice-calc-nogui)",
)


def converted(book: Path, kind: str, folder: Path) -> Path:
    """The book as a file of that kind in the folder, by a LibreOffice that knows nothing of anybody's settings."""
    profile = folder / "profile"
    target = folder / kind
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    done = subprocess.run(
        [*command, "--outdir", str(target), str(book)], capture_output=True, text=True, timeout=120, check=False
    )
    made = target / f"{book.stem}.{kind}"
    assert made.is_file(), done.stderr or done.stdout
    return made
