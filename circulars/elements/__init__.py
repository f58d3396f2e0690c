"""The required elements and who may write to whom, as coded checks on a draft (2012 regulation arts. 9 to 17).

A check reads the canonical snapshot of a draft and answers with problems; errors keep a draft from being handed over, warnings are
for the reviewer. Each problem names the form field where the drafter can mend it.
"""

from circulars.elements.attachments import attachments_have_title_and_content
from circulars.elements.dates import dates_are_in_order
from circulars.elements.direction import type_fits_direction_and_layout
from circulars.elements.presence import elements_are_present
from circulars.elements.problem import Check, Problem, Register, Snapshot
from circulars.elements.recipients import (
    exclusions_are_from_the_groups,
    nobody_is_addressed_twice,
    primary_recipients_fit_the_type,
)
from circulars.elements.references import reply_names_its_request
from circulars.elements.requests import report_asks_for_nothing
from circulars.elements.secrecymarks import bears_no_secrecy_mark
from circulars.elements.signing import upward_papers_name_their_signer
from circulars.elements.title import title_says_matter_and_type

__all__ = ["CHECKS", "Problem", "errors", "problems"]

# In the order in which a drafter is told.
CHECKS: tuple[Check, ...] = (
    elements_are_present,
    title_says_matter_and_type,
    type_fits_direction_and_layout,
    primary_recipients_fit_the_type,
    nobody_is_addressed_twice,
    exclusions_are_from_the_groups,
    upward_papers_name_their_signer,
    reply_names_its_request,
    report_asks_for_nothing,
    bears_no_secrecy_mark,
    attachments_have_title_and_content,
    dates_are_in_order,
)


def problems(draft: Snapshot, register: Register) -> list[Problem]:
    """Everything found wrong with the draft, errors first; ``register`` holds every unit that it names."""
    found = [problem for check in CHECKS for problem in check(draft, register)]
    return sorted(found, key=lambda problem: not problem.is_error)


def errors(draft: Snapshot, register: Register) -> list[Problem]:
    """What keeps the draft from being handed over."""
    return [problem for problem in problems(draft, register) if problem.is_error]
