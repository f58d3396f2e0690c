"""What counts as the same text for a search, and that no phrase falls between two passages."""

import random
import time

import pytest

from cms.bigrams import (
    EDGE,
    LONGEST,
    MOST,
    OVERLAP,
    PASSAGE,
    PHRASE,
    asked,
    folded,
    folded_passage,
    needed,
    pairs,
    passages,
    tidied,
)
from cms.initials import initials
from cms.snippets import marked, snippet

SAME = [
    ("延政办发〔2026〕23号", "延政办发[2026]23号"),
    ("延政办发〔2026〕23号", "延政办发（２０２６）２３号"),
    ("第 130 号", "第130号"),
    ("电子公文\n传输系统", "电子公文传输系统"),
    ("延 安　市", "延安市"),
    ("OA 系统", "ｏａ系统"),
    ("通\u200b知\u202e", "通知"),
    ("⼀体化", "一体化"),
    ("a\u0301cute", "ácute"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_text_written_in_two_ways_is_the_same(one, other):
    assert folded(tidied(one)) == folded(other)


def said(text, question):
    return all(phrase in folded(tidied(text)) for phrase in asked(question).phrases)


@pytest.mark.parametrize(
    ("text", "question", "is_there"),
    [
        ("延政办函〔2026〕130号", "130号", True),
        ("延政办函〔2026〕1130号", "130号", False),
        ("延政办函〔2026〕130号", "13", False),
        ("按时签收率96.8%", "6.8%", False),
        ("按时签收率96.8%", "96.8%", True),
        ("邮箱 mail@ya.cn", "ai", False),
        ("采用AI技术", "ai", True),
        ("完成50%，其余_待办_", "%", True),
        ("完成五成", "%", False),
        ("关于值班的通知", "通知 值班", True),
        ("关于值班的通知", "值班 通报", False),
        ("“NEAR”与“AND”", "near and", True),
        ("好😀", "😀", True),
    ],
)
def test_a_number_and_a_latin_word_are_whole_and_signs_are_plain(text, question, is_there):
    assert said(text, question) is is_there


def test_a_question_without_end_is_cut():
    assert not asked("值班 通知").is_cut
    assert asked("").phrases == asked(" \0\u202e\n").phrases == ()
    for endless in ("值班通知" * 25_000, '"*%_ ' * 20_000, "NEAR(" * 20_000, "1" * 100_000, "a " * 50_000 + "b"):
        found = asked(endless)
        assert found.is_cut
        assert len(found.phrases) <= MOST
        assert all(len(phrase) <= PHRASE + 1 for phrase in found.phrases)
    assert LONGEST < 100_000


def test_every_phrase_of_a_text_stands_whole_in_one_passage_and_no_number_is_cut():
    chance = random.Random(7)
    text = tidied("".join(chance.choice("一二三四，。1234567ab ") for _ in range(6 * PASSAGE)))
    pieces = [folded_passage(piece) for piece in passages([text])]
    assert all(len(piece) <= 4 * PASSAGE for piece in pieces)
    whole = folded(text)
    for begin in range(0, len(whole) - PHRASE, 7):
        phrase = whole[begin : begin + PHRASE]
        assert any(phrase in piece for piece in pieces), begin
    numbers = set(whole.split()) - {""}
    assert all(set(piece.split()) <= numbers for piece in pieces[:1])
    assert OVERLAP > PHRASE


def test_no_phrase_runs_from_one_line_into_the_next():
    (piece,) = passages(["做好值班", "通知到人"])
    assert "值班通知" not in folded_passage(piece)
    assert EDGE not in folded(EDGE)


def test_a_text_that_says_a_phrase_has_all_its_pairs():
    text = folded("延政办发〔2026〕23号关于𠮷林𠮷祥的通知😀")
    for begin in range(len(text)):
        for end in range(begin + 1, len(text) + 1):
            assert needed(text[begin:end]) <= pairs(text)


def test_the_hit_is_marked_as_it_was_written():
    text = "延政办函〔2026〕130 号与1130号，ＯＡ系统"
    assert [piece.text for piece in marked(text, asked("130号").phrases) if piece.is_hit] == ["130号"]
    assert [piece.text for piece in snippet(tidied(text), asked("oa系统 [2026]").phrases) if piece.is_hit] == [
        "〔2026〕",
        "ＯＡ系统",
    ]
    assert snippet("没有", asked("值班").phrases) == ()
    around = snippet("甲" * 500 + "值班" + "乙" * 500, asked("值班").phrases)
    assert sum(len(piece.text) for piece in around) < 120


def test_first_letters_are_those_of_the_word():
    found = {
        name: initials(name, end="|") for name in ("延长县", "子长市", "重庆路", "市财政局", "2026年a", "银行行长")
    }
    assert found == {
        "延长县": "ycx",
        "子长市": "zcs",
        "重庆路": "cql",
        "市财政局": "sczj",
        "2026年a": "|n|",
        "银行行长": "yhhz",
    }


def test_what_spells_names_is_taught_ours_once_and_not_for_each():
    initials("子长市", end="|")
    begun = time.process_time()
    for number in range(200):
        initials(f"关于做好第{number}项工作的通知", end="|")
    assert time.process_time() - begun < 1
