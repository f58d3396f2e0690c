"""The one workflow of the site: 核稿, then 签发; Wagtail's own example workflow leaves."""

from django.db import migrations

WORKFLOW = "发文审签"


def lay(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    Page = apps.get_model("wagtailcore", "Page")

    WorkflowPage.objects.all().delete()
    Workflow.objects.update(active=False)
    workflow = Workflow.objects.create(name=WORKFLOW, active=True)
    for order, (model, name) in enumerate([("ReviewTask", "核稿"), ("ApproveTask", "签发")]):
        task_type, _ = ContentType.objects.get_or_create(app_label="circulars", model=model.lower())
        task = apps.get_model("circulars", model).objects.create(name=name, content_type=task_type)
        WorkflowTask.objects.create(workflow=workflow, task_id=task.task_ptr_id, sort_order=order)
    WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(depth=1))


def lift(apps, schema_editor):
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Workflow.objects.filter(name=WORKFLOW).delete()
    for model in ("ReviewTask", "ApproveTask"):
        apps.get_model("circulars", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0002_constraints_and_indexes"),
        ("cms", "0004_home_page"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(lay, lift)]
