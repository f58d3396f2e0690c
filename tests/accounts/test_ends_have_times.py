"""What has ended has the moment of its end: the database refuses a row without one, since a comparison with nothing refuses nothing."""

import pytest
from django.db import IntegrityError, transaction

from accounts.assignments import assign
from accounts.equipment import Device
from accounts.faults import Fault, report_fault
from accounts.handovers import Handover
from accounts.repairs import Repair
from accounts.selfchecks import KitProblem, record_check
from tests.accounts.kit import device
from tests.accounts.providers import providers_of
from tests.cast import MONDAY
from tests.handovers import given


def refused(row, **changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**changes)


def test_a_fault_and_its_repair_are_over_at_a_moment(city):
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    carrier = providers_of(city).carrier
    repair = assign(fault, carrier, "请抢修光缆", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    refused(fault, state=Fault.State.CONFIRMED)
    refused(fault, state=Fault.State.CONFIRMED, restored_at=MONDAY)
    refused(fault, state=Fault.State.CONFIRMED, confirmed_at=MONDAY)
    refused(fault, secretariat_acked_by=city.secretary)
    done = {"state": Repair.State.DONE, "done_by": city.engineer, "outcome": "repaired"}
    refused(repair, **done)
    refused(repair, **done | {"state": Repair.State.PASSED, "done_at": MONDAY})


def test_a_handover_is_signed_at_a_moment_each(city):
    handover = given(city)
    signed = {"accepted_at": MONDAY, "countersigned_at": MONDAY}
    refused(handover, given_at=None)
    refused(handover, state=Handover.State.ACCEPTED)
    over = {"state": Handover.State.COUNTERSIGNED, "countersigned_by": city.leader} | signed
    for blank in ("given_at", *signed):
        refused(handover, **over | {blank: None})


def test_a_device_is_retired_and_its_problem_solved_at_a_moment(city):
    computer = device(city)
    record_check(city.attentive, {computer: "开不了机"}, by=city.clerk, at=MONDAY)
    refused(KitProblem.objects.get(), state=KitProblem.State.FIXED, fixed_by=city.clerk, remedy="换了电源")
    refused(computer, state=Device.State.RETIRED, retired_by=city.clerk, retire_reason="报废")
