"""The sealed file, slips and bundles as they are handed to a browser: a download of a known kind that nothing keeps and nothing runs (Articles 4 and 5)."""

import hashlib

import pytest

from circulars.numbering import Series
from circulars.recalling import recall
from circulars.receipts import Receipt
from cms.accesslog import Access, Look
from cms.attachments import place_of
from tests.cast import MONDAY
from tests.sealkeys import clerk_key

pytestmark = pytest.mark.django_db

RANGES = ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=5-2", "bytes=999999999-", f"bytes={','.join(['0-1'] * 10_000)}"]
# Of these, the ones that name one part of a paper, and which that is.
PARTS = {"bytes=0-": slice(None), "bytes=0-0": slice(1), "bytes=-1": slice(-1, None)}


@pytest.fixture
def places(city, circular):
    """Each file with who may have it, and its kind."""
    delivery = city.opened(circular)
    city.sign(delivery, signing=clerk_key(city.attentive, city.clerk, at=MONDAY))
    here = f"/received/{delivery.pk}"
    return {
        f"{here}/sealed.pdf": (city.clerk, "application/pdf"),
        f"/sent/{circular.uuid}/sealed.pdf": (city.sender, "application/pdf"),
        f"{here}/slip/1.json": (city.clerk, "application/json"),
        f"{here}/slip/1.p7s": (city.clerk, "application/pkcs7-signature"),
        f"{here}/slip/1.pdf": (city.clerk, "application/pdf"),
    }


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_each_is_a_download_of_its_kind(city, places):
    for path, (person, kind) in places.items():
        answer = city.desk(person).get(path)
        assert answer.status_code == 200, path
        assert answer["Content-Type"].split(";")[0] == kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert "no-store" in answer["Cache-Control"]
        policy = answer["Content-Security-Policy"]
        assert policy == "sandbox" or "default-src 'self'" in policy


@pytest.mark.parametrize("asked", RANGES, ids=range(len(RANGES)))
def test_whatever_part_is_asked_for_the_whole_is_checked_and_that_part_or_the_whole_is_given(
    city, circular, places, asked
):
    path = f"/sent/{circular.uuid}/sealed.pdf"
    place = place_of(circular.manifest.pdf_digest)
    whole, part = place.read_bytes(), PARTS.get(asked, slice(None))
    assert hashlib.sha256(whole).hexdigest() == circular.manifest.pdf_digest
    headers = {"range": asked, "if-none-match": "*"}
    answer = city.desk(city.sender).get(path, headers=headers)
    assert answer.status_code == {"bytes=999999999-": 416}.get(asked, 206 if asked in PARTS else 200)
    assert body(answer) == (b"" if answer.status_code == 416 else whole[part])
    place.chmod(0o640)
    place.write_bytes(whole[:-1] + b"x")
    try:
        refused = city.desk(city.sender).get(path, headers=headers)
        assert refused.status_code == 409
        assert whole[:8] not in body(refused)
    finally:
        place.write_bytes(whole)
        place.chmod(0o440)


@pytest.mark.parametrize("who", ["stranger", "late_clerk", "department_drafter", "engineer", "superuser", "nobody"])
def test_nobody_else_gets_any_of_them_and_is_not_told_that_they_exist(city, circular, places, who):
    desk = city.desk(getattr(city, who))
    for path in places:
        assert desk.get(path).status_code == 404
        assert desk.head(path).status_code == 404
        assert desk.get(path, headers={"if-none-match": "*", "range": "bytes=0-0"}).status_code == 404
    assert not Access.objects.filter(look=Look.DOWNLOADED).exists()


def test_counting_on_from_ones_own_leads_to_nobody_elses(city, circular, places):
    mine = city.delivery(circular).pk
    desk = city.desk(city.clerk)
    found = [
        (pk, ending)
        for pk in range(mine + 1, mine + 4)
        for ending in ("sealed.pdf", "slip/1.json", "slip/1.p7s", "slip/1.pdf")
        if desk.get(f"/received/{pk}/{ending}").status_code != 404
    ]
    assert found == []
    assert Receipt.objects.count() == 1


def test_after_a_recall_nobody_at_the_unit_has_the_paper(city):
    circular = city.sent(title="关于别的事情的通知")
    recall(circular, reason="内容有误，另行发文。", by=city.sender, at=MONDAY)
    assert city.desk(city.clerk).get(f"/received/{city.delivery(circular).pk}/sealed.pdf").status_code == 404


def test_a_number_with_signs_that_mean_something_in_a_header_names_a_file_and_nothing_more(city):
    prefix = '延"政;办\\发%0d'
    series = Series.objects.create(
        unit=city.office, prefix=prefix, layout="general", numbering="yearly", opening_number=1
    )
    circular = city.sealed(series=series)
    answer = city.desk(city.sender).get(f"/sent/{circular.uuid}/sealed.pdf")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert not set(answer["Content-Disposition"]) & set('"\\\r\n')
