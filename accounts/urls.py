"""The desk's addresses of this app; every name has its row in ``config.doors``."""

from django.urls import path

from accounts.views import calendar, desklock, faults, locks, outages, password, people, roster, rules, slips, standins

app_name = "accounts"

urlpatterns = [
    path("password/", password.password, name="password"),
    path("locked/", desklock.locked, name="locked"),
    path("lock/", desklock.lock, name="lock"),
    path("here/", desklock.here, name="here"),
    path("sign-in/slips/", slips.slips, name="slips"),
    path("sign-in/people/", people.people, name="people"),
    path("sign-in/people/<int:pk>/", people.person, name="person"),
    path("sign-in/people/<int:pk>/close/", people.close_account, name="close_account"),
    path("sign-in/people/<int:pk>/reopen/", people.reopen_account, name="reopen_account"),
    path("sign-in/slips/<int:pk>/", slips.slip, name="slip"),
    path("duty/", roster.roster, name="roster"),
    path("faults/", faults.faults, name="faults"),
    path("faults/<int:pk>/", faults.fault, name="fault"),
    path("stops/", outages.outages, name="outages"),
    path("stops/<int:pk>/", outages.outage, name="outage"),
    path("stops/<int:pk>/call-off/", outages.call_off, name="call_off_outage"),
    path("stand-ins/", standins.stand_ins, name="stand_ins"),
    path("stand-ins/<int:pk>/take-back/", standins.take_back, name="take_back_stand_in"),
    path("sign-in/locks/", locks.locks, name="locks"),
    path("sign-in/locks/lift/", locks.lift, name="lift_lock"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.new_rules, name="new_rules"),
    path("rules/<int:number>/", rules.version, name="rule_version"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/load/", calendar.load, name="load_calendar"),
    path("calendar/hours/", calendar.office_hours, name="office_hours"),
    path("calendar/<int:year>/", calendar.year, name="calendar_year"),
    path("calendar/<int:year>/correct/", calendar.correct, name="correct_day"),
]
