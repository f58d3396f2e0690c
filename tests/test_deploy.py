"""What an operator installs: units that systemd accepts, a configuration that nginx accepts, a proxy that hands out what the site decided."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from circulars.pages import DraftAttachment
from cms.accesslog import Access, Look
from cms.attachments import keep
from tests.databases import ROOT
from tests.webserver import Visitor, Web

DEPLOY = ROOT / "site" / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("gongwen*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
BYTES = "一二三四五六七八九十\n".encode() * 1000
HARDENED = {
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "ProtectKernelTunables": "true",
    "ProtectControlGroups": "true",
    "RestrictSUIDSGID": "true",
    "RestrictNamespaces": "true",
    "SystemCallFilter": "@system-service",
    "IPAddressDeny": "any",
    "User": "gongwen",
}

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
needs_nginx = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed (Debian: nginx-light)")


def said(unit):
    lines = (line.partition("=") for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    return {key: value for key, _, value in lines}


@needs_systemd
def test_systemd_accepts_every_unit(tmp_path):
    """With the programs and the user of this machine in place of those that the operator has."""
    for unit in UNITS:
        text = re.sub(r"/opt/gongwen/\.venv/bin/python", shutil.which("true"), unit.read_text())
        text = re.sub(r"^(User|Group)=gongwen$", r"\1=root", text, flags=re.M)
        (tmp_path / unit.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    complaints = [line for line in checked.stderr.splitlines() if "gongwen" in line]
    assert (checked.returncode, complaints) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_service_runs_hardened_and_reads_its_secrets_from_a_file_of_root(unit):
    found = said(unit)
    assert {key: found.get(key) for key in HARDENED} == HARDENED
    assert found["EnvironmentFile"] == "/etc/gongwen/environment"
    assert not re.search(r"(?i)password|secret_key=|key_encryption_key=", unit.read_text())


def test_every_variable_of_the_example_is_one_that_the_site_reads():
    read = "".join(path.read_text() for path in (ROOT / "site").glob("**/*.py"))
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "environment.example").read_text(), re.M)
    assert names
    assert not [name for name in names if f'"{name}"' not in read]


# --- nginx ---


def free_port():
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Proxy:
    """nginx with our configuration, moved to free ports and to folders of the scene."""

    def __init__(self, home: Path, site_port: int, attachments: Path) -> None:
        self.home, self.port = home, free_port()
        self._certificate()
        text = (DEPLOY / "nginx" / "gongwen.conf").read_text()
        for ours, here in {
            "127.0.0.1:8000": f"127.0.0.1:{site_port}",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "gongwen.city.example": "localhost",
            "/etc/gongwen/tls": str(home),
            "/etc/gongwen/nginx-proxy.conf": str(DEPLOY / "nginx" / "nginx-proxy.conf"),
            "/var/lib/gongwen/attachments": str(attachments),
            "/var/lib/gongwen/static": str(home),
        }.items():
            assert ours in text, ours
            text = text.replace(ours, here)
        self.file = home / "nginx.conf"
        self.file.write_text(
            f"user root;\npid {home}/pid;\nerror_log {home}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n"
            + "".join(
                f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + text
            + "}\n"
        )

    def tested(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["nginx", "-t", "-c", self.file], capture_output=True, text=True, check=False)

    @contextmanager
    def running(self) -> Iterator[None]:
        """It answers at ``port`` until the scene is over."""
        with subprocess.Popen(["nginx", "-c", self.file, "-g", "daemon off;"]) as process:
            try:
                yield
            finally:
                process.terminate()

    def _certificate(self) -> None:
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                self.home / "server.key.pem",
                "-out",
                self.home / "server.pem",
            ],
            check=True,
            capture_output=True,
        )


@needs_nginx
def test_nginx_accepts_the_configuration(tmp_path):
    found = Proxy(tmp_path, 8000, tmp_path).tested()
    assert found.returncode == 0, found.stderr
    assert "warn" not in found.stderr


# --- the proxy before the site ---


@pytest.fixture
def served(real_city, tmp_path):
    """nginx with our configuration before the site, both running: the delivery of a paper with a file, and the clerk who asks."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed (Debian: nginx-light)")
    now = timezone.now()
    kept = keep("值班表.txt", ContentFile(BYTES, "值班表.txt"))
    sent = real_city.sent(
        at=now, reason="演练", attachments=[DraftAttachment(title="值班表", file=kept, file_name="值班表.txt")]
    )
    delivery = real_city.opened(sent, at=now)
    real_city.sign(delivery, at=now)
    web = Web(tmp_path / "log", BEHIND_PROXY="1", X_ACCEL="1", ALLOWED_HOSTS="localhost")
    web.start()
    proxy = Proxy(tmp_path, web.port, settings.ATTACHMENTS_ROOT)
    with proxy.running():
        web.wait_until_it_answers()
        yield delivery, Visitor(real_city.clerk, f"https://localhost:{proxy.port}")
    web.close()


def test_a_file_is_handed_out_by_the_proxy_once_the_site_has_decided(served):
    delivery, clerk = served
    path = reverse("circulars:attachment", args=[delivery.pk, 1])
    status, body, headers = clerk.get(path)
    assert (status, body) == (200, BYTES)
    assert "X-Accel-Redirect" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["Cache-Control"] == "no-store"
    assert "filename*=utf-8''%E5%80%BC" in headers["Content-Disposition"]
    assert Access.objects.filter(look=Look.DOWNLOADED).count() == 1
    status, body, headers = clerk.get(path, Range="bytes=31-61")
    assert (status, body) == (206, BYTES[31:62])
    status, body, _ = clerk.get(path, Range="bytes=" + ",".join(f"{n}-" for n in range(1000)))
    assert (status, len(body)) in ((200, len(BYTES)), (206, len(BYTES)))
    assert clerk.get(path, Range=f"bytes={len(BYTES)}-")[0] == 416


def test_no_address_of_the_proxy_leads_to_the_files_and_a_changed_file_is_not_handed_out(served):
    delivery, clerk = served
    kept = sha256(BYTES).hexdigest()
    for path in (f"/kept/{kept[:2]}/{kept}", f"/static/../kept/{kept[:2]}/{kept}", f"/kept/..%2f{kept}"):
        status, body, _ = clerk.get(path)
        assert status in (400, 403, 404), path
        assert BYTES not in body
    place = Path(settings.ATTACHMENTS_ROOT) / kept[:2] / kept
    place.chmod(0o640)
    place.write_bytes(BYTES + b"!")
    try:
        status, body, _ = clerk.get(reverse("circulars:attachment", args=[delivery.pk, 1]))
        assert status == 409
        assert BYTES not in body
    finally:
        place.write_bytes(BYTES)


def test_a_request_without_tls_or_for_another_host_gets_no_page(served):
    _, clerk = served
    status, _, _ = clerk.get("/received/", Host="evil.example")
    assert status in (400, 404)
    status, _, _ = clerk.get("/metrics")
    assert status == 404
