"""What was asked for, what was answered and which paper answers which stays as it was; a purge may empty what it says (Article 5)."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0068_circulars_are_answered")]

    operations = [
        insert_only("circulars_replydemand"),
        insert_only("circulars_replyfield", but=("label", "hint", "options")),
        insert_only("circulars_paperreply"),
        insert_only("circulars_answerversion"),
        insert_only("circulars_answercell", but=("text", "number", "file_id", "file_name")),
    ]
