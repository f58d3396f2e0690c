"""What a stranger's check says of a bundle that is not whole: each fault by its own sentence (Articles 3, 4, 20 and 28)."""

import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from circulars.verifier.bundle import INDEX, INDEX_SIGNATURE
from cms.signing.detached import sign_detached
from tests.bundlecases import MANIFEST, MANIFEST_P7S, PDF
from tests.bundles import CHECKED, HOUR, JOINT, LEAD, READER, SEALED, SIGNED

ATTACHED = "circular/attachments/01-attachment.txt"
FIRST, SECOND = f"receipts/{READER[0]}-1", f"receipts/{READER[0]}-2"


# --- what was changed by whoever had the file in hand ---


def _changed_attachment(case):
    case.files[ATTACHED] += b" "


def _lost_attachment(case):
    del case.files[ATTACHED]


def _added_file(case):
    case.files["circular/attachments/02-more.txt"] = b"more"


def _changed_index(case):
    files = json.loads(case.files[INDEX])["files"]
    case.change(INDEX, files=[file for file in files if file["name"] != ATTACHED])
    del case.files[ATTACHED]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_changed_attachment, f"{ATTACHED}：内容与索引不符，文件被改动过或者已损坏。"),
        (_lost_attachment, f"{ATTACHED}：索引列有此文件，包内缺少。"),
        (_added_file, "circular/attachments/02-more.txt：索引没有列出此文件，是后来加入的。"),
        (_changed_index, f"{INDEX_SIGNATURE}：签名与内容不符，内容或签名被改动过。"),
    ],
)
def test_what_is_changed_on_the_way_is_named(case, verified, spoil, said):
    spoil(case)
    answer, lines = verified(case.path(is_indexed=False))
    assert answer == 1
    assert f"问题：{said}" in lines
    assert lines[-1].startswith("核验未通过，共 ")


# --- what is wrong although the installation itself signed the index ---


def _manifest_changed(case):
    case.change(MANIFEST, title="关于不值班的通知")


def _manifest_by(key):
    def spoil(case):
        case.files[MANIFEST_P7S] = case.office.signed(case.files[MANIFEST], case.office.keys[key], SEALED)

    return spoil


def _manifest_unstamped(case):
    case.files[MANIFEST_P7S] = sign_detached(case.files[MANIFEST], case.office.keys[LEAD[0]], SEALED)


def _manifest_too_late(case):
    case.sign(MANIFEST, case.office.keys[LEAD[0]], SEALED + 9_000 * HOUR)


def _other_pdf(case):
    case.files[PDF] += b"%"


def _pdf_of(case, content):
    case.files[PDF] = content
    said = {"sha256": sha256(content).hexdigest(), "size": len(content), "pages": 1}
    case.sign_manifest(pdf=said)


def _pdf_written_over(case):
    """Even the lead body cannot put other words under the joint body's seal."""
    file = case.folder / "x.pdf"
    file.write_bytes(case.files[PDF])
    with file.open("r+b") as stream:
        writer = IncrementalPdfFileWriter(stream)
        page = writer.root["/Pages"]["/Kids"][0]
        page["/MediaBox"][2] = page["/MediaBox"][3]
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
        writer.write_in_place()
    _pdf_of(case, file.read_bytes())


def _pdf_with_a_changed_seal(case):
    content = bytearray(case.files[PDF])
    content[content.index(b"/MediaBox") + 10] ^= 1
    _pdf_of(case, bytes(content))


def _pdf_with_one_seal(case):
    _pdf_of(case, case.office.sealed({"seal-1": case.office.keys[LEAD[0]]}))


def _seal_not_listed(case):
    case.sign_manifest(seals=json.loads(case.files[MANIFEST])["seals"][:1])


def _seal_listed_twice(case):
    seals = json.loads(case.files[MANIFEST])["seals"]
    case.sign_manifest(seals=[seals[0], *seals])


def _seal_of_another(case):
    seals = json.loads(case.files[MANIFEST])["seals"]
    case.sign_manifest(seals=[seals[0], seals[1] | {"unit": READER[0]}])


def _seal_with_another_certificate(case):
    seals = json.loads(case.files[MANIFEST])["seals"]
    case.sign_manifest(seals=[seals[0] | {"certificate": seals[1]["certificate"]}, seals[1]])


def _sealed_by_a_clerk(case):
    keys = case.office.keys
    _pdf_of(case, case.office.sealed({"seal-2": keys[JOINT[0]], "seal-1": keys["clerk"]}))


def _pages(case):
    case.sign_manifest(pdf=json.loads(case.files[MANIFEST])["pdf"] | {"pages": 2})


