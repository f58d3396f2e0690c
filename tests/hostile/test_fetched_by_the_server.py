"""Attack 46: the server fetches nothing that somebody typed; only the gateway's address and the targets of 隔离自查 are called, both the operator's."""

import ast
import re
from pathlib import Path

from django import forms
from django.apps import apps
from django.conf import settings
from django.db import models
from wagtail.embeds.finders import get_finders

from tests.addresses import OURS
from tests.databases import ROOT

FLOORS = ("cms", "accounts", "circulars", "reports", "site")
# What opens a line to another machine, by the name under which it is imported.
CALLERS = {
    *("requests", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request", "socket", "socketserver", "ssl"),
    *("ftplib", "smtplib", "telnetlib", "xmlrpc.client", "imaplib", "poplib", "websockets", "paramiko"),
}
# Who may, and whose address it is.
CALLING = {
    "cms/gateways.py": {"requests", "urllib3"},  # the operator's gateway, from the settings
    "cms/isolation.py": {"socket"},  # the operator's targets, from the settings; nothing is said
    "cms/viruses.py": {"socket"},  # the operator's scanner, from the settings
    "reports/management/commands/run.py": {"socket"},  # whether the own port is free
}
# How a field is called that takes an address to fetch.
ADDRESS = re.compile(r"(^|_)(url|uri|webhook|callback|endpoint|feed|href)(_|$)")


def modules() -> list[Path]:
    return [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")) if "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_46_no_module_calls_another_machine_but_those_named_here():
    calling = {}
    for path in modules():
        called = {
            caller for caller in CALLERS for name in imported(path) if name == caller or name.startswith(f"{caller}.")
        }
        if called:
            calling[path.relative_to(ROOT).as_posix()] = called
    assert calling == CALLING


def test_46_no_field_of_a_form_or_a_record_is_an_address_to_fetch():
    """Attack 46: neither by its kind nor by its name, in every form and every model of ours."""
    wrong = []
    ours = [form for form in _below(forms.BaseForm) if form.__module__.split(".")[0] in FLOORS]
    assert len(ours) > 50
    for form in ours:
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.URLField) or ADDRESS.search(name):
                wrong.append(f"{form.__module__}.{form.__name__}.{name}")
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            own = model._meta.local_fields
            wrong += [
                f"{model.__name__}.{f.name}" for f in own if isinstance(f, models.URLField) or ADDRESS.search(f.name)
            ]
    assert wrong == []


def _below(kind: type) -> set[type]:
    """Every kind of form that the addresses of the site lead to, those of the framework included."""
    assert OURS, "the views are loaded, and with them their forms"
    found: set[type] = set(kind.__subclasses__())
    return found.union(*map(_below, found))


def test_46_nothing_is_embedded_from_elsewhere_and_no_picture_is_taken_in():
    """Attack 46: no finder for what another site would show, no apps for pictures and documents by address, no hook to the outside."""
    assert list(get_finders()) == []
    assert settings.WAGTAILEMBEDS_FINDERS == []
    assert not {"wagtail.contrib.frontend_cache", "wagtail.contrib.search_promotions"} & set(settings.INSTALLED_APPS)
    assert not getattr(settings, "WAGTAIL_ENABLE_UPDATE_CHECK", True)


def test_46_a_seal_is_judged_without_fetching_anything():
    """Attack 46: whoever judges a signature says that nothing may be fetched; a certificate can name any address."""
    judging = [path for path in modules() if re.search(r"\bValidationContext\(", path.read_text())]
    assert judging
    for path in judging:
        calls = [
            n
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Call) and "ValidationContext" in ast.unparse(n.func)
        ]
        for call in calls:
            said = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert said.get("allow_fetching", "False") == "False", path
