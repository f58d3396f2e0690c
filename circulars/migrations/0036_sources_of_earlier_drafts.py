"""Drafts begun until now name their source where it can be told: the paper passed on, and the registered one copied, by its number.

Which unregistered draft was copied was not written down. Going back forgets the sources, which the migration before then drops.
"""

import re

from django.db import migrations

_COPIED = re.compile(r"^复制自《.*》（(.+)）。$")


def fill(apps, schema_editor):
    Origin = apps.get_model("circulars", "Origin")
    Circular = apps.get_model("circulars", "Circular")
    Reference = apps.get_model("circulars", "Reference")
    for origin in Origin.objects.filter(kind="passed_on").iterator():
        references = Reference.objects.filter(page=origin.page_id, relation="forwards", circular__isnull=False)
        if reference := references.select_related("circular").first():
            Origin.objects.filter(pk=origin.pk).update(source=reference.circular.page_id)
    for origin in Origin.objects.filter(kind="copied").iterator():
        if named := _COPIED.match(origin.account.split("\n")[0]):
            pages = list(Circular.objects.filter(number=named[1]).values_list("page", flat=True)[:2])
            if len(pages) == 1:
                Origin.objects.filter(pk=origin.pk).update(source=pages[0])


class Migration(migrations.Migration):
    dependencies = [("circulars", "0035_drafts_know_their_source")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
