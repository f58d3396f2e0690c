"""metadata.xml of a package: the eighteen elements of GB/T 33480, what the archive says of the paper, its process and its files (DA/T 46, DA/T 48).

One element to a line with its English and its Chinese name; what repeats has a line each. Of the drafting only the issuing unit is told.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from circulars.archive.holdings import Holding
from circulars.layouts import DocumentType
from circulars.registration import Circular
from circulars.sealing.records import Manifest
from circulars.verifier.listing import FORMAT
from circulars.verifier.package import CORE
from circulars.verifier.plainxml import Element, written

# Group → English and Chinese name of each further element.
_ARCHIVE = {
    "archival_code": "档号",
    "fonds": "全宗号",
    "archive_year": "年度",
    "retention_period": "保管期限",
    "office": "机构（问题）",
    "item": "件号",
    "holder": "立档单位",
    "holder_code": "立档单位代码",
    "part": "稿本",
    "filed_at": "归档时间",
    "filed_by": "归档人",
}
_EXTENSION = {
    "direction": "行文方向",
    "layout_variant": "版式",
    "issuing_units": "发文机关",
    "openness": "公开属性",
    "validity": "状态",
}
_PROCESS = {
    "drafted_by": "拟稿人",
    "approved_by": "签发",
    "approved_at": "签发时间",
    "registered_at": "登记时间",
    "sealed_at": "用印时间",
    "sent_at": "发送时间",
    "received_at": "签收时间",
    "received_by": "签收人",
}
_ELECTRONIC = {
    "system": "形成系统",
    "pdf_format": "版式文件格式",
    "pdf_pages": "页数",
    "pdf_size": "字节数",
    "pdf_sha256": "版式文件摘要",
    "manifest_sha256": "公文清单摘要",
    "text_sha256": "文稿摘要",
    "attachment_format": "附件格式",
    "attachment_size": "附件字节数",
    "attachment_sha256": "附件摘要",
}
_GROUPS = {
    "core": CORE,
    "extension": _EXTENSION,
    "archive": _ARCHIVE,
    "process": _PROCESS,
    "electronic": _ELECTRONIC,
}
SYSTEM = "延安市电子公文传输系统"


def metadata_of(holding: Holding, manifest: Manifest | None, files: list[dict[str, Any]], identifier: str) -> bytes:
    """The text for a paper that was filed, with its attached files; without a manifest it is one from before the seals."""
    circular = holding.circular
    said = _core(circular) | _extension(circular) | _archive(holding) | _process(holding, manifest)
    said |= _electronic(circular, manifest, files)
    root = Element("metadata", "", {"format": FORMAT, "identifier": identifier})
    return written(root, _elements(said))


def _elements(said: dict[str, Any]) -> Iterator[Element]:
    for group, names in _GROUPS.items():
        for name, label in names.items():
            value = said.get(name)
            values = value if isinstance(value, list) else [value]
            # What a core element has not is said; what no other has is left out.
            for one in values or ([""] if group == "core" else []):
                if group == "core" or one not in (None, ""):
                    text = "" if one is None else str(one)
                    yield Element("element", text, {"group": group, "name": name, "label": label})


def _core(circular: Circular) -> dict[str, Any]:
    text = circular.snapshot
    return {
        "document_identifier": circular.uuid,
        "document_type": DocumentType(circular.document_type).label,
        "urgency": circular.get_urgency_display(),
        "issuer_mark": text["issuer_mark"],
        "document_number": circular.number,
        "signers": text["signers"],
        "title": circular.title,
        "primary_recipients": text["primary"]["text"],
        "attachment_notes": [row["title"] for row in text["attachments"]],
        "signatories": text["signatures"] or text["issuer_names"],
        "written_date": circular.written_date.isoformat(),
        "annotation": text["annotation"],
        "cc_recipients": text["cc"]["text"],
        "printing_office": text["printing_office"],
        "printing_date": circular.printing_date.isoformat() if circular.printing_date else "",
        "distribution_level": circular.get_redistribution_display(),
    }


def _extension(circular: Circular) -> dict[str, Any]:
    return {
        "direction": circular.get_direction_display(),
        "layout_variant": circular.get_layout_display(),
        "issuing_units": circular.snapshot["issuer_names"],
        "openness": circular.get_openness_display(),
        "validity": circular.get_state_display(),
    }


def _archive(holding: Holding) -> dict[str, Any]:
    return {
        "archival_code": holding.code,
        "fonds": (holding.code or "").partition("-")[0],
        "archive_year": holding.year,
        "retention_period": holding.get_term_display(),
        "office": holding.office,
        "item": holding.item,
        "holder": holding.unit.name,
        "holder_code": holding.unit.code,
        "part": holding.get_part_display(),
        "filed_at": _moment(holding.filed_at),
        "filed_by": holding.filed_by,
    }


def _process(holding: Holding, manifest: Manifest | None) -> dict[str, Any]:
    circular, delivery = holding.circular, holding.delivery
    told = {
        "approved_by": circular.approver,
        "sealed_at": _moment(manifest.signed_at) if manifest else "",
        "sent_at": _moment(circular.sent_at),
    }
    if delivery is not None:
        return told | {"received_at": _moment(delivery.signed_at), "received_by": delivery.signed_by}
    return told | {
        "drafted_by": circular.drafter,
        "approved_at": _moment(circular.approved_at),
        "registered_at": _moment(circular.registered_at),
    }


def _electronic(circular: Circular, manifest: Manifest | None, files: list[dict[str, Any]]) -> dict[str, Any]:
    sealed: dict[str, Any] = {"pdf_format": "没有版式文件（启用电子印章以前的公文）"}
    if manifest:
        sealed = {
            "pdf_format": "PDF（PAdES B-LTA 签章）",
            "pdf_pages": manifest.pages,
            "pdf_size": manifest.pdf_size,
            "pdf_sha256": manifest.pdf_digest,
            "manifest_sha256": manifest.digest,
        }
    return sealed | {
        "system": SYSTEM,
        "text_sha256": circular.digest,
        "attachment_format": [file["name"].rpartition(".")[2].lower() for file in files],
        "attachment_size": [file["size"] for file in files],
        "attachment_sha256": [file["sha256"] for file in files],
    }


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
