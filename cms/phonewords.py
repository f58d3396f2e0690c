"""What goes over the public network to a telephone: to which numbers, and in which words (Articles 20 and 21).

Whoever reads a text cannot tell who wrote it, so none of ours leads anywhere: people know the way to the desk.
"""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9][0-9]{9}")

_CHINESE_TOP = (
    "中国|中國|公司|网络|網絡|政务|公益|在线|中文网|网址|网站|手机|集团|商城|移动|信息|我爱你|香港|台湾|台灣|澳門"
)
# Schemes, hosts whose name ends in letters of any alphabet or a Chinese top domain, and hosts of numbers.
_LEADING = rf"""
    (?: [a-z]:[/\\]{{2}}
      | (?:https?|ftp|mailto):
      | [^\W_] \. [^\W\d_\u3400-\u9fff] [\w-]
      | [a-z0-9] 。 [a-z]{{2}}
      | [^\W\d_] \. (?:{_CHINESE_TOP})
      | (?<![\d.]) \d{{1,3}} (?:\.\d{{1,3}}){{3}} (?![\d.])
    )
"""
_LEADS = re.compile(_LEADING, re.VERBOSE | re.IGNORECASE)
# The same with what stands before and behind it in one piece; takes the square of the length.
_ADDRESS = re.compile(rf"[!-~]* {_LEADING} [!-~。]*", re.VERBOSE | re.IGNORECASE)


def mobile_of(number: str) -> str:
    """The eleven digits of a mobile number of the mainland that may be written in groups; empty for any other number."""
    digits = re.sub(r"[\s-]", "", number)
    return digits if _MOBILE.fullmatch(digits) else ""


def leads_somewhere(text: str) -> bool:
    """Whether a telephone could make a link of something in the text: an address of the web, of a host or of mail."""
    return _LEADS.search(_as_read(text)) is not None


def without_addresses(text: str) -> str:
    """The text, no longer than a text message, as it is, or in one width with … in place of every address."""
    return _ADDRESS.sub("…", _as_read(text)) if leads_somewhere(text) else text


def _as_read(text: str) -> str:
    """In one width, without characters that are not seen."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")
