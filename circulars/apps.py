from django.apps import AppConfig


class CircularsConfig(AppConfig):
    name = "circulars"
    verbose_name = "公文"

    def ready(self) -> None:
        import circulars.archive.stonechecks
        import circulars.heldfiles
        import circulars.noticechecks
        import circulars.receipts.checks
        import circulars.receipts.ledgerchecks
        import circulars.reliefchecks
        import circulars.roundchecks
        import circulars.sealing.checks
        import circulars.sealing.rowchecks
        import circulars.urgechecks  # noqa: F401  what holds a file, and what verify asks, are registered
        from accounts.dissolving import unit_closed, unit_closing, unit_dissolved
        from accounts.faults import fault_confirmed, fault_reported
        from accounts.outages import outage_ended
        from circulars.answers.reminding import sweep_answers
        from circulars.archive import handedon
        from circulars.archive.births import sweep_holdings
        from circulars.archive.filingreminders import sweep_filing
        from circulars.deliveries import closed
        from circulars.dispatch import sweep_unannounced
        from circulars.faultpapers import hear_of_end, hear_of_report, sweep_fault_papers
        from circulars.handedwork import register_work
        from circulars.handling.reminders import sweep_work
        from circulars.incoming import hear_of_return
        from circulars.noticing import settle_on_answer, sweep_notices
        from circulars.panels import lay_out
        from circulars.pending import settle_at_once, sweep_pending
        from circulars.reasons import unmarked
        from circulars.relief import hear_of_fault, hear_of_outage, sweep_relief
        from circulars.reminders import sweep_urges
        from circulars.scheduling import sweep_scheduled
        from circulars.scrubbing import sweep_scrub
        from circulars.searchindex.indexing import sweep_unindexed
        from circulars.stepreminders import sweep_steps
        from circulars.succession import answer_before_closing, hear_of_dissolution
        from circulars.unsenttexts import hear_of_closing, withdraw_needless
        from cms.calendars import calendar_loaded
        from cms.discards import sweep_discards
        from cms.sweep import register
        from cms.textmessages import answered, handing_over
        from cms.writtenwords import register as ask_of_words

        lay_out()
        register_work()
        ask_of_words(unmarked)
        register(sweep_unannounced)
        register(sweep_discards)
        register(sweep_steps)
        register(sweep_work)
        calendar_loaded.connect(settle_at_once)
        register(sweep_pending)
        register(sweep_relief)
        fault_confirmed.connect(hear_of_fault)
        outage_ended.connect(hear_of_outage)
        unit_dissolved.connect(hear_of_dissolution)
        unit_closing.connect(answer_before_closing)
        unit_closed.connect(handedon.hear_of_closing)
        fault_reported.connect(hear_of_report)
        fault_confirmed.connect(hear_of_end)
        register(sweep_fault_papers)
        register(sweep_scheduled)
        register(sweep_notices)
        answered.connect(settle_on_answer)
        handing_over.connect(withdraw_needless)
        closed.connect(hear_of_closing)
        closed.connect(hear_of_return)
        register(sweep_urges)
        register(sweep_scrub)
        register(sweep_answers)
        register(sweep_holdings)
        register(sweep_filing)
        register(sweep_unindexed)
