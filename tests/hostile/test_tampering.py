"""Ten ways in which the owner of the database or of the disk may falsify a circular: ``verify`` names the row or file, and no bundle hides it."""

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pyhanko.pdf_utils.generic import NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from circulars.evidence import export, refuse_unfit
from circulars.registration import Circular
from circulars.verifier.__main__ import WHOLE, main
from circulars.verifier.bundle import INDEX, index_of, member_of, write
from cms.attachments import place_of
from cms.checkpoints import sweep_checkpoints
from cms.ledger import Entry, Leaf, canonical
from cms.ledgertree import leaf_of, number_leaves
from cms.lifecycles import OutOfOrder
from cms.revocations import the_authority
from cms.signing.detached import sign_detached
from tests.cast import MONDAY, attached
from tests.dbowner import as_its_owner
from tests.sealedpapers import tampered
from tests.sealkeys import seal_key

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def paper(city, settings, tmp_path):
    """A circular with an attachment, sent and signed for, the ledger signed before and after; another one beside it that nobody touches."""
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    circular = city.sent(attachments=attached(b"name,phone\nzq7,0911\n", "phones.csv"))
    other = city.sent(title="关于别的事情的通知")
    number_leaves(MONDAY)
    sweep_checkpoints(MONDAY)
    city.sign(city.opened(circular))
    number_leaves(MONDAY + HOUR)
    sweep_checkpoints(MONDAY + HOUR)
    circular = Circular.objects.get(pk=circular.pk)
    files = [circular.manifest.pdf_digest, circular.manifest.facts["attachments"][0]["sha256"]]
    kept = {digest: place_of(digest).read_bytes() for digest in files}
    yield SimpleNamespace(circular=circular, other=other, pdf=files[0], file=files[1], city=city, folder=tmp_path)
    for digest, content in kept.items():
        with suppress(OSError):
            place_of(digest).chmod(0o640)
        place_of(digest).write_bytes(content)


def found():
    """What ``manage.py verify`` says, line by line; nothing where all is whole."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", stdout=out)
    return [line.removeprefix("✗ ") for line in out.getvalue().splitlines() if line.startswith("✗")]


def bundle(paper):
    """The bundle as the product writes it now; raises ``OutOfOrder`` where it refuses to."""
    circular, target = Circular.objects.get(pk=paper.circular.pk), io.BytesIO()
    refuse_unfit(circular)
    export(circular, target, at=MONDAY + 2 * HOUR)
    return target.getvalue()


def is_whole(paper, content):
    path = paper.folder / "bundle.zip"
    path.write_bytes(content)
    return main([str(path)]) == WHOLE


def is_refused_or_shows_it(paper):
    """Whether there is no bundle, or one that the stranger's program does not take."""
    try:
        return not is_whole(paper, bundle(paper))
    except OutOfOrder:
        return True


def signing_entry(paper):
    return Entry.objects.get(deed="delivery.signed_for", circular=paper.circular.uuid)


def rewritten(entry):
    """The entry says that another signed, and its hash fits."""
    entry.payload = canonical(entry.facts | {"due_at": None})
    entry.hash = entry.computed_hash()
    return entry


# --- the ten: each does its harm and says what must be named ---


def row_changed(paper):
    entry = signing_entry(paper)
    as_its_owner(f"UPDATE cms_entry SET payload = '{{}}' WHERE id = {entry.pk}")
    return f"台账记录 {entry.pk}：内容被改动过"


def row_changed_with_its_hash(paper):
    entry = rewritten(signing_entry(paper))
    as_its_owner(f"UPDATE cms_entry SET payload = '{entry.payload}', hash = '{entry.hash}' WHERE id = {entry.pk}")
    return f"台账记录 {entry.pk}：与第"


def row_of_a_seal_changed(paper):
    as_its_owner(f"UPDATE circulars_seal SET digest = '{'0' * 64}' WHERE circular_id = {paper.circular.pk}")
    return f"{paper.circular.number} 印章 seal-1：用印后的文件不是清单写明的文件"


def number_changed(paper):
    as_its_owner(f"UPDATE circulars_circular SET digest = '{'0' * 64}' WHERE id = {paper.circular.pk}")
    return f"{paper.circular.number} 正文：与签发、登记时的摘要不一致"


