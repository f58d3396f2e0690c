"""Which circular somebody means by its number (Articles 3 and 19)."""

from typing import Any

from django.db.models import QuerySet

from circulars.numbering import normalised
from circulars.registration import Circular
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class NotFound(OutOfOrder):
    """No circular of that number, or several."""


def circular_named(number: str, among: QuerySet[Circular], *, issuer: str = "") -> Circular:
    """The one of this number, however its brackets and digits were typed; ``issuer`` is a unit's code, where several bear it.

    Raises ``NotFound`` with a sentence.
    """
    right = normalised(number.strip()).text
    found: QuerySet[Any] = among.filter(number=right).select_related("issuer", "page").order_by("registered_at", "pk")
    if issuer:
        found = found.filter(issuer__code=issuer)
    rows = list(found[:20])
    if not rows:
        raise NotFound(f"没有文号是{cited(right)}的公文，请核对文号。")
    if len(rows) > 1:
        issuers = "、".join(f"{row.issuer_name}（{row.issuer.code}，{row.year} 年）" for row in rows)
        raise NotFound(f"文号{cited(right)}有 {len(rows)} 件：{issuers}。请指明发文单位的代码。")
    return rows[0]
