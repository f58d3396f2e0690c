"""Signing for a circular with the clerk's own certificate, receipt, time-stamp and register of uses included, against signing without one."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

from django.test import override_settings
from django.utils import timezone

from accounts.people import User
from circulars.deliveries import Check, Delivery
from circulars.receipts import ReceiptSignature, Signing
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, queries, race
from tests.certificates import raise_authority
from tests.sealkeys import clerk_key

TURNS, WARM_UP, AIM = 20, 3, 30  # the aim in milliseconds of this process's own computing
EVERY_CHECK = {check.value for check in Check}


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register) -> Found:
    """Each turn on a delivery of its own; every receipt with a certificate has its signature."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(CA_FOLDER=Path(folder) / "ca", KEY_ENCRYPTION_KEY="only-for-the-bench-" * 3),
    ):
        raise_authority()
        unit, clerk = register.units[0], register.clerks[0]
        signing = clerk_key(unit, clerk, at=timezone.now())
        waiting = _in_hand(2 * (TURNS + WARM_UP) + 1)
        ours, bare = waiting[1 : TURNS + WARM_UP + 1], waiting[TURNS + WARM_UP + 1 :]
        run = race(
            TURNS,
            warm_up=WARM_UP,
            bare=lambda turn: _sign(bare[turn], clerk, None),
            ours=lambda turn: _sign(ours[turn], clerk, _of(signing, ours[turn])),
        )
        asked = queries(lambda: _sign(waiting[0], clerk, _of(signing, waiting[0])))
    signed = ReceiptSignature.objects.filter(receipt__delivery__in=ours).count()
    if signed != len(ours):
        raise AssertionError(f"Of {len(ours)} receipts {signed} are signed.")
    cpu = median(lap.cpu for lap in run.ours)
    scene = "signing for it with a signed receipt"
    remark = f"{scene}: {cpu:.1f} ms of computing, {'within' if cpu <= AIM else 'over'} the aim of {AIM}"
    return Found([run.wall(scene, queries=asked), run.cpu(scene)], [remark])


def _in_hand(count: int) -> list[Delivery]:
    """Opened deliveries as the signing page fetches them."""
    found = Delivery.objects.filter(state=Delivery.State.OPENED)
    return list(found.select_related("circular", "issuer__area", "signed_by")[:count])


def _of(signing: Signing, delivery: Delivery) -> Signing:
    """The certificate as one of the delivery's unit: the costs are the same, and one key does for all."""
    signing[0].unit_id = delivery.unit_id
    return signing


def _sign(delivery: Delivery, clerk: User, signing: Signing | None) -> None:
    delivery.sign_for(checked=EVERY_CHECK, key=uuid4(), by=clerk, at=timezone.now(), signing=signing)
