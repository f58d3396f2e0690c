"""A demo's papers say 演示 on every page, the sealed file too; outside a demo its keys seal nothing and its seals do not stand (Article 10)."""

import pypdfium2
import pytest

from accounts.seals import KeyKind, SealKey
from circulars.dispatch import dispatch
from circulars.renditions import set_circular, set_draft
from circulars.sealing import Manifest, SealBroken, flaw_of, seal
from circulars.sealing.files import to_be_sealed
from circulars.sealing.standing import sealed_pdf
from cms.revocations import DemoKeyRefused
from cms.signing import certificates
from cms.signing.authority import make_authority, open_authority
from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256
from tests.cast import MONDAY
from tests.offices import beijing
from tests.sealedpapers import by_hand

MADE = beijing("2026-01-05 09:00")
LONG = "\n".join(f"第{number}段文字，说明有关情况和具体安排。" for number in range(60))


@pytest.fixture
def demo_seal(city, settings, tmp_path):
    """The office's seal by the authority of a demo, open."""
    settings.CA_FOLDER, settings.DEMO = tmp_path / "ca", True
    kek = settings.KEY_ENCRYPTION_KEY
    make_authority(settings.CA_FOLDER, "延安市", passphrase="correct horse", key_encryption_key=kek, at=MADE, demo=True)
    authority, private = open_authority(settings.CA_FOLDER, kek), ECDSA_P256.new_private_key()
    name = certificates.subject(organisation=city.office.name, common_name="电子印章", code=city.office.code, demo=True)
    certificate = certificates.issue(
        certificates.UNIT_SEAL, private.public_key(), name, issuer=authority.issuing, at=MADE
    )
    SealKey.objects.filter(unit=city.office, state=SealKey.State.IN_FORCE).update(state=SealKey.State.EXPIRED)
    key = SealKey.objects.create(
        unit=city.office,
        kind=KeyKind.UNIT_SEAL,
        keeper=city.keeper,
        state=SealKey.State.IN_FORCE,
        requested_at=MADE,
        in_force_at=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:x}",
        certificate_pem=certificates.pem(certificate),
    )
    return key, OpenKey(private, certificate, authority.chain)


def texts(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "") for page in document]


def test_the_sealed_file_of_a_demo_says_so_on_every_page(city, demo_seal):
    registered = city.registered(body=LONG)
    key, opened = demo_seal
    assert seal(registered, key, opened, by=city.keeper, at=MONDAY)
    pages = texts(sealed_pdf(registered))
    assert len(pages) > 1
    assert all("演示" in page for page in pages)
    assert flaw_of(registered) == ""


def test_what_is_set_while_a_demo_runs_says_so_and_a_draft_keeps_its_own_word(city, settings):
    registered, draft = city.registered(), city.draft()
    assert not any("演示" in page for page in texts(set_circular(registered).pdf))
    settings.DEMO = True
    assert all("演示" in page for page in texts(set_circular(registered).pdf))
    assert all("已撤回" in page for page in texts(set_circular(registered, watermark="已撤回").pdf))
    words = texts(set_draft(draft, today=MONDAY.date()).pdf)
    assert all("草稿" in page and "演示" not in page for page in words)


def test_a_paper_sealed_in_earnest_bears_no_such_word(city):
    registered = city.registered()
    by_hand(city, registered, city.office)
    assert not any("演示" in page for page in texts(sealed_pdf(registered)))


def test_outside_a_demo_its_key_seals_nothing(city, demo_seal, settings):
    registered = city.registered()
    key, opened = demo_seal
    settings.DEMO = False
    with pytest.raises(DemoKeyRefused):
        seal(registered, key, opened, by=city.keeper, at=MONDAY)
    assert registered.state == "registered"
    assert not Manifest.objects.filter(circular=registered).exists()


def test_outside_a_demo_nothing_that_it_sealed_is_sent_or_passes(city, demo_seal, settings):
    registered = city.registered()
    key, opened = demo_seal
    seal(registered, key, opened, by=city.keeper, at=MONDAY)
    settings.DEMO = False
    assert flaw_of(registered) == "盖的是演示专用印章"
    with pytest.raises(SealBroken, match="演示专用印章"):
        dispatch(registered, by=city.sender, at=MONDAY)
    assert not registered.deliveries.exists()


def test_the_keeper_of_a_demo_sees_the_word_before_sealing(city, demo_seal):
    assert all("演示" in page for page in texts(to_be_sealed(city.registered()).pdf))
