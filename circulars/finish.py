"""What happens when the last step of a workflow is passed, instead of Wagtail's publishing."""

from typing import Any


def finish(workflow_state: Any, user: Any = None) -> None:
    """Nothing goes live: a circular that is approved waits for registration, every other page is refused.

    Wagtail imports this while its own models are being defined, so nothing of Wagtail may be imported at the top.
    """
    from circulars.pages import CircularPage

    if not isinstance(workflow_state.content_object.specific, CircularPage):
        raise TypeError("only circulars go through this workflow")
