"""Attacks 29, 33 and 34: files that act by themselves, bring other files, are locked or fetch what lies elsewhere (Articles 3, 5 and 11)."""

import re
import struct

import pytest
from django.core.exceptions import ValidationError

from cms.filetext import text_of
from cms.readapart import read_apart
from tests.listeners import listening
from tests.smallfiles import (
    doc,
    made_by_pyhanko,
    ofd_parts,
    office_parts,
    ole,
    package,
    pdf,
    with_part,
    xls,
)
from tests.uploads import kept, little_memory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

_TYPES = "application/vnd.openxmlformats-officedocument."
_MACRO_TYPE = "application/vnd.ms-{}.macroEnabled.main+xml"


# --- 29: PDF ---

_SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"
_FILE = "<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>"
_STREAM = "<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream"
ACTING = {
    "a script as it opens": (pdf(catalog=f"/OpenAction {_SCRIPT}"), "script"),
    "a script in another object": (pdf(catalog="/OpenAction 4 0 R", more=(_SCRIPT,)), "script"),
    "a script under a written-out name": (pdf(catalog="/OpenAction << /S /J#61vaScript /#4aS (a) >>"), "script"),
    "a script whose kind stands elsewhere": (
        pdf(catalog="/OpenAction << /S 4 0 R /JS (a) >>", more=("/JavaScript",)),
        "script",
    ),
    "a script that the list of objects does not lead to": (
        re.sub(rb"\d{10}( 00000 n \ntrailer)", rb"0000000009\1", pdf(catalog="/OpenAction 4 0 R", more=(_SCRIPT,))),
        "script",
    ),
    "a script of a page": (pdf(page=f"/AA << /O {_SCRIPT} >>"), "script"),
    "a script after another action": (
        pdf(catalog=f"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [{_SCRIPT}] >>"),
        "script",
    ),
    "named scripts": (pdf(catalog=f"/Names << /JavaScript << /Names [(a) {_SCRIPT}] >> >>"), "script"),
    "a program": (pdf(page="/Annots [<< /Type /Annot /Subtype /Link /A << /S /Launch /F (cmd.exe) >> >>]"), "launch"),
    "a file inside": (pdf(catalog="/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>", more=(_FILE, _STREAM)), "embedded"),
    "a file pinned to a page": (
        pdf(page="/Annots [<< /Type /Annot /Subtype /FileAttachment /FS 4 0 R >>]", more=(_FILE, _STREAM)),
        "embedded",
    ),
    "a film": (pdf(page="/Annots [<< /Type /Annot /Subtype /RichMedia >>]"), "media"),
    "a form with a life of its own": (pdf(catalog="/AcroForm << /Fields [] /XFA 4 0 R >>", more=("[]",)), "form"),
}  # fmt: skip
SAID = {
    "script": "脚本（JavaScript）",
    "launch": "启动别的程序",
    "embedded": "夹带了别的文件",
    "media": "音视频",
    "form": "XFA",
}


@pytest.mark.parametrize("what", ACTING)
def test_29_a_pdf_that_acts_or_brings_a_file_is_refused_with_a_sentence_of_its_own(refused, what):
    content, code = ACTING[what]
    refused("通知.pdf", content, code, SAID[code])


def test_29_what_is_packed_into_a_stream_of_objects_is_looked_into(refused):
    acting = made_by_pyhanko(acts=True)
    assert b"JavaScript" not in acting
    refused("通知.pdf", acting, "script")
    assert kept("通知.pdf", made_by_pyhanko())


