"""``manage.py qcluster``: django-q's own command, which does no work on a database that is being restored (Article 17)."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django_q.management.commands import qcluster

from cms.backup.marker import refuse_unfinished


class Command(qcluster.Command):
    help = "启动后台任务"

    def handle(self, *args, **options):
        try:
            refuse_unfinished()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        super().handle(*args, **options)
