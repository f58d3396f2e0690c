"""Attack 36: a virus, where the installation has a scanner; what was not looked at is not taken in (Article 5)."""

import pytest

from tests.listeners import Clamd
from tests.smallfiles import (
    docx,
)
from tests.uploads import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


# --- 36: the scanner ---


def test_36_what_the_scanner_finds_is_refused_and_what_it_finds_clean_is_kept(refused, settings):
    with Clamd() as scanner:
        settings.CLAMD = scanner.place
        refused("病毒.txt", EICAR, "virus", "病毒查杀", "网信办")
        large = b"x" * 700_000 + EICAR
        refused("病毒.txt", large, "virus")
        assert scanner.taken[-1] == large
        assert kept("名单.txt", b"clean")
        assert kept("名单.docx", docx()).is_intact()
        assert scanner.taken[-1] == docx()


@pytest.mark.parametrize("mood", ["silent", "hangs up", "error", "nonsense", "too large"])
def test_36_a_scanner_that_does_not_answer_lets_nothing_in(refused, settings, monkeypatch, mood):
    monkeypatch.setattr("cms.viruses.PATIENCE", 1)
    with Clamd(mood) as scanner:
        settings.CLAMD = scanner.place
        refused("名单.txt", b"x" * 700_000, "scanner", "过几分钟再试", "网信办")


def test_36_a_scanner_that_is_not_there_lets_nothing_in(refused, settings, tmp_path):
    with Clamd() as scanner:
        gone = scanner.place
    for place in (gone, str(tmp_path / "no.sock"), f"unix:{tmp_path}/no.sock", "nonsense"):
        settings.CLAMD = place
        refused("名单.txt", b"clean", "scanner", "过几分钟再试")


def test_36_the_scanner_is_asked_at_a_socket_too(settings, tmp_path):
    with Clamd(path=tmp_path / "clamd.sock") as scanner:
        settings.CLAMD = str(tmp_path / "clamd.sock")
        assert kept("名单.txt", b"clean")
        assert scanner.taken == [b"clean"]
