"""会签 stands between 核稿 and 签发. What was on its way comes back to its drafter, since its opinions have no seats to stand on."""

from django.db import migrations

WORKFLOW = "发文审签"


def insert(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowState = apps.get_model("wagtailcore", "WorkflowState")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    TaskState = apps.get_model("wagtailcore", "TaskState")

    workflow = Workflow.objects.get(name=WORKFLOW)
    WorkflowState.objects.filter(workflow=workflow, status="in_progress").update(status="cancelled")
    TaskState.objects.filter(workflow_state__workflow=workflow, status="in_progress").update(status="cancelled")
    task_type, _ = ContentType.objects.get_or_create(app_label="circulars", model="countersigntask")
    task = apps.get_model("circulars", "CountersignTask").objects.create(name="会签", content_type=task_type)
    approve = apps.get_model("circulars", "ApproveTask").objects.get()
    WorkflowTask.objects.filter(workflow=workflow, task_id=approve.task_ptr_id).update(sort_order=2)
    WorkflowTask.objects.create(workflow=workflow, task_id=task.task_ptr_id, sort_order=1)


def remove(apps, schema_editor):
    apps.get_model("circulars", "CountersignTask").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("circulars", "0011_versions_and_turns")]

    operations = [migrations.RunPython(insert, remove)]
