"""A paper that a secret slipped into (Article 5): how it was written and sent, blocked and purged, and who still reads the word."""

from types import SimpleNamespace

from django.urls import reverse

from accounts.people import User
from circulars.pages import DraftAttachment
from circulars.purging import block, confirm
from circulars.searchindex.indexing import take_in
from tests.addresses import addresses_of, admin_addresses
from tests.cast import LUNCH, MONDAY, attached
from tests.walking import is_admitted, rail_held_still

WORD = "zq7secret"


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def secret(**elements):
    """Elements with the word in every place of a draft."""
    return {
        "title": f"关于{WORD}的通知",
        "body": f"现通知如下：\n一、{WORD}。",
        "annotation": f"联系人：{WORD}",
        "attachments": [
            *attached(f"姓名,{WORD}\n".encode(), f"{WORD}.csv"),
            DraftAttachment(title=WORD, text=WORD),
        ],
        **elements,
    }


def sent_before(city):
    """A circular that was opened by one unit, signed for by none, and can be found; somebody downloaded its file."""
    circular = city.sent(**secret())
    take_in(circular, at=MONDAY)
    delivery = city.opened(circular)
    city.desk(city.clerk).get(url("attachment", delivery.pk, 1))
    city.desk(city.drafter).get(url("own_text", circular.uuid))
    return circular


def blocked(city, page, **facts):
    return block(page, reason="市保密局来函要求封存。", by=city.secretary, at=LUNCH, **facts)


def purged(city, page):
    case = blocked(city, page)
    confirm(case, by=city.secretary, at=LUNCH)
    return confirm(case, by=city.engineer, at=LUNCH)


@rail_held_still()
def shown_to(city, circular=None, page=None) -> list[str]:
    """Every address at which somebody of the city still reads the word."""
    page = page or circular.page
    keys = (
        {("sent", "attentive"): city.delivery(circular).pk, ("sent", "late"): city.delivery(circular, city.late).pk}
        if circular
        else {}
    )
    papers = SimpleNamespace(
        pages={"sent": page.pk}, uuids={"sent": circular.uuid} if circular else {}, deliveries=keys, problems={}
    )
    found = []
    people = ["drafter", "reviewer", "approver", "registrar", "sender", "secretary", "engineer", "clerk", "leader", "late_clerk"]  # fmt: skip
    for name in people:
        person = User.objects.get(pk=getattr(city, name).pk)
        client = city.desk(person)
        paths = [path for _, path in addresses_of(papers)] + [f"/received/?show={s}" for s in ("signed", "open")]
        if name in ("drafter", "reviewer", "approver"):
            open_to_them = ("history", "edit", "revisions", "view_draft", "preview")
            paths += [path for path in admin_addresses(papers, "sent") if any(part in path for part in open_to_them)]
        for path in [*dict.fromkeys(paths), "/messages/"]:
            if not is_admitted(person, path):
                continue  # the door is shut, no view runs
            answer = client.get(path, follow=True)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if WORD in body.decode(errors="replace"):
                found.append(f"{name} {path}")
    return found
