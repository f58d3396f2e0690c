"""四性检测: whether a package is authentic, whole, usable and safe, asked before it is handed over and kept as a list of results (GB/T 39362; DA/T 70)."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.archive.answersheld import answered_files
from circulars.archive.fileforms import look
from circulars.archive.holdings import Holding
from circulars.archive.packaging import Made, make
from circulars.archive.unsealed import files_of
from circulars.sealing.records import Manifest
from circulars.verifier import archive, authorities, ledger, manifest, package, receipts, seals, trail
from circulars.verifier.bundle import Bundle, Unreadable
from circulars.verifier.findings import Fault, Finding
from circulars.verifier.reading import Evidence
from cms.attachments import place_of
from cms.diskwords import disk_words
from cms.lifecycles import OutOfOrder
from cms.revocations import trust

_SHOWN = 3  # faults of one item


class Property(models.TextChoices):
    AUTHENTIC = "authentic", "真实性"
    WHOLE = "whole", "完整性"
    USABLE = "usable", "可用性"
    SAFE = "safe", "安全性"


@dataclass(frozen=True)
class Result:
    """One item of the check: which property it speaks for, what was asked, and what is wrong (empty where nothing is)."""

    quality: str
    item: str
    fault: str = ""

    @property
    def label(self) -> str:
        return Property(self.quality).label


_Check = Callable[[Evidence], Iterator[Finding]]
_BY_THE_VERIFIER: tuple[tuple[Property, str, _Check], ...] = (
    (Property.AUTHENTIC, "证书链有效，制包时没有吊销", authorities.check),
    (Property.AUTHENTIC, "公文清单由发文机关签名", manifest.check),
    (Property.AUTHENTIC, "印章有效，盖章以后没有改动", seals.check),
    (Property.WHOLE, "包内文件齐全，与签名的清单一致", archive.check),
    (Property.WHOLE, "元数据齐全，与公文清单一致", package.check),
    (Property.WHOLE, "签收回执齐全，签名有效", receipts.check),
    (Property.WHOLE, "办理过程有台账证明", ledger.check),
)
# What the same checks ask of a circular from before the seals: nothing that was not there is said to be in order.
_UNSEALED: dict[_Check, str] = {
    manifest.check: "启用电子印章以前的公文，没有发文机关签名可以检测；附件与登记一致",
    seals.check: "启用电子印章以前的公文，没有印章和版式文件可以检测",
    package.check: "元数据齐全，文稿与登记一致",
}
_HANDLED = "本单位的收文办理过程齐全，与台账一致"


class PackageCheck(models.Model):
    """One check of the package of one filed paper; takes INSERT only. Of files only their place is named, never what they are called."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="package_checks", verbose_name="存档公文")
    at = models.DateTimeField("检测时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="检测人")
    manifest = models.CharField("包内清单摘要", max_length=64, blank=True)
    results = models.JSONField("检测结果")
    passed = models.BooleanField("通过")

    class Meta:
        verbose_name = verbose_name_plural = "四性检测"
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["holding", "-id"], name="latest_package_check")]

    def __str__(self) -> str:
        return f"{self.holding} {'通过' if self.passed else '未通过'}"

    @property
    def items(self) -> list[Result]:
        return [Result(**row) for row in self.results]

    @property
    def first_fault(self) -> str:
        """The first thing that is wrong, with its property; empty where nothing is."""
        return next((f"{one.label}：{one.fault}" for one in self.items if one.fault), "")


@dataclass(frozen=True)
class Checked:
    """A package that was made and looked at: open at its beginning, where there is one."""

    made: Made | None
    results: list[Result]
    file: BinaryIO

    @property
    def passed(self) -> bool:
        return self.made is not None and not any(result.fault for result in self.results)

    @property
    def first_fault(self) -> str:
        return next((f"{one.label}：{one.fault}" for one in self.results if one.fault), "")


