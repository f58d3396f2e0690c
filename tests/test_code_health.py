"""What a machine can say of the code: no finding of high severity; how much the scenes run, where ``make coverage`` has been."""

import json
import subprocess
import sys

import pytest

from tests.databases import ROOT, engine

COVERED = ROOT / "var" / "coverage" / "lines.json"


@pytest.mark.skipif(engine() == "postgresql", reason="The code is the same: read once, with SQLite.")
def test_bandit_has_no_finding_of_high_severity(record_property):
    command = [
        sys.executable,
        "-m",
        "bandit",
        "-q",
        "-r",
        "cms",
        "accounts",
        "circulars",
        "reports",
        "site",
        "manage.py",
    ]
    said = subprocess.run([*command, "-c", "pyproject.toml", "-f", "json"], cwd=ROOT, capture_output=True, text=True)
    found = json.loads(said.stdout)
    assert not found["errors"]
    assert found["metrics"]["_totals"]["loc"] > 20_000
    high = [
        f"{one['filename']}:{one['line_number']} {one['issue_text']}"
        for one in found["results"]
        if one["issue_severity"] == "HIGH"
    ]
    record_property("high_findings", len(high))
    if COVERED.exists():
        record_property("covered_percent", round(json.loads(COVERED.read_text())["totals"]["percent_covered"], 1))
    assert not high
