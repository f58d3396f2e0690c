"""What scenes about back-ups share: a city with papers that were signed, sealed and filed, its back-up, and an empty installation."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings
from time_machine import travel

from accounts.people import User, take_post
from accounts.roles import Role
from cms.checkpoints import sweep_checkpoints
from cms.ledgertree import number_leaves
from tests.archives import filed, handled, holding, staffed
from tests.cast import MONDAY, City, attached
from tests.databases import ROOT, Copy
from tests.sealkeys import clerk_key

PASSWORD = "恢复用的口令-2026"
ADMINISTRATORS = {
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
}


def folders(root: Path) -> dict[str, Any]:
    """Where an installation below this folder keeps its files, as settings."""
    return {
        "ATTACHMENTS_ROOT": root / "attachments",
        "MEDIA_ROOT": root / "media",
        "CHECKPOINT_FOLDER": root / "checkpoints",
        "CA_FOLDER": root / "ca",
    }


def environment(root: Path) -> dict[str, str]:
    """The same for a program that is started; the database is told as it is to all programs of a scene."""
    return {
        **os.environ,
        "VAR": str(root),
        "CHECKPOINT_FOLDER": str(root / "checkpoints"),
        "CA_FOLDER": str(root / "ca"),
        "KEY_ENCRYPTION_KEY": settings.KEY_ENCRYPTION_KEY,
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }


@contextmanager
def running_city(copy: Copy, city: City, root: Path) -> Iterator[City]:
    """The city in a database and in folders of its own, at work; it is Monday. Papers were signed, sealed and filed, others are under way."""
    shutil.copytree(settings.CA_FOLDER, root / "ca")
    with copy.committing("city"), override_settings(**folders(root)), travel(MONDAY, tick=False):
        yield with_papers(city)


def with_papers(city: City) -> City:
    """One paper with an attachment was signed for with a certificate, one was handled and filed, one lies unopened."""
    staffed(city)
    for username, role in ADMINISTRATORS.items():
        take_post(
            User.objects.create(username=username, name=role.label), city.network_office, role, by=None, at=MONDAY
        )
    for person in User.objects.filter(username__in=[*ADMINISTRATORS, "clerk"]):
        person.set_password(PASSWORD)
        person.save()
    signed = city.sent(attachments=attached())
    city.sign(city.opened(signed), signing=clerk_key(city.attentive, city.clerk, at=MONDAY))
    kept = city.sent(title="关于开展安全检查的通知")
    handled(city, kept)
    filed(city, holding(kept, city.attentive))
    city.sent(title="关于报送总结的通知")
    number_leaves(MONDAY)
    sweep_checkpoints(MONDAY)
    return city


@contextmanager
def empty_installation(copy: Copy, root: Path) -> Iterator[None]:
    """A database without a table and folders without a file."""
    with copy.emptied(), override_settings(**folders(root)):
        yield


def confirmed_by(path: Path, *usernames: str, password: str = PASSWORD) -> str:
    """The option of ``restore`` by which these people confirm."""
    path.write_text("".join(f"{username}\n{password}\n" for username in usernames), "utf-8")
    return f"--confirm-file={path}"


def said(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()
