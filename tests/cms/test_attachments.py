"""Files: which are taken in, under what name they are given out, and that their bytes stay what they were."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from cms.attachmentfield import AttachmentUpload
from cms.attachments import ALLOWED, Attachment, FileChanged, check, clean_name, keep, serve
from tests.smallfiles import BY_KIND, doc, docx, pdf

OLE, ZIP = doc(), docx()


def upload(content, name="文件.txt"):
    return SimpleUploadedFile(name, content)


def body(answer):
    return b"".join(answer.streaming_content)


@pytest.fixture
def store(db, settings, tmp_path):
    """An empty private store."""
    settings.ATTACHMENTS_ROOT = tmp_path / "attachments"
    return settings.ATTACHMENTS_ROOT


def files(store):
    return [path for path in store.rglob("*") if path.is_file()]


# What is taken in


@pytest.mark.parametrize("extension", ALLOWED)
@pytest.mark.parametrize("written", [str.lower, str.upper])
def test_a_genuine_file_of_every_kind_on_the_list_is_taken_in(extension, written):
    name = f"值班表.{written(extension)}"
    assert check(name, upload(BY_KIND[extension], name)) == ALLOWED[extension][0]


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("run.exe", b"MZ", "attachment-type"),
        ("page.html", b"<script>", "attachment-type"),
        ("image.svg", b"<svg/>", "attachment-type"),
        ("code.js", b"alert(1)", "attachment-type"),
        ("macro.docm", ZIP, "attachment-type"),
        ("archive.zip", ZIP, "attachment-type"),
        ("pdf", b"%PDF-1.7", "attachment-type"),
        ("list.pdf.exe", b"%PDF-1.7", "attachment-type"),
        ("list.pdf\u202eexe", b"%PDF-1.7", "attachment-type"),
        ("list.pdf\x00.exe", b"%PDF-1.7", "attachment-type"),
        ("list.", b"%PDF-1.7", "attachment-type"),
        ("", b"%PDF-1.7", "attachment-type"),
        ("list.pdf", b"", "attachment-empty"),
        ("list.pdf", b"MZ\x90", "attachment-content"),
        ("list.pdf", b" %PDF-1.7", "attachment-content"),
        ("list.pdf", b"<html>%PDF-", "attachment-content"),
        ("list.docx", OLE, "attachment-content"),
        ("list.doc", ZIP, "attachment-content"),
        ("photo.jpg", BY_KIND["png"], "attachment-content"),
        ("list.txt", b"text\x00with a nul", "attachment-content"),
        ("list.csv", b"MZ\x00\x00", "attachment-content"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(name, content, code):
    with pytest.raises(ValidationError) as refused:
        check(name, upload(content))
    assert refused.value.code == code
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize("size, is_let_in", [(1024 * 1024, True), (1024 * 1024 + 1, False)])
def test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger(settings, size, is_let_in):
    settings.ATTACHMENT_LIMIT = 1024 * 1024
    large = upload(b"x" * size)
    if is_let_in:
        check("文件.txt", large)
    else:
        with pytest.raises(ValidationError, match="不能超过 1 MB"):
            check("文件.txt", large)


def test_what_is_refused_leaves_nothing_in_the_store(store):
    with pytest.raises(ValidationError):
        keep("list.pdf", upload(b"MZ"))
    assert not Attachment.objects.exists()
    assert not store.exists()


# Names


@pytest.mark.parametrize(
    "name, shown",
    [
        ("值班表.xlsx", "值班表.xlsx"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\值班表.txt", "值班表.txt"),
        ("C:\\用户\\值班表.txt", "值班表.txt"),
        ("../../值班表.txt", "值班表.txt"),
        ("值班表\x00.txt", "值班表.txt"),
        ("值班表\u202etxt.pdf", "值班表txt.pdf"),
        ("\u200f值班表\u2066.txt", "值班表.txt"),
        ("值班表.txt\r\nSet-Cookie: a=b", "值班表.txtSet-Cookie: a=b"),
        ("  值班表.txt . ", "值班表.txt"),
        ("...", "附件"),
        ("", "附件"),
        ("/", "附件"),
        ("e\u0301.txt", "é.txt"),
        ("长" * 200 + ".docx", "长" * 115 + ".docx"),
        ("无扩展名" * 50, ("无扩展名" * 50)[:120]),
    ],
)
def test_a_name_is_shown_without_path_and_without_what_nobody_sees(name, shown):
    assert clean_name(name) == shown
    assert len(clean_name(name)) <= 120


@pytest.mark.parametrize(
    "name", ["值班表.txt\r\nSet-Cookie: a=b.txt", '值"班";表.txt', "值班表\u202e.txt", "a" * 300 + ".txt"]
)
def test_no_name_writes_into_the_head_of_the_answer(store, name):
    head = serve(keep(name, upload(b"text")), name)["Content-Disposition"]
    assert head.startswith("attachment; filename")
    assert "\r" not in head
    assert "\n" not in head
    assert "\u202e" not in head


# Bytes


def test_the_same_bytes_are_kept_once_whatever_they_are_called(store):
    first, second = keep("甲.txt", upload(b"same")), keep("乙.txt", upload(b"same"))
    assert first == second
    assert len(files(store)) == 1
    assert keep("丙.txt", upload(b"other")) != first
    assert len(files(store)) == 2


def test_bytes_lie_under_their_digest_and_nobody_may_write_them(store):
    kept = keep("甲.txt", upload(b"same"))
    assert kept.path == store / kept.digest[:2] / kept.digest
    assert kept.size == 4
    assert kept.path.stat().st_mode & 0o222 == 0


def test_a_large_upload_is_kept_whole(store, settings):
    settings.FILE_UPLOAD_TEMP_DIR = store.parent
    large = TemporaryUploadedFile("甲.txt", "text/plain", 3 * 1024 * 1024, None)
    large.write(b"x" * 3 * 1024 * 1024)
    large.seek(100)
    kept = keep("甲.txt", large)
    assert (kept.size, kept.path.stat().st_size) == (3 * 1024 * 1024,) * 2
    assert kept.is_intact()


def test_a_file_goes_out_as_it_came_in_for_saving_only_and_is_kept_by_nobody_on_the_way(store):
    answer = serve(keep("值班表.pdf", upload(pdf("text"))), "值班表.pdf")
    assert body(answer) == pdf("text")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("damage", [b"changed", b"", None], ids=["changed", "emptied", "gone"])
def test_bytes_that_are_not_what_came_in_are_not_handed_out(store, damage):
    kept = keep("甲.txt", upload(b"as it was"))
    kept.path.unlink()
    if damage is not None:
        kept.path.write_bytes(damage)
    assert not kept.is_intact()
    with pytest.raises(FileChanged, match="网信办"):
        serve(kept, "甲.txt")


def test_a_damaged_file_is_mended_when_the_same_bytes_come_in_again(store):
    kept = keep("甲.txt", upload(b"as it was"))
    kept.path.unlink()
    kept.path.write_bytes(b"changed")
    assert keep("乙.txt", upload(b"as it was")) == kept
    assert kept.is_intact()


# In a form


def test_an_upload_survives_a_form_that_is_shown_again(store):
    field = AttachmentUpload(required=False)
    kept = field.clean((upload(b"text", "值班表.txt"), ""))
    token = field.widget.get_context("file", kept, {})["widget"]["kept_token"]
    assert field.clean((None, token)) == kept


@pytest.mark.parametrize("token", ["1", "1:forged", ""])
def test_a_forged_token_brings_no_file(store, token):
    keep("甲.txt", upload(b"text"))
    assert AttachmentUpload(required=False).clean((None, token)) is None


def test_a_bad_upload_is_refused_by_the_field_with_the_same_sentence(store):
    with pytest.raises(ValidationError, match="类型不能作附件"):
        AttachmentUpload(required=False).clean((upload(b"MZ", "run.exe"), ""))
