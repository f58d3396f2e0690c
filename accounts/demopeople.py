"""Whom a first look at a demo needs: one per part of the main job, said in the terminal and under the sign-in form of a demo."""

from dataclasses import dataclass

from accounts.demo import PASSWORD
from accounts.demokeys import PIN
from accounts.people import Post
from accounts.roles import Role

__all__ = ["PASSWORD", "PIN", "ShownPerson", "shown_people"]

_SHOWN = (
    (Role.DRAFTER, "YA-ZFB"), (Role.REVIEWER, "YA-ZFB"), (Role.APPROVER, "YA-ZFB"), (Role.REGISTRAR, "YA-ZFB"),
    (Role.SEAL_KEEPER, "YA-ZFB"), (Role.SENDER, "YA-ZFB"), (Role.CLERK, "BM08"), (Role.LEADER, "BM08"),
    (Role.CLERK, "QX01"), (Role.SECRETARIAT, "QX01"), (Role.CLERK, "QX01-LL"), (Role.ARCHIVIST, "YA-ZFB"), (Role.SECRETARIAT, "YA-ZFB"),
    (Role.NETWORK_OFFICE, "YA-WXB"), (Role.AUDIT_ADMIN, "YA-ZFB"),
    (Role.PROVIDER, "BZ01"), (Role.PROVIDER, "BZ-MY"), (Role.PROVIDER, "BZ03"),
)  # fmt: skip


@dataclass(frozen=True)
class ShownPerson:
    """One invented person as a visitor reads of them; all share the printed password."""

    role: str
    unit: str
    username: str


def shown_people() -> list[ShownPerson]:
    """Those of the table whom this demo has, in its order; where two hold a post, who was there first."""
    posts = Post.objects.filter(
        person__is_demo=True, person__is_active=True, unit__code__in={code for _, code in _SHOWN}
    )
    first: dict[tuple[str, str], Post] = {}
    for post in posts.select_related("person", "unit").order_by("held_from", "pk"):
        first.setdefault((post.role, post.unit.code), post)
    return [
        ShownPerson(role.label, first[role, code].unit.short_name, first[role, code].person.username)
        for role, code in _SHOWN
        if (role, code) in first
    ]
