"""The attacks and the bad input that the product withstands, by number, each with the scenes that refuse it; docs/attacks.md is drawn from here.

A scene of this folder whose name begins with a number (``test_44_…``) belongs to that attack without being named; here stand the others.
"""

from dataclasses import dataclass

SEEING = "Who may see what"
DOING = "Doing what one may not"
FILES = "Files"
WORDS = "Text and what leaves the desk"
ENTERING = "Signing in and keys"


@dataclass(frozen=True, slots=True)
class Attack:
    """One way of trying: what is tried, and where it is refused beside the scenes that bear its number.

    A scene is ``folder/file::scene``, and a class of scenes ``folder/file::Class``.
    """

    area: str
    title: str
    elsewhere: tuple[str, ...] = ()


ATTACKS = {
    1: Attack(SEEING, "One unit opens the circular of another by its number: page, JSON, print, PDF"),
    2: Attack(
        SEEING,
        "An attachment by its number, its name, its place in the store, an old version",
        (
            "hostile/test_sealed_files_served::test_nobody_else_gets_any_of_them_and_is_not_told_that_they_exist",
            "hostile/test_sealed_files_served::test_counting_on_from_ones_own_leads_to_nobody_elses",
        ),
    ),
    3: Attack(SEEING, "Who is not signed in knocks at every address"),
    4: Attack(SEEING, "Every role reads every address for a word of a hidden paper"),
    5: Attack(SEEING, "The side views of a draft: preview, comparison, history, copy, move, usage"),
    6: Attack(SEEING, "The interfaces for programs"),
    7: Attack(SEEING, "Rights on a folder of files"),
    8: Attack(SEEING, "What a search, its counts and its order tell of hidden papers"),
    9: Attack(
        SEEING,
        "A foreign paper among those ticked for one act",
        ("hostile/test_ticked_papers::test_a_paper_of_another_unit_among_ones_own_refuses_them_all",),
    ),
    10: Attack(
        SEEING,
        "A recalled circular by an old link, the browser's memory, a kept attachment",
        ("hostile/test_sealed_files_served::test_after_a_recall_nobody_at_the_unit_has_the_paper",),
    ),
    11: Attack(
        SEEING,
        "Moved to another unit, or closed, while signed in",
        ("accounts/test_sessions::test_a_disabled_account_is_out_at_the_next_request",),
    ),
    12: Attack(
        SEEING,
        "A unit that is added to the recipients later, or taken off",
        (
            "hostile/test_records_changed_behind_seals::test_verify_finds_a_unit_that_was_added_to_a_circular_after_it_was_sent",
        ),
    ),
    13: Attack(SEEING, "The figures and records of another area by changing the address"),
    14: Attack(
        SEEING,
        "A message, an urge, a remark at the wrong unit",
        ("hostile/test_keys_of_others::test_units_of_another_circular_are_not_urged_with_this_one",),
    ),
    15: Attack(DOING, "Publishing a draft past its approval"),
    16: Attack(DOING, "Approving the own draft; changing what was approved"),
    17: Attack(DOING, "Deciding on a draft that was taken back meanwhile"),
    18: Attack(DOING, "Fields in a form that it does not ask for"),
    19: Attack(DOING, "Signing for another unit, unseen, or for what was recalled"),
    20: Attack(DOING, "Changing or deleting a receipt or an entry of the ledger"),
    21: Attack(DOING, "The same request twice, with an old token, by GET"),
    22: Attack(DOING, "An administrator who reads circulars or does something to one"),
    23: Attack(DOING, "Two of the three administrators' posts in one hand"),
    24: Attack(DOING, "A task of one's own in the queue"),
    25: Attack(
        FILES,
        "A page of the web as an attachment",
        (
            "cms/test_attachments::test_a_file_of_another_kind_is_refused_with_a_sentence",
            "cms/test_attachments::test_a_file_goes_out_as_it_came_in_for_saving_only_and_is_kept_by_nobody_on_the_way",
            "hostile/test_headers::test_every_answer_bears_its_policy_and_is_kept_by_nobody",
        ),
    ),
    26: Attack(
        FILES,
        "Another kind of file under the name of a permitted one",
        (
            "cms/test_attachments::test_a_file_of_another_kind_is_refused_with_a_sentence",
            "cms/test_attachments::test_a_bad_upload_is_refused_by_the_field_with_the_same_sentence",
        ),
    ),
    27: Attack(
        FILES,
        "A package that unpacks without end or writes elsewhere",
        (
            "circulars/test_docxin_bounds::test_what_unpacks_too_far_is_refused_whatever_it_says",
            "hostile/test_hostile_bundles::test_a_packed_bomb",
            "hostile/test_hostile_bundles::test_a_name_that_leads_elsewhere",
            "cms/test_readapart::test_a_file_made_to_break_its_reader_stays_within_its_bounds",
        ),
    ),
    28: Attack(
        FILES,
        "A picture of more points than the machine can hold, or cut short",
        (
            "accounts/test_key_pictures::TestWhatIsKept::test_anything_but_a_sharp_png_on_a_clear_background_is_refused",
            "circulars/test_archive_hostile_files::test_a_file_made_to_break_whoever_opens_it_stays_within_the_bounds",
        ),
    ),
    29: Attack(
        FILES,
        "A PDF that acts by itself, is locked, or was changed after sealing",
        (
            "circulars/test_archive_hostile_files::test_what_lies_deeper_is_found",
            "circulars/test_evidence::TestBundle::test_no_bit_is_free",
            "hostile/test_seals_got_around::TestUnderTheSealsOfOthers",
        ),
    ),
    30: Attack(
        FILES,
        "Names of files that lead elsewhere, hide their ending, or write a header",
        (
            "cms/test_attachments::test_a_name_is_shown_without_path_and_without_what_nobody_sees",
            "cms/test_attachments::test_no_name_writes_into_the_head_of_the_answer",
            "hostile/test_exports::test_the_name_of_an_attachment_stays_one_header",
        ),
    ),
    31: Attack(
        FILES,
        "Two files of the same bytes, of the same name",
        ("cms/test_attachments::test_the_same_bytes_are_kept_once_whatever_they_are_called",),
    ),
    32: Attack(
        FILES,
        "Uploads at the limit, above it, without a length",
        (
            "cms/test_attachments::test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger",
            "cms/test_attachments::test_what_is_refused_leaves_nothing_in_the_store",
        ),
    ),
    33: Attack(
        FILES,
        "An office file with macros",
        ("cms/test_attachments::test_a_file_of_another_kind_is_refused_with_a_sentence",),
    ),
    34: Attack(
        FILES,
        "An office file that points outside itself",
        ("circulars/test_docxin::test_a_relation_that_points_outside_is_not_followed",),
    ),
    35: Attack(
        FILES,
        "A part of a file, ten thousand parts, a part past its end",
        (
            "hostile/test_sealed_files_served::test_whatever_part_is_asked_for_the_whole_is_checked_and_that_part_or_the_whole_is_given",
        ),
    ),
    36: Attack(
        FILES,
        "A file that cannot be looked through",
        ("cms/test_readapart::test_a_reader_that_never_ends_is_stopped",),
    ),
    37: Attack(
        WORDS,
        "Markup, scripts and links in titles, names, opinions, reasons",
        (
            "circulars/test_screens_receiving::test_markup_in_a_title_and_body_is_shown_as_it_was_typed",
            "hostile/test_headers::test_every_answer_bears_its_policy_and_is_kept_by_nobody",
        ),
    ),
    38: Attack(WORDS, "Markup with a script in the text of a notice"),
    39: Attack(
        WORDS,
        "A formula in a name or a title that goes into a workbook",
        (
            "hostile/test_exports::test_no_name_or_title_becomes_a_formula",
            "hostile/test_tables_that_lie::test_a_formula_is_a_text_like_any_other",
            "reports/test_workbooks::test_what_people_typed_stays_text_and_never_spoils_the_book",
            "reports/test_workbooks::test_the_only_formulas_in_the_file_are_ours",
        ),
    ),
    40: Attack(
        WORDS,
        "Titles without end, rare characters, unseen ones",
        (
            "hostile/test_odd_input::test_odd_fields_are_refused_or_kept_as_they_are",
            "hostile/test_odd_input::test_odd_fields_in_the_editor",
            "circulars/test_missing_characters::test_no_seal_is_put_on_it_and_nothing_half_done_is_left",
            "circulars/test_missing_characters::test_what_is_lent_is_said_and_stops_nothing",
            "reports/test_workbooks::test_what_people_typed_stays_text_and_never_spoils_the_book",
        ),
    ),
    41: Attack(
        WORDS,
        "A search made to take long",
        (
            "hostile/test_hostile_searches::test_a_question_without_end_is_cut_with_a_sentence_and_asks_little",
            "hostile/test_hostile_searches::test_signs_of_a_query_language_are_plain_characters",
            "hostile/test_hostile_searches::test_odd_characters_find_nothing_and_break_nothing",
        ),
    ),
    42: Attack(
        WORDS,
        "A second line written into the log",
        ("cms/test_vitals::test_42_whatever_was_typed_is_one_line_that_can_be_read_back",),
    ),
    43: Attack(
        WORDS,
        "A link or a second line in a text message",
        (
            "cms/test_textmessages::test_a_text_is_one_plain_line_of_bounded_length",
            "circulars/test_notices::test_a_text_waits_for_each_clerk_with_a_mobile_number_and_says_no_title",
            "circulars/test_chasing::test_the_proposed_text_names_number_and_due_time_and_no_title",
        ),
    ),
    44: Attack(
        WORDS,
        "Led to another site after signing in",
        (
            "accounts/test_signin::test_no_address_outside_is_ever_led_to",
            "accounts/test_signin::test_the_size_of_type_leads_nowhere_else_either",
        ),
    ),
    45: Attack(WORDS, "A host that is not ours, a way that a stranger made up"),
    46: Attack(
        WORDS,
        "The server made to fetch an address",
        (
            "hostile/test_gateways_that_lie::test_nobody_is_sent_elsewhere_with_a_number_or_the_token",
            "circulars/test_docxin::test_a_relation_that_points_outside_is_not_followed",
        ),
    ),
    47: Attack(
        ENTERING,
        "Passwords guessed one after another",
        (
            "accounts/test_lockout::test_the_fifth_wrong_password_locks_and_the_page_says_what_to_do",
            "accounts/test_lockout::test_another_address_still_gets_in_and_so_does_another_name_at_this_one",
        ),
    ),
    48: Attack(ENTERING, "A way in past the second factor"),
    49: Attack(
        ENTERING,
        "Names found out by what a sign-in says or takes",
        (
            "accounts/test_signin::test_the_refusal_is_the_same_whatever_was_wrong",
            "accounts/test_lockout::test_a_name_that_nobody_has_is_locked_alike_with_the_same_words",
        ),
    ),
    50: Attack(ENTERING, "A session of somebody else, or one that should have ended"),
    51: Attack(
        ENTERING,
        "A certificate or a seal that is not, not yet, or no longer good, or another's",
        (
            "hostile/test_seals_got_around::TestWithWhatIsNoSeal",
            "hostile/test_seals_got_around::TestBetweenOpeningAndWriting",
            "cms/test_signing::test_a_changed_byte_is_seen_here_and_by_openssl",
            "cms/test_signing::test_a_foreign_authority_of_the_same_name_is_not_believed",
            "cms/test_signing::test_a_certificate_that_its_owner_signed_is_not_believed",
            "cms/test_signing::test_another_units_seal_is_named",
            "cms/test_signing::test_revocation_bites_from_its_moment_and_leaves_what_was_before",
            "cms/test_signing::test_each_way_to_fail_is_told_from_the_others",
            "cms/test_certificate_uses::TestWhatAKeyIsFor::test_it_is_good_for_nothing_else",
        ),
    ),
    52: Attack(
        ENTERING,
        "A code of the authenticator again, too late, or guessed",
        ("hostile/test_signing_in::test_47_wrong_passwords_codes_and_unlocks_count_together_and_lock_every_way",),
    ),
}
