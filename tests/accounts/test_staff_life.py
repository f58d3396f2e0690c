"""The life of a staff at random: whatever posts are taken, left, stood in for and handed over, grants and groups are what they say (Article 26)."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from time_machine import travel

from accounts.closing import close_at_once, reopen_account
from accounts.dissolving import dissolve
from accounts.filings import Filing
from accounts.grants import ADMIN_GROUP, NOTICE_GROUP, UnitUserObjectPermission, derive_now, sweep_grants
from accounts.handovers import Finding, Found, Handover, open_handover, overlap_until
from accounts.people import Post, User, take_post
from accounts.renaming import rename
from accounts.roles import ADMIN_RIGHTS, RIGHTS, Right, Role, units_where
from accounts.staffchanges import Letter, file_change
from accounts.standins import StandIn, arrange
from accounts.units import Unit
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

PEOPLE = ("drafter", "reviewer", "clerk", "second_clerk", "leader", "nobody")
person, pick = st.sampled_from(PEOPLE), st.integers(0, 99)
unit = st.sampled_from(["office", "attentive", "late"])
role = st.sampled_from(
    [Role.DRAFTER, Role.REVIEWER, Role.CLERK, Role.LEADER, Role.SENDER, Role.SECRETARIAT, Role.HANDLER]
)
REFUSALS = (PermissionDenied, OutOfOrder, ValidationError)


class StaffLife(RuleBasedStateMachine):
    """Six people at three units, one of which serves a fourth, or not."""

    city = None

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.day = 0
        self.codes = dict(Unit.objects.values_list("pk", "code"))
        self.clock = travel(MONDAY, tick=False)
        self.moves = self.clock.start()

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def at(self):
        return MONDAY + timedelta(days=self.day)

    def who(self, name):
        return User.objects.get(pk=getattr(self.city, name).pk)

    @rule(who=person, where=unit, role=role)
    def takes(self, who, where, role):
        take_post(self.who(who), getattr(self.city, where), role, by=None, at=self.at())

    def post(self, pick):
        """One of the posts that our people hold today."""
        posts = Post.objects.in_force(self.at().date()).filter(person__in=[self.who(each) for each in PEOPLE])
        found = list(posts.select_related("person", "unit").order_by("pk"))
        return found[pick % len(found)] if found else None

    @rule(pick=pick)
    def leaves(self, pick):
        if post := self.post(pick):
            post.leave(by=None, at=self.at())

    @rule(pick=pick, to=person)
    def hands_over(self, pick, to):
        if (post := self.post(pick)) is None:
            return
        key = post.pk
        try:
            open_handover(post, self.who(to), by=None, at=self.at())
        except OutOfOrder:
            return
        assert not Post.objects.in_force(self.at().date()).filter(pk=key).exists()

    @rule(by=person)
    def goes_on(self, by):
        """Whoever may takes the next step of the oldest open handover."""
        handover = Handover.objects.open().order_by("pk").first()
        if handover is None:
            return
        found = {item.pk: Found(Finding.TAKEN) for item in handover.items.all()}
        act = {
            Handover.State.OPENED: handover.give,
            Handover.State.GIVEN: lambda **rest: handover.accept(found, **rest),
            Handover.State.ACCEPTED: handover.countersign,
        }[handover.state]
        try:
            if handover.state == Handover.State.OPENED:
                handover.put_down("other", "无", 1, by=self.who(by), at=self.at())
            act(by=self.who(by), at=self.at())
        except REFUSALS:
            return

    @rule(pick=pick, who=person, days=st.integers(0, 3))
    def stands_in(self, pick, who, days):
        """Arranged by the absent person, or by the leader of the attentive unit."""
        post, today = self.post(pick), self.at().date()
        for by in (post.person, self.who("leader")) if post else ():
            try:
                arrange(
                    post.person, self.who(who), post.unit, Role(post.role), first=today,
                    last=today + timedelta(days=days), reason="外出", by=by, at=self.at(),
                )  # fmt: skip
            except REFUSALS:
                continue

    @rule(where=st.sampled_from(["office", "attentive", None]))
    def is_served(self, where):
        """The government's desk is run by another, or by nobody, as a loaded register says."""
        server = getattr(self.city, where).pk if where else None
        Unit.objects.filter(pk=self.city.government.pk).update(served_by_id=server)
        derive_now()

    @rule(pick=pick, by=st.sampled_from(["leader", "engineer", "secretary"]), why=st.sampled_from(Filing.Why.values))
    def is_filed_away(self, pick, by, why):
        """The unit's leader, or an office that may, files that somebody leaves; what is left of the others is theirs."""
        if (post := self.post(pick)) is None:
            return
        letter = Letter("函〔2026〕1号", self.at().date())
        try:
            with transaction.atomic():
                file_change(
                    post.unit,
                    Role(post.role),
                    letter=letter,
                    leaver=post.person,
                    why=why,
                    by=self.who(by),
                    at=self.at(),
                )
        except REFUSALS:
            return
        assert not Post.objects.in_force(self.at().date()).filter(pk=post.pk).exists()

    @rule(where=unit, name=st.sampled_from(["甲局", "乙局"]))
    def is_renamed(self, where, name):
        with suppress(*REFUSALS), transaction.atomic():
            rename(getattr(self.city, where), name, name, **self.on_paper())

    @rule(where=st.sampled_from(["late", "attentive"]), to=st.sampled_from(["attentive", "county", None]))
    def is_dissolved(self, where, to):
        """Its people keep their posts, with what is left of their rights; its successor's people act for it as well."""
        successor = getattr(self.city, to) if to else None
        with suppress(*REFUSALS), transaction.atomic():
            dissolve(getattr(self.city, where), successor, **self.on_paper())

    def on_paper(self):
        return {"on_day": self.at().date(), "ground": "文", "by": self.who("engineer"), "at": self.at()}

    @rule(who=person, opens=st.booleans())
    def account_is_closed_or_opened(self, who, opens):
        act = reopen_account if opens else partial(close_at_once, reason="试")
        with suppress(*REFUSALS), transaction.atomic():
            act(self.who(who), by=self.who("engineer"), at=self.at())

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        self.day += days
        self.moves.move_to(self.at())
        sweep_grants(self.at())

    @invariant()
    def grants_and_groups_are_what_posts_and_stand_ins_say(self):
        today = self.at().date()
        served = {unit: [unit] for unit in self.codes}
        for each, server in Unit.objects.exclude(served_by=None).values_list("pk", "served_by"):
            served[server].append(each)
        held = [*Post.objects.in_force(today), *StandIn.objects.in_force(today)]
        due = {(one.person_id, each, one.role) for one in held for each in served[one.unit_id]}
        standing = UnitUserObjectPermission.objects.values_list("user", "content_object", "permission__codename")
        assert set(standing) == due
        standing_units = set(Unit.objects.standing().values_list("pk", flat=True))
        ours = User.objects.filter(pk__in=[getattr(self.city, each).pk for each in PEOPLE])
        for user in ours.prefetch_related("groups"):
            mine = [(place, RIGHTS[Role(role)]) for holder, place, role in due if holder == user.pk]
            groups = {
                f"拟稿 {self.codes[place]}"
                for place, rights in mine
                if Right.DRAFT in rights and place in standing_units
            }
            groups |= {ADMIN_GROUP for _, rights in mine if rights & ADMIN_RIGHTS}
            groups |= {NOTICE_GROUP for _, rights in mine if Right.PUBLISH_NOTICE in rights}
            assert {group.name for group in user.groups.all()} == groups
            receives = {place for place, rights in mine if Right.RECEIVE in rights}
            assert units_where(user, Right.RECEIVE) == (receives if user.is_active else set())
            sends = {place for place, rights in mine if Right.SEND in rights and place in standing_units}
            assert units_where(user, Right.SEND) == (sends if user.is_active else set())

    @invariant()
    def a_clerk_too_many_is_allowed_only_while_a_clerk_hands_over(self):
        for each in (self.city.office, self.city.attentive, self.city.late):
            open_ones = Handover.objects.open().filter(unit=each, role=Role.CLERK)
            assert (overlap_until(each) is not None) == open_ones.exists()


def test_whatever_changes_among_the_staff_posts_grants_and_groups_agree(city):
    StaffLife.city = city
    run_state_machine_as_test(
        StaffLife,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
