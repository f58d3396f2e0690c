"""The two doors: the desk at / and the Wagtail admin at /cms/."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from accounts.views.signin import SignIn
from config import desk, homes
from config.health import healthz
from config.metrics import metrics

urlpatterns = [
    path("", desk.home, name="home"),
    path("operations/", homes.network_home, name="network_home"),
    path("our-unit/", homes.leader_home, name="leader_home"),
    path("services/", homes.provider_home, name="provider_home"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("notices/", desk.notices, name="notices"),
    path("notices/<int:pk>/", desk.notice, name="notice"),
    path("messages/", desk.message_list, name="messages"),
    path("messages/read/", desk.messages_read, name="messages_read"),
    path("keyboard/", desk.keyboard, name="keyboard"),
    path("type-size/", desk.type_size, name="type_size"),
    path("", include("accounts.urls")),
    path("", include("circulars.urls")),
    path("", include("reports.urls")),
    # One way in and one way out: the admin's own forms are never shown.
    path("cms/logout/", LogoutView.as_view(), name="wagtailadmin_logout"),
    path("cms/", include(wagtailadmin_urls)),
]
