"""The home page takes the place of Wagtail's welcome page as the root of the site."""

from django.db import migrations


def plant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("cms", "HomePage")

    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(depth=1)
    home_type, _ = ContentType.objects.get_or_create(model="homepage", app_label="cms")
    home = HomePage.objects.create(
        title="电子公文传输系统",
        draft_title="电子公文传输系统",
        slug="home",
        content_type=home_type,
        path=root.path + "0001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=Locale.objects.get(),
    )
    Page.objects.filter(pk=root.pk).update(numchild=1)
    Site.objects.create(hostname="localhost", root_page_id=home.pk, is_default_site=True)


def uproot(apps, schema_editor):
    """Nothing to give back: the welcome page had no content."""


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_ledger_takes_insert_only"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(plant, uproot)]
