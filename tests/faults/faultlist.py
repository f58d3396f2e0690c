"""What may break, numbered F1 to F23, what holds all the same, and the scenes that show it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What breaks, what holds, and the scenes as ``module::function`` below ``tests/``."""

    breaks: str
    holds: str
    scenes: tuple[str, ...]


FAULTS = {
    "F1": Fault(
        "A worker of the site is killed between COMMIT and answer",
        "The same press again is answered with the same number; one receipt",
        (
            "faults/test_killed_workers.py::test_who_presses_again_after_the_worker_was_killed_gets_the_same_receipt",
            "faults/test_killed_workers.py::test_a_site_that_writes_down_every_press_is_caught",
            "faults/test_killed_acts.py::test_killed_before_the_commit_it_has_not_happened_and_after_it_it_has_happened_once",
        ),
    ),
    "F2": Fault(
        "A process is killed in the middle of sending, or while notices go out",
        "Sent whole or not at all; every clerk is told once",
        (
            "faults/test_killed_acts.py::test_killed_before_the_commit_it_has_not_happened_and_after_it_it_has_happened_once",
            "circulars/test_dispatch.py::test_a_notice_lost_with_its_task_is_found_again_by_the_sweep",
        ),
    ),
    "F3": Fault(
        "An act fails after its task was queued",
        "No task, no notice, no text message",
        ("faults/test_small_faults.py::test_a_sending_that_fails_at_its_end_leaves_no_task_and_tells_nobody",),
    ),
    "F4": Fault(
        "The database server crashes while units sign",
        "What was told is kept, once",
        (
            "faults/test_server_crashes.py::test_what_was_told_is_kept_through_crashes_of_the_server",
            "faults/test_server_crashes.py::test_a_server_that_answers_before_it_has_written_is_caught",
        ),
    ),
    "F6": Fault(
        "The line to the database is cut before or after the COMMIT",
        "The same press again signs once; what was told is kept",
        (
            "faults/test_cut_lines.py::test_whichever_side_the_line_is_cut_on_each_paper_is_signed_for_once",
            "faults/test_cut_lines.py::test_a_clerk_who_is_answered_before_the_commit_is_caught",
            "faults/test_cut_lines.py::test_a_signing_that_does_not_know_its_own_press_is_caught",
            "faults/test_interrupted_acts.py::test_wherever_the_database_gives_out_nothing_has_happened_and_a_repeat_does_it_once",
        ),
    ),
    "F7": Fault(
        "Two clerks at once, a double click, two tabs",
        "One receipt; everybody is told who signed",
        (
            "circulars/test_signing_rush.py::test_sixty_four_clerks_over_a_thousand_deliveries",
            "circulars/test_signing_rush.py::test_sixty_four_presses_at_the_desk_are_answered_as_it_happened",
            "circulars/test_signing_rush.py::test_clerks_who_looked_first_and_wrote_afterwards_would_be_caught",
            "circulars/test_signing_race.py::test_one_press_that_arrives_eight_times_signs_once_and_nobody_is_refused",
        ),
    ),
    "F8": Fault(
        "The disk of the attachments is full",
        "No row, no part of a file; units go on signing",
        ("faults/test_small_faults.py::test_on_a_full_disk_an_upload_leaves_nothing_and_units_go_on_signing",),
    ),
    "F10": Fault(
        "The clock of the site is wrong",
        "Reckoned times are never negative; the site says so and does not start",
        (
            "faults/test_small_faults.py::test_signed_by_a_clock_that_went_back_no_time_taken_is_negative",
            "cms/test_durability.py::test_a_clock_that_differs_from_the_databases_by_over_two_seconds_keeps_it_from_starting",
            "cms/test_vitals.py::test_a_wrong_clock_stands_on_the_home_of_the_network_office",
        ),
    ),
    "F11": Fault(
        "A certificate expires or is revoked",
        "What was signed before stands; nothing is signed afterwards",
        (
            "cms/test_signing.py::test_a_seal_stays_good_after_its_certificate_has_expired",
            "cms/test_signing.py::test_revocation_bites_from_its_moment_and_leaves_what_was_before",
            "circulars/test_receipts.py::test_a_certificate_that_was_revoked_since_the_desk_looked_signs_nothing",
        ),
    ),
    "F12": Fault(
        "The token that signs does not answer",
        "Units sign for papers all the same; the receipt is signed later",
        ("accounts/test_keys_in_tokens.py::test_a_stale_pin_is_tried_once_for_an_act_and_the_receipt_waits",),
    ),
    "F13": Fault(
        "A bit of a stored file flips",
        "It is not handed out; the night finds it",
        (
            "faults/test_small_faults.py::test_no_file_with_a_flipped_bit_is_ever_handed_out",
            "circulars/test_scrubbing.py::test_a_changed_and_a_lost_file_are_in_the_ledger_and_the_network_office_knows_once",
        ),
    ),
    "F14": Fault(
        "The machine is lost and the back-up is read in elsewhere",
        "Every row, file and entry is as it was, or the restoring says no",
        (
            "faults/test_backups_interrupted.py::test_while_units_sign_every_row_of_a_back_up_has_its_file_and_its_entry",
            "faults/test_backups_interrupted.py::test_killed_at_any_point_there_is_a_whole_back_up_or_none",
            "faults/test_drills.py::test_the_verdict_is_on_record_and_nothing_else_is_left",
        ),
    ),
    "F15": Fault(
        "Records are changed, taken out or written anew by who owns the database",
        "It is named, down to the row or the file",
        (
            "hostile/test_tampering.py::test_it_is_named_and_no_bundle_hides_it",
            "hostile/test_tampering.py::test_what_was_handed_out_before_stands_whatever_is_done_to_the_records_afterwards",
        ),
    ),
    "F16": Fault(
        "Background work stands still for two hours",
        "What it would have told is told once afterwards",
        ("circulars/test_reminders.py::test_what_an_outage_of_two_hours_swallowed_is_made_up_for_once",),
    ),
    "F17": Fault(
        "The text message gateway is down, slow, answers twice or nonsense",
        "Sending never waits; nobody gets two texts; who was not told is rung up",
        (
            "circulars/test_notice_gateways.py::test_a_hanging_gateway_holds_up_neither_the_sweep_nor_the_next_sending",
            "circulars/test_notice_gateways.py::test_reports_that_come_twice_and_contradict_each_other_notify_once",
            "circulars/test_notice_gateways.py::test_where_nobody_listens_the_units_are_rung_up_after_ten_minutes",
            "cms/test_textmessages.py::test_an_answer_that_nobody_understands_is_flagged_and_never_tried_again",
        ),
    ),
    "F18": Fault(
        "Everybody comes at eight in the morning",
        "Each is answered as it happened, nobody twice",
        (
            "faults/test_morning_rush.py::test_everybody_signs_in_while_clerks_sign_for_papers",
            "circulars/test_signing_rush.py::test_sixty_four_presses_at_the_desk_are_answered_as_it_happened",
        ),
    ),
    "F19": Fault(
        "The cache is gone or keeps nothing",
        "Everything works",
        ("faults/test_small_faults.py::test_without_any_cache_a_unit_reads_and_signs",),
    ),
    "F20": Fault(
        "The site is restarted while clerks work",
        "Nobody is turned away, nothing is signed twice",
        (
            "faults/test_rolling_restart.py::test_while_the_port_is_held_every_clerk_gets_every_receipt_through_two_restarts",
            "faults/test_rolling_restart.py::test_a_port_that_nobody_holds_turns_clerks_away",
        ),
    ),
    "F21": Fault(
        "A task or a job fails whenever it runs",
        "The others go on; it is named",
        ("cms/test_sweep.py::test_a_failing_job_is_named_and_keeps_nobody_else_from_running",),
    ),
    "F22": Fault(
        "A process is killed in the middle of an upload",
        "The file is there whole, or not at all",
        ("faults/test_killed_uploads.py::test_killed_in_the_middle_of_an_upload_there_is_a_whole_file_or_none",),
    ),
    "F23": Fault(
        "A month's workbook is made twice, or breaks off",
        "The same figures; no half file",
        (
            "reports/test_workbooks.py::test_the_same_month_is_the_same_book",
            "reports/test_workbooks.py::test_a_file_is_written_whole_or_left_as_it_was",
        ),
    ),
}

# Not shown yet; the document says so.
WITHOUT_A_SCENE = {
    "F5": "The first database server is lost and the one that stands by takes over",
    "F9": "The disk of the database is full",
}
