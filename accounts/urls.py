"""The desk's addresses of this app; every name has its row in ``config.doors``."""

from django.urls import path

from accounts.views import locks, password, slips

app_name = "accounts"

urlpatterns = [
    path("password/", password.password, name="password"),
    path("sign-in/slips/", slips.slips, name="slips"),
    path("sign-in/slips/new/", slips.new_slip, name="new_slip"),
    path("sign-in/slips/new/<int:pk>/", slips.ask_for_slip, name="ask_for_slip"),
    path("sign-in/slips/<int:pk>/", slips.slip, name="slip"),
    path("sign-in/locks/", locks.locks, name="locks"),
    path("sign-in/locks/lift/", locks.lift, name="lift_lock"),
]
