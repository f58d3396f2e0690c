"""派单: the network office calls the provider that can mend a fault (Articles 7(3), 8 and 13(2))."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.concerned import concerned_people
from accounts.deeds import Deed
from accounts.faults import Fault, due_or_none
from accounts.providers import Provider, ProviderQuerySet, Service
from accounts.repairs import Repair, said
from accounts.roles import Right, may
from cms import ledger
from cms.lifecycles import move
from cms.limits import when
from cms.messages import tell

# Our reading: who can mend what. A system that does not open may lie at the line or at the machine.
SERVICES = {
    Fault.Kind.NETWORK: {Service.CARRIER},
    Fault.Kind.SYSTEM: {Service.CARRIER, Service.KIT},
    Fault.Kind.SEAL: {Service.KEY_VENDOR},
    Fault.Kind.COMPUTER: {Service.KIT},
    Fault.Kind.PRINTER: {Service.KIT},
    Fault.Kind.OTHER: {Service.KIT},
}


def fitting(fault: Fault, at: datetime) -> ProviderQuerySet:
    """The providers that can be called for the fault now: under contract, for what it is a fault of."""
    services = SERVICES[Fault.Kind(fault.kind)]
    return Provider.objects.in_force(timezone.localdate(at)).filter(service__in=services).in_order()


@transaction.atomic
def assign(fault: Fault, provider: Provider, request: str, *, contacted_at: datetime, by: Any, at: datetime) -> Repair:
    """The provider was called then, has its five working days from that moment, and its people and the unit know.

    Whoever calls it has seen the report: where the network office had not said so, it is said with this.

    Raises ``PermissionDenied`` for anybody but the network office; ``ValidationError`` for a provider that is out of contract or there for
    something else, without a request, or for a time before the fault or to come; ``OutOfOrder`` when the fault is in hand already or over.
    """
    if not may(by, Right.OPERATE):
        raise PermissionDenied("故障由市网信办派单。")
    request = said(request, "request", "请写明要保障单位做什么")
    if not fault.detected_at.replace(second=0, microsecond=0) <= contacted_at <= at:
        raise ValidationError({"contacted_at": "联系时间须在发现故障之后，且不晚于现在。"})
    if not fitting(fault, contacted_at).filter(pk=provider.pk).exists():
        raise ValidationError({"provider": f"{provider}不在合同期内，或者不负责{fault.get_kind_display()}故障。"})
    if not fault.network_office_acked_at:
        fault.acknowledge(by=by, at=at)
    due_at = due_or_none("repair", fault.unit, contacted_at)
    facts = {"provider": provider.pk, "contacted_at": contacted_at, "due_at": due_at}
    move(fault, Fault.State.WITH_PROVIDER, Deed.FAULT_WITH_PROVIDER, by=by, at=at, unit=fault.unit_id, facts=facts)
    repair = Repair.objects.create(
        fault=fault,
        provider=provider,
        request=request,
        contacted_at=contacted_at,
        due_at=due_at,
        assigned_at=at,
        assigned_by=by,
    )
    ledger.enter(Deed.REPAIR_ASSIGNED, subject=ledger.subject_of(repair), by=by, at=at, unit=fault.unit_id, facts=facts)
    until = f"限 {when(due_at)} 前完成。" if due_at else "限期待定（该年工作日历没有载入）。"
    told = f"repair:{repair.pk}"
    tell(repair.provider_people, key=told, text=f"市网信办派单：{fault}，{request}。{until}", link=repair.link, at=at)
    tell(
        concerned_people(fault.unit_id),
        key=told,
        text=f"{fault}已交{provider.unit}维修（电话 {provider.phone}），{until}请做好对接。",
        link=fault.link,
        at=at,
    )
    return repair
