"""Checks, cases and rectifications are changed by their verbs alone; a published month keeps what it called a rate (Articles 6 and 28)."""

from django.db import migrations, models

from cms.insertonly import insert_only

_SNAPSHOT = "reports_monthlysnapshot"
# Beside each table the columns that its verbs change.
_GUARDED = {
    "delaycase": ("state", "appeal_until"),
    "spotcheck": ("state", "called_off_why"),
    "rectification": ("state", "due_on"),
}


def unguard(table: str, *, but: tuple[str, ...]) -> migrations.RunPython:
    """The triggers that name every column but these and the new one; the way back puts them there again."""
    guard = insert_only(table, but=but)
    return migrations.RunPython(guard.reverse_code, guard.code)


class Migration(migrations.Migration):
    dependencies = [("reports", "0050_long_books")]

    operations = [
        unguard(_SNAPSHOT, but=("reason",)),
        migrations.AddField("monthlysnapshot", "grades", models.JSONField("评价标准", null=True)),
        insert_only(_SNAPSHOT, but=("reason",)),
        *(insert_only(f"reports_{table}", but=but) for table, but in _GUARDED.items()),
    ]
