"""The screens of 证据包: who takes one, who is told, and why there is none (Articles 3, 5, 10 and 28)."""

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.purging import block
from circulars.registration import Circular
from circulars.sealing import Manifest
from cms.accesslog import Access, Look
from cms.ledger import Entry, canonical
from cms.messages import Message
from tests.cast import MONDAY, attached
from tests.dbowner import as_its_owner
from tests.sealedpapers import tampered

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(city):
    person = User.objects.create(username="auditor", name="审计员")
    take_post(person, city.office, Role.AUDIT_ADMIN, by=None, at=MONDAY)
    return person


def page_of(circular):
    return reverse("circulars:evidence", args=[circular.uuid])


def taken():
    return Entry.objects.filter(deed="evidence.exported").count(), Access.objects.filter(look=Look.EXPORTED).count()


def test_the_issuing_unit_and_the_secretariat_take_it_and_each_press_is_on_record(city, circular, tmp_path, verified):
    for number, person in enumerate((city.sender, city.secretary), 1):
        desk = city.desk(person)
        assert "制作并下载" in desk.get(page_of(circular)).content.decode()
        answer = desk.post(page_of(circular))
        content = b"".join(answer.streaming_content)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert "index.p7s" in zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert taken() == (number, number)
        assert person.name in desk.get(page_of(circular)).content.decode()
    (tmp_path / "b.zip").write_bytes(content)
    assert verified(tmp_path / "b.zip")[0] == 0


def test_the_issuing_unit_knows_when_somebody_else_takes_it(city, circular):
    city.desk(city.sender).post(page_of(circular))
    assert not Message.objects.filter(key__startswith="evidence:").exists()
    city.desk(city.secretary).post(page_of(circular))
    told = Message.objects.get(key__startswith="evidence:", person=city.sender)
    assert told.text == f"{city.secretary.name}导出了 {circular.number} 的证据包。"


@pytest.mark.parametrize(
    "who", ["clerk", "stranger", "engineer", "department_drafter", "keeper", "superuser", "nobody"]
)
def test_nobody_else_comes_near_it(city, circular, who):
    desk = city.desk(getattr(city, who))
    assert desk.get(page_of(circular)).status_code == 404
    assert desk.post(page_of(circular)).status_code == 404
    assert taken() == (0, 0)


def test_looking_takes_nothing_away(city, circular):
    desk = city.desk(city.sender)
    desk.get(page_of(circular))
    desk.head(page_of(circular))
    assert taken() == (0, 0)


def test_the_board_and_the_own_text_lead_there(city, circular):
    for name in ("board", "own_text"):
        page = city.desk(city.sender).get(reverse(f"circulars:{name}", args=[circular.uuid])).content.decode()
        assert page_of(circular) in page


def test_who_audits_takes_none_for_no_administrator_reads_a_circular(city, circular, auditor):
    desk = city.desk(auditor)
    for path in (page_of(circular), reverse("circulars:find_evidence")):
        assert desk.get(path).status_code == 404
    assert desk.post(page_of(circular)).status_code == 404
    assert taken() == (0, 0)


def test_what_is_shut_is_not_there(city, circular):
    block(circular.page, reason="涉密。", by=city.secretary, at=MONDAY)
    for person in (city.sender, city.secretary):
        assert city.desk(person).get(page_of(circular)).status_code == 404
        assert city.desk(person).post(page_of(circular)).status_code == 404
    board = city.desk(city.sender).get(reverse("circulars:board", args=[circular.uuid])).content.decode()
    assert page_of(circular) not in board


def test_what_predates_seals_says_so(city, circular):
    old = city.registered()
    Circular.objects.filter(pk=old.pk).update(predates_seals=True)
    page = city.desk(city.sender).get(page_of(old)).content.decode()
    assert "启用电子印章以前的公文" in page
    assert "制作并下载" not in page


def test_large_attachments_are_left_to_the_command(city, circular):
    facts = circular.manifest.facts | {"attachments": [{"name": "a.pdf", "sha256": "0" * 64, "size": 21 << 20}]}
    as_its_owner(f"UPDATE circulars_manifest SET content = '{canonical(facts)}' WHERE circular_id = {circular.pk}")
    answer = city.desk(city.sender).post(page_of(circular))
    assert answer.status_code == 409
    assert "manage.py export_evidence" in answer.content.decode()
    assert taken() == (0, 0)


