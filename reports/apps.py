from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "监督与通报"

    def ready(self) -> None:
        import reports.accountability.clearing
        import reports.casechecks
        import reports.drawchecks
        import reports.snapshotchecks  # noqa: F401  what verify asks is registered
        from cms.sweep import register
        from reports.rectifications import sweep_rectifications
        from reports.spotchecks.acts import sweep_spot_checks

        register(sweep_spot_checks)
        register(sweep_rectifications)
