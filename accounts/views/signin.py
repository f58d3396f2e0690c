"""The sign-in page: one for desk and admin."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.demopeople import PASSWORD, PIN, shown_people
from accounts.entering import enter


class SignInForm(AuthenticationForm):
    """User name and password, refused with the same sentence whatever was wrong."""

    error_messages = {
        "invalid_login": "用户名或密码不对，请核对后再试。",
        "inactive": "用户名或密码不对，请核对后再试。",
    }


class SignIn(LoginView):
    """Signs a person in and sends them to the desk, or back to where they wanted to go."""

    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password was right: the person is in, or is asked for the second factor."""
        person = form.get_user()
        wanted = self.get_success_url()
        return redirect(enter(self.request, person, wanted=wanted, at=timezone.now(), backend=person.backend))

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """In a demo the page names the invented people, who are let in nowhere else."""
        shown = {"demo_people": shown_people(), "demo_password": PASSWORD, "demo_pin": PIN} if settings.DEMO else {}
        return super().get_context_data(**known, **shown)

    @cached_property
    def title(self) -> str:
        return "登录"

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs are of a later Django
        """An address of this site; whatever else was asked for, one lands on the desk."""
        wanted = super().get_redirect_url()
        try:
            resolve(wanted.partition("?")[0].partition("#")[0])
        except Resolver404:
            return ""
        return wanted
