"""What the two sides of a return are told, and who must act next (Article 20)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.holders import people_with
from accounts.roles import Right
from circulars.pages import about_paper
from cms.messages import tell

if TYPE_CHECKING:
    from circulars.deliveries.record import Delivery


def tell_of_return(delivery: "Delivery", *, by: Any, at: datetime) -> None:
    """Who sends for the issuing unit knows what came back and why, and so do the other clerks of the unit."""
    what = f"{delivery.circular.number}：{delivery.get_return_code_display()}"
    what += f"。{delivery.return_reason.rstrip('。')}" if delivery.return_reason else ""
    assert delivery.next_step is not None
    then = f"下一步由{delivery.next_step.party.label}办理：{delivery.next_step.what}。"
    tell(
        people_with(Right.SEND, delivery.issuer_id),
        key=f"sent-back:{delivery.pk}:{delivery.round}",
        text=f"{delivery.unit_name} 退回 {what}。请签收退文。{then}",
        link=f"/returns/{delivery.pk}/",
        about=about_paper(delivery.circular.page_id),
        at=at,
    )
    tell(
        people_with(Right.RECEIVE, delivery.unit_id) - {by.pk},
        key=f"returned:{delivery.pk}:{delivery.round}",
        text=f"{by}已退回 {what}。{then}",
        link=f"/received/{delivery.pk}/",
        about=about_paper(delivery.circular.page_id),
        at=at,
    )


def tell_of_acknowledgement(delivery: "Delivery", *, at: datetime) -> None:
    """The unit's clerks know that the sender has signed for what they sent back."""
    tell(
        people_with(Right.RECEIVE, delivery.unit_id),
        key=f"acknowledged:{delivery.pk}:{delivery.round}",
        text=f"{delivery.circular.issuer_name}已签收退文 {delivery.circular.number}。",
        link=f"/received/{delivery.pk}/",
        about=about_paper(delivery.circular.page_id),
        at=at,
    )