def _recipients(case):
    case.sign_manifest(recipients=json.loads(case.files[MANIFEST])["recipients"] | {"count": 2})


def _receipt(name=FIRST, key="clerk", **facts):
    def spoil(case):
        case.change(f"{name}.json", **facts)
        case.sign(f"{name}.json", case.office.keys[key], SIGNED)

    return spoil


def _receipt_unsigned_change(case):
    case.change(f"{FIRST}.json", signed_at="2026-09-28T08:00:00.000000+08:00")


def _receipt_moved(case):
    for end in ("json", "p7s"):
        case.files[f"receipts/{READER[0]}-3.{end}"] = case.files.pop(f"{SECOND}.{end}")


def _signature_alone(case):
    del case.files[f"{SECOND}.json"]


def _entry_changed(case):
    entries = json.loads(case.files["ledger/entries.json"])["entries"]
    entries[0]["text"] = entries[0]["text"].replace("deed.1", "deed.2")
    case.change("ledger/entries.json", entries=entries)


def _entry_dropped(case):
    case.change("ledger/entries.json", entries=json.loads(case.files["ledger/entries.json"])["entries"][:1])


def _proof_changed(case):
    proofs = json.loads(case.files["ledger/proofs.json"])["proofs"]
    proofs[1]["path"][0] = "0" * 64
    case.change("ledger/proofs.json", proofs=proofs)


def _checkpoint_changed(case):
    case.change("ledger/checkpoint.json", size=8)


def _checkpoint_by_a_seal(case):
    case.sign("ledger/checkpoint.json", case.office.keys[LEAD[0]], CHECKED)


def _timeline_changed(case):
    lines = json.loads(case.files["timeline.json"])["entries"]
    case.change("timeline.json", entries=[lines[0] | {"deed": "deed.9"}, lines[1]])


def _of_another(name):
    return lambda case: case.change(name, document="another")


def _without(name):
    return lambda case: case.files.pop(name)


def _junk(name):
    return lambda case: case.files.update({name: b"junk"})


def _not_canonical(name):
    return lambda case: case.files.update({name: case.files[name].replace(b":", b": ", 1)})


def _other_fields(name):
    return lambda case: case.change(name, extra=1)


def _stale_list(case):
    case.files["crls/issuing.crl"] = case.office.list_of_revoked(SEALED - 40 * 24 * HOUR).public_bytes(Encoding.DER)


