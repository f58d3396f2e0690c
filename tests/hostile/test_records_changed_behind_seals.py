"""What the owner of the database changed of a paper behind its seal is named by sealing, sending and ``manage.py verify`` (Articles 3, 4 and 10)."""

import hashlib
import json
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from circulars.purging import block
from circulars.registration import Circular
from circulars.sealing import Manifest, flaw_of, seal, sealed_on_paper
from circulars.snapshots import digest_of
from circulars.supplementing import supplement
from cms.canonical import canonical
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import the_authority
from cms.signing.detached import sign_detached
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.sealedpapers import nothing_was_sealed, office_seal
from tests.sealkeys import seal_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(city):
    return city.registered()


def told():
    """What ``manage.py verify`` finds, line by line."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", stdout=out)
    return [line.removeprefix("✗ ") for line in out.getvalue().splitlines() if line.startswith("✗")]


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
    "a body's name": ("UPDATE circulars_issuerline SET name = '延安市教育局' WHERE circular_id = {pk}", "发文机关名称"),
    "the body": ("UPDATE circulars_issuerline SET unit_id = {elsewhere} WHERE circular_id = {pk}", "发文机关"),
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
