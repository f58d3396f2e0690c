"""The title: issuer, matter, type; and the urgency that it speaks of (2012 regulation art. 9(3), (7))."""

import re
from collections.abc import Iterator

from circulars.deadlines import Urgency
from circulars.elements.names import bears_name
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import TRAITS, DocumentType
from cms.quotes import cited

_LONGEST_TITLE = 200
_BEGINS_MATTER = re.compile(r"关于|转发|批转|印发|发布")
# Types whose title may be the issuer and the type alone.
_FREE = {
    DocumentType.ORDER,
    DocumentType.COMMUNIQUE,
    DocumentType.PUBLIC_ANNOUNCEMENT,
    DocumentType.PUBLIC_NOTICE,
    DocumentType.RESOLUTION,
    DocumentType.MINUTES,
}


def title_says_matter_and_type(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(7): issuer, matter and type of document."""
    title, kind = draft["title"], DocumentType(draft["document_type"])
    if len(title) > _LONGEST_TITLE:
        yield Problem("E-TITLE", "title", f"标题有 {len(title)} 个字，不能超过 {_LONGEST_TITLE} 个字。")
    if title and TRAITS[kind].title_ends_with_type and not title.rstrip("》）").endswith(kind.label):
        yield Problem("E-TITLE", "title", f"标题应以文种“{kind.label}”结尾。")


def title_has_the_usual_form(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(7): [issuer] 关于 matter 的 type; whose name stands before the matter is the issuer's."""
    title, kind = draft["title"], DocumentType(draft["document_type"])
    if not title or kind in _FREE:
        return
    begin = _BEGINS_MATTER.search(title)
    if not begin or not re.search(rf"的[^的]{{0,8}}{kind.label}[》）]*$", title):
        sentence = f"标题一般写作“发文机关＋关于＋事由＋的＋{kind.label}”，请核对标题是否完整。"
    elif (
        begin.start()
        and facts.units
        and not any(
            title.startswith((unit.name, unit.short_name)) or bears_name(title[: begin.start()], unit)
            for unit in facts.of(draft["issuers"])
        )
    ):
        sentence = f"标题开头的{cited(title[: begin.start()])}不是发文机关的全称或规范化简称，请核对。"
    else:
        return
    yield Problem("E-TITLE", "title", sentence, is_error=False)


def title_and_urgency_agree(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(3): what the title calls urgent bears its urgency, so that its clock runs."""
    if draft["urgency"] == Urgency.NORMAL and re.search(r"紧急|特急|加急", re.sub(r"《[^》]*》", "", draft["title"])):
        yield Problem(
            "E-URGENCY", "urgency", "标题里有“紧急”字样，紧急程度却是普通，请核对是否应标注加急或特急。", is_error=False
        )
