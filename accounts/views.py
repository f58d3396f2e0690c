"""The sign-in page: one for desk and admin."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.utils.functional import cached_property


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

    @cached_property
    def title(self) -> str:
        return "登录"
