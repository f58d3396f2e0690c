from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "监督与通报"

    def ready(self) -> None:
        import reports.bulletinchecks
        import reports.casechecks
        import reports.drawchecks
        import reports.earlierchecks
        import reports.findingchecks
        import reports.snapshotchecks
        import reports.wallchecks  # noqa: F401  what verify asks is registered
        from circulars.clearing import cleared
        from cms.sweep import register
        from reports.accountability.clearing import empty_words
        from reports.asking import sweep_bulletins
        from reports.bookorders import forget_books, sweep_books
        from reports.explanations import forget_words
        from reports.rectifyreminders import sweep_rectifications
        from reports.spotchecks.acts import sweep_spot_checks

        cleared.connect(empty_words)
        cleared.connect(forget_books)
        cleared.connect(forget_words)
        register(sweep_books)
        register(sweep_bulletins)
        register(sweep_spot_checks)
        register(sweep_rectifications)
