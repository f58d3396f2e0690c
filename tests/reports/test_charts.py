"""Charts are told apart without colour, say their numbers in words, and take no markup from anybody."""

from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest

from reports.charts import Series, bars, line

HALF, ALL = Fraction(1, 2), Fraction(1)
NASTY = '<script>alert("1")</script>&'


@pytest.mark.parametrize("draw", [bars, line])
@pytest.mark.parametrize(
    "labels, series",
    [
        (
            ["县区", NASTY],
            [Series("本月", [HALF, ALL]), Series(NASTY, [None, Fraction(0)]), Series("去年", [ALL, None])],
        ),
        (["县区"], [Series("本月", [None])]),
        ([], [Series("本月", [])]),
        (["一", "二", "三"], [Series("本月", [Fraction(985, 1000), None, ALL])]),
    ],
)
def test_a_chart_is_well_formed_names_itself_and_has_its_table(draw, labels, series):
    drawn = draw("c", f"按时签收率{NASTY}", labels, series)
    assert "<script" not in drawn
    tree = fromstring(f"<x>{drawn}</x>")  # noqa: S314  ours
    (svg,) = (one for one in tree.iter() if one.tag.endswith("svg"))
    ids = {one.get("id") for one in tree.iter()} - {None}
    assert set(svg.get("aria-labelledby").split()) <= ids
    assert len(ids) == sum(one.get("id") is not None for one in tree.iter())
    cells = [one.text for one in tree.iter("td")]
    assert cells == ["—" if one.rates[n] is None else f"{float(one.rates[n]):.2%}" for n in range(len(labels)) for one in series]  # fmt: skip
    assert " style=" not in drawn


def test_bars_differ_by_pattern_and_lines_by_dash_and_mark():
    series = [Series(name, [HALF, ALL]) for name in ("一", "二", "三")]
    assert all(f"url(#c-{fill})" in bars("c", "率", ["甲", "乙"], series) for fill in ("solid", "hatched", "dotted"))
    drawn = line("c", "率", ["甲", "乙"], series)
    assert all(f'stroke-dasharray="{dash}"' in drawn for dash in ("none", "7 4", "2 3"))
    assert "纵轴从 40% 到 100%" in drawn
