"""Why a unit prints nothing of a paper now: not signed for, gone back, recalled, or sent on paper (Articles 3 and 20)."""

from circulars.deliveries import Channel, Delivery
from circulars.registration import Circular


def hindrance(delivery: Delivery) -> str:
    """Why the unit prints nothing of it now, with what to do; empty where it may."""
    circular = delivery.circular
    if circular.state != Circular.State.SENT:
        return f"{circular.number} {circular.get_state_display()}，不能打印。"
    if delivery.channel != Channel.ELECTRONIC:
        return f"{circular.number} 以纸质件送达，不在这里打印。"
    if delivery.state == Delivery.State.RETURNED:
        return f"{circular.number} 已退回发文单位，不能打印。"
    return "" if delivery.state == Delivery.State.SIGNED_FOR else f"{circular.number} 还没有签收，请先签收，再打印。"
