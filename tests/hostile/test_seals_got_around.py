"""Sealing with what is no seal, for what is no longer so, over a file that is another (Articles 3, 4 and 10)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.sealends import revoke
from accounts.seals import KeyKind, SealKey
from circulars.moderation import decide
from circulars.pages import CoIssuer
from circulars.registration import Circular
from circulars.sealing import seal
from circulars.voiding import void
from cms.attachments import keep_own, place_of
from cms.canonical import canonical
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.sealedpapers import by_hand, nothing_was_sealed, office_seal
from tests.sealkeys import clerk_key, seal_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(city):
    return city.registered()


class TestWithWhatIsNoSeal:
    """Each key that is not the one that is due leaves the paper as it was."""

    def test_the_seal_of_another_unit(self, city, registered):
        keeper = city.keeper_of(city.department)
        key, opened = seal_key(city.department, keeper, at=MONDAY)
        with pytest.raises(OutOfOrder, match="不用"):
            seal(registered, key, opened, by=keeper, at=MONDAY)
        assert nothing_was_sealed()

    def test_the_seal_of_the_unit_in_the_hands_of_another_units_keeper(self, city, registered):
        key, opened = office_seal(city)
        Post.objects.filter(person=city.keeper).delete()
        other = city.stranger
        with pytest.raises(PermissionDenied):
            seal(registered, key, opened, by=other, at=MONDAY)
        assert nothing_was_sealed()

    def test_a_clerks_certificate_of_the_very_unit(self, city, registered):
        key, opened = clerk_key(city.office, city.office_clerk, at=MONDAY)
        with pytest.raises(OutOfOrder, match="不用"):
            seal(registered, key, opened, by=city.office_clerk, at=MONDAY)
        assert nothing_was_sealed()

    def test_a_leaders_stamp_where_a_seal_is_due(self, city, registered):
        key, opened = seal_key(city.office, city.approver, kind=KeyKind.LEADERS_STAMP, at=MONDAY)
        with pytest.raises(OutOfOrder, match="不用"):
            seal(registered, key, opened, by=city.approver, at=MONDAY)
        assert nothing_was_sealed()

    def test_the_seals_record_with_another_key_behind_it(self, city, registered):
        key, _ = office_seal(city)
        _, opened = clerk_key(city.office, city.office_clerk, at=MONDAY)
        with pytest.raises(KeyRefused):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)
        assert nothing_was_sealed()

    def test_the_seal_in_the_hands_of_a_second_keeper_of_the_unit(self, city, registered):
        second = User.objects.create(username="second-keeper", name="印第二")
        take_post(second, city.office, Role.SEAL_KEEPER, by=None, at=MONDAY)
        key, opened = office_seal(city)
        with pytest.raises(PermissionDenied):
            seal(registered, key, opened, by=User.objects.get(pk=second.pk), at=MONDAY)
        assert nothing_was_sealed()


class TestBetweenOpeningAndWriting:
    """The key was open, and the paper being set in type, when something ended."""

    @staticmethod
    def meanwhile(monkeypatch, what):
        """``what`` happens while the file is being made ready."""
        from circulars.sealing import acts

        made_ready = acts._made_ready

        def slowly(*arguments):
            ready = made_ready(*arguments)
            what()
            return ready

        monkeypatch.setattr(acts, "_made_ready", slowly)

    def test_a_key_that_was_revoked_meanwhile_seals_nothing(self, city, registered, monkeypatch):
        key, opened = office_seal(city)
        self.meanwhile(
            monkeypatch,
            lambda: revoke(SealKey.objects.get(pk=key.pk), "密钥遗失。", by=city.engineer, at=MONDAY),
        )
        with pytest.raises(KeyRefused, match="已吊销"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)
        assert nothing_was_sealed()
        registered.refresh_from_db()
        assert registered.state == "registered"

    def test_a_number_that_was_voided_meanwhile_bears_no_seal(self, city, registered, monkeypatch):
        key, opened = office_seal(city)
        self.meanwhile(
            monkeypatch,
            lambda: void(Circular.objects.get(pk=registered.pk), reason="不再印发。", by=city.registrar, at=MONDAY),
        )
        with pytest.raises(OutOfOrder, match="不能用印"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY)
        assert nothing_was_sealed()

    def test_a_key_that_has_run_out_seals_nothing(self, city, registered):
        key, opened = office_seal(city)
        with pytest.raises(KeyRefused, match="已到期"):
            seal(registered, key, opened, by=city.keeper, at=MONDAY + timedelta(days=400))
        assert nothing_was_sealed()


class TestUnderTheSealsOfOthers:
    """The file that the second body seals is found by a row, and rows can be made to name another file."""

    @pytest.fixture
    def joint(self, city):
        return [_joint(city, title) for title in ("关于做好国庆假期值班工作的通知", "关于国庆假期不必值班的通知")]

    @pytest.fixture
    def refused(self, city):
        def refused(circular, match):
            key, opened = office_seal(city)
            with pytest.raises(OutOfOrder, match=match):
                seal(Circular.objects.get(pk=circular.pk), key, opened, by=city.keeper, at=MONDAY)
            assert circular.seals.count() == 1

        return refused

    def test_a_file_that_the_other_body_sealed_for_another_paper(self, city, joint, refused):
        mine, other = joint
        digest = other.seals.get().digest
        as_its_owner(f"UPDATE circulars_seal SET digest = '{digest}' WHERE circular_id = {mine.pk}")
        refused(mine, "不是台账登记的那一份")

    def test_a_file_whose_words_were_changed_under_its_seal_though_the_ledger_was_made_to_name_it(
        self, city, joint, refused
    ):
        mine, _ = joint
        content = place_of(mine.seals.get().digest).read_bytes().replace(b"/CreationDate", b"/CreationDote", 1)
        digest = keep_own(ContentFile(content), media_type="application/pdf").digest
        entry = Entry.objects.of(mine).get(deed="circular.stamped")
        payload = canonical(entry.facts | {"pdf": digest})
        as_its_owner(
            f"UPDATE circulars_seal SET digest = '{digest}' WHERE circular_id = {mine.pk}",
            f"UPDATE cms_entry SET payload = '{payload}' WHERE id = {entry.pk}",
        )
        refused(mine, "没有通过验证")

    def test_the_file_as_the_other_body_sealed_it(self, city, joint):
        mine, _ = joint
        key, opened = office_seal(city)
        assert seal(mine, key, opened, by=city.keeper, at=MONDAY) is True


def _joint(city, title):
    """A paper of office and department that the department has sealed."""
    page = city.submitted(
        title=title,
        co_issuers=[CoIssuer(unit=city.department, sort_order=0)],
        signatures=f"{city.office.name}\n{city.department.name}",
        primary_units=[city.late, city.paper],
    )
    city.reviewed(page)
    for approver in (city.approver, city.department_head):
        decide(page, "agree", by=approver, at=MONDAY, opinion="同意。")
    circular = city.register(page)
    by_hand(city, circular, city.department)
    return circular
