"""Tables handed in that are not what they say: refused in a sentence with the line, and nothing of them is taken in (Articles 2, 7 and 22).

The register of units, the register of people, the number series and the working calendar, each of them mangled in every way.
"""

import io
import os
import re
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.people import User
from accounts.units import Unit
from circulars.numbering import Series
from cms.workdays import CalendarDay
from tests.walking import everything

HEADS = {
    "load_units": "code,name,short_name,pinyin,category,level,parent,served_by,can_issue,key_fee_payer,connected,sort_order",
    "open_accounts": "login,name,unit,roles,mobile,office_phone",
    "load_series": "unit,series,layout,numbering,opening_number",
    "load_calendar": "日期,类型,名称",
}
LINES = {
    "load_units": (
        "ZQ01,{},甲局,jj,department,prefecture,,,no,municipal,yes,900",
        "ZQ02,乙局,乙局,yj,department,prefecture,,,no,self,no,901",
    ),
    "open_accounts": ("zq7one,{},BM05,clerk,,", "zq7two,李四,BM05,clerk,,"),
    "load_series": ("YA-ZFB,{},general,yearly,1", "YA-ZFB,延政办乙,general,yearly,1"),
    "load_calendar": ("2027-01-01,放假,{}", "2027-05-01,放假,劳动节"),
}
TAKEN = {
    "load_units": lambda: list(Unit.objects.filter(code__startswith="ZQ0").order_by("code").values_list("name", flat=True)),
    "open_accounts": lambda: list(User.objects.filter(username__startswith="zq7").order_by("username").values_list("name", flat=True)),
    "load_series": lambda: list(Series.objects.filter(prefix__regex="甲局|延政办乙|[=@+-]").order_by("pk").values_list("prefix", flat=True)),
    "load_calendar": lambda: list(CalendarDay.objects.filter(date__year=2027).order_by("date").values_list("name", flat=True)),
}  # fmt: skip
TABLES = list(HEADS)


def text_of(name, cell="甲局", end="\n", more=()):
    """A good table with this cell in its first line."""
    return end.join((HEADS[name], LINES[name][0].format(cell), LINES[name][1], *more)) + end


@pytest.fixture
def hand_in(city, tmp_path):
    """The table of these bytes is given to its command; the sentence of the refusal, or nothing."""
    number = iter(range(100))

    def run(name, raw):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(raw)
        more = {
            "open_accounts": {"by": "engineer", "letters": tmp_path / f"letters-{next(number)}.html"},
            "load_calendar": {"source": "国办发明电〔2026〕9号"},
        }.get(name, {})
        years = ["2027"] if name == "load_calendar" else []
        try:
            call_command(name, file, *years, **more, stdout=io.StringIO())
        except CommandError as refused:
            return str(refused)
        return ""

    return run


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "encode",
    [
        lambda name: text_of(name).encode("utf-8-sig"),
        lambda name: text_of(name).encode("gb18030"),
        lambda name: text_of(name, end="\r\n").encode(),
        lambda name: text_of(name, end="\r").encode(),
        lambda name: text_of(name).encode().replace(b"\n", b"\r\n", 1),
        lambda name: text_of(name).encode().rstrip(b"\n"),
        lambda name: text_of(name, '"甲局"').encode(),
        lambda name: text_of(name).replace("\n", ",,\n").encode(),
    ],
    ids=["bom", "gb18030", "crlf", "cr", "mixed", "no last end", "quoted", "empty columns"],
)
def test_a_good_table_is_taken_in_whole_however_it_was_saved(hand_in, name, encode):
    assert hand_in(name, encode(name)) == ""
    assert len(TAKEN[name]()) == 2
    assert "甲局" in TAKEN[name]()


def zipped():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("table.csv", "日期,类型,名称\n" * 1000)
    return packed.getvalue()


