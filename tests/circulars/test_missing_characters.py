"""A character without any shape is named where a paper is registered and where it is sealed, and no seal is put on its 〓 (Article 4)."""

import pytest
from django.urls import reverse

from circulars.renditions import character_notes
from circulars.sealing import Manifest, Rendition, seal
from circulars.sealing.acts import CharacterMissing
from cms.attachments import Attachment
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.sealedpapers import office_seal

NOWHERE = "\ue123"  # of private use: no face of the world has it
BODY = f"联系人：{NOWHERE}某，请各单位报送名单。"


def page_of(city, who, name, key):
    return city.desk(getattr(city, who)).get(reverse(f"circulars:{name}", args=[key])).content.decode()


def test_the_registrar_is_told_before_registering(city):
    page = page_of(city, "registrar", "register", city.approved(body=BODY).pk)
    assert "不能用印" in page
    assert "U+E123" in page
    assert "校正文字、退回改正" in page


def test_the_keeper_is_told_before_sealing(city):
    page = page_of(city, "keeper", "seal", city.registered(body=BODY).uuid)
    assert "U+E123" in page
    assert "作废文号" in page


def test_of_a_paper_whose_characters_all_have_their_face_nothing_is_said(city):
    assert "<h2>字形</h2>" not in page_of(city, "registrar", "register", city.approved().pk)
    assert "<h2>字形</h2>" not in page_of(city, "keeper", "seal", city.registered().uuid)


def test_no_seal_is_put_on_it_and_nothing_half_done_is_left(city):
    registered, files = city.registered(body=BODY), Attachment.objects.count()
    key, opened = office_seal(city)
    with pytest.raises(CharacterMissing, match="U\\+E123"):
        seal(registered, key, opened, by=city.keeper, at=MONDAY)
    registered.refresh_from_db()
    assert registered.state == "registered"
    assert Attachment.objects.count() == files
    assert not Rendition.objects.filter(circular=registered).exists()
    assert not Manifest.objects.filter(circular=registered).exists()


def test_two_such_characters_are_counted(city):
    key, opened = office_seal(city)
    registered = city.registered(body=f"{BODY}\n另一人：\ue124某。")
    with pytest.raises(CharacterMissing, match="等 2 处"):
        seal(registered, key, opened, by=city.keeper, at=MONDAY)


def test_the_keeper_reads_the_sentence_when_pressing_all_the_same(city):
    in_force(city)
    registered = city.registered(body=BODY)
    address = reverse("circulars:seal", args=[registered.uuid])
    answer = city.desk(city.keeper).post(address, {"pin": PIN})
    assert answer.status_code == 200
    assert "还没有用印" in answer.content.decode()
    assert "字体补齐以前不能用印" in answer.content.decode()
    registered.refresh_from_db()
    assert registered.state == "registered"


def test_what_is_lent_is_said_and_stops_nothing(city):
    registered = city.registered(body="联系人：\U00020bb7某，请各单位报送名单。")
    notes = character_notes(registered.snapshot)
    if not notes.lent:
        pytest.skip("no face on this machine lends the character")
    page = page_of(city, "keeper", "seal", registered.uuid)
    assert notes.lent[0].split("“")[0] in page
    assert "代替" in page
    assert "不能用印" not in page
    city.seal(registered)
    assert registered.state == "sealed"


def test_a_face_that_is_not_there_is_told_like_a_missing_character(city, settings, tmp_path):
    registered = city.registered()
    settings.FONTS = tmp_path
    notes = character_notes(registered.snapshot)
    assert notes.lent == ()
    assert len(notes.missing) == 1
