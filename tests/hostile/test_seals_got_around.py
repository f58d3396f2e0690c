"""Sealing with what is no seal, for what is no longer so, over what somebody changed behind our backs (Articles 3, 4 and 10)."""

import hashlib
import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.sealends import revoke
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import SealUse
from circulars.moderation import decide
from circulars.pages import CoIssuer
from circulars.purging import block
from circulars.registration import Circular
from circulars.sealing import Manifest, Seal, flaw_of, seal, sealed_on_paper
from circulars.snapshots import digest_of
from circulars.supplementing import supplement
from circulars.voiding import void
from cms.attachments import keep, place_of
from cms.canonical import canonical
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import the_authority
from cms.signing.detached import sign_detached
from cms.signing.keys import KeyRefused
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.sealedpapers import by_hand, office_seal
from tests.sealkeys import clerk_key, seal_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(city):
    return city.registered()


def nothing_was_sealed():
    return not (Seal.objects.exists() or Manifest.objects.exists() or SealUse.objects.exists())


def told():
    """What ``manage.py verify`` finds, line by line."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", stdout=out)
    return [line.removeprefix("✗ ") for line in out.getvalue().splitlines() if line.startswith("✗")]


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


# What the owner of the database may change between registering and sealing, and what must be named.
CHANGES = {
    "the number": ("UPDATE circulars_circular SET number = '延政办发〔2026〕1号' WHERE id = {pk}", "文号"),
    "the title": ("UPDATE circulars_circular SET title = '关于国庆假期不必值班的通知' WHERE id = {pk}", "标题"),
    "the kind": ("UPDATE circulars_circular SET document_type = 'decision' WHERE id = {pk}", "文种"),
    "the urgency": ("UPDATE circulars_circular SET urgency = 'urgent' WHERE id = {pk}", "紧急程度"),
    "the signer": ("UPDATE circulars_circular SET approver_id = {principal} WHERE id = {pk}", "签发人"),
    "text and digest together": (
        "UPDATE circulars_circular SET digest = '{other_digest}' WHERE id = {pk}",
        "文稿摘要",
    ),
    "one more to get it": (
        "INSERT INTO circulars_distributionline (circular_id, unit_id, role) VALUES ({pk}, {elsewhere}, 'primary')",
        "收文单位",
    ),
    "one less to get it": (
        "DELETE FROM circulars_distributionline WHERE circular_id = {pk} AND unit_id = {late}",
        "收文单位",
    ),
}


@pytest.fixture
def changed(city):
    """``changed(name, circular)``: the owner of the database has changed this of the circular; returns what must be named."""

    def change(name, circular):
        statement, word = CHANGES[name]
        other = circular.digest
        if "digest" in name:
            text = circular.text.content.replace("严格落实", "不必落实")
            other = digest_of(json.loads(text))
            as_its_owner(f"UPDATE circulars_circulartext SET content = '{text}' WHERE circular_id = {circular.pk}")
        as_its_owner(
            statement.format(
                pk=circular.pk,
                principal=city.principal.pk,
                elsewhere=city.elsewhere.pk,
                late=city.late.pk,
                other_digest=other,
            )
        )
        return word

    return change


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_after_registering_gets_no_seal(city, registered, changed, name):
    word = changed(name, registered)
    fresh = Circular.objects.get(pk=registered.pk)
    key, opened = office_seal(city)
    with pytest.raises(OutOfOrder, match=word):
        seal(fresh, key, opened, by=city.keeper, at=MONDAY)
    assert nothing_was_sealed()


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_after_sealing_is_not_sent(city, changed, name):
    circular = city.sealed()
    changed(name, circular)
    with pytest.raises(OutOfOrder):
        city.dispatch(Circular.objects.get(pk=circular.pk))
    assert not circular.deliveries.exists()
    assert Entry.objects.filter(deed="seal.broken").count() == 1


@pytest.mark.parametrize("name", CHANGES)
def test_verify_names_what_was_changed(city, registered, changed, name):
    word = changed(name, registered)
    number = Circular.objects.get(pk=registered.pk).number
    assert any(line.startswith(number) and word in line for line in told())


class TestWithoutAnySeal:
    """Whoever owns the database says that a paper is from before there were seals."""

    def test_one_that_was_never_sealed_is_not_sent_and_verify_names_it(self, city, registered):
        city.sealed(title="关于别的事情的通知")
        as_its_owner(
            f"UPDATE circulars_circular SET state = 'sealed', predates_seals = true WHERE id = {registered.pk}"
        )
        with pytest.raises(OutOfOrder, match="没有用印记录"):
            city.dispatch(Circular.objects.get(pk=registered.pk))
        assert any(line.startswith(f"{registered.number} 用印：没有用印记录") for line in told())

    def test_one_whose_seal_was_taken_out_is_not_signed_for_and_verify_names_it(self, city):
        circular = city.sent()
        delivery = city.opened(circular)
        as_its_owner(
            f"DELETE FROM circulars_checkcode WHERE circular_id = {circular.pk}",
            f"DELETE FROM circulars_seal WHERE circular_id = {circular.pk}",
            f"DELETE FROM circulars_manifest WHERE circular_id = {circular.pk}",
            f"DELETE FROM circulars_rendition WHERE circular_id = {circular.pk}",
            f"UPDATE circulars_circular SET predates_seals = true WHERE id = {circular.pk}",
        )
        with pytest.raises(OutOfOrder, match="用印记录被删除"):
            city.sign(type(delivery).objects.get(pk=delivery.pk))
        assert any(line.startswith(f"{circular.number} 用印：没有用印记录") for line in told())

    def test_what_the_ledger_says_was_sealed_on_paper_or_sent_before_the_first_seal_is_no_fault(self, city):
        on_paper = city.registered()
        sealed_on_paper(on_paper, by=city.engineer, at=MONDAY)
        city.dispatch(on_paper)
        city.sent(title="关于别的事情的通知")
        assert not [line for line in told() if line.startswith(on_paper.number)]


def test_a_manifest_of_the_same_paper_that_another_unit_signed_stops_it(city):
    """Number, text and file are right; who gets it, and whose seal it bears, are not."""
    circular = city.sealed()
    keeper = city.keeper_of(city.department)
    key, opened = seal_key(city.department, keeper, at=MONDAY)
    content = canonical(json.loads(circular.manifest.content) | {"recipients": {"count": 0, "sha256": "", "list": []}})
    Manifest.objects.filter(pk=circular.pk).update(content=content)
    signature = sign_detached(content.encode(), opened, MONDAY, stamping=the_authority().stamping)
    digest = hashlib.sha256(content.encode()).hexdigest()
    literal = f"'\\x{signature.hex()}'" if connection.vendor == "postgresql" else f"x'{signature.hex()}'"
    as_its_owner(
        f"UPDATE circulars_manifest SET digest = '{digest}', key_id = {key.pk}, serial = '{key.serial}', "
        f"signature = {literal} WHERE circular_id = {circular.pk}"
    )
    fresh = Circular.objects.get(pk=circular.pk)
    assert flaw_of(fresh) == "公文清单不是发文单位的印章签的"
    with pytest.raises(OutOfOrder):
        city.dispatch(fresh)


def test_verify_finds_nothing_in_a_circular_that_went_its_whole_way(city):
    circular = city.sent()
    supplement(circular, [city.department], reason="漏发。", consent="经张志远同意", by=city.sender, at=MONDAY)
    other = city.sent(title="关于别的事情的通知")
    block(other.page, reason="来函", by=city.secretary, at=MONDAY)
    city.registered(title="关于还没有用印的事情的通知")
    assert told() == []


def test_verify_finds_a_unit_that_was_added_to_a_circular_after_it_was_sent(city):
    circular = city.sent()
    as_its_owner(
        f"INSERT INTO circulars_distributionline (circular_id, unit_id, role) "
        f"VALUES ({circular.pk}, {city.elsewhere.pk}, 'primary')"
    )
    assert any("收文单位" in line for line in told())


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
        digest = keep("公文.pdf", ContentFile(content)).digest
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
