"""The desk's addresses of this app; every name has its row in ``config.doors``."""

from django.urls import path

from accounts.views import locks

app_name = "accounts"

urlpatterns = [
    path("sign-in/locks/", locks.locks, name="locks"),
    path("sign-in/locks/lift/", locks.lift, name="lift_lock"),
]