def test_a_broken_circular_gives_a_sentence_instead_of_a_bundle(city):
    circular = city.sent(title="关于做好另一项工作的通知", attachments=attached(b"a,b\nzq8\n"))
    tampered(Manifest.objects.get(circular=circular.pk).pdf_digest, lambda content: content + b" ")
    answer = city.desk(city.sender).post(page_of(circular))
    assert answer.status_code == 409
    assert "不能制作证据包" in answer.content.decode()
    assert taken() == (0, 0)


def test_a_circular_is_found_by_its_number_as_people_type_it(city, circular):
    find = reverse("circulars:find_evidence")
    for typed in (circular.number, circular.number.replace("〔", "[").replace("〕", "]"), f" {circular.number} "):
        for person in (city.secretary, city.sender):
            assert city.desk(person).get(find, {"number": typed})["Location"] == page_of(circular)
    page = city.desk(city.secretary).get(find, {"number": "延政办发〔2026〕999号"}).content.decode()
    assert "没有文号是" in page
    assert "没有文号是" in city.desk(city.stranger).get(find, {"number": circular.number}).content.decode()
    assert city.desk(city.clerk).get(find).status_code == 404


class TestFinding:
    """With what a person has of a circular, among those that the person may take evidence of."""

    @pytest.fixture
    def asked(self, city):
        def asked(words, who=city.secretary, **more):
            return city.desk(who).get(reverse("circulars:find_evidence"), {"number": words, **more})

        return asked

    @pytest.fixture
    def other(self, city, circular):
        """The department's circular, with the same integer as the office's."""
        other = city.sent(title="关于开展防汛演练的通知", issuer=city.department, by=city.department_drafter)
        Circular.objects.filter(pk=other.pk).update(
            sequence=circular.sequence, number=other.number.replace(f"〕{other.sequence}号", f"〕{circular.sequence}号")
        )
        other.refresh_from_db()
        return other

    def test_the_integer_alone_is_this_years(self, asked, circular):
        for typed in (f"{circular.sequence}", f"第０{circular.sequence}号", f"延政办发 {circular.sequence}号"):
            assert asked(typed)["Location"] == page_of(circular), typed
        Circular.objects.filter(pk=circular.pk).update(year=circular.year - 1, number="延政办发〔2025〕1号")
        assert "没有文号是" in asked(f"{circular.sequence}号").content.decode()

    def test_one_that_several_bear_lists_them_with_title_and_unit(self, asked, circular, other):
        page = asked(f"{circular.sequence}号").content.decode()
        for one in (circular, other):
            assert page_of(one) in page
            assert one.title in page
            assert one.issuer_name in page
        assert asked(f"{circular.sequence}", issuer=other.issuer.name[-4:])["Location"] == page_of(other)
        assert asked(f"{circular.sequence}", issuer=other.issuer.code)["Location"] == page_of(other)
        assert asked(other.number)["Location"] == page_of(other)

    def test_words_of_the_title_do(self, asked, circular, other):
        assert asked("防汛演练")["Location"] == page_of(other)
        assert all(one.title in asked("关于").content.decode() for one in (circular, other))

    def test_only_what_the_person_may_take_is_found_and_named(self, city, asked, circular, other):
        assert asked("关于", city.sender)["Location"] == page_of(circular)
        unsent = city.registered(title="关于尚未印发的通知")
        assert "没有文号是" in asked("尚未印发").content.decode()
        assert asked("尚未印发", city.sender)["Location"] == page_of(unsent)
        block(circular.page, reason="涉密。", by=city.secretary, at=MONDAY)
        page = asked(circular.title).content.decode()
        assert "没有文号是" in page
        assert f'value="{circular.issuer_name}"' not in page
        assert f'value="{other.issuer_name}"' in page

    @pytest.mark.parametrize("typed", ["9" * 30, "%", "〔〕号", "0", "a'\"<b>"])
    def test_odd_words_find_nothing(self, asked, circular, typed):
        assert "没有文号是" in asked(typed).content.decode()