ISSUING = "CN=延安市签发证书,O=延安市,C=CN"
UNDER_INDEX = [
    (_manifest_changed, f"{MANIFEST_P7S}：签名与内容不符，内容或签名被改动过。"),
    (_manifest_by(JOINT[0]), f"{MANIFEST_P7S}：签名证书属于“{JOINT[1]}”，不是应签名的单位。"),
    (_manifest_by("clerk"), f"{MANIFEST_P7S}：签名证书是“个人签名”证书，不是“单位电子印章”证书。"),
    (_manifest_unstamped, f"{MANIFEST_P7S}：签名没有时间戳，不能证明签名时间。"),
    (_manifest_too_late, f"{MANIFEST_P7S}：签名时证书已过有效期（2027-09-01 09:00 到期）。"),
    (_changed_attachment, f"{ATTACHED}：与清单不符，不是附件“附件一 值班表.txt”。"),
    (_lost_attachment, "circular/attachments/01：缺少附件“附件一 值班表.txt”。"),
    (_added_file, "circular/attachments/02-more.txt：清单里没有这个附件。"),
    (_recipients, f"{MANIFEST}：收文单位名单与其个数、摘要不符。"),
    (_without(MANIFEST), f"缺少 {MANIFEST}。"),
    (_not_canonical(MANIFEST), f"{MANIFEST} 的写法与约定不一致。"),
    (_other_fields(MANIFEST), f"{MANIFEST} 的字段与约定不一致。"),
    (_other_pdf, f"{PDF}：与清单不符，不是盖章的版式文件。"),
    (_junk(PDF), f"{PDF} 不是完好的 PDF 文件（PdfReadError）。"),
    (_pages, f"{PDF}：有 1 页，清单写的是 2 页。"),
    (_pdf_written_over, f"{PDF} seal-2：盖章以后文件内容被改动过。"),
    (_pdf_with_a_changed_seal, f"{PDF} seal-1：签名与内容不符，内容或签名被改动过。"),
    (_pdf_with_one_seal, f"{PDF} seal-2：清单列有此印章，文件里没有。"),
    (_seal_not_listed, f"{PDF} seal-2：清单没有列出此印章。"),
    (_seal_listed_twice, f"{PDF}：两枚印章用了同一个签名域。"),
    (_seal_of_another, f"{PDF} seal-2：不是发文机关的印章。"),
    (_seal_with_another_certificate, f"{PDF} seal-1：印章的证书不是清单写明的那一张。"),
    (_sealed_by_a_clerk, f"{PDF} seal-1：签名证书是“个人签名”证书，不是“单位电子印章”证书。"),
    (_receipt_unsigned_change, f"{FIRST}.p7s：签名与内容不符，内容或签名被改动过。"),
    (_receipt(number="延政发〔2026〕19号"), f"{FIRST}.json：是另一件公文的回执。"),
    (_receipt(pdf_sha256="0" * 64), f"{FIRST}.json：签收的不是这份版式文件。"),
    (_receipt(manifest_sha256="0" * 64), f"{FIRST}.json：签收的不是这份清单。"),
    (_receipt(person={"username": "lixm", "name": "李晓梅"}), f"{FIRST}.p7s：签名证书属于“王小华（收发员）”，不是应签名的人。"),
    (_receipt(key=LEAD[0]), f"{FIRST}.p7s：签名证书是“单位电子印章”证书，不是“个人签名”证书。"),
    (_receipt(SECOND, previous=None), f"{SECOND}.json：没有接在本单位前一份回执之后。"),
    (_receipt_moved, f"receipts/{READER[0]}-3.json：文件名与回执的单位、轮次不符。"),
    (_signature_alone, f"{SECOND}.p7s：只有签名，没有回执。"),
    (_entry_changed, "ledger/entries.json：第 1 号叶不在检查点的台账里，记录被改动过或者是伪造的。"),
    (_entry_dropped, "ledger/proofs.json：与台账记录不是一一对应。"),
    (_proof_changed, "ledger/entries.json：第 4 号叶不在检查点的台账里，记录被改动过或者是伪造的。"),
    (_checkpoint_changed, "ledger/checkpoint.p7s：签名与内容不符，内容或签名被改动过。"),
    (_checkpoint_by_a_seal, "ledger/checkpoint.p7s：签名证书是“单位电子印章”证书，不是“台账”证书。"),
    (_timeline_changed, "timeline.json：与台账记录不一致。"),
    (_of_another("notices.json"), "notices.json：是另一件公文的记录。"),
    (_without("urges.json"), "缺少 urges.json。"),
    (_without("README.txt"), "缺少 README.txt。"),
    (_junk("circular/more.pdf"), "circular/more.pdf：不是证据包里应有的文件。"),
    (_junk("certificates/x.der"), "certificates/x.der：无法识别。"),
    (_without("certificates/root.der"), "certificates：应当恰好有一张根证书。"),
    (_without("crls/issuing.crl"), f"crls：缺少“{ISSUING}”在制包时有效的吊销列表，不能确定证书是否已吊销。"),
    (_stale_list, f"crls：缺少“{ISSUING}”在制包时有效的吊销列表，不能确定证书是否已吊销。"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), UNDER_INDEX)
def test_each_fault_has_its_own_sentence(case, verified, spoil, said):
    spoil(case)
    answer, lines = verified(case.path())
    assert answer == 1
    assert f"问题：{said}" in lines, lines


def test_two_receipts_after_the_same_one_are_named(case, verified):
    first = json.loads(case.files[f"{FIRST}.json"])
    _receipt(FIRST, previous="1" * 64)(case)
    _receipt(SECOND, previous="1" * 64)(case)
    assert first["previous"] is None
    assert f"问题：{SECOND}.json：没有接在本单位前一份回执之后。" in verified(case.path())[1]


def test_a_receipt_names_the_absent_clerk_for_whom_it_was_signed_and_nothing_else(case, verified):
    _receipt(SECOND, stand_in={"username": "limh", "name": "李明华"})(case)
    case.enter()
    assert verified(case.path())[0] == 0
    _receipt(SECOND, stand_in=True)(case)
    assert f"问题：{SECOND}.json 的字段与约定不一致。" in verified(case.path())[1]


def test_the_ledger_names_every_receipt_that_it_knows_of_and_no_other(case, verified):
    case.change(f"{SECOND}.json", signed_at="2026-09-28T08:00:00.000000+08:00")
    del case.files[f"{SECOND}.p7s"]  # so that no signature tells
    lines = verified(case.path())[1]
    assert f"问题：{SECOND}.json：台账没有登记这份回执，回执被改动过或者是伪造的。" in lines
    assert any(line.startswith("问题：receipts：缺少台账登记的回执") for line in lines)
