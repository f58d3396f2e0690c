"""What looks like a mark of secrecy in a text and passes, because a reviewer found the alarm false (Article 5).

Whoever decides on the text sees who vouched for the line, when and why; the lifting is known again by the line's fingerprint.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from circulars.elements.problem import Snapshot
from circulars.elements.secrecymarks import marks_by_field
from circulars.screenings import verdicts_on
from circulars.secrecyhits import SecrecyLift, field_label


@dataclass(frozen=True)
class LiftedMark:
    """One line that passes: where it stands, in the words of the form, and the lifting by which it does."""

    where: str
    lift: SecrecyLift


def lifted_marks(snapshot: Snapshot) -> list[LiftedMark]:
    """Every line of the text and its files that passes by a lifting, in the order of the form."""
    borne = list(dict.fromkeys(_borne(snapshot)))
    fingerprints = {fingerprint for _, fingerprint in borne}
    lifts = {
        lift.fingerprint: lift
        for lift in SecrecyLift.objects.filter(
            unit__code__in=snapshot["issuers"][:1], fingerprint__in=fingerprints
        ).select_related("by")
    }
    return [LiftedMark(where, lifts[fingerprint]) for where, fingerprint in borne if fingerprint in lifts]


def _borne(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for field, marks in marks_by_field(snapshot).items():
        for mark in marks:
            yield f"{field_label(field)}（{mark.kind}）", mark.fingerprint
    digests = [row["digest"] for row in snapshot["attachments"]]
    verdicts = verdicts_on(digest for digest in digests if digest)
    for number, digest in enumerate(digests, 1):
        if digest in verdicts:
            for fingerprint in sorted(verdicts[digest].fingerprints):
                yield f"附件 {number} 的文件里", fingerprint
