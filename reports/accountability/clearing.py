"""Words of a case about a paper with a state secret go when the paper is purged; who did what when stays (Article 5)."""

from typing import Any

from circulars.registration import Circular
from reports.accountability.record import CaseStep


def empty_words(sender: Any, circular: Circular, **kwargs: Any) -> None:
    CaseStep.objects.filter(case__delivery__circular=circular.pk).update(text="")