MANGLED = {
    "nothing at all": lambda name: b"",
    "only a mark of byte order": lambda name: b"\xef\xbb\xbf",
    "a zip by that name": lambda name: zipped(),
    "random bytes": lambda name: os.urandom(5000),
    "UTF-16": lambda name: text_of(name).encode("utf-16"),
    "NUL in a cell": lambda name: text_of(name, "甲\0局").encode(),
    "NUL in the head": lambda name: text_of(name).encode().replace(b",", b"\0,", 1),
    "a quote never closed": lambda name: text_of(name, '"甲局').encode(),
    "text after a quote": lambda name: text_of(name, '"甲"局').encode(),
    "a line end in a cell": lambda name: text_of(name, '"甲\n局"').encode(),
    "a separator of lines": lambda name: text_of(name, "甲\u2028局").encode(),
    "a separator of paragraphs": lambda name: text_of(name, "甲\u2029局").encode(),
    "a tab": lambda name: text_of(name, "甲\t局").encode(),
    "an override of direction": lambda name: text_of(name, "甲\u202e局").encode(),
    "a mark of byte order inside": lambda name: text_of(name, "甲\ufeff局").encode(),
    "a cell too many": lambda name: text_of(name, "甲,局").encode(),
    "a cell too few": lambda name: (
        text_of(name).encode().replace("甲局,".encode(), b"", 1).replace(",甲局\n".encode(), b"\n")
    ),
    "the same line twice": lambda name: text_of(name, more=[LINES[name][1]]).encode(),
    "a column twice": lambda name: b"\n".join(
        line + b"," + line.split(b",")[0] for line in text_of(name).encode().splitlines()
    ),
    "a line of ten megabytes": lambda name: text_of(name, "甲" * 3_500_000).encode(),
    "half a character": lambda name: text_of(name).encode() + b"\xe7\x94",
    "a head alone": lambda name: (HEADS[name] + "\n").encode(),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("mangled", MANGLED)
def test_a_table_that_is_none_is_refused_in_a_sentence_and_nothing_is_taken_in(hand_in, name, mangled):
    before, begun = everything(), time.monotonic()
    said = hand_in(name, MANGLED[mangled](name))
    assert time.monotonic() - begun < 5
    assert everything() == before
    assert re.search("[\u4e00-\u9fff]", said), said
    assert len(said) < 20_000


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("cell", ["=1+1", '"=HYPERLINK(""http://x"",""点"")"', "+86", "-1", "@SUM(A1)"])
def test_a_formula_is_a_text_like_any_other(hand_in, name, cell):
    if hand_in(name, text_of(name, cell).encode()):
        assert TAKEN[name]() == []
    else:
        assert len(TAKEN[name]()) == 2


@pytest.mark.parametrize("year", ["0", "-1", "99999", "2027.0", "²", "1999", "2100", "10000000000000000000000"])
def test_a_calendar_of_no_year_is_not_loaded(city, tmp_path, year):
    file, before = tmp_path / "calendar.csv", everything()
    for line in ("0000-01-01", "99999-01-01", f"{year}-01-01", "1999-01-01", "2100-01-01"):
        file.write_text(f"日期,类型,名称\n{line},放假,元旦\n")
        with pytest.raises(CommandError):
            call_command("load_calendar", str(file), year, source="通知")
    assert everything() == before


@pytest.mark.parametrize("mangled", MANGLED)
def test_the_desk_says_of_a_mangled_calendar_what_is_wrong_and_loads_nothing(city, mangled):
    desk, before = city.desk(city.secretary), everything()
    file = SimpleUploadedFile("../../日历.csv", MANGLED[mangled]("load_calendar"))
    posted = {"year": 2027, "source": "国办发明电〔2026〕9号", "file": file, "confirm": 1}
    answer = desk.post(reverse("accounts:load_calendar"), posted)
    assert answer.status_code == 200
    said = [str(sentence) for sentence in answer.context["form"].errors["file"]]
    assert said
    assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in said)
    assert everything() == before


@pytest.mark.parametrize("year", ["0", "-1", "99999", "²", "2027.5", "\0", "9" * 5000, "二〇二七"])
def test_the_desk_takes_no_odd_year(city, year):
    desk, before = city.desk(city.secretary), everything()
    posted = {"year": year, "source": "通知", "table": text_of("load_calendar"), "confirm": 1}
    answer = desk.post(reverse("accounts:load_calendar"), posted)
    assert answer.status_code == 200
    assert answer.context["form"].errors["year"]
    assert everything() == before


@pytest.mark.parametrize("table", ["\0", "x" * (201 * 1024), "日期,类型,名称\n2027-01-01,放假,\0", '日期,类型,名称\n"'])
def test_what_the_page_of_the_look_sends_back_is_read_as_strictly(city, table):
    desk, before = city.desk(city.secretary), everything()
    posted = {"year": 2027, "source": "通知", "table": table, "confirm": 1}
    answer = desk.post(reverse("accounts:load_calendar"), posted)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert everything() == before
