"""A paper of three pages set in type, checked and measured for its seal, against the bare compiler on the same words in one face."""

import json

import typst

from circulars.typesetting.pages import page_count
from circulars.typesetting.press import typeset
from tests.bench.stopwatch import Figure, race
from tests.printed import SEALS, fonts, paper, sample

TURNS = 15
NAME = "YA-2026-0231"
BARE = b"""
#let words = json(bytes(sys.inputs.words))
#set page(width: 210mm, height: 297mm, margin: (left: 28mm, right: 26mm, top: 37mm, bottom: 35mm))
#set text(font: "FandolFang R", size: 16pt, lang: "zh")
#for line in words { par(line) }
"""


def measure() -> list[Figure]:
    """By the clock on the wall and by what was computed; the first sheets are not counted, the fonts being read then."""
    body = "\n".join([sample(NAME)["body"]] * 2)
    lines = body.split("\n")
    compiler = typst.Compiler(font_paths=fonts().loaded, ignore_system_fonts=True)
    if page_count(typeset(paper(NAME, body=body), fonts(), seals=SEALS).pdf) < 3:
        raise AssertionError("The paper is shorter than three pages.")

    def plain(turn: int) -> object:
        # Another word each turn, or the compiler would hand out what it made before.
        return compiler.compile(input=BARE, format="pdf", sys_inputs={"words": json.dumps([str(turn), *lines])})

    def set_anew(turn: int) -> object:
        return typeset(paper(NAME, body=f"第{turn}次。\n{body}"), fonts(), seals=SEALS)

    run = race(TURNS, bare=plain, ours=set_anew)
    return [run.wall("a paper of three pages set in type"), run.cpu("a paper of three pages set in type")]
