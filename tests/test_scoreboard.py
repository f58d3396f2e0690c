"""The scoreboard: each promise names scenes that are there, and a report is read for what it says."""

import pytest
from defusedxml.ElementTree import fromstring

from tests.databases import ROOT
from tests.scoreboard.__main__ import verdict_of
from tests.scoreboard.promises import PROMISES, Promise

REPORT = """<testsuites><testsuite>
<testcase name="a"><properties><property name="lost" value="0"/><property name="worst_ms" value="300"/></properties></testcase>
<testcase name="b"><properties><property name="lost" value="2"/><property name="worst_ms" value="200"/></properties></testcase>
<testcase name="c"><failure message="x"/></testcase>
<testcase name="d"><skipped message="y"/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_every_promise_names_scenes_that_are_there(promise):
    assert promise.scenes
    assert not [scene for scene in promise.scenes if not (ROOT / scene).exists()]


def test_a_report_is_counted_and_its_properties_are_summed_or_the_largest_is_taken():
    promise = Promise("承诺", "目标", ("tests/x.py",), ("lost", "most:worst_ms", "never_said"))
    verdict = verdict_of(promise, fromstring(REPORT), 3)
    assert (verdict.passed, verdict.failed, verdict.skipped) == (2, 1, 1)
    assert verdict.told == {"lost": 2, "worst_ms": 300}
    assert not verdict.is_kept
    assert "1 个失败" in verdict.line()


def test_a_promise_without_a_scene_that_ran_is_not_kept():
    assert not verdict_of(Promise("承诺", "目标", ()), fromstring("<testsuites/>"), 0).is_kept
