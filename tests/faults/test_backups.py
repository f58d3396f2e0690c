"""A back-up that restores, and nothing that is not one: a city with signed, sealed and filed papers, read into an empty installation (Article 17)."""

import errno
import hashlib
import json
import shutil
from copy import deepcopy

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.people import User
from circulars.archive.holdings import Holding
from circulars.deliveries import Delivery
from circulars.receipts import Receipt
from cms.attachments import Attachment
from cms.backup import engines, looking, manifest, tables
from cms.backup.failures import BackupFailed
from cms.backup.marker import is_marked, refuse_unfinished
from cms.ledger import Entry
from tests.backups import PASSWORD, confirmed_by, empty_installation, running_city, said

TWO = ("system-admin", "audit-admin")


@pytest.fixture(scope="module")
def kept(raised_city, django_db_setup, django_db_blocker, tmp_path_factory):
    """A back-up of the city at work, for all scenes of the module; what was said when it was made lies beside it."""
    place = tmp_path_factory.mktemp("machine")
    with django_db_blocker.unblock(), running_city(django_db_setup, deepcopy(raised_city), place / "var"):
        (place / "said").write_text(said("backup", place / "copy"))
    return place / "copy"


@pytest.fixture
def copied(kept, tmp_path):
    """The back-up as it came to another machine."""
    return shutil.copytree(kept, tmp_path / "copy")


@pytest.fixture
def elsewhere(django_db_setup, django_db_blocker, tmp_path):
    """Another machine with an empty database."""
    with django_db_blocker.unblock(), empty_installation(django_db_setup, tmp_path / "var"):
        yield tmp_path


def restored(copied, elsewhere, *people, **options):
    return said("restore", copied, confirmed_by(elsewhere / "typed", *(people or TWO), **options))


def refused(copied, elsewhere, *people, **options):
    with pytest.raises(CommandError) as error:
        restored(copied, elsewhere, *people, **options)
    return str(error.value)


def counted():
    with engines.restored() as cursor:
        return tables.counted(cursor, connection.vendor)


class TestABackUp:
    def test_it_holds_every_file_with_its_digest_and_says_what_is_kept_apart(self, kept):
        told = manifest.read(kept)
        files = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
        assert files == {*told.files, "manifest.json", "manifest.sha256"}
        for path, (digest, size) in told.files.items():
            content = (kept / path).read_bytes()
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, size)
        assert told.tables["circulars_delivery"].rows == 9
        assert told.head.size == told.tables["cms_leaf"].rows > 0
        text = (kept.parent / "said").read_text()
        assert told.digest in text
        assert "KEY_ENCRYPTION_KEY" in text
        assert kept.stat().st_mode & 0o077 == 0  # nobody else reads it

    def test_no_usable_key_and_no_secret_is_in_it(self, kept, settings):
        secrets = [settings.KEY_ENCRYPTION_KEY.encode(), settings.SECRET_KEY.encode(), b"PRIVATE KEY-----"]
        for path in kept.rglob("*"):
            assert not path.name.endswith((".key", ".key.pem"))
            if path.is_file():
                assert not [secret for secret in secrets if secret in path.read_bytes()], path
        assert {path.name for path in (kept / "files" / "ca").iterdir()} == {
            "root.pem", "root.crl", "issuing.pem", "stamping.pem", "checkpoints.pem",
        }  # fmt: skip

    def test_it_overwrites_nothing(self, kept, real_database, tmp_path):
        (tmp_path / "taken").mkdir()
        for place in (kept, tmp_path / "taken"):
            with pytest.raises(CommandError, match="已存在，没有改动"):
                call_command("backup", place)
        assert list((tmp_path / "taken").iterdir()) == []

    def test_a_file_that_was_changed_on_the_disk_is_named_and_there_is_no_back_up(
        self, raised_city, django_db_setup, django_db_blocker, tmp_path
    ):
        with django_db_blocker.unblock(), running_city(django_db_setup, deepcopy(raised_city), tmp_path / "var"):
            path = Attachment.objects.earliest("pk").path
            path.chmod(0o640)
            path.write_bytes(b"other")
            with pytest.raises(CommandError, match=f"附件 {path.name} 缺失，或者内容与存入时不一致"):
                call_command("backup", tmp_path / "copy")
        assert [each.name for each in tmp_path.iterdir()] == ["var"]

    def test_a_full_disk_is_told_in_words_and_leaves_nothing(self, real_database, tmp_path, monkeypatch):
        def full(*_, **__):
            raise OSError(errno.ENOSPC, "No space left on device", "database")

        monkeypatch.setattr("cms.backup.copies.digest_of", full)
        with pytest.raises(CommandError, match="没有备份：“database”磁盘已满。"):
            call_command("backup", tmp_path / "copy")
        assert list(tmp_path.iterdir()) == []

    def test_it_does_not_go_into_what_it_copies(self, real_database, settings):
        settings.ATTACHMENTS_ROOT.mkdir(parents=True, exist_ok=True)
        with pytest.raises(CommandError, match="请换一个目录"):
            call_command("backup", settings.ATTACHMENTS_ROOT / "copy")

    def test_without_the_servers_programs_it_says_what_to_install(self, real_database, tmp_path, monkeypatch):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite needs no program")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr("cms.backup.programs.DEBIAN", tmp_path)
        with pytest.raises(CommandError, match="没有找到 pg_dump，请安装 PostgreSQL"):
            call_command("backup", tmp_path / "copy")
        old = tmp_path / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        old.chmod(0o755)
        with pytest.raises(CommandError, match="pg_dump 是 9 版，比数据库服务器"):
            call_command("backup", tmp_path / "copy")


