"""保障单位: whom the network office calls on for lines, keys and kit, under which contract (Articles 7, 8, 13, 16 and 17).

A provider is a unit of the register like any other, so that its people hold posts there; it neither issues nor receives.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.overseeing import overseen
from accounts.roles import Right, may, units_where
from accounts.units import Category, Unit


class Service(models.TextChoices):
    """What a provider is there for."""

    CARRIER = "carrier", "线路运营"
    KEY_VENDOR = "key_vendor", "密钥服务"
    KIT = "kit", "设备维修"


class ProviderQuerySet(models.QuerySet["Provider"]):
    def for_person(self, user: Any) -> "ProviderQuerySet":
        """All of them for who runs the platform; those of the area for who inspects it; one's own for who serves there."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        return self.filter(inspected.units() | Q(unit__in=units_where(user, Right.SERVE)))

    def in_force(self, on: date) -> "ProviderQuerySet":
        """Those whose contract covers this day."""
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)

    def of(self, service: str) -> "ProviderQuerySet":
        return self.filter(service=service)

    def in_order(self) -> "ProviderQuerySet":
        return self.order_by("service", "unit__sort_order", "unit__code")


class Provider(models.Model):
    """That a unit of the register renders one service under one contract, from one day to another (both inclusive)."""

    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="services",
        limit_choices_to={"category": Category.PROVIDER},
        verbose_name="保障单位",
    )
    service = models.CharField("服务", max_length=12, choices=Service.choices)
    contract = models.CharField("合同编号", max_length=60, blank=True)
    phone = models.CharField("服务电话", max_length=40)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期", null=True, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保障单位"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "service"], condition=Q(until=None), name="provider_one_contract_each"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="provider_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_service_display()}）"
