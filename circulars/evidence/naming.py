"""Which circular somebody means by its number (Articles 3 and 19)."""

from circulars.evidence.finding import by_issuer
from circulars.numbering import normalised
from circulars.registration import Circular, CircularQuerySet
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class NotFound(OutOfOrder):
    """No circular of that number, or several."""


def circular_named(number: str, among: CircularQuerySet, *, issuer: str = "") -> Circular:
    """The one of this number, however its brackets and digits were typed; ``issuer`` is a unit's code or a part of its name, where several bear it.

    Raises ``NotFound`` with a sentence.
    """
    right = normalised(number.strip()).text
    found = by_issuer(among.filter(number=right), issuer)
    found = found.select_related("issuer", "page").order_by("registered_at", "pk")
    rows = list(found[:20])
    if not rows:
        raise NotFound(f"没有文号是{cited(right)}的公文，请核对文号。")
    if len(rows) > 1:
        issuers = "、".join(f"{row.issuer_name}（{row.issuer.code}，{row.year} 年）" for row in rows)
        raise NotFound(f"文号{cited(right)}有 {len(rows)} 件：{issuers}。请指明发文单位的名称或者代码。")
    return rows[0]
