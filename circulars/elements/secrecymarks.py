"""No mark of secrecy stands in a paper of this system (Article 5)."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot

_SECRECY_MARK = re.compile(r"(绝密|机密|秘密)\s*[★☆]")


def bears_no_secrecy_mark(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Article 5: papers with state secrets may not be sent through this system."""
    texts = {
        "title": draft["title"],
        "body": draft["body"],
        "annotation": draft["annotation"],
        "attachments": "\n".join(f"{a['title']}\n{a['text'] or ''}\n{a['name'] or ''}" for a in draft["attachments"]),
    }
    for field, text in texts.items():
        if _SECRECY_MARK.search(text):
            yield Problem("A5", field, "涉及国家秘密的公文不得使用本系统传发。这里出现了密级标志，请改走机要渠道。")
