"""Papers that the draft answers, forwards, corrects and annuls (Article 20; 2012 regulation arts. 8(12), 31)."""

from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Referenced, Snapshot
from circulars.elements.recipients import is_meant_by_group
from circulars.layouts import DocumentType, Redistribution
from cms.quotes import cited


def reply_names_its_request(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """R-REF1: a 批复 names the 请示 that it answers by title and number, and goes to who sent it."""
    if draft["document_type"] != DocumentType.REPLY:
        return
    answered = [row for row in draft["references"] if row["relation"] == "replies_to"]
    if not answered:
        yield Problem("R-REF1", "references", "批复应写明所答复的请示的标题和文号，请在“来文关联”中填写。")
    for row in answered:
        known = facts.referenced.get(row.get("circular") or "")
        if not row["title"] or not row["number"]:
            yield Problem("R-REF1", "references", "所答复的请示，标题和文号都要写明。")
        elif known:
            yield from _faults_by_record(row, known, draft, facts)
        elif not row["title"].rstrip("》）").endswith("请示"):
            yield Problem("R-REF1", "references", f"批复答复的是请示，{cited(row['title'])}不是请示，请核对。")


def _faults_by_record(row: Snapshot, known: Referenced, draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    if known.document_type != DocumentType.REQUEST:
        yield Problem("R-REF1", "references", f"批复答复的是请示，{known.number} 不是请示，请改用函或其他文种。")
    if (row["title"], row["number"]) != (known.title, known.number):
        yield Problem("R-REF1", "references", f"来文关联与原件不一致，原件是{cited(known.title)}（{known.number}）。")
    if known.issuer not in draft["primary"]["units"]:
        sender = facts.units.get(known.issuer, "请示的发文机关")
        yield Problem("R-REF1", "primary_units", f"批复应主送请示的发文机关，请主送“{sender}”。")


def nothing_is_passed_on_against_its_issuers_word(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """R-REDIST: what its issuer limits to the receiving unit goes on only with the issuer's consent."""
    for row in draft["references"]:
        known = facts.referenced.get(row.get("circular") or row["number"])
        if (
            known
            and row["relation"] == "forwards"
            and known.redistribution == Redistribution.UNIT
            and known.issuer not in draft["issuers"]
            and not draft.get("consent_reference")
        ):
            yield Problem(
                "R-REDIST",
                "references",
                f"{known.number} 限发至收文单位，不得转发。确需转发的，先征得发文机关同意，并填写同意依据。",
            )


def notices_reach_every_holder(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """A correction or annulment is of the issuer's own circular and goes to every unit that holds it."""
    addressed = {*draft["primary"]["units"], *draft["cc"]["units"], *draft["issuers"]}
    for row in draft["references"]:
        known = facts.referenced.get(row.get("circular") or row["number"])
        if not known or row["relation"] not in ("corrects", "annuls"):
            continue
        if known.issuer not in draft["issuers"]:
            yield Problem("E-HOLDERS", "references", f"{known.number} 不是本机关的公文，不能由本机关更正、作废。")
            continue
        left_out = [
            str(unit)
            for unit in facts.of(known.holders)
            if unit.code not in addressed and not is_meant_by_group(unit, draft["primary"])
        ]
        if left_out:
            yield Problem(
                "E-HOLDERS",
                "primary_units",
                f"更正、作废通知要发给持有 {known.number} 的每个单位，还缺“{'、'.join(left_out)}”。",
            )
