"""What a check of a bundle says: faults, which break it, and remarks, which its reader should know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """In which file of the bundle (empty for the bundle itself), and what.

    As text it is one line, and no word out of the bundle can make it two.
    """

    where: str
    what: str

    def __str__(self) -> str:
        line = f"{self.where}：{self.what}" if self.where else self.what
        return "".join(sign if sign.isprintable() else "�" for sign in line)


class Fault(Finding):
    """Something is wrong."""


class Remark(Finding):
    """Nothing is wrong."""
