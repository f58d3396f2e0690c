"""图样: the picture that a seal or a leader's stamp bears, given before the key is in force and fixed from then on (Article 10)."""

import io
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from accounts.deeds import Deed
from accounts.inkpictures import LARGEST_FILE, ink_of
from accounts.keypictures import KeyPicture, check_pictures, give_picture, picture_on
from accounts.sealissue import activate, issue, replace_key
from accounts.seals import KeyKind, SealKey
from cms import ledger
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force, issued
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.inks import bomb, png, ring, signature

pytestmark = pytest.mark.django_db


def stamp_key(city) -> SealKey:
    """A stamp for the approver, issued and not in force yet."""
    return issued(city, KeyKind.LEADERS_STAMP, unit=city.office, keeper=city.approver)


@pytest.fixture
def pictured(city) -> SealKey:
    """The approver's stamp, in force with a picture."""
    key = stamp_key(city)
    give_picture(key, png(signature()), by=city.engineer, at=MONDAY)
    activate(key, PIN, by=city.approver, at=MONDAY)
    return SealKey.objects.select_related("unit", "keeper", "picture").get(pk=key.pk)


class TestWhatIsKept:
    def test_the_ink_alone_cut_to_its_edges_the_same_bytes_for_the_same_pixels(self):
        said = PngInfo()
        said.add_text("Author", "zq7")
        there = signature()
        hidden = there.copy()
        hidden.putpixel((5, 5), (1, 2, 3, 0))  # nobody sees it
        kept = {ink_of(png(image, **how), is_round=False) for image, how in (
            (there, {}), (there, {"pnginfo": said, "compress_level": 1}), (hidden, {}), (signature(size=(700, 400)), {}),
        )}  # fmt: skip
        assert len(kept) == 1
        [ink] = kept
        assert b"zq7" not in ink
        with Image.open(io.BytesIO(ink)) as image:
            assert (image.size, image.mode, image.info) == ((480, 180), "RGBA", {})

    def test_what_follows_the_picture_in_its_file_is_not_kept(self):
        assert ink_of(png(signature()) + b"<script>zq7</script>", is_round=False) == ink_of(
            png(signature()), is_round=False
        )

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是完整的 PNG", id="svg"),
            pytest.param(b"", "不是完整的 PNG", id="nothing"),
            pytest.param(png(signature())[:400], "不是完整的 PNG", id="cut short"),
            pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "不是完整的 PNG", id="a head alone"),
            pytest.param(b"\0" * (LARGEST_FILE + 1), "超过 500 KB", id="too many bytes"),
            pytest.param(png(Image.new("RGBA", (1601, 10))), "不能超过 1600×1200 像素", id="too wide"),
            pytest.param(bomb(), "不能超过 1600×1200 像素", id="a bomb"),
            pytest.param(png(signature(ground=(255, 255, 255, 255))), "背景不是透明的", id="on white"),
            pytest.param(png(signature().convert("RGB")), "背景不是透明的", id="without transparency"),
            pytest.param(png(Image.new("RGBA", (600, 300), (0, 0, 0, 0))), "没有图样", id="nothing on it"),
            pytest.param(png(signature().resize((200, 100))), "不够清晰", id="too small"),
            pytest.param(
                png(signature(), save_all=True, append_images=[signature(colour=(0, 0, 0, 255))]),
                "不能上传动画",
                id="moving",
            ),
        ],
    )
    def test_anything_but_a_sharp_png_on_a_clear_background_is_refused(self, content, why):
        with pytest.raises(ValidationError, match=why):
            ink_of(content, is_round=False)

    def test_a_jpeg_is_refused_and_an_oval_is_no_seal(self):
        photo = io.BytesIO()
        signature().convert("RGB").save(photo, "JPEG")
        with pytest.raises(ValidationError, match="不是完整的 PNG"):
            ink_of(photo.getvalue(), is_round=False)
        assert ink_of(png(ring()), is_round=True)
        with pytest.raises(ValidationError, match="应当是圆形"):
            ink_of(png(ring(600, 500)), is_round=True)

    def test_a_palette_with_a_clear_colour_will_do(self):
        image = Image.new("P", (600, 300), 0)
        image.putpalette([255, 255, 255, 230, 0, 18])
        ImageDraw.Draw(image).rectangle((60, 60, 539, 90), fill=1)
        ImageDraw.Draw(image).rectangle((60, 60, 90, 239), fill=1)
        assert ink_of(png(image, transparency=0), is_round=False)


