"""A key from its request to its end, step by step (Articles 10, 12, 14, 15 and 17)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.faults import Fault
from accounts.people import Post, take_post
from accounts.roles import Role
from accounts.sealends import accept_damage, report_damage, revoke, sweep_keys, take_back
from accounts.sealissue import activate, issue, refuse, replace_key, request_key
from accounts.sealpins import change_pin, check_pin, open_key
from accounts.seals import Custody, KeyKind, SealKey
from accounts.sealuses import SealUse, log_use
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.revocations import DemoKeyRefused, trust
from cms.signing.authority import make_authority
from cms.signing.certificates import Use
from cms.signing.detached import sign_detached, signer_of, verify_detached
from cms.signing.keys import KeyRefused, WrongPin
from tests.accounts.keys import PIN, in_force, issued, requested
from tests.cast import BACK_AT_WORK, MONDAY
from tests.certificates import MADE, PASSPHRASE
from tests.offices import beijing

HOUR = timedelta(hours=1)


@pytest.fixture
def seal(city) -> SealKey:
    return in_force(city)


def sealed(seal, *, at=MONDAY, pin=PIN):
    return sign_detached(b"text", open_key(seal, pin, by=seal.keeper, at=at), at)


class TestBeingMade:
    def test_a_key_is_asked_for_issued_and_set_in_force_by_its_keeper(self, city):
        key = requested(city)
        assert key.state == "requested"
        issue(key, by=city.engineer, at=MONDAY)
        assert (key.state, bytes(key.locked_key), key.serial) == ("issued", b"", "")
        assert Message.objects.filter(person=city.keeper, key=f"key-issued:{key.pk}").exists()
        activate(key, PIN, by=city.keeper, at=MONDAY)
        assert (key.state, key.in_force_at) == ("in_force", MONDAY)
        assert key.valid_until == MONDAY + timedelta(days=365)
        verdict = verify_detached(b"text", sealed(key), trust(), code=city.office.code)
        assert verdict.stands
        assert verdict.signer.organisation == city.office.name
        deeds = Entry.objects.of(key).order_by("pk").values_list("deed", flat=True)
        assert list(deeds) == ["key.requested", "key.issued", "key.in_force"]

    def test_who_has_no_such_post_cannot_ask_issue_or_keep(self, city):
        for by in (city.keeper, city.clerk, city.stranger, city.nobody, city.superuser):
            with pytest.raises(PermissionDenied):
                requested(city, by=by)
        key = requested(city)
        for by in (city.secretary, city.keeper, city.superuser):
            with pytest.raises(PermissionDenied):
                issue(key, by=by, at=MONDAY)
        for keeper in (city.sender, city.stranger):
            with pytest.raises(OutOfOrder, match=r"不是.*在岗人员"):
                requested(city, keeper=keeper)

    def test_only_the_keeper_sets_it_in_force(self, city):
        key = issued(city)
        for by in (city.engineer, city.stranger):
            with pytest.raises(PermissionDenied):
                activate(key, PIN, by=by, at=MONDAY)

    def test_a_keeper_who_left_before_issue_gets_none(self, city):
        key = requested(city)
        Post.objects.get(person=city.keeper).leave(by=None, at=MONDAY)
        with pytest.raises(OutOfOrder):
            issue(key, by=city.engineer, at=MONDAY)

    def test_one_request_waits_at_a_time(self, city):
        requested(city)
        with pytest.raises(OutOfOrder, match="先办完"):
            requested(city)

    def test_a_request_is_refused_and_may_be_made_again(self, city):
        refuse(requested(city), by=city.engineer, at=MONDAY)
        assert requested(city).state == "requested"

    def test_the_office_keeps_the_seal_of_the_government(self, city):
        key = in_force(city, unit=city.government, keeper=city.keeper)
        assert verify_detached(b"text", sealed(key), trust(), code="YA-ZF").stands

    @pytest.mark.parametrize(
        "pin", ["", "12345", "111111", "123456", "654321", "121212", "abc abc", "一二三四五六", "1" * 33]
    )
    def test_a_poor_pin_is_refused(self, pin):
        with pytest.raises(ValidationError):
            check_pin(pin)

    def test_twice_in_force_is_once(self, city, seal):
        with pytest.raises(OutOfOrder):
            activate(SealKey.objects.get(pk=seal.pk), PIN, by=city.keeper, at=MONDAY)
        assert Entry.objects.filter(deed="key.in_force").count() == 1


class TestItsPin:
    def test_a_wrong_pin_says_how_many_tries_are_left_and_the_fifth_locks(self, city, seal):
        for left in (4, 3, 2, 1):
            with pytest.raises(WrongPin, match=f"还可以再试 {left} 次"):
                open_key(seal, "000000", by=city.keeper, at=MONDAY)
        with pytest.raises(KeyRefused, match="已锁定"):
            open_key(seal, "000000", by=city.keeper, at=MONDAY)
        with pytest.raises(KeyRefused, match="已锁定"):
            open_key(seal, PIN, by=city.keeper, at=MONDAY)
        assert Entry.objects.filter(deed="key.pin_locked").count() == 1
        assert Message.objects.filter(person=city.engineer, key=f"key-locked:{seal.pk}").count() == 1

    def test_the_right_pin_forgives_wrong_ones(self, city, seal):
        for _ in range(3):
            with pytest.raises(WrongPin):
                open_key(seal, "000000", by=city.keeper, at=MONDAY)
            open_key(seal, PIN, by=city.keeper, at=MONDAY)
        assert SealKey.objects.get(pk=seal.pk).wrong_pins == 0

    def test_nobody_but_the_keeper_opens_it_even_with_the_pin(self, city, seal):
        for by in (city.engineer, city.sender, city.stranger, city.superuser):
            with pytest.raises(PermissionDenied):
                open_key(seal, PIN, by=by, at=MONDAY)

    def test_a_keeper_who_left_opens_it_no_more(self, city, seal):
        Post.objects.get(person=city.keeper).leave(by=None, at=MONDAY)
        from accounts.people import User

        with pytest.raises(PermissionDenied, match="已不是"):
            open_key(seal, PIN, by=User.objects.get(pk=city.keeper.pk), at=MONDAY)
        assert list(SealKey.objects.without_keeper(MONDAY.date())) == [seal]

    def test_it_is_changed_by_who_knows_it(self, city, seal):
        with pytest.raises(WrongPin):
            change_pin(seal, "000000", "973164", by=city.keeper, at=MONDAY)
        with pytest.raises(ValidationError):
            change_pin(seal, PIN, "111111", by=city.keeper, at=MONDAY)
        change_pin(seal, PIN, "973164", by=city.keeper, at=MONDAY)
        seal.refresh_from_db()
        with pytest.raises(WrongPin):
            open_key(seal, PIN, by=city.keeper, at=MONDAY)
        assert open_key(seal, "973164", by=city.keeper, at=MONDAY)

    def test_a_forgotten_one_takes_a_new_key_by_two_people(self, city, seal):
        new = replace_key(seal, occasion=SealKey.Occasion.FORGOTTEN, by=city.engineer, at=MONDAY)
        with pytest.raises(OutOfOrder, match="另一位同志"):
            issue(new, by=city.engineer, at=MONDAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            SealKey.objects.filter(pk=new.pk).update(issued_by=city.engineer)
        issue(new, by=city.secretary, at=MONDAY)
        assert open_key(seal, PIN, by=city.keeper, at=MONDAY), "the old one lasts until the new one is in force"
        before = sealed(seal)
        activate(new, "973164", by=city.keeper, at=MONDAY + HOUR)
        seal.refresh_from_db()
        assert (seal.state, bytes(seal.locked_key), seal.successor) == ("revoked", b"", new)
        assert verify_detached(b"text", before, trust(), at=MONDAY).stands

    def test_a_stolen_row_does_not_open_as_another_key(self, city, seal):
        other = in_force(city, KeyKind.CLERK)
        SealKey.objects.filter(pk=other.pk).update(locked_key=seal.locked_key, certificate_pem=seal.certificate_pem)
        with pytest.raises(KeyRefused, match="改动"):
            open_key(other, PIN, by=city.clerk, at=MONDAY)


class TestItsEnd:
    def test_damage_is_reported_by_the_keeper_as_a_fault(self, city, seal):
        report_damage(seal, "插上后没有反应", by=city.keeper, at=MONDAY)
        assert Fault.objects.get().kind == "seal"
        seal.refresh_from_db()
        assert (seal.reported_at, seal.state) == (MONDAY, "in_force")
        with pytest.raises(PermissionDenied):
            report_damage(seal, "坏了", by=city.stranger, at=MONDAY)

    def test_it_is_out_of_use_at_acceptance_and_its_successor_due_in_five_working_days(self, city, seal):
        before = sealed(seal)
        with pytest.raises(ValidationError, match="介绍信"):
            accept_damage(seal, " ", by=city.engineer, at=MONDAY + HOUR)
        new = accept_damage(seal, "延政办介〔2026〕3号", by=city.engineer, at=MONDAY + HOUR)
        with pytest.raises(KeyRefused, match="已损坏停用"):
            open_key(seal, PIN, by=city.keeper, at=MONDAY + HOUR)
        assert bytes(seal.locked_key) == b""
        assert (new.occasion, new.replaces, new.state) == ("damaged", seal, "requested")
        assert new.due_at == beijing("2026-10-10 18:00"), (
            "two days before the holiday, then the 8th, the 9th and the make-up Saturday"
        )
        issue(new, by=city.engineer, at=BACK_AT_WORK)
        activate(new, PIN, by=city.keeper, at=BACK_AT_WORK)
        believed = trust()
        assert verify_detached(b"text", before, believed, at=MONDAY).stands
        assert verify_detached(b"text", before, believed, at=MONDAY + 2 * HOUR).revoked
        assert verify_detached(b"text", sealed(new, at=BACK_AT_WORK), believed).stands

    def test_a_returned_key_seals_no_more_and_what_it_sealed_stands(self, city, seal):
        before = sealed(seal)
        take_back(seal, "单位撤销", by=city.engineer, at=MONDAY + HOUR)
        assert (seal.state, seal.returned_at) == ("returned", MONDAY + HOUR)
        with pytest.raises(KeyRefused, match="已交回"):
            open_key(seal, PIN, by=city.keeper, at=MONDAY + HOUR)
        assert verify_detached(b"text", before, trust(), at=MONDAY).stands
        held = seal.custody.values_list("holder", "since", "handed_by")
        assert list(held) == [(city.keeper.pk, MONDAY, city.engineer.pk), (None, MONDAY + HOUR, city.engineer.pk)]

    def test_it_is_revoked_with_a_reason_and_then_handed_in(self, city, seal):
        with pytest.raises(ValidationError):
            revoke(seal, "", by=city.engineer, at=MONDAY)
        revoke(seal, "保管人调离", by=city.engineer, at=MONDAY)
        take_back(seal, by=city.engineer, at=MONDAY + HOUR)
        assert (seal.state, seal.end_note, seal.ended_at) == ("returned", "保管人调离", MONDAY)
        with pytest.raises(OutOfOrder):
            revoke(seal, "再一次", by=city.engineer, at=MONDAY + HOUR)

    def test_nobody_else_ends_a_key(self, city, seal):
        for by in (city.keeper, city.secretary, city.leader, city.stranger, city.superuser):
            for end in (
                lambda by: accept_damage(seal, "介绍信", by=by, at=MONDAY),
                lambda by: revoke(seal, "x", by=by, at=MONDAY),
                lambda by: take_back(seal, by=by, at=MONDAY),
            ):
                with pytest.raises(PermissionDenied):
                    end(by)

    def test_it_runs_out_after_a_year_swept_or_not(self, city, seal):
        later = MONDAY + timedelta(days=365)
        with pytest.raises(KeyRefused, match="已到期"):
            open_key(seal, PIN, by=city.keeper, at=later)
        sweep_keys(later)
        sweep_keys(later)
        seal.refresh_from_db()
        assert (seal.state, bytes(seal.locked_key)) == ("expired", b"")
        assert Entry.objects.filter(deed="key.expired").count() == 1

    @pytest.mark.parametrize("days", [60, 30, 7, 1])
    def test_a_key_that_ends_soon_is_found(self, city, seal, days):
        end = MONDAY + timedelta(days=365)
        assert not SealKey.objects.ending(end - timedelta(days=days, seconds=1), days)
        assert list(SealKey.objects.ending(end - timedelta(days=days), days)) == [seal]

    def test_a_key_of_a_demo_is_refused_at_use(self, city, settings, tmp_path):
        settings.CA_FOLDER, settings.DEMO = tmp_path / "ca", True
        kek = settings.KEY_ENCRYPTION_KEY
        make_authority(settings.CA_FOLDER, "延安市", passphrase=PASSPHRASE, key_encryption_key=kek, at=MADE, demo=True)
        key = in_force(city)
        assert key.is_demo
        assert open_key(key, PIN, by=city.keeper, at=MONDAY)
        settings.DEMO = False
        with pytest.raises(DemoKeyRefused):
            open_key(key, PIN, by=city.keeper, at=MONDAY)


class TestWhatIsKept:
    def test_every_use_is_in_the_register_for_good(self, city, seal):
        log_use(
            seal,
            purpose="用印 延政办发〔2026〕23号",
            digest="0" * 64,
            approved_by=city.approver,
            count=3,
            by=city.keeper,
            at=MONDAY,
        )
        assert SealUse.objects.for_person(city.engineer).count() == 1
        assert SealUse.objects.for_person(city.keeper).count() == 1
        assert not SealUse.objects.for_person(city.stranger)
        for rows in (SealUse.objects.all(), Custody.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.delete()

    def test_who_sees_which_key(self, city, seal):
        certificate = in_force(city, KeyKind.CLERK)
        seen = {
            who: set(SealKey.objects.for_person(getattr(city, who)))
            for who in (
                "engineer",
                "secretary",
                "keeper",
                "clerk",
                "second_clerk",
                "leader",
                "principal",
                "stranger",
                "superuser",
            )
        }
        assert seen["engineer"] == seen["secretary"] == {seal, certificate}
        assert seen["keeper"] == seen["principal"] == {seal}
        assert seen["clerk"] == seen["leader"] == {certificate}
        assert seen["second_clerk"] == seen["stranger"] == seen["superuser"] == set()

    def test_a_person_has_one_certificate_for_a_unit_and_a_unit_one_seal(self, city, seal):
        take_post(city.sender, city.office, Role.SEAL_KEEPER, by=None, at=MONDAY)
        second = in_force(city, keeper=city.sender)
        seal.refresh_from_db()
        assert (seal.state, second.state) == ("revoked", "in_force")
        first, other = in_force(city, KeyKind.CLERK), in_force(city, KeyKind.CLERK, keeper=city.second_clerk)
        first.refresh_from_db()
        assert (first.state, other.state) == ("in_force", "in_force")

    def test_a_leaders_stamp_is_the_leaders(self, city):
        stamp = request_key(city.office, KeyKind.LEADERS_STAMP, city.principal, by=city.engineer, at=MONDAY)
        issue(stamp, by=city.engineer, at=MONDAY)
        activate(stamp, PIN, by=city.principal, at=MONDAY)
        assert verify_detached(b"text", sealed(stamp), trust()).signer.name == "秦卫东（签名章）"

    def test_each_certificate_says_what_its_key_is_for_and_a_persons_own_whose_it_is(self, city, seal):
        certificate = in_force(city, KeyKind.CLERK)
        own = signer_of(certificate.certificate)
        assert (own.use, own.code, own.person) == (Use.PERSON, certificate.unit.code, city.clerk.username)
        assert (signer_of(seal.certificate).use, signer_of(seal.certificate).person) == (Use.SEAL, "")
        stamp = request_key(city.office, KeyKind.LEADERS_STAMP, city.principal, by=city.engineer, at=MONDAY)
        issue(stamp, by=city.engineer, at=MONDAY)
        activate(stamp, PIN, by=city.principal, at=MONDAY)
        bearer = signer_of(stamp.certificate)
        assert (bearer.use, bearer.person) == (Use.STAMP, city.principal.username)
