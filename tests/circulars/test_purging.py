"""涉密处置: purged by two persons, a tombstone that stays; a false alarm is released (Article 5)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts.people import User, take_post
from accounts.roles import Role
from circulars import moderation
from circulars.deliveries import Delivery
from circulars.insisting import insist
from circulars.pages import CircularPage, DraftAttachment
from circulars.purging import confirm, release
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.returns import acknowledge, leave
from circulars.secrecycases import SecrecyCase
from circulars.supplementing import supplement
from cms.attachments import Attachment, keep
from cms.discards import Discard, sweep_discards
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import LUNCH, MONDAY
from tests.draftform import add_address, attachment, filled
from tests.secretpapers import WORD, blocked, purged, secret, sent_before, shown_to, url
from tests.traces import traces


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture
def sent(city):
    return sent_before(city)


def test_two_persons_of_two_offices_purge_it_and_no_trace_is_left(city, sent, django_capture_on_commit_callbacks):
    places = [kept.path for kept in Attachment.objects.all()]
    assert len(places) == 2  # its attachment and its sealed file
    assert traces(WORD)
    case = blocked(city, sent.page)
    secretary, engineer = city.desk(city.secretary), city.desk(city.engineer)
    path, tick = url("secrecy_confirm", case.pk), {"agreed": "on"}
    assert "待另一部门确认" in secretary.post(path, tick, follow=True).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert "只留处置记录" in engineer.post(path, tick, follow=True).content.decode()
    assert traces(WORD) == []
    assert not any(place.exists() for place in places)
    case.refresh_from_db()
    assert (case.state, case.confirmed_by, case.purged_by) == ("purged", city.secretary, city.engineer)
    assert [Entry.objects.filter(deed=f"secrecy.{deed}").count() for deed in ("confirmed", "purged")] == [1, 1]


def test_nothing_is_purged_by_one_press_without_the_tick(city, sent):
    case = blocked(city, sent.page)
    confirm(case, by=city.secretary, at=LUNCH)
    engineer = city.desk(city.engineer)
    assert 'name="agreed"' in engineer.get(url("secrecy_case", case.pk)).content.decode()
    answer = engineer.post(url("secrecy_confirm", case.pk))
    assert "请先核对本页所列公文" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "confirmed"


def test_the_tombstone_remains(city, sent):
    case = purged(city, sent.page)
    circular = Circular.objects.get(pk=sent.pk)
    assert (circular.number, circular.digest, circular.title) == (sent.number, sent.digest, "（已清除）")
    assert Delivery.objects.filter(circular=sent).count() == 3
    for person in (city.secretary, city.engineer):
        shown = city.desk(person).get(url("secrecy_case", case.pk)).content.decode()
        for fact in (sent.number, sent.digest, "王文静", "张志远", "周慧", "吴宏伟", "孙早", "下载"):
            assert fact in shown, fact
    assert shown_to(city, sent) == []


def test_one_person_cannot(city, sent):
    case = blocked(city, sent.page)
    confirm(case, by=city.secretary, at=LUNCH)
    with pytest.raises(PermissionDenied, match="另一"):
        confirm(case, by=city.secretary, at=LUNCH)
    colleague = User.objects.create(username="colleague", name="秘书乙")
    take_post(colleague, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    with pytest.raises(PermissionDenied, match="另一个部门"):
        confirm(case, by=colleague, at=LUNCH)
    assert WORD in city.delivery(sent).circular.text.content


@pytest.mark.parametrize("who", ["drafter", "approver", "clerk", "stranger", "superuser", "nobody"])
def test_a_stranger_confirms_and_releases_nothing(city, sent, who):
    case = blocked(city, sent.page)
    client = city.desk(getattr(city, who))
    for name in ("secrecy_case", "secrecy_release"):
        assert client.get(url(name, case.pk)).status_code == 404
    for name in ("secrecy_confirm", "secrecy_release"):
        assert client.post(url(name, case.pk), {"reason": "误会。"}).status_code == 404
    with pytest.raises(PermissionDenied):
        confirm(case, by=getattr(city, who), at=LUNCH)
    with pytest.raises(PermissionDenied):
        release(case, reason="误会。", by=getattr(city, who), at=LUNCH)


def test_looking_confirms_nothing_and_a_second_press_purges_nothing_twice(city, sent):
    case = purged(city, sent.page)
    assert city.desk(city.engineer).get(url("secrecy_confirm", case.pk)).status_code == 405
    with pytest.raises((OutOfOrder, PermissionDenied)):
        confirm(case, by=city.engineer, at=LUNCH)
    with pytest.raises((OutOfOrder, PermissionDenied)):
        confirm(case, by=city.secretary, at=LUNCH)
    assert Entry.objects.filter(deed="secrecy.purged").count() == 1


def test_a_file_that_another_paper_holds_stays(city):
    name, content = "名单.txt", f"{WORD}名单".encode()
    shared = keep(name, ContentFile(content, name))
    rows = lambda: [DraftAttachment(title="名单", file=shared, file_name=name)]  # noqa: E731
    first = city.sent(attachments=rows())
    city.draft(attachments=rows())
    case = purged(city, first.page)
    assert shared.path.exists()
    assert case.files.get(digest=shared.digest).is_kept
    assert not case.files.get(digest=first.manifest.pdf_digest).is_kept


def test_a_file_that_stands_only_in_another_papers_earlier_version_stays_too(city):
    name = "名单.txt"
    shared = keep(name, ContentFile(b"list", name))
    first = city.sent(attachments=[DraftAttachment(title="名单", file=shared, file_name=name)])
    other = city.draft(attachments=[DraftAttachment(title="名单", file=shared, file_name=name)])
    city.change(other, attachments=[])
    DraftAttachment.objects.filter(page=other.pk).delete()
    assert purged(city, first.page).files.get(digest=shared.digest).is_kept
    assert Attachment.objects.filter(pk=shared.pk).exists()


def test_bytes_left_by_a_killed_machine_go_with_the_next_sweep(city, sent):
    """Scenes roll back, so that nothing runs after the commit: as if the machine had stopped just there."""
    places = [kept.path for kept in Attachment.objects.all()]
    purged(city, sent.page)
    assert all(place.exists() for place in places)
    assert not Attachment.objects.exists()
    for _ in range(2):
        sweep_discards(LUNCH)
    assert not any(place.exists() for place in places)
    assert set(Discard.objects.values_list("done_at", flat=True)) == {LUNCH}


def test_a_purged_file_never_comes_in_again(city, sent):
    purged(city, sent.page)
    sweep_discards(LUNCH)
    file = ContentFile(f"姓名,{WORD}\n".encode(), "值班表.csv")
    answer = city.desk(city.drafter).post(add_address(city), filled(city, **attachment(file=file)))
    assert "已作涉密处置" in answer.content.decode()
    assert traces(WORD) == []


def test_what_was_said_when_it_came_back_was_sent_again_and_sent_after_goes_too(city, sent):
    sent.deliveries.get(unit=city.late).send_back(code="other", reason=WORD, by=city.late_clerk, at=MONDAY)
    theirs = city.sign(city.delivery(sent))
    theirs.send_back(code="other", reason=WORD, by=city.clerk, at=MONDAY)
    for delivery in Delivery.objects.returned():
        acknowledge(delivery, by=city.sender, at=MONDAY)
    insist(theirs, why=WORD, by=city.sender, at=MONDAY)
    leave(city.delivery(sent, city.late), why=WORD, by=city.sender, at=MONDAY)
    supplement(sent, [city.county], reason=WORD, consent=WORD, by=city.sender, at=MONDAY)
    case = purged(city, sent.page)
    sweep_discards(LUNCH)
    assert traces(WORD) == []
    assert case.readers.filter(person=city.clerk, deed="signed").exists()  # in the round that is closed


def test_what_was_recalled_is_purged_with_its_reason(city, sent):
    recall(sent, reason=WORD, by=city.sender, at=MONDAY)
    purged(city, sent.page)
    sweep_discards(LUNCH)
    assert traces(WORD) == []
    assert Circular.objects.get(pk=sent.pk).state == "recalled"


def test_a_draft_is_purged_like_a_circular(city):
    page = city.submitted(**secret())
    moderation.decide(page, "return", by=city.reviewer, at=MONDAY, opinion=f"{WORD}不宜写入。")
    purged(city, CircularPage.objects.get(pk=page.pk))
    sweep_discards(LUNCH)
    assert traces(WORD) == []
    assert SecrecyCase.objects.get().number == ""


# --- releasing ---


def test_a_false_alarm_is_released_by_another_and_everything_is_as_before(city, sent):
    case = blocked(city, sent.page)
    with pytest.raises(PermissionDenied, match="另一人"):
        release(case, reason="经鉴定不涉密。", by=city.secretary, at=LUNCH)
    answer = city.desk(city.engineer).post(url("secrecy_release", case.pk), {"reason": "经鉴定不涉密。"}, follow=True)
    assert "已解封" in answer.content.decode()
    assert Circular.objects.get(pk=sent.pk).title == sent.title
    delivery = city.delivery(sent)
    assert delivery.is_open
    assert delivery.relief == "blocked"
    assert city.desk(city.clerk).get(url("reading", delivery.pk)).status_code == 200
    blocked(city, sent.page)


def test_what_was_purged_is_not_released(city, sent):
    case = purged(city, sent.page)
    assert city.desk(city.secretary).post(url("secrecy_release", case.pk), {"reason": "误会。"}).status_code == 404
    other = User.objects.create(username="other", name="网信乙")
    take_post(other, city.network_office, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder):
        release(case, reason="误会。", by=other, at=LUNCH)


def test_the_ledger_says_no_title(city, sent):
    purged(city, sent.page)
    assert not Entry.objects.filter(payload__contains=WORD).exists()
