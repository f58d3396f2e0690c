"""An urge keeps the words that the duty officer got beside those of the unit; its table is guarded again, both texts may be emptied."""

from django.db import migrations, models

from cms.insertonly import insert_only


def unguard() -> migrations.RunPython:
    """The triggers that name every column but the one text; the way back puts them there again."""
    guard = insert_only("circulars_urge", but=("text",))
    return migrations.RunPython(guard.reverse_code, guard.code)


class Migration(migrations.Migration):
    dependencies = [("circulars", "0039_copies_that_need_no_signature")]

    operations = [
        unguard(),
        migrations.AddField(
            model_name="urge",
            name="told_above",
            field=models.CharField("告知值班员", max_length=500, blank=True, db_default=""),
        ),
        insert_only("circulars_urge", but=("text", "told_above")),
    ]
