from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from axes.signals import user_locked_out
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from accounts import (
            browsers,
            checks,  # noqa: F401  what is asked at the start and by verify is registered
            desklock,
            drillchecks,  # noqa: F401
            factorchecks,  # noqa: F401
            keychecks,  # noqa: F401
            keypictures,  # noqa: F401
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
        from accounts.passwords import warn_of_passwords
        from accounts.reachability import sweep_failed_texts
        from accounts.repairclocks import warn_of_repairs
        from accounts.sealends import sweep_keys
        from accounts.sealwarnings import warn_of_ends
        from accounts.selfcheckreminders import remind_of_checks
        from accounts.unused import sweep_unused
        from accounts.upkeepwarnings import warn_of_upkeep
        from accounts.waitingdues import settle, settle_at_once
        from cms.calendars import calendar_loaded
        from cms.isolation import way_out_found
        from cms.sweep import register

        for hear in (browsers.note_at_sign_in, desklock.begin, lookins.look_in_at_sign_in, signin.note_sign_in):
            user_logged_in.connect(hear)
        user_logged_out.connect(signin.note_sign_out)
        user_login_failed.connect(signin.note_failure)
        user_locked_out.connect(lockout.note_lock)
        way_out_found.connect(outsiders.hear_of_way_out)
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
        register(warn_of_passwords)
        register(sweep_unused)
