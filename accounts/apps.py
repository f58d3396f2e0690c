from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from accounts import (  # noqa: F401  they listen or are asked from now on
            browsers,
            checks,
            desklock,
            drillchecks,
            keychecks,
            keypictures,
            lockout,
            lookins,
            outsiders,
            signin,
        )
        from accounts.declarationreminders import remind_of_declarations
        from accounts.drills import warn_of_drills
        from accounts.grants import sweep_grants
        from accounts.handbacks import sweep_handbacks
        from accounts.handovers.late import sweep_handovers
        from accounts.linewatch import watch_inspections, watch_outages
        from accounts.lookins import sweep_look_ins
        from accounts.reachability import sweep_failed_texts
        from accounts.repairclocks import warn_of_repairs
        from accounts.sealends import sweep_keys
        from accounts.sealwarnings import warn_of_ends
        from accounts.selfcheckreminders import remind_of_checks
        from accounts.upkeepwarnings import warn_of_upkeep
        from accounts.waitingdues import settle, settle_at_once
        from cms.calendars import calendar_loaded
        from cms.sweep import register

        register(sweep_grants)
        register(sweep_look_ins)
        register(sweep_keys)
        register(warn_of_ends)
        register(sweep_handbacks)
        register(sweep_handovers)
        register(remind_of_declarations)
        register(sweep_failed_texts)
        register(settle)
        register(warn_of_upkeep)
        register(warn_of_drills)
        calendar_loaded.connect(settle_at_once)
        register(watch_outages)
        register(watch_inspections)
        register(warn_of_repairs)
        register(remind_of_checks)
