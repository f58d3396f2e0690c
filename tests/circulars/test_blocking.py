"""涉密处置: blocked at every holder at once, by who may, with a reason (Article 5)."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.people import User, take_post
from accounts.roles import Role
from circulars import moderation
from circulars.deliveries import Delivery
from circulars.dispatch import dispatch
from circulars.pages import CircularPage
from circulars.purging import block, confirm
from circulars.secrecycases import SecrecyCase
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import LUNCH, MONDAY
from tests.secretpapers import blocked, secret, sent_before, shown_to, url


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture
def sent(city):
    return sent_before(city)


def test_before_it_is_blocked_everybody_concerned_reads_it(city, sent):
    assert {line.split()[0] for line in shown_to(city, sent)} >= {
        "drafter",
        "secretary",
        "clerk",
        "leader",
        "late_clerk",
    }


def test_blocking_takes_it_from_every_holder_at_the_next_request(city, sent):
    delivery = city.delivery(sent)
    clerk = city.desk(city.clerk)
    assert clerk.get(url("reading", delivery.pk)).status_code == 200
    blocked(city, sent.page)
    assert clerk.get(url("reading", delivery.pk)).status_code == 404
    assert clerk.get(url("attachment", delivery.pk, 1)).status_code == 404
    assert city.desk(city.drafter).get(url("own_text", sent.uuid)).status_code == 404
    assert shown_to(city, sent) == []


def test_the_board_says_so_and_the_clocks_stand(city, sent):
    blocked(city, sent.page)
    shown = city.desk(city.secretary).get(url("board", sent.uuid)).content.decode()
    assert "涉密处置" in shown
    assert "（已封存）" in shown
    rows = Delivery.objects.filter(circular=sent)
    assert {(row.is_open, row.relief) for row in rows} == {(False, "blocked")}
    assert Delivery.objects.filter(circular=sent).overdue(LUNCH.replace(month=12)).count() == 0


def test_who_had_it_is_on_record_and_is_told_to_stop(city, sent):
    case = blocked(city, sent.page)
    had = {(reader.person_name, reader.deed) for reader in case.readers.all()}
    assert {("孙早", "opened"), ("孙早", "downloaded"), ("王文静", "handled"), ("张志远", "handled")} <= had
    for person in (city.clerk, city.leader, city.late_clerk, city.drafter, city.approver):
        assert Message.objects.filter(person=person, key=f"secrecy-case:{case.pk}:blocked").exists(), person
    assert Message.objects.filter(person=city.engineer, text__contains="确认").exists()


def test_nothing_more_is_done_with_what_is_blocked(city):
    sealed, registered = city.sealed(**secret()), city.registered(**secret())
    approved = city.approved(**secret())
    waiting = city.submitted(**secret())
    for page in (sealed.page, registered.page, approved, waiting):
        blocked(city, page)
    with pytest.raises(OutOfOrder, match="封存"):
        dispatch(sealed, by=city.sender, at=LUNCH)
    with pytest.raises(OutOfOrder, match="封存"):
        city.seal(registered, at=LUNCH)
    with pytest.raises(OutOfOrder, match="封存"):
        city.register(approved)
    with pytest.raises(OutOfOrder):
        moderation.decide(waiting, "agree", by=city.reviewer, at=LUNCH)
    with pytest.raises(PermissionDenied):
        moderation.submit(CircularPage.objects.get(pk=waiting.pk), by=city.drafter, at=LUNCH)
    assert "封存" not in city.desk(city.registrar).get(url("outbox")).content.decode().replace("涉密封存", "")


def test_a_draft_is_blocked_for_its_drafter_and_its_deciders(city):
    page = city.submitted(**secret())
    assert shown_to(city, page=page)
    blocked(city, page)
    assert shown_to(city, page=page) == []


@pytest.mark.parametrize("who", ["drafter", "clerk", "leader", "approver", "stranger", "superuser", "nobody"])
def test_a_stranger_blocks_nothing(city, sent, who):
    with pytest.raises(PermissionDenied):
        block(sent.page, reason="封存。", by=getattr(city, who), at=LUNCH)
    client = city.desk(getattr(city, who))
    form = {"paper": sent.number, "reason": "封存。"}
    assert {client.get(url("secrecy_block")).status_code, client.post(url("secrecy_block"), form).status_code} == {404}
    assert not SecrecyCase.objects.exists()


def test_it_is_blocked_by_its_number_on_the_desk_once_and_with_a_reason(city, sent):
    client = city.desk(city.secretary)
    assert client.get(url("secrecy_block"), {"number": sent.number}).status_code == 200
    assert not SecrecyCase.objects.exists()
    assert "请写明封存理由" in client.post(url("secrecy_block"), {"paper": sent.number}).content.decode()
    assert (
        "没有找到"
        in client.post(url("secrecy_block"), {"paper": "延政办发〔2026〕999号", "reason": "来函。"}).content.decode()
    )
    form = {"paper": sent.number.replace("〔", "[").replace("〕", "]"), "reason": "市保密局来函要求封存。"}
    answer = client.post(url("secrecy_block"), form, follow=True)
    assert "已封存" in answer.content.decode()
    assert "不能再办理" in client.post(url("secrecy_block"), form).content.decode()
    assert SecrecyCase.objects.get().circular == sent
    assert Entry.objects.filter(deed="secrecy.blocked").count() == 1


def test_a_security_administrator_blocks_and_does_not_purge(city, sent):
    guard = User.objects.create(username="guard", name="安管员")
    take_post(guard, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    case = block(sent.page, reason="发现涉密。", by=guard, at=LUNCH)
    with pytest.raises(PermissionDenied):
        confirm(case, by=guard, at=LUNCH)
    assert city.desk(guard).post(url("secrecy_confirm", case.pk)).status_code == 404
