"""交接: what somebody who leaves a post hands over, to whom, and under whose eyes (Articles 23 and 26).

``opening`` ends the post and opens the handover, ``record`` is the row and what is done with it, ``items`` its list, ``supervising`` says who
countersigns, ``questions`` what is asked of many, ``late`` presses for what hangs, ``leaving`` what an account without posts may still do.
"""

from accounts.handovers.items import Finding, Found, HandoverItem, Kind
from accounts.handovers.opening import open_handover, overlap_until
from accounts.handovers.questions import HandoverQuerySet
from accounts.handovers.record import Handover

__all__ = [
    "Finding",
    "Found",
    "Handover",
    "HandoverItem",
    "HandoverQuerySet",
    "Kind",
    "open_handover",
    "overlap_until",
]
