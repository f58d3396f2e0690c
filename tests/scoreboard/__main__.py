"""``python -m tests.scoreboard``: every promise with the scenes that show it and their figures; a table, and var/scoreboard.json.

Each promise is a run of its own, on the engine that TEST_DATABASE names. Exit code 1 when a scene failed or a promise had none.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import parse

from tests.databases import ROOT, engine
from tests.scoreboard.promises import PROMISES, Promise

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FOLDER = ROOT / "var" / "scoreboard"


@dataclass(frozen=True)
class Verdict:
    """How many scenes passed, failed and were skipped, what they recorded, and how many seconds it took."""

    promise: str
    aim: str
    passed: int
    failed: int
    skipped: int
    told: dict[str, float]
    seconds: int

    @property
    def is_kept(self) -> bool:
        return self.passed > 0 and self.failed == 0

    def line(self) -> str:
        told = "，".join(f"{name} {value:g}" for name, value in self.told.items())
        counts = f"{self.passed} 个场景通过" + (f"，{self.failed} 个失败" if self.failed else "")
        counts += f"，{self.skipped} 个跳过" if self.skipped else ""
        return f"{'✓' if self.is_kept else '✗'} {self.promise}\n    目标：{self.aim}\n    结果：{counts}" + (
            f"；{told}" if told else ""
        )


def main() -> int:
    asked = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    verdicts = []
    for number, promise in enumerate(PROMISES, 1):
        if asked.only and number not in asked.only:
            continue
        verdicts.append(judged(promise, FOLDER / f"{engine()}-{number}.xml"))
        _say(f"{number:2} {verdicts[-1].line()}")
    found = {
        "engine": engine(),
        "cores": os.cpu_count(),
        "promises": [asdict(v) | {"kept": v.is_kept} for v in verdicts],
    }
    (ROOT / "var" / "scoreboard.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    kept = sum(verdict.is_kept for verdict in verdicts)
    _say(f"{len(verdicts)} 项中 {kept} 项兑现。逐项数字在 var/scoreboard.json。")
    return 0 if kept == len(verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.scoreboard", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the promises to look at; all unless told")
    return parser.parse_args()


def judged(promise: Promise, report: Path) -> Verdict:
    """The scenes of the promise have been run, and pytest's report of them lies in this file."""
    report.unlink(missing_ok=True)
    if promise.kept_in:
        (ROOT / promise.kept_in).unlink(missing_ok=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}", *promise.scenes]
    subprocess.run(command, cwd=ROOT, env=os.environ | promise.settings, stdout=subprocess.DEVNULL, check=False)
    seconds = round(time.monotonic() - began)
    if not report.exists():
        return Verdict(promise.name, promise.aim, 0, 1, 0, {}, seconds)
    return verdict_of(promise, parse(report).getroot(), seconds)


def verdict_of(promise: Promise, report: "Element", seconds: int) -> Verdict:
    """What a report of pytest's in JUnit's form says of the promise."""
    cases = list(report.iter("testcase"))
    failed = sum(any(case.find(kind) is not None for kind in ("failure", "error")) for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    told = {}
    for name in promise.told:
        how, _, key = name.rpartition(":")
        values = [float(one.get("value", 0)) for one in report.iter("property") if one.get("name") == key]
        if values:
            told[key] = max(values) if how == "most" else sum(values)
    if promise.kept_in and (kept := ROOT / promise.kept_in).exists():
        figures = json.loads(kept.read_text())
        told |= {name: figures[name] for name in promise.told if name in figures}
    return Verdict(promise.name, promise.aim, len(cases) - failed - skipped, failed, skipped, told, seconds)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