class TestGiving:
    def test_the_key_comes_into_force_with_its_picture_and_the_ledger_says_which(self, city, pictured):
        entry = Entry.objects.of(pictured).get(deed="key.in_force")
        assert entry.facts["picture"] == pictured.picture.digest
        assert Entry.objects.of(pictured).get(deed="key.pictured").facts == {"picture": pictured.picture.digest}
        assert picture_on(pictured) == ink_of(png(signature()), is_round=False)
        assert picture_on(in_force(city)) is None
        assert not list(check_pictures(None, MONDAY))

    def test_before_it_is_in_force_another_one_takes_its_place_and_the_same_twice_is_once(self, city):
        key = stamp_key(city)
        for _ in range(2):
            give_picture(key, png(signature()), by=city.engineer, at=MONDAY)
        assert Entry.objects.of(key).filter(deed="key.pictured").count() == 1
        give_picture(key, png(signature(colour=(0, 0, 0, 255))), by=city.engineer, at=MONDAY)
        with pytest.raises(OutOfOrder, match="图样刚刚换过"):
            activate(key, PIN, by=city.approver, at=MONDAY, seen=KeyPicture.objects.earliest("pk").digest)
        activate(key, PIN, by=city.approver, at=MONDAY, seen=KeyPicture.objects.latest("pk").digest)
        key.refresh_from_db()
        assert key.picture == KeyPicture.objects.latest("pk")

    def test_in_force_it_stays_and_its_successor_begins_with_it(self, city, pictured):
        with pytest.raises(OutOfOrder, match="请换发新密钥"):
            give_picture(pictured, png(signature(colour=(0, 0, 0, 255))), by=city.engineer, at=MONDAY)
        new = replace_key(pictured, occasion=SealKey.Occasion.RENEWAL, by=city.engineer, at=MONDAY)
        assert new.picture == pictured.picture
        issue(new, by=city.engineer, at=MONDAY)
        give_picture(new, png(signature(colour=(0, 0, 0, 255))), by=city.engineer, at=MONDAY)
        pictured.refresh_from_db()
        assert pictured.picture.digest != new.picture.digest

    @pytest.mark.parametrize("who", ["approver", "keeper", "secretary", "stranger", "superuser"])
    def test_nobody_but_the_network_office_gives_one(self, city, who):
        with pytest.raises(PermissionDenied):
            give_picture(stamp_key(city), png(signature()), by=getattr(city, who), at=MONDAY)
        assert not KeyPicture.objects.exists()

    def test_a_certificate_has_none_and_a_poor_one_changes_nothing(self, city):
        with pytest.raises(OutOfOrder, match="没有图样"):
            give_picture(issued(city, KeyKind.CLERK), png(signature()), by=city.engineer, at=MONDAY)
        with pytest.raises(ValidationError, match="圆形"):
            give_picture(issued(city), png(ring(600, 500)), by=city.engineer, at=MONDAY)
        assert not KeyPicture.objects.exists()
        assert not Entry.objects.filter(deed="key.pictured").exists()


