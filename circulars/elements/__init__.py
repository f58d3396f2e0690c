"""The required elements and who may write to whom, as coded checks on a draft (2012 regulation arts. 8 to 17).

A check reads the canonical snapshot of a draft and what the registers say of the units and circulars that it names (``Facts``, brought
together by ``circulars.snapshots.facts_about``); it looks nothing up. What a machine can decide is an error and keeps the draft from
being handed over; the rest are warnings, at most one of each code, which the reviewer answers. Each problem names the form
field where the drafter can mend it; ``rules.RULES`` says where its code is written.
"""

from circulars.elements.annotation import annotation_and_openness_agree
from circulars.elements.areas import a_paper_keeps_to_one_area
from circulars.elements.attachments import attachments_have_title_and_content, promised_attachments_are_there
from circulars.elements.bundles import no_second_paper_is_bound_in
from circulars.elements.dates import dates_are_in_order, dates_have_no_leading_zeros
from circulars.elements.direction import (
    other_papers_go_to_no_superior,
    type_fits_direction_and_layout,
    upward_papers_go_to_a_superior,
)
from circulars.elements.downward import (
    departments_command_no_government,
    important_papers_are_known_above,
    other_departments_agree,
)
from circulars.elements.head import mark_fits_issuer_and_layout
from circulars.elements.joint import every_joint_issuer_signs, joint_issuers_are_of_one_level, only_bodies_issue
from circulars.elements.presence import elements_are_present, texts_fit_a_paper
from circulars.elements.problem import Check, Facts, Problem, Referenced, Snapshot
from circulars.elements.recipients import (
    exclusions_are_from_the_groups,
    no_dissolved_unit_is_named,
    nobody_is_addressed_twice,
    primary_recipients_fit_the_type,
    somebody_is_addressed,
    who_is_printed_is_ticked,
)
from circulars.elements.references import (
    nothing_is_passed_on_against_its_issuers_word,
    notices_reach_every_holder,
    reply_names_its_request,
)
from circulars.elements.requests import (
    forwarded_request_has_an_own_opinion,
    report_asks_for_nothing,
    request_has_one_matter,
    request_says_whom_to_ring,
)
from circulars.elements.secrecymarks import bears_no_secrecy_mark
from circulars.elements.signing import (
    an_order_is_signed_by_one_person_each,
    seal_stands_with_the_signature,
    signature_is_the_issuers,
    upward_papers_name_their_signer,
)
from circulars.elements.title import title_and_urgency_agree, title_has_the_usual_form, title_says_matter_and_type
from circulars.elements.upward import (
    major_matters_have_the_governments_consent,
    no_level_is_skipped,
    no_person_is_addressed,
    no_subordinate_is_copied_in,
    the_other_superior_is_thought_of,
)

__all__ = ["CHECKS", "Facts", "Problem", "Referenced", "errors", "problems", "warnings"]

# In the order in which a drafter is told.
CHECKS: tuple[Check, ...] = (
    elements_are_present,
    texts_fit_a_paper,
    bears_no_secrecy_mark,
    mark_fits_issuer_and_layout,
    only_bodies_issue,
    joint_issuers_are_of_one_level,
    title_says_matter_and_type,
    title_has_the_usual_form,
    title_and_urgency_agree,
    type_fits_direction_and_layout,
    upward_papers_go_to_a_superior,
    other_papers_go_to_no_superior,
    primary_recipients_fit_the_type,
    somebody_is_addressed,
    a_paper_keeps_to_one_area,
    nobody_is_addressed_twice,
    exclusions_are_from_the_groups,
    no_dissolved_unit_is_named,
    who_is_printed_is_ticked,
    no_level_is_skipped,
    no_subordinate_is_copied_in,
    major_matters_have_the_governments_consent,
    no_person_is_addressed,
    the_other_superior_is_thought_of,
    important_papers_are_known_above,
    departments_command_no_government,
    other_departments_agree,
    upward_papers_name_their_signer,
    report_asks_for_nothing,
    request_has_one_matter,
    forwarded_request_has_an_own_opinion,
    request_says_whom_to_ring,
    reply_names_its_request,
    nothing_is_passed_on_against_its_issuers_word,
    notices_reach_every_holder,
    no_second_paper_is_bound_in,
    attachments_have_title_and_content,
    promised_attachments_are_there,
    signature_is_the_issuers,
    every_joint_issuer_signs,
    an_order_is_signed_by_one_person_each,
    seal_stands_with_the_signature,
    annotation_and_openness_agree,
    dates_are_in_order,
    dates_have_no_leading_zeros,
)


def problems(draft: Snapshot, facts: Facts) -> list[Problem]:
    """Everything found wrong with the draft, errors first."""
    found = [problem for check in CHECKS for problem in check(draft, facts)]
    return sorted(found, key=lambda problem: not problem.is_error)


def errors(draft: Snapshot, facts: Facts) -> list[Problem]:
    """What keeps the draft from being handed over."""
    return [problem for problem in problems(draft, facts) if problem.is_error]


def warnings(draft: Snapshot, facts: Facts) -> list[Problem]:
    """What no machine can decide and the reviewer answers for; each code at most once."""
    return [problem for problem in problems(draft, facts) if not problem.is_error]
