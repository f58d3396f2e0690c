"""The number series of the issuing units as a file: taken in whole, repeatable, or refused line by line."""

import pytest
from django.core.management import CommandError, call_command

from circulars.numbering import Series
from cms.ledger import Entry

HEAD = "unit,series,layout,numbering,opening_number\n"


@pytest.fixture
def load(city, tmp_path):
    """Take in these lines under the right head, or this text as it is."""

    def write_and_load(*lines, head=HEAD):
        file = tmp_path / "series.csv"
        file.write_text(head + "\n".join(lines) + "\n")
        call_command("load_series", file, verbosity=0)

    return write_and_load


def test_a_new_series_counts_from_its_opening_number(city, load):
    load("BM12,延建发,general,yearly,7")
    series = Series.objects.get(prefix="延建发")
    assert (series.unit, series.layout, str(series.draw(2026))) == (city.late, "general", "延建发〔2026〕7号")


def test_the_same_file_again_makes_nothing_new(load):
    for _ in range(2):
        load("BM12,延建发,general,yearly,7")
    assert Series.objects.filter(prefix="延建发").count() == 1
    facts = [entry.facts for entry in Entry.objects.filter(deed="series.loaded").order_by("pk")]
    assert [said["new"] for said in facts] == [1, 0]


def test_an_opening_number_can_be_mended_until_the_first_number_is_drawn(load):
    load("BM12,延建发,general,yearly,7")
    load("BM12,延建发,general,yearly,70")
    series = Series.objects.get(prefix="延建发")
    assert str(series.draw(2026)) == "延建发〔2026〕70号"
    load("BM12,延建发,general,yearly,700")
    assert str(Series.objects.get(prefix="延建发").draw(2026)) == "延建发〔2026〕71号"


@pytest.mark.parametrize(
    "line, said",
    [
        ("XX99,延建发,general,yearly,1", "“XX99”不在名册里"),
        ("QY16,储粮发,general,yearly,1", "没有发文权"),
        ("BM12,,general,yearly,1", "机关代字"),
        (f"BM12,{'长' * 21},general,yearly,1", "机关代字"),
        ("BM05,延公发,general,yearly,1", "与第 2 行重复"),
        ("BM12,延建发,telegram,yearly,1", "版式“telegram”不认识"),
        ("BM12,延建发,general,monthly,1", "编号方式“monthly”"),
        ("BM12,延建发,general,yearly,0", "启用号“0”"),
        ("BM12,延建发,general,yearly,-1", "启用号“-1”"),
        ("BM12,延建发,general,yearly,一", "启用号“一”"),
        ("BM12,延建发,general,yearly", "列数不对"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_nothing_is_loaded(load, line, said):
    with pytest.raises(CommandError) as refused:
        load("BM05,延公发,general,yearly,1", line)
    assert "第 3 行" in str(refused.value)
    assert said in str(refused.value)
    assert not Series.objects.filter(prefix__in=["延公发", "延建发"]).exists()


def test_a_file_with_another_head_is_refused(load):
    with pytest.raises(CommandError, match="表头缺少列"):
        load("BM12,延建发", head="unit,series\n")