def test_29_a_locked_or_broken_pdf_is_refused(refused):
    for password in ("", "secret"):
        refused("通知.pdf", made_by_pyhanko(password=password), "locked", "请取消密码")
    whole = pdf()
    for content in (
        whole[: len(whole) // 2],
        b"%PDF-1.7",
        b"%PDF-1.7 nothing\n%%EOF\n",
        whole.replace(b"/Root", b"/Toor"),
    ):
        refused("通知.pdf", content, "damaged")
    refused("通知.pdf", whole.replace(b"/Count 1", b"/Count 0").replace(b"[3 0 R]", b"[]"), "damaged")


def test_29_a_pdf_made_to_break_its_reader_breaks_a_process_of_its_own(refused):
    with little_memory():
        refused("通知.pdf", b"%PDF-1.4\n1 0 obj\n" + b"[" * 2_000_000, "damaged")
        refused("通知.pdf", pdf(catalog="/A " + "[" * 100_000), "damaged")


# --- 33, 34: macros and what leads outside ---

_OVERRIDE = '<Override PartName="/{}" ContentType="{}"/>'
WITH_MACROS = {
    "a project": ("名单.docx", with_part("word/vbaProject.bin", b"x")),
    "a project of WPS": ("名单.xlsx", with_part("xl/JDEData.bin", b"x", "xlsx")),
    "a text for macros": ("名单.docx", package(office_parts("docx", main_type=_MACRO_TYPE.format("word.document")))),
    "a workbook for macros": ("名单.xlsx", package(office_parts("xlsx", main_type=_MACRO_TYPE.format("excel.sheet")))),
    "a sheet of macros": (
        "名单.xlsx",
        package(
            office_parts("xlsx", types=_OVERRIDE.format("xl/a.xml", "application/vnd.ms-excel.macrosheet+xml"))
            | {"xl/a.xml": "<a/>"}
        ),
    ),
    "an old text": ("名单.doc", doc(streams={"Macros/VBA/dir": b"x"})),
    "an old text of WPS": ("名单.wps", doc(streams={"Macros/VBA/dir": b"x"})),
    "an old workbook": ("名单.xls", xls(streams={"_VBA_PROJECT_CUR/VBA/dir": b"x"})),
    "an old sheet of macros": ("名单.et", xls(b"\x85\x00\x0a\x00" + bytes(4) + b"\x00\x01\x02\x00AB")),
    "an object in a text": (
        "名单.docx",
        with_part("word/embeddings/oleObject1.bin", doc(streams={"Macros/VBA/dir": b"x"})),
    ),
    "a workbook in a text": (
        "名单.docx",
        with_part("word/embeddings/a.xlsx", with_part("xl/vbaProject.bin", b"x", "xlsx")),
    ),
}


@pytest.mark.parametrize("what", WITH_MACROS)
def test_33_macros_are_refused_unless_the_installation_takes_them(refused, settings, what):
    name, content = WITH_MACROS[what]
    refused(name, content, "macros", "请另存为不带宏的文件")
    settings.ATTACHMENT_MACROS = True
    assert kept(name, content)


def test_33_what_is_locked_is_refused_macros_or_not(refused, settings):
    settings.ATTACHMENT_MACROS = True
    around = ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})
    for name in ("名单.docx", "名单.xlsx", "名单.pptx", "名单.doc", "名单.wps", "名单.et"):
        refused(name, around, "locked", "请取消密码")
    refused("名单.doc", doc(0x100), "locked")
    refused("名单.xls", xls(b"\x2f\x00\x02\x00\x00\x00"), "locked")
    refused("名单.ofd", package(ofd_parts() | {"Encryptions.xml": "<a/>"}), "locked")
    for content in (
        doc()[:700],
        doc()[:512],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        doc().replace(b"R\0o\0o\0t", b"X\0o\0o\0t")[:1100],
    ):
        refused("名单.doc", content, "damaged")


@pytest.mark.parametrize(
    ("name", "content", "told_at"), [("名单.doc", doc(), 48), ("名单.xls", xls(b"\x09\x08\x10\x00"), 640 + 116)]
)
def test_33_an_old_file_that_leads_in_a_circle_is_refused(refused, name, content, told_at):
    """The directory follows upon itself, and a workbook that says it is very long does."""
    circle = bytearray(content)
    struct.pack_into("<L", circle, 640 + 120, 8 * 1024**2)
    table_at = struct.unpack_from("<L", content, 76)[0] * 512 + 512
    number = struct.unpack_from("<L", content, told_at)[0]
    struct.pack_into("<L", circle, table_at + 4 * number, number)
    refused(name, bytes(circle), "damaged")


def test_34_nothing_that_a_file_points_to_is_fetched(tmp_path):
    with listening() as (port, visits):
        outside = f"http://127.0.0.1:{port}/a"
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" TargetMode="External" Target="{outside}" Type="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
        )
        entity = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{outside}"><!ENTITY c SYSTEM "file:///etc/hostname">]><a>&b;&c;</a>'
        files = {
            "模板.docx": with_part("word/_rels/document.xml.rels", relations),
            "外链.xlsx": with_part("xl/externalLinks/_rels/a.xml.rels", relations, "xlsx"),
            "实体.docx": with_part("word/header1.xml", entity),
            "实体.ofd": package(ofd_parts() | {"Doc_0/Pages/Page_0/Content.xml": entity}),
            "链接.pdf": pdf(
                page=f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI ({outside}) >> >>]"
            ),
        }
        for name, content in files.items():
            stored = kept(name, content)
            with stored.path.open("rb") as opened:
                text_of(opened)
            assert "localhost" not in read_apart(stored.path).text
        for kind, listed in (("docx", "[Content_Types].xml"), ("docx", "_rels/.rels")):
            with pytest.raises(ValidationError, match="已损坏"):
                kept("实体.docx", package(office_parts(kind) | {listed: entity}))
        with pytest.raises(ValidationError, match="已损坏"):
            kept("实体.ofd", package(ofd_parts() | {"OFD.xml": entity}))
    assert visits == []