class TestRestoring:
    def test_rows_files_ledger_and_signatures_are_what_they_were_and_work_goes_on(self, copied, elsewhere):
        text = restored(copied, elsewhere)
        assert "可以使用" in text
        assert "系统管理员" in text
        told = manifest.read(copied)
        now = counted()
        # What the restoring itself wrote: its entry, and that everybody signs in anew.
        assert now["cms_entry"].rows == told.tables["cms_entry"].rows + 1
        assert not Session.objects.exists()
        different = {name for name in now if now[name] != told.tables[name]}
        assert different <= {"cms_entry", "django_session"}
        assert not is_marked()
        assert Receipt.objects.count() == 2
        assert Holding.objects.filter(state="filed").count() == 1

        clerk = Client()
        clerk.post(reverse("login"), {"username": "clerk", "password": PASSWORD})
        delivery = Delivery.objects.get(unit__code="BM05", circular__title__contains="国庆", state="signed_for")
        page = clerk.get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
        assert "关于做好国庆假期值班工作的通知" in page
        assert "值班表" in page

    def test_the_ledger_says_from_what_it_was_restored_and_who_confirmed(self, copied, elsewhere):
        restored(copied, elsewhere)
        told, entry = manifest.read(copied), Entry.objects.latest("pk")
        people = [User.objects.get(username=name).pk for name in TWO]
        assert (entry.deed, entry.person_id) == ("database.restored", people[0])
        assert entry.facts["manifest"] == told.digest
        assert [each["person"] for each in entry.facts["confirmed"]] == people
        assert [each["role"] for each in entry.facts["confirmed"]] == ["system_admin", "audit_admin"]
        assert "完好" in said("verify")

    def test_into_an_empty_database_only(self, copied, real_database, tmp_path, settings):
        before = Entry.objects.count()
        assert "数据库里已有数据表，没有改动" in refused(copied, tmp_path)
        assert (Entry.objects.count(), is_marked()) == (before, False)

    def test_files_that_are_not_of_the_back_up_are_not_mixed_with_it(self, copied, elsewhere, settings):
        strange = settings.ATTACHMENTS_ROOT / "ab" / ("ab" * 32)
        strange.parent.mkdir(parents=True)
        strange.write_text("他人的文件")
        assert "文件目录里已有备份中没有的文件" in refused(copied, elsewhere)
        assert engines.tables_there_are() == []

    def test_the_keys_that_were_kept_apart_may_lie_there_already(self, copied, elsewhere, settings):
        settings.CA_FOLDER.mkdir(parents=True)
        (settings.CA_FOLDER / "issuing.key").write_text("…")
        assert "可以使用" in restored(copied, elsewhere)


