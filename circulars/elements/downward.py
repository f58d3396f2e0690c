"""Writing downward: what is important is known above, a department commands no government, other departments agree (art. 16)."""

import re
from collections.abc import Iterator

from accounts.relations import WITHOUT_COMMAND, direct_superior, is_superior, speaks_for_another
from accounts.units import Category
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Direction, DocumentType

_DIRECTIVE = {
    DocumentType.RESOLUTION,
    DocumentType.DECISION,
    DocumentType.ORDER,
    DocumentType.BULLETIN,
    DocumentType.REPLY,
    DocumentType.OPINION,
    DocumentType.NOTICE,
}
_COMMANDS = re.compile(
    r"贯彻执行|遵照执行|贯彻落实|抓好落实|必须|务必|不得|严禁|限期|责令|"
    r"要(?:切实|认真|严格|高度|加强|进一步|立即|抓紧|确保|压实)|请[^。\n]{0,40}前[^。\n]{0,30}(?:报送|上报|反馈|完成)"
)
_GOVERNMENT_AGREES = re.compile(r"经[^，。；：\n]{0,12}政府[^，。；：\n]{0,10}(?:同意|批准)")
_TASK = "(?:负责|牵头|配合|会同|协同|承担|审核|落实|组织实施)"


def important_papers_are_known_above(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 16(1): the issuer's direct superior gets a copy of what is important."""
    issuers = facts.of(draft["issuers"])
    if draft["direction"] != Direction.DOWNWARD or not draft.get("important") or not issuers:
        return
    lead = issuers[0]
    superior = direct_superior(lead, facts.above)
    addressed = facts.of([*draft["primary"]["units"], *draft["cc"]["units"]])
    if superior is None:
        is_known = any(word in draft["cc"]["text"] for word in ("省", "国务院", "国家", "中央"))
        name = "直接上级机关"
    else:
        is_known = any(unit == superior or (speaks_for_another(unit) and is_superior(unit, lead)) for unit in addressed)
        name = f"直接上级机关“{superior}”"
    if not is_known:
        yield Problem("R16-1", "cc_units", f"重要的下行文应当同时抄送{name}，请核对。", is_error=False)


def departments_command_no_government(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 16(2): only the government and its office do; a department says by whose consent it writes.

    To a county's own department it may write (art. 16(3)), and to a county government by letter.
    """
    issuers = facts.of(draft["issuers"])
    primary = draft["primary"]
    counties = [unit for unit in facts.of(primary["units"]) if unit.category == Category.COUNTY]
    has_group = Category.COUNTY in primary["groups"]
    if draft["direction"] == Direction.UPWARD or not issuers or not (counties or has_group):
        return
    if any(issuer.category not in WITHOUT_COMMAND for issuer in issuers):
        return
    if not has_group and any(all(is_superior(issuer, county) for county in counties) for issuer in issuers):
        return
    field = "primary_groups" if has_group else "primary_units"
    whom = "各县（市、区）人民政府" if has_group else "、".join(map(str, counties))
    kind = DocumentType(draft["document_type"])
    commands = bool(_COMMANDS.search(draft["body"]))
    is_directive = kind in _DIRECTIVE and (
        kind is not DocumentType.NOTICE or commands or draft["direction"] == Direction.DOWNWARD
    )
    if is_directive:
        is_said = bool(_GOVERNMENT_AGREES.search(draft["body"]))
        if not is_said and not draft.get("consent_reference"):
            yield Problem(
                "R16-2",
                field,
                f"部门和单位不得向“{whom}”发指令性公文。请改用函，或改送其对口部门；"
                "经市政府同意行文的，在正文注明“经市政府同意”，并填写同意依据。",
            )
        elif not is_said:
            yield Problem("R16-2", "body", "经市政府同意由部门行文的，正文中须注明“经市政府同意”。")
        elif not draft.get("consent_reference"):
            yield Problem("R16-2", "consent_reference", "正文注明经政府同意的，请填写同意依据（文号或批示日期）。")
    elif commands or kind is DocumentType.NOTICE:
        yield Problem(
            "R16-2", "body", f"部门和单位不得在公文中向“{whom}”提出指令性要求，请核对正文措辞。", is_error=False
        )


def other_departments_agree(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 16(4): a department that gives tasks to its neighbours has their signature, or the reviewer knows why not."""
    issuers = facts.of(draft["issuers"])
    if draft["direction"] not in {Direction.DOWNWARD, Direction.PARALLEL} or not issuers:
        return
    if draft["document_type"] not in _DIRECTIVE or any(i.category not in WITHOUT_COMMAND for i in issuers):
        return
    asked = {*draft["issuers"], *draft.get("countersign", ())}
    body = re.sub(r"《[^》]{0,200}》", "", draft["body"])
    named = [
        unit.short_name
        for unit in facts.beside
        if unit.code not in asked and any(_has_a_task(name, body) for name in (unit.name, unit.short_name))
    ]
    if named:
        yield Problem(
            "R16-4",
            "countersign_units",
            f"正文给“{'、'.join(named[:3])}”{'等单位' if len(named) > 3 else ''}安排了任务，"
            "涉及其他部门职权的应协商一致后行文，请核对是否需要会签。",
            is_error=False,
        )


def _has_a_task(name: str, body: str) -> bool:
    said = re.escape(name)
    return bool(name) and bool(
        re.search(rf"{said}[^。；\n]{{0,12}}{_TASK}|(?:会同|商|由){said}|{_TASK}[^。；\n]{{0,6}}{said}", body)
    )
