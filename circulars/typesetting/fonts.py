"""The five typefaces of an official paper by their role, and which font stands in for a character that one of them lacks.

GB/T 9704-2012 names faces that may not be shipped (方正小标宋, 仿宋_GB2312, 楷体_GB2312). So a role takes the operator's own licensed file
first (``fang.ttf``, ``biao.otf`` … in one folder), then the free Fandol face in ``site/fonts``; a character that neither has is taken from
a system face. A face that is not there raises ``FontMissing``: nothing falls back in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

import typst

from circulars.typesetting.opentype import NotAFont, characters, postscript_name


class Role(StrEnum):
    """What a face is for."""

    FANG = "fang"  # 仿宋: the text
    KAI = "kai"  # 楷体: headings of the second level, names of signers
    HEI = "hei"  # 黑体: headings of the first level, urgency, 附件
    BIAO = "biao"  # 小标宋: mark and title
    SONG = "song"  # 宋体: page numbers


LABELS = {Role.FANG: "仿宋", Role.KAI: "楷体", Role.HEI: "黑体", Role.BIAO: "小标宋", Role.SONG: "宋体"}
_VENDORED = {
    Role.FANG: "FandolFang-Regular.otf",
    Role.KAI: "FandolKai-Regular.otf",
    Role.HEI: "FandolHei-Regular.otf",
    Role.BIAO: "FandolSong-Bold.otf",
    Role.SONG: "FandolSong-Regular.otf",
}
# For rare characters, where the machine has them: family and weight, the likest first.
_SERIF, _BOLD_SERIF, _SANS = ("Noto Serif CJK SC", 400), ("Noto Serif CJK SC", 700), ("Noto Sans CJK SC", 400)
_WENKAI = ("LXGW WenKai", 400)
_RARE = {
    Role.FANG: (_SERIF, _WENKAI, _SANS),
    Role.KAI: (_WENKAI, _SERIF, _SANS),
    Role.HEI: (_SANS, _SERIF, _WENKAI),
    Role.BIAO: (_BOLD_SERIF, _SERIF, _SANS),
    Role.SONG: (_SERIF, _SANS, _WENKAI),
}
_ENDINGS = (".otf", ".ttf", ".ttc")


class FontMissing(LookupError):
    """A face that a paper needs is not there, or another one than asked for was used."""


@dataclass(frozen=True)
class Face:
    """One face of one font file."""

    family: str
    weight: int
    path: Path
    index: int = 0

    @property
    def postscript_name(self) -> str:
        return postscript_name(self.path, self.index)

    def has(self, character: str) -> bool:
        return ord(character) in characters(self.path, self.index)


class FontSet:
    """The faces of this installation: of each role a chain, its own face first; read once and shared."""

    def __init__(self, vendored: Path, operator: Path | None = None) -> None:
        folders = [folder for folder in (operator, vendored) if folder is not None and folder.is_dir()]
        self.loaded = typst.Fonts(
            include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
        self._faces = [
            Face(info.family, info.weight, Path(info.path), info.index)
            for info in self.loaded.fonts()
            if info.path and info.style == "normal"
        ]
        self._operator = operator
        self._vendored = vendored
        self.chains: dict[Role, tuple[Face, ...]] = {role: self._chain(role) for role in Role}

    def _chain(self, role: Role) -> tuple[Face, ...]:
        own = [*self._of_operator(role), *self._at(self._vendored / _VENDORED[role])]
        if not own:
            raise FontMissing(f"缺少{LABELS[role]}字体：{self._vendored / _VENDORED[role]}。")
        rare = [face for family, weight in _RARE[role] for face in self._named(family, weight)]
        return (*own, *rare)

    def _of_operator(self, role: Role) -> Iterator[Face]:
        if self._operator is None:
            return
        files = [file for ending in _ENDINGS if (file := self._operator / f"{role}{ending}").exists()]
        for file in files[:1]:
            found = self._at(file)
            if not found:
                raise FontMissing(f"{file} 不能用作{LABELS[role]}字体，请换一个完好的字体文件。")
            yield found[0]

    def _at(self, path: Path) -> list[Face]:
        return [face for face in self._faces if face.path.resolve() == path.resolve()][:1]

    def _named(self, family: str, weight: int) -> list[Face]:
        return [face for face in self._faces if face.family == family and face.weight == weight][:1]

    @cached_property
    def allowed_names(self) -> frozenset[str]:
        """The PostScript names that may be found embedded in a paper."""
        names = set()
        for chain in self.chains.values():
            for face in chain:
                try:
                    names.add(face.postscript_name)
                except NotAFont as damaged:
                    raise FontMissing(str(damaged)) from damaged
        return frozenset(names)

    def face_for(self, character: str, role: Role) -> Face | None:
        """The first face of the role's chain that has the character; none where it would be an empty box."""
        return next((face for face in self.chains[role] if face.has(character)), None)

    def as_data(self) -> dict[str, dict[str, object]]:
        """The chains as the template reads them."""
        return {
            str(role): {"families": list(dict.fromkeys(face.family for face in chain)), "weight": chain[0].weight}
            for role, chain in self.chains.items()
        }


@cache
def font_set(vendored: Path, operator: Path | None = None) -> FontSet:
    """The one set of this process for these folders."""
    return FontSet(vendored, operator)
