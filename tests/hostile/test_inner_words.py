"""What a unit writes inside of a paper that it got is seen by its own people alone, at no address and in no file by anybody else (Articles 5, 6 and 19).

Every text that its clerks, leaders, divisions, readers, printers and archivists can type holds an unguessable word; who is not of the unit, was
of it once, or sits in a division that has no part in the paper asks every address where such texts stand, with every key there is.
"""

import io
import re
import zipfile
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.urls import reverse

from accounts.people import Post, User, take_post
from accounts.roles import Role
from circulars.answers.filling import answer_form
from circulars.archive.appraisal import appraise
from circulars.archive.destruction import draw_up
from circulars.archive.filing import change_term
from circulars.circulation.acts import circulate, mark_read, skip
from circulars.circulation.record import Reader
from circulars.handling.closing import finish
from circulars.handling.hands import Hand
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.urging import urge, waiting_on
from circulars.handling.working import pass_on, report
from circulars.incoming import Outside, enter, enter_outside
from circulars.printing import declare_spoilt, print_originals
from circulars.savedsearches import save
from tests import inhand
from tests.addresses import BY_POST_ONLY, OURS, fill
from tests.answers import filled_in, sent_with_form
from tests.archives import LONG_AFTER, filed, holding, staffed
from tests.cast import MONDAY
from tests.walking import desk, is_admitted

INNER = re.compile(rb"zq8[a-z]+x")
AREAS = re.compile(
    r"/(received|printed|originals|incoming|handling|search|answers|sent|archive|reports|evidence|messages|paper)?(/|$)"
)


PLACES = (
    "answer", "note", "proposal", "instruction", "urge", "report", "passed", "purpose", "remark", "skipped", "result",
    "sender", "title", "number", "spoilt", "term", "opinion", "list", "saved", "asked",
)  # fmt: skip


def word(place):
    return f"zq8{place}x"


WORDS = {word(place) for place in PLACES}


def lay(city):
    """The paper went all its inner way, and each step left its word."""
    inhand.staff(city)
    staffed(city)
    circular = sent_with_form(city)
    delivery = city.delivery(circular)
    given = filled_in(circular)
    text = circular.demand.fields.get(kind="text")
    answer_form(delivery, given | {text.pk: word("answer")}, hand_in=False, by=city.clerk, at=MONDAY)
    paper = enter(delivery, note=word("note"), by=city.clerk, at=MONDAY)
    propose(paper, word("proposal"), inhand.work(city.order, city.law), by=city.clerk, at=MONDAY)
    instruct(paper, word("instruction"), inhand.work(city.order, city.law), seen=None, by=city.leader, at=MONDAY)
    urge(paper, waiting_on(paper, paper.handling)[0], word("urge"), by=city.clerk, at=MONDAY)
    lead, part = paper.handling.assignments.filter(state="open").order_by("-part")
    report(part, word("report"), by=city.law_head, at=MONDAY)
    pass_on(lead, Hand(city.order, city.handler), word("passed"), by=city.clerk, at=MONDAY)
    circulate(paper, [city.reader, city.head], in_order=False, purpose=word("purpose"), by=city.clerk, at=MONDAY)
    first, second = Reader.objects.order_by("place")
    mark_read(first, word("remark"), by=city.reader, at=MONDAY)
    skip(second, word("skipped"), by=city.clerk, at=MONDAY)
    finish(paper, word("result"), by=city.handler, at=MONDAY)
    outside = enter_outside(
        city.attentive.pk,
        Outside(word("sender"), word("title"), word("number")),
        received_at=MONDAY,
        by=city.clerk,
        at=MONDAY,
    )
    (copy,) = print_originals([delivery], purpose="handling", key=(key := uuid4()), by=city.clerk, at=MONDAY)
    spoilt = declare_spoilt(copy, word("spoilt"), by=city.clerk, at=MONDAY)
    kept = filed(city, holding(circular, city.attentive), "D30")
    change_term(kept, "D10", word("term"), by=city.filer, at=MONDAY)
    appraise(kept, "destroy", word("opinion"), by=city.filer, at=LONG_AFTER)
    sheet = draw_up(city.attentive, [kept], word("list"), by=city.filer, at=LONG_AFTER)
    saved = save(name=word("saved"), words=word("asked"), filters="", by=city.clerk, at=MONDAY)
    rows = (delivery, paper, outside, copy, spoilt, kept, sheet, saved)
    return SimpleNamespace(circular=circular, key=key, keys=sorted({row.pk for row in rows} | {circular.page_id}))


def addresses(laid):
    for name, route in OURS.items():
        if not AREAS.match(route) or name in BY_POST_ONLY:
            continue
        keys = laid.keys if "<int:pk>" in route or "<int:line>" in route else [1]
        uuids = [laid.circular.uuid, laid.key] if "uuid" in route else [0]
        names = ("to_handle", "to_instruct", "to_read") if "<slug:name>" in route else ("x",)
        for key in keys:
            for uuid in uuids:
                for listed in names:
                    yield fill(route, pk=key, line=key, uuid=uuid, name=listed, code="BM05", number=4)
    for query in ("zq8", word("title"), word("note"), word("proposal")):
        yield f"/search/?q={query}"
        yield f"/search/results.xlsx?q={query}"


def seen_in(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b"".join(package.read(name) for name in package.namelist())
    return {found.decode() for found in INNER.findall(body + str(answer.headers).encode())}


def crawl(person, paths):
    client, found, broken = desk(person.pk), {}, []
    for path in paths:
        if is_admitted(person, path):
            answer = client.get(path, follow=True)
            if answer.status_code >= 500:
                broken.append(path)
            for one in seen_in(answer):
                if one not in path:  # what was asked is shown again
                    found.setdefault(one, path)
    return found, broken


OUTSIDERS = ("sender", "secretary", "engineer", "late_clerk", "archive_keeper", "auditor", "provider", "left")


def test_nobody_else_sees_a_word_of_it_and_the_unit_sees_them_all(city):
    laid = lay(city)
    for name, unit, role in (
        ("auditor", city.office, Role.AUDIT_ADMIN),
        ("provider", city.network_office, Role.PROVIDER),
        ("left", city.attentive, Role.CLERK),
    ):
        person = User.objects.create(username=name, name="旁人")
        post = take_post(person, unit, role, by=None, at=MONDAY)
        setattr(city, name, person)
    Post.objects.filter(pk=post.pk).update(held_from=date(2026, 1, 1), held_to=MONDAY.date() - timedelta(days=1))
    paths = list(dict.fromkeys(addresses(laid)))
    for who in OUTSIDERS:
        assert crawl(getattr(city, who), paths) == ({}, []), who
    found, broken = crawl(city.head, paths)  # who has the work no more keeps what the messages said
    assert not broken
    assert set(found.values()) <= {"/messages/"}
    own = [crawl(city.clerk, paths), crawl(city.filer, paths), crawl(city.leader, ["/printed/spoilt/"])]
    assert not any(broken for _, broken in own)
    assert set().union(*(found for found, _ in own)) == WORDS
    bundle = desk(city.sender.pk).post(reverse("circulars:evidence", args=[laid.circular.uuid]))
    assert bundle["Content-Type"] == "application/zip"
    assert seen_in(bundle) == set()