def text_changed(paper):
    content = paper.circular.text.content.replace("严格落实", "不必落实")
    as_its_owner(
        f"UPDATE circulars_circulartext SET content = '{content}' WHERE circular_id = {paper.circular.pk}",
    )
    return f"{paper.circular.number} 正文：与签发、登记时的摘要不一致"


def row_removed(paper):
    entry = signing_entry(paper)
    as_its_owner(f"DELETE FROM cms_entry WHERE id = {entry.pk}")
    paper.heal = [f"DELETE FROM cms_leaf WHERE entry_id = {entry.pk}"]
    return f"台账记录 {entry.pk}：已被删除"


def row_of_a_seal_removed(paper):
    as_its_owner(f"DELETE FROM circulars_seal WHERE circular_id = {paper.circular.pk}")
    return f"{paper.circular.number} 印章：台账登记过，现在没有这条用印记录"


def manifest_removed(paper):
    as_its_owner(f"DELETE FROM circulars_manifest WHERE circular_id = {paper.circular.pk}")
    return f"{paper.circular.number} 公文清单：台账登记过，现在没有这份清单"


def tail_cut(paper):
    signed = signing_entry(paper)
    first = Entry.objects.filter(deed="delivery.opened", circular=paper.circular.uuid).get().leaf.index
    assert first < signed.leaf.index
    keys = ", ".join(str(key) for key in Leaf.objects.filter(index__gte=first).values_list("entry", flat=True))
    as_its_owner(
        f'DELETE FROM cms_leaf WHERE "index" >= {first}',
        f"DELETE FROM cms_entry WHERE id IN ({keys})",
        f"DELETE FROM cms_checkpoint WHERE size > {first}",
    )
    return "台账尾部被截去"


def tree_rewritten(paper):
    entry = rewritten(signing_entry(paper))
    as_its_owner(
        f"UPDATE cms_entry SET payload = '{entry.payload}', hash = '{entry.hash}' WHERE id = {entry.pk}",
        f"UPDATE cms_leaf SET hash = '{leaf_of(entry).hex()}' WHERE entry_id = {entry.pk}",
        "DELETE FROM cms_checkpoint",
    )
    return "与现在的台账不一致，此前的记录被改写过"


def pdf_changed(paper):
    tampered(paper.pdf, lambda content: content.replace(b"/Type", b"/Tpye", 1))
    return f"{paper.circular.number} 版式文件：内容与用印时不一致"


def pdf_appended(paper):
    tampered(paper.pdf, lambda content: content + b"\n%%EOF\n")
    return f"{paper.circular.number} 版式文件：内容与用印时不一致"


def pdf_updated(paper):
    """An incremental update, as any program writes one: every seal in the file still covers its own part."""

    def updated(content):
        writer, target = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
        writer.root[NameObject("/Lang")] = pdf_string("zh-CN")
        writer.update_root()
        writer.write(target)
        return target.getvalue()

    tampered(paper.pdf, updated)
    return f"{paper.circular.number} 版式文件：内容与用印时不一致"


def pdf_lost(paper):
    place_of(paper.pdf).unlink()
    return f"{paper.circular.number} 版式文件：找不到"


def attachment_swapped(paper):
    tampered(paper.file, lambda content: content.replace(b"0911", b"0912"))
    return f"附件 {paper.file}：文件缺失，或者内容与存入时不一致"


def attachment_named_anew(paper):
    """Another file is put in, and the row tells its digest."""
    other = "ab" * 32
    place_of(other).parent.mkdir(parents=True, exist_ok=True)
    as_its_owner(f"UPDATE cms_attachment SET digest = '{other}' WHERE digest = '{paper.file}'")
    return f"{paper.circular.number} 附件“phones.csv”：没有登记，已被删除或者换过"


def manifest_edited(paper):
    content = paper.circular.manifest.content.replace("值班工作", "放假工作")
    digest = hashlib.sha256(content.encode()).hexdigest()
    as_its_owner(
        f"UPDATE circulars_manifest SET content = '{content}', digest = '{digest}' WHERE circular_id = {paper.circular.pk}"
    )
    return f"{paper.circular.number} 公文清单：签名与内容不符"


