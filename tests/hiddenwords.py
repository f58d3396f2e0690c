"""One circular of the office at every stage from draft to receipt, with unguessable words in it: a page that shows one gives it away."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoDbBlocker
from time_machine import travel

from accounts.handovers import open_handover
from accounts.people import User, take_post, take_posts
from accounts.roles import ADMINISTRATORS, Role
from circulars.decisions import Decision
from circulars.deliveries import Delivery
from circulars.pages import DraftAttachment
from circulars.problems import report_problem
from circulars.turns import Step
from cms.attachments import keep
from cms.sweep import sweep
from tests.cast import MONDAY, City

STAGES = ("draft", "submitted", "approved", "registered", "sealed", "sent", "signed")
UNSENT = STAGES[:5]
# Where a word stands: the last three are the text of a typed attachment, the title of a file and its bytes.
PLACES = ("title", "body", "typed", "named", "file")


def word(stage: str, place: str) -> str:
    """The word that stands at this place of the paper of this stage and nowhere else."""
    return f"zq7{stage}{place}x9k"


def words(*stages: str) -> set[str]:
    """All words of the papers of these stages."""
    return {word(stage, place) for stage in stages for place in PLACES}


# The approver's opinion stands only with the paper that waits for registration.
OPINION = word("approved", "opinion")
WORDS = words(*STAGES) | {OPINION}


def lay_papers(city: City) -> SimpleNamespace:
    """The papers are there; their pages, circulars (by uuid) and deliveries are named by stage.

    What was sent the attentive unit has opened, except for one more circular, named ``elsewhere``, that never went to that unit.
    """
    make: tuple[Callable[..., Any], ...] = (
        city.draft,
        city.submitted,
        city.approved,
        city.registered,
        city.sealed,
        city.sent,
        city.sent,
    )
    made: dict[str, Any] = {stage: act(**_elements(stage)) for stage, act in zip(STAGES, make, strict=True)}
    made["elsewhere"] = city.sent(primary_units=[city.late, city.county], **_elements("sent"))
    Decision.objects.filter(page=made["approved"], step=Step.APPROVE).update(opinion=OPINION)
    entry = city.entered(city.delivery(made["signed"]))
    city.opened(made["sent"])
    Delivery.objects.update(delivered_at=MONDAY)
    problem = report_problem(city.delivery(made["sent"]), "damaged", "附件二打不开", by=city.clerk, at=MONDAY)
    leaver = User.objects.create(username="leaver", name="离岗人")
    post = take_post(leaver, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    handover = open_handover(post, city.clerk, by=None, at=MONDAY)
    sweep(MONDAY)
    circulars = {key: made[key] for key in ("registered", "sealed", "sent", "signed", "elsewhere")}
    return SimpleNamespace(
        pages={key: getattr(paper, "page_id", None) or paper.pk for key, paper in made.items()},
        problems={"sent": problem.pk},
        handovers={"opened": handover.pk},
        entries={"signed": entry.pk},
        uuids={key: circular.uuid for key, circular in circulars.items()},
        deliveries={
            (key, name): city.delivery(circulars[key], getattr(city, name)).pk
            for key in ("sent", "signed", "elsewhere")
            for name in ("attentive", "late", "county")
            if circulars[key].deliveries.filter(unit=getattr(city, name)).exists()
        },
    )


def _elements(stage: str) -> dict[str, Any]:
    name = f"{word(stage, 'file')}.txt"
    kept = keep(name, ContentFile(word(stage, "file").encode(), name))
    return {
        "title": f"关于{word(stage, 'title')}的通知",
        "body": f"一、{word(stage, 'body')}。",
        "attachments": [
            DraftAttachment(title=word(stage, "named"), file=kept, file_name=name),
            DraftAttachment(title="名单", text=word(stage, "typed")),
        ],
    }


# --- fixtures of every scene that looks for these words ---


@pytest.fixture(scope="module")
def papers(standing_city: City, django_db_blocker: DjangoDbBlocker) -> SimpleNamespace:
    """The papers, laid once for all scenes of a module."""
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        return lay_papers(standing_city)


@pytest.fixture(scope="module")
def holders(standing_city: City, django_db_blocker: DjangoDbBlocker) -> dict[str, int]:
    """For each role a person who holds one post of it, at a unit that no circular concerns."""
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        people = {role.value: User.objects.create(username=f"one-{role}", name=role.label) for role in Role}
        take_posts(((people[role], standing_city.elsewhere, role) for role in Role), by=None, at=MONDAY)
        return {role: person.pk for role, person in people.items()}


@pytest.fixture
def everybody(city: City) -> User:
    """One person with every post at the office and at a unit that receives; of the administrators' posts nobody has two."""
    person = User.objects.create(username="everybody", name="全能")
    posts = [
        (person, unit, role) for unit in (city.office, city.attentive) for role in sorted(set(Role) - ADMINISTRATORS)
    ]
    take_posts([*posts, (person, city.office, Role.SYSTEM_ADMIN)], by=None, at=MONDAY)
    person.refresh_from_db(fields=["session_stamp"])
    return person
