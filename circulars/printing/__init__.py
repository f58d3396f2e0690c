"""打印: what a unit puts on paper of what it received, sheet by sheet on record (Articles 3, 4 and 19; feature K1, K2).

``copies`` is the log, ``allowance`` how many originals a unit may still print, ``hindering`` why it may not, ``press`` the acts that print, ``files`` the bytes that go to
the printer, ``spoiling`` what becomes of a sheet that failed, ``asking`` how a unit gets more originals from the sender.
"""

from circulars.printing.allowance import Allowance, allowance_of, allowances_of
from circulars.printing.asking import MoreOriginals, ask_for_more
from circulars.printing.copies import PrintedCopy, Purpose
from circulars.printing.files import file_of, is_open, plain_file
from circulars.printing.hindering import hindrance
from circulars.printing.press import NoneLeft, print_one_of_each, print_originals, print_plainly
from circulars.printing.spoiling import SpoiltCopy, declare_spoilt

__all__ = [
    "Allowance",
    "MoreOriginals",
    "NoneLeft",
    "PrintedCopy",
    "Purpose",
    "SpoiltCopy",
    "allowance_of",
    "allowances_of",
    "ask_for_more",
    "declare_spoilt",
    "file_of",
    "hindrance",
    "is_open",
    "plain_file",
    "print_one_of_each",
    "print_originals",
    "print_plainly",
]