def manifest_edited_alone(paper):
    content = paper.circular.manifest.content.replace("值班工作", "放假工作")
    as_its_owner(f"UPDATE circulars_manifest SET content = '{content}' WHERE circular_id = {paper.circular.pk}")
    return f"{paper.circular.number} 公文清单：内容被改动过"


def certificate_swapped(paper):
    """The key's row shows the certificate of another body, which our authority issued."""
    key, _ = seal_key(paper.city.department, paper.city.keeper_of(paper.city.department), at=MONDAY)
    as_its_owner(
        f"UPDATE accounts_sealkey SET certificate_pem = '{key.certificate_pem}' WHERE id = {paper.circular.manifest.key_id}"
    )
    return f"{paper.circular.number} 印章 seal-1：密钥登记的证书不是用印时的那一张"


def manifest_signed_by_another(paper):
    """The owner of a genuine seal of another body signs the manifest."""
    _, opened = seal_key(paper.city.department, paper.city.keeper_of(paper.city.department), at=MONDAY)
    content = paper.circular.manifest.content.encode()
    forged = sign_detached(content, opened, MONDAY, stamping=the_authority().stamping).hex()
    literal = f"x'{forged}'" if connection.vendor == "sqlite" else f"'\\x{forged}'"
    as_its_owner(f"UPDATE circulars_manifest SET signature = {literal} WHERE circular_id = {paper.circular.pk}")
    return f"{paper.circular.number} 公文清单：签名证书属于"


TEN = {
    "1 a row changed": row_changed,
    "1 a row changed with its hash": row_changed_with_its_hash,
    "1 a seal's row changed": row_of_a_seal_changed,
    "1 a circular's row changed": number_changed,
    "1 its text changed": text_changed,
    "2 a row removed": row_removed,
    "2 a seal's row removed": row_of_a_seal_removed,
    "2 the manifest removed": manifest_removed,
    "3 the tail cut": tail_cut,
    "4 the whole tree rewritten": tree_rewritten,
    "5 the PDF changed": pdf_changed,
    "5 the PDF lost": pdf_lost,
    "6 the PDF appended": pdf_appended,
    "6 the PDF updated": pdf_updated,
    "7 the attachment swapped": attachment_swapped,
    "7 the attachment named anew": attachment_named_anew,
    "8 the manifest edited": manifest_edited,
    "8 the manifest edited alone": manifest_edited_alone,
    "9 the certificate swapped": certificate_swapped,
    "9 signed by another": manifest_signed_by_another,
    # 10, a receipt edited: the receipts have their own scenes beside their checks; a line for it belongs here.
}


# A key sealed every paper of its body: each of them is named.
OF_A_KEY = {"9 the certificate swapped"}


@pytest.mark.parametrize("harm", TEN)
def test_it_is_named_and_no_bundle_hides_it(paper, harm):
    assert found() == []
    named = TEN[harm](paper)
    said = found()
    assert any(named in line for line in said), said
    if harm not in OF_A_KEY:
        assert not any(paper.other.number in line for line in said), said
    assert is_refused_or_shows_it(paper)
    for statement in getattr(paper, "heal", []):  # so that the database is whole again for its own checks
        as_its_owner(statement)


def test_what_was_handed_out_before_stands_whatever_is_done_to_the_records_afterwards(paper):
    content = bundle(paper)
    tree_rewritten(paper)
    pdf_changed(paper)
    manifest_edited(paper)
    assert is_whole(paper, content)


def test_the_owner_of_a_bundle_cannot_change_it_either(paper, verified):
    """The list of files may be written anew; nobody but the ledger's key can sign it."""
    archive = zipfile.ZipFile(io.BytesIO(bundle(paper)))
    contents = {name: archive.read(name) for name in archive.namelist()}
    notices = json.loads(contents["notices.json"]) | {"notices": [{"forged": True}]}
    contents["notices.json"] = canonical(notices).encode()
    listed = {name: content for name, content in contents.items() if not name.startswith("index.")}
    contents[INDEX] = index_of(member_of(name, content) for name, content in listed.items())
    with (paper.folder / "forged.zip").open("wb") as target:
        write(target, contents)
    answer, said = verified(paper.folder / "forged.zip")
    assert answer == 1
    assert any("index.p7s" in line for line in said)
