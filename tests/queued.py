"""What waits in the queue, by what it is to do."""

from typing import Any

from django_q.models import OrmQ


def queued(what: str) -> list[tuple[Any, ...]]:
    """What each waiting task of this name, as ``circulars.tasks.announce``, was given, the oldest first."""
    tasks = [waiting.task for waiting in OrmQ.objects.order_by("pk")]
    return [tuple(task["args"]) for task in tasks if task["func"] == what]