def changed(path, at=-1):
    """One byte of the file is another."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)


def rewritten(folder, **said):
    """The manifest says something else, and its digest with it: somebody did it on purpose."""
    text = json.dumps(json.loads((folder / "manifest.json").read_text()) | said).encode()
    for name, content in (
        ("manifest.json", text),
        ("manifest.sha256", f"{hashlib.sha256(text).hexdigest()}  manifest.json\n".encode()),
    ):
        (folder / name).chmod(0o640)
        (folder / name).write_bytes(content)


def an_attachment(folder):
    return next(path for path in sorted((folder / "files" / "attachments").rglob("*")) if path.is_file())


DAMAGE = {
    "a byte of the dump": (lambda copy: changed(next(copy.glob("database.*"))), "与清单不符"),
    "a byte of an attachment": (lambda copy: changed(an_attachment(copy)), "与清单不符"),
    "a byte of the manifest": (lambda copy: changed(copy / "manifest.json", 40), "备份被改动过"),
    "a byte of its digest": (lambda copy: changed(copy / "manifest.sha256", 3), "备份被改动过"),
    "no manifest": (lambda copy: (copy / "manifest.json").unlink(), "不是完整的备份"),
    "a file is missing": (lambda copy: an_attachment(copy).unlink(), "缺少 files/attachments/"),
    "a file too many": (lambda copy: (copy / "files" / "media.exe").write_text("x"), "多出 files/media.exe"),
    "a link": (lambda copy: (copy / "files" / "passwd").symlink_to("/etc/passwd"), "是链接"),
    "another version": (lambda copy: rewritten(copy, app_version="0.0.9"), "备份由 0.0.9 版程序制作"),
    "other migrations": (lambda copy: rewritten(copy, migrations={"cms": "0001_initial"}), "数据库结构不同"),
    "another engine": (lambda copy: rewritten(copy, engine="oracle"), "清单里的路径|备份来自 oracle"),
    "another format": (lambda copy: rewritten(copy, format="gongwen-backup/9"), "不认识的备份格式"),
    "a path that leads out": (
        lambda copy: rewritten(copy, files={"files/media/../../x": {"sha256": "0" * 64, "size": 1}}),
        "路径 files/media/../../x 不对",
    ),
}


class TestWhatIsRefused:
    @pytest.mark.parametrize("name", DAMAGE)
    def test_a_back_up_that_is_not_what_was_made_changes_nothing(self, copied, elsewhere, name):
        damage, sentence = DAMAGE[name]
        damage(copied)
        answer = refused(copied, elsewhere)
        assert answer.startswith("不能使用：")
        assert any(each in answer for each in sentence.split("|")), answer
        assert engines.tables_there_are() == []
        assert not any(path.is_file() for path in (elsewhere / "var").rglob("*"))

    def test_with_the_comparison_of_digests_switched_off_the_changed_byte_would_pass(self, copied, monkeypatch):
        changed(an_attachment(copied))
        with pytest.raises(BackupFailed):
            looking.look(copied)
        monkeypatch.setattr(looking, "changed_files", lambda folder, told: iter(()))
        looking.look(copied)

    @pytest.mark.parametrize(
        ("people", "password", "sentence"),
        [
            (("system-admin",), PASSWORD, "须由两名管理员共同确认"),
            (("system-admin", "system-admin"), PASSWORD, "两次输入的是同一个人"),
            (("system-admin", "audit-admin"), "别的口令-2026", "用户名或密码不对"),
            (("system-admin", "nobody-here"), PASSWORD, "用户名或密码不对"),
            (("system-admin", "clerk"), PASSWORD, "不是系统管理员、安全管理员或审计管理员"),
        ],
    )
    def test_without_two_administrators_nothing_serves_it(self, copied, elsewhere, people, password, sentence):
        assert sentence in refused(copied, elsewhere, *people, password=password)
        assert is_marked()
        with pytest.raises(ImproperlyConfigured, match="不能使用"):
            refuse_unfinished()
        for command in ("sweep", "qcluster", "migrate"):
            with pytest.raises(CommandError, match="不能使用"):
                call_command(command, skip_checks=False)
        assert "请清空数据库" in refused(copied, elsewhere)  # whoever comes second finds it marked

    def test_what_does_not_come_out_as_it_was_is_not_released(self, copied, elsewhere):
        said_of = json.loads((copied / "manifest.json").read_text())
        said_of["tables"]["circulars_delivery"] = {"rows": 10, "checksum": "0"}
        rewritten(copied, tables=said_of["tables"])
        assert "恢复以后发现 1 处与备份不一致" in refused(copied, elsewhere)
        assert is_marked()
        assert not Entry.objects.filter(deed="database.restored").exists()