def check(holding: Holding, *, by: Any, at: datetime) -> PackageCheck:
    """The package was made and judged by the four properties, and the results are on record.

    Raises ``PermissionDenied`` for who does not file for the unit, and ``OutOfOrder`` for what is not filed or has no package at all.
    """
    if not may(by, Right.KEEP_ARCHIVE, holding.unit_id):
        raise PermissionDenied(f"您没有“{holding.unit}”的归档职责。")
    with checked(holding, at=at) as found:
        return record(holding, found, by=by, at=at)


@transaction.atomic
def record(holding: Holding, found: Checked, *, by: Any, at: datetime) -> PackageCheck:
    """What was found is on record; where the same was found on the same day, it is not written down twice."""
    Holding.objects.select_for_update().get(pk=holding.pk)
    last, results = latest([holding.pk]).get(holding.pk), [asdict(result) for result in found.results]
    if last and last.results == results and timezone.localdate(last.at) == timezone.localdate(at):
        return last
    return PackageCheck.objects.create(
        holding=holding,
        at=at,
        by=by,
        manifest=found.made.manifest if found.made else "",
        results=results,
        passed=found.passed,
    )


@contextmanager
def checked(holding: Holding, *, at: datetime) -> Iterator[Checked]:
    """A package of the paper and what was found of it; the file is gone afterwards. Raises ``OutOfOrder`` where there is none to make."""
    try:
        with tempfile.NamedTemporaryFile(prefix="package-", suffix=".zip") as made:
            try:
                done = make(holding, made, at=at)  # type: ignore[arg-type]
            except OutOfOrder as broken:
                if type(broken) is OutOfOrder:
                    raise
                yield Checked(None, [Result(Property.AUTHENTIC, "能够制作归档包", str(broken))], made)  # type: ignore[arg-type]
                return
            made.flush()
            results = [*_verified(Path(made.name), holding), *_files(holding)]
            made.seek(0)
            yield Checked(done, results, made)  # type: ignore[arg-type]
    except OSError as problem:
        raise OutOfOrder(f"归档包没有写成：{disk_words(problem)}。请联系网信办检查磁盘。") from problem


def latest(holdings: Any) -> dict[int, PackageCheck]:
    """The last check of each of these."""
    return {row.holding_id: row for row in PackageCheck.objects.filter(holding__in=holdings).order_by("pk")}


def _verified(path: Path, holding: Holding) -> Iterator[Result]:
    """What the stranger's program says, item by item; of what the unit itself did with a paper it must say something where it got one."""
    with Bundle(path) as bundle:
        evidence = Evidence(bundle, trust().roots[0])
        for quality, item, ask in _BY_THE_VERIFIER:
            item = _UNSEALED.get(ask, item) if evidence.is_unsealed else item
            yield Result(quality, item, _first(ask, evidence))
        if not holding.is_issued:
            yield Result(Property.WHOLE, _HANDLED, _first(partial(trail.check, is_due=True), evidence))


def _first(ask: _Check, evidence: Evidence) -> str:
    try:
        faults = [str(one) for one in ask(evidence) if isinstance(one, Fault)]
    except Unreadable as missing:
        faults = [str(missing)]
    return "；".join(fault.rstrip("。") for fault in faults[:_SHOWN])


def _files(holding: Holding) -> Iterator[Result]:
    circular = holding.circular
    said = Manifest.objects.filter(circular=circular.pk).first()
    files = [("版式文件", place_of(said.pdf_digest), "pdf")] if said else []
    for number, file in enumerate(said.facts["attachments"] if said else files_of(circular), 1):
        files.append((f"附件{number}", place_of(file["sha256"]), file["name"].rpartition(".")[2].lower()))
    for number, file in enumerate(answered_files(holding.delivery), 1):
        files.append((f"回执表文件{number}", place_of(file["sha256"]), file["name"].rpartition(".")[2].lower()))
    looks = [(name, look(path, ending)) for name, path, ending in files]
    closed = [f"{name}{seen.closed}" for name, seen in looks if seen.closed]
    active = [f"{name}含有{what}" for name, seen in looks for what in seen.dangers]
    yield Result(Property.USABLE, "文件都能打开，格式可以长期保存", "；".join(closed))
    yield Result(Property.SAFE, "文件没有宏、脚本和外部链接", "；".join(active))
