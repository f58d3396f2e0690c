"""Which reasons a unit may give for sending a circular back, and who must act on each of them next (Article 20).

Before it signs a unit may send back for any of them. With its signature it has vouched that the paper is meant for it, opens and bears a
valid seal, so after it only what a first review (初审) finds is left (2012 regulation art. 24(3)).
"""

from dataclasses import dataclass

from django.db import models

from circulars.deliveries.choices import ReturnCode


class Party(models.TextChoices):
    SENDER = "sender", "发文单位"
    RECEIVER = "receiver", "收文单位"


@dataclass(frozen=True)
class NextStep:
    """Whose turn it is once the sender has signed for the return, and what is to be done."""

    party: Party
    what: str


NEXT_STEPS: dict[ReturnCode, NextStep] = {
    ReturnCode.NOT_OURS: NextStep(
        Party.SENDER, "核实职责分工：确应由该单位办理的，写明理由再次发送；不属于的，不再发送"
    ),
    ReturnCode.WRONG_RECIPIENT: NextStep(Party.SENDER, "不再发送给该单位；漏发的单位另行补发"),
    ReturnCode.CANNOT_OPEN: NextStep(Party.RECEIVER, "检查本单位设备，属故障的报修；修好后由发文单位再次发送"),
    ReturnCode.INCOMPLETE: NextStep(Party.SENDER, "补齐内容，更正后另行发文"),
    ReturnCode.FORMAT_ERROR: NextStep(Party.SENDER, "改正文种或格式，更正后另行发文"),
    ReturnCode.RULE_VIOLATION: NextStep(Party.SENDER, "按行文规则更正后另行发文，或者不再发送"),
    ReturnCode.NOT_CONSULTED: NextStep(Party.SENDER, "与有关部门协商、会签，更正后另行发文"),
    ReturnCode.SEAL_INVALID: NextStep(Party.SENDER, "核查印章：印章有误的，更正后另行发文；无误的，再次发送"),
    ReturnCode.DUPLICATE: NextStep(Party.SENDER, "核对是否重复：重复的，不再发送"),
    ReturnCode.OTHER: NextStep(Party.SENDER, "与收文单位商定后，再次发送、更正或者不再发送"),
}

_VOUCHED_FOR = {ReturnCode.WRONG_RECIPIENT, ReturnCode.CANNOT_OPEN, ReturnCode.SEAL_INVALID}


def codes_for(*, is_signed: bool) -> list[ReturnCode]:
    """The reasons that may be given before the unit has signed, or after it."""
    return [code for code in ReturnCode if not (is_signed and code in _VOUCHED_FOR)]
