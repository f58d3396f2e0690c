from django.db import migrations, models


def first_of_the_earliest_books(apps, schema_editor):
    """The earliest book of a series began at the series' opening number, every later one at 1."""
    Series = apps.get_model("circulars", "Series")
    NumberBook = apps.get_model("circulars", "NumberBook")
    for series in Series.objects.exclude(opening_number=1):
        earliest = NumberBook.objects.filter(series=series).order_by("year").first()
        if earliest is not None:
            NumberBook.objects.filter(pk=earliest.pk).update(first=series.opening_number)


class Migration(migrations.Migration):
    dependencies = [("circulars", "0006_voided_numbers")]

    operations = [
        migrations.AddField(
            model_name="numberbook",
            name="first",
            field=models.PositiveIntegerField(db_default=1, verbose_name="起号"),
        ),
        migrations.RunPython(first_of_the_earliest_books, migrations.RunPython.noop),
    ]
