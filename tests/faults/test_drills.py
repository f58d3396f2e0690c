"""恢复演练: a back-up is restored beside the installation, proved and thrown away, and the installation is as before (Article 17)."""

from copy import deepcopy

import pytest
from django.core.management import CommandError
from django.db import connection

from accounts.drills import Drill
from cms.ledger import Entry
from cms.messages import Message
from tests.backups import running_city, said
from tests.cast import MONDAY


@pytest.fixture
def city(raised_city, django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), running_city(django_db_setup, deepcopy(raised_city), tmp_path / "var") as it:
        yield it


def test_the_verdict_is_on_record_and_nothing_else_is_left(city, tmp_path):
    said("backup", tmp_path / "copy")
    entries = Entry.objects.count()
    assert "演练通过" in said("backup_drill", tmp_path / "copy")
    drill = Drill.objects.get()
    assert drill.is_good
    assert drill.size > 100_000
    assert drill.made_at == MONDAY
    entry = Entry.objects.latest("pk")
    assert (entry.deed, entry.subject) == ("drill.held", f"accounts.drill:{drill.pk}")
    assert entry.facts["manifest"] == drill.manifest
    assert Entry.objects.count() == entries + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "var"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE '%%_drill'")
            assert cursor.fetchone() == (0,)

    file = next((tmp_path / "copy" / "files" / "attachments").rglob("*/*"))
    file.chmod(0o640)
    file.write_bytes(b"x" + file.read_bytes()[1:])
    with pytest.raises(CommandError, match=r"演练没有通过：.*与清单不符"):
        said("backup_drill", tmp_path / "copy")
    assert Drill.objects.filter(is_good=False).count() == 1
    told = set(Message.objects.filter(key__startswith="drill-failed:").values_list("person__username", flat=True))
    assert told == {"engineer", "system-admin", "security-admin"}
