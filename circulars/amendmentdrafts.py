"""更正通知、作废通知: the draft of a notice on a circular that was sent, addressed to everybody who holds it (Article 20)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from accounts.units import Unit, in_groups
from circulars.amending import holders
from circulars.beginnings import begin
from circulars.deliveries import Delivery
from circulars.layouts import TRAITS, Direction, DocumentType, Layout
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import CircularPage, CoIssuer, Reference, Relation
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.titles import quoted, within
from cms.lifecycles import OutOfOrder


def begin_amendment(circular: Circular, relation: Relation, *, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A draft of the issuing unit that corrects or annuls the circular, to all who hold it; with the same key it is the first one.

    What was asked of a superior is corrected by a report to it. Raises ``OutOfOrder`` for what was never sent, was recalled or is blocked.
    """
    refuse_blocked(circular.page)
    if circular.state != Circular.State.SENT:
        raise OutOfOrder(f"{circular.number} {circular.get_state_display()}，不需要发更正、作废通知。")
    source = circular.page.get_latest_revision_as_object()
    is_upward = circular.direction == Direction.UPWARD
    kind = DocumentType.REPORT if is_upward else DocumentType.NOTICE
    inner = within(circular.title)
    elements: dict[str, Any] = {
        "title": f"{circular.issuer.name}关于{relation.label}《{inner[:170]}》的{kind.label}",
        "document_type": kind,
        "direction": circular.direction if circular.direction in TRAITS[kind].directions else Direction.DOWNWARD,
        "urgency": circular.urgency,
        "signers": source.signers if is_upward else "",
        "body": _body(relation, inner, circular.number),
    }
    if circular.layout in (Layout.GENERAL, Layout.LETTER):
        series = Series.objects.of(circular.issuer).filter(pk=source.series_id).first()
        elements |= {"series": series, "issuer_mark": source.issuer_mark, "signatures": source.signatures}
    recipients = _recipients(circular)
    return begin(
        circular.issuer,
        kind=Origin.Kind.AMENDING,
        source=circular.page,
        key=uuid5(key, f"{relation} {circular.pk}"),
        by=by,
        at=at,
        elements=elements | {"primary_groups": ",".join(recipients.pop("groups"))},
        rows={
            **recipients,
            "co_issuers": [CoIssuer(unit=row.unit, sort_order=row.sort_order) for row in source.co_issuers.all()],
            "references": [
                Reference(relation=relation, title=circular.title[:200], number=circular.number, circular=circular)
            ],
        },
        account=[
            f"{relation.label}{quoted(circular.title)}（{circular.number}），已列入持有原件的全部单位，不要删减。",
            "发送后，原件在各单位都标明已更正或者作废。请写好正文再送审。",
        ],
    )


def _body(relation: Relation, title: str, number: str) -> str:
    if relation == Relation.ANNULS:
        return f"《{title}》（{number}）自本通知印发之日起作废，不再执行。"
    return f"现对《{title}》（{number}）更正如下："


def _recipients(circular: Circular) -> dict[str, Any]:
    """The circular's groups as they were, without the members that never held it; who holds it beside them is named singly."""
    groups = circular.snapshot["primary"]["groups"]
    held, by_group = list(holders(circular)), list(Unit.objects.bodies().filter(in_groups(groups)).in_order())
    copied = Delivery.objects.filter(circular=circular, recalled_at=None, role=Addressed.CC)
    cc = set(copied.values_list("unit", flat=True))
    singly = [unit for unit in held if unit not in by_group]
    issuers = set(circular.snapshot["issuers"])
    return {
        "groups": groups,
        "primary_units": [unit for unit in singly if unit.pk not in cc],
        "excluded_units": [unit for unit in by_group if unit not in held and unit.code not in issuers],
        "cc_units": [unit for unit in singly if unit.pk in cc],
    }
