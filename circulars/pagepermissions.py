"""Who may do what with a section or a draft in the admin (Article 4): Wagtail asks these, and the roles answer."""

from typing import Any

from wagtail.models import PagePermissionTester

from accounts.roles import Right, may


class SectionPermissionTester(PagePermissionTester):
    """A section is a drawer: drafts are put in, the drawer itself is not edited, moved, copied or thrown away."""

    def can_add_subpage(self) -> bool:
        return may(self.user, Right.DRAFT, self.page.specific.unit_id)

    def _never(self, *args: Any, **kwargs: Any) -> bool:
        return False

    can_edit = can_delete = can_unpublish = can_publish = can_publish_subpage = _never
    can_submit_for_moderation = can_set_view_restrictions = can_unschedule = _never
    can_lock = can_unlock = can_reorder_children = can_move = can_copy = can_move_to = can_copy_to = _never


class CircularPermissionTester(PagePermissionTester):
    """Who may do what with a draft in the admin; being a superuser changes none of the answers.

    Nobody publishes, unpublishes, copies, moves or unlocks a circular. Its drafter edits it until it is registered, and nobody else sees it
    here: who has the step in hand reads on the desk what was handed over, not what was put away before.
    """

    def can_edit(self) -> bool:
        return self.is_drafter() and not self._is_registered()

    def is_drafter(self) -> bool:
        is_own = self.page.owner_id == self.user.pk and may(self.user, Right.DRAFT, self.page.issuer.pk)
        return is_own and not self.page.is_blocked

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.is_drafter() and not self.page.versions.exists()

    def can_submit_for_moderation(self) -> bool:
        return self.is_drafter() and not self._is_registered() and super().can_submit_for_moderation()

    def can_view_revisions(self) -> bool:
        return self.can_edit()

    def _is_registered(self) -> bool:
        return bool(self.page.pk) and hasattr(self.page, "circular")

    def _never(self, *args: Any, **kwargs: Any) -> bool:
        return False

    can_add_subpage = can_unpublish = can_publish = can_publish_subpage = _never
    can_set_view_restrictions = can_unschedule = can_lock = can_unlock = _never
    can_reorder_children = can_move = can_copy = can_move_to = can_copy_to = _never