class TestBehindOurBacks:
    def test_another_picture_is_not_used_and_is_named(self, city, pictured):
        ink = ink_of(png(signature(colour=(0, 0, 0, 255))), is_round=False)
        other = KeyPicture.objects.create(digest="0" * 64, content=ink, kept_at=MONDAY)
        for picture in (other, None):
            SealKey.objects.filter(pk=pictured.pk).update(picture=picture)
            changed = SealKey.objects.get(pk=pictured.pk)
            with pytest.raises(KeyRefused, match="图样被换过"):
                picture_on(changed)
            assert [fault.what for fault in check_pictures(None, MONDAY)] == ["图样不是启用时的那一幅，图样被换过。"]

    def test_an_entry_that_was_added_later_makes_no_other_picture_good(self, city, pictured):
        ink = ink_of(png(signature(colour=(0, 0, 0, 255))), is_round=False)
        other = KeyPicture.objects.create(digest=sha256(ink).hexdigest(), content=ink, kept_at=MONDAY)
        SealKey.objects.filter(pk=pictured.pk).update(picture=other)
        facts = {"picture": other.digest}
        ledger.enter(Deed.KEY_IN_FORCE, subject=ledger.subject_of(pictured), at=MONDAY, facts=facts)
        with pytest.raises(KeyRefused, match="图样被换过"):
            picture_on(SealKey.objects.get(pk=pictured.pk))
        assert len(list(check_pictures(None, MONDAY))) == 1

    def test_the_rows_take_no_change_and_a_change_all_the_same_is_named(self, city, pictured):
        for change in (lambda rows: rows.update(kept_at=MONDAY), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(KeyPicture.objects.filter(pk=pictured.picture_id))
        key = pictured.picture_id
        as_its_owner(
            f"UPDATE accounts_keypicture SET content = (SELECT locked_key FROM accounts_sealkey LIMIT 1) WHERE id = {key}"
        )
        with pytest.raises(KeyRefused, match="图样被改动过"):
            picture_on(SealKey.objects.get(pk=pictured.pk))
        assert [fault.what for fault in check_pictures(None, MONDAY)] == ["图样的内容与摘要不一致，图样被改动过。"]


class TestTheDesk:
    def upload(self, city, who, key, content):
        file = SimpleUploadedFile("章.png", content, "image/png")
        return city.desk(who).post(f"/keys/{key.pk}/picture/", {"picture": file}, follow=True)

    def test_the_network_office_uploads_it_and_the_keeper_sees_it_before_setting_the_pin(self, city):
        key = stamp_key(city)
        page = self.upload(city, city.engineer, key, png(signature())).content.decode()
        assert "图样已上传" in page
        key.refresh_from_db()
        shown = f"/keys/{key.pk}/picture.png"
        assert shown in page
        form = city.desk(city.approver).get(f"/my-keys/{key.pk}/activate/").content.decode()
        assert shown in form
        assert form.count('name="seen"') == 1
        assert f'value="{key.picture.digest}"' in form
        answer = city.desk(city.approver).get(shown)
        assert (answer["Content-Type"], answer.content) == ("image/png", bytes(key.picture.content))
        assert "no-store" in answer["Cache-Control"]
        typed = {"pin1": PIN, "pin2": PIN, "seen": "0" * 64}
        said = city.desk(city.approver).post(f"/my-keys/{key.pk}/activate/", typed).content.decode()
        assert "图样刚刚换过" in said
        city.desk(city.approver).post(f"/my-keys/{key.pk}/activate/", typed | {"seen": key.picture.digest})
        key.refresh_from_db()
        assert key.state == "in_force"
        late = self.upload(city, city.engineer, key, png(signature(colour=(0, 0, 0, 255)))).content.decode()
        assert "请换发新密钥" in late
        assert f'action="/keys/{key.pk}/picture/"' not in late

    def test_a_poor_one_gets_a_sentence(self, city):
        key = stamp_key(city)
        assert (
            "背景不是透明的" in self.upload(city, city.engineer, key, png(signature().convert("RGB"))).content.decode()
        )
        assert "请选择" in city.desk(city.engineer).post(f"/keys/{key.pk}/picture/", follow=True).content.decode()
        assert "按名称绘制" in city.desk(city.engineer).get(f"/keys/{key.pk}/").content.decode()
        key.refresh_from_db()
        assert key.picture is None

    def test_a_stranger_neither_gives_nor_sees_one(self, city, pictured):
        for who in (city.stranger, city.clerk, city.nobody):
            assert city.desk(who).get(f"/keys/{pictured.pk}/picture.png").status_code == 404
        key = issued(city)
        for who in (city.stranger, city.keeper, city.secretary):
            assert self.upload(city, who, key, png(ring())).status_code == 404
        assert city.desk(city.engineer).get(f"/keys/{key.pk}/picture/").status_code == 405
        assert city.desk(city.engineer).get(f"/keys/{key.pk}/picture.png").status_code == 404
